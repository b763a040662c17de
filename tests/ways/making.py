"""Ways out for tests: a firm's own mail server on this machine, and what staff give of it."""

from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from firms.actors import Actor
from firms.models import Firm
from tests.factories import START
from tests.mail import Mailbox, free_port
from ways.enums import Provider, Tls
from ways.inputs import WayInput
from ways.models import Way
from ways.queries import find_way_in_use
from ways.services import note_test, save_draft, take_into_use

USER, PASSWORD = "cabinet", "canary-7f3b9e"
IN_ONE_WORD = b64encode(f"\0{USER}\0{PASSWORD}".encode()).decode()  # as AUTH PLAIN says it


@dataclass
class FirmServer(Mailbox):
    """A mail server with one account. `accounts` may change while it runs; `visits`: connections on which somebody signed in or tried.

    `turns_away` is what it says to whom it does not let in, `puts_off` what it says to any sender.
    """

    accounts: dict[str, str] = field(default_factory=lambda: {USER: PASSWORD})
    port: int = field(default_factory=free_port)
    visits: set[object] = field(default_factory=set)
    senders: list[str] = field(default_factory=list)
    turns_away: str = "535 5.7.8 Authentication credentials invalid"
    puts_off: str = ""

    def may_enter(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
        assert isinstance(data, LoginPassword)
        user, password = data.login.decode(), data.password.decode()
        self.visits.add(session.peer)
        return AuthResult(success=self.accounts.get(user) == password, handled=False, message=self.turns_away)

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        envelope.mail_from = address
        self.senders.append(address)
        return self.puts_off or "250 OK"


@contextmanager
def firm_server() -> Iterator[FirmServer]:
    server = FirmServer()
    controller = Controller(server, hostname="127.0.0.1", port=server.port, authenticator=server.may_enter, auth_require_tls=False)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()


def smtp_input(server: FirmServer, **others: object) -> WayInput:
    given = {"host": "127.0.0.1", "port": server.port, "tls": Tls.NONE, "username": USER, "secret": PASSWORD, **others}
    return WayInput(provider=Provider.SMTP, **given)  # type: ignore[arg-type]


def api_input(provider: Provider, *, signing_key: str = "", sender: str = "") -> WayInput:
    """Whatever each provider wants."""
    domain = "mg.cabinet-lumiere.example" if provider == Provider.MAILGUN else ""
    username = "AKIDEXAMPLE" if provider == Provider.AMAZON_SES else ""
    region = {Provider.MAILGUN: "eu", Provider.AMAZON_SES: "eu-west-3"}.get(provider, "")
    return WayInput(
        provider=provider, domain=domain, username=username, region=region, secret="key", signing_key=signing_key, sender=sender
    )


def in_use(firm: Firm, given: WayInput) -> Way:
    """Taken into use without a test message."""
    note_test(way=save_draft(firm=firm, given=given, now=START), taken=True, answer="250 OK", now=START)
    take_into_use(firm=firm, by=Actor.system(), now=START)
    way = find_way_in_use(firm.pk)
    assert way is not None
    return way
