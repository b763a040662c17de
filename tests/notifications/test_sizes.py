"""A batch leaves within seconds, so that no lease of it runs out and no other firm waits long."""

import pytest

from notifications.dispatch.claim import BATCH
from notifications.dispatch.lease import ENOUGH, LEASE
from notifications.dispatch.sizes import LARGEST, SMALLEST, WITHIN, Sizes, size_after


@pytest.mark.parametrize(
    ("tried", "seconds", "size"),
    [(50, 0.1, LARGEST), (50, 1.5, 50), (50, 15.0, 5), (20, 6.0, 5), (4, 60.0, SMALLEST), (10, 0.0, LARGEST)],
)
def test_the_next_batch_is_as_large_as_leaves_in_time(tried: int, seconds: float, size: int) -> None:
    assert size_after(tried, seconds) == size


def test_two_batches_that_take_thrice_as_long_as_they_should_still_keep_their_leases() -> None:
    """The second is claimed when the first begins to leave."""
    assert (LEASE - ENOUGH).total_seconds() > 2 * 3 * WITHIN


def test_each_firm_has_its_own_and_begins_with_what_was_learnt_of_the_way_it_shares() -> None:
    sizes = Sizes()
    assert sizes.of(1, own_way=False) == BATCH
    sizes.learn(1, 50, 15.0, own_way=False)
    sizes.learn(2, 0, 3.0, own_way=False)  # nothing was there to learn from
    sizes.learn(3, 50, 0.1, own_way=True)
    assert (sizes.of(1, own_way=False), sizes.of(2, own_way=False), sizes.of(3, own_way=True)) == (5, 5, 2 * BATCH)
    assert sizes.of(4, own_way=True) == BATCH


def test_what_came_too_late_halves_it_however_fast_the_rest_went() -> None:
    sizes = Sizes()
    sizes.learn(1, 3, 0.01, own_way=False, too_late=True)
    assert sizes.of(1, own_way=False) == BATCH // 2
    sizes.learn(1, 0, 0.01, own_way=False, too_late=True)
    assert (sizes.of(1, own_way=False), sizes.of(2, own_way=False)) == (BATCH // 4, BATCH // 4)


def test_a_firm_whose_last_batch_left_slowly_is_not_fast() -> None:
    sizes = Sizes()
    assert not sizes.is_fast(1)
    sizes.learn(1, 50, 1.0, own_way=False)
    assert sizes.is_fast(1)
    sizes.learn(1, 50, 10.0, own_way=False)
    assert not sizes.is_fast(1)


def test_what_is_known_of_the_shared_way_is_known_of_a_firm_that_has_had_no_turn() -> None:
    sizes = Sizes()
    sizes.learn(1, 50, 0.1, own_way=True)
    assert not sizes.is_fast(2)
    sizes.learn(1, 50, 1.0, own_way=False)
    assert sizes.is_fast(2)
    sizes.learn(3, 50, 10.0, own_way=False)
    assert not sizes.is_fast(2)


def test_a_few_that_leave_at_once_make_no_large_batch_of_thousands() -> None:
    sizes = Sizes()
    for tried, size in [(1, BATCH), (BATCH, 2 * BATCH), (2 * BATCH, 4 * BATCH), (4 * BATCH, LARGEST)]:
        sizes.learn(1, tried, 0.01, own_way=False)
        assert sizes.of(2, own_way=False) == size
