"""Asking many: choosing accounts, giving words, confirming, stopping. The asking itself is the worker's, see `running.py`."""

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils.translation import ngettext

from clients.models import Account
from firms.actors import Actor
from firms.enums import Verb
from firms.models import Staff
from firms.services import write_activity
from lib.jobs import wake
from reminders.asking.many import Wanted
from reminders.asking.registry import forget_files, get_asking
from reminders.asking.words import Payload
from reminders.enums import BatchState, LeftOut, PeopleRule, RowState
from reminders.models import AskBatch, AskBatchRow
from reminders.nearest import nearest_of_kind
from reminders.words import Words

TASK = "reminders.ask_many"
MOST = 5_000  # accounts in one batch
UNFINISHED_LAST = timedelta(days=1)
BEFORE = (BatchState.DRAFT, BatchState.READY)


class NotNow(Exception):
    """The batch has moved on meanwhile: it was confirmed, stopped, or has ended."""


def get_batch_for(staff: Staff, code: str) -> AskBatch:
    """One's own; 404 for anybody else's."""
    return get_object_or_404(AskBatch.objects.select_related("firm", "created_by__firm"), firm=staff.firm_id, created_by=staff, code=code)


@transaction.atomic
def start_batch(*, staff: Staff, kind: str, accounts: Collection[int], now: datetime) -> AskBatch:
    """A draft of these accounts, at most `MOST`; nothing is asked yet. What this person left unfinished a day ago goes."""
    old = AskBatch.objects.filter(firm=staff.firm_id, created_by=staff, state__in=BEFORE, created_at__lt=now - UNFINISHED_LAST)
    old.delete()
    batch = AskBatch.objects.create(firm=staff.firm, kind=kind, created_by=staff, created_at=now)
    ordered = Account.objects.filter(firm=staff.firm_id, pk__in=accounts).order_by("name_key", "pk").values_list("pk", flat=True)
    AskBatchRow.objects.bulk_create(
        AskBatchRow(firm=staff.firm, batch=batch, account_id=pk, position=position) for position, pk in enumerate(ordered[:MOST])
    )
    return batch


@transaction.atomic
def word_batch(*, batch: AskBatch, words: Words, usual_message: bool, rule: PeopleRule, payload: Payload) -> None:
    """Gives it its words, until it is confirmed. Raises `NotNow`."""
    schedule = words.schedule or nearest_of_kind(batch.firm, batch.kind).schedule
    _advance(
        batch, BEFORE, BatchState.READY,
        title=words.title, message=words.message, usual_message=usual_message, due_on=words.due_on, expires_on=words.expires_on,
        reminders_on=schedule.on, remind_every_days=schedule.every_days, remind_max=schedule.at_most,
        rule=rule, payload=dict(payload),
    )  # fmt: skip


@transaction.atomic
def confirm_batch(*, batch: AskBatch, asks_unheard: bool, by: Actor, now: datetime) -> None:
    """Lets the worker ask. Raises `NotNow` for the second of two who confirm."""
    _advance(batch, (BatchState.READY,), BatchState.ASKING, asks_unheard=asks_unheard, confirmed_at=now)
    count = AskBatchRow.objects.filter(firm=batch.firm_id, batch=batch).count()
    detail = ngettext("%(count)s account", "%(count)s accounts", count) % {"count": count}
    write_activity(firm=batch.firm, by=by, verb=Verb.MANY_ASKED, now=now, subject=batch.title, detail=detail)
    wake(TASK, firm_id=batch.firm_id)


@transaction.atomic
def stop_batch(*, batch: AskBatch, by: Actor, now: datetime) -> None:
    """What is asked stays asked; the other accounts are left out. Raises `NotNow` when it has ended."""
    _advance(batch, (BatchState.ASKING,), BatchState.STOPPED, ended_at=now)
    waiting = AskBatchRow.objects.filter(firm=batch.firm_id, batch=batch, state=RowState.WAITING)
    left = waiting.update(state=RowState.LEFT_OUT, reason=LeftOut.STOPPED)
    detail = ngettext("%(count)s account was not asked", "%(count)s accounts were not asked", left) % {"count": left}
    write_activity(firm=batch.firm, by=by, verb=Verb.MANY_STOPPED, now=now, subject=batch.title, detail=detail)
    forget_files_of(batch)


@transaction.atomic
def end_batch(*, batch: AskBatch, now: datetime) -> None:
    """Once no account waits any more; of two workers who see that one ends it."""
    try:
        _advance(batch, (BatchState.ASKING,), BatchState.DONE, ended_at=now)
    except NotNow:
        return
    forget_files_of(batch)


def forget_files_of(batch: AskBatch) -> None:
    """Reads no rows: what runs on commit is in no firm."""
    transaction.on_commit(partial(forget_files, get_asking(batch.kind), batch.created_by, batch.payload), robust=True)


def wanted_of(batch: AskBatch) -> Wanted:
    return Wanted(batch.kind, PeopleRule(batch.rule), batch.asks_unheard)


def _advance(batch: AskBatch, states: Collection[BatchState], to: BatchState, **values: Any) -> None:
    """From one of `states` to `to`, once: of two who ask at the same time the second is told `NotNow`."""
    if not AskBatch.objects.filter(firm=batch.firm_id, pk=batch.pk, state__in=states).update(state=to, **values):
        raise NotNow
    batch.refresh_from_db(fields=["state", *values])
