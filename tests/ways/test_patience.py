"""A mail server that dribbles, says no end or takes nothing holds nobody up, and it is certain what becomes of the message. Over TCP."""

import base64
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates_email.enums import EmailEvent
from templates_email.render import Rendered
from tests.templates_email.examples import an_envelope, rendered
from tests.ways.dribbling import Dribbler, How, When, dribbling
from ways import patience
from ways.errors import ErrorKind, SendError
from ways.patience import Patient, Unfinished
from ways.smtp import SmtpTransport

SHORT, LONG = 0.4, 60.0  # seconds
PASSWORD = "Été-à-Liège"


def letter() -> Rendered:
    return rendered(EmailEvent.SIGNATURE_REQUESTED, "fr", envelope=an_envelope())


class Unwritable(Rendered):
    """As none should come here."""

    @property
    def recipient_address(self) -> str:
        return "zoé@lefevre.example"


def nothing() -> None:
    """Nobody has acted."""


@contextmanager
def way_to(server: Dribbler, patience: float) -> Iterator[SmtpTransport]:
    transport = SmtpTransport(f"smtp://cabinet:%C3%A9t%C3%A9@127.0.0.1:{server.port}", "a@relance.example", patience=patience)
    try:
        yield transport
    finally:
        transport.close()


def refused_by(server: Dribbler, patience: float = SHORT) -> ErrorKind:
    with way_to(server, patience) as transport, pytest.raises(SendError) as refused:
        transport.send(letter(), before_data=nothing)
    return refused.value.kind


@pytest.mark.parametrize("how", [How.DRIBBLES, How.IS_SILENT])
@pytest.mark.parametrize("when", list(When))
def test_a_server_that_dribbles_is_left_at_the_deadline_of_the_exchange(when: When, how: How) -> None:
    with dribbling(when, how) as server:
        kind = refused_by(server)
    assert (kind, server.left_to_itself) == (ErrorKind.DOUBT if when is When.TEXT else ErrorKind.SOON, False)


@pytest.mark.parametrize("when", list(When))
def test_an_answer_without_end_is_not_read_to_its_end(when: When) -> None:
    with dribbling(when, How.FLOODS) as server:
        kind = refused_by(server, LONG)
    assert (kind, server.left_to_itself) == (ErrorKind.DOUBT if when is When.TEXT else ErrorKind.SOON, False)


def test_a_text_whose_end_has_not_left_was_surely_not_taken() -> None:
    with dribbling(When.DATA, How.TAKES_NOTHING) as server, way_to(server, SHORT) as transport:
        connection = transport._open_for(transport._envelope(letter()))
        connection.begin()
        text = b"x" * 50_000_000
        with pytest.raises(Unfinished):
            connection.send_text(text, ends=len(text))


def test_a_text_whose_end_has_left_may_have_been_taken() -> None:
    with dribbling(When.DATA, How.TAKES_NOTHING) as server, way_to(server, SHORT) as transport:
        connection = transport._open_for(transport._envelope(letter()))
        connection.begin()
        with pytest.raises(TimeoutError):
            connection.send_text(b"x" * 50_000_000, ends=5)


def test_a_large_message_before_a_server_that_reads_nothing_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Rendered, "to_mime", lambda self: b"x" * 50_000_000)
    with dribbling(When.DATA, How.TAKES_NOTHING) as server:
        assert refused_by(server) is ErrorKind.SOON


def test_each_message_has_the_whole_of_its_time() -> None:
    with dribbling(None) as server, way_to(server, LONG) as transport:
        answers = [transport.send(letter(), before_data=nothing).answer for _ in range(3)]
    assert (answers, server.visits) == (["2.0.0 Kept"] * 3, 1)


def test_a_password_with_accents_is_said_as_utf_8() -> None:
    with dribbling(None) as server, way_to(server, LONG) as transport:
        transport.send(letter(), before_data=nothing)
    said = next(line for line in server.heard if line.startswith(b"AUTH PLAIN "))
    assert base64.b64decode(said.split()[2]).decode() == "\0cabinet\0été"


@pytest.mark.parametrize(
    ("when", "answer"),
    [
        (When.AUTH, b"334 this is no base64!\r\n"),
        (When.AUTH, b"334 YQ\r\n"),
        (When.EHLO, b"\xff\xfe\r\n"),
        (When.EHLO, b"250-AUTH\r\n250 SIZE x\r\n"),
        (When.CONNECTED, b"554 No\r\n"),
        (When.CONNECTED, b"\r\n"),
    ],
)
def test_nonsense_before_the_text_costs_one_try(when: When, answer: bytes) -> None:
    with dribbling(None) as server:
        server.answers[when] = answer
        assert refused_by(server) is ErrorKind.SOON


def test_421_as_a_greeting_is_said_with_its_code() -> None:
    with dribbling(None) as server, way_to(server, LONG) as transport, pytest.raises(SendError) as refused:
        server.answers[When.CONNECTED] = b"421 4.7.0 Too many\r\n"
        transport.send(letter(), before_data=nothing)
    assert (refused.value.kind, refused.value.answer) == (ErrorKind.SOON, "421 4.7.0 Too many")


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (b"hello\r\n", ErrorKind.DOUBT),
        (b"354 Go on\r\n", ErrorKind.DOUBT),
        (b"451 Later\r\n", ErrorKind.SOON),
        (b"554 No\r\n", ErrorKind.NEVER),
    ],
)
def test_what_is_neither_yes_nor_no_after_the_text_leaves_it_in_doubt(answer: bytes, kind: ErrorKind) -> None:
    with dribbling(None) as server:
        server.answers[When.TEXT] = answer
        assert refused_by(server) is kind


def test_any_2xx_after_the_text_is_a_yes() -> None:
    with dribbling(None) as server, way_to(server, LONG) as transport:
        server.answers[When.TEXT] = b"252 Kept, I think\r\n"
        assert transport.send(letter(), before_data=nothing).answer == "Kept, I think"


def test_a_data_that_is_not_answered_with_go_on_gets_no_text() -> None:
    with dribbling(None) as server:
        server.answers[When.DATA] = b"250 OK\r\n"
        assert refused_by(server) is ErrorKind.SOON
    assert not any(line.startswith(b"Subject") for line in server.heard)


def test_an_address_that_cannot_be_written_is_its_own_trouble() -> None:
    """Also where its envelope was to travel behind another's text."""
    with dribbling(None) as server, way_to(server, LONG) as transport:
        server.answers[When.EHLO] = b"250-dribbling.example\r\n250-AUTH PLAIN\r\n250 PIPELINING\r\n"
        unwritable = Unwritable(**{each.name: getattr(letter(), each.name) for each in fields(Rendered)})
        accepted = transport.send(letter(), before_data=nothing, following=unwritable)
        with pytest.raises(SendError) as refused:
            transport.send(unwritable, before_data=nothing)
        transport.send(letter(), before_data=nothing)
    assert (accepted.follows, refused.value.kind, server.visits) == (False, ErrorKind.NEVER, 1)


@given(st.binary(max_size=200))
def test_whatever_a_server_challenges_with_ends_in_a_refusal_of_one_message(challenge: bytes) -> None:
    asked = list[str]()

    class Challenged(Patient):
        def docmd(self, cmd: str, args: str = "") -> tuple[int, bytes]:
            asked.append(cmd)
            return 334, challenge

    class Challenging(SmtpTransport):
        def _reach(self) -> Patient:
            return Challenged()

        def _enter(self, connection: Patient) -> None:
            connection.user, connection.password = "cabinet", PASSWORD
            connection.auth("CRAM-MD5", connection.auth_cram_md5)

    with pytest.raises(SendError):
        Challenging("smtp://mail.example", "a@relance.example").send(letter(), before_data=nothing)
    assert len(asked) < 10


def test_a_name_of_ours_that_is_not_found_in_time_is_looked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    found = threading.Event()
    monkeypatch.setattr(patience, "A_NAME", 0.05)
    monkeypatch.setattr(socket, "getfqdn", lambda: "mail.relance.example" if found.wait(30) else "")
    patience._our_name.cache_clear()
    try:
        assert patience.our_name() == "[127.0.0.1]"
        found.set()
        monkeypatch.setattr(patience, "A_NAME", 30)
        assert patience.our_name() == "mail.relance.example"
    finally:
        patience._our_name.cache_clear()
