"""Recording that a message was refused, in a short transaction of its own; what a server took stands in the ledger."""

from datetime import datetime

from django.db.models import F

from lib.clock import machine_now
from notifications.dispatch.claimed import Claimed
from notifications.dispatch.outcomes import wait_or_fail
from notifications.enums import Outcome
from notifications.models import Message, Notice
from tenancy.context import firm_context
from ways.errors import SendError


def record_error(firm_id: int, claimed: Claimed, error: SendError, at: datetime) -> None:
    with firm_context(firm_id):
        message = (
            Message.objects.select_for_update()
            .filter(firm=firm_id, pk=claimed.message_id, fence=claimed.fence, outcome=Outcome.SENDING)
            .first()
        )
        if message:
            notices = list(Notice.objects.filter(firm_id=firm_id, message=message).order_by("pk"))
            wait_or_fail(message, notices, error, at, machine_now())


def put_back(firm_id: int, claimed: Claimed, until: datetime) -> None:
    """Nothing of it has left, as its way rests or its lease runs out: the try is not counted. `until` by machine time."""
    with firm_context(firm_id):
        mine = Message.objects.filter(firm=firm_id, pk=claimed.message_id, fence=claimed.fence, outcome=Outcome.SENDING)
        mine.update(outcome=Outcome.WAITING, next_try_at=until, lease_until=None, handed_at=None, tries=F("tries") - 1)
