"""Writing notices: many in one statement, and each key once however often it is tried."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet

from actions.kinds import Row
from actions.models import Action
from firms.models import Firm
from lib.clock import machine_now
from lib.codes import digest
from lib.many import columns_of, from_columns
from notifications.enums import Audience, Outcome, Priority
from notifications.models import READY, Message, Notice
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


class Draft(NamedTuple):
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
            decision.verdict, decision.reason, (decision.until or now) if goes else None, self.values,
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
    held = Notice.objects.filter(firm=firm, priority=Priority.REMINDER, verdict=Verdict.HOLD, not_before__gt=now)
    look_again_at_tried(firm, held.filter(message__outcome=Outcome.WAITING))


def look_again_at_tried(firm: Firm, held: QuerySet[Notice]) -> None:
    """What was tried and is held since keeps its message: that is claimed, and looked at, at once."""
    messages = Message.objects.filter(firm=firm, outcome=Outcome.WAITING, pk__in=held.order_by().values("message"))
    messages.update(next_try_at=machine_now())


SKIP_WAITING = """
    WITH waiting AS MATERIALIZED (
        SELECT id FROM notifications_notice
        WHERE firm_id = %(firm)s AND action_id = ANY(%(actions)s) AND message_id IS NULL AND verdict <> 'skip' AND priority = %(reminder)s
        FOR UPDATE SKIP LOCKED
    )
    UPDATE notifications_notice n SET verdict = 'skip', reason = %(reason)s, not_before = NULL, decided_at = %(now)s
    FROM waiting WHERE n.firm_id = %(firm)s AND n.id = waiting.id
"""


def _skip_waiting(firm_id: int, action_ids: Collection[int], reason: Reason, now: datetime) -> None:
    values: dict[str, Any] = {"firm": firm_id, "actions": list(action_ids), "reminder": Priority.REMINDER, "reason": reason, "now": now}
    with connection.cursor() as cursor:
        cursor.execute(SKIP_WAITING, values)


def values_for(resolved: Resolved, *, rows: Sequence[Row] = ()) -> dict[str, Any]:
    """What the templates of an action's e-mails are filled with."""
    return {**values_for_all(resolved.action, rows=rows), **values_for_one(resolved)}


def values_for_all(action: Action, *, number: int = 0, rows: Sequence[Row] = ()) -> dict[str, Any]:
    """Those that are the same in each address's e-mail; the next reminder is said in the one before it."""
    return {
        "asked_on": action.opened_at.isoformat(),
        "context_by": context_by(action),
        "number": str(number),
        "of": str(action.remind_max),
        "title": action.title,
        **values_of(action, rows),
    }


def values_for_one(resolved: Resolved) -> dict[str, Any]:
    """Those that are the reader's own."""
    recipient = resolved.recipient
    return {
        "account": resolved.action.account.name if recipient.in_several_accounts else "",  # A08
        "first_name": recipient.first_name,
        "language": recipient.language,
        "zone": recipient.zone.key,
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
