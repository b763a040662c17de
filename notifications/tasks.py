"""Nudges and ticks; the rows decide."""

from celery import shared_task

from lib.clock import now
from notifications.dispatch.send import dispatch_ready
from notifications.keeping import drop_old
from tenancy.heartbeats import DISPATCH, beat


@shared_task(name=DISPATCH)
def dispatch(firm_id: int | None = None) -> int:
    """Sends what is ready, first in the firm that has just written something."""
    if firm_id is None:
        beat(DISPATCH)  # of the tick, and before: sending may take minutes
    return dispatch_ready(first=firm_id)


@shared_task(name="notifications.drop_old")
def drop_old_texts() -> int:
    """What e-mails said longer ago than each firm keeps; how often it runs changes nothing but how long beyond that."""
    return drop_old(now())
