"""Each contestant in a process of its own, one after the other, with the same messages to the same sink."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import psycopg
from psycopg import sql

from bench.database import at
from bench.mail.sink import HOST
from bench.mail.tools import BASE, Missing, last_line, node_with_nodemailer, post_office_python, postfix_program

PATIENCE = 3600  # seconds for all messages
POST_OFFICES = [(1000, 1), (1000, 5), (5000, 10)]  # batches and threads to choose its best from; its own defaults are 100 and 5
CONNECTIONS = [1, 2, 5]  # of nodemailer's pool


@dataclass(frozen=True, slots=True)
class Course:
    """What all of them run over."""

    port: int
    file: Path
    messages: int
    bytes_each: int

    def of_python(self, module: str, *more: str, python: str = sys.executable) -> float:
        return rate(said_by([python, "-m", f"bench.mail.{module}", str(self.port), str(self.file), *more]), self.messages)


def smtplib_rate(course: Course) -> float:
    return course.of_python("with_smtplib")


def smtp_source_rate(course: Course) -> float:
    """Postfix's own generator, with one session that stays open: as many messages of the same size, all alike."""
    program = postfix_program("smtp-source")
    size = ["-d", "-s", "1", "-m", str(course.messages), "-l", str(course.bytes_each)]
    started = perf_counter()
    finish([*program, *size, "-f", "bench@localhost", "-t", "c1@client.example", f"{HOST}:{course.port}"], {})
    return course.messages / (perf_counter() - started)


def django_rate(course: Course) -> float:
    return course.of_python("with_django")


def post_office_rate(course: Course) -> float:
    with post_office_database() as url:
        return _post_office(course, url, 0, 0)


def post_office_best_rate(course: Course) -> float:
    with post_office_database() as url:
        return max(_post_office(course, url, batch, threads) for batch, threads in POST_OFFICES)


def _post_office(course: Course, url: str, batch: int, threads: int) -> float:
    return course.of_python("with_post_office", url, str(batch), str(threads), python=post_office_python())


@contextmanager
def post_office_database() -> Iterator[str]:
    """In the same server as ours."""
    url, name = os.environ["DATABASE_OWNER_URL"], sql.Identifier("relance_bench_post_office")
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(name))
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(name))
        try:
            yield at(url, "relance_bench_post_office")
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


def nodemailer_rate(course: Course) -> float:
    """Its best number of connections."""
    node, folder = node_with_nodemailer()
    command = [node, str(BASE / "bench" / "mail" / "with_nodemailer.mjs"), str(course.port), str(course.file), str(folder)]
    return max(rate(said_by([*command, str(connections)]), course.messages) for connections in CONNECTIONS)


def said_by(command: list[str], extra: Mapping[str, str] | None = None) -> dict[str, float]:
    """The last line that a contestant printed. Raises `Missing` if it failed."""
    said: dict[str, float] = json.loads(last_line(finish(command, extra or {})))
    return said


def finish(command: list[str], extra: Mapping[str, str]) -> str:
    environment = os.environ | {"PYTHONPATH": str(BASE), **extra}
    ended = subprocess.run(command, cwd=BASE, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False)
    if ended.returncode:
        raise Missing(f"{Path(command[0]).name} ended with {ended.returncode}: {last_line(ended.stderr)}")
    return ended.stdout


def rate(said: Mapping[str, float], messages: int) -> float:
    if said["sent"] != messages:
        raise Missing(f"it sent {said['sent']:.0f} of {messages} messages")
    return messages / said["seconds"]
