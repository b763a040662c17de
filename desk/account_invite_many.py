"""Invitations to the people of the accounts that are ticked in the list, or of all that its filters show (C12)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from access.inviting_many import MOST, Waiting, find_waiting, invite_many
from desk.account_filters import asked_of
from desk.account_picks import pick, refuse
from desk.inviting_words import again_text, emails_text, left_out_texts, outcome_text, title_text, too_many_text
from firms.actors import Actor
from firms.doors import staff_of, staff_only
from lib import clock
from ui.filters import without
from ui.toasts import toast


@staff_only
@require_POST
def account_invite_ask(request: HttpRequest) -> HttpResponse:
    """How many e-mails to how many people, and who is left out. Sends nothing; an invitation cannot be called back."""
    staff = staff_of(request)
    picked = pick(request, None, asked_of(staff, request.GET))
    if picked.too_many or not picked.accounts:
        return refuse(request, picked)
    waiting = find_waiting(staff.firm, picked.accounts)
    may_send = bool(waiting.to_invite(again=True)) and len(waiting.new) <= MOST
    context = {
        "act": "invite" if may_send else "",
        "again": again_text(len(waiting.invited)) if may_send and waiting.invited else "",
        "all": request.POST.get("all") == "on",
        "button": _("Send"),
        "codes": request.POST.getlist("row"),
        "do_url": reverse("account_invite_many"),
        "meaning": meaning(waiting),
        "query": without(request.GET),
        "remarks": [*left_out_texts(waiting), *picked.remarks],
        "title": title_text(len(picked.accounts)),
    }
    return render(request, "desk/_account_bulk.html" if request.htmx else "desk/account_bulk.html", context)  # type: ignore[attr-defined]


def meaning(waiting: Waiting) -> str:
    if len(waiting.new) > MOST:
        return too_many_text(MOST)
    return emails_text(waiting.new)


@staff_only
@require_POST
def account_invite_many(request: HttpRequest) -> HttpResponse:
    staff = staff_of(request)
    picked = pick(request, None, asked_of(staff, request.GET))
    if picked.too_many or not picked.accounts:
        return refuse(request, picked)
    addresses = find_waiting(staff.firm, picked.accounts).to_invite(again=request.POST.get("again") == "on")
    if len(addresses) > MOST:
        messages.error(request, too_many_text(MOST))
    else:
        outcome = invite_many(firm=staff.firm, addresses=addresses, by=Actor.staff(staff, request), now=clock.now())
        toast(request, " ".join([*outcome_text(outcome), *picked.remarks]))
    return redirect(reverse("account_list") + without(request.GET))
