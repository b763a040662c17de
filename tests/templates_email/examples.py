"""What the tests of this folder render: one firm, one client, every event in every language."""

import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from typing import Any

from ops.examples import example_brand, example_envelope
from templates_email.brand import Brand, Social
from templates_email.enums import EmailEvent
from templates_email.envelope import Envelope
from templates_email.placeholders import sample_rows, samples
from templates_email.render import Rendered, render
from templates_email.sources import LANGUAGES

HOST = "https://clients.cabinet-lumiere.example"
ICONS = f"{HOST}/icon"
EVERY_EMAIL = [(event, language) for event in EmailEvent for language in LANGUAGES]

an_envelope = example_envelope


def a_brand(**changes: Any) -> Brand:
    socials = (
        Social("LinkedIn", "https://www.linkedin.com/company/cabinet-lumiere", f"{ICONS}/linkedin.png"),
        Social("WhatsApp", "https://wa.me/33472000000", f"{ICONS}/whatsapp.png"),
    )
    return example_brand(HOST, **{"socials": socials, **changes})


def rendered(
    event: EmailEvent,
    language: str,
    *,
    brand: Brand | None = None,
    envelope: Envelope | None = None,
    values: Mapping[str, str] | None = None,
    rows: Sequence[Mapping[str, str]] | None = None,
) -> Rendered:
    return render(
        event=event,
        language=language,
        brand=brand or a_brand(),
        envelope=envelope or an_envelope(),
        values=samples(language) | dict(values or {}),
        rows=sample_rows(event, language) if rows is None else rows,
    )


_ENCODED_WORDS = re.compile(rb"=\?utf-8\?[qb]\?[^?]*\?=(?:\s+=\?utf-8\?[qb]\?[^?]*\?=)+", re.I)


def _as_one_word(words: re.Match[bytes]) -> bytes:
    """Blanks between encoded words are no part of the text (RFC 2047, 6.2); Python's parser of addresses keeps them."""
    text = str(make_header(decode_header(words[0].decode())))
    return b"=?utf-8?b?" + b64encode(text.encode()) + b"?="


def parsed(raw: bytes) -> EmailMessage:
    head, blank, body = raw.partition(b"\r\n\r\n")
    message = message_from_bytes(_ENCODED_WORDS.sub(_as_one_word, head) + blank + body, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def part(message: EmailMessage, kind: str) -> str:
    """The decoded text of "plain" or "html", without the line break a builder may add at its end."""
    body = message.get_body((kind,))
    assert body is not None
    content: str = body.get_content()
    return content.replace("\r\n", "\n").rstrip("\n")


def everything_said(mail: Rendered) -> str:
    """All that a reader, a mail program or a server could see of a message, decoded."""
    message = parsed(mail.to_mime())
    fields = [f"{name}: {value}" for name, value in message.items()]
    return "\n".join([*fields, part(message, "plain"), part(message, "html")])
