"""Trying a way out: one real message through it, to whoever asks, with a code that shows that it has arrived."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from firms.models import Staff
from lib.codes import derived_secret, new_code
from templates_email.brand import team_brand
from templates_email.enums import EmailEvent
from templates_email.envelope import Envelope
from templates_email.render import Rendered, render
from templates_email.sources import LANGUAGES
from ways.errors import SendError
from ways.models import Way
from ways.transports import FirmTransport

DIGITS = 6


@dataclass(frozen=True, slots=True)
class Tried:
    """Whether the server took the message, and what it said."""

    taken: bool
    answer: str


def try_way(way: Way, staff: Staff, now: datetime) -> Tried:
    """Takes as long as the server does, at most some twenty seconds."""
    transport = FirmTransport(way)
    try:
        accepted = transport.send(test_message(way, staff, now), before_data=_nothing_to_look_at)
    except SendError as error:
        return Tried(taken=False, answer=error.answer)
    finally:
        transport.close()
    return Tried(taken=True, answer=accepted.answer)


def test_code(way: Way) -> str:
    """Of this draft alone."""
    number = int.from_bytes(derived_secret("way test", f"{way.pk}|{bytes(way.hook_digest).hex()}", size=8), "big")
    return f"{number % 10**DIGITS:0{DIGITS}}"


def test_message(way: Way, staff: Staff, now: datetime) -> Rendered:
    language = next((each for each in (staff.language, staff.firm.language) if each in LANGUAGES), "en")
    values = {"ACCOUNT": "", "CODE": test_code(way)}
    brand = team_brand(staff.firm.name, f"{staff.firm.pk}.team")
    return render(event=EmailEvent.WAY_TEST, language=language, brand=brand, envelope=_envelope(staff, now), values=values)


def _envelope(staff: Staff, now: datetime) -> Envelope:
    host = settings.MAIL_FROM.rpartition("@")[2] or "localhost"
    return Envelope(
        from_name=staff.firm.name,
        from_address=settings.MAIL_FROM,
        to_name=staff.name,
        to_address=staff.user.email,
        reply_to=None,
        message_id=f"<test.{new_code(24).lower()}@{host}>",
        references=(),
        list_id=None,
        date=now,
    )


def _nothing_to_look_at() -> None:
    """No request stands behind it that could have been settled meanwhile."""
