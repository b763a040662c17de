"""Requesting approval again, from the lists and from a request's page: a dialog with who gets it and the message, then the e-mails."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from firms.actors import Actor
from firms.doors import staff_of, staff_only
from firms.models import Staff
from kinds.approvals.requesting import MOST, Meant, meant_by
from kinds.approvals.services import request_again
from kinds.approvals.wording import by_account, by_message, count_told, proposed_message
from lib import clock
from reminders.forms import ResendForm
from ui.toasts import toast


@staff_only
@require_POST
def approval_request_ask(request: HttpRequest) -> HttpResponse:
    """A dialog over the page for htmx, else a page of its own. Sends nothing."""
    staff = staff_of(request)
    meant = meant_by(staff, request.POST)
    return show(request, staff, meant, ResendForm(initial={"message": proposed_message(staff, meant.actions)}) if meant.actions else None)


@staff_only
@require_POST
def approval_request_send(request: HttpRequest) -> HttpResponse:
    staff = staff_of(request)
    meant, form = meant_by(staff, request.POST), ResendForm(request.POST)
    if not meant.actions or not form.is_valid():
        return show(request, staff, meant, form)
    worded = by_message(staff, meant.actions, form.cleaned_data["message"])
    told = request_again(worded=worded, by=Actor.staff(staff, request), now=clock.now())
    if told:
        said = ngettext("Approval is requested at %(count)s address.", "Approval is requested at %(count)s addresses.", told)
        toast(request, said % {"count": told})
    else:
        messages.error(request, _("Nothing was sent: nobody of these accounts can be told."))
    return redirect(way_back(meant))


def show(request: HttpRequest, staff: Staff, meant: Meant, form: ResendForm | None) -> HttpResponse:
    accounts = by_account(staff.firm, meant.actions, clock.now())
    context: dict[str, Any] = {
        "accounts": accounts,
        "actions": meant.actions,
        "back": way_back(meant),
        "form": form,
        "most": MOST,
        "of": meant.account,
        "show_context": staff.firm.show_context,
        "title": title_of(meant),
        "told": count_told(accounts),
        "too_many": meant.too_many,
    }
    return render(request, "approvals/_request_dialog.html" if request.htmx else "approvals/request.html", context)  # type: ignore[attr-defined]


def title_of(meant: Meant) -> str:
    if len(meant.actions) == 1:
        return _("Request approval: %(title)s") % {"title": meant.actions[0].title}
    if meant.actions:
        return _("Request approval for %(count)s pending requests") % {"count": len(meant.actions)}
    return _("Request approval")


def way_back(meant: Meant) -> str:
    return reverse("account_approvals", args=[meant.account]) if meant.account else reverse("approval_list")
