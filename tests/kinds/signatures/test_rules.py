import pytest

from kinds.signatures.rules import Progress, State, describe_progress, state_of

TABLE = [
    (Progress("open", False, 0, 2), State.REQUESTED, "Waiting", "azure"),
    (Progress("open", False, 1, 2), State.PARTLY_SIGNED, "1 of 2 signed", "azure"),
    (Progress("done", False, 2, 2), State.SIGNED, "Signed", "green"),
    (Progress("done", True, 1, 2), State.DECLINED, "Declined", "red"),
    (Progress("withdrawn", False, 1, 2), State.WITHDRAWN, "Withdrawn", "grey"),
    (Progress("expired", False, 0, 1), State.EXPIRED, "Expired", "grey"),
]


@pytest.mark.parametrize(("progress", "state", "word", "colour"), TABLE)
def test_every_state_has_a_word_and_a_colour(progress: Progress, state: State, word: str, colour: str) -> None:
    described = describe_progress(progress)
    assert (state_of(progress), str(described.state), described.colour) == (state, word, colour)
