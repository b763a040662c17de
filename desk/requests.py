"""The list of requests, and the way to one of them."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from django.core.paginator import Paginator
from django.db.models import F, Q, QuerySet
from django.db.models.expressions import OrderBy
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from actions.enums import ActionState
from actions.kinds import all_kinds, get_kind
from actions.models import Action
from actions.queries import OPEN, ActionCounts, actions_matching, count_actions, get_action_for, overdue, visible_actions
from desk.pages import PER_PAGE, today_of
from desk.queries import with_row
from desk.request_bulk_words import all_matching, request_acts
from desk.rows import rows_of
from desk.sorting import Column, columns_for
from desk.start import kinds_to_ask_for
from firms.doors import powers, staff_of, staff_only
from firms.models import Staff
from firms.queries import active_staff
from firms.rules import sees_all_accounts
from lib import clock
from ui.filters import PAGE, Filter, FilterBar, active_filters, filter_bar, search_of, without
from ui.shell import Tab

NOBODY = "nobody"
SORTS = {"due": F("due_on"), "asked": F("opened_at"), "next": F("next_reminder_at")}
VIEWS = ("open", "overdue", "done", "all")


@staff_only
@require_safe
def action_list(request: HttpRequest) -> HttpResponse:
    staff, now = staff_of(request), clock.now()
    today = today_of(staff.firm, now)
    view = view_in(request.GET)
    filters = filters_for(staff, view)
    columns = columns_for(request.GET, SORTS, default="due" if view in ("open", "overdue") else "-asked")
    shown = chosen_actions(staff, request.GET, filters, today)
    page = Paginator(with_row(shown).order_by(*order_by(columns)), PER_PAGE).get_page(request.GET.get("page"))
    counts = count_actions(staff, today)
    rows = rows_of(page, staff, now)
    context = {
        "acts": request_acts() if any(row.may_act for row in rows) else [],
        "all_matching": all_matching(page.paginator.count) if page.has_other_pages() else "",
        "query": without(request.GET, PAGE),
        "bar": bar_for(request.GET, filters, page.paginator.count, getattr(counts, view)),
        "columns": columns,
        "counts": counts,
        "page": page,
        "rows": rows,
        "tabs": tabs_for(counts, view),
        "today": today,
        "view": view,
        "new_kinds": kinds_to_ask_for(staff),
    }
    return render(request, "desk/requests.html", context)


def chosen_actions(staff: Staff, query: QueryDict, filters: Sequence[Filter], today: date) -> QuerySet[Action]:
    """The requests that view, filters and search of an address leave."""
    shown = narrow(in_view(visible_actions(staff), view_in(query), today), staff, active_filters(query, filters), today)
    return actions_matching(shown, staff, search_of(query))


@staff_only
def action_show(request: HttpRequest, code: str) -> HttpResponse:
    """The door of every request, whatever its kind: its page is the kind's own."""
    action = get_action_for(staff_of(request), code)
    return get_kind(action.kind).staff_view(request, action)


def view_in(query: QueryDict) -> str:
    view = query.get("view", "")
    return view if view in VIEWS else "open"


def in_view(actions: QuerySet[Action], view: str, today: date) -> QuerySet[Action]:
    conditions = {"open": OPEN, "overdue": overdue(today), "done": Q(state=ActionState.DONE), "all": Q()}
    return actions.filter(conditions[view])


def tabs_for(counts: ActionCounts, view: str) -> list[Tab]:
    titles = {
        "open": pgettext("requests", "Open"),
        "overdue": pgettext("requests", "Overdue"),
        "done": pgettext("requests", "Done"),
        "all": pgettext("requests", "All"),
    }
    return [
        Tab(title, f"?view={name}", name == view, getattr(counts, name), "red" if name == "overdue" and counts.overdue else "grey")
        for name, title in titles.items()
    ]


def filters_for(staff: Staff, view: str) -> Sequence[Filter]:
    """The state is asked on “All” alone: the other views are states already. Who sees only their own has no manager to choose."""
    filters = [Filter("kind", _("Kind"), [(kind.key, str(kind.nouns)) for kind in all_kinds()])]
    if sees_all_accounts(powers(staff)):
        people = [(person.code, person.name) for person in active_staff(staff.firm)]
        filters.append(Filter("manager", _("Manager"), [*people, (NOBODY, _("Nobody"))]))
    if view == "all":
        filters.append(Filter("state", _("State"), [(state.value, str(state.label)) for state in ActionState]))
    reminders = [("on", pgettext("reminders", "On")), ("off", pgettext("reminders", "Off")), ("used-up", pgettext("reminders", "Used up"))]
    due = [("overdue", _("Overdue")), ("today", _("Today")), ("week", _("Within 7 days")), ("later", _("Later")), ("none", _("No date"))]
    return [*filters, Filter("reminders", _("Reminders"), reminders), Filter("due", _("Due"), due)]


def bar_for(query: QueryDict, filters: Sequence[Filter], shown: int, total: int) -> FilterBar:
    return filter_bar(query, filters, shown=shown, total=total, search_label=_("Search requests"), search_placeholder=_("Title or account"))


def narrow(actions: QuerySet[Action], staff: Staff, chosen: Mapping[str, str], today: date) -> QuerySet[Action]:
    """The requests that the filters leave."""
    wanted = Q()
    if "kind" in chosen:
        wanted &= Q(kind=chosen["kind"])
    if "manager" in chosen:
        wanted &= managed_by(staff, chosen["manager"])
    if "state" in chosen:
        wanted &= Q(state=chosen["state"])
    if "reminders" in chosen:
        wanted &= with_reminders(chosen["reminders"])
    if "due" in chosen:
        wanted &= due_when(chosen["due"], today)
    return actions.filter(wanted)


def managed_by(staff: Staff, code: str) -> Q:
    if code == NOBODY:
        return Q(account__manager=None)
    return Q(account__manager__in=Staff.objects.filter(firm=staff.firm_id, code=code).values("pk"))


def with_reminders(chosen: str) -> Q:
    """Of open requests: those that will be reminded, those switched off, those whose number has been sent."""
    ways = {
        "on": Q(next_reminder_at__isnull=False),
        "off": OPEN & Q(reminders_on=False),
        "used-up": OPEN & Q(reminders_on=True, next_reminder_at=None),
    }
    return ways[chosen]


def due_when(chosen: str, today: date) -> Q:
    week = today + timedelta(days=7)
    ways = {
        "overdue": overdue(today),
        "today": Q(due_on=today),
        "week": Q(due_on__gte=today, due_on__lte=week),
        "later": Q(due_on__gt=week),
        "none": Q(due_on=None),
    }
    return ways[chosen]


def order_by(columns: Mapping[str, Column]) -> list[OrderBy | str]:
    """What has no such moment comes last, either way; the newest first among equals."""
    column = next(column for column in columns.values() if column.direction)
    key = SORTS[column.name]
    first = key.desc(nulls_last=True) if column.direction == "descending" else key.asc(nulls_last=True)
    return [first, "-opened_at", "-pk"]
