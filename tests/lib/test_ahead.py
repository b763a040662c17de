"""The next thing is made ready while this one is used."""

from collections.abc import Iterator
from concurrent.futures import Future
from sys import getswitchinterval
from threading import Event, current_thread, main_thread

import pytest

from lib.ahead import one_ahead

SOON = 30.0  # seconds: it fails then, and does not hang


def always(_: int) -> bool:
    return True


def test_the_next_is_taken_while_this_one_is_used_and_no_more_than_that() -> None:
    taken, second_is_here = list[int](), Event()

    def numbers() -> Iterator[int]:
        for number in range(4):
            taken.append(number)
            if number == 1:
                second_is_here.set()
            yield number

    with one_ahead(numbers(), goes_ahead=always, unused=print) as ahead:
        assert next(ahead) == 0
        assert second_is_here.wait(SOON)
        assert taken == [0, 1]
        assert list(ahead) == [1, 2, 3]


def test_it_is_taken_in_a_thread_of_its_own_that_ends() -> None:
    threads = []

    def numbers() -> Iterator[int]:
        threads.append(current_thread())
        yield 1

    with one_ahead(numbers(), goes_ahead=always, unused=print) as ahead:
        assert list(ahead) == [1]
    assert threads[0] is not main_thread() and not threads[0].is_alive()


def test_what_nobody_came_for_is_given_back() -> None:
    unused = list[int]()
    with pytest.raises(KeyboardInterrupt), one_ahead(iter([1, 2, 3]), goes_ahead=always, unused=unused.append) as ahead:
        next(ahead)
        raise KeyboardInterrupt
    assert unused == [2]


def test_what_was_on_its_way_when_somebody_was_interrupted_is_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    unused = list[int]()

    def interrupted(waiting: "Future[int]", timeout: float | None = None) -> int:
        raise KeyboardInterrupt

    taken = one_ahead(iter([1, 2]), goes_ahead=always, unused=unused.append)
    with pytest.raises(KeyboardInterrupt), taken as ahead, monkeypatch.context() as patched:
        patched.setattr(Future, "result", interrupted)
        next(ahead)
    assert unused == [1]


def test_what_is_raised_comes_in_its_place() -> None:
    def numbers() -> Iterator[int]:
        yield 1
        raise LookupError

    with one_ahead(numbers(), goes_ahead=always, unused=print) as ahead:
        assert next(ahead) == 1
        with pytest.raises(LookupError):
            next(ahead)


def test_threads_take_turns_as_usual_afterwards() -> None:
    usual = getswitchinterval()
    with one_ahead(iter([1]), goes_ahead=always, unused=print) as ahead:
        list(ahead)
    assert getswitchinterval() == usual


def test_behind_one_that_holds_it_up_the_next_is_taken_when_it_is_asked_for() -> None:
    taken = list[int]()

    def numbers() -> Iterator[int]:
        for number in range(4):
            taken.append(number)
            yield number

    with one_ahead(numbers(), goes_ahead=lambda number: number > 1, unused=taken.remove) as ahead:
        assert (next(ahead), taken) == (0, [0])
        assert (next(ahead), taken) == (1, [0, 1])
        assert next(ahead) == 2
    assert taken == [0, 1, 2]  # the fourth was taken, and given back


def test_what_was_raised_and_nobody_came_for_hides_nothing_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    def numbers() -> Iterator[int]:
        yield 1
        raise LookupError

    with pytest.raises(KeyboardInterrupt), one_ahead(numbers(), goes_ahead=always, unused=print) as ahead:
        next(ahead)
        raise KeyboardInterrupt
    assert "LookupError" in caplog.text
