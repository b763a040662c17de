"""Writing notices: many in one statement, and each key once however often it is tried."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from actions.kinds import Row
from actions.models import Action
from firms.models import Firm
from lib.codes import digest
from lib.many import columns_of, from_columns
from notifications.enums import Audience, Priority
from notifications.models import READY, Notice
from notifications.resolver import Resolved
from notifications.secrets import item_token
from notifications.verdicts import Reason, Verdict

INSERT = """
    INSERT INTO notifications_notice (firm_id, audience, event, key, number, action_id, account_id, contact_id, address_id, email,
                                      verdict, reason, decided_at, not_before, priority, values, link_digest, bundle)
    SELECT %s, %s, u.event, u.key, u.number::int, u.action_id::bigint, u.account_id::bigint, u.contact_id::bigint, u.address_id::bigint,
           u.email, u.verdict, u.reason, %s, u.not_before::timestamptz, %s, u.values::jsonb, u.link_digest::bytea, u.bundle
    FROM {rows}
    ON CONFLICT (firm_id, key) DO NOTHING
""".format(
    rows=from_columns(
        "event", "key", "number", "action_id", "account_id", "contact_id", "address_id", "email", "verdict", "reason", "not_before",
        "values", "link_digest", "bundle",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Draft:
    """A notice about an action, not yet written; `values` are raw: dates in ISO form, texts as typed, and `rows` where it has lines."""

    event: str
    key: str
    number: int
    resolved: Resolved
    values: dict[str, Any]
    bundle: str = ""

    def columns(self, firm_id: int, now: datetime) -> tuple[object, ...]:
        """Its cells in the order of `INSERT`."""
        action, recipient, decision = self.resolved.action, self.resolved.recipient, self.resolved.decision
        goes = decision.verdict != Verdict.SKIP
        return (
            self.event, self.key, self.number, action.pk, action.account_id, recipient.contact_id, recipient.address_id, recipient.email,
            decision.verdict, decision.reason, (decision.until or now) if goes else None, json.dumps(self.values),
            digest(item_token(firm_id, self.key)) if goes else None, self.bundle,
        )  # fmt: skip


def write_notices(firm: Firm, drafts: Iterable[Draft], *, priority: Priority, now: datetime) -> None:
    """Writes them in one statement, inside the caller's transaction; a key that stands already is left as it is."""
    columns = columns_of(draft.columns(firm.pk, now) for draft in drafts)
    if columns:
        with connection.cursor() as cursor:
            cursor.execute(INSERT, [firm.pk, Audience.CLIENT, now, priority, *columns])


def forget_reminders(action: Action, now: datetime) -> None:
    """Those of a locked request that still wait: what they say is asked no more. One that is being claimed meanwhile sees it for itself."""
    _skip_waiting(action.firm_id, [action.pk], Reason.OUT_OF_DATE, now)


def supersede_reminders(firm: Firm, action_ids: Collection[int], now: datetime) -> None:
    """Those of locked requests that still wait, as the next ones are about to be written."""
    _skip_waiting(firm.pk, action_ids, Reason.SUPERSEDED, now)


def decide_reminders_anew(firm: Firm, now: datetime) -> None:
    """Those that wait longer are looked at again at once: what holds them has changed. The look says until when, if they still wait."""
    waiting = Notice.objects.filter(READY, firm=firm, priority=Priority.REMINDER, not_before__gt=now)
    ids = list(waiting.select_for_update(of=("self",), no_key=True).order_by("pk").values_list("pk", flat=True))
    Notice.objects.filter(firm=firm, pk__in=ids).update(not_before=now)


def _skip_waiting(firm_id: int, action_ids: Collection[int], reason: Reason, now: datetime) -> None:
    waiting = Notice.objects.filter(READY, firm=firm_id, action__in=action_ids, priority=Priority.REMINDER)
    ids = list(waiting.select_for_update(skip_locked=True, of=("self",)).order_by().values_list("pk", flat=True))
    if ids:
        skipped = {"verdict": Verdict.SKIP, "reason": reason, "not_before": None, "decided_at": now}
        Notice.objects.filter(firm=firm_id, pk__in=ids).update(**skipped)


def values_for(resolved: Resolved, *, number: int = 0, rows: Sequence[Row] = ()) -> dict[str, Any]:
    """What the templates of an action's e-mails are filled with; the next reminder is said in the one before it."""
    action, recipient = resolved.action, resolved.recipient
    return {
        "account": action.account.name if recipient.in_several_accounts else "",  # A08
        "asked_on": action.opened_at.isoformat(),
        "context_by": context_by(action),
        "first_name": recipient.first_name,
        "language": recipient.language,
        "number": str(number),
        "of": str(action.remind_max),
        "title": action.title,
        "zone": recipient.zone.key,
        **values_of(action, rows),
    }


def values_of(action: Action, rows: Sequence[Row]) -> dict[str, Any]:
    """Those that change while the action is open; `round` is left out where it is the first, `rows` where there are none."""
    return {
        "context": action.message,
        "due_on": action.due_on.isoformat() if action.due_on else "",
        "next_on": action.next_reminder_at.isoformat() if action.next_reminder_at else "",
        **({"round": action.round} if action.round else {}),
        **({"rows": [dict(row) for row in rows]} if rows else {}),
    }


def context_by(action: Action) -> str:
    by = action.opened_by
    return f"{by.name}, {by.job_title}" if by.job_title else by.name
