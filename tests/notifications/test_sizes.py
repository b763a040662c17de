"""A batch leaves within seconds, so that no lease of it runs out and no other firm waits long."""

import pytest

from notifications.dispatch.claim import BATCH
from notifications.dispatch.lease import ENOUGH, LEASE
from notifications.dispatch.sizes import LARGEST, SMALLEST, WITHIN, Sizes, size_after


@pytest.mark.parametrize(
    ("tried", "seconds", "size"),
    [(50, 0.1, LARGEST), (50, 5.0, 50), (50, 50.0, 5), (20, 20.0, 5), (4, 60.0, SMALLEST), (10, 0.0, LARGEST)],
)
def test_the_next_batch_is_as_large_as_leaves_in_time(tried: int, seconds: float, size: int) -> None:
    assert size_after(tried, seconds) == size


def test_a_batch_that_takes_thrice_as_long_as_it_should_still_keeps_its_leases() -> None:
    assert (LEASE - ENOUGH).total_seconds() > 3 * WITHIN


def test_each_firm_has_its_own_and_begins_in_the_middle() -> None:
    sizes = Sizes()
    sizes.learn(1, 50, 50.0)
    sizes.learn(2, 0, 3.0)  # nothing was there to learn from
    assert (sizes.of[1], sizes.of[2], sizes.of[3]) == (5, BATCH, BATCH)
