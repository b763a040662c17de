"""The outbox: what waits, what is on the way, what went, failed or is held, newest first."""

from collections.abc import Mapping, Sequence

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from clients.queries import visible_accounts
from desk.activity import by_day, day_filters
from desk.mail_hold import hold_card
from desk.outbox_rows import COLORS, rows_of
from desk.pages import PER_PAGE
from firms.doors import powers, staff_of, staff_only
from firms.models import Staff
from firms.rules import may_change_settings
from lib import clock
from lib.codes import is_code
from lib.counts import MOST
from notifications.enums import ERROR_WORDS, OutboxState
from notifications.outbox import Outbox, count_states, outbox_for, to_whom
from notifications.samples import CLIENT_EVENTS, EVENT_TITLES
from ui.filters import PAGE, Filter, FilterBar, active_filters, filter_bar, search_of
from ui.paging import CappedPaginator, most_for, said_count
from ui.shell import Tab

ALL = "all"


@staff_only
@require_safe
def outbox_list(request: HttpRequest) -> HttpResponse:
    staff, now, query = staff_of(request), clock.now(), request.GET
    view, filters, most = view_in(query), filters_for(staff, query), most_for(query.get(PAGE), PER_PAGE, MOST)
    outbox = outbox_for(staff)
    in_view = outbox if view == ALL else outbox.in_state(OutboxState(view), now)
    shown = narrow(in_view, staff, query, filters)
    counts = count_states(outbox, now, in_view=(in_view, most), shown=(shown, most))
    paginator = CappedPaginator(shown, PER_PAGE, counted=counts["shown"], most=most)
    page = paginator.get_page(query.get(PAGE))
    context = {
        "bar": bar_for(query, filters, paginator.said, said_count(counts["in_view"], most)),
        "first_use": not counts[ALL],
        "page": page,
        "rows": rows_of(page, staff, now),
        "tabs": tabs_for(counts, view),
        "view": view,
        "hold": hold_card(staff, now),
    }
    return render(request, "desk/outbox.html", context)


def view_in(query: QueryDict) -> str:
    view = query.get("view", "")
    return view if view in OutboxState else ALL


def tabs_for(counts: Mapping[str, int], view: str) -> list[Tab]:
    titles = {ALL: pgettext("e-mails", "All"), **{state.value: str(state.label) for state in OutboxState}}
    return [
        Tab(title, f"?view={name}", name == view, said_count(counts[name], MOST), color_of(name, counts)) for name, title in titles.items()
    ]


def color_of(name: str, counts: Mapping[str, int]) -> str:
    """Red and yellow where somebody should look."""
    alarming = name in (OutboxState.FAILED, OutboxState.HELD) and counts[name]
    return COLORS[OutboxState(name)] if alarming else "grey"


def filters_for(staff: Staff, query: QueryDict) -> list[Filter]:
    """An account stands among them once the address names one that exists."""
    events = EVENT_TITLES if may_change_settings(powers(staff)) else CLIENT_EVENTS
    filters = [Filter("event", pgettext("e-mails", "About"), [(event.value, str(title)) for event, title in events.items()])]
    filters.append(Filter("error", pgettext("e-mails", "Trouble"), [(kind.value, str(said)) for kind, said in ERROR_WORDS.items()]))
    code = query.get("account", "")
    account = visible_accounts(staff).filter(code=code).first() if is_code(code) else None
    if account:
        filters.append(Filter("account", _("Account"), [(account.code, account.name)]))
    return [*filters, *day_filters(query)]


def narrow(outbox: Outbox, staff: Staff, query: QueryDict, filters: Sequence[Filter]) -> Outbox:
    """What filters and search leave; by one notice of an e-mail that lists several."""
    chosen, text, told = active_filters(query, filters), search_of(query), Q()
    if "event" in chosen:
        told &= Q(event=chosen["event"])
    if "account" in chosen:
        told &= Q(account__in=visible_accounts(staff).filter(code=chosen["account"]).order_by().values("pk"))
    if text:
        told &= to_whom(staff.firm, text)
    outbox = outbox.telling(told) if told else outbox
    outbox = outbox.refused(chosen["error"]) if "error" in chosen else outbox
    when = by_day(chosen, staff)
    return outbox.at(when) if when else outbox


def bar_for(query: QueryDict, filters: Sequence[Filter], shown: str, total: str) -> FilterBar:
    return filter_bar(query, filters, shown=shown, total=total, search_label=_("Search the outbox"), search_placeholder=_("Name or e-mail"))
