import re

import pytest
from django.db import OperationalError
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from pytest_django.fixtures import Settings

from desk.health import refuse_unmigrated
from firms.holding_all import begin_hold_of_all
from tenancy.heartbeats import SWEEP, beat, beat_of_worker
from tests.factories import START
from tests.people import Lumiere


class Unreachable:
    def cursor(self) -> None:
        raise OperationalError("connection refused by 192.0.2.7")


def test_healthz_answers_while_the_database_does(client: Client, db: None) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.content, response.headers["Content-Type"]) == (200, b"ok\n", "text/plain")
    assert "no-store" in response.headers["Cache-Control"]


def test_healthz_says_when_the_database_does_not_answer(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desk.health.connection", Unreachable())
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (503, b"the database does not answer\n")


def test_healthz_takes_no_post(client: Client, db: None) -> None:
    assert client.post("/healthz").status_code == 405


# --- /readyz -----------------------------------------------------------------------------------------------------------


def test_readyz_once_database_and_migrations_are_ready_whatever_the_broker_does(client: Client, db: None) -> None:
    response = client.get("/readyz")
    assert (response.status_code, response.content, response.headers["Content-Type"]) == (200, b"ready\n", "text/plain")
    assert "no-store" in response.headers["Cache-Control"]


def test_readyz_says_when_the_database_does_not_answer(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desk.health.connection", Unreachable())
    response = client.get("/readyz")
    assert (response.status_code, response.content) == (503, b"the database does not answer\n")


def test_readyz_waits_for_migrations(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_unmigrated.cache_clear()
    applied = MigrationRecorder.applied_migrations
    (newest,) = MigrationLoader(None).graph.leaf_nodes("reminders")

    def without_one(recorder: MigrationRecorder) -> dict[tuple[str, str], object]:
        return {key: row for key, row in applied(recorder).items() if key != newest}

    with monkeypatch.context() as missing:
        missing.setattr(MigrationRecorder, "applied_migrations", without_one)
        response = client.get("/readyz")
    assert (response.status_code, response.content) == (503, b"migrations have not run\n")
    assert client.get("/readyz").status_code == 200


# --- /metrics ----------------------------------------------------------------------------------------------------------


def test_metrics_are_not_there_without_a_token(client: Client, db: None) -> None:
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


@pytest.mark.parametrize("header", ["", "Bearer ", "Bearer wrong", "s3cret", "Basic s3cret", "Bearer s3crét"])
def test_metrics_refuse_another_token(client: Client, db: None, settings: Settings, header: str) -> None:
    settings.METRICS_TOKEN = "s3cret"
    response = client.get("/metrics", headers={"Authorization": header})
    assert (response.status_code, response.content, response.headers["WWW-Authenticate"]) == (401, b"unauthorized\n", "Bearer")


SAMPLE = re.compile(r'[a-z_]+(\{[a-z]+="[^"\n]*"(,[a-z]+="[^"\n]*")*\})? -?[0-9.]+')


def test_metrics_give_numbers_alone_and_nothing_of_anybody(lumiere: Lumiere, client: Client, settings: Settings) -> None:
    settings.METRICS_TOKEN = "s3cret"
    beat(SWEEP)
    beat_of_worker('celery@"one"')
    response = client.get("/metrics", headers={"Authorization": "Bearer s3cret"})
    assert (response.status_code, response.headers["Content-Type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
    lines = response.content.decode().splitlines()
    samples = [line for line in lines if not line.startswith("#")]
    assert {"relance_database_up 1", 'relance_messages_sent{window="1h"} 0', "relance_oldest_due_reminder_seconds 0"} <= set(samples)
    assert [line for line in samples if not SAMPLE.fullmatch(line.replace('\\"', ""))] == []
    assert [line for line in samples if line.startswith("relance_worker")] == [
        'relance_worker_heartbeat_age_seconds{worker="celery@\\"one\\""} 0'
    ]
    assert {line.split()[2] for line in lines if line.startswith("# TYPE")} == {re.split(r"[{ ]", line)[0] for line in samples}


def test_metrics_say_whether_all_are_held(client: Client, db: None, settings: Settings) -> None:
    settings.METRICS_TOKEN = "s3cret"

    def held() -> list[str]:
        lines = client.get("/metrics", headers={"Authorization": "Bearer s3cret"}).content.decode().splitlines()
        return [line for line in lines if line.startswith("relance_all_held")]

    assert held() == ["relance_all_held 0"]
    begin_hold_of_all(reason="Move", now=START)
    assert held() == ["relance_all_held 1"]


def test_metrics_say_when_the_database_is_gone(client: Client, db: None, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.METRICS_TOKEN = "s3cret"

    def gone() -> None:
        raise OperationalError

    monkeypatch.setattr("desk.health.facts.beats", gone)
    response = client.get("/metrics", headers={"Authorization": "Bearer s3cret"})
    assert (response.status_code, "relance_database_up 0" in response.content.decode()) == (200, True)
