"""A line of the activity log that is not a row yet."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(slots=True, kw_only=True)
class Line:
    """Named as the columns of `firms.models.ActivityLine`: of a hundred thousand, an instance of the model each would be slow to make."""

    firm_id: int
    at: datetime
    verb: str
    actor_kind: str
    actor_name: str
    staff_id: int | None
    contact_id: int | None
    account_id: int | None
    action_id: int | None
    subject: str
    detail: str
    old: str
    new: str
    ip: str | None
    salt: bytes
    digest: bytes = b""
    seal_id: None = None
