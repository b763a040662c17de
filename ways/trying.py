"""Trying a way out: one real message through it, to whoever asks, with a code that shows that it has arrived."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.conf import settings
from django.db import transaction

from firms.models import Staff
from lib.codes import derived_secret, new_code
from templates_email.brand import team_brand
from templates_email.enums import EmailEvent
from templates_email.envelope import Envelope
from templates_email.render import Rendered, render
from templates_email.sources import LANGUAGES
from tenancy.context import firm_context
from ways.errors import SendError
from ways.models import Way
from ways.services import note_test
from ways.transports import FirmTransport

DIGITS = 6
PATIENCE = 8  # seconds to get in, for the envelope and for the text: somebody waits
LONGEST = 25  # seconds for all of it: gunicorn.conf.py ends a worker that takes longer than it says


@dataclass(frozen=True, slots=True)
class Tried:
    """Whether the server took the message, and what it said."""

    taken: bool
    answer: str


def try_on_commit(way: Way, staff: Staff, now: datetime) -> None:
    """Sends it once the draft is kept, and notes what came of it: nobody else's transaction waits for a mail server, and nothing that was
    filled in is lost, whatever happens. The answer to the request waits: `LONGEST` at most.
    """
    transaction.on_commit(partial(_try_and_note, way, test_message(way, staff, now), now), robust=True)


def _try_and_note(way: Way, message: Rendered, now: datetime) -> None:
    tried = try_way(way, message)
    with firm_context(way.firm_id):
        note_test(way=way, taken=tried.taken, answer=tried.answer, now=now)


def try_way(way: Way, message: Rendered) -> Tried:
    """In a thread that is left to itself after `LONGEST`, should its steps, which all end by themselves, take longer together."""
    transport, thread = FirmTransport(way, PATIENCE), ThreadPoolExecutor(1, "way-test")
    sent = thread.submit(transport.send, message, before_data=_nothing_to_look_at)
    thread.submit(transport.close)  # nobody waits for the goodbye
    thread.shutdown(wait=False)
    try:
        return Tried(taken=True, answer=sent.result(LONGEST).answer)
    except SendError as error:
        return Tried(taken=False, answer=error.answer)
    except TimeoutError:
        return Tried(taken=False, answer="timed out")


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
