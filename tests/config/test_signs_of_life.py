"""What beat and each worker write of themselves, called as Celery calls them."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from celery.worker.components import Timer
from django.db import DatabaseError, connection

from config.celery import app
from config.signs_of_life import Beat, SignOfLife, write
from tenancy.heartbeats import all_beats
from tenancy.models import Heartbeat

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class Entry:
    cancelled: bool = False

    def cancel(self) -> None:
        self.cancelled = True


@dataclass
class Clockwork:
    """The timer of a worker, wound by hand."""

    calls: list[tuple[float, Callable[[], None]]] = field(default_factory=list)
    entry: Entry = field(default_factory=Entry)

    def call_repeatedly(self, seconds: float, call: Callable[[], None]) -> Entry:
        self.calls.append((seconds, call))
        return self.entry


@dataclass
class Worker:
    hostname: str = "celery@one"
    timer: Clockwork = field(default_factory=Clockwork)
    steps: list[object] = field(default_factory=list)


def test_a_worker_shows_life_from_its_start_every_twenty_seconds_until_it_stops() -> None:
    worker = Worker()
    step = SignOfLife(worker)
    step.start(worker)
    assert list(all_beats()) == ["worker:celery@one"]
    Heartbeat.objects.all().delete()
    ((seconds, again),) = worker.timer.calls
    again()
    assert (seconds, list(all_beats())) == (20, ["worker:celery@one"])
    step.stop(worker)
    assert (worker.timer.entry.cancelled, all_beats()) == (True, {})


def test_every_worker_has_the_step_once_its_timer_is_there() -> None:
    assert SignOfLife in app.steps["worker"]
    assert SignOfLife.requires == (f"{Timer.__module__}:{Timer.__name__}",)


def test_beat_writes_when_it_sends_and_not_at_each_of_its_tasks() -> None:
    sends = Beat()
    sends(sender="reminders.sweep")
    assert list(all_beats()) == ["beat"]
    Heartbeat.objects.all().delete()
    sends(sender="notifications.dispatch")
    assert all_beats() == {}


def test_a_database_that_is_away_stops_neither_and_no_connection_is_kept() -> None:
    def away() -> None:
        connection.ensure_connection()
        raise DatabaseError("gone")

    write(away)
    assert connection.connection is None
