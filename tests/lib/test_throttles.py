"""Throttles that nobody can wear down."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection

from lib.throttles import is_spent, spend
from tests.factories import START


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """Stands still, and is moved by hand."""
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.mark.usefixtures("db")
def test_failures_of_one_address_outlast_a_thousand_others() -> None:
    cache.clear()
    cache.set("sign-in:0", [1, 2, 3, 4, 5], 300)
    for number in range(1000):
        cache.set(f"sign-in:{number + 1}", [1], 300)
    assert cache.get("sign-in:0") == [1, 2, 3, 4, 5]


@pytest.mark.usefixtures("db")
def test_try_counts_for_its_time_and_for_its_own_alone(clock: time_machine.Traveller) -> None:
    cache.clear()
    assert [spend("knock", "anna", most=2, seconds=60) for _ in range(3)] == [True, True, False]
    assert (is_spent("knock", "anna", most=2, seconds=60), is_spent("knock", "ben", most=2, seconds=60)) == (True, False)
    clock.shift(timedelta(seconds=61))
    assert (is_spent("knock", "anna", most=2, seconds=60), spend("knock", "anna", most=2, seconds=60)) == (False, True)


def test_of_sixteen_at_once_as_many_pass_as_may(transactional_db: None) -> None:
    cache.clear()
    together = Barrier(16)

    def knock(_number: int) -> bool:
        try:
            together.wait()
            return spend("knock", "everybody", most=5)
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(knock, range(16))) == 5
