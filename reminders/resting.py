"""The days on which everybody whom an action would tell is paused: its clock stands still on them."""

from datetime import datetime

from actions.models import Action
from firms.calendar import Span
from notifications.resolver import Known, Resolved, decisions
from notifications.verdicts import Verdict
from reminders.rules import common_days


def rests_of(known: Known, action: Action, now: datetime) -> tuple[Span, ...]:
    """Asked of those who are known."""
    return common_pauses(list(decisions(known, [action], is_reminder=True, now=now)))


def common_pauses(resolved: list[Resolved], *, but: int | None = None) -> tuple[Span, ...]:
    """Of what was decided for an action; the contact `but`'s are forgotten."""
    told = [r.recipient for r in resolved if r.decision.verdict != Verdict.SKIP]
    return common_days([[(p.first, p.until) for p in each.pauses if each.contact_id != but] for each in told])
