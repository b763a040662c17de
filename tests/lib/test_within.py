"""What has no deadline of its own ends for whoever waits for it."""

import socket
import threading

import pytest

from lib.outgoing import addresses_of
from lib.within import TooLate, within


def test_what_comes_in_time_is_given_and_what_it_raises_is_raised() -> None:
    assert within(5, lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        within(5, lambda: 1 // 0)


def test_a_time_out_of_its_own_is_not_ours() -> None:
    def gives_up() -> None:
        raise TimeoutError("its own")

    with pytest.raises(TimeoutError, match="its own") as raised:
        within(5, gives_up)
    assert not isinstance(raised.value, TooLate)


def test_what_takes_longer_keeps_no_process_from_ending() -> None:
    over = threading.Event()
    with pytest.raises(TooLate):
        within(0.05, lambda: over.wait(30))
    left = [thread for thread in threading.enumerate() if thread.name == "within" and thread.is_alive()]
    assert [thread.daemon for thread in left] == [True]
    over.set()
    left[0].join(5)


def test_a_name_that_is_looked_up_for_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    found = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: found.wait(30))
    with pytest.raises(TimeoutError):
        addresses_of("slow.example", 25, 0.05)
    assert not found.is_set()
    found.set()
