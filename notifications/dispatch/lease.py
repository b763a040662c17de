"""A message under lease: whose it is, and the last look before it is handed over."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from firms.models import Firm
from lib.clock import machine_now
from notifications.dispatch.claimed import Claimed
from notifications.dispatch.ledger import Ledger
from notifications.dispatch.look import look_at
from notifications.dispatch.outcomes import leave_out, put_off
from notifications.enums import Outcome
from notifications.models import Message, Notice
from notifications.verdicts import Verdict
from tenancy.context import firm_context
from ways.smtp import TIMEOUT

LEASE = timedelta(seconds=60)
ENOUGH = timedelta(seconds=2 * TIMEOUT)  # what a hand-over may take at most, its record included

A_RECORD = timedelta(seconds=1)


class LeaseLost(Exception):
    """Another worker has taken the message over: this one sends nothing more of it."""


class NoLongerWanted(Exception):
    """Between claim and hand-over somebody acted: the message stays here."""


class Dwindled(Exception):
    """Somebody acted on a part of what the message tells: it is made anew without that."""


def hand_over(ledger: Ledger, claimed: Claimed, now: datetime, at: datetime) -> None:
    """The look just before DATA, where anything has changed since the claim; from its commit until the answer is recorded the message
    is in doubt. `at` is the instant by machine time.

    Raises `LeaseLost`, `NoLongerWanted` or `Dwindled`.
    """
    if not hand_over_several(ledger, [claimed], now, at)[0]:
        _hand_over_after_a_look(ledger, claimed, now, at)
    if not may_still_be_said(at):
        raise LeaseLost(claimed.message_id)


def hand_over_several(ledger: Ledger, claims: Sequence[Claimed], now: datetime, at: datetime) -> list[bool]:
    """In one round trip, those about which nothing has changed since the claim; False for whatever wants a look."""
    return ledger.hand_over(claims, now, at, at + ENOUGH)


def may_still_be_said(handed_at: datetime) -> bool:
    """Unless the database, or a message before it, kept it waiting: text and record might outlast the lease."""
    return machine_now() <= handed_at + ENOUGH - timedelta(seconds=TIMEOUT) - A_RECORD


def _hand_over_after_a_look(ledger: Ledger, claimed: Claimed, now: datetime, at: datetime) -> None:
    with firm_context(ledger.firm_id):
        firm = Firm.objects.get(pk=ledger.firm_id)
        mine = Message.objects.filter(firm=firm, pk=claimed.message_id, fence=claimed.fence, outcome=Outcome.SENDING)
        message = mine.select_for_update().first()  # whoever slept meanwhile writes nothing over what another has made of it
        refused = _look_last(firm, message, now, at) if message else LeaseLost
        if refused is None and not mine.filter(lease_until__gt=at + ENOUGH).update(handed_at=at):
            raise LeaseLost(claimed.message_id)
    if refused:
        raise refused(claimed.message_id)


def _look_last(firm: Firm, message: Message, now: datetime, machine_now: datetime) -> type[Exception] | None:
    """Why it must not be handed over as it is; what was decided is kept. The message is ours, and locked."""
    notices = list(Notice.objects.select_related("action").filter(firm=firm, message=message).order_by("pk"))
    looked = look_at(firm, notices, now)
    if looked and all(decision.verdict == Verdict.SEND for _, decision in looked):
        return None
    if any(decision.verdict == Verdict.SEND for _, decision in looked):
        leave_out(looked)
        return Dwindled
    put_off(message, looked, now, machine_now)
    return NoLongerWanted
