"""Nudges and ticks; the rows decide."""

from celery import shared_task

from notifications.dispatch.send import dispatch_firm, dispatch_ready
from notifications.transports import open_transport


@shared_task(name="notifications.dispatch")
def dispatch(firm_id: int | None = None) -> int:
    """Sends what is ready, in one firm or in all."""
    if firm_id is None:
        return dispatch_ready()
    transport = open_transport()
    try:
        return dispatch_firm(firm_id, transport)
    finally:
        transport.close()
