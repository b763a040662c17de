"""From an action's row to what `reminders.rules` decides about, and back."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from actions.enums import ScheduleFrom
from actions.models import Action
from clients.models import AccountContact
from firms.calendar import Span
from firms.closed_days import calendar_of
from firms.models import Firm
from reminders.rules import Rhythm, Schedule, Standing, next_reminder

SCHEDULE = (
    "reminders_on", "remind_every_days", "remind_max", "reminders_sent", "round", "counted_from", "schedule_from", "scheduled_at",
    "next_reminder_at", "stop_reason",
)  # fmt: skip


def rhythm_of(firm: Firm) -> Rhythm:
    return Rhythm(calendar_of(firm), firm.zone)


def schedule_of(action: Action) -> Schedule:
    return Schedule(action.reminders_on, action.remind_every_days, action.remind_max)


def standing_of(action: Action, pauses: Sequence[Span] = ()) -> Standing:
    """`pauses` come to those of the action, its account and its firm: the days on which everybody whom it would tell rests."""
    all_pauses = (*action.pauses, *action.account.pauses, *action.firm.pauses, *pauses)
    return Standing(schedule_of(action), action.counted_from, action.scheduled_at, action.reminders_sent, all_pauses)


def set_schedule(action: Action, schedule: Schedule, source: ScheduleFrom, now: datetime) -> None:
    """In memory: instants up to `now` are not meant (nothing is made up for)."""
    action.reminders_on, action.remind_every_days, action.remind_max = schedule.on, schedule.every_days, schedule.at_most
    action.schedule_from, action.scheduled_at = source, now
    set_next(action)


def set_next(action: Action) -> None:
    """In memory: when the sweep is to look at it, or why never again."""
    following = next_reminder(standing_of(action), rhythm_of(action.firm))
    action.next_reminder_at, action.stop_reason = following.at, following.stop or ""


def start_anew(action: Action, schedule: Schedule, source: ScheduleFrom, now: datetime) -> None:
    """In memory: count and days begin at `now`; reminders of the round before are out of date."""
    action.reminders_sent, action.round, action.counted_from = 0, action.round + 1, now
    set_schedule(action, schedule, source, now)


def look_again(actions: QuerySet[Action], now: datetime) -> int:
    """Lets the sweep look at once at those that have a reminder to come, since what puts it off has changed; how many that are.

    The sweep computes the instant anew, and reminds of nothing before its time.
    """
    to_come = actions.filter(next_reminder_at__gt=now)
    list(to_come.select_for_update(of=("self",), no_key=True).order_by("pk").values_list("pk"))  # in one order, as everybody locks them
    return to_come.update(next_reminder_at=now)


def look_again_where_people_pause(actions: QuerySet[Action], now: datetime) -> int:
    """As `look_again`, of accounts with somebody who is or was paused: whoever sets a schedule does not know their days.

    With them the first instant after `now` may come sooner than without: the rhythm falls on other days.
    """
    paused = AccountContact.objects.filter(firm=OuterRef("firm"), account=OuterRef("account"), contact__paused_until__isnull=False)
    return look_again(actions.filter(Exists(paused)), now)
