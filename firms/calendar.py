"""When a firm's reminders may go out: hours, days of the week, closed days. Pure, and without Django: instants in, instants out."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from hashlib import blake2b
from zoneinfo import ZoneInfo

A_DAY, A_MINUTE = timedelta(days=1), timedelta(minutes=1)
FARTHEST = 3 * 366  # days ahead in which an open one must lie; a firm closed for longer is looked at again then

type Span = tuple[date, date]  # the first day, and the day after the last


@dataclass(frozen=True, slots=True)
class Calendar:
    """The firm's own; `days` count from Monday = 0, `closed` are public holidays and days that the firm closes.

    `open_days_only`: an interval counts open days alone; else it counts every day, and ends on the next open one.
    """

    start: time
    until: time
    days: frozenset[int]
    closed: Container[date] = frozenset()
    open_days_only: bool = False
    always: bool = False

    def is_open_on(self, day: date) -> bool:
        return self.always or not self.days or (day.weekday() in self.days and day not in self.closed)


def is_within(spans: Sequence[Span], day: date) -> bool:
    return any(first <= day < after for first, after in spans)


def days_later(calendar: Calendar, at: datetime, days: int, zone: ZoneInfo, paused: Sequence[Span] = ()) -> datetime:
    """The same hour by the firm's clock, `days` later, on an open day; on the `paused` days the clock stands still (X16).

    An hour that the clock's change leaves out becomes the one after it.
    """
    local = at.astimezone(zone)
    day, left, farthest = local.date(), days, local.date() + timedelta(days=FARTHEST + days)
    if not (paused or calendar.open_days_only):
        day, left = day + timedelta(days=days), 0  # every day counts
    while day < farthest and (left or not calendar.is_open_on(day) or is_within(paused, day)):
        day += A_DAY
        if left and not is_within(paused, day) and (not calendar.open_days_only or calendar.is_open_on(day)):
            left -= 1
    return datetime.combine(day, local.time().replace(fold=0), zone).astimezone(UTC)


def next_open(calendar: Calendar, at: datetime, zone: ZoneInfo, place: float = 0.0) -> datetime:
    """The first instant from `at` on that lies in the hours, by the recipient's clock.

    Where the hours are yet to begin it lies `place` of the way through them, from 0 to 1: so that not everybody is written to as they open.
    """
    if calendar.always or not calendar.days:
        return at
    day = at.astimezone(zone).date()
    for _ in range(FARTHEST):
        if calendar.is_open_on(day):
            opens, closes = hours_on(calendar.start, calendar.until, day, zone)
            if at < opens < closes:
                return opens + _minutes(closes - opens, place)
            if opens <= at < closes:
                return at
        day += A_DAY
    return datetime.combine(day, calendar.start, zone).astimezone(UTC)


def slot_on(calendar: Calendar, day: date, zone: ZoneInfo, place: float) -> datetime:
    """The instant that lies `place` of the way through the hours of an open day."""
    opens, closes = hours_on(calendar.start, calendar.until, day, zone)
    return opens + _minutes(closes - opens, place)


@lru_cache(maxsize=4096)
def hours_on(start: time, until: time, day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """When the clock on the wall reaches the two; on a day that leaves out all the hours in between they are the same instant."""
    return _reached(day, start, zone), _reached(day, until, zone)


def _reached(day: date, hour: time, zone: ZoneInfo) -> datetime:
    """An hour that the clock's change leaves out is reached by the change itself."""
    wall = datetime.combine(day, hour)
    before, after = (wall.replace(tzinfo=zone, fold=fold).utcoffset() or timedelta() for fold in (0, 1))
    reached = (wall - before).replace(tzinfo=UTC)
    while before < after and (reached - A_MINUTE).astimezone(zone).replace(tzinfo=None) >= wall:
        reached -= A_MINUTE
    return reached


def _minutes(length: timedelta, place: float) -> timedelta:
    return A_MINUTE * int(length / A_MINUTE * place)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


@lru_cache(maxsize=65536)
def place_of(key: int) -> float:
    """From 0 to 1: the same for the same key, whoever computes it and whenever."""
    return int.from_bytes(blake2b(key.to_bytes(8), digest_size=4).digest()) / 2**32
