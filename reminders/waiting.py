"""A reminder that is written but held: it comes before whatever the schedule says."""

from collections.abc import Collection
from datetime import datetime

from actions.models import Action
from notifications.models import Notice
from notifications.queries import WhoGets, who_will_get
from notifications.resolver import Known
from notifications.rules import Decision
from notifications.verdicts import Reason, Verdict
from reminders.queries import WhatNext


def what_waits(action: Action, notices: Collection[Notice], known: Known | None, now: datetime) -> WhatNext | None:
    """Of the request's `notices`; None where none waits, or where nobody would be told any more when it may leave."""
    held = {notice.contact_id: notice for notice in notices if is_held(notice, now)}
    if not held or not action.is_open or not action.reminders_on:
        return None
    first = min(held.values(), key=_leaves)
    people = who_will_get(firm=action.firm, action=action, now=_leaves(first), is_reminder=True, known=known)
    told = [_as_written(who, held[who.contact_id]) for who in people if who.decision.verdict != Verdict.SKIP and who.contact_id in held]
    if not told:
        return None
    return WhatNext(
        first.number,
        action.remind_max,
        due_at=first.decided_at,
        at=_leaves(first),
        names=list(dict.fromkeys(who.name or who.email for who in told)),
        held=Reason(first.reason),
        people=told + [who for who in people if who.decision.verdict == Verdict.SKIP],
        written=True,
    )


def is_held(notice: Notice, now: datetime) -> bool:
    is_reminder = notice.number > 0 and notice.contact_id is not None
    return is_reminder and notice.message_id is None and notice.verdict == Verdict.HOLD and _leaves(notice) > now


def _leaves(notice: Notice) -> datetime:
    assert notice.not_before is not None  # what is held may leave some day: see the constraint
    return notice.not_before


def _as_written(who: WhoGets, notice: Notice) -> WhoGets:
    return WhoGets(who.email, who.name, who.contact_id, Decision(Verdict.HOLD, Reason(notice.reason), notice.not_before))
