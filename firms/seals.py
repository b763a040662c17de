"""Sealing: each minute's new activity lines become a link of their firm's hash chain. See docs/activity.md."""

from datetime import datetime

from django.db import connection

from firms.models import ActivityLine, LogSeal
from firms.queries import firms_with_lines_to_seal, head_of_log, lines_to_seal
from firms.sealing import BEFORE_THE_FIRST, digest_of_seal
from tenancy.context import firm_context
from tenancy.ticks import in_each_firm

BATCH = 5_000


def seal_log(machine_now: datetime) -> int:
    """Seals what waits in every firm; the number of lines. Any number of these may run at once."""
    return sum(in_each_firm(firms_with_lines_to_seal(), lambda firm_id: seal_lines(firm_id, machine_now)))


def seal_lines(firm_id: int, machine_now: datetime) -> int:
    """Seals what waits in one firm, batch by batch, each in a short transaction. A line that commits later comes into a later seal."""
    sealed, full = 0, True
    while full:
        count = seal_batch(firm_id, machine_now)
        sealed, full = sealed + count, count == BATCH
    return sealed


def seal_batch(firm_id: int, machine_now: datetime) -> int:
    """One seal, or none where nothing waits or another sealer is at work in this firm: it will see to it."""
    with firm_context(firm_id):
        if not _chain_is_mine(firm_id):
            return 0
        lines = [(pk, digest) for pk, digest in lines_to_seal(firm_id).values_list("pk", "digest")[:BATCH] if digest]
        if not lines:
            return 0
        number, previous = head_of_log(firm_id) or (0, BEFORE_THE_FIRST)
        ids, digest = [pk for pk, _ in lines], digest_of_seal(previous, number + 1, machine_now, lines)
        seal = LogSeal.objects.create(firm_id=firm_id, number=number + 1, sealed_at=machine_now, line_ids=ids, digest=digest)
        ActivityLine.objects.filter(firm=firm_id, pk__in=ids).update(seal=seal)
        return len(ids)


def _chain_is_mine(firm_id: int) -> bool:
    """Until the transaction ends. A lock of its own: relance_app may not lock the rows of seals, which nobody may change."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended('relance.firms.seals', %s))", [firm_id])
        (mine,) = cursor.fetchone()
    return bool(mine)
