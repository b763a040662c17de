from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from tests.factories import START
from tests.people import Lumiere, Peeters
from tests.signing import make_client_user, signed_in


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def nadia(two_firms: tuple[Lumiere, Peeters]) -> Client:
    """Nadia's browser: she stands to the bakery and to the SCI."""
    lumiere, _ = two_firms
    return signed_in(make_client_user(lumiere.firm, lumiere.nadia_address))
