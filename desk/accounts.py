"""The list of accounts."""

from collections.abc import Mapping

from django.db.models import Count, F, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.expressions import OrderBy
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from actions.kinds import all_kinds
from actions.models import Action
from actions.queries import OPEN
from clients.enums import ListName
from clients.importing.queries import may_import
from clients.models import Account
from clients.queries import current_accounts, visible_accounts
from desk.account_filters import NOBODY, Asked, asked_of, views_of
from desk.account_rows import account_rows, with_figures
from desk.bulk_words import all_matching, bulk_acts
from desk.pages import PER_PAGE, today_of
from desk.saved_views import saved_frame
from desk.sorting import Column, columns_for
from firms.doors import powers, staff_of, staff_only
from firms.enums import Right
from firms.rules import has_right, sees_all_accounts
from lib import clock
from lib.counts import MOST, Wanted, capped_counts
from ui.filters import PAGE, FilterBar, filter_bar, without
from ui.paging import CappedPaginator, most_for, said_count
from ui.shell import Tab

SORTS = ("name", "manager", "group", "open")
Counts = Mapping[str, int | None]


@staff_only
@require_safe
def account_list(request: HttpRequest) -> HttpResponse:
    staff, now = staff_of(request), clock.now()
    asked, most = asked_of(staff, request.GET), most_for(request.GET.get(PAGE), PER_PAGE, MOST)
    counts, columns = count(asked, most), columns_for(request.GET, SORTS, default="name")
    rows = with_figures(ordered(asked.accounts, columns).select_related("manager", "group"), today_of(staff.firm, now), now)
    paginator = CappedPaginator(rows, PER_PAGE, counted=counts["shown"] or 0, most=most)
    page = paginator.get_page(request.GET.get(PAGE))
    saved = saved_frame(request.GET, ListName.ACCOUNTS, asked.choices.saved)
    shown = account_rows(page, staff, now)
    context = {
        "acts": bulk_acts(asked.view, may_edit=any(row.may_edit for row in shown), may_ask=any(row.may_ask for row in shown)),
        "all_matching": all_matching(paginator) if page.has_other_pages() else "",
        "bar": bar_for(asked, paginator.said, said_count(counts["in_view"] or 0, most)),
        "columns": columns,
        "first_use": not counts["any"],
        "kinds": all_kinds(),
        "may_create": has_right(powers(staff), Right.MANAGE_ACCOUNTS),
        "may_import": may_import(staff),
        "page": page,
        "query": without(request.GET, PAGE),
        "rows": shown,
        "saved": saved,
        "tabs": [*tabs_for(counts, asked, within_saved=saved.active is not None), *saved.tabs],
    }
    return render(request, "desk/account_list.html", context)


@staff_only
@require_safe
def account_list_nobody(request: HttpRequest) -> HttpResponse:
    """How many accounts have nobody who is notified, for the tab of a firm with so many that the page does not wait for it."""
    staff = staff_of(request)
    counted = capped_counts({NOBODY: Wanted(visible_accounts(staff).filter(views_of(staff)[NOBODY]), MOST)})[NOBODY] or 0
    return render(request, "desk/_tab_count.html", {"count": said_count(counted, MOST), "color": "red" if counted else "grey"})


def count(asked: Asked, most: int) -> Counts:
    """One query: each view, what is shown (up to `most`), and whether the firm has any account at all."""
    own, views = visible_accounts(asked.staff), views_of(asked.staff)
    wanted = {
        name: Wanted(own.filter(view), MOST, few=current_accounts(asked.staff) if name == NOBODY else None) for name, view in views.items()
    }
    wanted["in_view"] = Wanted(asked.in_view, most)
    wanted["any"] = Wanted(Account.objects.filter(firm=asked.staff.firm_id), most=0)
    if asked.narrows:
        wanted["shown"] = Wanted(asked.accounts, most)
    counts = capped_counts(wanted)
    return {"shown": counts["in_view"], **counts}


def tabs_for(counts: Counts, asked: Asked, *, within_saved: bool) -> list[Tab]:
    """Who sees only their own accounts needs no view of those alone; an empty archive is no view."""
    titles = {"all": _("All"), "mine": _("My accounts"), NOBODY: _("Nobody notified"), "archived": _("Archived")}
    if not sees_all_accounts(powers(asked.staff)):
        del titles["mine"]
    if not counts["archived"] and asked.view != "archived":
        del titles["archived"]
    return [tab_of(name, title, counts[name], name == asked.view and not within_saved) for name, title in titles.items()]


def tab_of(name: str, title: str, counted: int | None, active: bool) -> Tab:
    if counted is None:
        return Tab(title, f"?view={name}", active, count_url=reverse("account_list_nobody"))
    return Tab(title, f"?view={name}", active, said_count(counted, MOST), "red" if name == NOBODY and counted else "grey")


def bar_for(asked: Asked, shown: str, total: str) -> FilterBar:
    return filter_bar(
        asked.query, asked.filters, shown=shown, total=total, search_label=_("Search accounts"),
        search_placeholder=_("Name, reference, e-mail"),
    )  # fmt: skip


def ordered(accounts: QuerySet[Account], columns: Mapping[str, Column]) -> QuerySet[Account]:
    """Accounts without a manager, or without a group, come last, either way; the name decides among equals."""
    column = next(column for column in columns.values() if column.direction)
    backwards = column.direction == "descending"
    if column.name == "name":
        return accounts.order_by("-name_key" if backwards else "name_key", "pk")
    if column.name == "open":
        return with_open_requests(accounts).order_by("-open_requests" if backwards else "open_requests", "name_key", "pk")
    name = F(f"{column.name}__name")
    first: OrderBy = name.desc(nulls_last=True) if backwards else name.asc(nulls_last=True)
    return accounts.order_by(first, "name_key", "pk")


def with_open_requests(accounts: QuerySet[Account]) -> QuerySet[Account]:
    of_account = Action.objects.filter(OPEN, account=OuterRef("pk")).order_by().values("account")
    counted = Subquery(of_account.annotate(count=Count("pk")).values("count"), output_field=IntegerField())
    return accounts.annotate(open_requests=Coalesce(counted, 0))
