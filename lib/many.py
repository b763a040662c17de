"""Many rows in one statement, each column as one JSON array: a parameter for each cell takes PostgreSQL's driver longer than the rest."""

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import connection
from django.db.models import Model


def columns_of(rows: Iterable[Sequence[object]]) -> list[str]:
    """The parameters of a statement that reads `from_columns`; none where there are no rows."""
    return [json.dumps(column, default=_plain) for column in zip(*rows, strict=True)]


def from_columns(*names: str) -> str:
    """What stands after FROM: rows `u` of these columns, each of them text, to be cast. Its parameters are `columns_of` the rows.

    A cell that is a dict or a list is its JSON.
    """
    arrays = ", ".join(["json_array_elements_text(%s)"] * len(names))
    return f"ROWS FROM ({arrays}) AS u ({', '.join(names)})"


def insert_all(model: type[Model], rows: Sequence[object]) -> None:
    """Writes rows of a model in one statement, without their keys; for columns of numbers, texts, instants and bytes.

    Each has an attribute for each of the model's. What is the same in all of them is sent once.
    """
    if not rows:
        return
    fields = {str(field.column): field for field in model._meta.concrete_fields if not field.primary_key}
    columns = {name: [getattr(row, field.attname) for row in rows] for name, field in fields.items()}
    same = {name: cells[0] for name, cells in columns.items() if cells.count(cells[0]) == len(rows)}
    several = {name: cells for name, cells in columns.items() if name not in same} or {"n": [0] * len(rows)}
    read = ", ".join(f"{'%s' if name in same else f'u.{name}'}::{field.db_type(connection)}" for name, field in fields.items())
    insert = f"INSERT INTO {model._meta.db_table} ({', '.join(fields)}) SELECT {read} FROM {from_columns(*several)}"
    with connection.cursor() as cursor:
        cursor.execute(insert, [*same.values(), *columns_of(zip(*several.values(), strict=True))])


def _plain(cell: object) -> str:
    """As PostgreSQL reads it from a text."""
    if isinstance(cell, date | datetime):
        return cell.isoformat()
    if isinstance(cell, bytes | memoryview):
        return f"\\x{cell.hex()}"
    raise TypeError(f"No column takes {cell!r}.")
