"""A provider that answers a byte now and then, or a name that is never found, keeps a worker no longer than a call may take. Over HTTP."""

import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from tests.ways.dribbling import How, HttpDribbler, Where, served
from tests.ways.test_providers import TAKEN, Api, api, everywhere, letter, nothing, way_of
from ways.enums import Provider
from ways.errors import ErrorKind, SendError
from ways.smtp import SmtpTransport
from ways.transports import FirmTransport

__all__ = ["api", "everywhere"]
SHORT = 0.4  # seconds
FOR_LONG = 30


def lead_to(port: int, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"http://localhost:{port}"
    settings.ANYMAIL = {"POSTMARK_API_URL": f"{url}/postmark/", "BREVO_API_URL": f"{url}/brevo/"}
    monkeypatch.setattr("ways.providers.MAILGUN_URLS", {"eu": f"{url}/mailgun/v3"})
    monkeypatch.setenv("AWS_ENDPOINT_URL_SESV2", f"{url}/ses")


def refused(transport: FirmTransport | SmtpTransport) -> tuple[ErrorKind, str]:
    with pytest.raises(SendError) as error:
        transport.send(letter(), before_data=nothing)
    transport.close()
    return error.value.kind, error.value.answer


@pytest.mark.parametrize("where", list(Where))
@pytest.mark.parametrize("provider", TAKEN)
def test_a_provider_that_dribbles_is_left_at_the_deadline(
    provider: Provider, where: Where, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served(HttpDribbler(None, How.DRIBBLES, where=where)) as server:
        lead_to(server.port, settings, monkeypatch)
        told = refused(FirmTransport(way_of(provider), SHORT))
        assert (told, server.hung_up.wait(5), server.left_to_itself) == ((ErrorKind.DOUBT, "timed out"), True, False)


@pytest.fixture
def lost_for_a_while(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """No name is found before this is set."""
    found, look_up = threading.Event(), socket.getaddrinfo

    def slowly(*args: Any, **kwargs: Any) -> Any:
        found.wait(FOR_LONG)
        return look_up(*args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", slowly)
    yield found
    found.set()


@pytest.mark.parametrize("provider", TAKEN)
def test_what_is_called_too_late_never_leaves(
    provider: Provider, everywhere: Api, settings: Settings, lost_for_a_while: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead_to(int(everywhere.url.rpartition(":")[2]), settings, monkeypatch)
    assert refused(FirmTransport(way_of(provider), SHORT)) == (ErrorKind.SOON, "timed out")
    (left,) = [thread for thread in threading.enumerate() if thread.name == "within"]
    lost_for_a_while.set()
    left.join(10)
    assert (left.is_alive(), everywhere.asked) == (False, [])


def test_a_mail_server_whose_name_is_not_found_is_tried_again_soon(lost_for_a_while: threading.Event) -> None:
    told = refused(SmtpTransport("smtp://localhost:25", "a@relance.example", patience=SHORT))
    assert (told, lost_for_a_while.is_set()) == ((ErrorKind.SOON, "timed out"), False)


@pytest.mark.parametrize("provider", TAKEN)
def test_after_one_that_came_too_late_the_next_goes_over_a_line_of_its_own(provider: Provider, everywhere: Api) -> None:
    everywhere.answer, everywhere.silent = TAKEN[provider][0], True
    transport = FirmTransport(way_of(provider), SHORT)
    with pytest.raises(SendError):
        transport.send(letter(), before_data=nothing)
    everywhere.silent, transport.patience = False, 20
    for _ in range(2):
        transport.send(letter(), before_data=nothing)
    transport.close()
    assert (len(everywhere.asked), len(everywhere.lines)) == (3, 2)
