"""Stopping in order: a signal only raises a flag, and every wait looks at it, so that no step is cut in the middle."""

import signal
import sys
from collections.abc import Callable
from threading import Event
from time import monotonic
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(Exception):
    """Somebody asked for the end: Ctrl-C, SIGTERM or a closed terminal."""


class Trouble(Exception):
    """Something that whoever typed the command has to know; its text is one clear sentence."""


class StopFlag:
    def __init__(self) -> None:
        self._event = Event()
        self.signal: int | None = None

    def listen(self) -> None:
        """Takes over the signals that ask for the end. To be called once, in the main thread."""
        for number in SIGNALS:
            signal.signal(number, self._raise)

    def _raise(self, number: int, frame: FrameType | None) -> None:
        self.signal = number
        self._event.set()

    def wait(self, seconds: float) -> None:
        """Waits for so long; raises `Stopped` as soon as somebody asks for the end."""
        if self._event.wait(seconds):
            raise Stopped


def run_command(body: Callable[[StopFlag], int]) -> int:
    """The exit code of a command of ours; what keeps it from its work is said in one sentence."""
    stop = StopFlag()
    stop.listen()
    try:
        return body(stop)
    except Stopped:
        return 130
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
    except PermissionError as error:
        print(f"{error.filename} belongs to another user: run this as that user, or remove it.", file=sys.stderr)
    return 1


class Deadline:
    """A moment by which something has to be true. Runs on the machine's own clock, which nobody can set."""

    def __init__(self, seconds: float) -> None:
        self._end = monotonic() + seconds

    @property
    def has_passed(self) -> bool:
        return monotonic() >= self._end
