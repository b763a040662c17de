"""Statements that PostgreSQL plans once a connection, on Django's own connection and in its transaction.

Under row-level security planning a join costs more than running it: some five milliseconds each time.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection

type Rows = psycopg.Cursor[tuple[Any, ...]]
type Values = Sequence[object] | Mapping[str, object]


def prepared(sql: str, values: Values) -> Rows:
    """Runs it; raises what Django would raise. Each value has its type in the text (`%s::bigint`) where PostgreSQL cannot tell."""
    with connection.wrap_database_errors:
        raw = _raw()
        raw.prepare_threshold = 0
        return psycopg.Cursor(raw).execute(sql, values, prepare=True)


@contextmanager
def one_round_trip() -> Iterator[None]:
    """What is `prepared` inside goes to the server together; outside a transaction it is one. Answers are there at its end."""
    with connection.wrap_database_errors, _raw().pipeline():
        yield


def _raw() -> psycopg.Connection[tuple[Any, ...]]:
    connection.ensure_connection()
    raw: psycopg.Connection[tuple[Any, ...]] = connection.connection
    return raw
