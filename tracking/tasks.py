"""Ticks; the rows decide."""

import logging
from datetime import datetime

from celery import shared_task
from django.conf import settings

from firms.models import Firm
from firms.queries import list_firm_ids
from lib import clock
from tenancy.context import firm_context
from tenancy.heartbeats import RETURNED, beat
from tenancy.ticks import in_each_firm
from tracking.mailbox import MailboxError
from tracking.returned import BeingRead, read_mailbox
from tracking.services import apply_waiting, bring_strays_home, drop_old_reports, firms_with_due_reports
from ways.services import forget_ended_ways

logger = logging.getLogger(__name__)


@shared_task(name="tracking.read")
def read() -> int:
    """How many e-mails; a mailbox that cannot be reached is tried again at the next tick."""
    if not settings.BOUNCES_IMAP_URL:
        return 0
    try:
        found = sum(read_mailbox(settings.BOUNCES_IMAP_URL, clock.now()).values())
        beat(RETURNED)
        return found
    except BeingRead:
        return 0
    except MailboxError as error:
        logger.warning("What has come back cannot be read: %s", error)
        return 0


@shared_task(name="tracking.apply")
def apply() -> int:
    """What was reported of e-mails before they were known, or recorded."""
    now = clock.now()
    try:
        bring_strays_home(now)
    finally:  # a stray in trouble must not keep the firms' reports waiting
        applied = sum(in_each_firm(firms_with_due_reports(now), lambda firm_id: apply_waiting(firm_id, now)))
    return applied


@shared_task(name="tracking.forget")
def forget() -> int:
    """The secrets of ways out that ended long ago, and what was reported before the firm's term."""
    now = clock.now()
    return sum(in_each_firm(list_firm_ids(), lambda firm_id: _forget(firm_id, now)))


def _forget(firm_id: int, now: datetime) -> int:
    with firm_context(firm_id):
        return forget_ended_ways(firm_id=firm_id, now=now) + drop_old_reports(firm=Firm.objects.get(pk=firm_id), now=now)
