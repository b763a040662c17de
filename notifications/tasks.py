"""Nudges and ticks; the rows decide."""

from celery import shared_task

from notifications.dispatch.send import dispatch_ready


@shared_task(name="notifications.dispatch")
def dispatch(firm_id: int | None = None) -> int:
    """Sends what is ready, first in the firm that has just written something."""
    return dispatch_ready(first=firm_id)
