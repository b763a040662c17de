from collections.abc import Iterator

import pytest
import time_machine

from files.pdf import Pdf
from tests.factories import START


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """Pages are asked at the hour at which the two firms live."""
    with time_machine.travel(START, tick=False) as clock:
        yield clock


@pytest.fixture(autouse=True)
def quick_pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether a document can be signed is asked of a process of its own, and tested elsewhere."""
    monkeypatch.setattr("kinds.signatures.asking.read_pdf", lambda name, content: Pdf(name, content, 1))
