"""The instants of reminders, decided without a database."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actions.enums import Stop
from reminders.rules import Next, Schedule, add_days, next_reminder, remind_now

PARIS = ZoneInfo("Europe/Paris")
ASKED = datetime(2026, 10, 26, 9, 12, tzinfo=UTC)  # 10:12 in Paris, the day after the clocks went back


def test_reminder_comes_three_days_later_at_the_same_hour() -> None:
    schedule = Schedule(on=True)
    assert next_reminder(schedule, sent=0, counted_from=ASKED, now=ASKED, zone=PARIS) == Next(datetime(2026, 10, 29, 9, 12, tzinfo=UTC))


def test_reminder_keeps_the_local_hour_when_the_clocks_go_forward() -> None:
    before = datetime(2027, 3, 26, 9, 12, tzinfo=UTC)  # 10:12 in Paris, winter time
    assert add_days(before, 3, PARIS) == datetime(2027, 3, 29, 8, 12, tzinfo=UTC)  # 10:12 in Paris, summer time


def test_hour_that_does_not_exist_becomes_the_one_after_it() -> None:
    before = datetime(2027, 3, 27, 1, 30, tzinfo=UTC)  # 02:30 in Paris; on the 28th the clock jumps from 2 to 3
    assert add_days(before, 1, PARIS).astimezone(PARIS).strftime("%H:%M") == "03:30"


def test_no_reminder_is_due_once_the_count_is_reached() -> None:
    assert next_reminder(Schedule(on=True, at_most=3), sent=3, counted_from=ASKED, now=ASKED, zone=PARIS) == Next(None, Stop.COUNT_REACHED)


def test_no_reminder_is_due_while_they_are_off() -> None:
    assert next_reminder(Schedule(on=False), sent=0, counted_from=ASKED, now=ASKED, zone=PARIS) == Next(None, Stop.SWITCHED_OFF)


def test_switching_on_late_makes_up_for_nothing() -> None:
    now = ASKED + timedelta(days=10)
    assert next_reminder(Schedule(on=True), sent=0, counted_from=ASKED, now=now, zone=PARIS) == Next(ASKED + timedelta(days=12))


def test_late_sweep_reminds_once_and_keeps_the_rhythm() -> None:
    nominal = ASKED + timedelta(days=3)
    due = remind_now(Schedule(on=True, at_most=3), sent=0, nominal=nominal, now=ASKED + timedelta(days=10), zone=PARIS)
    assert (due.number, due.nominal, due.next) == (1, ASKED + timedelta(days=9), Next(ASKED + timedelta(days=12)))


@given(
    every=st.integers(1, 30),
    at_most=st.integers(1, 8),
    looks=st.lists(st.integers(1, 60 * 24 * 3), min_size=1, max_size=60),
)
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_reminders_never_exceed_the_count_nor_come_closer_than_the_interval(every: int, at_most: int, looks: list[int]) -> None:
    schedule = Schedule(on=True, every_days=every, at_most=at_most)
    due_at, sent, now, nominals = next_reminder(schedule, sent=0, counted_from=ASKED, now=ASKED, zone=PARIS).at, 0, ASKED, [ASKED]
    for minutes in looks:
        now += timedelta(minutes=minutes)
        if due_at is not None and due_at <= now:
            due = remind_now(schedule, sent=sent, nominal=due_at, now=now, zone=PARIS)
            sent, due_at = due.number, due.next.at
            nominals.append(due.nominal)
    assert sent <= at_most
    assert all((b - a) >= timedelta(days=every) - timedelta(hours=1) for a, b in pairwise(nominals))


@pytest.mark.parametrize("step", [timedelta(seconds=1), timedelta(minutes=7), timedelta(hours=20)])
def test_how_often_the_sweep_looks_changes_no_instant(step: timedelta) -> None:
    schedule = Schedule(on=True, every_days=1, at_most=3)
    nominals: list[datetime] = []
    due_at, sent = ASKED + timedelta(days=1), 0
    now = ASKED + timedelta(days=1) - step * 2
    while sent < 3:
        now += step if step > timedelta(minutes=1) else max(step, due_at - now)
        if due_at <= now:
            due = remind_now(schedule, sent=sent, nominal=due_at, now=now, zone=PARIS)
            sent, nominals = due.number, [*nominals, due.nominal]
            due_at = due.next.at or due_at
    assert nominals == [ASKED + timedelta(days=n) for n in (1, 2, 3)]
