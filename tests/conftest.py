"""Every test runs as relance_app on a clone of a template that the owner has migrated: the walls stand as in production."""

import gc
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.db.models.signals import post_migrate
from hypothesis import settings as hypothesis
from pytest_django.fixtures import Settings
from pytest_django.plugin import DjangoDbBlocker

from files.sandbox import answer_of
from tests.database import Clones, cloned_databases

hypothesis.register_profile("long", max_examples=4000)  # `--hypothesis-profile=long`

pytest_plugins = ["tests.mail", "tests.scheduling", "tests.worlds"]


def pytest_collection_finish(session: pytest.Session) -> None:
    """Thousands of tests and all that was imported stay until the end: the collector need not look at them again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def django_db_setup(request: pytest.FixtureRequest, django_test_environment: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Clones]:
    """Databases of this worker's own; replaces pytest-django's, which would create one as the application role."""
    worker = getattr(request.config, "workerinput", {}).get("workerid", "main")
    post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")  # whenever a database is emptied: nobody asks
    with django_db_blocker.unblock(), cloned_databases(worker) as clones:
        yield clones


@pytest.fixture(autouse=True)
def quiet_places(settings: Settings, tmp_path: Path) -> None:
    """Files of a test go where the test ends; static files need no manifest."""
    settings.MEDIA_ROOT = str(tmp_path / "media")
    settings.STATIC_ROOT = str(tmp_path / "static")
    Path(settings.STATIC_ROOT).mkdir()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    settings.SECURE_SSL_REDIRECT = False


@cache
def drawn_before(task: str, content: bytes, *numbers: int) -> bytes:
    """The program's own answer; it knows nothing but what it is given, and so gives the same each time."""
    return answer_of(task, content, *numbers)


@pytest.fixture(autouse=True)
def drawn_once(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that draws costs more than most tests: each worker starts it once for a document, but in the tests of it all."""
    if "tests/files/" not in request.node.nodeid:
        for place in ("files.pdf.answer_of", "files.pictures.answer_of"):
            monkeypatch.setattr(place, drawn_before)
