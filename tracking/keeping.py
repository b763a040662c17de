"""A report's row, and what follows for its message alone: one statement that PostgreSQL plans once a connection, in one round trip."""

import json
from datetime import datetime

from django.utils import timezone

from notifications.bounces import NOT_KNOWN_TO_ARRIVE, UNTIL_IT_ARRIVES
from notifications.enums import Outcome, moves_forward
from tenancy.context import firm_round_trip
from tracking.enums import ReportKind
from tracking.places import Place
from tracking.reading import Heard

MESSAGE_ALONE = (ReportKind.DELIVERED, ReportKind.DEFERRED, ReportKind.UNKNOWN)  # nothing follows for an address, nor for the office
BEHIND = [outcome.value for outcome in Outcome if moves_forward(outcome, Outcome.DELIVERED)]
DOUBTED = [outcome.value for outcome in NOT_KNOWN_TO_ARRIVE]
TASKS = [f"{kind}:message:" for kind in UNTIL_IT_ARRIVES]  # what stands before a message's id

VALUES = (
    "firm", "way", "provider", "key", "kind", "at", "now", "look_at", "our_id", "provider_id", "recipient", "detail", "raw",
    "message_alone", "behind", "doubted", "tasks",
)  # fmt: skip
# `told` is the message, locked: by what the provider calls it, else by the Message-ID that it gave back. Where it is on its way still, or
# unknown, the report waits. What was told before is no row of `kept`, so that nothing follows from it, whatever it says this time.
KEEP = """
    WITH told AS (
        SELECT m.id, m.outcome, m.in_doubt FROM notifications_message m
        WHERE m.firm_id = %(firm)s::bigint AND m.id = coalesce(
            (SELECT p.id FROM notifications_message p WHERE p.firm_id = %(firm)s::bigint AND p.provider_id = %(provider_id)s::text
             AND p.provider_id <> '' ORDER BY p.id DESC LIMIT 1),
            (SELECT o.id FROM notifications_message o WHERE o.firm_id = %(firm)s::bigint AND o.message_id = %(our_id)s::text)
        )
        FOR NO KEY UPDATE
    ), kept AS (
        INSERT INTO tracking_report (
            firm_id, way_id, provider, key, kind, happened_at, received_at, our_id, provider_id, recipient, detail, raw,
            message_id, applied_at, look_at
        )
        SELECT %(firm)s::bigint, %(way)s::bigint, %(provider)s::text, %(key)s::bytea, %(kind)s::text,
            %(at)s::timestamptz, %(now)s::timestamptz, %(our_id)s::text, %(provider_id)s::text,
            %(recipient)s::text, %(detail)s::text, %(raw)s::jsonb,
            t.id, CASE WHEN t.id IS NOT NULL THEN %(now)s::timestamptz END, CASE WHEN t.id IS NULL THEN %(look_at)s::timestamptz END
        FROM (SELECT) AS one LEFT JOIN told t ON t.outcome <> 'sending' AND %(message_alone)s::boolean
        ON CONFLICT DO NOTHING
        RETURNING id, message_id
    ), moved AS (
        UPDATE notifications_message m SET outcome = 'delivered', lease_until = NULL, next_try_at = NULL
        FROM kept k, told t
        WHERE m.firm_id = %(firm)s::bigint AND m.id = t.id AND k.message_id = t.id
          AND %(kind)s::text = 'delivered' AND t.outcome = ANY(%(behind)s::text[])
        RETURNING m.id
    ), settled AS (
        UPDATE firms_failedtask f SET resolved_at = %(now)s::timestamptz
        FROM moved m, told t
        WHERE (t.in_doubt OR t.outcome = ANY(%(doubted)s::text[]))
          AND f.firm_id = %(firm)s::bigint AND f.resolved_at IS NULL
          AND f.key IN (SELECT task || m.id FROM unnest(%(tasks)s::text[]) AS task)
    )
    SELECT k.id FROM kept k, told t WHERE k.message_id IS NULL AND t.outcome <> 'sending'
""" % {name: f"${number}" for number, name in enumerate(VALUES, 1)}


def keep_report(firm_id: int, place: Place, heard: Heard, now: datetime) -> int | None:
    """Keeps it, once; its id where more follows from it than for its message, and that is known."""
    values = {
        "firm": firm_id, "way": place.way_id, "provider": place.provider, "key": heard.key, "kind": heard.kind.value,
        "at": happened_at(heard, now), "now": now, "look_at": first_look(heard, now), "our_id": heard.our_id,
        "provider_id": heard.provider_id, "recipient": heard.recipient, "detail": heard.detail, "raw": json.dumps(heard.raw),
        "message_alone": heard.kind in MESSAGE_ALONE, "behind": BEHIND, "doubted": DOUBTED, "tasks": TASKS,
    }  # fmt: skip
    statement = KEEP, [values[name] for name in VALUES]
    (kept,) = firm_round_trip(firm_id, [statement])
    return kept.rows[0][0] if kept.rows else None


def happened_at(heard: Heard, now: datetime) -> datetime:
    """Never later than it was heard of."""
    return min(_aware(heard.at), now) if heard.at else now


def first_look(heard: Heard, now: datetime) -> datetime | None:
    """By a tick, where its message is not known yet; none where nothing says which one it is."""
    return now if heard.our_id or heard.provider_id else None


def _aware(at: datetime) -> datetime:
    return timezone.make_aware(at, timezone.get_default_timezone()) if timezone.is_naive(at) else at
