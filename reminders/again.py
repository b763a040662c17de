"""Deciding again about reminders that are written and have not gone: when a pause ends, or somebody says yes to late ones."""

from collections.abc import Collection, Sequence
from datetime import datetime

from actions.models import Action
from firms.models import Firm
from lib.codes import digest
from notifications.models import Notice
from notifications.resolver import decisions, known_about
from notifications.rules import Decision
from notifications.secrets import item_token
from notifications.verdicts import Reason, Verdict

GONE = Decision(Verdict.SKIP, Reason.UNLINKED)
DECIDED = ("verdict", "reason", "not_before", "link_digest")


def decide_again(firm: Firm, notices: Sequence[Notice], actions: Collection[Action], now: datetime) -> list[Notice]:
    """In the same rows, which the caller has locked: what may go now goes spread over the rest of the day. The notices as they are then.

    `actions` are theirs, each with its account. Three queries however many.
    """
    wanted = {notice.action_id or 0 for notice in notices}
    about = [action for action in actions if action.pk in wanted]
    known = known_about(firm, about, now=now, but=[notice.pk for notice in notices])
    decided = decisions(known, about, is_reminder=True, now=now, catching_up=wanted)
    found = {(r.action.pk, r.recipient.address_id): r.decision for r in decided}
    for notice in notices:
        _take(notice, found.get((notice.action_id or 0, notice.address_id or 0), GONE), now)
    Notice.objects.bulk_update(notices, DECIDED)
    return list(notices)


def _take(notice: Notice, decision: Decision, now: datetime) -> None:
    goes = decision.verdict != Verdict.SKIP
    notice.verdict, notice.reason = decision.verdict, decision.reason
    notice.not_before = (decision.until or now) if goes else None
    notice.link_digest = digest(item_token(notice.firm_id, notice.key)) if goes else notice.link_digest
