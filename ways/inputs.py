"""What staff give of a way out."""

from dataclasses import dataclass, field

from ways.enums import Provider
from ways.models import Way

COLUMNS = ("provider", "host", "port", "tls", "username", "domain", "region", "configuration_set", "sender", "per_minute")
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
    per_minute: int | None = None
    secret: str = field(default="", repr=False)
    signing_key: str = field(default="", repr=False)

    def is_for_the_same_place(self, way: Way) -> bool:
        return all(getattr(self, name) == getattr(way, name) for name in KEPT_WITH)

    def differs_in_pace_alone(self, way: Way) -> bool:
        """Then a test message would show nothing."""
        if self.per_minute == way.per_minute:
            return False
        columns = [name for name in COLUMNS if name != "per_minute"]
        return not (self.secret or self.signing_key) and all(getattr(self, name) == getattr(way, name) for name in columns)
