from collections.abc import Iterator

import pytest
import time_machine

from tests.factories import START


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """Monday 2 November 2026, 10:00 in Paris; stands still, and is moved by hand."""
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller
