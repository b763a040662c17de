"""A template database, migrated once by the owner, and a clone of it for each test worker."""

import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import gettempdir
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.db import connection
from psycopg import sql

BASE = Path(__file__).resolve().parent.parent
PRIVILEGES = BASE / "ops" / "privileges.sql"


@contextmanager
def cloned_database(worker: str) -> Iterator[None]:
    """Points Django's connection at a fresh clone, as relance_app, for as long as the block runs."""
    owner_url = os.environ["DATABASE_OWNER_URL"]
    name = f"test_relance_{worker}_{os.getpid()}"
    with psycopg.connect(owner_url, autocommit=True) as owner:
        template = migrated_template(owner, owner_url)
        owner.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
        use_database(name)
        try:
            yield
        finally:
            disconnect_everybody()
            owner.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))


def disconnect_everybody() -> None:
    """Threads and servers of the tests included: only the role itself may end its connections."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    connection.close()


def use_database(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name
    os.environ["DATABASE_URL"] = with_database(os.environ["DATABASE_URL"], name)


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
    environment = {**os.environ, "DATABASE_OWNER_URL": url, "RELANCE_ROLE": "owner"}
    subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity=0"], cwd=BASE, env=environment, check=True)
    owner.execute(sql.SQL("COMMENT ON DATABASE {} IS 'finished'").format(database))


def digest_of_migrations() -> str:
    files = sorted([*BASE.glob("*/migrations/*.py"), *BASE.glob("kinds/*/migrations/*.py"), *BASE.glob("tenancy/*.py"), PRIVILEGES])
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]
