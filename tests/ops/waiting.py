"""Waiting for something that another process does."""

from collections.abc import Callable

from ops.stopping import Deadline, StopFlag


def wait_until(true: Callable[[], bool], seconds: float = 20.0) -> None:
    deadline, flag = Deadline(seconds), StopFlag()
    while not true():
        assert not deadline.has_passed, "it did not come true in time"
        flag.wait(0.02)
