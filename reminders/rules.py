"""When the next reminder is due: pure, without Django; from the last nominal instant, so that it does not matter when anybody looks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from actions.stops import Stop
from firms.calendar import A_DAY, Calendar, Span, days_later, is_within
from notifications.rules import Decision
from notifications.verdicts import Reason, Verdict

SOON = timedelta(hours=1)  # a reminder decided later than this catches up


@dataclass(frozen=True, slots=True)
class Schedule:
    """What the form says: reminders on or off, n days apart, m times (D14, D15)."""

    on: bool = False
    every_days: int = 3
    at_most: int = 1


@dataclass(frozen=True, slots=True)
class Rhythm:
    """By whose calendar and clock days are counted: the firm's."""

    calendar: Calendar
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a schedule stands: `counted_from` is the nominal instant of the last automatic e-mail (M16), `set_at` when it was last set.

    Nothing is made up for: instants up to `set_at` are not meant. On days of `pauses` the clock stands still.
    """

    schedule: Schedule
    counted_from: datetime
    set_at: datetime
    sent: int = 0
    pauses: Sequence[Span] = ()


@dataclass(frozen=True, slots=True)
class Next:
    """The next nominal instant, or why there is none."""

    at: datetime | None
    stop: Stop | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """A reminder that has fallen due: its number, the nominal instant it stands for, and what follows.

    `counted_from` is the last instant of the rhythm that has passed: after an outage one reminder stands for all of them (M33).
    """

    number: int
    nominal: datetime
    counted_from: datetime
    next: Next


def next_reminder(standing: Standing, rhythm: Rhythm) -> Next:
    stop = _stop(standing.schedule, standing.sent)
    if stop:
        return Next(None, stop)
    at = _step(standing, rhythm, standing.counted_from)
    while at <= standing.set_at:
        at = _step(standing, rhythm, at)
    return Next(at)


def look(standing: Standing, rhythm: Rhythm, now: datetime) -> Due | Next:
    """What holds at `now`: a reminder that is due, or when the next one will be. Looking twice gives the same."""
    coming = next_reminder(standing, rhythm)
    if coming.at is None or coming.at > now:
        return coming
    counted, number = coming.at, standing.sent + 1
    while (later := _step(standing, rhythm, counted)) <= now:
        counted = later
    stop = _stop(standing.schedule, number)
    return Due(number, coming.at, counted, Next(None, stop) if stop else Next(later))


def _stop(schedule: Schedule, sent: int) -> Stop | None:
    """Why no reminder comes after those that were sent."""
    if not schedule.on:
        return Stop.SWITCHED_OFF
    return Stop.COUNT_REACHED if sent >= schedule.at_most else None


def catches_up(due: Due, now: datetime) -> bool:
    return now - due.nominal > SOON


def hold_back(decision: Decision, nominal: datetime) -> Decision:
    """Of a reminder that is later than the firm allows: it waits for somebody's yes (M33), and says since when."""
    return decision if decision.verdict == Verdict.SKIP else Decision(Verdict.SKIP, Reason.TOO_LATE, nominal)


def hears(decision: Decision) -> bool:
    """Whether an address is told, or would be if somebody said yes; a reminder of which nobody hears was none, and does not count."""
    return decision.verdict != Verdict.SKIP or decision.reason == Reason.TOO_LATE


def _step(standing: Standing, rhythm: Rhythm, at: datetime) -> datetime:
    return days_later(rhythm.calendar, at, standing.schedule.every_days, rhythm.zone, standing.pauses)


def common_days(spans: Sequence[Sequence[Span]]) -> tuple[Span, ...]:
    """The days on which all of several rest, for example everybody whom a reminder would reach."""
    if not spans:
        return ()
    common = tuple(spans[0])
    for others in spans[1:]:
        pairs = [(max(a, c), min(b, d)) for a, b in common for c, d in others]
        common = tuple(pair for pair in pairs if pair[0] < pair[1])
    return common


def counted_anew(standing: Standing, rhythm: Rhythm, kept: Sequence[Span], today: date) -> datetime:
    """From when to count if of the pauses only `kept` are remembered, so that as many days before `today` count as did before."""
    base = standing.counted_from
    while (later := _step(standing, rhythm, base)) <= standing.set_at:
        base = later
    local = base.astimezone(rhythm.zone)
    days = [local.date() + timedelta(days=n) for n in range(1, (today - local.date()).days)]
    counted = sum(_counts(rhythm, day, standing.pauses) for day in days)
    if later.astimezone(rhythm.zone).date() >= today:  # all days may have been counted before a closed day, and then the pause, put it off
        counted = min(counted, standing.schedule.every_days - 1)
    day = max(today - A_DAY, local.date())
    while counted:
        counted -= _counts(rhythm, day, kept)
        day -= A_DAY
    return datetime.combine(day, local.time().replace(fold=0), rhythm.zone).astimezone(UTC)


def _counts(rhythm: Rhythm, day: date, paused: Sequence[Span]) -> bool:
    return not is_within(paused, day) and (not rhythm.calendar.open_days_only or rhythm.calendar.is_open_on(day))
