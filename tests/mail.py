"""A real SMTP server that keeps what it accepts, and refuses on request."""

import asyncio
import email
import email.policy
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from threading import Event
from typing import cast

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from pytest_django.fixtures import Settings


def opened() -> Event:
    event = Event()
    event.set()
    return event


@dataclass
class Mailbox:
    """What the server took in, in order, and whom it was told of; `refuse` maps an address to the answer it gets."""

    accepted: list[tuple[str, EmailMessage]] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)
    on_data: Callable[[str], None] | None = None
    on_rcpt: Callable[[str], None] | None = None
    hang_up_after_data: bool = False
    hangs_up_on: set[str] = field(default_factory=set)  # addresses after whose text it leaves without a word
    refuse_text: dict[str, str] = field(default_factory=dict)  # as `refuse`, once it has heard all of it
    keeps_waiting: dict[str, Event] = field(default_factory=dict)  # addresses whose text it keeps, and says nothing of until this is set
    lets_in: int | None = None  # so many connections, and no more
    keeps_out: Event = field(default_factory=opened)  # until this is set it says nothing to those
    takes_senders_of: int | None = None  # so many connections, the first of them
    greeted: int = 0  # connections
    sessions: list[Session] = field(default_factory=list)
    takes_several: bool = True  # commands at once, as real servers do (PIPELINING)
    named: list[str] = field(default_factory=list)
    hold_back: dict[str, Event] = field(default_factory=dict)  # addresses of which it says nothing until this is set
    return_paths: list[str] = field(default_factory=list)  # of what it took in
    takes_with: str = "250 2.0.0 Kept"

    async def handle_EHLO(self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]) -> list[str]:
        session.host_name = hostname
        self.greeted += 1
        self.sessions.append(session)
        if self.lets_in is not None and self.greeted > self.lets_in:
            await asyncio.to_thread(self.keeps_out.wait, 60)
            return ["421 4.7.0 Too many connections"]
        return [*responses[:-1], "250-PIPELINING", responses[-1]] if self.takes_several else responses

    async def handle_HELO(self, server: SMTP, session: Session, envelope: Envelope, hostname: str) -> str:
        return "421 4.7.0 Too many connections"  # whoever says it was not let in

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        if self.takes_senders_of is not None and session not in self.sessions[: self.takes_senders_of]:
            return "451 4.3.2 Too many connections"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        self.named.append(address)
        if self.on_rcpt:
            await asyncio.to_thread(self.on_rcpt, address)
        if address in self.hold_back:
            await asyncio.to_thread(self.hold_back[address].wait, 60)
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if envelope.rcpt_tos[0] in self.refuse_text:
            return self.refuse_text[envelope.rcpt_tos[0]]
        message = email.message_from_bytes(cast(bytes, envelope.content), policy=email.policy.default)
        self.accepted.append((envelope.rcpt_tos[0], message))
        self.return_paths.append(envelope.mail_from or "")
        if waited := self.keeps_waiting.get(envelope.rcpt_tos[0]):
            await asyncio.to_thread(waited.wait, 60)
        if self.hang_up_after_data or envelope.rcpt_tos[0] in self.hangs_up_on:
            assert server.transport is not None
            server.transport.close()
        return self.takes_with

    def to(self, address: str) -> list[EmailMessage]:
        return [message for rcpt, message in self.accepted if rcpt == address]

    @property
    def addresses(self) -> list[str]:
        return sorted(rcpt for rcpt, _ in self.accepted)


def text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def html_of(message: EmailMessage) -> str:
    body = message.get_body(("html",))
    assert body is not None
    return str(body.get_content())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def mailbox(settings: Settings) -> Iterator[Mailbox]:
    """An SMTP server on a free port that the dispatcher is pointed at."""
    box = Mailbox()
    port = free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port, ready_timeout=10)
    controller.start()
    settings.SMTP_URL = f"smtp://127.0.0.1:{port}"
    settings.ANYMAIL_BACKEND = ""
    try:
        yield box
    finally:
        controller.stop()
