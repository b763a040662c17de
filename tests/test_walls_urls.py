"""Every address × everybody who has no business there, with another's codes: both walls standing."""

from collections.abc import Iterator

import pytest
import time_machine

from tests.doors import DOORS, UNNAMED, addresses, path_of
from tests.factories import START
from tests.scene import Scene
from tests.strangers import STRANGERS, accounts_of_peeters, browser_of, let_in, rows_of, try_codes_in_forms, try_every_door

DRAWN = ("approval_page", "approval_picture", "file_page", "file_picture", "signature_page")

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def clock() -> Iterator[None]:
    with time_machine.travel(START, tick=False):
        yield


def test_every_address_of_the_product_has_its_door_here() -> None:
    assert sorted(set(addresses())) == sorted(DOORS.keys() | UNNAMED)


@pytest.mark.parametrize("whose", ["staff", "client", "link"])
def test_whoever_belongs_there_is_let_in(scene: Scene, whose: str) -> None:
    """Without this, a mistyped code would make every refusal below look right."""
    browser = browser_of(whose, scene)
    answers = {name: browser.get(path_of(name, scene)) for name, door in DOORS.items() if door.whose == whose}
    assert [f"{name} answers {answer.status_code}" for name, answer in answers.items() if not let_in(answer)] == []


@pytest.mark.parametrize("whose", ["staff", "client", "link"])
def test_no_page_behind_a_door_is_kept(scene: Scene, whose: str) -> None:
    """But for the drawn pages of a document that staff leaf through: those stay in their own browser for an hour."""
    browser = browser_of(whose, scene)
    answers = {name: browser.get(path_of(name, scene)) for name, door in DOORS.items() if door.whose == whose}
    kept = {name: answer.headers.get("Cache-Control") for name, answer in answers.items()}
    drawn = dict.fromkeys(DRAWN, "private, max-age=3600") if whose == "staff" else {}
    assert {name: how for name, how in kept.items() if how not in ("no-store", "private, no-store")} == drawn


@pytest.mark.parametrize("path", ["/activity/export/", "/nothing/", "/accounts/NOBODY/", "/account/security/"])
def test_no_other_answer_to_somebody_who_is_signed_in_is_kept(scene: Scene, path: str) -> None:
    browser = browser_of("staff", scene)
    answers = [browser.get(path), browser.post(path, {"format": "csv"})]
    assert all("no-store" in answer.headers["Cache-Control"] for answer in answers)


@pytest.mark.rule("X20", "M30")
@pytest.mark.parametrize("who", STRANGERS)
def test_no_address_gives_a_stranger_anything(scene: Scene, who: str) -> None:
    browser = STRANGERS[who](scene)
    before = rows_of(scene)
    assert try_every_door(scene, browser) == []
    assert rows_of(scene) == before


@pytest.mark.rule("X20")
def test_codes_of_another_firm_in_a_form_reach_nobody(scene: Scene) -> None:
    before = rows_of(scene)
    assert try_codes_in_forms(scene) == []
    assert rows_of(scene) == before
    assert accounts_of_peeters(scene) == [("Garage Maes", "Wim Peeters", ["Lotte Maes"])]
