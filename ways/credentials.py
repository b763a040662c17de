"""What opens a way out: one text for the database, encrypted; never shown, not even by `repr`."""

import json
from base64 import b64encode
from dataclasses import asdict, astuple, dataclass, field
from urllib.parse import quote

from lib.sealing import seal, unseal


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
        """The text without any of them, plainly or as a server is told them."""
        for secret in filter(None, astuple(self)):
            for written in (secret, quote(secret, safe=""), b64encode(secret.encode()).decode()):
                text = text.replace(written, "…")
        return text

    def sealed(self) -> bytes:
        return seal(json.dumps(asdict(self)))

    @classmethod
    def unsealed(cls, sealed: bytes | memoryview) -> "Credentials":
        """Raises `lib.sealing.CannotUnseal`."""
        return cls(**json.loads(unseal(sealed)))
