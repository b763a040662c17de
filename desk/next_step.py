"""What a request's reminders will do next, in the few words of a list: of what the rehearsal finds, as its page says it. Pure."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from actions.enums import ActionState
from actions.models import Action
from actions.stops import Stop
from reminders.explaining.rehearsal import Ahead


class Step(StrEnum):
    PLANNED = "planned"
    GOING = "going"
    HELD = "held"
    PAUSED = "paused"
    LATE = "late"
    NOBODY = "nobody"
    USED_UP = "used_up"
    EXPIRES = "expires"
    OFF = "off"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class NextStep:
    """Reminder `number` of `of`, and the instant at which it leaves where one is known; `until` is the day on which a pause ends."""

    step: Step
    number: int = 0
    of: int = 0
    at: datetime | None = None
    until: date | None = None


def next_step(action: Action, ahead: Ahead | None, *, now: datetime) -> NextStep:
    """`ahead` is none where no reminders are on."""
    if action.state != ActionState.OPEN:
        return NextStep(Step.CLOSED, at=action.closed_at)
    if ahead is None or not action.reminders_on:
        return NextStep(Step.OFF)
    sent, of = action.reminders_sent, action.remind_max
    if ahead.waits_for_yes:
        return NextStep(Step.LATE, ahead.late_number, of)
    if ahead.first is None:
        return _none_goes(ahead, sent, of)
    first = ahead.first
    if first.at <= now:
        return NextStep(Step.GOING, first.number, of, first.at)
    if ahead.paused_until is not None:
        return NextStep(Step.PAUSED, first.number, of, first.at, ahead.paused_until)
    return NextStep(Step.HELD if first.written else Step.PLANNED, first.number, of, first.at)


def _none_goes(ahead: Ahead, sent: int, of: int) -> NextStep:
    if ahead.nobody_at is not None:
        return NextStep(Step.NOBODY, sent + 1, of)
    steps = {Stop.NOBODY: Step.NOBODY, Stop.EXPIRED: Step.EXPIRES, Stop.SWITCHED_OFF: Step.OFF}
    return NextStep(steps.get(ahead.stop or Stop.COUNT_REACHED, Step.USED_UP), sent, of)
