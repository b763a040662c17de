"""What the claim takes: alone, beside millions of finished rows, and while another transaction holds a snapshot of all of it."""

import os
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

import psycopg

from bench.database import Owner, fresh_database, vacuum
from bench.mail.outbox import NOW, fill_outbox, write_reminders
from bench.practice import OUTBOX, settle_firms

if TYPE_CHECKING:
    from bench.__main__ import Measured

READY = int(os.environ.get("READY", "20000"))  # messages to claim in each part
FINISHED = int(os.environ.get("FINISHED", "5000000"))
ONE_FIRM = bool(os.environ.get("ONE_FIRM"))  # all of them are ready in one firm, instead of twenty
CHUNK, ROUNDS = 250_000, 3
# Sent over the two years before, each to an address of the practice, as the dispatcher leaves them.
MESSAGES = """
    INSERT INTO notifications_message (firm_id, code, audience, message_id, to_email, language, subject, template_version, outcome,
                                       tries, fence, in_doubt, provider_id, answer, error, created_at, sent_at)
    SELECT m.firm_id, 'Z' || n, 'client', 'old' || n, m.email, 'fr', 'Rappel', '1', 'sent', 1, 1, false, '', '250 2.0.0 Ok', '', at, at
    FROM generate_series(%(first)s, %(last)s) n
    CROSS JOIN LATERAL (SELECT timestamptz '2026-11-04 09:00+00' - n * interval '12 seconds' AS at) made
    JOIN known m ON m.place = n %% (SELECT count(*) FROM known)
"""
NOTICES = """
    INSERT INTO notifications_notice (firm_id, audience, event, key, number, account_id, contact_id, address_id, email, verdict, reason,
                                      decided_at, not_before, priority, values, bundle, message_id)
    SELECT g.firm_id, 'client', 'signature_reminder', g.message_id, 1, u.account_id, u.contact_id, u.address_id, g.to_email, 'send',
           'notify_on', g.created_at, g.created_at, 30, '{"title": "Lettre de mission", "of": 3, "round": 0}', '', g.id
    FROM notifications_message g
    JOIN known u ON u.firm_id = g.firm_id AND u.email = g.to_email
    WHERE g.code LIKE 'Z%%' AND substr(g.code, 2)::bigint BETWEEN %(first)s AND %(last)s
"""
KNOWN = """
    CREATE TEMPORARY TABLE known AS
    SELECT m.firm_id, m.id AS address_id, m.contact_id, u.account_id, m.email, row_number() OVER (ORDER BY m.id) - 1 AS place
    FROM clients_address m JOIN clients_accountaddress u ON u.firm_id = m.firm_id AND u.address_id = m.id
"""
KEYS = """
    SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint
    WHERE contype = 'f' AND conrelid = ANY(%s::regclass[])
"""
TAKE_BACK = """
    WITH claimed AS (SELECT id FROM notifications_message WHERE outcome = 'sending'), freed AS (
        UPDATE notifications_notice n SET message_id = NULL FROM claimed WHERE n.message_id = claimed.id
    ) SELECT count(*) FROM claimed
"""


def measure() -> "Measured":
    """Messages claimed in a second. The ratios are to the rate before, with nothing beside and nobody looking."""
    os.environ.setdefault("RELANCE_SECRET_KEY", "bench-only")
    with fresh_database() as owner:
        ready = fill_one(owner) if ONE_FIRM else fill_outbox(owner, READY)
        rate(owner, ready)  # whoever is first finds nothing in memory
        alone, held = both_rates(owner, ready)
        finished = fill_finished(owner)
        beside, beside_held = both_rates(owner, ready)
    figures = {
        "ready": float(ready),
        "finished": float(finished),
        "alone_per_s": alone,
        "held_per_s": held,
        "beside_finished_per_s": beside,
        "beside_finished_held_per_s": beside_held,
    }
    ratios = {"held": held / alone, "beside_finished": beside / alone, "beside_finished_held": beside_held / alone}
    return {"figures": figures, "ratios": ratios}


def both_rates(owner: Owner, ready: int) -> tuple[float, float]:
    """With nobody looking and with a held snapshot, in turns: a machine is not equally fast all the time."""
    free, held = list[float](), list[float]()
    for _ in range(ROUNDS):
        free.append(rate(owner, ready))
        with held_snapshot():
            held.append(rate(owner, ready))
    return median(free), median(held)


def rate(owner: Owner, ready: int) -> float:
    """All that is ready is claimed, firm by firm in turns; then it is taken back."""
    started = perf_counter()
    claimed = sum(claim_in_turns())
    seconds = perf_counter() - started
    owner.execute(TAKE_BACK)
    owner.execute("DELETE FROM notifications_message WHERE outcome = 'sending'")
    vacuum(owner, *OUTBOX)
    if claimed != ready:
        raise RuntimeError(f"{claimed} messages were claimed instead of {ready}.")
    return claimed / seconds


def claim_in_turns() -> Iterator[int]:
    from firms.queries import list_firm_ids  # Django is set up for the fresh database only now
    from notifications.dispatch.claim import claim
    from notifications.dispatch.places import Place

    at, firms, places = NOW + timedelta(minutes=1), sorted(list_firm_ids()), defaultdict[int, Place](Place)
    while firms:
        taken = {firm_id: claim(firm_id, at, datetime.now(UTC), place=places[firm_id]) for firm_id in firms}
        yield sum(len(each.claims) for each in taken.values())
        firms = [firm_id for firm_id, each in taken.items() if each.claims or each.decided_otherwise]


def fill_one(owner: Owner) -> int:
    settle_firms(owner, firms=1, accounts=str(READY // 2))
    return write_reminders(owner, NOW)


def fill_finished(owner: Owner) -> int:
    owner.execute(KNOWN)
    owner.execute("ANALYZE known")
    with without_keys(owner):
        for first in range(1, FINISHED + 1, CHUNK):
            chunk = {"first": first, "last": min(first + CHUNK - 1, FINISHED)}
            owner.execute(MESSAGES, chunk)
            owner.execute(NOTICES, chunk)
    vacuum(owner, *OUTBOX)
    found = owner.execute("SELECT count(*) FROM notifications_message WHERE code LIKE 'Z%'").fetchone()
    return int(str(found[0])) if found else 0


@contextmanager
def without_keys(owner: Owner) -> Iterator[None]:
    """What is filled in keeps to them: checking each row would take most of an hour. From then on they hold as before."""
    keys = owner.execute(KEYS, [list(OUTBOX)]).fetchall()
    for table, name, _ in keys:
        owner.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    yield
    for table, name, definition in keys:
        owner.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition} NOT VALID")


@contextmanager
def held_snapshot() -> Iterator[None]:
    """Somebody's long report: what dies meanwhile is kept for them."""
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as looking:
        looking.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        looking.execute("SELECT count(*) FROM firms_firm")
        yield
