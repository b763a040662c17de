"""What is spoken with a mail server: as few round trips as it allows, and nothing that is not wanted."""

import smtplib
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from templates_email.enums import EmailEvent
from templates_email.render import Rendered
from tests.mail import Mailbox
from tests.parallel import wait_until
from tests.templates_email.examples import an_envelope, rendered
from ways.errors import ErrorKind, SendError, Step, kind_of_smtp_code
from ways.patience import Patient
from ways.smtp import SmtpTransport, stuffed

PAUL, NADIA, EVA = "paul@lefevre.example", "nadia@lefevre.example", "eva@maes.example"


class NotWanted(Exception):
    """Somebody has acted meanwhile."""


def letter(to: str) -> Rendered:
    return rendered(EmailEvent.SIGNATURE_REQUESTED, "fr", envelope=replace(an_envelope(), to_address=to))


def nothing() -> None:
    """Nobody has acted."""


def refuse_to_go() -> None:
    raise NotWanted


@pytest.fixture(params=[True, False], ids=["several at once", "one by one"])
def transport(request: pytest.FixtureRequest, mailbox: Mailbox) -> Iterator[SmtpTransport]:
    mailbox.takes_several = request.param
    opened = SmtpTransport(settings.SMTP_URL, "notifications@relance.example")
    yield opened
    opened.close()


def test_messages_follow_one_another_on_one_connection(transport: SmtpTransport, mailbox: Mailbox) -> None:
    for to, following in ((PAUL, NADIA), (NADIA, EVA), (EVA, "")):
        accepted = transport.send(letter(to), before_data=nothing, following=letter(following) if following else None)
        assert accepted.answer == "2.0.0 Kept"
    assert (mailbox.named, [to for to, _ in mailbox.accepted]) == ([PAUL, NADIA, EVA], [PAUL, NADIA, EVA])


def test_the_next_envelope_travels_behind_the_message(mailbox: Mailbox) -> None:
    transport = SmtpTransport(settings.SMTP_URL, "notifications@relance.example")
    transport.send(letter(PAUL), before_data=nothing, following=letter(NADIA))
    wait_until(lambda: mailbox.named == [PAUL, NADIA], "The second was not announced.")
    transport.close()
    assert [to for to, _ in mailbox.accepted] == [PAUL]


def test_the_last_look_comes_before_anything_of_the_message_leaves(transport: SmtpTransport, mailbox: Mailbox) -> None:
    seen = list[list[str]]()
    transport.send(letter(PAUL), before_data=lambda: seen.append(mailbox.addresses), following=letter(NADIA))
    transport.send(letter(NADIA), before_data=lambda: seen.append(mailbox.addresses))
    assert seen == [[], [PAUL]]


def test_what_is_not_wanted_after_all_leaves_nothing_behind(transport: SmtpTransport, mailbox: Mailbox) -> None:
    transport.send(letter(PAUL), before_data=nothing, following=letter(NADIA))
    with pytest.raises(NotWanted):
        transport.send(letter(NADIA), before_data=refuse_to_go, following=letter(EVA))
    transport.send(letter(EVA), before_data=nothing)
    assert [to for to, _ in mailbox.accepted] == [PAUL, EVA]


def test_another_than_was_announced_gets_a_connection_of_its_own(transport: SmtpTransport, mailbox: Mailbox) -> None:
    transport.send(letter(PAUL), before_data=nothing, following=letter(NADIA))
    transport.send(letter(EVA), before_data=nothing)
    assert [to for to, _ in mailbox.accepted] == [PAUL, EVA]


def test_a_refused_address_is_its_own_trouble(transport: SmtpTransport, mailbox: Mailbox) -> None:
    mailbox.refuse[NADIA] = "550 5.1.1 No such user"
    transport.send(letter(PAUL), before_data=nothing, following=letter(NADIA))
    with pytest.raises(SendError) as refused:
        transport.send(letter(NADIA), before_data=nothing, following=letter(EVA))
    transport.send(letter(EVA), before_data=nothing)
    assert (refused.value.kind, refused.value.answer) == (ErrorKind.ADDRESS, "550 5.1.1 No such user")
    assert [to for to, _ in mailbox.accepted] == [PAUL, EVA]


def test_a_connection_cut_with_the_next_announced_leaves_that_one_untouched(transport: SmtpTransport, mailbox: Mailbox) -> None:
    mailbox.hang_up_after_data = True
    with pytest.raises(SendError) as cut:
        transport.send(letter(PAUL), before_data=nothing, following=letter(NADIA))
    mailbox.hang_up_after_data = False
    transport.send(letter(NADIA), before_data=nothing)
    assert (cut.value.kind, [to for to, _ in mailbox.accepted]) == (ErrorKind.DOUBT, [PAUL, NADIA])


@given(st.lists(st.sampled_from([b"", b".", b"..", b".a", b"a.", b"Bonjour"]), min_size=1).map(b"\r\n".join))
def test_dots_are_doubled_as_the_library_doubles_them(mime: bytes) -> None:
    as_library: Callable[[bytes], bytes] = smtplib._quote_periods  # type: ignore[attr-defined]
    quoted = as_library(mime)
    assert stuffed(mime) == quoted + (b".\r\n" if quoted.endswith(b"\r\n") else b"\r\n.\r\n")


@pytest.mark.parametrize(
    ("step", "answer", "kind"),
    [
        (Step.MAIL, "553 Sender address rejected", ErrorKind.SENDER),
        (Step.MAIL, "550 5.1.8 Bad sender", ErrorKind.SENDER),
        (Step.RCPT, "550 5.1.1 No such user", ErrorKind.ADDRESS),
        (Step.RCPT, "550 No such user", ErrorKind.ADDRESS),
        (Step.RCPT, "552 5.2.2 Mailbox full", ErrorKind.SOON),
        (Step.RCPT, "550 5.7.1 This list takes nothing from outside", ErrorKind.NEVER),
        (Step.RCPT, "554 5.7.1 Relay access denied", ErrorKind.SENDER),
        (Step.RCPT, "503 5.5.1 Bad sequence", ErrorKind.NEVER),
        (Step.RCPT, "535 5.7.8 Sign in first", ErrorKind.SENDER),
        (Step.TEXT, "554 5.7.1 Looks like spam", ErrorKind.NEVER),
        (Step.TEXT, "552 5.3.4 Too large", ErrorKind.NEVER),
        (Step.TEXT, "550 5.1.1 No such user", ErrorKind.ADDRESS),
        (Step.TEXT, "554 No", ErrorKind.NEVER),
        (Step.RCPT, "450 4.2.0 Greylisted", ErrorKind.SOON),
        (Step.RCPT, "451 4.7.1 Slow down", ErrorKind.LATER),
    ],
)
def test_what_is_refused_says_whose_fault_it_is(step: Step, answer: str, kind: ErrorKind) -> None:
    assert kind_of_smtp_code(int(answer[:3]), answer, step) is kind


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("550 relay not permitted", ErrorKind.SENDER),  # Exim
        ("551 We do not relay for strangers", ErrorKind.SENDER),
        ("554 Relay access denied", ErrorKind.SENDER),
        ("550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain", ErrorKind.SENDER),  # Exchange
        ("553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)", ErrorKind.SENDER),  # qmail
        ("550 Sender verify failed", ErrorKind.SENDER),
        ("550 SMTP authentication is required", ErrorKind.SENDER),
        ("550 Blocked by zen.spamhaus.org", ErrorKind.NEVER),
        ("550 Your server is on our blacklist", ErrorKind.NEVER),
        ("550 5.0.0 blocked, see our policy", ErrorKind.NEVER),
        ("550 4.4.2 Nobody answered in time", ErrorKind.NEVER),
        ("550 SPF check failed", ErrorKind.NEVER),
        ("550 Administrative prohibition", ErrorKind.NEVER),
        ("550 Access denied", ErrorKind.NEVER),
        ("550 Sender not wanted here", ErrorKind.NEVER),
        ("550 Quota exceeded", ErrorKind.SOON),
        ("552 Mailbox is full", ErrorKind.SOON),
        ("554 No", ErrorKind.NEVER),
    ],
)
def test_what_is_not_said_of_the_address_silences_nobody(answer: str, kind: ErrorKind) -> None:
    assert kind_of_smtp_code(int(answer[:3]), answer, Step.RCPT) is kind


@pytest.mark.parametrize(
    "answer",
    [
        "550 Unknown user",
        "550 mailbox unavailable",
        "550 Requested action not taken: mailbox name not allowed",
        "551 User not local",
        "550 5.0.0 No such user",
        "550 <policy@spam.example>: no such user",
        "550 User unknown in relay recipient table",
        "550 relay.isp.example said: no such user",
        "550 User not listed in public Name & Address Book",
        "550 5.1.1 No such user, denied by policy",
    ],
)
def test_a_mailbox_that_is_not_there_is_one_whatever_else_is_said(answer: str) -> None:
    assert kind_of_smtp_code(int(answer[:3]), answer, Step.RCPT) is ErrorKind.ADDRESS


def test_an_answer_with_a_nul_can_be_kept() -> None:
    assert SendError(ErrorKind.SOON, "450 wait\0").answer == "450 wait"


@pytest.mark.parametrize(
    ("answers", "ready"),
    [
        (b"", False),
        (b"250 ok\r\n", False),
        (b"250-one\r\n250 two\r\n250 ok\r\n", False),
        (b"250 ok\r\n250 ok\r\n35", False),
        (b"250 ok\r\n250 ok\r\n354 go on\r\n", True),
        (b"250-one\r\n250 two\r\n250 ok\r\n354 go on\r\n", True),
        (b"250 ok\r\n550 no\r\n503 no\r\n", False),
        (b"250 ok\r\n250 ok\r\n421 bye\r\n", False),
        (b"250 ok\r\n250 ok\r\nwhat?\r\n", False),
    ],
)
def test_a_server_is_ready_once_it_has_taken_all_three_of_this_envelope(answers: bytes, ready: bool) -> None:
    ours, server = socket.socketpair()
    transport = SmtpTransport("smtp://mail.example", "notifications@relance.example")
    transport.connection, transport.announced = Patient(), transport._envelope(letter(PAUL))
    transport.connection.sock = ours
    with server:
        server.sendall(answers)
        assert (transport.is_ready_for(letter(PAUL)), transport.is_ready_for(letter(NADIA))) == (ready, False)
        transport.close()


@pytest.mark.parametrize(("code", "kind"), [(454, ErrorKind.LATER), (535, ErrorKind.SENDER)])
def test_a_sign_in_that_is_throttled_is_no_wrong_password(code: int, kind: ErrorKind) -> None:
    class Refusing(SmtpTransport):
        def _connect(self) -> Patient:
            raise smtplib.SMTPAuthenticationError(code, b"No")

    with pytest.raises(SendError) as refused:
        Refusing("smtp://u:p@mail.example", "notifications@relance.example").send(letter(PAUL), before_data=nothing)
    assert refused.value.kind is kind
