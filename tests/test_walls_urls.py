"""Every address × everybody who has no business there, with another's codes: both walls standing."""

from collections.abc import Iterator

import pytest
import time_machine

from tests.doors import DOORS, STRANGERS, UNNAMED, Scene, addresses, browser_of, let_in, path_of, rows_of, try_every_door
from tests.factories import START

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def clock() -> Iterator[None]:
    with time_machine.travel(START, tick=False):
        yield


def test_every_address_of_the_product_has_its_door_here() -> None:
    assert sorted(set(addresses())) == sorted(DOORS.keys() | UNNAMED)


@pytest.mark.parametrize("name", [name for name, door in DOORS.items() if door.whose != "everybody"])
def test_whoever_belongs_there_is_let_in(scene: Scene, name: str) -> None:
    """Without this, a mistyped code would make every refusal below look right."""
    response = browser_of(DOORS[name].whose, scene).get(path_of(name, scene))
    assert let_in(response), f"{name} answers {response.status_code}"


@pytest.mark.rule("X20", "M30")
@pytest.mark.parametrize("who", STRANGERS)
def test_no_address_gives_a_stranger_anything(scene: Scene, who: str) -> None:
    browser = STRANGERS[who](scene)
    before = rows_of(scene)
    assert try_every_door(scene, browser) == []
    assert rows_of(scene) == before
