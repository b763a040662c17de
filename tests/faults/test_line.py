"""What counts as going again in time, and what is printed of it."""

import pytest

from tests.faults.line import Line, from_json, to_json, total
from tests.faults.office import Reckoning
from tests.faults.parts import Act, line_of
from tests.faults.scenes import Played


def line(again: list[float], *, in_doubt: int = 0, badly: float = 0.0) -> Line:
    played = Played(faults=1, again=again, all_gone=again)
    return line_of(Act("Valkey killed", lambda times: played, 1, badly=badly), played, Reckoning(messages=9, in_doubt=in_doubt), 12.0)


@pytest.mark.parametrize(("again", "good"), [([], True), ([1.0, 60.0], True), ([1.0, 60.1], False)])
def test_all_goes_again_within_a_minute(again: list[float], good: bool) -> None:
    assert line(again).good is good


def test_no_more_is_in_doubt_than_faults_unless_the_server_makes_it_so() -> None:
    assert (line([], in_doubt=2).good, line([], in_doubt=2, badly=0.1).good) == (False, True)


def test_several_on_their_way_at_once_leave_several_in_doubt() -> None:
    played = Played(faults=2)
    act = Act("killed at random, abreast", lambda times: played, 2, connections=4)
    assert [line_of(act, played, Reckoning(in_doubt=many), 1.0).good for many in (8, 9)] == [True, False]


def test_a_line_arrives_as_it_was_and_the_last_one_sums_all() -> None:
    lines = [from_json(to_json(each)) for each in (line([3.0]), line([5.0, 70.0], in_doubt=1))]
    assert lines[1].all_gone == [5.0, 70.0]
    summed = total(lines, 20.0)
    assert (summed.faults, summed.messages, summed.in_doubt, summed.seconds, summed.good) == (2, 18, 1, 20.0, False)
    assert str(summed).split() == ["all", "of", "it", "2", "18", "0", "0", "0", "0", "1", "20", "5.0", "70.0", "70.0"]
