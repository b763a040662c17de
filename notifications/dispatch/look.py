"""Asking once more whether a notice should still go: the last word before a client is written to."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import connection

from firms.models import Firm
from notifications.account_events import account_event_of
from notifications.enums import Priority
from notifications.facts import terms_of
from notifications.holding import is_kept_back
from notifications.models import Notice
from notifications.resolver import resolve, resolve_account
from notifications.rules import Decision, why_left_behind
from notifications.verdicts import Reason, Verdict
from notifications.wanted import is_still_wanted

GOES = Decision(Verdict.SEND, Reason.ASKED_FOR_IT)
OUT_OF_DATE = Decision(Verdict.SKIP, Reason.OUT_OF_DATE)
TOO_LATE = Decision(Verdict.SKIP, Reason.TOO_LATE)
UNLINKED = Decision(Verdict.SKIP, Reason.UNLINKED)
COPY_GOES, COPY_STAYS = Decision(Verdict.SEND, Reason.COPY), Decision(Verdict.SKIP, Reason.COPIES_OFF)

type Looked = Sequence[tuple[Notice, Decision]]  # what was decided for each notice of a message


def look_at(firm: Firm, notices: Sequence[Notice], now: datetime) -> Looked:
    """The verdict for each as the rows stand now; as many queries for many as for one, apart from what is about no request."""
    decided = {notice.pk: _as_it_was(notice, now) for notice in notices if is_kept_back(firm, notice, now)}
    alone = [notice for notice in notices if notice.pk not in decided and not _is_about_request(notice)]
    decided |= {notice.pk: _look_alone(firm, notice, now) for notice in alone}
    for is_reminder in (False, True):
        among = [each for each in notices if each.pk not in decided and (each.priority == Priority.REMINDER) == is_reminder]
        decided |= _look_at_requests(firm, among, is_reminder=is_reminder, now=now)
    return [(notice, decided[notice.pk]) for notice in notices]


def _as_it_was(notice: Notice, now: datetime) -> Decision:
    """The firm holds its e-mails since this was claimed: it goes back among those that are ready, for the reason that it had."""
    return Decision(Verdict.HOLD, Reason(notice.reason), notice.not_before or now)


def look_again(firm: Firm, notice: Notice, now: datetime) -> Decision:
    """As `look_at`, of one."""
    ((_, decision),) = look_at(firm, [notice], now)
    return decision


def _is_about_request(notice: Notice) -> bool:
    return notice.copy_of_id is None and notice.action_id is not None and notice.priority != Priority.ACCESS


def _look_alone(firm: Firm, notice: Notice, now: datetime) -> Decision:
    """Codes and passwords were asked for by the reader: they go."""
    if notice.copy_of_id is not None:
        return COPY_GOES if firm.copy_on and firm.copy_to == notice.email else COPY_STAYS
    if told := account_event_of(notice):
        return _look_at_account(firm, notice, told.preference, now)
    return GOES if notice.action_id is not None or is_still_wanted(notice) else OUT_OF_DATE


def _look_at_account(firm: Firm, notice: Notice, preference: str, now: datetime) -> Decision:
    """What is told in rows is out of date once all of them were taken back."""
    if not notice.values.get("rows", True):
        return OUT_OF_DATE
    for recipient, decision in resolve_account(firm, notice.account_id or 0, preference, now):
        if recipient.address_id == notice.address_id:
            return decision
    return UNLINKED


def _look_at_requests(firm: Firm, notices: Sequence[Notice], *, is_reminder: bool, now: datetime) -> dict[int, Decision]:
    if not notices:
        return {}
    actions = {notice.action_id: notice.action for notice in notices if notice.action}
    resolved = resolve(firm, list(actions.values()), is_reminder=is_reminder, now=now, but=[notice.pk for notice in notices])
    found = {(r.action.pk, r.recipient.address_id): r.decision for r in resolved}
    decided = {notice.pk: found.get((notice.action_id or 0, notice.address_id or 0), UNLINKED) for notice in notices}
    decided |= {notice.pk: left for notice in notices if (left := _left_behind(notice, decided[notice.pk]))}
    return decided | ({notice.pk: TOO_LATE for notice in _too_late(firm, notices, decided, now)} if is_reminder else {})


def _too_late(firm: Firm, notices: Sequence[Notice], decided: Mapping[int, Decision], now: datetime) -> list[Notice]:
    """Those that nobody has sent for longer than the firm allows, though they might have gone (M33)."""
    waited, terms = [notice for notice in notices if decided[notice.pk].verdict == Verdict.SEND and notice.not_before], terms_of(firm)
    return [notice for notice in waited if terms.is_too_late(notice.not_before or now, now)]


def _left_behind(notice: Notice, decision: Decision) -> Decision | None:
    """A reminder of what is asked no more. One that is overtaken was in the hands of a killed dispatcher: what waits is skipped at once."""
    action = notice.action
    if notice.priority != Priority.REMINDER or action is None or decision.verdict == Verdict.SKIP:
        return None
    of_round = notice.values.get("round", 0)
    sent, at_most = action.reminders_sent, action.remind_max
    reason = why_left_behind(notice.number, of_round, asked_round=action.round, at_most=at_most, sent=sent)
    return Decision(Verdict.SKIP, reason) if reason else None


WRITE = """
    UPDATE notifications_notice n SET verdict = d.verdict, reason = d.reason, not_before = d.not_before, message_id = d.message_id
    FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::timestamptz[], %s::bigint[]) AS d (id, verdict, reason, not_before, message_id)
    WHERE n.firm_id = %s AND n.id = d.id
"""


def write_verdicts(looked: Looked) -> None:
    """Keeps what the look decided, and in which message it goes; a hold says until when. One query, none for none."""
    if not looked:
        return
    for notice, decision in looked:
        notice.verdict, notice.reason = decision.verdict, decision.reason
        if decision.verdict != Verdict.SEND:
            notice.not_before = decision.until if decision.verdict == Verdict.HOLD else None
    rows = [(each.pk, each.verdict, each.reason, each.not_before, each.message_id) for each, _ in looked]
    with connection.cursor() as cursor:
        cursor.execute(WRITE, [*(list(column) for column in zip(*rows, strict=True)), looked[0][0].firm_id])
