from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from actions.models import Action
from actions.stops import Stop
from desk.next_step import NextStep, Step, next_step
from notifications.facts import Recipient
from reminders.explaining.rehearsal import Ahead, Going
from tests.desk.conftest import DAY, NOW

HOUR = timedelta(hours=1)
NADIA = Recipient(
    1, 1, "nadia@lefevre.example", "Nadia", "Nadia Lefèvre", "fr", ZoneInfo("Europe/Paris"), True, False, False, True, False, {}
)


def ahead(at: object = NOW + DAY, *, written: bool = False, **values: object) -> Ahead:
    going = [Going(2, NADIA, NOW, at, written=written)] if at else []  # type: ignore[arg-type]
    return Ahead(going, **values)  # type: ignore[arg-type]


def step_of(found: Ahead | None, **values: object) -> NextStep:
    action = Action(**{"state": "open", "reminders_on": True, "remind_max": 3, "reminders_sent": 1, **values})
    return next_step(action, found, now=NOW)


def test_next_step_is_the_reminder_that_leaves_first_at_its_instant() -> None:
    assert step_of(ahead()) == NextStep(Step.PLANNED, 2, 3, NOW + DAY)
    assert step_of(ahead(written=True)) == NextStep(Step.HELD, 2, 3, NOW + DAY)


def test_next_step_that_has_come_is_going_out() -> None:
    assert step_of(ahead(NOW)) == NextStep(Step.GOING, 2, 3, NOW)


@pytest.mark.rule("X16")
def test_next_step_of_what_is_paused_says_until_when_and_what_comes_then() -> None:
    until = date(2026, 11, 4)
    assert step_of(ahead(paused_until=until)) == NextStep(Step.PAUSED, 2, 3, NOW + DAY, until)
    assert step_of(ahead(None, stop=Stop.COUNT_REACHED, paused_until=until)) == NextStep(Step.USED_UP, 1, 3)


@pytest.mark.rule("M33")
def test_next_step_of_what_is_too_late_is_somebodys_yes() -> None:
    assert step_of(ahead(late_number=1)) == NextStep(Step.LATE, 1, 3)
    assert step_of(ahead(None, late_number=2)) == NextStep(Step.LATE, 2, 3)


def test_next_step_promises_no_reminder_where_nobody_would_be_told() -> None:
    assert step_of(ahead(None, nobody_at=NOW + DAY)) == NextStep(Step.NOBODY, 2, 3)
    assert step_of(ahead(None, stop=Stop.NOBODY)) == NextStep(Step.NOBODY, 1, 3)


@pytest.mark.rule("D27")
def test_next_step_after_the_last_reminder_says_that_they_are_used_up() -> None:
    assert step_of(ahead(None, stop=Stop.COUNT_REACHED), reminders_sent=3) == NextStep(Step.USED_UP, 3, 3)


def test_next_step_of_what_expires_before_is_no_reminder() -> None:
    assert step_of(ahead(None, stop=Stop.EXPIRED)) == NextStep(Step.EXPIRES, 1, 3)


def test_next_step_without_reminders_is_off() -> None:
    assert step_of(None, reminders_on=False) == NextStep(Step.OFF)


@pytest.mark.parametrize("state", ["done", "withdrawn", "expired"])
def test_next_step_of_a_closed_request_is_nothing(state: str) -> None:
    assert step_of(None, state=state, closed_at=NOW - DAY) == NextStep(Step.CLOSED, at=NOW - DAY)
