"""The heartbeats of the processes of Celery: of each worker from its own loop, of beat whenever it gives out work."""

import logging
from collections.abc import Callable
from time import monotonic

from celery import Celery, bootsteps
from celery.signals import before_task_publish

logger = logging.getLogger(__name__)


class SignOfLife(bootsteps.StartStopStep):
    """From the worker's loop and not from a task: a worker whose processes are all busy for minutes lives too."""

    requires = ("celery.worker.components:Timer",)

    def __init__(self, worker: object, **kwargs: object) -> None:
        super().__init__(worker, **kwargs)
        self.entry: object = None

    def start(self, worker: object) -> None:
        from tenancy.heartbeats import EVERY, beat_of_worker  # models: the applications are not loaded when this module is

        hostname: str = worker.hostname  # type: ignore[attr-defined]

        def tell() -> None:
            write(lambda: beat_of_worker(hostname))

        tell()
        self.entry = worker.timer.call_repeatedly(EVERY.total_seconds(), tell)  # type: ignore[attr-defined]

    def stop(self, worker: object) -> None:
        from tenancy.heartbeats import forget_worker  # as above

        if self.entry is not None:
            self.entry.cancel()  # type: ignore[attr-defined]
            self.entry = None
        write(lambda: forget_worker(worker.hostname))  # type: ignore[attr-defined]


class Beat:
    """Called before each task that beat sends; writes at most once in each `EVERY`, less what the tick itself may come late."""

    def __init__(self) -> None:
        self.next_at = 0.0

    def __call__(self, **kwargs: object) -> None:
        from tenancy import fence  # as above
        from tenancy.heartbeats import BEAT, EVERY, beat

        if monotonic() >= self.next_at:
            self.next_at = monotonic() + EVERY.total_seconds() - 1
            write(lambda: beat(BEAT))
            write(fence.may_send)  # keeps the fence up to date; what it says is the dispatcher's business


def write(row: Callable[[], object]) -> None:
    """A database that is away for a moment must stop neither loop; the connection is not kept, for workers fork."""
    from django.db import DatabaseError, connection  # as above

    try:
        row()
    except DatabaseError as error:
        logger.warning("No sign of life could be written: %s", error)
    finally:
        connection.close()


def watch_workers(app: Celery) -> None:
    app.steps["worker"].add(SignOfLife)


def watch_beat() -> None:
    """In the process of beat alone: elsewhere who publishes a task is no beat."""
    before_task_publish.connect(Beat(), weak=False, dispatch_uid="sign of life")
