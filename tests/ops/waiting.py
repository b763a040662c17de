"""Waiting for something that another process does."""

from collections.abc import Callable
from pathlib import Path

from ops.processes import try_lock
from ops.stopping import Deadline, StopFlag


def wait_until(true: Callable[[], bool], seconds: float = 20.0) -> None:
    deadline, flag = Deadline(seconds), StopFlag()
    while not true():
        assert not deadline.has_passed, "it did not come true in time"
        flag.wait(0.02)


def is_free(pid_file: Path) -> bool:
    """Whether nothing holds a program's lock any more: neither it nor a child of its own."""
    with pid_file.open() as opened:
        return try_lock(opened.fileno())
