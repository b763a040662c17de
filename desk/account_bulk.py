"""Acts on the accounts that are ticked in the list, or on all that its filters show: first asked, then done, then undone if one likes."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clients.bulk import Chosen
from clients.bulk_undo import UNDO_WITHIN, TooLate, get_bulk_change_for
from clients.enums import BulkAct
from clients.models import BulkChange, Group, Tag
from clients.queries import tags_of
from desk.account_filters import NONE, Asked, Choice, asked_of
from desk.account_picks import pick, refuse
from desk.bulk_words import (
    button_of,
    done_text,
    left_as_is_texts,
    meaning_of,
    title_of,
    too_late_text,
    unchanged_text,
    undone_text,
)
from firms.actors import Actor
from firms.doors import staff_of, staff_only
from firms.models import Firm, Staff
from lib import clock
from lib.codes import is_code
from reminders.accounts import change_many_unless_asked, undo_many_unless_asked
from ui.filters import without
from ui.toasts import toast


@staff_only
@require_POST
def account_bulk_ask(request: HttpRequest) -> HttpResponse:
    """A dialog over the list for htmx, else a page: how many accounts, and which manager, group or tag. Changes nothing."""
    act, asked = act_in(request), asked_of(staff_of(request), request.GET)
    picked = pick(request, act, asked)
    if picked.too_many or not picked.accounts:
        return refuse(request, picked)
    choices = choices_of(act, asked, picked.accounts)
    context = {
        "act": act,
        "all": request.POST.get("all") == "on",
        "button": button_of(act),
        "choices": choices,
        "codes": request.POST.getlist("row"),
        "do_url": reverse("account_bulk_do"),
        "meaning": meaning_of(act),
        "nothing_to_choose": choices is not None and not choices,
        "query": without(request.GET),
        "remarks": picked.remarks,
        "title": title_of(act, len(picked.accounts)),
    }
    return render(request, "desk/_account_bulk.html" if request.htmx else "desk/account_bulk.html", context)  # type: ignore[attr-defined]


@staff_only
@require_POST
def account_bulk_do(request: HttpRequest) -> HttpResponse:
    staff, act = staff_of(request), act_in(request)
    picked, chosen = pick(request, act, asked_of(staff, request.GET)), chosen_in(request, act, staff.firm)
    if picked.too_many or not picked.accounts:
        return refuse(request, picked)
    change = change_many_unless_asked(
        staff=staff, act=act, accounts=picked.accounts, chosen=chosen, by=Actor.staff(staff, request), now=clock.now()
    )  # fmt: skip
    if change:
        done = change.before["accounts"]
        told = [done_text(act, done, str(chosen or "")), *left_as_is_texts(len(picked.accounts), done)]
    else:
        told = [unchanged_text()]
    query = without(request.GET)
    toast(request, " ".join([*told, *picked.remarks]), undo_url=undo_of(change) + query if change else "")
    return redirect(reverse("account_list") + query)


@staff_only
@require_POST
def account_bulk_undo(request: HttpRequest, code: str) -> HttpResponse:
    staff = staff_of(request)
    change = get_bulk_change_for(staff, code)
    try:
        undone = undo_many_unless_asked(change=change, staff=staff, by=Actor.staff(staff, request), now=clock.now())
    except TooLate:
        messages.error(request, too_late_text(UNDO_WITHIN))
    else:
        toast(request, undone_text(undone))
    return redirect(reverse("account_list") + without(request.GET))


def undo_of(change: BulkChange) -> str:
    return reverse("account_bulk_undo", args=[change.code])


def act_in(request: HttpRequest) -> BulkAct:
    if request.POST.get("bulk") not in BulkAct.values:
        raise Http404
    return BulkAct(request.POST["bulk"])


def choices_of(act: BulkAct, asked: Asked, accounts: Sequence[int]) -> Sequence[Choice] | None:
    """What can be chosen for an act on these accounts; None where there is nothing to choose."""
    if act == BulkAct.UNTAG:
        return list(tags_of(asked.staff.firm).filter(account_tags__account__in=accounts).distinct().values_list("code", "name"))
    choices = asked.choices
    offered: dict[BulkAct, Sequence[Choice]] = {
        BulkAct.MANAGER: [*choices.people, (NONE, _("Nobody"))],
        BulkAct.GROUP: [*choices.groups, (NONE, _("No group"))],
        BulkAct.TAG: choices.tags,
    }
    return offered.get(act)


def chosen_in(request: HttpRequest, act: BulkAct, firm: Firm) -> Chosen:
    """The manager, group or tag that was chosen; 404 for what is none of this firm's."""
    code = request.POST.get("chosen", "")
    models: dict[BulkAct, type[Staff] | type[Group] | type[Tag]] = {
        BulkAct.MANAGER: Staff, BulkAct.GROUP: Group, BulkAct.TAG: Tag, BulkAct.UNTAG: Tag,
    }  # fmt: skip
    if act not in models or (code == NONE and models[act] is not Tag):
        return None
    found: Chosen = models[act].objects.filter(firm=firm, code=code).first() if is_code(code) else None
    if found is None or (isinstance(found, Staff) and found.left_at is not None):
        raise Http404
    return found
