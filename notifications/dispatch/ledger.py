"""What a dispatcher writes while a firm's messages leave: that some are handed over, and what became of those before, in one round trip."""

from collections.abc import Sequence
from datetime import datetime
from operator import attrgetter
from types import TracebackType
from typing import Self

from django.db import InterfaceError, OperationalError, connection

from firms.enums import FailedTaskKind
from lib.prepared import Answer, Statement
from lib.storing import storable
from notifications.copies import COPY
from notifications.dispatch.claimed import Claimed
from notifications.dispatch.outcomes import DEPLOYMENT
from notifications.dispatch.versions import HAND_OVER, still_holds
from templates_email.render import Rendered
from tenancy.context import firm_round_trip
from ways.accepted import Accepted
from ways.errors import ErrorKind

# What the deployment's server refused and takes now settles the failed task that said so.
SENT = f"""
    WITH sent AS (
        UPDATE notifications_message
        SET outcome = 'sent', lease_until = NULL, sent_at = $1, answer = $2, provider_id = $3, subject = $4, template_version = $5,
            sender = $6
        WHERE firm_id = $7 AND id = $8 AND fence = $9 AND outcome = 'sending'
        RETURNING error
    )
    UPDATE firms_failedtask SET resolved_at = $1
    WHERE $10::boolean AND EXISTS (SELECT FROM sent WHERE error = '{ErrorKind.SENDER}')
      AND firm_id = $7 AND key = '{FailedTaskKind.SENDER_BROKEN}:{DEPLOYMENT}' AND resolved_at IS NULL
"""


class Ledger:
    """Of one firm. What a server took is written at the latest with the next hand-over, which comes before any further message."""

    def __init__(self, firm_id: int) -> None:
        self.firm_id = firm_id
        self.unwritten: list[Statement] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.settle()

    def hand_over(self, claims: Sequence[Claimed], now: datetime, machine_now: datetime, lasts_until: datetime) -> list[bool]:
        """Marks each as handed over if nothing that decides has changed since it was looked at, and its lease lasts.

        False for one that must be looked at again; what was unwritten is written all the same.
        """
        holding = sorted((claimed for claimed in claims if still_holds(claimed, now)), key=attrgetter("message_id"))  # as others lock
        if not holding:
            self.settle()
            return [False] * len(claims)
        mine = [(HAND_OVER, [machine_now, self.firm_id, each.message_id, each.fence, lasts_until, each.versions]) for each in holding]
        changed = {each.message_id for each, answer in zip(holding, self._write(*mine), strict=True) if answer.changed}
        return [claimed.message_id in changed for claimed in claims]

    def record_sent(
        self, claimed: Claimed, rendered: Rendered, accepted: Accepted, at: datetime, *, copied: bool, own_way: bool = False
    ) -> None:
        """A worker whose lease was taken over writes nothing. It waits for the next hand-over, or until somebody settles."""
        answer, provider_id = (storable(said) for said in (accepted.answer, accepted.provider_id))
        said = [
            at,
            answer[:500],
            provider_id[:200],
            rendered.subject[:300],
            rendered.template_version[:64],
            accepted.sender or rendered.sender_address,
        ]
        self.unwritten.append((SENT, [*said, self.firm_id, claimed.message_id, claimed.fence, not own_way]))
        if copied:
            self.unwritten.append((COPY, [self.firm_id, claimed.message_id, claimed.fence, at]))

    def settle(self) -> None:
        if self.unwritten:
            self._write()

    def _write(self, *more: Statement) -> list[Answer]:
        """The answers to `more`."""
        try:
            answers = firm_round_trip(self.firm_id, [*self.unwritten, *more])
        except (OperationalError, InterfaceError):
            if not connection.in_atomic_block:
                connection.close()  # what is unwritten is written by the next one, when this is left
            raise
        answers = answers[len(self.unwritten) :]
        self.unwritten.clear()
        return answers
