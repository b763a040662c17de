"""A tick gives every firm its turn, whatever happens in one."""

import pytest

from tenancy.ticks import in_each_firm, in_rounds


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


def test_firms_take_turns_until_a_round_has_nothing_to_do() -> None:
    left, visited = {1: 3, 2: 1}, list[int]()

    def work(firm_id: int) -> bool:
        visited.append(firm_id)
        left[firm_id] -= 1
        if left[firm_id] == 0 and firm_id == 1:
            left.update({3: 1})  # has written something meanwhile
        return left[firm_id] >= 0

    in_rounds(lambda: [firm_id for firm_id, some in left.items() if some], work)
    assert visited == [1, 2, 1, 1, 3]


def test_a_firm_in_trouble_has_no_further_turn_and_the_others_all_of_theirs() -> None:
    visited = list[int]()

    def work(firm_id: int) -> bool:
        visited.append(firm_id)
        if firm_id == 1:
            raise LookupError(firm_id)
        return visited.count(2) < 3

    with pytest.raises(ExceptionGroup) as raised:
        in_rounds(lambda: [1, 2], work)
    assert visited == [1, 2, 2, 2]
    assert [error.args for error in raised.value.exceptions] == [(1,)]
