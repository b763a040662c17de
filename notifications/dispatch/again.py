"""Claiming again what an earlier try has left: after an outage thousands of messages wait for that."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from django.db.models import Q

from firms.models import Firm
from lib.prepared import prepared
from notifications.dispatch.bundles import CLAIMED_WITH, in_waves
from notifications.dispatch.deciding import look_under_lock
from notifications.dispatch.lease import LEASE
from notifications.dispatch.look import Looked, write_verdicts
from notifications.dispatch.outcomes import give_up_in_doubt, leave_out, may_go_twice, put_off, tell_of_doubt
from notifications.dispatch.resting import to_domains
from notifications.enums import Outcome
from notifications.holding import leaving_messages
from notifications.models import Message, Notice
from notifications.own_way import messages_by_own_way
from notifications.verdicts import Verdict

type Going = tuple[Message, list[Notice]]  # a message and what of it still goes

LEASE_AGAIN = f"""
    UPDATE notifications_message
    SET in_doubt = in_doubt OR (outcome = '{Outcome.SENDING}' AND handed_at IS NOT NULL), outcome = '{Outcome.SENDING}', lease_until = $1,
        next_try_at = NULL, handed_at = NULL, tries = tries + 1, fence = fence + 1
    WHERE firm_id = $2 AND id = ANY($3)
    RETURNING id, fence
"""


def messages_left(
    firm: Firm, now: datetime, machine_now: datetime, most: int, *, own_way_stopped: bool, resting: Collection[str]
) -> list[Message]:
    """Locked, what is more urgent first: what waits for another try, and what somebody had in hand whose lease has run out."""
    waiting = Q(outcome=Outcome.WAITING, next_try_at__lte=machine_now)
    left_behind = Q(outcome=Outcome.SENDING, lease_until__lte=machine_now)
    messages = Message.objects.filter(waiting | left_behind, leaving_messages(firm, now), firm=firm)
    if own_way_stopped:
        messages = messages.exclude(messages_by_own_way())
    if resting:
        messages = messages.exclude(to_domains("to_email", resting))
    return list(messages.order_by("priority", "id").select_for_update(skip_locked=True)[:most])


def claim_again(firm: Firm, messages: Sequence[Message], now: datetime, machine_now: datetime) -> tuple[list[Going], int]:
    """Those that go, under lease, and how many were decided otherwise; as many queries for many as for one."""
    groups, otherwise = _worth_a_look(firm, messages, now, machine_now)
    again = list[Going]()
    for wave in in_waves(groups):
        going, stay = _look_at_wave(firm, wave, now, machine_now)
        again += going
        otherwise += stay
        _lease_again(firm, [message for message, _ in going], machine_now)
    return again, otherwise


def _worth_a_look(firm: Firm, messages: Sequence[Message], now: datetime, machine_now: datetime) -> tuple[list[list[Notice]], int]:
    """Without what nobody can say of whether it was taken, and must not go twice. Of either staff are told."""
    told = _told_by(firm, messages)
    groups = list[list[Notice]]()
    for message in messages:
        notices = told[message.pk]
        in_doubt = message.outcome == Outcome.SENDING and message.handed_at is not None
        if in_doubt and not may_go_twice(message, notices):
            give_up_in_doubt(firm, message, notices, now)
        elif not notices:  # all of it has been taken out since
            put_off(message, [], now, machine_now)
        else:
            groups.append(notices)
            if in_doubt:
                tell_of_doubt(message, notices, now)
    return groups, len(messages) - len(groups)


def _told_by(firm: Firm, messages: Sequence[Message]) -> dict[int | None, list[Notice]]:
    by_id = {message.pk: message for message in messages}
    told: dict[int | None, list[Notice]] = defaultdict(list)
    if by_id:
        for notice in Notice.objects.select_related(*CLAIMED_WITH).filter(firm=firm, message__in=by_id).order_by("pk"):
            notice.message = by_id[notice.message_id or 0]
            told[notice.message_id].append(notice)
    return told


def _look_at_wave(firm: Firm, wave: Sequence[list[Notice]], now: datetime, machine_now: datetime) -> tuple[list[Going], int]:
    """What goes, without what need not be told any more; the rest is put off."""
    groups, looked = look_under_lock(firm, wave, now)
    decided = {notice.pk: decision for notice, decision in looked}
    going = list[Going]()
    for notices in groups:
        message, of_it = notices[0].message, [(notice, decided[notice.pk]) for notice in notices]
        assert message is not None
        goes = [notice for notice, decision in of_it if decision.verdict == Verdict.SEND]
        if goes:
            leave_out(of_it)
            _goes_after_all(of_it)
            going.append((message, goes))
        else:
            put_off(message, of_it, now, machine_now)
    return going, len(groups) - len(going)


def _goes_after_all(looked: Looked) -> None:
    """What was held after its last try no longer says why."""
    goes = [(notice, decision) for notice, decision in looked if decision.verdict == Verdict.SEND]
    write_verdicts([(notice, decision) for notice, decision in goes if notice.verdict != Verdict.SEND])


def _lease_again(firm: Firm, messages: Sequence[Message], machine_now: datetime) -> None:
    if not messages:
        return
    fences: dict[int, int] = dict(prepared(LEASE_AGAIN, [machine_now + LEASE, firm.pk, [message.pk for message in messages]]))
    for message in messages:
        message.fence = fences[message.pk]
