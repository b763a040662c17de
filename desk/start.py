"""The start page: what needs a person, what waits, what will go out and what went."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Count, QuerySet, Window
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from actions.kinds import Kind, all_kinds
from actions.models import Action
from actions.queries import overdue, visible_actions
from clients.importing.queries import may_import
from clients.queries import current_accounts, visible_accounts
from desk import charts
from desk.feed import entries_of
from desk.first_use import first_steps
from desk.mail_hold import hold_card
from desk.pages import city_of, midnight_of, today_of
from desk.queries import actions_to_be_reminded, count_mails, visible_activity, visible_failed_tasks, waiting_by_kind, with_row
from desk.rows import rows_of
from desk.sending import sending_stopped
from desk.set_up import unfinished
from desk.troubles import troubles_of
from desk.way_out import stopped_way
from firms.calendar import next_open
from firms.closed_days import calendar_of
from firms.doors import powers, staff_of, staff_only
from firms.enums import Right, Side
from firms.models import Staff, User
from firms.rules import has_right, may_change_settings, sees_all_accounts
from kinds.chats.queries import unread_threads
from lib import clock
from reminders.explaining.rehearsal import Ahead, look_ahead
from reminders.paused import pause_card

TROUBLES = 5
OVERDUE = 7
RECENT = 6
UNREAD = 4
EXACT = 300  # reminders of the week that are reckoned to the minute: see docs/desk.md for what that takes

Context = dict[str, object]


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Everybody's way home: a client's is the portal."""
    if isinstance(request.user, User) and request.user.side == Side.CLIENT:
        return redirect("portal_home")
    return start(request)


@staff_only
def start(request: HttpRequest) -> HttpResponse:
    staff, now = staff_of(request), clock.now()
    if visible_actions(staff).exists():
        return render(request, "desk/start.html", start_context(staff, now, request.GET.get("whose", "")))
    return render(request, "desk/first_use.html", first_use_context(staff, now))


def start_context(staff: Staff, now: datetime, whose: str) -> Context:
    mine, stopped = shows_own(staff, whose), stopped_way(staff)
    late, soonest = overdue_of(staff, now, mine=mine), soonest_of(staff, now)
    ahead = look_ahead(staff.firm, [*soonest, *late], now=now)
    return {
        "now": now,
        "place": city_of(staff.firm.time_zone),
        "set_up": unfinished(staff),
        "stopped_way": stopped,
        "sending_stopped": None if stopped else sending_stopped(staff, now, clock.machine_now()),
        "new_kinds": kinds_to_ask_for(staff),
        "hold": hold_card(staff, now),
        "pause": pause_card(staff.firm, now, may=may_change_settings(powers(staff))),
        **troubles_context(staff),
        **waiting_context(staff, now, mine=mine),
        "late": rows_of(late, staff, now, ahead),
        "week": week_of(staff, now, soonest, ahead),
        "mails": count_mails(staff, since=midnight_of(staff.firm, today_of(staff.firm, now)), now=now),
        "unread": unread_threads(staff).select_related("account", "last_message")[:UNREAD],
        "recent": entries_of(staff, visible_activity(staff)[:RECENT]),
        "today": today_of(staff.firm, now),
    }


def troubles_context(staff: Staff) -> Context:
    tasks = list(visible_failed_tasks(staff).annotate(of=Window(Count("pk")))[:TROUBLES])  # `of` how many
    return {"troubles": troubles_of(staff, tasks), "trouble_count": tasks[0].of if tasks else 0}


def shows_own(staff: Staff, whose: str) -> bool:
    """“My accounts” at first for whoever manages one; the switch is there for those who see more."""
    sees_all = sees_all_accounts(powers(staff))
    manages = visible_accounts(staff).filter(manager=staff).exists()
    return not sees_all or whose == "mine" or (manages and whose != "firm")


def actions_of(staff: Staff, *, mine: bool) -> QuerySet[Action]:
    return visible_actions(staff).filter(account__manager=staff) if mine else visible_actions(staff)


def overdue_of(staff: Staff, now: datetime, *, mine: bool) -> list[Action]:
    late = actions_of(staff, mine=mine).filter(overdue(today_of(staff.firm, now))).order_by("due_on", "pk")
    return list(with_row(late)[:OVERDUE])


def waiting_context(staff: Staff, now: datetime, *, mine: bool) -> Context:
    sees_all = sees_all_accounts(powers(staff))
    kinds = waiting_by_kind(actions_of(staff, mine=mine), today_of(staff.firm, now))
    return {
        "mine": mine,
        "can_switch": sees_all,
        "manager": staff.code if mine and sees_all else "",
        "kinds": kinds,
        "scale": max((kind.total for kind in kinds), default=0),
        "late_count": sum(kind.overdue for kind in kinds),
    }


def reminded_this_week(staff: Staff, now: datetime) -> QuerySet[Action]:
    return actions_to_be_reminded(staff, charts.end_of_week(now, staff.firm.zone))


def soonest_of(staff: Staff, now: datetime) -> list[Action]:
    return list(reminded_this_week(staff, now).select_related("account")[:EXACT])


def week_of(staff: Staff, now: datetime, soonest: Sequence[Action], ahead: Mapping[int, Ahead]) -> charts.Week:
    """The `soonest` to the minute, as their pages say; where there are more, the others by their schedule and the firm's hours."""
    zone, calendar = staff.firm.zone, calendar_of(staff.firm)
    firsts = [(action, ahead[action.pk].first) for action in soonest if action.pk in ahead]
    planned = [charts.Planned(first.at, last=first.number >= action.remind_max) for action, first in firsts if first]
    beyond = reminded_this_week(staff, now)[EXACT:] if len(soonest) == EXACT else Action.objects.none()
    others = list(beyond.values_list("next_reminder_at", "reminders_sent", "remind_max"))
    planned += [charts.Planned(next_open(calendar, max(at, now), zone), last=sent + 1 >= most) for at, sent, most in others if at]
    return charts.week_of_reminders(planned, now=now, calendar=calendar, zone=zone, about=bool(others))


def first_use_context(staff: Staff, now: datetime) -> Context:
    """Nothing was asked yet. Whoever can neither see nor add an account is told what will appear here."""
    has_accounts = current_accounts(staff).exists()
    may_add = has_right(powers(staff), Right.MANAGE_ACCOUNTS)
    kinds = kinds_to_ask_for(staff)
    steps = first_steps(has_accounts=has_accounts, may_import=may_import(staff), may_add=may_add, kinds=kinds)
    steps = steps if has_accounts or may_add else []
    about = {"now": now, "place": city_of(staff.firm.time_zone), "set_up": unfinished(staff)}
    return {**about, "steps": steps, **troubles_context(staff)}


def kinds_to_ask_for(staff: Staff) -> list[Kind]:
    """None where this member of staff may not ask: it takes the right, or an account of their own."""
    may = has_right(powers(staff), Right.MANAGE_ACTIONS) or visible_accounts(staff).filter(manager=staff).exists()
    return all_kinds() if may else []
