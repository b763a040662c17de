"""Every IANA time zone and every change of its clock: a daily reminder across it, each local day once, inside the hours."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

from firms.calendar import A_DAY, Calendar
from notifications.rules import AddressFacts, Event, Terms, decide
from notifications.verdicts import Verdict
from reminders.rules import Due, Next, Rhythm, Schedule, Standing, look

FIRST, AFTER = datetime(2024, 1, 1, tzinfo=UTC), datetime(2038, 1, 1, tzinfo=UTC)
EVERY_DAY = frozenset(range(7))
A_QUARTER = timedelta(minutes=15)
AROUND = timedelta(days=4)
# The hours, and when the first notice went, by the firm's clock: office hours; hours with the usual change in them; the whole day from
# midnight; the two hours round midnight's change, and a request of the night.
CASES = (
    (time(8, 30), time(18), time(10, 12)),
    (time(1), time(4, 30), time(3, 45)),
    (time(0), time(23, 45), time(0, 30)),
    (time(0), time(5), time(4, 10)),
    (time(20), time(23, 45), time(2, 30)),
)


@dataclass(frozen=True)
class Clock:
    """Zones whose clocks change alike in these years go by the first one's name."""

    name: str
    changes: tuple[datetime, ...]


def all_places() -> list[Clock]:
    found: dict[tuple[object, ...], Clock] = {}
    for name in sorted(available_timezones()):
        zone = ZoneInfo(name)
        moved = tuple(_changes(zone))
        offsets = tuple(at.astimezone(zone).utcoffset() for at in (FIRST, *moved))
        if moved:
            found.setdefault((moved, offsets), Clock(name, moved))
    return list(found.values())


def _changes(zone: ZoneInfo) -> Iterator[datetime]:
    """By halves, down to the quarter of an hour."""
    at = FIRST
    while at < AFTER:
        later = at + timedelta(days=7)
        if later.astimezone(zone).utcoffset() != at.astimezone(zone).utcoffset():
            before, after = at, later
            while after - before > A_QUARTER:
                middle = before + (after - before) / 2
                middle -= (middle - FIRST) % A_QUARTER
                same = middle.astimezone(zone).utcoffset() == before.astimezone(zone).utcoffset()
                before, after = (middle, after) if same else (before, middle)
            yield after
        at = later


def every_change(clock: Clock) -> tuple[int, list[str]]:
    """How many changes, and what was wrong with the days round them."""
    wrong = [bad for change in clock.changes for case in CASES for bad in _across(ZoneInfo(clock.name), change, case)]
    return len(clock.changes), wrong


def _across(zone: ZoneInfo, change: datetime, case: tuple[time, time, time]) -> Iterator[str]:
    """As two people with places of their own in the hours get it."""
    start, until, asked = case
    terms = Terms(Calendar(start, until, EVERY_DAY), zone)
    begins = datetime.combine((change - AROUND).astimezone(zone).date(), asked, zone).astimezone(UTC)
    for contact in (3, 11):
        sent = _sent(terms, zone, begins, change + AROUND, contact)
        days = [at.astimezone(zone).date() for at in sent]
        if len(set(days)) != len(days):
            yield f"{zone} {change} {case}: a day twice: {sent}"
        if any(not start <= at.astimezone(zone).time() < until for at in sent):
            yield f"{zone} {change} {case}: outside the hours: {sent}"
        for before, after in pairwise(sent):
            if any(_had_hours(zone, day, start, until, before + A_DAY) for day in _between(zone, before, after)):
                yield f"{zone} {change} {case}: a day without, between {before} and {after}"


def _between(zone: ZoneInfo, before: datetime, after: datetime) -> Iterator[date]:
    day, last = before.astimezone(zone).date() + A_DAY, after.astimezone(zone).date()
    while day < last:
        yield day
        day += A_DAY


def _had_hours(zone: ZoneInfo, day: date, start: time, until: time, rested: datetime) -> bool:
    """Whether anything could go on this day: its clock showed the hours, and they were not over when the item's 24 hours were (M16)."""
    noon = datetime.combine(day, time(12), UTC)
    shown = (noon + A_QUARTER * n for n in range(-28 * 4, 28 * 4))
    return any(at >= rested and at.astimezone(zone).date() == day and start <= at.astimezone(zone).time() < until for at in shown)


def _sent(terms: Terms, zone: ZoneInfo, begins: datetime, ends: datetime, contact: int) -> list[datetime]:
    """When the daily reminders of one item leave for one address; what is still held when the next is due gives way to it."""
    standing = Standing(Schedule(on=True, every_days=1, at_most=50), begins, begins)
    rhythm, sent = Rhythm(terms.calendar, zone), [begins]
    due = look(standing, rhythm, begins)
    while isinstance(due, Next) and due.at is not None and due.at < ends:
        now = due.at
        seen = look(standing, rhythm, now)
        assert isinstance(seen, Due)
        standing = Standing(standing.schedule, seen.counted_from, begins, seen.number)
        due = look(standing, rhythm, now)
        assert isinstance(due, Next)
        leaves = _leaves(terms, zone, contact, now, due.at or ends, sent[-1])
        if leaves is not None:
            sent.append(leaves)
    return sent[1:]


def _leaves(terms: Terms, zone: ZoneInfo, contact: int, now: datetime, next_due: datetime, told: datetime) -> datetime | None:
    while now < next_due:
        facts = AddressFacts(1, contact, notify=True, wants=True, zone=zone, last_told_at=told)
        decision = decide(Event(is_reminder=True), facts, terms, now)
        if decision.verdict == Verdict.SEND:
            return now
        assert decision.until is not None and decision.until > now
        now = decision.until
    return None
