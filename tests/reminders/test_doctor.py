"""`manage.py reminders_doctor`: trouble planted on purpose, each found, with what to do."""

from collections.abc import Iterator
from datetime import date, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command

from actions.models import Action
from actions.stops import Stop
from firms.actors import Actor
from firms.enums import FailedTaskKind, HoldOrigin
from firms.holding_all import begin_hold_of_all
from firms.services import raise_failed_task
from notifications.holding import hold_mail
from notifications.models import Notice
from reminders.pausing import pause
from reminders.rules import Schedule
from reminders.tasks import sweep_reminders
from tenancy.heartbeats import SWEEP, beat
from tests.factories import START
from tests.mail import Mailbox
from tests.people import Lumiere
from tests.story import ask_signature, live

DAY = timedelta(days=1)
NOW = START + DAY
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def stopped_clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def asked(lumiere: Lumiere, mailbox: Mailbox) -> Action:
    """A request whose first reminder comes in two days; the sweep is alive."""
    action = ask_signature(lumiere, schedule=Schedule(on=True))
    live(START)
    beat(SWEEP)
    return action


def doctor(*options: str) -> tuple[int, list[str]]:
    """The exit code, and what is printed."""
    out = StringIO()
    try:
        call_command("reminders_doctor", *options, stdout=out)
    except CommandError as error:
        return error.returncode, out.getvalue().splitlines()
    return 0, out.getvalue().splitlines()


def spoil(action: Action, **values: object) -> None:
    Action.objects.filter(pk=action.pk).update(**values)


def test_where_all_is_well_it_says_so(asked: Action) -> None:
    assert doctor() == (0, ["Nothing is wrong."])


def test_a_sweep_that_has_stopped(asked: Action) -> None:
    with time_machine.travel(NOW + 2 * MINUTE + timedelta(seconds=1), tick=False):
        code, (line,) = doctor()
    assert (code, line) == (
        1, "wrong | The sweep has not come through since 2026-11-03T09:00:00+00:00. See that beat and a worker run.",
    )  # fmt: skip


def test_a_sweep_that_never_ran_and_the_sign_of_life_that_each_leaves(lumiere: Lumiere) -> None:
    assert doctor() == (1, ["wrong | The sweep has never come through. Start beat and a worker."])
    sweep_reminders()
    assert doctor() == (0, ["Nothing is wrong."])


def test_what_is_due_and_not_swept(asked: Action) -> None:
    spoil(asked, next_reminder_at=NOW - 4 * MINUTE)
    code, (line,) = doctor()
    assert (code, line.partition(" due for")[0]) == (1, "wrong | Cabinet Lumière | 1")


def test_a_schedule_that_is_lost_is_found_and_can_be_looked_at_again(asked: Action) -> None:
    spoil(asked, next_reminder_at=None, stop_reason="")
    assert doctor() == (
        1, ["wrong | Cabinet Lumière | 1 with reminders on, and neither a next one nor a reason why not. --fix lets the sweep look."],
    )  # fmt: skip
    code, lines = doctor("--fix")
    assert (code, lines[0].partition(" |")[0], lines[1]) == (0, "fixed", "Nothing is wrong.")
    live(NOW)
    assert Action.objects.get(pk=asked.pk).next_reminder_at == START + 3 * DAY
    assert Notice.objects.filter(number=1).count() == 0


def test_a_look_that_would_come_too_late_is_found_and_mended(asked: Action) -> None:
    spoil(asked, next_reminder_at=START + 5 * DAY)
    assert doctor()[0] == 1
    assert doctor("--fix")[0] == 0
    live(NOW)
    assert Action.objects.get(pk=asked.pk).next_reminder_at == START + 3 * DAY


def test_what_a_person_s_pause_puts_off_is_no_trouble(lumiere: Lumiere, asked: Action) -> None:
    pause(target=lumiere.nadia, until=date(2026, 11, 20), reason="Congé", by=Actor.staff(lumiere.claire), now=NOW)
    live(START + 3 * DAY)
    assert doctor() == (0, ["waits | Cabinet Lumière | Paused: 1 contacts.", "Nothing is wrong."])


def test_an_e_mail_that_does_not_leave(asked: Action) -> None:
    Notice.objects.update(message=None, verdict="send", reason="named", not_before=NOW - 4 * MINUTE)
    code, lines = doctor()
    assert code == 1
    assert "e-mails might have gone for more than 3 minutes" in lines[0]


def test_a_request_that_was_set_aside(lumiere: Lumiere, asked: Action) -> None:
    spoil(asked, next_reminder_at=NOW + timedelta(hours=1))
    raise_failed_task(firm=lumiere.firm, kind=FailedTaskKind.REMINDER_FAILED, key="1", subject="x", action_id=asked.pk, now=NOW)
    code, (line,) = doctor()
    assert (code, line.partition(" since")[0]) == (1, "wrong | Cabinet Lumière | 1 set aside")


def test_what_only_waits_is_said_and_is_nothing_wrong(lumiere: Lumiere, asked: Action) -> None:
    other = ask_signature(lumiere, title="Autre", now=NOW)
    spoil(asked, next_reminder_at=None, stop_reason=Stop.NOBODY)
    for target in (lumiere.firm, lumiere.bakery, other):
        pause(target=target, until=date(2026, 11, 20), reason="Congé", by=Actor.staff(lumiere.claire), now=NOW)
    assert doctor() == (
        0,
        [
            "waits | Cabinet Lumière | 1 with nobody to tell: the firm sees them under “Needs a person”.",
            "waits | Cabinet Lumière | The firm's reminders are paused until 2026-11-20.",
            "waits | Cabinet Lumière | Paused: 1 accounts, 1 requests.",
            "Nothing is wrong.",
        ],
    )


def test_that_all_are_held_is_said_first(asked: Action) -> None:
    begin_hold_of_all(reason="Move", now=NOW)
    said = "All are held since 2026-11-03 09:00Z, firms that are created meanwhile too: Move."
    assert doctor() == (0, [f"waits | {said}", "Nothing is wrong."])


def test_who_holds_the_e_mails_and_who_does_under_that(lumiere: Lumiere, asked: Action) -> None:
    for origin in (HoldOrigin.STAFF, HoldOrigin.OPERATOR):
        hold_mail(firm=lumiere.firm, origin=origin, reason="", by=Actor.system(), now=NOW)
    assert doctor()[1][0] == "waits | Cabinet Lumière | 0 e-mails to clients are held (operator, staff under it)."


def test_of_one_firm_by_its_code(lumiere: Lumiere, asked: Action) -> None:
    assert doctor("--firm", lumiere.firm.code) == (0, ["Nothing is wrong."])
    assert doctor("--firm", "nobody") == (1, [])
