import pytest

from kinds.approvals.rules import Progress, State, describe_progress, digest_of, state_of

TABLE = [
    (Progress("open", False, 0, 0), State.PENDING, "Waiting", "azure"),
    (Progress("open", False, 0, 2), State.PENDING, "Waiting", "azure"),
    (Progress("open", False, 1, 2), State.PENDING, "1 of 2 approved", "azure"),
    (Progress("done", False, 2, 2), State.APPROVED, "Approved", "green"),
    (Progress("done", False, 0, 0), State.APPROVED, "Approved", "green"),
    (Progress("done", True, 1, 2), State.REFUSED, "Refused", "red"),
    (Progress("withdrawn", False, 1, 2), State.WITHDRAWN, "Withdrawn", "grey"),
    (Progress("expired", False, 0, 1), State.EXPIRED, "Expired", "grey"),
]


@pytest.mark.parametrize(("progress", "state", "word", "colour"), TABLE)
def test_every_state_has_a_word_and_a_colour(progress: Progress, state: State, word: str, colour: str) -> None:
    described = describe_progress(progress)
    assert (state_of(progress), str(described.state), described.colour) == (state, word, colour)


def test_fingerprint_of_all_documents_depends_on_each_and_on_their_order() -> None:
    one, two, three = (bytes([n]) * 32 for n in (1, 2, 3))
    assert len({digest_of([one, two]), digest_of([two, one]), digest_of([one, three]), digest_of([one])}) == 4
    assert len(digest_of([one, two])) == 32
