"""Claiming what is ready: one short transaction in which a message becomes this worker's own, under a lease and a fence."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Q

from actions.models import Action
from firms.models import Firm
from notifications.dispatch.anew import say_anew
from notifications.dispatch.bundles import CLAIMED_WITH, in_bundles, in_waves, lock_notices, ready_notices
from notifications.dispatch.claimed import Claimed
from notifications.dispatch.lease import LEASE
from notifications.dispatch.locks import lock_what_decides
from notifications.dispatch.look import Looked, look_at, write_verdicts
from notifications.dispatch.opening import open_messages
from notifications.dispatch.outcomes import give_up_in_doubt, leave_out, may_go_twice, put_off
from notifications.dispatch.versions import with_versions
from notifications.enums import Outcome
from notifications.holding import leaving_messages
from notifications.late import tell_office_of_late
from notifications.models import Message, Notice
from notifications.own_way import BY_OWN_WAY, messages_by_own_way
from notifications.verdicts import Reason, Verdict
from tenancy.context import firm_context

BATCH = 50  # so many leases a worker takes at first; how many more or less is said in dispatch/sizes.py


@dataclass(slots=True)
class Taken:
    """One round: what is ours to send, and how many rows the fresh look decided otherwise."""

    claims: list[Claimed] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)  # what the messages tell
    decided_otherwise: int = 0


def claim(
    firm_id: int, now: datetime, machine_now: datetime, most: int = BATCH, *, own_way_stopped: bool = False, resting: Collection[str] = ()
) -> Taken:
    """Up to `most` messages of the firm, at most half of them left from earlier tries.

    `now` is the product's clock, `machine_now` counts leases.
    While the firm's own way is stopped, what would leave by it stays; and so does what is for a domain that rests.
    """
    taken = Taken()
    with firm_context(firm_id):
        firm = Firm.objects.get(pk=firm_id)
        for message in _ready_messages(firm, now, machine_now, (most + 1) // 2, own_way_stopped=own_way_stopped, resting=resting):
            _claim_again(firm, message, now, machine_now, taken)
        ready = ready_notices(firm, now).exclude(BY_OWN_WAY) if own_way_stopped else ready_notices(firm, now)
        ready = ready.exclude(to_domains("email", resting)) if resting else ready
        batch = list(lock_notices(ready.order_by("priority", "not_before", "pk"))[: most - len(taken.claims)])
        for wave in in_waves(in_bundles(firm, batch, now)):
            _claim_wave(firm, wave[: most - len(taken.claims)], now, machine_now, taken)
        say_anew(taken.notices)
        taken.claims = with_versions(firm_id, taken.claims, now)
    return taken


def _claim_wave(firm: Firm, wave: Sequence[Sequence[Notice]], now: datetime, machine_now: datetime, taken: Taken) -> None:
    """What still goes of each group, in one message; as many queries for many groups as for one."""
    groups = lock_what_decides(firm, wave)
    notices = [notice for group in groups for notice in group]
    _read_again(firm, notices)
    looked = look_at(firm, notices, now)
    _tell_of_late(firm, looked, now)
    goes = {notice.pk for notice, decision in looked if decision.verdict == Verdict.SEND}
    going = [kept for group in groups if (kept := [notice for notice in group if notice.pk in goes])]
    # What a cap holds on is no reason for another round.
    taken.decided_otherwise += sum(
        notice.not_before is not None and notice.not_before <= now for notice in notices if notice.pk not in goes
    )
    for told, message in zip(going, open_messages(firm, going, now, machine_now), strict=True):
        for notice in told:
            notice.message = message
        taken.claims.append(Claimed(message.pk, message.fence))
        taken.notices += told
    write_verdicts(looked)


def _tell_of_late(firm: Firm, looked: Looked, now: datetime) -> None:
    if any(decision.reason == Reason.TOO_LATE for _, decision in looked):
        tell_office_of_late(firm, now)


def _read_again(firm: Firm, notices: Sequence[Notice]) -> None:
    """The requests as they are under the lock."""
    ids = {notice.action_id for notice in notices if notice.action_id}
    actions = Action.objects.filter(firm=firm).in_bulk(ids) if ids else {}
    for notice in notices:
        notice.action = actions[notice.action_id] if notice.action_id else None


def _ready_messages(
    firm: Firm, now: datetime, machine_now: datetime, most: int, *, own_way_stopped: bool, resting: Collection[str]
) -> list[Message]:
    waiting = Q(outcome=Outcome.WAITING, next_try_at__lte=machine_now)
    left_behind = Q(outcome=Outcome.SENDING, lease_until__lte=machine_now)
    messages = Message.objects.filter(waiting | left_behind, leaving_messages(firm, now), firm=firm)
    if own_way_stopped:
        messages = messages.exclude(messages_by_own_way())
    if resting:
        messages = messages.exclude(to_domains("to_email", resting))
    return list(messages.order_by("id").select_for_update(skip_locked=True)[:most])


def to_domains(column: str, domains: Collection[str]) -> Q:
    return reduce(or_, [Q(**{f"{column}__iendswith": f"@{domain}"}) for domain in domains])


def _claim_again(firm: Firm, message: Message, now: datetime, machine_now: datetime, taken: Taken) -> None:
    notices = list(Notice.objects.select_related(*CLAIMED_WITH).filter(firm=firm, message=message).order_by("pk"))
    if message.outcome == Outcome.SENDING and message.handed_at is not None and not may_go_twice(message, notices):
        give_up_in_doubt(firm, message, notices, now)
        taken.decided_otherwise += 1
        return
    if not lock_what_decides(firm, [notices]):
        return
    _read_again(firm, notices)
    looked = look_at(firm, notices, now)
    _tell_of_late(firm, looked, now)
    going = [notice for notice, decision in looked if decision.verdict == Verdict.SEND]
    if not going:
        put_off(message, looked, now, machine_now)
        taken.decided_otherwise += 1
        return
    leave_out(looked)
    _lease(message, machine_now)
    taken.claims.append(Claimed(message.pk, message.fence))
    taken.notices += going


def _lease(message: Message, machine_now: datetime) -> None:
    message.in_doubt = message.in_doubt or (message.outcome == Outcome.SENDING and message.handed_at is not None)
    message.outcome, message.next_try_at, message.handed_at = Outcome.SENDING, None, None
    message.lease_until = machine_now + LEASE
    message.tries, message.fence = message.tries + 1, message.fence + 1
    message.save(update_fields=["in_doubt", "outcome", "next_try_at", "handed_at", "lease_until", "tries", "fence"])
