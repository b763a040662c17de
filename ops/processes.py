"""Child processes that do not outlive their parent, whatever becomes of it.

Each child has a session of its own (so that Ctrl-C reaches the parent alone, which then stops them in order, each with its own children),
a log file, and a file `<name>.pid` that it holds locked as long as it or a fork of it lives. A parent that was killed leaves that lock
behind only if something really still runs; the next start then ends just that.
"""

import ctypes
import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from time import monotonic

from ops.stopping import Deadline, StopFlag, Trouble

PR_SET_PDEATHSIG = 1
POLL_SECONDS = 0.05


@dataclass(frozen=True)
class Program:
    """What to run. `user` is a numeric user and group id to change to, possible for root alone; `stale` are files that a run which
    was killed leaves behind, and that would keep the next one from starting."""

    name: str
    arguments: Sequence[str | Path]
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    stop_signal: signal.Signals = signal.SIGTERM
    descriptors: tuple[int, ...] = ()
    user: int | None = None
    directory: Path | None = None
    stale: tuple[Path, ...] = ()


class Child:
    """A running program. `folder` gets `<name>.pid` and `logs/<name>.log`."""

    def __init__(self, program: Program, folder: Path) -> None:
        self.program = program
        self.log = folder / "logs" / f"{program.name}.log"
        self._pid_file = folder / f"{program.name}.pid"
        self.log.parent.mkdir(parents=True, exist_ok=True)
        lock = take_over(self._pid_file, program.stop_signal)
        try:
            os.truncate(lock, 0)  # whoever finds the lock held must not take an old number for its holder's
            for file in program.stale:
                file.unlink(missing_ok=True)
            with self.log.open("ab") as log:
                self._log_start = log.tell()
                self._process = self._start(log.fileno(), lock)
            self._started = monotonic()
            os.pwrite(lock, str(self.pid).encode(), 0)
        finally:
            os.close(lock)

    def _start(self, log: int, lock: int) -> "subprocess.Popen[bytes]":
        program = self.program
        return subprocess.Popen(
            [str(argument) for argument in program.arguments],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=program.directory,
            env=dict(program.environment),
            pass_fds=(lock, *program.descriptors),
            start_new_session=True,
            preexec_fn=partial(end_with_parent, program.stop_signal),  # noqa: PLW1509  (its parents have no threads)
            user=program.user,
            group=program.user,
            extra_groups=None if program.user is None else [],
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def age(self) -> float:
        """Seconds since its start."""
        return monotonic() - self._started

    def poll(self) -> int | None:
        """The exit code, negative for a signal, or None while it runs. One that has ended stays a zombie until `end`, so that its
        number, which is its group's too, cannot become another process's meanwhile."""
        if self._process.returncode is not None:
            return self._process.returncode
        ended = os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        if ended is None:
            return None
        return ended.si_status if ended.si_code == os.CLD_EXITED else -ended.si_status

    def last_lines(self, count: int = 15) -> str:
        """The end of what this run has written to its log."""
        with self.log.open("rb") as log:
            log.seek(self._log_start)
            lines = log.read().decode(errors="replace").splitlines()
        return "\n".join(lines[-count:])

    def ask_to_stop(self) -> None:
        if self.poll() is None:
            os.kill(self.pid, self.program.stop_signal)

    def end(self, within: Deadline) -> None:
        """Waits for the end that was asked for. What is still there after the deadline is killed, and so is what it leaves behind."""
        pause = StopFlag()
        while self.poll() is None and not within.has_passed:
            pause.wait(POLL_SECONDS)
        if self._process.returncode is None:
            with suppress(PermissionError):  # what macOS says of a group where only the zombie is left
                os.killpg(self.pid, signal.SIGKILL)
            self._process.wait()


class Crew:
    """The children of one parent, by name, in the order of their start."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._children: dict[str, Child] = {}

    def start(self, program: Program) -> Child:
        """Starts it, or starts it again."""
        if program.name in self._children:
            self._children[program.name].end(Deadline(0))
        child = Child(program, self.folder)
        self._children[program.name] = child
        return child

    def dead(self) -> list[Child]:
        """Those that have ended without being asked to."""
        return [child for child in self._children.values() if child.poll() is not None]

    def wait_for_end(self, name: str, *, seconds: float) -> None:
        """Of one that was asked to stop, or broken, by somebody else; what is still there after so long is killed."""
        self._children.pop(name).end(Deadline(seconds))

    def stop(self, *names: str, seconds: float = 10.0) -> None:
        """Asks those that run all at once, then waits for each; what is still there after so long is killed."""
        children = [self._children.pop(name) for name in names if name in self._children]
        within = Deadline(seconds)
        for child in children:
            child.ask_to_stop()
        for child in children:
            child.end(within)


def run_to_end(program: Program, folder: Path, stop: StopFlag) -> None:
    """Runs it and waits. Raises `Trouble` with the end of its log when it fails, `Stopped` after ending it when asked to."""
    child = Child(program, folder)
    try:
        while child.poll() is None:
            stop.wait(POLL_SECONDS)
    finally:
        child.ask_to_stop()
        child.end(Deadline(5))
    if child.poll() != 0:
        raise Trouble(f"{program.name} failed ({child.log}):\n{child.last_lines()}")


def end_with_parent(number: int) -> None:
    """Asks Linux for a signal when the parent dies. Elsewhere the next start ends what was left."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(number))


def try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def take_over(pid_file: Path, stop_signal: int) -> int:
    """A locked descriptor of the file; first ends whatever an earlier run left running behind that lock."""
    descriptor = os.open(pid_file, os.O_RDWR | os.O_CREAT, 0o600)
    if not try_lock(descriptor):
        leftover = int(os.read(descriptor, 20) or b"0")
        if not (leftover and end_leftover(leftover, descriptor, stop_signal)):
            os.close(descriptor)
            raise Trouble(f"Process {leftover} of an earlier run holds {pid_file} and does not end; end it by hand.")
    return descriptor


def end_leftover(pid: int, descriptor: int, stop_signal: int) -> bool:
    for number, seconds in ((stop_signal, 10.0), (signal.SIGKILL, 5.0)):
        with suppress(ProcessLookupError):  # it ended meanwhile; the lock tells
            os.killpg(pid, number)
        deadline, stop = Deadline(seconds), StopFlag()
        while not deadline.has_passed:
            if try_lock(descriptor):
                return True
            stop.wait(POLL_SECONDS)
    return False
