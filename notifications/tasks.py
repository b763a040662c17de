"""Nudges and ticks; the rows decide."""

from datetime import timedelta

from celery import shared_task

from lib.clock import now
from lib.jobs import wake
from notifications.dispatch.send import dispatch_ready
from notifications.dispatch.shifts import Shift
from notifications.keeping import drop_old
from tenancy.heartbeats import DISPATCH, beat

SHIFT = Shift(timedelta(seconds=20))  # of this process: a sweep that nobody has begun by then is left to the next tick


@shared_task(name=DISPATCH)
def dispatch(firm_id: int | None = None) -> int:
    """Sends what is ready, first in the firm that has just written something. What is left after a shift waits behind other tasks."""
    if firm_id is None:
        beat(DISPATCH)  # of the tick, and before: sending may take a while
    try:
        return dispatch_ready(first=firm_id, shift=SHIFT)
    finally:  # also where some firm is in trouble
        if SHIFT.is_over:
            wake(DISPATCH)


@shared_task(name="notifications.drop_old")
def drop_old_texts() -> int:
    """What e-mails said longer ago than each firm keeps; how often it runs changes nothing but how long beyond that."""
    return drop_old(now())
