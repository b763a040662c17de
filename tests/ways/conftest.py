"""A firm's own mail server, and a clock that stands still until a test moves it."""

from collections.abc import Iterator

import pytest
import time_machine
from pytest_django.fixtures import Settings

from tests.factories import START
from tests.ways.making import FirmServer, firm_server


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def server(settings: Settings, clock: time_machine.Traveller) -> Iterator[FirmServer]:
    settings.OUTGOING_ALLOWED = ["127.0.0.0/8"]
    with firm_server() as running:
        yield running
