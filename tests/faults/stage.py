"""What the faults play on: a database of their own, a server that keeps a book, and a nursery of dispatchers."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from time import monotonic

import psycopg
from psycopg import sql

from bench.database import BASE, at, migrate, start_django
from bench.mail.sink import HOST, wait_for
from ops.environments import environment_for_tests
from ops.launcher import find_launcher
from ops.postgres import Postgres, create_roles, socket_folder, start
from ops.processes import Crew
from ops.stopping import StopFlag
from ops.valkey import free_port
from tests.faults.broker import Broker
from tests.faults.nursery import End, Order

NAME = "relance_faults"
PATIENCE, POLL = 20, 0.005  # seconds
OPEN = ("01", "08")  # established, and left by the other side: what has come by it may not be read yet


@dataclass
class Stage:
    postgres: Postgres
    crew: Crew
    stop: StopFlag
    book: Path
    port: int
    broker: Broker
    nursery: "subprocess.Popen[str]" = field(init=False)
    mail_server: "subprocess.Popen[bytes]" = field(init=False)

    @contextmanager
    def open_nursery(self) -> Iterator[None]:
        command = [sys.executable, "-m", "tests.faults.nursery"]
        self.nursery = subprocess.Popen(command, cwd=BASE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            yield
        finally:
            self.nursery.kill()
            self.nursery.wait()

    def send_order(self, order: Order) -> None:
        assert self.nursery.stdin
        self.nursery.stdin.write(order.text())
        self.nursery.stdin.flush()

    def end(self) -> End:
        assert self.nursery.stdout
        return End(**json.loads(self.nursery.stdout.readline()))

    def dispatch(self, now: datetime, **fate: object) -> End:
        self.send_order(Order(now.isoformat(), **fate))  # type: ignore[arg-type]
        return self.end()

    def taken(self) -> list[tuple[str, str]]:
        """Message-ID and recipient of all that the server took, in its order."""
        if not self.book.exists():
            return []
        lines = [line.split(" ") for line in self.book.read_text().splitlines()]
        return [(message_id, to) for message_id, to, _ in lines]

    def taken_so_far(self) -> int:
        return self.book.read_bytes().count(b"\n") if self.book.exists() else 0

    def wait_until_server_has_read(self) -> None:
        """All that whoever was killed has said to it: it closes a connection once it has, and takes what came by that before."""
        until = monotonic() + PATIENCE
        while connections_to(self.port):
            if monotonic() > until:
                raise TimeoutError("The mail server keeps a connection to somebody who was killed.")
            self.stop.wait(POLL)

    def first_taken_after(self, moment: float, besides: Collection[str]) -> float | None:
        """When the server took the first message after that second since 1970; none where it has taken none."""
        lines = [line.split(" ") for line in self.book.read_text().splitlines()] if self.book.exists() else []
        return min((float(at) for message_id, _, at in lines if float(at) > moment and message_id not in besides), default=None)

    def break_postgres(self) -> None:
        """Stopped at once, as `pg_ctl stop -m immediate` does, and started again."""
        os.kill(int((self.postgres.data / "postmaster.pid").read_text().split()[0]), signal.SIGQUIT)
        self.crew.wait_for_end("postgres", seconds=20)
        start(self.postgres, self.crew, self.stop)

    @contextmanager
    def server(self, *, seed: int, badly: float = 0.0, pause: float = 0.0) -> Iterator[None]:
        command = [sys.executable, "-m", "tests.faults.server", str(self.port), str(self.book), str(seed), str(badly), str(pause)]
        with subprocess.Popen(command, cwd=BASE) as process:
            try:
                wait_for(self.port, process)
                self.mail_server = process
                yield
            finally:
                process.terminate()


def connections_to(port: int) -> int:
    """Open ones at the side of the server that listens there, on this machine (`/proc/net/tcp`)."""
    lines = Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]
    fields = [line.split() for line in lines]
    return sum(int(local.partition(":")[2], 16) == port and state in OPEN for _, local, _, state, *_ in fields)


@contextmanager
def running_stage(folder: Path, stop: StopFlag) -> Iterator[Stage]:
    """Django is set up for its database, as relance_app. Everything is written to disk as in production."""
    crew, launcher = Crew(folder), find_launcher(folder)
    with socket_folder(launcher) as sockets:
        postgres, broker = Postgres(launcher, sockets, durable=True), Broker(crew, stop, free_port())
        stage = Stage(postgres, crew, stop, folder / "book.txt", free_port(), broker)
        stage.book.unlink(missing_ok=True)
        start(stage.postgres, crew, stop)
        try:
            create_roles(stage.postgres)
            make_database(stage, folder)
            yield stage
        finally:
            crew.stop("postgres", seconds=20)


def make_database(stage: Stage, folder: Path) -> None:
    owner = stage.postgres.url("relance_owner")
    with psycopg.connect(owner, autocommit=True) as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(NAME)))
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(NAME)))
    os.environ.update(environment_for_tests(folder))
    os.environ["DATABASE_OWNER_URL"], os.environ["DATABASE_URL"] = at(owner, NAME), at(stage.postgres.url("relance_app"), NAME)
    os.environ["RELANCE_SMTP_URL"] = f"smtp://{HOST}:{stage.port}"
    os.environ["REDIS_URL"] = stage.broker.url
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as connection:
        connection.execute((BASE / "ops" / "privileges.sql").read_bytes())
    migrate()
    start_django()
