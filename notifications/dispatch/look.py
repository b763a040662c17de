"""Asking once more whether a notice should still go: the last word before a client is written to."""

from datetime import datetime

from actions.models import Action
from clients.models import Address
from firms.models import Firm
from notifications.account_events import account_event_of
from notifications.enums import Priority, Reason, Verdict
from notifications.models import Notice
from notifications.resolver import resolve, resolve_account
from notifications.rules import Decision
from notifications.wanted import is_still_wanted

GOES = Decision(Verdict.SEND, Reason.ASKED_FOR_IT)
OUT_OF_DATE = Decision(Verdict.SKIP, Reason.OUT_OF_DATE)
COPY_GOES, COPY_STAYS = Decision(Verdict.SEND, Reason.COPY), Decision(Verdict.SKIP, Reason.COPIES_OFF)


def look_again(firm: Firm, notice: Notice, now: datetime) -> Decision:
    """The verdict as the rows stand now. Codes and passwords were asked for by the reader: they go."""
    if notice.copy_of_id is not None:
        return COPY_GOES if firm.copy_on and firm.copy_to == notice.email else COPY_STAYS
    if told := account_event_of(notice):
        return _look_at_account(firm, notice, told.preference, now)
    if notice.action is None:
        return GOES if is_still_wanted(notice) else OUT_OF_DATE
    if notice.priority == Priority.ACCESS:
        return GOES
    is_reminder = notice.priority == Priority.REMINDER
    for resolved in resolve(firm, [notice.action], is_reminder=is_reminder, now=now, but=[notice.pk]):
        if resolved.recipient.address_id == notice.address_id:
            return resolved.decision
    return Decision(Verdict.SKIP, Reason.UNLINKED)


def _look_at_account(firm: Firm, notice: Notice, preference: str, now: datetime) -> Decision:
    for recipient, decision in resolve_account(firm, notice.account_id or 0, preference, now):
        if recipient.address_id == notice.address_id:
            return decision
    return Decision(Verdict.SKIP, Reason.UNLINKED)


def lock_what_decides(firm: Firm, notice: Notice) -> bool:
    """Locks the action and the address against any act; False where somebody holds them: the next round will see."""
    return _locked(Action, firm, notice.action_id) and _locked(Address, firm, notice.address_id)


def _locked(model: type[Action] | type[Address], firm: Firm, pk: int | None) -> bool:
    if pk is None:
        return True
    # FOR SHARE, not KEY SHARE: it must keep an act from committing until the claim has.
    query = f"SELECT id FROM {model._meta.db_table} WHERE firm_id = %s AND id = %s FOR SHARE SKIP LOCKED"
    return bool(list(model._default_manager.raw(query, [firm.pk, pk])))


def write_verdict(notice: Notice, decision: Decision) -> None:
    """Keeps what the look decided; a hold says until when."""
    notice.verdict = decision.verdict
    notice.reason = decision.reason
    notice.not_before = decision.until if decision.verdict == Verdict.HOLD else None
    notice.save(update_fields=["verdict", "reason", "not_before"])
