"""The worker's half of asking many.

Each account is one transaction that holds its row: a second worker passes it by, and a worker that is killed leaves nothing half
done. The rows say how far it has come; tasks only say that there is something to do.
"""

import logging
from dataclasses import replace
from datetime import datetime
from time import monotonic

from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import translation

from actions.models import Action
from firms.actors import Actor
from firms.enums import FailedTaskKind
from firms.services import raise_failed_task
from lib.jobs import wake
from reminders.asking.batches import TASK, end_batch, wanted_of
from reminders.asking.many import Meant, meant_of
from reminders.asking.registry import get_asking
from reminders.asking.usual import default_message, is_usual_title, usual_title
from reminders.asking.words import AskRefused
from reminders.enums import BatchState, LeftOut, RowState
from reminders.models import AskBatch, AskBatchRow
from reminders.nearest import nearest_of_kind
from reminders.rules import Schedule
from reminders.services import NothingAskedOfArchived, NothingAskedOfSuppliers
from reminders.words import Words
from tenancy.context import firm_context

logger = logging.getLogger(__name__)

TURN_SECONDS = 60.0  # well below the broker's patience, after which it would hand the task to a second worker
MOST_TRIES = 3


def take_turn(firm_id: int, now: datetime) -> None:
    """Asks account after account until none waits that another worker does not hold, or the turn is over and the next is asked for."""
    until = monotonic() + TURN_SECONDS
    while ask_next(firm_id, now):
        if monotonic() > until:
            wake(TASK, firm_id=firm_id)
            return


def ask_next(firm_id: int, now: datetime) -> bool:
    """One transaction; False when there is nothing to do here, or others are doing it."""
    row = None
    try:
        with firm_context(firm_id):
            row = claim(firm_id)
            if row is None:
                end_finished(firm_id, now)
                return False
            with translation.override(row.batch.firm.language):
                ask_row(row, now)
    except (OperationalError, InterfaceError):
        raise  # the database is away, or chose us as a deadlock's victim: the next tick goes on where this one stood
    except Exception:
        logger.exception("Account %s of batch %s went wrong", row and row.account_id, row and row.batch_id)
        if row is None:
            raise
        note_failure(row, now)
    return True


def claim(firm_id: int) -> AskBatchRow | None:
    """Locks the next account, of the oldest batch first; one that went wrong comes after all others.

    The row is found through its index alone, however many wait; what it belongs to is read afterwards.
    """
    waiting = AskBatchRow.objects.filter(firm=firm_id, state=RowState.WAITING, batch__state=BatchState.ASKING)
    waiting = waiting.select_for_update(skip_locked=True, of=("self",), no_key=True).order_by("tries", "batch_id", "position")
    claimed = waiting.values_list("pk", flat=True).first()
    if claimed is None:
        return None
    return AskBatchRow.objects.select_related("batch__firm", "batch__created_by__firm", "account__firm").get(pk=claimed)


def ask_row(row: AskBatchRow, now: datetime) -> None:
    """Asks the account, or leaves it out: rights and people are looked at as they are now."""
    batch = row.batch
    (meant,) = meant_of(batch.created_by, wanted_of(batch), [row.account], now)
    if meant.left_out is not None:
        leave_out(row, meant.left_out)
        return
    try:
        with transaction.atomic():
            action = open_for(batch, meant, now)
    except AskRefused as refused:
        leave_out(row, LeftOut.REFUSED, str(refused))
    except NothingAskedOfArchived:
        leave_out(row, LeftOut.ARCHIVED)
    except NothingAskedOfSuppliers:
        leave_out(row, LeftOut.SUPPLIER)
    else:
        row.state, row.action = RowState.ASKED, action
        row.save(update_fields=["state", "action"])


def open_for(batch: AskBatch, meant: Meant, now: datetime) -> Action:
    asking, words = get_asking(batch.kind), replace(words_for(batch, meant), schedule=schedule_for(batch))
    return asking.open(
        account=meant.account, people=meant.people, words=words, payload=batch.payload, staff=batch.created_by,
        by=Actor.staff(batch.created_by), now=now,
    )  # fmt: skip


def words_for(batch: AskBatch, meant: Meant) -> Words:
    """The kind's own message and title, where nobody wrote others, in the language of whom it is to."""
    asking, staff, title = get_asking(batch.kind), batch.created_by, batch.title
    message = default_message(asking, meant.language) if batch.usual_message else batch.message
    if is_usual_title(asking, staff, batch.payload, title):
        title = usual_title(asking, staff, batch.payload, meant.language)
    return Words(title, message, batch.due_on, batch.expires_on)


def schedule_for(batch: AskBatch) -> Schedule | None:
    """None where it was left as the firm has it: accounts with a setting of their own keep it then."""
    schedule = Schedule(batch.reminders_on, batch.remind_every_days, batch.remind_max)
    return None if schedule == nearest_of_kind(batch.firm, batch.kind).schedule else schedule


def leave_out(row: AskBatchRow, reason: LeftOut, said: str = "") -> None:
    row.state, row.reason, row.said = RowState.LEFT_OUT, reason, said[:300]
    row.save(update_fields=["state", "reason", "said", "tries"])


def note_failure(claimed: AskBatchRow, now: datetime) -> None:
    """It is tried again after all others; what keeps failing is set aside, and a person is told."""
    with firm_context(claimed.firm_id):
        row = AskBatchRow.objects.filter(pk=claimed.pk, state=RowState.WAITING).select_for_update(skip_locked=True).first()
        if row is None:
            return
        row.tries += 1
        if row.tries < MOST_TRIES:
            row.save(update_fields=["tries"])
            return
        leave_out(row, LeftOut.FAILED)
        raise_failed_task(
            firm=claimed.batch.firm, kind=FailedTaskKind.ASK_FAILED, key=f"{claimed.batch.code}:{claimed.account.code}",
            subject=claimed.account.name, detail=claimed.batch.title, account_id=claimed.account_id, now=now,
        )  # fmt: skip


def end_finished(firm_id: int, now: datetime) -> None:
    asking = AskBatch.objects.filter(firm=firm_id, state=BatchState.ASKING)
    for batch in asking.exclude(rows__state=RowState.WAITING).select_related("created_by"):
        end_batch(batch=batch, now=now)


def firms_with_waiting_batches() -> list[int]:
    """Across firms: ids alone."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT firms_with_waiting_batches()")
        return [int(row[0]) for row in cursor.fetchall()]
