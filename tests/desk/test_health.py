import pytest
from django.db import OperationalError
from django.test import Client


def test_healthz_answers_while_the_database_does(client: Client, db: None) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.content, response.headers["Content-Type"]) == (200, b"ok\n", "text/plain")
    assert "no-store" in response.headers["Cache-Control"]


def test_healthz_says_when_the_database_does_not_answer(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    class Unreachable:
        def cursor(self) -> None:
            raise OperationalError("connection refused by 192.0.2.7")

    monkeypatch.setattr("desk.health.connection", Unreachable())
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (503, b"the database does not answer\n")


def test_healthz_takes_no_post(client: Client, db: None) -> None:
    assert client.post("/healthz").status_code == 405
