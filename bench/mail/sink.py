"""The server that takes every message and keeps none: postfix's smtp-sink, or one of ours where that cannot be had."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from bench.mail.tools import BASE, Missing, postfix_program
from ops.processes import POLL_SECONDS
from ops.stopping import Deadline
from ops.valkey import free_port

HOST = "127.0.0.1"
PATIENCE = 10.0  # seconds until it must listen
CHOSEN = os.environ.get("SINK", "postfix")  # or "own", which fetches nothing


@dataclass(frozen=True, slots=True)
class Sink:
    port: int
    replaced: str  # why it is ours; empty where it is postfix's

    @property
    def way_out(self) -> dict[str, str]:
        """What makes a process of ours send to it."""
        return {"RELANCE_SMTP_URL": f"smtp://{HOST}:{self.port}"}


@contextmanager
def running_sink() -> Iterator[Sink]:
    port = free_port()
    command, replaced = _command(port)
    with subprocess.Popen(command, cwd=BASE, stdout=subprocess.DEVNULL) as process:
        try:
            wait_for(port, process)
            yield Sink(port, replaced)
        finally:
            process.terminate()


def _command(port: int) -> tuple[list[str], str]:
    ours = [sys.executable, "-m", "bench.mail.own_sink", str(port)]
    if CHOSEN == "own":
        return ours, "SINK=own asks for none of postfix"
    try:
        program = postfix_program("smtp-sink")
    except Missing as why:
        return ours, str(why)
    as_nobody = ["-u", "nobody"] if os.geteuid() == 0 else []
    return [*program, *as_nobody, f"{HOST}:{port}", "128"], ""


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = Deadline(PATIENCE)
    while not deadline.has_passed and process.poll() is None:
        try:
            socket.create_connection((HOST, port), timeout=1).close()
        except OSError:
            with suppress(subprocess.TimeoutExpired):
                process.wait(POLL_SECONDS)
        else:
            return
    raise RuntimeError(f"{process.args!r} does not listen on port {port}.")
