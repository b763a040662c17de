"""The accounts that an act of the list is for: those that are ticked, or all that its filters show."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from actions.queries import accounts_with_open
from clients.bulk import MOST
from clients.enums import BulkAct
from clients.queries import changeable_accounts, visible_accounts
from desk.account_filters import Asked
from desk.bulk_words import busy_text, left_out_text, too_many_text
from lib.codes import is_code
from ui.filters import without


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


def pick(request: HttpRequest, act: BulkAct | None, asked: Asked) -> Picked:
    """The accounts that are ticked, by their codes, or with `all` those that the filters show."""
    found, wanted = find_chosen(request, asked)
    if wanted > MOST:
        return Picked([], too_many=True)
    able = set(changeable_accounts(asked.staff).filter(pk__in=found).order_by().values_list("pk", flat=True))
    busy = accounts_with_open(asked.staff.firm, able) if act == BulkAct.ARCHIVE else set()
    return Picked(sorted(able - busy), wanted - len(able), len(busy))


def find_chosen(request: HttpRequest, asked: Asked) -> tuple[Sequence[int], int]:
    """Ids of the accounts that are chosen and can be seen, and how many were wanted; one more than `MOST` where that is too many."""
    if request.POST.get("all") == "on":
        found = list(asked.accounts.order_by().values_list("pk", flat=True)[: MOST + 1])
        return found, len(found)
    codes = set(request.POST.getlist("row"))
    seen = visible_accounts(asked.staff).filter(code__in=[code for code in codes if is_code(code)])
    return list(seen.order_by().values_list("pk", flat=True)), len(codes)


def refuse(request: HttpRequest, picked: Picked) -> HttpResponse:
    """Nothing that could be changed: said on the list, or in the dialog."""
    sentences = [too_many_text(MOST)] if picked.too_many else picked.remarks or [_("Tick the accounts that you want to change.")]
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "desk/_account_bulk.html", {"title": _("Nothing was changed"), "remarks": sentences})
    messages.error(request, " ".join(sentences))
    return redirect(reverse("account_list") + without(request.GET))
