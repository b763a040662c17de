"""The file beside the database: what it says of which database, and what is done where it says nothing good."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import DjangoAssertNumQueries, Settings

from tenancy import fence
from tenancy.fence import Fenced, Mark, State, judge
from tenancy.models import Fence

NOW = datetime(2026, 11, 3, 9, tzinfo=UTC)
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)


@pytest.fixture
def file(settings: Settings, tmp_path: Path, db: None) -> Path:
    path = tmp_path / "kept" / "fence.json"
    settings.FENCE_FILE = path
    return path


@pytest.fixture
def clock(file: Path) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def mark(number: int, at: datetime = NOW, key: str = "mine") -> Mark:
    return Mark(key, number, at)


def number_in(file: Path) -> int:
    return int(json.loads(file.read_text())["number"])


# --- Deciding ------------------------------------------------------------------------------------------------------------


def test_what_a_file_says_of_a_database() -> None:
    later = NOW + 5 * MINUTE
    assert judge(mark(3), mark(4, later)) == Fenced(State.RESTORED, NOW, later, mark(4, later))
    assert judge(mark(3), mark(3)).may_send
    assert judge(mark(3), mark(2)).may_send
    assert judge(mark(3), None).may_send
    assert judge(None, mark(4)).may_send
    assert judge(mark(3), mark(4, key="another's")).may_send


def test_what_was_found_on_another_machine_counts_too_the_longer_span_of_both() -> None:
    lost = (NOW - MINUTE, NOW + MINUTE)
    assert judge(mark(3), None, lost) == Fenced(State.RESTORED, *lost)
    later = mark(4, NOW + 3 * MINUTE)
    assert judge(mark(3), later, lost) == Fenced(State.RESTORED, NOW - MINUTE, NOW + 3 * MINUTE, later)


@given(st.integers(1, 50), st.integers(1, 50), st.booleans())
def test_it_stops_exactly_the_database_that_is_behind_its_own_file(mine: int, kept: int, same: bool) -> None:
    assert judge(mark(mine), mark(kept, key="mine" if same else "another's")).may_send == (not same or mine >= kept)


# --- Keeping -------------------------------------------------------------------------------------------------------------


def test_the_first_start_makes_row_and_file(clock: time_machine.Traveller, file: Path) -> None:
    assert fence.may_send()
    row = Fence.objects.get()
    assert fence.read(file) == Mark(row.key, 1, NOW)
    assert [path.name for path in file.parent.iterdir()] == ["fence.json"]


def test_it_rises_at_most_each_minute_and_costs_one_query_in_between(
    clock: time_machine.Traveller, file: Path, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    fence.may_send()
    clock.shift(59 * SECOND)
    with django_assert_num_queries(1):
        fence.may_send()
    assert number_in(file) == 1
    clock.shift(SECOND)
    fence.may_send()
    assert number_in(file) == 2


def test_a_lost_file_is_written_anew(clock: time_machine.Traveller, file: Path) -> None:
    fence.may_send()
    file.unlink()
    assert fence.may_send()
    assert number_in(file) == 1


def test_another_database_s_file_becomes_this_one_s_and_is_said(
    clock: time_machine.Traveller, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file.parent.mkdir()
    file.write_text(json.dumps({"key": "another's", "number": 900, "at": NOW.isoformat()}))
    assert fence.may_send()
    assert (number_in(file), "was another database's" in caplog.text) == (1, True)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"key": "x", "number": 1}', '{"key": "x", "number": "many", "at": "now"}', "\xff"])
def test_a_file_that_says_nothing_stops_loudly(
    clock: time_machine.Traveller, file: Path, content: str, caplog: pytest.LogCaptureFixture
) -> None:
    fence.may_send()
    file.write_bytes(content.encode("latin-1"))
    assert (fence.may_send(), fence.look().state) == (False, State.UNREADABLE)
    assert "Nothing is sent: the fence file" in caplog.text
    assert file.read_bytes() == content.encode("latin-1")


def test_a_folder_that_cannot_be_written_stops_nothing_and_is_said(
    clock: time_machine.Traveller, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file.parent.write_text("a file where the folder should be")
    # Reading it fails as well: whoever cannot say what the file holds sends nothing.
    assert not fence.may_send()
    assert "unreadable" in caplog.text


@pytest.mark.rule("X23")
def test_a_database_behind_its_file_stops_until_somebody_says_yes(clock: time_machine.Traveller, file: Path) -> None:
    fence.may_send()
    clock.shift(MINUTE)
    fence.may_send()
    Fence.objects.update(number=1, at=NOW)  # as a backup of then says
    clock.shift(MINUTE)
    assert not fence.may_send()
    assert fence.look() == Fenced(State.RESTORED, NOW, NOW + MINUTE, fence.read(file))
    file.unlink()  # another machine, with no file of its own
    assert not fence.may_send()
    fence.accept(NOW + 2 * MINUTE)
    assert fence.may_send()


def test_another_process_that_goes_on_between_looks_stops_nothing(
    clock: time_machine.Traveller, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert fence.may_send()
    clock.shift(MINUTE)
    read_row = fence._row

    def overtaken() -> Fence | None:
        row = read_row()
        monkeypatch.setattr(fence, "_row", read_row)
        assert fence.may_send()  # the other process, which raises row and file
        return row

    monkeypatch.setattr(fence, "_row", overtaken)
    assert (fence.may_send(), number_in(file)) == (True, 2)


def test_after_a_yes_the_database_is_ahead_of_the_file(clock: time_machine.Traveller, file: Path) -> None:
    fence.may_send()
    Fence.objects.update(number=0)
    assert not fence.may_send()
    fence.accept(NOW)
    assert fence.may_send()
    assert number_in(file) == 2


def test_where_none_is_kept_nothing_is_asked(settings: Settings, db: None, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    settings.FENCE_FILE = None
    with django_assert_num_queries(0):
        assert fence.may_send()
        assert fence.look().may_send
