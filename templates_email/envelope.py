from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who writes to whom, and where the message stands in its thread. Names are plain text, never encoded.

    `reply_to` is a bare address. `message_id` and each of `references` is "<…@host>"; the last reference is what this
    message answers. `list_id` is "<…>", the same for all of one firm. `date` is aware. `unsubscribe_url` takes a POST without
    any page (RFC 8058). `copy_to`, a bare address, makes of it the firm's copy (M6): it names the client and goes to `copy_to` alone.
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
    unsubscribe_url: str | None = None
    copy_to: str | None = None
