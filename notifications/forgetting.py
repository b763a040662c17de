"""Taking back what an e-mail about an account would tell, as long as no server has it: a file went to the wrong client."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from actions.kinds import Row
from clients.locks import locked_account
from clients.models import Account
from lib.clock import machine_now
from notifications.enums import Outcome
from notifications.models import READY, Message, Notice
from notifications.verdicts import Reason, Verdict

# What failed may be tried again by staff. What is handed over may be gone: it says what it said.
WITH_NO_SERVER = Q(outcome__in=[Outcome.WAITING, Outcome.FAILED]) | Q(outcome=Outcome.SENDING, handed_at=None)


def forget_rows(*, account: Account, event: str, refs: Collection[str], now: datetime) -> None:
    """Takes back the rows with these refs, whatever their notices wait for; one that is left without any is not sent.

    Inside the caller's transaction. The account is locked, as in `gathering.gather_for`.
    """
    account = locked_account(account)
    for notice in _untold(account, event):
        rows = [row for row in notice.values["rows"] if row.get("ref") not in refs]
        if len(rows) < len(notice.values["rows"]):
            _take_out(notice, rows, now)


def _untold(account: Account, event: str) -> Iterator[Notice]:
    """Locked: what is in no message first, as a release does; then messages, and what they tell, as a second try does."""
    told = Notice.objects.filter(firm=account.firm_id, account=account, event=event).order_by("pk")
    yield from told.filter(READY).select_for_update(of=("self",))
    about = Notice.objects.filter(firm=OuterRef("firm"), message=OuterRef("pk"), account=account, event=event).order_by()
    messages = Message.objects.filter(WITH_NO_SERVER, Exists(about), firm=account.firm_id).order_by("pk")
    by_id = {message.pk: message for message in messages.select_for_update()}
    for notice in told.filter(message__in=by_id, dropped_at=None).select_for_update(of=("self",)):
        notice.message = by_id[notice.message_id or 0]
        yield notice


def _take_out(notice: Notice, rows: Sequence[Row], now: datetime) -> None:
    notice.values = {**notice.values, "rows": rows}
    if not rows:
        notice.verdict, notice.reason, notice.not_before, notice.decided_at = Verdict.SKIP, Reason.OUT_OF_DATE, None, now
    notice.save(update_fields=["values", "verdict", "reason", "not_before", "decided_at"])
    if notice.message and notice.message.outcome != Outcome.FAILED:
        _take_back(notice.message, ends=not rows)


def _take_back(message: Message, *, ends: bool) -> None:
    """It tells of nothing else, for only requests are bundled. Out of a worker's hands, untried: the text made there still says it."""
    if message.outcome == Outcome.SENDING:
        message.outcome, message.next_try_at, message.lease_until = Outcome.WAITING, machine_now(), None
        message.tries, message.fence = message.tries - 1, message.fence + 1
    if ends:
        message.outcome, message.next_try_at = Outcome.CANCELLED, None
    message.save(update_fields=["outcome", "next_try_at", "lease_until", "tries", "fence"])
