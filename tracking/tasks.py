"""The tick that reads what has come back."""

import logging

from celery import shared_task
from django.conf import settings

from lib import clock
from tracking.mailbox import MailboxError
from tracking.returned import read_mailbox

logger = logging.getLogger(__name__)


@shared_task(name="tracking.read")
def read() -> int:
    """How many e-mails; a mailbox that cannot be reached is tried again at the next tick."""
    if not settings.BOUNCES_IMAP_URL:
        return 0
    try:
        return sum(read_mailbox(settings.BOUNCES_IMAP_URL, clock.now()).values())
    except MailboxError as error:
        logger.warning("What has come back cannot be read: %s", error)
        return 0
