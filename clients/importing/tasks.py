"""A nudge and a tick; the rows say what there is to do."""

from celery import shared_task

from clients.importing.queries import list_firms_with_waiting_imports
from clients.importing.running import Turn
from clients.importing.services import TASK
from lib.clock import now
from lib.jobs import wake


@shared_task(name=TASK)
def go_on(firm_id: int | None = None) -> None:
    """Goes on with the imports of one firm; the tick, which names none, wakes each firm where one waits."""
    if firm_id is not None:
        Turn(firm_id, now()).take()
        return
    for waiting in list_firms_with_waiting_imports():
        wake(TASK, firm_id=waiting)
