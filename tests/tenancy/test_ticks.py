"""A tick gives every firm its turn, whatever happens in one."""

import pytest

from tenancy.ticks import in_each_firm


def test_every_firm_has_its_turn() -> None:
    assert in_each_firm([3, 1, 2], lambda firm_id: firm_id * 10) == [30, 10, 20]


def test_the_trouble_of_one_firm_stops_no_other_and_is_not_hidden() -> None:
    visited = []

    def work(firm_id: int) -> None:
        visited.append(firm_id)
        if firm_id in (1, 3):
            raise LookupError(firm_id)

    with pytest.raises(ExceptionGroup) as raised:
        in_each_firm([1, 2, 3, 4], work)
    assert visited == [1, 2, 3, 4]
    assert [error.args for error in raised.value.exceptions] == [(1,), (3,)]
