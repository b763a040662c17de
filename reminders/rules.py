"""When the next reminder is due: pure, computed from the last nominal instant, so that it does not matter when anybody looks."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from actions.enums import Stop


@dataclass(frozen=True, slots=True)
class Schedule:
    """What the form says: reminders on or off, n days apart, m times (D14, D15)."""

    on: bool = False
    every_days: int = 3
    at_most: int = 1


@dataclass(frozen=True, slots=True)
class Next:
    """The next nominal instant, or why there is none."""

    at: datetime | None
    stop: Stop | None = None


def add_days(at: datetime, days: int, zone: ZoneInfo) -> datetime:
    """The same hour by the firm's clock, `days` later; an hour that the clock's change leaves out becomes the one after it."""
    local = at.astimezone(zone).replace(tzinfo=None) + timedelta(days=days)
    return local.replace(tzinfo=zone).astimezone(at.tzinfo)


def next_reminder(schedule: Schedule, *, sent: int, counted_from: datetime, now: datetime, zone: ZoneInfo) -> Next:
    """`counted_from` is the nominal instant of the last automatic e-mail (M16).

    What fell due in the past is not made up for: the next instant of the same rhythm after `now` is meant.
    """
    if not schedule.on:
        return Next(None, Stop.SWITCHED_OFF)
    if sent >= schedule.at_most:
        return Next(None, Stop.COUNT_REACHED)
    steps = 1
    while (at := add_days(counted_from, schedule.every_days * steps, zone)) <= now:
        steps += 1
    return Next(at)


@dataclass(frozen=True, slots=True)
class Due:
    """A reminder that has fallen due: its number, the nominal instant it stands for, and what follows."""

    number: int
    nominal: datetime
    next: Next


def remind_now(schedule: Schedule, *, sent: int, nominal: datetime, now: datetime, zone: ZoneInfo) -> Due:
    """One reminder, however many instants have passed since `nominal`."""
    counted = nominal
    while (later := add_days(counted, schedule.every_days, zone)) <= now:
        counted = later
    following = next_reminder(schedule, sent=sent + 1, counted_from=counted, now=now, zone=zone)
    return Due(sent + 1, counted, following)
