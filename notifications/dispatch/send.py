"""Sending: claim, hand over, record, one message after the other. Nothing is sent inside a transaction."""

import logging
from collections.abc import Callable
from datetime import datetime

from django.db import connection

from firms.models import Firm
from lib.clock import machine_now, now
from notifications.copies import queue_copy
from notifications.dispatch.claim import claim
from notifications.dispatch.lease import Claimed, Dwindled, LeaseLost, NoLongerWanted, commit_without_waiting, hand_over
from notifications.dispatch.outcomes import wait_or_fail
from notifications.enums import Outcome
from notifications.errors import ErrorKind, SendError
from notifications.models import Message, Notice
from notifications.rendering import SHOWN
from notifications.several import render_message
from notifications.transports import Transport, open_transport
from templates_email.render import Rendered
from tenancy.context import firm_context
from tenancy.ticks import in_each_firm

logger = logging.getLogger(__name__)
Clock = Callable[[], datetime]


def dispatch_ready(clock: Clock = now) -> int:
    """Sends what is ready in every firm; the number of messages handed over. Any number of these may run at once."""
    transport = open_transport()
    try:
        return sum(in_each_firm(firms_with_something_ready(clock()), lambda firm_id: dispatch_firm(firm_id, transport, clock)))
    finally:
        transport.close()


def firms_with_something_ready(at: datetime) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT firms_with_ready_notices(%s) UNION SELECT firms_with_ready_messages(%s)", [at, machine_now()])
        return sorted(row[0] for row in cursor.fetchall())


def dispatch_firm(firm_id: int, transport: Transport, clock: Clock = now) -> int:
    """Sends what is ready in one firm, batch by batch, until a round finds nothing more to claim."""
    sent = 0
    while True:
        taken = claim(firm_id, clock(), machine_now())
        sent += sum(send(firm_id, claimed, transport, clock) for claimed in taken.claims)
        if not taken.claims and not taken.decided_otherwise:
            return sent


def send(firm_id: int, claimed: Claimed, transport: Transport, clock: Clock = now) -> bool:
    """One message: True when the server has taken it. Its outcome is recorded before this returns."""
    try:
        rendered, copied = _render(firm_id, claimed, clock())
        answer = transport.send(rendered, before_data=lambda: hand_over(firm_id, claimed, clock(), machine_now()))
    except Dwindled:
        transport.close()
        return send(firm_id, claimed, transport, clock)  # each time it tells of less
    except (LeaseLost, NoLongerWanted) as left:
        logger.info("Message %s is not sent: %s", claimed.message_id, type(left).__name__)
        transport.close()  # the server has the envelope already; the next message begins anew
        return False
    except SendError as error:
        record_error(firm_id, claimed, error, clock())
        return False
    record_sent(firm_id, claimed, rendered, answer, clock(), copied=copied)
    return True


def _render(firm_id: int, claimed: Claimed, at: datetime) -> tuple[Rendered, bool]:
    """The message, and whether the firm wants copies."""
    with firm_context(firm_id):
        firm = Firm.objects.get(pk=firm_id)
        notices = list(Notice.objects.select_related(*SHOWN).filter(firm=firm, message=claimed.message_id).order_by("pk"))
        if not notices:
            raise LeaseLost(claimed.message_id)
        try:
            return render_message(firm, notices, at), firm.copy_on
        except ValueError as error:  # CannotRender, or an event that is none: set aside for a person, the others go on
            raise SendError(ErrorKind.NEVER, f"{type(error).__name__}: {error}") from error


def record_sent(firm_id: int, claimed: Claimed, rendered: Rendered, answer: str, at: datetime, *, copied: bool = False) -> None:
    """Written before the next message goes; a worker whose lease was taken over writes nothing."""
    with firm_context(firm_id):
        commit_without_waiting()
        mine = Message.objects.filter(firm=firm_id, pk=claimed.message_id, fence=claimed.fence, outcome=Outcome.SENDING)
        recorded = mine.update(
            outcome=Outcome.SENT,
            lease_until=None,
            sent_at=at,
            answer=answer[:500],
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
