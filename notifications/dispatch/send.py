"""Sending: claim, hand over, record, one message after the other. Nothing is sent inside a transaction."""

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import connection

from firms.models import Firm
from lib.clock import machine_now, now
from notifications.copies import queue_copy
from notifications.dispatch.claim import claim
from notifications.dispatch.claimed import Claimed
from notifications.dispatch.lease import Dwindled, LeaseLost, NoLongerWanted, commit_without_waiting, hand_over
from notifications.dispatch.outcomes import wait_or_fail
from notifications.enums import Outcome
from notifications.errors import ErrorKind, SendError
from notifications.models import Message, Notice
from notifications.rendering import SHOWN
from notifications.several import render_message
from notifications.transports import Transport, open_transport
from templates_email.render import Rendered
from tenancy.context import firm_context
from tenancy.ticks import in_rounds

logger = logging.getLogger(__name__)
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Made:
    """A message of ours, ready to go; `copied`: the firm wants a copy."""

    claimed: Claimed
    rendered: Rendered
    copied: bool


@dataclass(frozen=True, slots=True)
class Round:
    """What one batch did: messages handed over, and whether there was anything to do."""

    sent: int
    moved: bool


def dispatch_ready(clock: Clock = now, *, first: int | None = None) -> int:
    """Sends what is ready in every firm, that of `first` first; the number of messages handed over. Any number may run at once.

    In rounds, a batch for each firm that has something then: what one has just written leaves while another sends its thousands.
    """
    transport, sent = open_transport(), 0

    def take_turn(firm_id: int) -> bool:
        nonlocal sent
        done = dispatch_batch(firm_id, transport, clock)
        sent += done.sent
        return done.moved

    try:
        in_rounds(lambda: sorted(firms_with_something_ready(clock()), key=lambda firm_id: firm_id != first), take_turn)
        return sent
    finally:
        transport.close()


def firms_with_something_ready(at: datetime) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT firms_with_ready_notices(%s) UNION SELECT firms_with_ready_messages(%s)", [at, machine_now()])
        return sorted(row[0] for row in cursor.fetchall())


def dispatch_firm(firm_id: int, transport: Transport, clock: Clock = now) -> int:
    """Sends what is ready in one firm, batch by batch, until a round finds nothing more to claim."""
    sent = 0
    while (done := dispatch_batch(firm_id, transport, clock)).moved:
        sent += done.sent
    return sent


def dispatch_batch(firm_id: int, transport: Transport, clock: Clock = now) -> Round:
    taken = claim(firm_id, clock(), machine_now())
    made = _made_of(firm_id, taken.claims, clock)
    sent, message = 0, next(made, None)
    while message:
        following = next(made, None)
        sent += send_made(firm_id, message, transport, clock, following=following.rendered.recipient_address if following else "")
        message = following
    return Round(sent, moved=bool(taken.claims or taken.decided_otherwise))


def _made_of(firm_id: int, claims: Iterable[Claimed], clock: Clock) -> Iterator[Made]:
    """Each is made before the one before it goes, so that its envelope can travel behind that one."""
    for claimed in claims:
        if made := _make(firm_id, claimed, clock):
            yield made


def _make(firm_id: int, claimed: Claimed, clock: Clock) -> Made | None:
    try:
        return Made(claimed, *_render(firm_id, claimed, clock()))
    except LeaseLost:
        logger.info("Message %s is somebody else's by now", claimed.message_id)
    except SendError as error:
        record_error(firm_id, claimed, error, clock())
    return None


def send(firm_id: int, claimed: Claimed, transport: Transport, clock: Clock = now) -> bool:
    """One message alone: True when the server has taken it."""
    made = _make(firm_id, claimed, clock)
    return made is not None and send_made(firm_id, made, transport, clock)


def send_made(firm_id: int, made: Made, transport: Transport, clock: Clock = now, *, following: str = "") -> bool:
    """True when the server has taken it. Its outcome is recorded before this returns."""
    claimed = made.claimed
    try:
        last_look = partial(_hand_over, firm_id, claimed, clock)
        answer = transport.send(made.rendered, before_data=last_look, following=following)
    except Dwindled:
        return send(firm_id, claimed, transport, clock)  # each time it tells of less
    except (LeaseLost, NoLongerWanted) as left:
        logger.info("Message %s is not sent: %s", claimed.message_id, type(left).__name__)
        return False
    except SendError as error:
        record_error(firm_id, claimed, error, clock())
        return False
    record_sent(firm_id, claimed, made.rendered, answer, clock(), copied=made.copied)
    return True


def _hand_over(firm_id: int, claimed: Claimed, clock: Clock) -> None:
    hand_over(firm_id, claimed, clock(), machine_now())


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
