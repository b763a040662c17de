"""What opens a way out: one text for the database, encrypted; never shown, not even by `repr`."""

import json
import re
from base64 import b64decode
from dataclasses import asdict, astuple, dataclass, field
from functools import partial
from urllib.parse import quote

from lib.sealing import seal, unseal

IN_BASE64 = re.compile(r"[A-Za-z0-9+/]{4,}={0,2}")


@dataclass(frozen=True, slots=True)
class Credentials:
    """`secret` is a password, a token or a key. `signing_key` is what Mailgun signs its webhooks with.

    `hook` ends the address that the provider calls, and `hook_password` is what it must know besides.
    """

    secret: str = field(default="", repr=False)
    signing_key: str = field(default="", repr=False)
    hook: str = field(default="", repr=False)
    hook_password: str = field(default="", repr=False)

    def hidden_in(self, text: str) -> str:
        """The text without any of them, plainly or as a server is told them: AUTH PLAIN says name and password in one word."""
        for secret in filter(None, astuple(self)):
            text = IN_BASE64.sub(partial(_blotted, secret.encode()), text)
            for written in (secret, quote(secret, safe="")):
                text = text.replace(written, "…")
        return text

    def sealed(self) -> bytes:
        return seal(json.dumps(asdict(self)))

    @classmethod
    def unsealed(cls, sealed: bytes | memoryview) -> "Credentials":
        """Raises `lib.sealing.CannotUnseal`."""
        return cls(**json.loads(unseal(sealed)))


def _blotted(secret: bytes, word: re.Match[str]) -> str:
    """The word may begin before the base64 does: of a path, say."""
    letters = word[0].rstrip("=")
    return "…" if any(secret in _decoded(letters[begins:]) for begins in range(4)) else word[0]


def _decoded(letters: str) -> bytes:
    whole = letters[:-1] if len(letters) % 4 == 1 else letters
    return b64decode(whole + "=" * (-len(whole) % 4))
