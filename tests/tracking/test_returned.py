"""Reading the mailbox over a real connection: what becomes of the address, each e-mail once, whatever is in it.

From a small server of the tests' own; with MAILBOX=dovecot (`make dovecot`) from Dovecot.
"""

import os
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from firms.models import FailedTask
from lib.clock import machine_now
from notifications.enums import Outcome, SuppressionOrigin
from notifications.models import Message, Suppression
from tenancy.context import firm_context
from tenancy.heartbeats import RETURNED, last_beat
from tests.factories import START
from tests.mail import Mailbox
from tests.people import Lumiere, Peeters
from tests.story import ask_signature, live
from tests.tracking.dovecot import serving_dovecot
from tests.tracking.imap import PASSWORD, Box, serving
from tests.tracking.letters import GONE, away, complaint, old_fashioned, report
from tracking.mailbox import MOST_BYTES, MailboxError
from tracking.models import ReturnedMail
from tracking.reports import Kind
from tracking.returned import read_mailbox
from tracking.tasks import read

LATER = START + timedelta(days=2)


@pytest.fixture
def box() -> Iterator[Box]:
    with serving_dovecot() if os.environ.get("MAILBOX") == "dovecot" else serving() as box:
        yield box


@pytest.fixture
def went(lumiere: Lumiere, mailbox: Mailbox) -> Message:
    """A request that the relay took."""
    ask_signature(lumiere)
    live(START)
    return Message.objects.get()


def tag_of(message: Message) -> str:
    return message.message_id.lstrip("<").partition("@")[0]


def outcome(message: Message) -> str:
    return Message.objects.get(pk=message.pk).outcome


def test_a_returned_e_mail_suppresses_its_address_and_tells_the_office(went: Message, box: Box) -> None:
    box.put(report(message_id=went.message_id))
    assert read_mailbox(box.url, LATER) == {"gone": 1}
    stood = Suppression.objects.get()
    assert (stood.address.email, stood.origin, stood.detail) == (went.to_email, SuppressionOrigin.RETURNED, GONE.removeprefix("smtp; "))
    assert outcome(went) == Outcome.BOUNCED
    assert [task.kind for task in FailedTask.objects.all()] == ["bounced"]


def test_one_is_read_once_and_nothing_in_the_mailbox_changes(went: Message, box: Box) -> None:
    box.put(report(message_id=went.message_id))
    read_mailbox(box.url, LATER)
    assert read_mailbox(box.url, LATER) == {}
    assert {command.split(" ")[0] for command in box.commands()} - {"CAPABILITY", "LOGIN"} == {"EXAMINE", "UID", "LOGOUT"}
    assert sum("FETCH" in command for command in box.commands()) == 1


def test_a_mailbox_made_anew_is_read_anew_and_changes_nothing_twice(went: Message, box: Box) -> None:
    box.put(report(message_id=went.message_id))
    read_mailbox(box.url, LATER)
    box.make_anew()
    assert read_mailbox(box.url, LATER) == {"gone": 1}
    assert (Suppression.objects.count(), FailedTask.objects.count(), ReturnedMail.objects.count()) == (1, 1, 2)


def test_the_return_path_names_the_e_mail(went: Message, box: Box) -> None:
    box.put(report(tag=tag_of(went)))
    read_mailbox(box.url, LATER)
    assert outcome(went) == Outcome.BOUNCED


@pytest.mark.parametrize(
    ("action", "status", "said", "outcome_then", "tasks"),
    [
        ("delayed", "4.2.2", "smtp; 452 4.2.2 Mailbox full", Outcome.SENT, []),
        ("failed", "5.2.2", "smtp; 552 5.2.2 Mailbox full", Outcome.BOUNCED, ["not_sent"]),
        ("delivered", "2.0.0", "", Outcome.DELIVERED, []),
    ],
)
def test_an_address_that_exists_is_not_suppressed(
    went: Message, box: Box, action: str, status: str, said: str, outcome_then: Outcome, tasks: list[str]
) -> None:
    box.put(report(message_id=went.message_id, action=action, status=status, said=said))
    read_mailbox(box.url, LATER)
    assert (outcome(went), Suppression.objects.count()) == (outcome_then, 0)
    assert [task.kind for task in FailedTask.objects.all()] == tasks


def test_a_delivery_reported_after_the_bounce_changes_nothing(went: Message, box: Box) -> None:
    box.put(report(message_id=went.message_id))
    box.put(report(message_id=went.message_id, action="delivered", status="2.0.0", said=""))
    read_mailbox(box.url, LATER)
    assert outcome(went) == Outcome.BOUNCED


def test_a_complaint_suppresses_as_the_reader_s_own_wish(went: Message, box: Box) -> None:
    box.put(complaint(went.message_id))
    read_mailbox(box.url, LATER)
    assert (Suppression.objects.get().reason, outcome(went)) == ("complained", Outcome.COMPLAINED)


def test_an_automatic_reply_changes_nothing(went: Message, box: Box) -> None:
    box.put(away(went.message_id, tag_of(went)))
    assert read_mailbox(box.url, LATER) == {"auto_reply": 1}
    assert (outcome(went), Suppression.objects.count(), FailedTask.objects.count()) == (Outcome.SENT, 0, 0)


@pytest.mark.parametrize(
    "mail",
    [
        report(message_id=f"<{'f' * 32}@relance.example>", tag="a" * 32),  # forged: nobody guesses ours
        old_fashioned(f"<{'e' * 32}@relance.example>"),
        b"",
        b"\xff\xfe\x00 no e-mail at all",
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=x\r\n\r\n"
        b"--x\r\nContent-Type: message/delivery-status\r\n\r\n\xff",
        report(tag="x") + b"x" * (2 * MOST_BYTES),
    ],
)
def test_what_is_forged_broken_or_huge_is_left_to_a_person_and_keeps_nobody_waiting(went: Message, box: Box, mail: bytes) -> None:
    box.put(mail)
    box.put(report(message_id=went.message_id))
    assert read_mailbox(box.url, LATER) == {"unknown": 1, "gone": 1}
    assert [row.message for row in ReturnedMail.objects.order_by("uid")] == ["", went.code]
    assert Suppression.objects.count() == 1


def test_another_firm_s_e_mail_is_that_firm_s(two_firms: tuple[Lumiere, Peeters], mailbox: Mailbox, box: Box) -> None:
    lumiere, peeters = two_firms
    with firm_context(lumiere.firm.pk):
        ask_signature(lumiere)
    live(START)
    with firm_context(lumiere.firm.pk):
        box.put(report(message_id=Message.objects.get().message_id))
    read_mailbox(box.url, LATER)
    with firm_context(lumiere.firm.pk):
        assert Suppression.objects.count() == 1
    with firm_context(peeters.firm.pk):
        assert not Suppression.objects.exists()
        assert not FailedTask.objects.exists()


def test_one_whose_own_record_is_being_written_is_read_at_the_next_tick(went: Message, box: Box) -> None:
    Message.objects.update(outcome=Outcome.SENDING, lease_until=machine_now() + timedelta(minutes=1))
    box.put(report(message_id=went.message_id))
    box.put(old_fashioned(""))
    assert read_mailbox(box.url, LATER) == {}
    Message.objects.update(outcome=Outcome.SENT, lease_until=None)
    assert read_mailbox(box.url, LATER) == {"gone": 1, "unknown": 1}


def test_one_that_a_dead_worker_left_in_hand_keeps_no_other_waiting(went: Message, box: Box) -> None:
    Message.objects.update(outcome=Outcome.SENDING, lease_until=machine_now())
    box.put(report(message_id=went.message_id))
    box.put(old_fashioned(""))
    assert read_mailbox(box.url, LATER) == {"gone": 1, "unknown": 1}


def test_a_report_that_claims_to_be_of_tomorrow_does_not_outlive_a_lifting(went: Message, box: Box) -> None:
    """What staff lift after it was read stays lifted, whatever date it bears."""
    box.put(report(message_id=went.message_id, date="Tue, 01 Jan 2030 10:00:00 +0000"))
    read_mailbox(box.url, LATER)
    Suppression.objects.update(lifted_at=LATER + timedelta(hours=1))
    box.make_anew()
    read_mailbox(box.url, LATER + timedelta(minutes=1))
    assert not Suppression.objects.filter(lifted_at=None).exists()


def test_a_wrong_password_is_said_without_the_password(box: Box) -> None:
    with pytest.raises(MailboxError) as refused:
        read_mailbox(box.url.replace("bounces:", "nobody:"), LATER)
    assert PASSWORD not in str(refused.value)


def test_a_mailbox_that_is_gone_is_tried_again_at_the_next_tick(settings: Settings, db: None) -> None:
    settings.BOUNCES_IMAP_URL = "imap://bounces:x@127.0.0.1:1/INBOX"
    assert read() == 0
    assert last_beat(RETURNED) is None
    with pytest.raises(CommandError, match="The mailbox cannot be read"):
        call_command("read_bounces")


def test_the_command_says_what_came_and_what_to_read(
    went: Message, box: Box, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(CommandError, match="is not set"):
        call_command("read_bounces")
    settings.BOUNCES_IMAP_URL = box.url
    box.put(report(message_id=went.message_id))
    box.put(old_fashioned(""))
    call_command("read_bounces")
    said = capsys.readouterr().out
    assert "gone: 1\nunknown: 1\n" in said
    assert "For a person to read: number 2 of bounces@127.0.0.1/INBOX" in said
    assert PASSWORD not in said
    call_command("read_bounces")
    assert "Nothing has come back since the last time." in capsys.readouterr().out
    assert Kind.GONE in said


def test_one_that_we_stumble_over_is_left_to_a_person(went: Message, box: Box) -> None:
    """A date that no clock can show stands for whatever a report may do to us."""
    box.put(report(message_id=went.message_id).replace(b"+0000", b"+9999"))
    box.put(away(""))
    assert sum(read_mailbox(box.url, LATER).values()) == 2


def test_what_leaves_bears_its_own_id_in_its_return_path(lumiere: Lumiere, mailbox: Mailbox, settings: Settings, box: Box) -> None:
    settings.BOUNCES_ADDRESS = "bounces@relance.example"
    ask_signature(lumiere, signers=[lumiere.nadia, lumiere.paul])
    live(START)
    first, second = Message.objects.order_by("pk")
    assert mailbox.return_paths == [f"bounces+{tag_of(each)}@relance.example" for each in (first, second)]
    box.put(report(tag=mailbox.return_paths[1].partition("+")[2].partition("@")[0]))
    read_mailbox(box.url, LATER)
    assert (outcome(first), outcome(second)) == (Outcome.SENT, Outcome.BOUNCED)


def test_each_reading_is_a_sign_of_life(went: Message, box: Box, settings: Settings) -> None:
    settings.BOUNCES_IMAP_URL = box.url
    box.put(report(message_id=went.message_id))
    assert (read(), read()) == (1, 0)
    assert last_beat(RETURNED) is not None
