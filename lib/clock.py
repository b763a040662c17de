"""The product's clock. Only entry points (views, tasks, commands) ask it; decisions get `now` as an argument."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings


def now() -> datetime:
    """The present in UTC: real time, plus the offset that the demo's clock page has set."""
    return machine_now() + demo_offset()


def machine_now() -> datetime:
    """Real time in UTC: for leases, sessions, tokens and codes, which the demo's clock must not touch."""
    return datetime.now(UTC)


def demo_offset() -> timedelta:
    """How far the demo's clock runs ahead; zero outside the demo."""
    file: Path | None = settings.CLOCK_OFFSET_FILE
    if file is None or not file.is_file():
        return timedelta()
    return timedelta(seconds=float(file.read_text(encoding="ascii")))


def set_demo_offset(offset: timedelta) -> None:
    """Moves the clock of every process of the demo; the file is replaced whole, so that no reader sees half of it."""
    file: Path | None = settings.CLOCK_OFFSET_FILE
    if file is None:
        raise RuntimeError("Only the demo's clock can be moved.")
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(".new")
    draft.write_text(str(offset.total_seconds()), encoding="ascii")
    draft.replace(file)
