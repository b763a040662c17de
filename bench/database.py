"""A database of the benchmarks' own, migrated by the owner and filled in bulk by statements that only the owner may run."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import django
import psycopg
from psycopg import sql

BASE = Path(__file__).resolve().parent.parent
NAME = os.environ.get("BENCH_DATABASE", "relance_bench")  # one for each of those that share a server at the same time
TEMPLATE = os.environ.get("BENCH_TEMPLATE", "")  # one that has been migrated; else it is done here
Owner = psycopg.Connection[tuple[object, ...]]


@contextmanager
def fresh_database() -> Iterator[Owner]:
    """Django connected to it as relance_app; yields the owner's connection. Dropped at the end."""
    owner_url = os.environ["DATABASE_OWNER_URL"]
    with psycopg.connect(owner_url, autocommit=True) as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(NAME)))
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(NAME), sql.Identifier(TEMPLATE or "template0")))
        os.environ["DATABASE_OWNER_URL"], os.environ["DATABASE_URL"] = at(owner_url), at(os.environ["DATABASE_URL"])
        try:
            with psycopg.connect(at(owner_url), autocommit=True) as owner:
                if not TEMPLATE:
                    owner.execute((BASE / "ops" / "privileges.sql").read_bytes())
                    migrate()
                start_django()
                yield owner
        finally:
            from django.db import connection  # only once Django has been set up for this database

            connection.close()
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(NAME)))
            os.environ["DATABASE_OWNER_URL"] = owner_url


def at(url: str, name: str = NAME) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def migrate() -> None:
    environment = {**os.environ, "RELANCE_ROLE": "owner"}
    subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity=0"], cwd=BASE, env=environment, check=True)


def start_django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()


def vacuum(owner: Owner, *tables: str) -> None:
    """As autovacuum would have done meanwhile; outside every measurement."""
    for table in tables:
        owner.execute(sql.SQL("VACUUM ANALYZE {}").format(sql.Identifier(table)))
