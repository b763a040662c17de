"""Recording what became of a message, each in a short transaction of its own."""

from datetime import datetime

from django.db.models import F

from lib.clock import machine_now
from notifications.copies import queue_copy
from notifications.dispatch.claimed import Claimed
from notifications.dispatch.lease import commit_without_waiting
from notifications.dispatch.outcomes import wait_or_fail
from notifications.enums import Outcome
from notifications.models import Message, Notice
from templates_email.render import Rendered
from tenancy.context import firm_context
from ways.accepted import Accepted
from ways.errors import SendError


def record_sent(firm_id: int, claimed: Claimed, rendered: Rendered, accepted: Accepted, at: datetime, *, copied: bool = False) -> None:
    """Written before the next message goes; a worker whose lease was taken over writes nothing."""
    with firm_context(firm_id):
        commit_without_waiting()
        mine = Message.objects.filter(firm=firm_id, pk=claimed.message_id, fence=claimed.fence, outcome=Outcome.SENDING)
        recorded = mine.update(
            outcome=Outcome.SENT,
            lease_until=None,
            sent_at=at,
            answer=accepted.answer[:500],
            provider_id=accepted.provider_id[:200],
            subject=rendered.subject[:300],
            template_version=rendered.template_version[:64],
        )
        if recorded and copied:
            queue_copy(firm_id, claimed.message_id, at)


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
    """It was not tried, as its way rests: the try is not counted. `until` by machine time."""
    with firm_context(firm_id):
        mine = Message.objects.filter(firm=firm_id, pk=claimed.message_id, fence=claimed.fence, outcome=Outcome.SENDING)
        mine.update(outcome=Outcome.WAITING, next_try_at=until, lease_until=None, tries=F("tries") - 1)
