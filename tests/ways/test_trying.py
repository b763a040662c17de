"""A way's test message, for which a web worker waits: never for long, whatever holds it up."""

import runpy
import threading
from pathlib import Path

import pytest
from django.conf import settings as configured
from pytest_django.fixtures import Settings

from lib.codes import digest
from templates_email.enums import EmailEvent
from tests.factories import START
from tests.templates_email.examples import rendered
from tests.ways.dribbling import How, When, dribbling
from ways.credentials import Credentials
from ways.enums import Provider, Tls
from ways.models import Way
from ways.transports import FirmTransport
from ways.trying import LONGEST, Tried, try_way


def way_to(port: int) -> Way:
    sealed = Credentials(secret="s3cret", hook="x").sealed()
    return Way(
        pk=7, version=3, provider=Provider.SMTP, host="localhost", port=port, tls=Tls.NONE, username="jo", sealed=sealed,
        hook_digest=digest("x"), created_at=START,
    )  # fmt: skip


@pytest.fixture
def short(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.OUTGOING_ALLOWED = ["localhost"]
    monkeypatch.setattr("ways.trying.LONGEST", 0.3)


@pytest.mark.parametrize("when", [When.CONNECTED, When.TEXT])
def test_a_silent_server_is_waited_for_no_longer_than_all_of_it_may_take(when: When, short: None) -> None:
    with dribbling(when, How.IS_SILENT) as server:
        tried = try_way(way_to(server.port), rendered(EmailEvent.WAY_TEST, "fr"))
        assert (tried, server.left_to_itself) == (Tried(taken=False, answer="timed out"), False)


def test_a_name_that_is_looked_up_for_long_is_not_waited_for(short: None, monkeypatch: pytest.MonkeyPatch) -> None:
    found = threading.Event()
    monkeypatch.setattr("lib.outgoing.addresses_of", lambda host, port, timeout: [] if found.wait(30) else ["127.0.0.1"])
    tried = try_way(way_to(25), rendered(EmailEvent.WAY_TEST, "fr"))
    assert (tried, found.is_set()) == (Tried(taken=False, answer="timed out"), False)
    found.set()


def test_a_server_that_takes_it_is_heard(settings: Settings) -> None:
    settings.OUTGOING_ALLOWED = ["localhost"]
    with dribbling(None) as server:
        assert try_way(way_to(server.port), rendered(EmailEvent.WAY_TEST, "fr")) == Tried(taken=True, answer="2.0.0 Kept")


def test_nobody_waits_for_the_goodbye(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.OUTGOING_ALLOWED, over, closed, close = ["localhost"], threading.Event(), list[bool](), FirmTransport.close

    def close_late(transport: FirmTransport) -> None:
        closed.append(over.wait(5))
        close(transport)

    monkeypatch.setattr("ways.trying.FirmTransport.close", close_late)
    with dribbling(None) as server:
        tried = try_way(way_to(server.port), rendered(EmailEvent.WAY_TEST, "fr"))
        assert (tried.taken, closed) == (True, [])
        over.set()


def test_the_web_server_waits_longer() -> None:
    assert runpy.run_path(str(Path(configured.BASE_DIR) / "gunicorn.conf.py"))["timeout"] > LONGEST
