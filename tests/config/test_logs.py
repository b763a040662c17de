"""Logs hold nothing that opens anything."""

import logging
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from gunicorn.config import Config  # type: ignore[import-untyped]

from config.access_log import AccessLog
from lib.redaction import WithoutSecrets, without_secrets

TOKEN = "wskfpi6lgoakuifljqkni75vmkzcsi4q"
KEY = "5b1e35239a9296f3278e2be07215271e"


@pytest.mark.parametrize(
    ("said", "written"),
    [
        (f"GET /l/{TOKEN}/ HTTP/1.1", "GET /l/…/ HTTP/1.1"),
        (f"Not Found: /l/{TOKEN}%3E", "Not Found: /l/…"),
        (f"https://x.example/l/{TOKEN}?utm=1", "https://x.example/l/…?utm=1"),
        (f"GET /invitation/{TOKEN}/ HTTP/1.1", "GET /invitation/…/ HTTP/1.1"),
        (f"GET /password/reset/2-diflw1-{KEY}/ HTTP/1.1", "GET /password/reset/2-…/ HTTP/1.1"),
        (f"Not Found: /invitation//{TOKEN}/", "Not Found: /invitation//…/"),
        (f"Not Found: /invitation/ {TOKEN}/", "Not Found: /invitation/ …/"),
        (f'Not Found: /invitation/"{TOKEN}/', 'Not Found: /invitation/"…/'),
        (f"GET /invitation/%20{TOKEN}/ HTTP/1.1", "GET /invitation/…/ HTTP/1.1"),
        (f"Not Found: /p/A2/B2/C2//{TOKEN}/", "Not Found: /p/A2/B2/C2//…/"),
        (f"GET /sign-in/?next=%2Finvitation%2F{TOKEN}%2F HTTP/1.1", "GET /sign-in/?next=%2Finvitation%2F…%2F HTTP/1.1"),
        (f"GET /%6c/%77{TOKEN[1:]}/%0Aforged HTTP/1.1", "GET /l/…/%0Aforged HTTP/1.1"),
        (f"GET /%70assword/reset/2-diflw1-{KEY}/ HTTP/1.1", "GET /%70assword/reset/2-…/ HTTP/1.1"),
        (f"GET /password/reset/2-%20diflw1-%35{KEY[1:]}/ HTTP/1.1", "GET /password/reset/2-…/ HTTP/1.1"),
        (f"GET /passwor%64/reset/2-diflw1-%35{KEY[1:]}/ HTTP/1.1", "GET /password/reset/2-…/ HTTP/1.1"),
        ("GET /clients/?q=50%25+caf%C3%A9 HTTP/1.1", "GET /clients/?q=50%25+caf%C3%A9 HTTP/1.1"),
        ("GET /password/reset/sent/ HTTP/1.1", "GET /password/reset/sent/ HTTP/1.1"),
        ("GET /accounts/8Y7TS7UH85N2/ HTTP/1.1", "GET /accounts/8Y7TS7UH85N2/ HTTP/1.1"),
    ],
)
def test_addresses_of_links_are_cut_short(said: str, written: str) -> None:
    assert without_secrets(said) == written


def test_every_handler_cuts_them_short() -> None:
    handlers: dict[str, dict[str, Any]] = settings.LOGGING["handlers"]  # type: ignore[assignment]
    assert [name for name, handler in handlers.items() if "without secrets" not in handler["filters"]] == []


def test_refused_request_is_logged_without_its_token() -> None:
    record = logging.LogRecord("django.request", logging.WARNING, __file__, 1, "%s: %s", ("Not Found", f"/l/{TOKEN}/"), None)
    assert (WithoutSecrets().filter(record), record.getMessage()) == (True, "Not Found: /l/…/")


def test_polite_page_of_an_invitation_is_not_logged(db: None, caplog: pytest.LogCaptureFixture) -> None:
    assert [Client().get(path).status_code for path in (f"/invitation/{TOKEN}/", "/nothing/")] == [404, 404]
    assert [record.getMessage() for record in caplog.records] == ["Not Found: /nothing/"]


def test_log_of_requests_holds_no_token() -> None:
    environ = {
        "REQUEST_METHOD": "GET", "RAW_URI": f"/l/{TOKEN}/", "PATH_INFO": f"/l/{TOKEN}/", "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_REFERER": f"https://x.example/password/reset/2-diflw1-{KEY}/",
    }  # fmt: skip
    log = AccessLog(Config())
    answer = SimpleNamespace(status="302 Found", sent=0, headers=[])
    atoms = log.atoms(answer, SimpleNamespace(headers=[]), environ, timedelta())
    written = log.cfg.access_log_format % log.atoms_wrapper_class(atoms)
    assert (TOKEN in written, KEY in written, '"GET /l/…/ HTTP/1.1"' in written) == (False, False, True)
