from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who writes to whom, and where the message stands in its thread. Names are plain text, never encoded.

    `reply_to` is a bare address. `message_id` and each of `references` is "<…@host>"; the last reference is what this
    message answers. `list_id` is "<…>", the same for all of one firm. `date` is aware.
    """

    from_name: str
    from_address: str
    to_name: str
    to_address: str
    reply_to: str | None
    message_id: str
    references: tuple[str, ...]
    list_id: str | None
    date: datetime
