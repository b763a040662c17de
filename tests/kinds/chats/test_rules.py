"""What a message means for what is owed, and what is said of it: pure."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from actions.enums import ActionState
from actions.stops import Stop
from kinds.chats.reading import is_seen
from kinds.chats.rules import Effect, Standing, decide_effect, describe_state, readers_of, starts_a_day

PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.rule("D18")
@pytest.mark.parametrize(
    ("standing", "needed", "effect"),
    [
        (Standing(), True, Effect.ASK),
        (Standing(open=True), True, Effect.ASK_AGAIN),
        (Standing(gathers=True), True, Effect.REOPEN),
        (Standing(), False, Effect.TELL),
        (Standing(open=True), False, Effect.LET_GO),
        (Standing(gathers=True), False, Effect.TELL_ON),
    ],
)
def test_the_last_message_alone_says_what_is_owed(standing: Standing, needed: bool, effect: Effect) -> None:
    assert decide_effect(standing, answer_needed=needed) == effect


@pytest.mark.parametrize(
    ("stop", "said"),
    [
        (Stop.ANSWERED, ("Answered", "green")),
        (Stop.NOTHING_ASKED, ("No answer needed", "grey")),
        (Stop.ARCHIVED, ("Archived", "grey")),
        (Stop.WITHDRAWN, ("Withdrawn", "grey")),
        (Stop.EXPIRED, ("Expired", "grey")),
    ],
)
def test_every_end_has_its_word(stop: Stop, said: tuple[str, str]) -> None:
    described = describe_state(ActionState.DONE, stop)
    assert (str(described.state), described.colour) == said
    assert str(describe_state(ActionState.OPEN, "").state) == "Waiting for an answer"


def test_a_day_begins_by_the_reader_s_clock() -> None:
    late, later = datetime(2026, 11, 2, 22, 59, tzinfo=UTC), datetime(2026, 11, 2, 23, 0, tzinfo=UTC)
    assert [starts_a_day(late, None, PARIS), starts_a_day(later, late, PARIS), starts_a_day(later, later, PARIS)] == [
        date(2026, 11, 2), date(2026, 11, 3), None,
    ]  # fmt: skip


def test_readers_are_those_whose_mark_has_reached_the_message() -> None:
    nine, ten = datetime(2026, 11, 2, 9, tzinfo=UTC), datetime(2026, 11, 2, 10, tzinfo=UTC)
    assert readers_of([("Paul", 7, ten), ("Nadia", 9, nine), ("Lotte", 6, nine)], 7) == [("Nadia", nine), ("Paul", ten)]


@pytest.mark.parametrize(
    ("up_to", "seen", "is_true"),
    [("ABC2", "2CBA", True), ("ABC2", "ABC2", False), ("ABC2", "", False), ("", "", False), ("A\0", "\0A", False)],
)
def test_a_form_posted_as_it_stands_says_nothing_of_reading(up_to: str, seen: str, is_true: bool) -> None:
    assert is_seen(up_to, seen) == is_true
