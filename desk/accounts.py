"""The list of accounts."""

from collections.abc import Mapping, Sequence

from django.core.paginator import Paginator
from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import OrderBy
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from actions.kinds import all_kinds
from actions.models import Action
from actions.queries import OPEN
from clients.enums import AccountKind
from clients.importing.queries import may_import
from clients.models import Account
from clients.queries import groups_of, notifying, notifying_all, notifying_nobody, tags_of, visible_accounts
from clients.search import accounts_matching
from desk.account_rows import account_rows
from desk.pages import PER_PAGE
from desk.sorting import Column, columns_for
from firms.doors import powers, staff_of, staff_only
from firms.enums import Right
from firms.models import Staff
from firms.queries import active_staff
from firms.rules import has_right, sees_all_accounts
from lib import clock
from ui.filters import Filter, FilterBar, active_filters, filter_bar, search_of
from ui.shell import Tab

NOBODY = "nobody"
NONE = "-"
SORTS = ("name", "manager", "open")
VIEWS = ("all", "mine", NOBODY, "archived")


@staff_only
@require_safe
def account_list(request: HttpRequest) -> HttpResponse:
    staff, now = staff_of(request), clock.now()
    view, filters = view_in(request.GET), filters_for(staff)
    chosen = active_filters(request.GET, filters)
    accounts = visible_accounts(staff)
    counts = count_views(accounts, staff)
    columns = columns_for(request.GET, SORTS, default="name")
    shown = accounts_matching(narrow(accounts.filter(views_of(staff)[view]), chosen), search_of(request.GET))
    page = Paginator(ordered(shown, columns).select_related("manager", "group"), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "bar": bar_for(request.GET, filters, page.paginator.count, counts[view]),
        "columns": columns,
        "first_use": not Account.objects.filter(firm=staff.firm_id).exists(),
        "kinds": all_kinds(),
        "may_create": has_right(powers(staff), Right.MANAGE_ACCOUNTS),
        "may_import": may_import(staff),
        "page": page,
        "rows": account_rows(page, staff, now),
        "tabs": tabs_for(counts, view, staff),
    }
    return render(request, "desk/account_list.html", context)


def view_in(query: QueryDict) -> str:
    view = query.get("view", "")
    return view if view in VIEWS else "all"


def views_of(staff: Staff) -> dict[str, Q]:
    """Archived accounts stand in a view of their own and in no other."""
    current = Q(archived_at=None)
    told = Q(pk__in=notifying(visible_accounts(staff)).order_by().values("pk"))
    return {"all": current, "mine": current & Q(manager=staff), NOBODY: current & ~told, "archived": ~current}


def count_views(accounts: QuerySet[Account], staff: Staff) -> dict[str, int]:
    return accounts.order_by().aggregate(**{name: Count("pk", filter=wanted) for name, wanted in views_of(staff).items()})


def tabs_for(counts: Mapping[str, int], view: str, staff: Staff) -> list[Tab]:
    """Who sees only their own accounts needs no view of those alone; an empty archive is no view."""
    titles = {"all": _("All"), "mine": _("My accounts"), NOBODY: _("Nobody notified"), "archived": _("Archived")}
    if not sees_all_accounts(powers(staff)):
        del titles["mine"]
    if not counts["archived"] and view != "archived":
        del titles["archived"]
    return [
        Tab(title, f"?view={name}", name == view, counts[name], "red" if name == NOBODY and counts[name] else "grey")
        for name, title in titles.items()
    ]


def filters_for(staff: Staff) -> Sequence[Filter]:
    """Groups and tags are chosen by name: they have no code, and primary keys stay on the server."""
    filters = [Filter("kind", _("Kind"), [(kind.value, str(kind.label)) for kind in AccountKind])]
    if sees_all_accounts(powers(staff)):
        people = [(person.code, person.name) for person in active_staff(staff.firm)]
        filters.append(Filter("manager", _("Manager"), [*people, (NONE, _("Nobody"))]))
    groups = [(group.name, group.name) for group in groups_of(staff.firm)]
    tags = [(tag.name, tag.name) for tag in tags_of(staff.firm)]
    notify = [("all", _("Everybody")), (NOBODY, _("Nobody"))]
    return [
        *filters,
        *([Filter("group", _("Group"), groups)] if groups else []),
        *([Filter("tag", _("Tag"), tags)] if tags else []),
        Filter("notify", _("Notify"), notify),
    ]


def narrow(accounts: QuerySet[Account], chosen: Mapping[str, str]) -> QuerySet[Account]:
    """The accounts that the filters leave."""
    if "kind" in chosen:
        accounts = accounts.filter(kind=chosen["kind"])
    if "manager" in chosen:
        accounts = accounts.filter(Q(manager=None) if chosen["manager"] == NONE else Q(manager__code=chosen["manager"]))
    if "group" in chosen:
        accounts = accounts.filter(group__name=chosen["group"])
    if "tag" in chosen:
        accounts = accounts.filter(account_tags__tag__name=chosen["tag"])
    if "notify" in chosen:
        accounts = notifying_nobody(accounts) if chosen["notify"] == NOBODY else notifying_all(accounts)
    return accounts


def bar_for(query: QueryDict, filters: Sequence[Filter], shown: int, total: int) -> FilterBar:
    return filter_bar(
        query, filters, shown=shown, total=total, search_label=_("Search accounts"), search_placeholder=_("Name, reference, e-mail")
    )


def ordered(accounts: QuerySet[Account], columns: Mapping[str, Column]) -> QuerySet[Account]:
    """Accounts without a manager come last, either way; the name decides among equals."""
    column = next(column for column in columns.values() if column.direction)
    backwards = column.direction == "descending"
    if column.name == "name":
        return accounts.order_by("-name_key" if backwards else "name_key", "pk")
    if column.name == "open":
        of_account = Action.objects.filter(OPEN, account=OuterRef("pk")).order_by().values("account")
        count = Subquery(of_account.annotate(count=Count("pk")).values("count"), output_field=IntegerField())
        accounts = accounts.annotate(open_requests=Coalesce(count, 0))
        return accounts.order_by("-open_requests" if backwards else "open_requests", "name_key", "pk")
    name = F("manager__name")
    first: OrderBy = name.desc(nulls_last=True) if backwards else name.asc(nulls_last=True)
    return accounts.order_by(first, "name_key", "pk")
