"""Nudges and ticks; the rows decide."""

from celery import shared_task

from notifications.dispatch.send import dispatch_ready
from tenancy.heartbeats import DISPATCH, beat


@shared_task(name=DISPATCH)
def dispatch(firm_id: int | None = None) -> int:
    """Sends what is ready, first in the firm that has just written something."""
    if firm_id is None:
        beat(DISPATCH)  # of the tick, and before: sending may take minutes
    return dispatch_ready(first=firm_id)
