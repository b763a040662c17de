"""What somebody is about to do in this browser, between asking for the code and entering it; and what they then bring."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.contrib.sessions.backends.base import SessionBase

KEPT = "pending_acts"  # in the session: {action code: [purpose, text, instant]}
KEPT_AT_MOST = 10


@dataclass(frozen=True, slots=True)
class Pending:
    """`text` goes with the act: the typed name of a signature, the reason of a refusal; `sent_at` when the code was sent."""

    purpose: str
    text: str
    sent_at: datetime

    @classmethod
    def of(cls, session: SessionBase, code: str) -> Self | None:
        kept = session.get(KEPT, {}).get(code)
        return cls(kept[0], kept[1], datetime.fromisoformat(kept[2])) if kept else None

    def keep(self, session: SessionBase, code: str) -> None:
        kept = {key: value for key, value in session.get(KEPT, {}).items() if key != code}
        kept[code] = [self.purpose, self.text, self.sent_at.isoformat()]
        session[KEPT] = dict(list(kept.items())[-KEPT_AT_MOST:])


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody has brought along to the second step: the code as typed, and what is kept as evidence."""

    code: str
    session: SessionBase
    user_agent: str
    now: datetime


def forget_pending(session: SessionBase, code: str) -> None:
    session[KEPT] = {key: value for key, value in session.get(KEPT, {}).items() if key != code}
