"""Throttles that nobody can wear down."""

import pytest
from django.core.cache import cache


@pytest.mark.usefixtures("db")
def test_failures_of_one_address_outlast_a_thousand_others() -> None:
    cache.clear()
    cache.set("sign-in:0", [1, 2, 3, 4, 5], 300)
    for number in range(1000):
        cache.set(f"sign-in:{number + 1}", [1], 300)
    assert cache.get("sign-in:0") == [1, 2, 3, 4, 5]
