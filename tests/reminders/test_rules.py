"""The instants of reminders, decided without a database."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actions.stops import Stop
from firms.calendar import Calendar, days_later
from reminders.rules import Due, Next, Rhythm, Schedule, Standing, look, next_reminder

PARIS = ZoneInfo("Europe/Paris")
ASKED = datetime(2026, 10, 26, 9, 12, tzinfo=UTC)  # 10:12 in Paris, the day after the clocks went back


EVERY_DAY = Rhythm(Calendar(time(8, 30), time(18, 0), frozenset(range(7))), PARIS)
WEEKDAYS = Rhythm(Calendar(time(8, 30), time(18, 0), frozenset(range(5))), PARIS)


def standing(schedule: Schedule, sent: int = 0, counted_from: datetime = ASKED, set_at: datetime = ASKED) -> Standing:
    return Standing(schedule, counted_from, set_at, sent)


def due(standing: Standing, now: datetime, rhythm: Rhythm = EVERY_DAY) -> Due:
    seen = look(standing, rhythm, now)
    assert isinstance(seen, Due)
    return seen


def moved_on(before: Standing, due: Due) -> Standing:
    return replace(before, sent=due.number, counted_from=due.counted_from)


@pytest.mark.rule("D14")
def test_reminder_comes_three_days_later_at_the_same_hour() -> None:
    assert next_reminder(standing(Schedule(on=True)), EVERY_DAY) == Next(datetime(2026, 10, 29, 9, 12, tzinfo=UTC))


def test_reminder_keeps_the_local_hour_when_the_clocks_go_forward() -> None:
    before = datetime(2027, 3, 26, 9, 12, tzinfo=UTC)  # 10:12 in Paris, winter time
    assert days_later(EVERY_DAY.calendar, before, 3, PARIS) == datetime(2027, 3, 29, 8, 12, tzinfo=UTC)  # 10:12 in Paris, summer time


def test_hour_that_does_not_exist_becomes_the_one_after_it() -> None:
    before = datetime(2027, 3, 27, 1, 30, tzinfo=UTC)  # 02:30 in Paris; on the 28th the clock jumps from 2 to 3
    assert days_later(EVERY_DAY.calendar, before, 1, PARIS).astimezone(PARIS).strftime("%H:%M") == "03:30"


@pytest.mark.rule("X03")
def test_reminder_that_would_come_on_a_closed_day_comes_on_the_next_open_one_at_the_same_hour() -> None:
    friday = datetime(2026, 10, 30, 9, 12, tzinfo=UTC)
    toussaint_moved = replace(WEEKDAYS, calendar=replace(WEEKDAYS.calendar, closed={date(2026, 11, 2)}))
    once = standing(Schedule(on=True, every_days=1), counted_from=friday, set_at=friday)
    assert next_reminder(once, WEEKDAYS) == Next(datetime(2026, 11, 2, 9, 12, tzinfo=UTC))
    assert next_reminder(once, toussaint_moved) == Next(datetime(2026, 11, 3, 9, 12, tzinfo=UTC))


@pytest.mark.rule("X03")
def test_where_open_days_alone_are_counted_three_days_from_thursday_end_on_tuesday() -> None:
    thursday = datetime(2026, 10, 29, 9, 12, tzinfo=UTC)
    counting = replace(WEEKDAYS, calendar=replace(WEEKDAYS.calendar, open_days_only=True))
    asked = standing(Schedule(on=True), counted_from=thursday, set_at=thursday)
    assert next_reminder(asked, WEEKDAYS) == Next(datetime(2026, 11, 2, 9, 12, tzinfo=UTC))
    assert next_reminder(asked, counting) == Next(datetime(2026, 11, 3, 9, 12, tzinfo=UTC))


@pytest.mark.rule("X16")
def test_clock_stands_still_on_the_days_of_a_pause() -> None:
    pause = (date(2026, 10, 27), date(2026, 10, 30))  # three days, from the day after it was asked
    paused = replace(standing(Schedule(on=True)), pauses=[pause])
    assert next_reminder(paused, EVERY_DAY) == Next(datetime(2026, 11, 1, 9, 12, tzinfo=UTC))


@pytest.mark.rule("D15")
def test_no_reminder_is_due_once_the_count_is_reached() -> None:
    assert next_reminder(standing(Schedule(on=True, at_most=3), sent=3), EVERY_DAY) == Next(None, Stop.COUNT_REACHED)


def test_no_reminder_is_due_while_they_are_off() -> None:
    assert next_reminder(standing(Schedule(on=False)), EVERY_DAY) == Next(None, Stop.SWITCHED_OFF)


def test_switching_on_late_makes_up_for_nothing() -> None:
    late = standing(Schedule(on=True), set_at=ASKED + timedelta(days=10))
    assert next_reminder(late, EVERY_DAY) == Next(ASKED + timedelta(days=12))


@pytest.mark.rule("M33")
def test_late_look_reminds_once_and_keeps_the_rhythm() -> None:
    found = due(standing(Schedule(on=True, at_most=3)), ASKED + timedelta(days=10))
    assert (found.number, found.nominal, found.counted_from) == (1, ASKED + timedelta(days=3), ASKED + timedelta(days=9))
    assert found.next == Next(ASKED + timedelta(days=12))


@given(
    every=st.integers(1, 30),
    at_most=st.integers(1, 8),
    looks=st.lists(st.integers(1, 60 * 24 * 3), min_size=1, max_size=60),
)
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_reminders_never_exceed_the_count_nor_come_closer_than_the_interval(every: int, at_most: int, looks: list[int]) -> None:
    now, stands, instants = ASKED, standing(Schedule(on=True, every_days=every, at_most=at_most)), [ASKED]
    for minutes in looks:
        now += timedelta(minutes=minutes)
        seen = look(stands, WEEKDAYS, now)
        if isinstance(seen, Due):
            stands = moved_on(stands, seen)
            instants.append(seen.counted_from)
    assert stands.sent <= at_most
    assert all((b - a) >= timedelta(days=every) - timedelta(hours=1) for a, b in pairwise(instants))


@pytest.mark.parametrize("step", [timedelta(seconds=1), timedelta(minutes=7), timedelta(hours=20)])
def test_how_often_anybody_looks_changes_no_instant(step: timedelta) -> None:
    stands, nominals = standing(Schedule(on=True, every_days=1, at_most=3)), []
    now = ASKED + timedelta(days=1) - step * 2
    while isinstance(coming := next_reminder(stands, EVERY_DAY).at, datetime):
        now += step if step > timedelta(minutes=1) else max(step, coming - now)
        if isinstance(seen := look(stands, EVERY_DAY, now), Due):
            stands = moved_on(stands, seen)
            nominals.append(seen.nominal)
    assert nominals == [ASKED + timedelta(days=n) for n in (1, 2, 3)]
