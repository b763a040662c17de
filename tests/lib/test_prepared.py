"""Statements planned once a connection, as they are run."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import DataError, OperationalError, ProgrammingError, connection, transaction

from lib.prepared import Statement, prepared, round_trip
from tenancy.context import ENTER

pytestmark = pytest.mark.django_db(transaction=True)

TABLE = "CREATE TABLE IF NOT EXISTS pg_temp.told (id bigint PRIMARY KEY, said text)"
TELL = "INSERT INTO pg_temp.told VALUES ($1, $2)"
BACKEND = "SELECT pg_backend_pid()"


@pytest.fixture(autouse=True)
def table() -> None:
    with connection.cursor() as cursor:
        cursor.execute(TABLE)
        cursor.execute("TRUNCATE pg_temp.told")


def told() -> list[tuple[int, str]]:
    return prepared("SELECT id, said FROM pg_temp.told ORDER BY id", [])


def changed(*statements: Statement) -> list[int]:
    return [answer.changed for answer in round_trip(statements)]


def test_rows_come_as_python_knows_them() -> None:
    at = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
    (row,) = prepared("SELECT $1::timestamptz, $2::bigint[], $3::text, $4::boolean, NULL", [at, [1, 2], "é\n", True])
    assert row == (at, [1, 2], "é\n", True, None)


def test_texts_numbers_and_instants_arrive_as_through_a_cursor() -> None:
    values: list[int | str | datetime] = [
        1 - 2**63,
        "a\u2028 'b' \\",
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(2026, 7, 1, 9, 30, 0, 5, tzinfo=ZoneInfo("Asia/Kolkata")),
    ]
    (row,) = prepared("SELECT $1::bigint, $2::text, $3::timestamptz, $4::timestamptz", values)
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::bigint, %s::text, %s::timestamptz, %s::timestamptz", values)
        assert [row, list(row)] == [cursor.fetchone(), values]


def test_a_text_that_would_be_cut_short_is_refused() -> None:
    with pytest.raises(DataError, match="NUL"):
        prepared(TELL, [1, "one\0two"])
    assert told() == []


def test_nothing_comes_of_what_gives_no_rows() -> None:
    assert prepared(TELL, [1, "one"]) == []


def test_a_trip_says_how_many_rows_each_changed() -> None:
    assert changed((TELL, [1, "one"]), (TELL, [2, None]), ("UPDATE pg_temp.told SET said = $1", ["all"])) == [1, 1, 2]


def test_each_of_a_trip_has_its_answer() -> None:
    given, none, other = round_trip([("SELECT $1::text", ["a"]), (TELL, [1, "one"]), ("SELECT $1::int, 2", [1])])
    assert (given.rows, none.rows, other.rows) == ([("a",)], [], [(1, 2)])


def test_a_trip_is_one_transaction() -> None:
    with pytest.raises(DataError):
        round_trip([(TELL, [1, "one"]), ("SELECT 1 / $1::int", [0]), (TELL, [2, "two"])])
    assert told() == []


def test_a_trip_belongs_to_the_transaction_around_it() -> None:
    with pytest.raises(KeyboardInterrupt), transaction.atomic():
        round_trip([(TELL, [1, "one"])])
        raise KeyboardInterrupt
    assert told() == []


def test_after_a_mistake_the_connection_is_of_use() -> None:
    with pytest.raises(ProgrammingError):
        round_trip([(TELL, [1, "one"]), ("SELECT nothing_of_that_name", [])])
    assert changed((TELL, [1, "one"])) == [1]


def test_what_was_planned_and_is_lost_is_planned_anew() -> None:
    round_trip([(TELL, [1, "one"])])
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    assert changed((TELL, [2, "two"]), (TELL, [3, "three"])) == [1, 1]


def test_a_cut_connection_says_so_and_the_next_one_plans_for_itself() -> None:
    ((backend,),) = prepared(BACKEND, [])
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 10000)", [backend])
    other.close()
    with pytest.raises(OperationalError):
        round_trip([(BACKEND, []), (BACKEND, [])])
    connection.close()
    assert prepared(BACKEND, []) != [(backend,)]


def test_after_an_interruption_the_next_trip_goes_by_a_connection_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers that nobody has read are nobody's."""

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr("lib.prepared._next", interrupted)
        round_trip([("SELECT 'unread'", []), ("SELECT 'unread'", [])])
    assert prepared("SELECT 'mine'", []) == [("mine",)]


def test_a_trip_is_on_disk_when_its_answers_are_here() -> None:
    """A crash of PostgreSQL must not take back that a message was handed over, nor what was answered to a provider."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = on")
    _, _, (_, rows) = round_trip([(ENTER, ["1"]), (TELL, [1, "one"]), ("SHOW synchronous_commit", [])])
    assert rows == [("on",)]
