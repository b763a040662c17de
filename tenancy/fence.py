"""Whether this database is the one that ran last: a file kept beside it says how far it had come (docs/operating.md, "Restoring a backup").

A database that was restored believes unsent what has gone since the backup. Its number is lower than that of the file, so that whoever
sends finds out before the first e-mail. Times are machine time.
"""

import json
import logging
import os
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from django.conf import settings
from django.db.models import F

from lib.clock import machine_now
from tenancy.models import Fence

logger = logging.getLogger(__name__)

EVERY = timedelta(minutes=1)
ONE = 1  # the row's only key


class State(StrEnum):
    GOOD = "good"
    RESTORED = "restored"  # the file has come further than the database
    UNREADABLE = "unreadable"  # a file is there, and nobody can say what it holds


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a database had come: `number` only rises; `key` is the database's own."""

    key: str
    number: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Fenced:
    """`lost_from` to `lost_until`: between these e-mails may have gone of which the database knows nothing. `kept`: what the file says."""

    state: State = State.GOOD
    lost_from: datetime | None = None
    lost_until: datetime | None = None
    kept: Mark | None = None
    why: str = ""  # it cannot be read

    @property
    def may_send(self) -> bool:
        return self.state is State.GOOD


class Unreadable(Exception):
    """The file is there, and is none of ours or cannot be opened."""

    permanent = False


# --- Deciding ------------------------------------------------------------------------------------------------------------


def judge(mine: Mark | None, kept: Mark | None, lost: tuple[datetime, datetime] | None = None) -> Fenced:
    """Pure. No file: a first start. Another database's file says nothing about this one. `lost`: found before, on any machine."""
    if mine and kept and kept.key == mine.key and kept.number > mine.number:
        until = max(kept.at, lost[1]) if lost else kept.at
        return Fenced(State.RESTORED, min(lost[0], mine.at) if lost else mine.at, until, kept)
    if lost:
        return Fenced(State.RESTORED, *lost, kept)
    return Fenced(kept=kept)


# --- File and row --------------------------------------------------------------------------------------------------------


def look() -> Fenced:
    """One query; none where no fence is kept. Changes nothing."""
    path: Path | None = settings.FENCE_FILE
    return _look(path)[0] if path else Fenced()


def may_send() -> bool:
    """Before anything is sent or swept: looks, and keeps row and file up to date, at most each minute. Loud where it says no."""
    path: Path | None = settings.FENCE_FILE
    if path is None:
        return True
    fenced, row = _look(path)
    if fenced.state is State.RESTORED:
        Fence.objects.filter(pk=ONE).update(lost_from=fenced.lost_from, lost_until=fenced.lost_until)
    if not fenced.may_send:
        logger.error("Nothing is sent: the fence file %s is %s. See `manage.py doctor`. %s", path, fenced.state, fenced.why)
        return False
    _keep_up(row, fenced.kept, path)
    return True


def accept(now: datetime) -> None:
    """Somebody has said yes: the database goes on from here, ahead of the file."""
    kept = look().kept
    row = Fence.objects.select_for_update().get(pk=ONE)
    row.number = max(row.number, kept.number if kept and kept.key == row.key else 0) + 1
    row.at, row.lost_from, row.lost_until = now, None, None
    row.save()


def _row() -> Fence | None:
    return Fence.objects.filter(pk=ONE).first()


def _look(path: Path) -> tuple[Fenced, Fence | None]:
    """First the file, then the row, as `_keep_up` writes them the other way round: read so, the row is never behind but after a restore."""
    try:
        kept = read(path)
    except Unreadable as error:
        return Fenced(State.UNREADABLE, why=str(error)), _row()
    row = _row()
    lost = (row.lost_from, row.lost_until) if row and row.lost_from and row.lost_until else None
    return judge(Mark(row.key, row.number, row.at) if row else None, kept, lost), row


def _keep_up(row: Fence | None, kept: Mark | None, path: Path) -> None:
    """First the row, then the file: the file is never ahead of a database that was not restored."""
    now = machine_now()
    if row is None:
        row, _ = Fence.objects.get_or_create(pk=ONE, defaults={"key": secrets.token_hex(16), "at": now})
    elif now - row.at >= EVERY:
        Fence.objects.filter(pk=ONE, at__lte=now - EVERY).update(number=F("number") + 1, at=now)
        row.refresh_from_db()
    if kept and kept.key != row.key:
        logger.warning("The fence file %s was another database's: it is this one's now.", path)
    if kept is None or (kept.key, kept.number) != (row.key, row.number):
        _write(path, Mark(row.key, row.number, row.at))


def read(path: Path) -> Mark | None:
    """None where there is no file. Raises `Unreadable`."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        return Mark(str(told["key"]), int(told["number"]), datetime.fromisoformat(told["at"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Unreadable(f"{type(error).__name__}: {error}") from error


def _write(path: Path, mark: Mark) -> None:
    """Whole or not at all. One that cannot be written protects nothing, but sending goes on: the doctor says so."""
    beside = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")  # containers share numbers
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("w", encoding="utf-8") as file:
            json.dump(asdict(mark) | {"at": mark.at.isoformat()}, file)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError:
        logger.exception("The fence file %s could not be written", path)
