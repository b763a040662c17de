"""A message under lease: whose it is, and the last look before it is handed over."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from firms.models import Firm
from notifications.dispatch.look import look_again
from notifications.dispatch.outcomes import put_off
from notifications.enums import Outcome, Verdict
from notifications.models import Message, Notice
from notifications.transports import TIMEOUT
from tenancy.context import firm_context

LEASE = timedelta(seconds=60)
ENOUGH = timedelta(seconds=2 * TIMEOUT)  # what a hand-over may take at most, its record included


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that is ours until its lease runs out; `fence` proves it."""

    message_id: int
    notice_id: int
    fence: int


class LeaseLost(Exception):
    """Another worker has taken the message over: this one sends nothing more of it."""


class NoLongerWanted(Exception):
    """Between claim and hand-over somebody acted: the message stays here."""


def hand_over(firm_id: int, claimed: Claimed, now: datetime, machine_now: datetime) -> None:
    """The look just before DATA; from its commit until the answer is recorded the message is in doubt.

    Raises `LeaseLost` or `NoLongerWanted`.
    """
    with firm_context(firm_id):
        commit_without_waiting()
        wanted = _still_wanted(Firm.objects.get(pk=firm_id), claimed, now, machine_now)
        mine = Message.objects.filter(firm=firm_id, pk=claimed.message_id, fence=claimed.fence, outcome=Outcome.SENDING)
        if wanted and not mine.filter(lease_until__gt=machine_now + ENOUGH).update(handed_at=machine_now):
            raise LeaseLost(claimed.message_id)
    if not wanted:
        raise NoLongerWanted(claimed.message_id)


def _still_wanted(firm: Firm, claimed: Claimed, now: datetime, machine_now: datetime) -> bool:
    notice = Notice.objects.select_related("action", "message").get(firm=firm, pk=claimed.notice_id)
    decision = look_again(firm, notice, now)
    if decision.verdict == Verdict.SEND:
        return True
    if notice.message and notice.message.fence == claimed.fence:
        put_off(notice.message, notice, decision, now, machine_now)
    return False


def commit_without_waiting() -> None:
    """The commit survives a killed process, though perhaps not a crash of PostgreSQL within the last few hundred milliseconds."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
