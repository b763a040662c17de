"""The list of conversations over all accounts that somebody may see."""

from collections.abc import Mapping

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from clients.queries import changeable_accounts
from firms.doors import staff_of, staff_only
from firms.enums import Right
from firms.models import Staff
from kinds.chats.models import Thread
from kinds.chats.queries import ordered, rows_of, threads_matching, unread_threads, visible_threads, with_row
from lib.counts import MOST, Wanted, capped_counts
from ui.filters import FilterBar, filter_bar, search_of
from ui.paging import CappedPaginator, most_for, said_count
from ui.shell import Tab

PER_PAGE = 25
VIEWS = ("unread", "open", "archived", "all")


@staff_only
@require_safe
def thread_list(request: HttpRequest) -> HttpResponse:
    staff, view = staff_of(request), view_in(request.GET)
    most = most_for(request.GET.get("page"), PER_PAGE, MOST)
    found = threads_matching(in_view(staff, view), staff, search_of(request.GET))
    counts = capped_counts({name: Wanted(in_view(staff, name), MOST) for name in VIEWS} | {"shown": Wanted(found, most)})
    rows = ordered(with_row(found, staff))
    page = CappedPaginator(rows, PER_PAGE, counted=counts["shown"] or 0, most=most).get_page(request.GET.get("page"))
    context = {
        "bar": bar_for(request.GET, page.paginator.said, said_count(counts[view] or 0, MOST)),  # type: ignore[attr-defined]
        "page": page,
        "rows": rows_of(page),
        "tabs": tabs_for(counts, view),
        "view": view,
        "any": bool(counts["all"]),
        "may_ask": changeable_accounts(staff, Right.MANAGE_ACTIONS).exists(),
    }
    return render(request, "chats/list.html", context)


def bar_for(query: QueryDict, shown: str, total: str) -> FilterBar:
    return filter_bar(
        query, [], shown=shown, total=total, search_label=_("Search messages"), search_placeholder=_("Subject or account")
    )  # fmt: skip


def view_in(query: QueryDict) -> str:
    view = query.get("view", "")
    return view if view in VIEWS else "open"


def in_view(staff: Staff, view: str) -> QuerySet[Thread]:
    if view == "unread":
        return unread_threads(staff)
    conditions = {"open": Q(archived_at=None), "archived": Q(archived_at__isnull=False), "all": Q()}
    return visible_threads(staff).filter(conditions[view])


def tabs_for(counts: Mapping[str, int | None], view: str) -> list[Tab]:
    titles = {
        "unread": pgettext("messages", "Unread"),
        "open": pgettext("messages", "Open"),
        "archived": pgettext("messages", "Archived"),
        "all": pgettext("messages", "All"),
    }
    return [
        Tab(
            title,
            f"?view={name}",
            name == view,
            said_count(counts[name] or 0, MOST),
            "azure" if name == "unread" and counts[name] else "grey",
        )
        for name, title in titles.items()
    ]
