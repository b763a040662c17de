"""The people of tests/people.py and the scene of tests/scene.py, made once a worker instead of once a test.

Each of the three worlds is a database of its own, in which its rows are committed. A test that asks for one is connected to it, gets
copies of the objects of its own, and is rolled back as always: what it finds is what making them would have given it, for a
hundredth of the time. Tests that commit empty their database afterwards: they get the empty one and make their people themselves, as do
those whose transaction is open already because a mark asked for the database first.
"""

import pickle
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.db import connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import override_settings
from django.utils import translation
from pytest_django.plugin import DjangoDbBlocker

from tenancy.context import firm_context
from tests.database import Clones, connected_by
from tests.factories import START
from tests.people import Lumiere, Peeters, make_lumiere, make_peeters
from tests.scene import Scene, make_scene


def make_two_firms() -> tuple[Lumiere, Peeters]:
    return make_lumiere(), make_peeters()


# By the fixture that asks; the larger before those that are parts of it.
MAKERS: Mapping[str, Callable[[], object]] = {"scene": make_scene, "two_firms": make_two_firms, "lumiere": make_lumiere}


@dataclass(frozen=True)
class World:
    database: str
    connected: BaseDatabaseWrapper
    objects: bytes  # pickled
    files: Path


@pytest.fixture(scope="session")
def worlds() -> dict[str, World]:
    """Those that were made."""
    return {}


@pytest.fixture(autouse=True)
def kept_world(
    request: pytest.FixtureRequest, quiet_places: None, worlds: dict[str, World], tmp_path_factory: pytest.TempPathFactory,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[object]:  # fmt: skip
    """The objects of the world that the test asks for; nothing where it asks for none or makes it itself."""
    name = next((name for name in MAKERS if name in request.fixturenames), None)
    if name is None or connection.in_atomic_block or commits(request):
        yield None
        return
    clones: Clones = request.getfixturevalue("django_db_setup")
    with django_db_blocker.unblock():
        if name not in worlds:
            worlds[name] = make_world(name, clones, tmp_path_factory.mktemp(name))
        with connected_by(worlds[name].connected, worlds[name].database):
            if any(worlds[name].files.iterdir()):
                shutil.copytree(worlds[name].files, settings.MEDIA_ROOT)
            yield pickle.loads(worlds[name].objects)


def commits(request: pytest.FixtureRequest) -> bool:
    mark = request.node.get_closest_marker("django_db")
    return "transactional_db" in request.fixturenames or (mark is not None and bool(mark.kwargs.get("transaction")))


def make_world(name: str, clones: Clones, files: Path) -> World:
    """At the hour at which all people are made; nobody is woken by what is committed."""
    database, connected = clones.make(name), connections.create_connection("default")
    clones.opened.append(connected)
    still = time_machine.travel(START, tick=False)
    with connected_by(connected, database), still, override_settings(MEDIA_ROOT=str(files)), translation.override(settings.LANGUAGE_CODE):
        with transaction.atomic():
            made = MAKERS[name]()
            connected.run_on_commit = []
        return World(database, connected, pickle.dumps(made), files)


@pytest.fixture
def lumiere(kept_world: Lumiere | None, db: None) -> Iterator[Lumiere]:
    """Cabinet Lumière, entered: the test sees its rows and no other's."""
    people = kept_world or make_lumiere()
    with firm_context(people.firm.pk):
        yield people


@pytest.fixture
def two_firms(kept_world: Scene | tuple[Lumiere, Peeters] | None, db: None) -> tuple[Lumiere, Peeters]:
    """Both firms, neither entered: for requests, which enter by themselves."""
    if isinstance(kept_world, Scene):
        return kept_world.lumiere, kept_world.peeters
    return kept_world or make_two_firms()


@pytest.fixture
def scene(kept_world: Scene | None, db: None) -> Scene:
    return kept_world or make_scene()
