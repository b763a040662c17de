"""Waking a task once the transaction has committed. A nudge only: the tick would find the row anyhow."""

import logging
from functools import cache, partial

from celery import current_app
from django.db import connection, transaction
from kombu import Connection
from kombu.exceptions import OperationalError
from kombu.pools import producers

logger = logging.getLogger(__name__)

STALE = 10  # seconds: by then a tick has come, or one is near; before a worker that has much to do wake-ups do not pile up
SECONDS = 0.2  # for one that takes connections and answers nothing; a worker waits for five, since it listens


def wake(task: str, **arguments: int | str) -> None:
    """Sends `task` to a worker after commit; a dead or silent broker costs the caller 0.2 s and an entry in the log, never the request."""
    if not _will_be_woken(task, arguments):
        transaction.on_commit(partial(_send, task, arguments), robust=True)


def _will_be_woken(task: str, arguments: dict[str, int | str]) -> bool:
    """By this transaction already: what is done to five hundred rows wakes once."""
    savepoints = set(connection.savepoint_ids)
    calls = (hook[1] for hook in connection.run_on_commit if hook[0] <= savepoints)
    return any(isinstance(call, partial) and call.func is _send and call.args == (task, arguments) for call in calls)


def _send(task: str, arguments: dict[str, int | str]) -> None:
    try:
        with producers[_broker()].acquire(block=True) as producer:
            current_app.send_task(task, kwargs=arguments, producer=producer, retry=False, ignore_result=True, expires=STALE)
    except OperationalError as error:
        logger.warning("The broker cannot be reached; %s waits for the next tick: %s", task, error)


@cache
def _broker() -> Connection:
    """Not opened: what the pool of those that wake is kept under."""
    return current_app.connection_for_write(transport_options={"socket_timeout": SECONDS})
