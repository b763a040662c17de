"""Many rows in one statement: what comes in comes out."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection

from lib.many import columns_of, from_columns

ROWS = [
    (1, "plain", None, b"\x00\xff", datetime(2026, 11, 5, 9, 0, 0, 123456, UTC), date(2026, 11, 5)),
    (-2, 'é " \\ {x,y} % NULL \u2028', "", b"", datetime(1999, 12, 31, 23, 59, tzinfo=UTC), None),
]


@pytest.mark.django_db
def test_what_is_written_by_columns_is_read_as_it_was() -> None:
    sql = f"""SELECT number::bigint, text, nothing, bytes::bytea, instant::timestamptz, day::date
              FROM {from_columns("number", "text", "nothing", "bytes", "instant", "day")}"""
    with connection.cursor() as cursor:
        cursor.execute(sql, columns_of(ROWS))
        rows = [(*row[:3], bytes(row[3]), *row[4:]) for row in cursor.fetchall()]
    assert rows == ROWS


def test_no_rows_have_no_columns() -> None:
    assert columns_of([]) == []


def test_what_no_column_takes_is_refused() -> None:
    with pytest.raises(TypeError, match="No column takes"):
        columns_of([(object(),)])
