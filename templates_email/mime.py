"""The whole message as the bytes that go over the wire: what Django's builder would have made, without the building."""

from collections.abc import Iterable

from templates_email import quoted
from templates_email.headers import Heading, fields_of, header_block
from templates_email.quoted import Encoded

# "=_" never occurs in quoted-printable text, so no message can contain its own boundary.
_BOUNDARY = b"=_alternative"
_START = (
    b"MIME-Version: 1.0\r\n"
    b'Content-Type: multipart/alternative; boundary="' + _BOUNDARY + b'"\r\n\r\n'
    b"--" + _BOUNDARY + b"\r\n"
    b'Content-Type: text/plain; charset="utf-8"\r\n'
    b"Content-Transfer-Encoding: quoted-printable\r\n\r\n"
)
_BETWEEN = b"\r\n--" + _BOUNDARY + b'\r\nContent-Type: text/html; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
_END = b"\r\n--" + _BOUNDARY + b"--\r\n"


def fields(heading: Heading) -> list[tuple[str, str]]:
    """All that stand above the body of `message`."""
    parts = f'multipart/alternative; boundary="{_BOUNDARY.decode()}"'
    return [*fields_of(heading), ("MIME-Version", "1.0"), ("Content-Type", parts)]


def message(heading: Heading, text: str, html: Iterable[str | Encoded]) -> bytes:
    """ASCII alone, lines that end in CRLF, none longer than 998 and none of the body longer than 76."""
    encoded = [part.quoted if isinstance(part, Encoded) else quoted.part(part) for part in html]
    return b"".join([header_block(heading), _START, quoted.part(text), _BETWEEN, *encoded, _END])
