"""A server that has closed a kept connection meanwhile, for idleness for instance, costs no message its try. Over TCP."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from templates_email.enums import EmailEvent
from templates_email.render import Rendered
from tests.templates_email.examples import an_envelope, rendered
from tests.ways.dribbling import Dribbler, When, served
from tests.ways.leaving import leaving
from ways.errors import ErrorKind, SendError
from ways.smtp import SmtpTransport

PAUL, NADIA = "paul@lefevre.example", "nadia@lefevre.example"
TOO_LONG, TOO_MANY = b"421 4.4.2 Nobody said anything\r\n", b"421 4.7.0 Too many\r\n"


def letter(to: str) -> Rendered:
    return rendered(EmailEvent.SIGNATURE_REQUESTED, "fr", envelope=replace(an_envelope(), to_address=to))


def nothing() -> None:
    """Nobody has acted."""


@contextmanager
def way_to(server: Dribbler, patience: float = 60) -> Iterator[SmtpTransport]:
    transport = SmtpTransport(f"smtp://127.0.0.1:{server.port}", "a@relance.example", patience=patience)
    try:
        yield transport
    finally:
        transport.close()


@pytest.mark.parametrize("goodbye", [b"", TOO_LONG], ids=["silently", "with a goodbye"])
@pytest.mark.parametrize("leaves_at", [When.TEXT, When.MAIL, When.RCPT, When.DATA])
@pytest.mark.parametrize("ahead", [True, False], ids=["announced", "not announced"])
@pytest.mark.parametrize("takes_several", [True, False], ids=["several at once", "one by one"])
def test_what_comes_next_goes_over_a_new_connection(takes_several: bool, ahead: bool, leaves_at: When, goodbye: bytes) -> None:
    with served(leaving(leaves_at=leaves_at, goodbye=goodbye, takes_several=takes_several)) as server, way_to(server) as transport:
        transport.send(letter(PAUL), before_data=nothing, following=letter(NADIA) if ahead else None)
        accepted = transport.send(letter(NADIA), before_data=nothing)
    assert (accepted.answer, server.taken, server.visits) == ("2.0.0 Kept", 2, 2)


@pytest.mark.parametrize("takes_several", [True, False], ids=["several at once", "one by one"])
def test_a_goodbye_over_a_new_connection_is_the_answer(takes_several: bool) -> None:
    full = leaving(leaves_at=When.MAIL, goodbye=TOO_MANY, after=0, takes_several=takes_several)
    with served(full) as server, way_to(server) as transport, pytest.raises(SendError) as refused:
        transport.send(letter(PAUL), before_data=nothing)
    assert (refused.value.kind, refused.value.answer, server.visits) == (ErrorKind.LATER, "421 4.7.0 Too many", 1)


def test_it_is_said_over_one_new_connection_and_no_more() -> None:
    with served(leaving(goodbye=TOO_LONG)) as server, way_to(server) as transport:
        transport.send(letter(PAUL), before_data=nothing)
        server.answers[When.CONNECTED] = TOO_MANY
        with pytest.raises(SendError) as refused:
            transport.send(letter(NADIA), before_data=nothing)
    assert (refused.value.answer, server.taken, server.visits) == ("421 4.7.0 Too many", 1, 2)


def test_a_kept_connection_that_is_silent_is_waited_for_once() -> None:
    with served(leaving(leaves_at=When.MAIL, goodbye=None)) as server, way_to(server, patience=0.4) as transport:
        transport.send(letter(PAUL), before_data=nothing)
        with pytest.raises(SendError) as refused:
            transport.send(letter(NADIA), before_data=nothing)
    assert (refused.value.kind, server.taken, server.visits) == (ErrorKind.SOON, 1, 1)
