"""A tick gives every firm its turn, whatever happens in one."""

import pytest

from tenancy.ticks import Rounds, in_each_firm


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

    def work(firm_id: int) -> int | None:
        visited.append(firm_id)
        left[firm_id] -= 1
        if left[firm_id] == 0 and firm_id == 1:
            left.update({3: 1})  # has written something meanwhile
        return firm_id if left[firm_id] >= 0 else None

    assert list(Rounds(lambda: [firm_id for firm_id, some in left.items() if some], work)) == [1, 2, 1, 1, 3]
    assert visited == [1, 2, 1, 1, 3]


def test_a_firm_in_trouble_has_no_further_turn_and_the_others_all_of_theirs() -> None:
    visited = list[int]()

    def work(firm_id: int) -> int | None:
        visited.append(firm_id)
        if firm_id == 1:
            raise LookupError(firm_id)
        return firm_id if visited.count(2) < 3 else None

    rounds = Rounds(lambda: [1, 2], work)
    assert list(rounds) == [2, 2]
    assert visited == [1, 2, 2, 2]
    with pytest.raises(ExceptionGroup) as raised:
        rounds.raise_all()
    assert [error.args for error in raised.value.exceptions] == [(1,)]


def test_a_firm_whose_turn_fails_while_it_is_taken_has_no_further_one() -> None:
    def fail(firm_id: int) -> None:
        raise LookupError(firm_id)

    rounds = Rounds(lambda: [1, 2], lambda firm_id: firm_id)
    turns = iter(rounds)
    assert [next(turns), next(turns)] == [1, 2]
    assert rounds.by_itself(1, fail) is None
    assert [next(turns), next(turns)] == [2, 2]
    with pytest.raises(ExceptionGroup):
        rounds.raise_all()
