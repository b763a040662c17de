"""Acts on the accounts that are ticked in the list, or on all that its filters show: first asked, then done, then undone if one likes."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from actions.models import Action
from actions.queries import OPEN
from clients.bulk import MOST, Chosen, change_in_bulk
from clients.bulk_undo import accounts_of, get_bulk_change_for, undo_in_bulk
from clients.enums import BulkAct
from clients.models import BulkChange, Group, Tag
from clients.queries import changeable_accounts, visible_accounts
from desk.account_filters import NONE, Asked, Choice, asked_of
from desk.bulk_words import (
    busy_text,
    button_of,
    done_text,
    left_out_text,
    meaning_of,
    title_of,
    too_many_text,
    unchanged_text,
    undone_text,
)
from firms.actors import Actor
from firms.doors import staff_of, staff_only
from firms.models import Firm, Staff
from lib import clock
from ui.filters import without
from ui.toasts import toast


@dataclass(frozen=True, slots=True)
class Picked:
    """The accounts that an act is for: ids of those that it will change, how many may not be changed, and how many have open requests."""

    accounts: Sequence[int]
    left_out: int = 0
    busy: int = 0
    too_many: bool = False

    @property
    def remarks(self) -> list[str]:
        told = [left_out_text(self.left_out)] if self.left_out else []
        return [*told, busy_text(self.busy)] if self.busy else told


@staff_only
@require_POST
def account_bulk_ask(request: HttpRequest) -> HttpResponse:
    """A dialog over the list for htmx, else a page: how many accounts, and which manager, group or tag. Changes nothing."""
    act, asked = act_in(request), asked_of(staff_of(request), request.GET)
    picked = pick(request, act, asked)
    if picked.too_many or not picked.accounts:
        return refuse(request, picked)
    choices = choices_of(act, asked)
    context = {
        "act": act,
        "all": request.POST.get("all") == "on",
        "button": button_of(act),
        "choices": choices,
        "codes": request.POST.getlist("row"),
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
    change = change_in_bulk(
        staff=staff, act=act, accounts=picked.accounts, chosen=chosen, by=Actor.staff(staff, request), now=clock.now()
    )  # fmt: skip
    said = done_text(act, change.before["accounts"], str(chosen or "")) if change else unchanged_text()
    query = without(request.GET)
    toast(request, " ".join([said, *picked.remarks]), undo_url=undo_of(change) + query if change else "")
    return redirect(reverse("account_list") + query)


@staff_only
@require_POST
def account_bulk_undo(request: HttpRequest, code: str) -> HttpResponse:
    staff = staff_of(request)
    change = get_bulk_change_for(staff, code)
    busy = with_open_requests(staff.firm, accounts_of(change)) if change.act == BulkAct.RESTORE else set()
    toast(request, undone_text(undo_in_bulk(change=change, staff=staff, by=Actor.staff(staff, request), now=clock.now(), busy=busy)))
    return redirect(reverse("account_list") + without(request.GET))


def undo_of(change: BulkChange) -> str:
    return reverse("account_bulk_undo", args=[change.code])


def act_in(request: HttpRequest) -> BulkAct:
    if request.POST.get("bulk") not in BulkAct.values:
        raise Http404
    return BulkAct(request.POST["bulk"])


def pick(request: HttpRequest, act: BulkAct, asked: Asked) -> Picked:
    """The accounts that are ticked, by their codes, or with `all` those that the filters show."""
    if request.POST.get("all") == "on":
        found = list(asked.accounts.order_by().values_list("pk", flat=True)[: MOST + 1])
        wanted = len(found)
    else:
        codes = set(request.POST.getlist("row"))
        found = list(visible_accounts(asked.staff).filter(code__in=[code for code in codes if code.isalnum()]).values_list("pk", flat=True))
        wanted = len(codes)
    if wanted > MOST:
        return Picked([], too_many=True)
    able = set(changeable_accounts(asked.staff).filter(pk__in=found).order_by().values_list("pk", flat=True))
    busy = with_open_requests(asked.staff.firm, able) if act == BulkAct.ARCHIVE else set()
    return Picked(sorted(able - busy), wanted - len(able), len(busy))


def with_open_requests(firm: Firm, accounts: Collection[int]) -> set[int]:
    return set(Action.objects.filter(OPEN, firm=firm, account__in=accounts).order_by().values_list("account", flat=True).distinct())


def refuse(request: HttpRequest, picked: Picked) -> HttpResponse:
    """Nothing that could be changed: said on the list, or in the dialog."""
    sentences = [too_many_text(MOST)] if picked.too_many else picked.remarks or [_("Tick the accounts that you want to change.")]
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "desk/_account_bulk.html", {"title": _("Nothing was changed"), "remarks": sentences})
    messages.error(request, " ".join(sentences))
    return redirect(reverse("account_list") + without(request.GET))


def choices_of(act: BulkAct, asked: Asked) -> Sequence[Choice] | None:
    """What can be chosen for an act; None where there is nothing to choose."""
    choices = asked.choices
    offered: dict[BulkAct, Sequence[Choice]] = {
        BulkAct.MANAGER: [*choices.people, (NONE, _("Nobody"))],
        BulkAct.GROUP: [*choices.groups, (NONE, _("No group"))],
        BulkAct.TAG: choices.tags,
        BulkAct.UNTAG: choices.tags,
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
    found: Chosen = models[act].objects.filter(firm=firm, code=code).first() if code.isalnum() else None
    if found is None or (isinstance(found, Staff) and found.left_at is not None):
        raise Http404
    return found
