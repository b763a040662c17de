"""PostgreSQL and Valkey for the demo, the tests and the benchmarks: embedded, or those that the environment names.

    python -m ops.services [--folder var/test] [--durable] -- COMMAND …

runs a command with DATABASE_URL, DATABASE_OWNER_URL and REDIS_URL set, and stops what it started when the command ends.
"""

import argparse
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from ops.environments import environment_for_tests
from ops.postgres import running_postgres
from ops.processes import POLL_SECONDS, Crew, try_lock
from ops.stopping import StopFlag, Stopped, Trouble, run_command
from ops.valkey import running_valkey

BASE = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Services:
    """Where to connect: as relance_app, as relance_owner, and to the broker."""

    database_url: str
    owner_url: str
    redis_url: str

    def environment(self) -> dict[str, str]:
        return {"DATABASE_URL": self.database_url, "DATABASE_OWNER_URL": self.owner_url, "REDIS_URL": self.redis_url}


@contextmanager
def running_services(crew: Crew, *, durable: bool, stop: StopFlag, given: Mapping[str, str] = os.environ) -> Iterator[Services]:
    """Starts what `given` (the environment) does not name, with files below the crew's folder; stops it at the end."""
    with ExitStack() as stack:
        if "DATABASE_URL" in given:
            database_url, owner_url = given["DATABASE_URL"], owner_of(given)
        else:
            postgres = stack.enter_context(running_postgres(crew, durable=durable, stop=stop))
            database_url, owner_url = postgres.url("relance_app"), postgres.url("relance_owner")
        redis_url = given.get("REDIS_URL") or stack.enter_context(running_valkey(crew, stop=stop))
        yield Services(database_url, owner_url, redis_url)


def owner_of(given: Mapping[str, str]) -> str:
    if "DATABASE_OWNER_URL" not in given:
        raise Trouble("DATABASE_URL is set, but DATABASE_OWNER_URL is not: set it too, it is what migrations connect with.")
    return given["DATABASE_OWNER_URL"]


@contextmanager
def held(folder: Path) -> Iterator[bool]:
    """Holds the folder for this process; gives False when another one holds it."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        yield try_lock(lock.fileno())


@contextmanager
def held_test_folder(first: Path) -> Iterator[Path]:
    """`first`, or `first`-2, -3 … when other runs are under way in those."""
    for number in range(1, 100):
        folder = first if number == 1 else first.with_name(f"{first.name}-{number}")
        with held(folder) as ours:
            if ours:
                yield folder
                return
    raise Trouble(f"A hundred runs at once hold {first} and its siblings.")


def run_in_front(command: list[str], environment: Mapping[str, str], stop: StopFlag) -> int:
    """Runs it in the foreground, where Ctrl-C reaches it by itself, and gives its exit code. Other requests to stop are passed
    on as an interrupt."""
    with subprocess.Popen(command, env=dict(environment), cwd=BASE) as process:
        asked = False
        while process.poll() is None:
            try:
                stop.wait(POLL_SECONDS)
            except Stopped:
                if not asked and stop.signal != signal.SIGINT:
                    process.send_signal(signal.SIGINT)
                asked = True
                process.wait()
    return process.returncode


def main(stop: StopFlag) -> int:
    parser = argparse.ArgumentParser(prog="python -m ops.services", description="Runs a command beside PostgreSQL and Valkey.")
    parser.add_argument("--folder", type=Path, default=BASE / "var" / "test", help="where their files lie (var/test)")
    parser.add_argument("--durable", action="store_true", help="write to disk as in production, which is slower")
    parser.add_argument("command", nargs="+", metavar="-- COMMAND")
    chosen = parser.parse_args()
    with (
        held_test_folder(chosen.folder.resolve()) as folder,
        running_services(Crew(folder), durable=chosen.durable, stop=stop) as services,
    ):
        return run_in_front(chosen.command, environment_for_tests(folder) | services.environment(), stop)


if __name__ == "__main__":
    sys.exit(run_command(main))
