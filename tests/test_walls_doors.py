"""The doors alone: row-level security is switched off in this worker's database, and still no address gives a stranger anything."""

from collections.abc import Iterator

import pytest
import time_machine
from django.apps import apps
from django.db import connection
from psycopg import sql

from tenancy.context import firm_context
from tests.database import owner_of_clone
from tests.factories import START
from tests.scene import Scene
from tests.strangers import STRANGERS, accounts_of_peeters, rows_of, try_codes_in_forms, try_every_door
from tests.tenancy.any_row import tenant_models


def turn_walls(how: str) -> None:
    tables = [m._meta.db_table for m in [*tenant_models(), apps.get_model("firms", "Firm")]]
    with owner_of_clone() as connected:
        for table in tables:
            connected.execute(sql.SQL("ALTER TABLE {} {} ROW LEVEL SECURITY").format(sql.Identifier(table), sql.SQL(how)))


@pytest.fixture(autouse=True)
def no_walls(kept_world: Scene) -> Iterator[None]:
    """Down in the scene's database before the test opens its transaction, up again after it has closed its own."""
    try:
        turn_walls("DISABLE")
        yield
    finally:
        turn_walls("ENABLE")


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(START, tick=False):
        yield


def test_the_walls_are_down_here(scene: Scene) -> None:
    with firm_context(scene.peeters.firm.pk), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM clients_account WHERE firm_id = %s", [scene.lumiere.firm.pk])
        assert cursor.fetchone() == (2,)


@pytest.mark.rule("X20", "M30")
@pytest.mark.parametrize("who", STRANGERS)
def test_no_door_gives_a_stranger_anything(scene: Scene, who: str) -> None:
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
