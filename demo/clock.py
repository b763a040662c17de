"""Moving the product's clock on, through all the ticks in between; how far a move has come is kept in a file."""

import fcntl
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from demo.ticks import living, ticks
from lib import clock

LONGEST = timedelta(days=31)  # some 750 ticks
TAKEN_UP_WITHIN = timedelta(seconds=20)  # by a worker, of real time


@dataclass(frozen=True, slots=True)
class Move:
    """The clock on its way from `begun_at` to `until`; it stands at `at`."""

    id: str
    begun_at: datetime
    until: datetime
    at: datetime
    ended: bool = False
    failed: bool = False

    @property
    def under_way(self) -> bool:
        return not self.ended and not self.failed

    @property
    def percent(self) -> int:
        return round(100 * ((self.at - self.begun_at) / (self.until - self.begun_at)))


def plan_move(by: timedelta) -> Move:
    """A move that waits for whoever makes it; it replaces the last one as the one that is shown."""
    now = clock.now()
    move = Move(secrets.token_hex(8), begun_at=now, until=now + by, at=now)
    _keep(move)
    return move


def make_move(move: Move) -> Move:
    """Lives through every tick until `move.until` and returns the ended move. Made again after a crash, it goes on from where it was."""
    move = replace(move, failed=False)
    with _alone():
        try:
            _live_until(move)
        except BaseException:
            _keep(replace(move, at=clock.now(), failed=True))
            raise
        ended = replace(move, at=move.until, ended=True)
        _keep(ended)
    return ended


def fail_move(move: Move) -> Move:
    failed = replace(move, failed=True)
    _keep(failed)
    return failed


def find_move(move_id: str = "") -> Move | None:
    """The last move, if it is the one that is meant; failed, where it was left half-way and nobody is making it."""
    try:
        kept = json.loads(_file().read_text(encoding="ascii"))
    except FileNotFoundError:
        return None
    instants = {name: datetime.fromisoformat(kept[name]) for name in ("begun_at", "until", "at")}
    move = Move(kept["id"], **instants, ended=kept["ended"], failed=kept["failed"])
    if move_id not in ("", move.id):
        return None
    return replace(move, failed=True) if move.under_way and _is_abandoned() else move


def _live_until(move: Move) -> None:
    with living() as live:
        for at in ticks(clock.now(), move.until):
            # Never back: real time has passed since the last tick.
            clock.set_demo_offset(max(clock.demo_offset(), at - clock.machine_now()))
            live(at)
            _keep(replace(move, at=at))


@contextmanager
def _alone(wait: int = 0) -> Iterator[None]:
    """One move at a time; another one waits, or with `fcntl.LOCK_NB` raises `BlockingIOError`."""
    settings.DEMO_DIR.mkdir(parents=True, exist_ok=True)
    with (settings.DEMO_DIR / "clock-move.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | wait)
        yield


def _is_abandoned() -> bool:
    """Nobody has taken it up for a while, or whoever made it was stopped."""
    if clock.machine_now().timestamp() - _file().stat().st_mtime < TAKEN_UP_WITHIN.total_seconds():
        return False
    try:
        with _alone(fcntl.LOCK_NB):
            return True
    except BlockingIOError:
        return False


def _file() -> Path:
    return settings.DEMO_DIR / "clock-move.json"


def _keep(move: Move) -> None:
    settings.DEMO_DIR.mkdir(parents=True, exist_ok=True)
    draft = settings.DEMO_DIR / f"clock-move-{move.id}.new"
    draft.write_text(json.dumps(asdict(move), default=datetime.isoformat), encoding="ascii")
    draft.replace(_file())
