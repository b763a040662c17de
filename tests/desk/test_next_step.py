from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from actions.models import Action
from desk.next_step import NextStep, Step, next_step
from firms.calendar import Calendar
from tests.desk.conftest import DAY, NOW

HOUR = timedelta(hours=1)
PARIS = ZoneInfo("Europe/Paris")
WORKDAYS = Calendar(time(8, 30), time(18), frozenset(range(5)))


def step_of(held_until: datetime | None = None, *, reaches: bool = True, told_at: datetime | None = None, **values: object) -> NextStep:
    action = Action(
        **{"state": "open", "reminders_on": True, "remind_max": 3, "reminders_sent": 1, "next_reminder_at": NOW + DAY, **values}
    )
    return next_step(action, held_until=held_until, reaches=reaches, told_at=told_at, calendar=WORKDAYS, zone=PARIS, now=NOW)


def test_next_step_is_the_next_reminder_at_its_instant() -> None:
    assert step_of() == NextStep(Step.PLANNED, 2, 3, NOW + DAY)


def test_next_step_outside_hours_is_said_for_the_hour_at_which_it_leaves() -> None:
    saturday = datetime(2026, 11, 7, 12, 0, tzinfo=UTC)
    monday_morning = datetime(2026, 11, 9, 7, 30, tzinfo=UTC)
    assert step_of(next_reminder_at=saturday) == NextStep(Step.PLANNED, 2, 3, monday_morning)


def test_next_step_that_has_come_is_going_out() -> None:
    assert step_of(next_reminder_at=NOW) == NextStep(Step.GOING, 2, 3, NOW)
    assert step_of(next_reminder_at=NOW - DAY) == NextStep(Step.GOING, 2, 3, NOW)


@pytest.mark.rule("M16")
def test_next_step_waits_until_a_day_after_the_last_telling() -> None:
    assert step_of(told_at=NOW + HOUR) == NextStep(Step.PLANNED, 2, 3, NOW + DAY + HOUR)
    assert step_of(told_at=NOW - DAY) == NextStep(Step.PLANNED, 2, 3, NOW + DAY)
    assert step_of(told_at=NOW, next_reminder_at=NOW) == NextStep(Step.PLANNED, 2, 3, NOW + DAY)


def test_next_step_of_a_written_reminder_is_its_hold_until_that_has_passed() -> None:
    assert step_of(held_until=NOW + DAY, next_reminder_at=None) == NextStep(Step.HELD, 1, 3, NOW + DAY)
    assert step_of(held_until=NOW, next_reminder_at=None) == NextStep(Step.USED_UP, 1, 3)
    assert step_of(held_until=NOW + DAY, reminders_on=False) == NextStep(Step.OFF)  # it will be skipped


def test_next_step_promises_no_reminder_where_nobody_would_be_told() -> None:
    assert step_of(reaches=False) == NextStep(Step.NOBODY, 2, 3)
    assert step_of(reaches=False, reminders_on=False, next_reminder_at=None) == NextStep(Step.OFF)


@pytest.mark.rule("D27")
def test_next_step_after_the_last_reminder_says_that_they_are_used_up() -> None:
    assert step_of(reminders_sent=3, next_reminder_at=None) == NextStep(Step.USED_UP, 3, 3)


def test_next_step_without_reminders_is_off() -> None:
    assert step_of(reminders_on=False, next_reminder_at=None) == NextStep(Step.OFF)


@pytest.mark.parametrize("state", ["done", "withdrawn", "expired"])
def test_next_step_of_a_closed_request_is_nothing(state: str) -> None:
    assert step_of(held_until=NOW + DAY, state=state, closed_at=NOW - DAY, next_reminder_at=None) == NextStep(Step.CLOSED, at=NOW - DAY)
