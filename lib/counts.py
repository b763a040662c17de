"""Counting without walking everything: a list need not know more than that there are "1,000+"."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

MOST = 1_000
NOTHING = "SELECT 1 WHERE false"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Rows to count, up to `most` and one more; where they cost much to find, only if the rows `few` are no more than `most`."""

    rows: QuerySet[Any]
    most: int = MOST
    few: QuerySet[Any] | None = None


def capped_counts(wanted: Mapping[str, Wanted]) -> dict[str, int | None]:
    """How many rows each has, `most` + 1 meaning more than `most`, and None where it was not counted. One query for all."""
    parts: list[str] = []
    params: list[Any] = []
    for each in wanted.values():
        counted, values = _counted(each.rows, each.most)
        if each.few is not None:
            guard, guard_values = _counted(each.few, each.most)
            counted, values = f"CASE WHEN {guard} <= %s THEN {counted} END", (*guard_values, each.most, *values)
        parts.append(counted)
        params.extend(values)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", params)
        return dict(zip(wanted, cursor.fetchone(), strict=True))


def counts(wanted: Mapping[str, QuerySet[Any]]) -> dict[str, int]:
    """How many rows each has, of lists that are short enough to be walked. One query for all."""
    parts = {name: _counted(rows, None) for name, rows in wanted.items()}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(sql for sql, _ in parts.values())}", [value for _, values in parts.values() for value in values])
        return dict(zip(wanted, cursor.fetchone(), strict=True))


def _counted(rows: QuerySet[Any], most: int | None) -> tuple[str, tuple[Any, ...]]:
    wanted = rows.order_by().values("pk")
    try:
        sql, values = (wanted if most is None else wanted[: most + 1]).query.sql_with_params()
    except EmptyResultSet:
        sql, values = NOTHING, ()
    return f"(SELECT count(*) FROM ({sql}) AS counted)", values
