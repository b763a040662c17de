"""Statements that PostgreSQL plans once a connection, on Django's own connection and in its transaction.

Under row-level security planning a join costs more than running it: some five milliseconds each time. They go straight to libpq: through a
cursor each costs as much again in Python as it does in PostgreSQL. Their values are `$1`, `$2` and so on, each with its type
(`$1::bigint`) where PostgreSQL cannot tell. What goes wrong raises what Django would raise.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import chain
from select import POLLIN, POLLOUT, poll
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import psycopg
from django.db import connection
from psycopg import abc, pq
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import InvalidSqlStatementName, error_from_result

type Connection = psycopg.Connection[tuple[Any, ...]]
type Statement = tuple[str, Sequence[object]]
type Texts = Sequence[abc.Buffer | None]
type Wait = Callable[[], object]

_planned = WeakKeyDictionary[Connection, dict[str, bytes]]()  # by connection: the name of each statement that it knows


class Answer(NamedTuple):
    """`changed` counts rows, those that it gives too where it changes none."""

    changed: int
    rows: list[tuple[Any, ...]]


def prepared(sql: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
    """The rows that it gives; none where it gives none."""
    return round_trip([(sql, values)])[0].rows


def round_trip(statements: Sequence[Statement]) -> list[Answer]:
    """They travel together, one transaction where none is open; none sees another's answer."""
    with connection.wrap_database_errors:
        raw = _raw()
        adapter: abc.Transformer = Transformer(raw)
        results = _run(raw, [(sql, _texts(adapter, values)) for sql, values in statements])
        return [_answer(adapter, result) for result in results]


def _answer(adapter: abc.Transformer, result: pq.abc.PGresult) -> Answer:
    if not result.ntuples:
        return Answer(result.command_tuples or 0, [])
    adapter.set_pgresult(result)
    return Answer(result.command_tuples or 0, adapter.load_rows(0, result.ntuples, tuple))


def _texts(adapter: abc.Transformer, values: Sequence[object]) -> Texts:
    return [plain(value) if (plain := _PLAIN.get(type(value))) else _adapted(adapter, value) for value in values]


def _adapted(adapter: abc.Transformer, value: object) -> abc.Buffer | None:
    return adapter.dump_sequence([value], [PyFormat.TEXT])[0]


def _plain_text(value: str) -> bytes:
    if "\0" in value:  # libpq would stop there
        raise psycopg.DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")
    return value.encode()


# What is nearly all of it, as psycopg would write it: looking up how each value is written costs more than the rest of a statement.
_PLAIN: dict[type, Callable[[Any], bytes]] = {
    int: lambda number: b"%d" % number,
    str: _plain_text,
    datetime: lambda at: str(at).encode(),
}


def _run(raw: Connection, statements: Sequence[tuple[str, Texts]]) -> Sequence[pq.abc.PGresult]:
    try:
        return _planned_and_sent(raw, statements)
    except InvalidSqlStatementName:  # a DISCARD ALL, a pooler's perhaps: nothing of the trip has happened
        _planned.pop(raw, None)
        if connection.in_atomic_block:
            raise
        return _planned_and_sent(raw, statements)


def _planned_and_sent(raw: Connection, statements: Sequence[tuple[str, Texts]]) -> Sequence[pq.abc.PGresult]:
    if not raw.autocommit and raw.pgconn.transaction_status == pq.TransactionStatus.IDLE:
        raw.execute("SELECT")  # begins the transaction that Django has opened
    known = _planned.setdefault(raw, {})
    named = [(known.get(sql) or _name(raw, sql), texts) for sql, texts in statements]
    return [_checked(raw.pgconn, result) for result in _sent(raw.pgconn, named)]


def _sent(server: pq.abc.PGconn, statements: Sequence[tuple[bytes, Texts]]) -> list[pq.abc.PGresult]:
    """Answers to all of them, failed ones too."""
    server.enter_pipeline_mode()
    try:
        for name, texts in statements:
            server.send_query_prepared(name, texts)
        server.pipeline_sync()
        arrives = _leaving(server)
        answers = chain.from_iterable((_next(server, arrives), _next(server, arrives)) for _ in statements)  # after each an empty one
        results = [answer for answer in answers if answer]
        _next(server, arrives)  # of the whole
    except BaseException:
        server.finish()  # answers that nobody has read would be taken for those of what comes next
        raise
    _check(server)
    server.exit_pipeline_mode()
    return results


def _leaving(server: pq.abc.PGconn) -> Wait:
    """Sends what is still here; gives what waits for the server. Other threads can go on meanwhile, as libpq would not let them."""
    waiting = poll()
    waiting.register(server.socket, POLLOUT)
    while server.flush():
        waiting.poll()
    waiting.modify(server.socket, POLLIN)
    return waiting.poll


def _next(server: pq.abc.PGconn, arrives: Wait) -> pq.abc.PGresult | None:
    while server.is_busy():
        arrives()
        server.consume_input()
    return server.get_result()


def _name(raw: Connection, sql: str) -> bytes:
    """Has it planned."""
    known = _planned[raw]
    name = f"relance_{len(known)}".encode()
    _checked(raw.pgconn, raw.pgconn.prepare(name, sql.encode()))
    known[sql] = name
    return name


def _checked(server: pq.abc.PGconn, result: pq.abc.PGresult) -> pq.abc.PGresult:
    _check(server)
    if result.status in (pq.ExecStatus.COMMAND_OK, pq.ExecStatus.TUPLES_OK):
        return result
    raise error_from_result(result)


def _check(server: pq.abc.PGconn) -> None:
    if server.status == pq.ConnStatus.BAD:
        raise psycopg.OperationalError(server.get_error_message())


def _raw() -> Connection:
    if connection.connection is not None and connection.connection.closed and not connection.in_atomic_block:
        connection.close()  # Django would use it on
    connection.ensure_connection()
    raw: Connection = connection.connection
    return raw
