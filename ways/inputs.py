"""What staff give of a way out."""

from dataclasses import dataclass, field

from ways.enums import Provider
from ways.models import Way

COLUMNS = ("provider", "host", "port", "tls", "username", "domain", "region", "configuration_set", "sender")
KEPT_WITH = ("provider", "host", "port", "username", "domain", "region")  # what a stored secret is for: it never goes anywhere else


@dataclass(frozen=True, slots=True)
class WayInput:
    """An empty `secret` or `signing_key` is the stored one, as long as it is for the same place."""

    provider: Provider
    host: str = ""
    port: int | None = None
    tls: str = ""
    username: str = ""
    domain: str = ""
    region: str = ""
    configuration_set: str = ""
    sender: str = ""
    secret: str = field(default="", repr=False)
    signing_key: str = field(default="", repr=False)

    def is_for_the_same_place(self, way: Way) -> bool:
        return all(getattr(self, name) == getattr(way, name) for name in KEPT_WITH)
