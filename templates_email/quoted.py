"""Quoted-printable (RFC 2045), made of parts that were encoded apart from each other.

Every part ends where a line ends: with its own line break or with a soft one, which disappears when it is decoded. So
parts can be put side by side in any order, and no line is longer than 76 characters.
"""

from binascii import b2a_qp
from dataclasses import dataclass

_SOFT_BREAK = b"=\r\n"


@dataclass(frozen=True, slots=True)
class Encoded:
    text: str
    quoted: bytes

    @classmethod
    def of(cls, text: str) -> "Encoded":
        return cls(text, part(text))


def part(text: str) -> bytes:
    """`text` with \\n for line breaks and without \\r, as lines that end in CRLF."""
    # The x stands for what comes after: without it the last line might be one too long for the break that follows.
    quoted = b2a_qp(text.encode() + b"x", istext=True)[:-1].replace(b"\n", b"\r\n")
    return quoted if not quoted or quoted.endswith(b"\n") else quoted + _SOFT_BREAK
