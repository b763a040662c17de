"""A template database, migrated once by the owner, and clones of it for each test worker."""

import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import gettempdir
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import sql

BASE = Path(__file__).resolve().parent.parent
PRIVILEGES = BASE / "ops" / "privileges.sql"


@dataclass
class Clones:
    """One worker's databases: the empty one that it begins with, and others that are made when a test first asks for them."""

    owner: psycopg.Connection[tuple[object, ...]]
    template: str
    prefix: str
    names: list[str] = field(default_factory=list)
    opened: list[BaseDatabaseWrapper] = field(default_factory=list)  # beside Django's own connection

    def make(self, name: str) -> str:
        """Another clone of the template; its name in full."""
        full = f"{self.prefix}_{name}"
        self.owner.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(full), sql.Identifier(self.template)))
        self.names.append(full)
        return full

    def drop(self) -> None:
        """Threads and servers of the tests are thrown out too: only the role itself may end its connections."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = ANY(%s) AND pid <> pg_backend_pid() AND backend_type = 'client backend'",  # autovacuum is not ours to end
                [self.names],
            )
        for each in (*self.opened, connection):
            each.close()
        for name in self.names:
            self.owner.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))


@contextmanager
def cloned_databases(worker: str) -> Iterator[Clones]:
    """Points Django's connection at a fresh clone, as relance_app, for as long as the block runs."""
    owner_url = os.environ["DATABASE_OWNER_URL"]
    with psycopg.connect(owner_url, autocommit=True) as owner:
        clones = Clones(owner, migrated_template(owner, owner_url), f"test_relance_{worker}_{os.getpid()}")
        connection.close()
        point_at(clones.make("empty"))
        try:
            yield clones
        finally:
            clones.drop()


def point_at(name: str) -> None:
    """Connections that are opened from now on, by other threads and programs too, are to this database."""
    connection.settings_dict["NAME"] = name
    os.environ["DATABASE_URL"] = with_database(os.environ["DATABASE_URL"], name)


@contextmanager
def connected_by(other: BaseDatabaseWrapper, name: str) -> Iterator[None]:
    """Django's connection is `other`, to the database `name`, as long as the block runs; the one before stays open."""
    before, name_before = connections["default"], connection.settings_dict["NAME"]
    connections["default"] = other
    point_at(name)
    try:
        yield
    finally:
        connections["default"] = before
        point_at(name_before)


@contextmanager
def owner_of_clone() -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """The owner of this worker's clone: who else could take a wall down, or alter what is only ever added to."""
    clone = urlsplit(os.environ["DATABASE_URL"]).path.removeprefix("/")
    with psycopg.connect(with_database(os.environ["DATABASE_OWNER_URL"], clone), autocommit=True) as connected:
        yield connected


def with_database(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def migrated_template(owner: psycopg.Connection[tuple[object, ...]], owner_url: str) -> str:
    """The name of the template for the migrations as they are; the first worker makes it, the others wait."""
    name = f"template_relance_{digest_of_migrations()}"
    with (Path(gettempdir()) / f"relance-{os.getuid()}-template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        finished = owner.execute(
            "SELECT shobj_description(oid, 'pg_database') = 'finished' FROM pg_database WHERE datname = %s", [name]
        ).fetchone()
        if finished != (True,):
            make_template(owner, with_database(owner_url, name), name)
    return name


def make_template(owner: psycopg.Connection[tuple[object, ...]], url: str, name: str) -> None:
    database = sql.Identifier(name)
    owner.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(database))
    owner.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(database))
    with psycopg.connect(url, autocommit=True) as fresh:
        fresh.execute(PRIVILEGES.read_bytes())
        # Only here: Django's TransactionTestCase empties tables, the product never does.
        fresh.execute("ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT TRUNCATE ON TABLES TO relance_app")
    environment = {**os.environ, "DATABASE_OWNER_URL": url}
    subprocess.run([sys.executable, "-m", "tests.migrating"], cwd=BASE, env=environment, check=True)
    owner.execute(sql.SQL("COMMENT ON DATABASE {} IS 'finished'").format(database))


def digest_of_migrations() -> str:
    files = sorted([*BASE.glob("*/migrations/*.py"), *BASE.glob("kinds/*/migrations/*.py"), *BASE.glob("tenancy/*.py"), PRIVILEGES])
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]
