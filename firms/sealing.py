"""What is sealed of the activity log: a salted digest of each line, and a chain of digests over them. Pure; see docs/activity.md.

Both must come out the same for as long as the log is kept, on any machine and any version of Python: nothing here may change.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable
from datetime import UTC, datetime
from ipaddress import ip_address

from firms.lines import Line
from firms.models import ActivityLine

type Stored = bytes | memoryview  # as a BinaryField may give it

SALT_BYTES = 16
TOLD = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
BEFORE_THE_FIRST = bytes(32)  # what the first seal of a firm is chained to


def new_salt() -> bytes:
    """Without it nobody can guess what an erased line said by trying what it might have said."""
    return secrets.token_bytes(SALT_BYTES)


def digest_of_line(line: Line | ActivityLine) -> bytes:
    """SHA-256 over the line's salt and all it tells: the same before it is saved and after it is read. 32 bytes."""
    assert line.salt is not None
    return hashlib.sha256(bytes(line.salt) + content_of_line(line)).digest()


def content_of_line(line: Line | ActivityLine) -> bytes:
    """JSON in UTF-8 with sorted keys and without blanks; the row's own number and its seal are not in it."""
    told = {
        "account": line.account_id,
        "action": line.action_id,
        "actor_kind": line.actor_kind,
        "actor_name": line.actor_name,
        "at": in_utc(line.at),
        "contact": line.contact_id,
        "detail": line.detail,
        "firm": line.firm_id,
        "ip": packed(line.ip),
        "new": line.new,
        "old": line.old,
        "staff": line.staff_id,
        "subject": line.subject,
        "verb": line.verb,
    }
    return TOLD.encode(told).encode()


def packed(ip: str | None) -> str | None:
    """An address in hexadecimal digits: how one is spelled differs between versions of Python. What is none stays as it is."""
    try:
        return ip_address(ip).packed.hex() if ip else None
    except ValueError:
        return ip


def digest_of_seal(previous: Stored, number: int, sealed_at: datetime, lines: Iterable[tuple[int, Stored]]) -> bytes:
    """SHA-256 over the seal before, this one's number and instant, and each line's id and digest, ascending. 32 bytes."""
    digest = hashlib.sha256(bytes(previous) + number.to_bytes(8) + in_utc(sealed_at).encode())
    for line_id, line_digest in lines:
        digest.update(line_id.to_bytes(8) + bytes(line_digest))
    return digest.digest()


def in_utc(at: datetime) -> str:
    """To the microsecond, as PostgreSQL keeps it."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")
