"""Claiming what is ready: one short transaction in which a message becomes this worker's own, under a lease and a fence."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q

from firms.models import Firm
from notifications.dispatch.lease import LEASE, Claimed
from notifications.dispatch.look import lock_what_decides, look_again, write_verdict
from notifications.dispatch.outcomes import give_up_in_doubt, may_go_twice, put_off
from notifications.enums import Outcome, Verdict
from notifications.models import Message, Notice
from notifications.rendering import language_of, message_id_of
from tenancy.context import firm_context

BATCH = 20  # at most so many leases are open per worker: each ends within seconds


@dataclass(slots=True)
class Taken:
    """One round: what is ours to send, and how many rows the fresh look decided otherwise."""

    claims: list[Claimed] = field(default_factory=list)
    decided_otherwise: int = 0


def claim(firm_id: int, now: datetime, machine_now: datetime) -> Taken:
    """Up to `BATCH` new and as many left messages of the firm. `now` is the product's clock, `machine_now` counts leases."""
    taken = Taken()
    with firm_context(firm_id):
        firm = Firm.objects.get(pk=firm_id)
        for notice in _ready_notices(firm, now):
            if lock_what_decides(firm, notice):
                _claim_notice(firm, notice, now, machine_now, taken)
        for message in _ready_messages(firm, machine_now):
            _claim_again(firm, message, now, machine_now, taken)
    return taken


def _ready_notices(firm: Firm, now: datetime) -> list[Notice]:
    ready = Notice.objects.filter(firm=firm, message=None, not_before__lte=now).exclude(verdict=Verdict.SKIP)
    ready = ready.order_by("priority", "not_before").select_for_update(skip_locked=True, of=("self",))
    return list(ready.select_related("action__account", "action__opened_by", "contact", "copy_of")[:BATCH])


def _claim_notice(firm: Firm, notice: Notice, now: datetime, machine_now: datetime, taken: Taken) -> None:
    if notice.action:
        notice.action.refresh_from_db()  # read again under the lock
    decision = look_again(firm, notice, now)
    if decision.verdict != Verdict.SEND:
        write_verdict(notice, decision)
        taken.decided_otherwise += 1
        return
    message = Message.objects.create(
        firm=firm,
        audience=notice.audience,
        message_id=message_id_of(firm.pk, notice.key),
        to_email=notice.email,
        language=language_of((notice.copy_of or notice).values, firm),
        outcome=Outcome.SENDING,
        tries=1,
        fence=1,
        lease_until=machine_now + LEASE,
        created_at=now,
    )
    notice.verdict, notice.reason, notice.message = decision.verdict, decision.reason, message
    notice.save(update_fields=["verdict", "reason", "message"])
    taken.claims.append(Claimed(message.pk, notice.pk, message.fence))


def _ready_messages(firm: Firm, machine_now: datetime) -> list[Message]:
    waiting = Q(outcome=Outcome.WAITING, next_try_at__lte=machine_now)
    left_behind = Q(outcome=Outcome.SENDING, lease_until__lte=machine_now)
    messages = Message.objects.filter(waiting | left_behind, firm=firm)
    return list(messages.order_by("id").select_for_update(skip_locked=True)[:BATCH])


def _claim_again(firm: Firm, message: Message, now: datetime, machine_now: datetime, taken: Taken) -> None:
    notice = Notice.objects.select_related("action__account", "action__opened_by", "contact").get(firm=firm, message=message)
    if message.outcome == Outcome.SENDING and message.handed_at is not None and not may_go_twice(message, notice):
        give_up_in_doubt(firm, message, notice, now)
        taken.decided_otherwise += 1
        return
    if not lock_what_decides(firm, notice):
        return
    if notice.action:
        notice.action.refresh_from_db()
    decision = look_again(firm, notice, now)
    if decision.verdict != Verdict.SEND:
        put_off(message, notice, decision, now, machine_now)
        taken.decided_otherwise += 1
        return
    _lease(message, machine_now)
    taken.claims.append(Claimed(message.pk, notice.pk, message.fence))


def _lease(message: Message, machine_now: datetime) -> None:
    message.in_doubt = message.in_doubt or (message.outcome == Outcome.SENDING and message.handed_at is not None)
    message.outcome, message.next_try_at, message.handed_at = Outcome.SENDING, None, None
    message.lease_until = machine_now + LEASE
    message.tries, message.fence = message.tries + 1, message.fence + 1
    message.save(update_fields=["in_doubt", "outcome", "next_try_at", "handed_at", "lease_until", "tries", "fence"])
