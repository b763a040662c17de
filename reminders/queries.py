"""What happens next, and why: the sentence on every open request."""

from dataclasses import dataclass, field
from datetime import datetime

from actions.enums import STOP_SENTENCES
from actions.models import Action
from actions.stops import Stop
from firms.calendar import Span
from firms.models import Firm
from notifications.enums import REASON_SENTENCES
from notifications.queries import WhoGets, who_will_get
from notifications.resolver import Known, Resolved, decisions, known_about
from notifications.verdicts import Reason, Verdict
from reminders.rules import Due, common_days, look
from reminders.standing import rhythm_of, standing_of


@dataclass(frozen=True, slots=True)
class WhatNext:
    """The next reminder: number `number` of `of`, nominally at `due_at`, leaving at `at`; or `stop`, why none will come."""

    number: int
    of: int
    due_at: datetime | None = None
    at: datetime | None = None
    names: list[str] = field(default_factory=list)
    held: Reason | None = None
    stop: Stop | None = None
    people: list[WhoGets] = field(default_factory=list)  # each address, and whether it gets it
    written: bool = False  # it was written at `due_at`, and is held: see `waiting.py`

    @property
    def nobody(self) -> bool:
        return self.at is None and self.stop is None

    @property
    def why_stopped(self) -> str:
        return str(STOP_SENTENCES[self.stop]) if self.stop else ""

    @property
    def why_held(self) -> str:
        return str(REASON_SENTENCES[self.held]) if self.held else ""


def what_happens_next(firm: Firm, action: Action, now: datetime, known: Known | None = None) -> WhatNext:
    """As things stand; the very decision that the sweep will take, asked for the instant at which it will be due."""
    number = action.reminders_sent + 1
    if action.next_reminder_at is None:
        return WhatNext(number, action.remind_max, stop=Stop(action.stop_reason) if action.stop_reason else Stop.SWITCHED_OFF)
    known = known or known_about(firm, [action], now=now)
    standing = standing_of(action, common_pauses(list(decisions(known, [action], is_reminder=True, now=now))))
    seen = look(standing, rhythm_of(firm), now)
    due_at = max(seen.nominal, now) if isinstance(seen, Due) else seen.at
    if due_at is None:
        return WhatNext(number, action.remind_max, stop=seen.stop if not isinstance(seen, Due) else None)
    people = who_will_get(firm=firm, action=action, now=due_at, is_reminder=True, known=known)
    told = [who for who in people if who.decision.verdict != Verdict.SKIP]
    if not told:
        return WhatNext(number, action.remind_max, due_at=due_at)
    first = min(told, key=lambda who: who.decision.until or due_at)
    return WhatNext(
        number,
        action.remind_max,
        due_at=due_at,
        at=first.decision.until or due_at,
        names=_names(told),
        held=first.decision.reason if first.held else None,
        people=people,
    )


def common_pauses(resolved: list[Resolved], *, but: int | None = None) -> tuple[Span, ...]:
    """The days on which everybody whom the action would tell is paused: its clock stands still on them. Forgets the contact `but`'s."""
    told = [r.recipient for r in resolved if r.decision.verdict != Verdict.SKIP]
    return common_days([[(p.first, p.until) for p in each.pauses if each.contact_id != but] for each in told])


def _names(told: list[WhoGets]) -> list[str]:
    return list(dict.fromkeys(who.name or who.email for who in told))
