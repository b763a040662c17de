"""A task is woken once for each transaction, however much of it asks for that."""

import socket
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from time import monotonic

import pytest
from celery.signals import before_task_publish
from django.db import connection, transaction

from lib import jobs
from lib.clock import machine_now
from lib.jobs import wake


@pytest.fixture
def in_transaction(db: None) -> None:
    """As every test is."""


def calls() -> int:
    return len(connection.run_on_commit)


@pytest.mark.usefixtures("in_transaction")
def test_a_task_is_woken_once_and_another_too() -> None:
    before = calls()
    for firm_id in (1, 1, 2):
        wake("notifications.dispatch", firm_id=firm_id)
    wake("reminders.sweep", firm_id=1)
    assert calls() - before == 3


@pytest.mark.usefixtures("in_transaction")
def test_what_was_asked_for_by_a_part_that_failed_is_asked_for_again() -> None:
    before = calls()
    with pytest.raises(LookupError), transaction.atomic():
        wake("notifications.dispatch", firm_id=1)
        raise LookupError
    with transaction.atomic():
        wake("notifications.dispatch", firm_id=1)
        wake("notifications.dispatch", firm_id=1)
    assert calls() - before == 1


@pytest.fixture
def silent_broker(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """It takes connections and answers nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setattr("celery.current_app.conf.broker_write_url", f"redis://127.0.0.1:{server.getsockname()[1]}/0")
        jobs._broker.cache_clear()
        yield
    jobs._broker.cache_clear()


def test_a_broker_that_answers_nothing_holds_nobody_for_long(silent_broker: None, caplog: pytest.LogCaptureFixture) -> None:
    begun = monotonic()
    jobs._send("notifications.dispatch", {})
    assert monotonic() - begun < 2  # of itself the broker's own time-out is five
    assert [record.message.partition(":")[0] for record in caplog.records] == [
        "The broker cannot be reached; notifications.dispatch waits for the next tick"
    ]


def test_a_wake_up_that_nobody_has_taken_is_left_to_the_tick() -> None:
    sent = list[Mapping[str, str]]()

    def note(headers: Mapping[str, str], **_: object) -> None:
        sent.append(headers)

    before_task_publish.connect(note)
    begun = machine_now()
    jobs._send("notifications.dispatch", {"firm_id": 1})
    before_task_publish.disconnect(note)
    (headers,) = sent
    assert timedelta(0) < datetime.fromisoformat(headers["expires"]) - begun <= timedelta(seconds=jobs.STALE + 1)
