"""What happens next, and why: the sentence on every open request."""

from dataclasses import dataclass, field
from datetime import datetime

from actions.enums import Stop
from actions.models import Action
from firms.models import Firm
from notifications.enums import Reason, Verdict
from notifications.queries import WhoGets, who_will_get
from notifications.resolver import Known


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


def what_happens_next(firm: Firm, action: Action, known: Known | None = None) -> WhatNext:
    """As things stand; the very decision that the sweep will take, asked for the instant at which it will be due."""
    number = action.reminders_sent + 1
    if action.next_reminder_at is None:
        return WhatNext(number, action.remind_max, stop=Stop(action.stop_reason) if action.stop_reason else Stop.SWITCHED_OFF)
    people = who_will_get(firm=firm, action=action, now=action.next_reminder_at, is_reminder=True, known=known)
    told = [who for who in people if who.decision.verdict != Verdict.SKIP]
    if not told:
        return WhatNext(number, action.remind_max, due_at=action.next_reminder_at)
    first = min(told, key=lambda who: who.decision.until or action.next_reminder_at)  # type: ignore[arg-type, return-value]
    return WhatNext(
        number,
        action.remind_max,
        due_at=action.next_reminder_at,
        at=first.decision.until or action.next_reminder_at,
        names=_names(told),
        held=first.decision.reason if first.held else None,
        people=people,
    )


def _names(told: list[WhoGets]) -> list[str]:
    return list(dict.fromkeys(who.name or who.email for who in told))
