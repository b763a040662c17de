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
    """What stands after FROM: rows `u` of these columns, each of them text, to be cast. Its parameters are `columns_of` the rows."""
    arrays = ", ".join(["json_array_elements_text(%s)"] * len(names))
    return f"ROWS FROM ({arrays}) AS u ({', '.join(names)})"


def insert_all(instances: Sequence[Model]) -> None:
    """Writes rows of one model in one statement, without their keys; for columns of numbers, texts, instants and bytes."""
    if not instances:
        return
    fields = [field for field in instances[0]._meta.concrete_fields if not field.primary_key]
    names = [str(field.column) for field in fields]
    cells = ", ".join(f"u.{field.column}::{field.db_type(connection)}" for field in fields)
    rows = ([getattr(instance, field.attname) for field in fields] for instance in instances)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {instances[0]._meta.db_table} ({', '.join(names)}) SELECT {cells} FROM {from_columns(*names)}", columns_of(rows)
        )


def _plain(cell: object) -> str:
    """As PostgreSQL reads it from a text."""
    if isinstance(cell, date | datetime):
        return cell.isoformat()
    if isinstance(cell, bytes | memoryview):
        return f"\\x{cell.hex()}"
    raise TypeError(f"No column takes {cell!r}.")
