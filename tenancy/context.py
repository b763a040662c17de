"""Entering a firm: from here on the database shows its rows, and no other's."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection, transaction

from lib.prepared import Answer, Statement, round_trip

SET_FIRM = "SELECT set_config('app.firm_id', %s, true)"
ENTER = "SELECT set_config('app.firm_id', $1, true)"
_entered: ContextVar[int | None] = ContextVar("entered_firm", default=None)


class OtherFirmEntered(RuntimeError):
    """Another firm was to be entered inside a firm: a mistake of ours, never of a user."""


def current_firm_id() -> int | None:
    return _entered.get()


@contextmanager
def firm_context(firm_id: int) -> Iterator[None]:
    """Opens a transaction in which `firm_id`'s rows are visible; entering the same firm again is a savepoint, another is refused."""
    nested = connection.in_atomic_block
    entered = _entered_but_not_another(firm_id)
    with transaction.atomic(), _inside(firm_id):  # what runs on commit is outside again, though the request is not over
        if entered is None:
            _set_firm(str(firm_id))
        yield
        # A released savepoint would let the setting leak into the transaction around it; a rolled back one does not.
        if entered is None and nested and not connection.needs_rollback:
            _set_firm("")


def firm_round_trip(firm_id: int, statements: Sequence[Statement]) -> list[Answer]:
    """As inside `firm_context`, for statements none of which needs the answer of another: they travel together."""
    entered = _entered_but_not_another(firm_id)
    leaves = [(ENTER, [""])] if entered is None and connection.in_atomic_block else []
    return round_trip([(ENTER, [str(firm_id)]), *statements, *leaves])[1 : len(statements) + 1]


def _entered_but_not_another(firm_id: int) -> int | None:
    entered = _entered.get()
    if entered not in (None, firm_id):
        raise OtherFirmEntered(f"firm {firm_id} inside firm {entered}")
    return entered


@contextmanager
def _inside(firm_id: int) -> Iterator[None]:
    token = _entered.set(firm_id)
    try:
        yield
    finally:
        _entered.reset(token)


def _set_firm(value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(SET_FIRM, [value])
