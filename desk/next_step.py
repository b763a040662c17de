"""What a request's reminders will do next, from its row alone: lists say it without asking who gets it. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from actions.enums import ActionState
from actions.models import Action
from firms.calendar import Calendar, next_open
from notifications.rules import SAME_ITEM_REST


class Step(StrEnum):
    PLANNED = "planned"
    GOING = "going"
    HELD = "held"
    NOBODY = "nobody"
    USED_UP = "used_up"
    OFF = "off"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class NextStep:
    """Reminder `number` of `of`, and the instant at which it leaves where one is known."""

    step: Step
    number: int = 0
    of: int = 0
    at: datetime | None = None


def next_step(
    action: Action,
    *,
    held_until: datetime | None,
    reaches: bool,
    told_at: datetime | None,
    calendar: Calendar,
    zone: ZoneInfo,
    now: datetime,
) -> NextStep:
    """`held_until` is when a reminder that is written already, but held, may leave; `reaches` whether the next one
    would find anybody to tell, as things stand; `told_at` when whoever has rested longest was last told (M16); `zone` the firm's."""
    if action.state != ActionState.OPEN:
        return NextStep(Step.CLOSED, at=action.closed_at)
    if not action.reminders_on:
        return NextStep(Step.OFF)
    if held_until and held_until > now:
        return NextStep(Step.HELD, action.reminders_sent, action.remind_max, held_until)
    if action.next_reminder_at is None:
        return NextStep(Step.USED_UP, action.reminders_sent, action.remind_max)
    if not reaches:
        return NextStep(Step.NOBODY, action.reminders_sent + 1, action.remind_max)
    rested = told_at + SAME_ITEM_REST if told_at else now
    leaves = next_open(calendar, max(action.next_reminder_at, now, rested), zone)
    step = Step.PLANNED if leaves > now else Step.GOING
    return NextStep(step, action.reminders_sent + 1, action.remind_max, leaves)
