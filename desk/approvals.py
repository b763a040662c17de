"""Approvals: of the whole firm, and of one account. Those that are pending come first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from actions.models import Action
from actions.queries import actions_matching
from clients.models import Account
from clients.queries import get_account_for
from desk.account_pages import OPEN_FIRST, frame
from desk.account_rows import may_ask
from desk.documents import document_tabs
from desk.pages import PER_PAGE
from desk.queries import with_row
from desk.rows import Row, rows_of
from desk.start import kinds_to_ask_for
from firms.doors import staff_of, staff_only
from firms.models import Staff
from kinds.approvals.queries import KIND, STATES, names_of_documents, visible_approvals
from kinds.approvals.requesting import ALL, pending_to_request
from kinds.approvals.rules import State
from lib import clock
from lib.counts import counts
from ui.filters import Filter, FilterBar, active_filters, filter_bar, search_of
from ui.paging import CountedPaginator
from ui.shell import BulkAction, Tab

NAMED = 3  # documents in a row; the others are counted


@dataclass(frozen=True, slots=True)
class ApprovalRow:
    """A request of the list, and what is to be approved: the first names, and how many more."""

    row: Row
    names: list[str]
    more: int


@staff_only
@require_safe
def approval_list(request: HttpRequest) -> HttpResponse:
    staff, now = staff_of(request), clock.now()
    context = {
        **list_context(request, staff, visible_approvals(staff), now),
        "tabs": document_tabs("approval_list"),
        "may_ask": any(kind.key == KIND for kind in kinds_to_ask_for(staff)),
    }
    return render(request, "desk/approvals.html", context)


@staff_only
@require_safe
def account_approvals(request: HttpRequest, code: str) -> HttpResponse:
    """A tab of the account's documents."""
    staff, now = staff_of(request), clock.now()
    account = get_account_for(staff, code)
    approvals = visible_approvals(staff).filter(account=account)
    context = {
        **frame(account, staff, "account_documents", now),
        **list_context(request, staff, approvals, now, account),
        "subtabs": document_subtabs(account, "account_approvals"),
        "may_ask": may_ask(staff, account),
    }
    return render(request, "desk/account_approvals.html", context)


def document_subtabs(account: Account, active: str) -> list[Tab]:
    """What stands under an account's Documents."""
    pages = (("account_documents", _("Files")), ("account_approvals", _("Approvals")))
    return [Tab(title, reverse(name, args=[account.code]), name == active) for name, title in pages]


def list_context(
    request: HttpRequest, staff: Staff, approvals: QuerySet[Action], now: datetime, account: Account | None = None
) -> dict[str, object]:
    """What both lists show; without `account` each row names its own."""
    text, of = search_of(request.GET), account.code if account else ""
    shown = actions_matching(narrow(approvals, request.GET), staff, text)
    found = counts({"shown": shown, "total": approvals, "pending": pending_to_request(staff, account=of, text=text)})
    paginator = CountedPaginator(with_row(shown).order_by(*OPEN_FIRST), PER_PAGE, counted=found["shown"])
    page = paginator.get_page(request.GET.get("page"))
    return {
        "bar": bar_for(request.GET, found["shown"], found["total"]),
        "page": page,
        "rows": approval_rows(rows_of(page, staff, now)),
        "total": found["total"],
        "pending": found["pending"],
        "of": of,
        "acts": [BulkAction("request", "send", _("Request approval"))],
        "all": ALL,
    }


def filters() -> list[Filter]:
    names = {
        State.PENDING: pgettext("approvals", "Pending"),
        State.APPROVED: pgettext("approvals", "Approved"),
        State.REFUSED: pgettext("approvals", "Refused"),
        State.WITHDRAWN: pgettext("approvals", "Withdrawn"),
        State.EXPIRED: pgettext("approvals", "Expired"),
    }
    return [Filter("state", _("State"), [(state.value, name) for state, name in names.items()])]


def bar_for(query: QueryDict, shown: int, total: int) -> FilterBar:
    label = _("Search approvals")
    return filter_bar(query, filters(), shown=shown, total=total, search_label=label, search_placeholder=_("Title or account"))


def narrow(approvals: QuerySet[Action], query: QueryDict) -> QuerySet[Action]:
    chosen = active_filters(query, filters()).get("state")
    return approvals.filter(STATES[State(chosen)]) if chosen else approvals


def approval_rows(rows: Iterable[Row]) -> list[ApprovalRow]:
    """One query for the documents of all of them."""
    rows = list(rows)
    names = names_of_documents([row.action for row in rows])
    return [ApprovalRow(row, (found := names[row.action.pk])[:NAMED], max(0, len(found) - NAMED)) for row in rows]
