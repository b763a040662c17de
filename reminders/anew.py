"""Schedules that start anew: a conversation's newest message (D18), and one that is taken out of the archive again (D23)."""

from datetime import date, datetime

from django.db import transaction

from actions.enums import ActionState, ScheduleFrom
from actions.models import Action
from actions.stops import Stop
from firms.actors import Actor
from firms.enums import Verb
from notifications.notices import forget_reminders
from reminders.rules import Schedule
from reminders.services import close, lock_action, lock_open, log_act
from reminders.standing import SCHEDULE, start_anew

DAYS = ("due_on", "expires_on")


@transaction.atomic
def restart(*, action: Action, message: str, schedule: Schedule, now: datetime) -> Action:
    """What is asked is now `message`, without the days of the one before; what was counted counts no more. Raises `ActionClosed`.

    The activity line is the caller's: the message has one of its own.
    """
    action = lock_open(action)
    action.message, action.due_on, action.expires_on = message, None, None
    _start(action, schedule, now)
    action.save(update_fields=["message", *DAYS, "bumped_at", *SCHEDULE])
    return action


@transaction.atomic
def archive(*, action: Action, by: Actor, now: datetime) -> Action:
    """The conversation is put away: nothing is asked any more, and nobody is reminded (D21). Raises `ActionClosed`."""
    action = lock_open(action)
    close(action, ActionState.WITHDRAWN, Stop.ARCHIVED, by, Verb.ACTION_ARCHIVED, now)
    return action


@transaction.atomic
def reopen(*, action: Action, schedule: Schedule, by: Actor, now: datetime) -> Action:
    """Asks again what was archived, as if the message were new (M19), without days that are over: it would end at once.

    Leaves what is open as it is.
    """
    action = lock_action(action)
    if action.is_open:
        return action
    action.state, action.closed_at, action.closed_by = ActionState.OPEN, None, ""
    today = now.astimezone(action.firm.zone).date()
    action.due_on, action.expires_on = _to_come(action.due_on, today), _to_come(action.expires_on, today)
    _start(action, schedule, now)
    action.save(update_fields=["state", "closed_at", "closed_by", *DAYS, "bumped_at", *SCHEDULE])
    log_act(action, by, Verb.ACTION_REOPENED, now)
    return action


def _to_come(day: date | None, today: date) -> date | None:
    return day if day is not None and day >= today else None


def _start(action: Action, schedule: Schedule, now: datetime) -> None:
    """A reminder of the round before that is still held goes no more."""
    forget_reminders(action, now)
    start_anew(action, schedule, ScheduleFrom.ACTION, now)
    action.bumped_at = now
