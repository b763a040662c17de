"""A nudge and a tick; the rows say what there is to do."""

from celery import shared_task

from lib.clock import now
from lib.jobs import wake
from reminders.asking.batches import TASK
from reminders.asking.running import firms_with_waiting_batches, take_turn


@shared_task(name=TASK)
def ask_many(firm_id: int | None = None) -> None:
    """Goes on asking in one firm; the tick, which names none, wakes each firm where accounts wait."""
    if firm_id is not None:
        take_turn(firm_id, now())
        return
    for waiting in firms_with_waiting_batches():
        wake(TASK, firm_id=waiting)
