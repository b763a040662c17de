"""A restore drill on real transactions: a copy of the database as of noon takes the place of the one that went on."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO
from pathlib import Path
from threading import Event

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from psycopg import sql
from pytest_django.fixtures import Settings

from firms.actors import Actor
from firms.enums import FailedTaskKind
from firms.models import FailedTask
from lib.clock import machine_now
from notifications.dispatch.send import dispatch_ready
from notifications.enums import Outcome
from notifications.models import Message, Notice
from notifications.outbox import entries_of
from notifications.outbox_acts import retry_message
from notifications.verdicts import Reason
from reminders.rules import Schedule
from reminders.services import ask
from reminders.words import Words
from tenancy import fence
from tenancy.context import firm_context
from tenancy.models import Fence
from tests.database import Clones, point_at
from tests.factories import START
from tests.mail import Mailbox
from tests.parallel import at_once, wait_until
from tests.people import Lumiere, make_lumiere, make_peeters
from tests.story import ask_signature, live

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.rule("X23")]
NADIA, DAY, MINUTE = "nadia@lefevre.example", timedelta(days=1), timedelta(minutes=1)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def people(transactional_db: None, clock: time_machine.Traveller, settings: Settings, tmp_path: Path) -> Lumiere:
    settings.FENCE_FILE = tmp_path / "fence.json"
    return make_lumiere()


@pytest.fixture
def back_up(django_db_setup: Clones, request: pytest.FixtureRequest) -> Iterator[Callable[[], Callable[[], None]]]:
    """Copies the database as it is; what it gives puts the copy in the place of the database."""
    original = str(connection.settings_dict["NAME"])

    def make() -> Callable[[], None]:
        connection.close()
        backup = f"{original}_backup_{len(django_db_setup.names)}"
        django_db_setup.owner.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(backup), sql.Identifier(original)))
        django_db_setup.names.append(backup)

        def restore() -> None:
            connection.close()
            point_at(backup)

        return restore

    yield make
    connection.close()
    point_at(original)


def command(*arguments: str) -> str:
    out = StringIO()
    call_command("outbox", *arguments, stdout=out)
    return out.getvalue()


def go_on(clock: time_machine.Traveller, length: timedelta) -> None:
    """Beat and worker, a tick at the end of it."""
    clock.shift(length)
    live(machine_now())


def ask_one(people: Lumiere, title: str = "Lettre de mission 2027") -> None:
    with firm_context(people.firm.pk):
        ask_signature(people, title=title, now=machine_now())


def test_what_went_after_the_backup_does_not_go_a_second_time(
    people: Lumiere, mailbox: Mailbox, clock: time_machine.Traveller, back_up: Callable[[], Callable[[], None]]
) -> None:
    ask_one(people)
    go_on(clock, MINUTE)
    ask_one(people, "Second")
    restore = back_up()
    go_on(clock, 5 * MINUTE)
    assert mailbox.addresses == [NADIA, NADIA]
    restore()
    go_on(clock, 5 * MINUTE)
    assert mailbox.addresses == [NADIA, NADIA]
    with pytest.raises(CommandError):
        call_command("doctor", stdout=(out := StringIO()))
    assert "bad  | fence | A backup was restored: nothing is sent" in out.getvalue()
    assert "1 e-mails may have gone already." in command("--accept-restore")
    go_on(clock, MINUTE)
    assert "1 e-mails are unconfirmed now" in command("--accept-restore", "--yes")
    go_on(clock, MINUTE)
    assert mailbox.addresses == [NADIA, NADIA]
    with firm_context(people.firm.pk):
        doubtful = Message.objects.get(outcome=Outcome.UNCONFIRMED)
        assert [(task.kind, task.detail) for task in FailedTask.objects.all()] == [(FailedTaskKind.RESTORED, "Il s’agit de 1 e-mail.")]
        assert str(doubtful.message_id) == str(mailbox.accepted[1][1]["Message-ID"])


def test_staff_decide_and_what_is_new_goes_as_usual(
    people: Lumiere, mailbox: Mailbox, clock: time_machine.Traveller, back_up: Callable[[], Callable[[], None]]
) -> None:
    go_on(clock, MINUTE)
    ask_one(people)
    restore = back_up()
    go_on(clock, 5 * MINUTE)
    restore()
    clock.shift(10 * MINUTE)
    command("--accept-restore", "--yes")
    ask_one(people, "After")
    go_on(clock, MINUTE)
    assert len(mailbox.accepted) == 2
    with firm_context(people.firm.pk):
        doubtful = Message.objects.get(outcome=Outcome.UNCONFIRMED)
        (entry,) = entries_of(people.firm, [(True, doubtful.pk)])
        assert retry_message(firm=people.firm, entry=entry, by=Actor.system(), now=machine_now())
    go_on(clock, MINUTE)
    assert len(mailbox.accepted) == 3


def test_reminders_that_fell_due_meanwhile_wait_for_a_yes(
    people: Lumiere, mailbox: Mailbox, clock: time_machine.Traveller, back_up: Callable[[], Callable[[], None]]
) -> None:
    ask_one(people)
    go_on(clock, MINUTE)
    restore = back_up()
    go_on(clock, 3 * DAY)
    go_on(clock, 6 * timedelta(hours=1))
    assert len(mailbox.accepted) == 2
    restore()
    go_on(clock, MINUTE)
    command("--accept-restore", "--yes")
    go_on(clock, MINUTE)
    assert len(mailbox.accepted) == 2
    with firm_context(people.firm.pk):
        assert Notice.objects.get(number=1, address=people.nadia_address).reason == Reason.TOO_LATE


def test_without_a_restore_there_is_nothing_to_accept(people: Lumiere, mailbox: Mailbox, clock: time_machine.Traveller) -> None:
    go_on(clock, MINUTE)
    go_on(clock, 5 * MINUTE)
    with pytest.raises(CommandError, match="No backup was restored here"):
        command("--accept-restore", "--yes")


def test_a_fence_that_cannot_be_read_is_nothing_to_accept(people: Lumiere, clock: time_machine.Traveller, settings: Settings) -> None:
    settings.FENCE_FILE.write_text("{")
    with pytest.raises(CommandError, match="cannot be read"):
        command("--accept-restore", "--yes")


def test_a_restore_stops_a_tick_that_has_begun_before_the_next_firm(
    people: Lumiere, mailbox: Mailbox, clock: time_machine.Traveller, settings: Settings
) -> None:
    ask_one(people)
    others = make_peeters()
    with firm_context(others.firm.pk):
        ask(
            account=others.garage, kind="signature", words=Words("Contract", "", None, None, Schedule(on=False)), staff=others.wim,
            by=Actor.staff(others.wim), parties=[others.lotte], now=START,
        )  # fmt: skip
    assert fence.may_send()
    mailbox.hold_back[NADIA] = Event()
    with ThreadPoolExecutor(1) as elsewhere:
        tick = elsewhere.submit(lambda: at_once(lambda: dispatch_ready(machine_now, first=people.firm.pk)))
        wait_until(lambda: NADIA in mailbox.named, "The first firm's e-mail is not on its way.")
        row = Fence.objects.get()
        settings.FENCE_FILE.write_text(json.dumps({"key": row.key, "number": row.number + 5, "at": machine_now().isoformat()}))
        mailbox.hold_back[NADIA].set()
        assert tick.result() == [1]
    assert mailbox.addresses == [NADIA]
    with firm_context(others.firm.pk):
        assert not Message.objects.exists()
