"""A message that a dispatcher has taken."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Claimed:
    """Ours until its lease runs out; `fence` proves it.

    `versions` are those of the rows that decided about it, `looked_at` by the product's clock (`dispatch/versions.py`).
    """

    message_id: int
    fence: int
    versions: str = ""
    looked_at: datetime | None = None
