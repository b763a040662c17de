"""Asking for tasks, ticking them off, and changing a list while it is open."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from access.acting import is_over
from access.rules import is_past
from actions.enums import PartyRole
from actions.errors import ActionClosed
from actions.models import Action
from clients.models import Account, Contact
from firms.actors import Actor
from firms.enums import Verb
from firms.models import Staff
from kinds.client_tasks.errors import ListRefused
from kinds.client_tasks.models import Task, TaskList
from kinds.client_tasks.queries import KIND, progress_of
from kinds.client_tasks.rules import MOST_TASKS, NewTask, earliest
from reminders.due import follow_due
from reminders.services import ask, lock_open, log_act, settle
from reminders.words import Words


def request_tasks(
    *, account: Account, people: Sequence[Contact], words: Words, tasks: Sequence[NewTask], staff: Staff, by: Actor, now: datetime
) -> Action:
    """Opens the list and tells whoever is named, or else everybody with NOTIFY; any of them may tick.

    Without a day of its own it is due with the earliest open task.
    """
    if not 0 < len(tasks) <= MOST_TASKS:
        raise ValueError(f"A list has 1 to {MOST_TASKS} tasks.")

    def keep(action: Action) -> None:
        TaskList.objects.create(firm=action.firm, action=action, due_follows=words.due_on is None)
        Task.objects.bulk_create(
            Task(firm=action.firm, list_id=action.pk, position=position, text=task.text, details=task.details, due_on=task.due_on)
            for position, task in enumerate(tasks, 1)
        )

    dated = replace(words, due_on=words.due_on or earliest(task.due_on for task in tasks))
    return ask(
        account=account, kind=KIND, words=dated, staff=staff, by=by, now=now, parties=people, role=PartyRole.ADDRESSEE, detail=keep
    )  # fmt: skip


@transaction.atomic
def tick(*, action: Action, code: str, by: Actor, now: datetime) -> Action:
    """Marks a task as done; with the last one the list is. What is ticked already stays as it is.

    Raises `ActionClosed` when it is too late, and `Task.DoesNotExist`.
    """
    action = lock_list(action, now)
    task = task_of(action, code)
    if task.is_open:
        task.done_at, task.done_by, task.doer = now, by.name, by.kind
        task.save(update_fields=["done_at", "done_by", "doer"])
        log_act(action, by, Verb.TASK_DONE, now, detail=task.text)
        action = _settle_or_follow(action, by, now)
    return action


@transaction.atomic
def untick(*, action: Action, code: str, by: Actor, now: datetime) -> Action:
    """Opens a task again while its list is open. Raises as `tick`."""
    action = lock_list(action, now)
    task = task_of(action, code)
    if not task.is_open:
        task.done_at, task.done_by, task.doer = None, "", ""
        task.save(update_fields=["done_at", "done_by", "doer"])
        log_act(action, by, Verb.TASK_UNDONE, now, detail=task.text)
        _settle_or_follow(action, by, now)
    return action


@transaction.atomic
def add_task(*, action: Action, task: NewTask, by: Actor, now: datetime) -> Task:
    """At the end of an open list; nobody is told before the next reminder. Raises `ActionClosed`, `ListRefused`."""
    action = lock_list(action, now)
    _refuse_beyond(action, task)
    known = Task.objects.filter(firm=action.firm_id, list=action.pk)
    if known.count() >= MOST_TASKS:
        raise ListRefused(_("A list holds at most %(most)d tasks. Ask for the rest in another one.") % {"most": MOST_TASKS})
    last = known.aggregate(last=Max("position"))["last"] or 0
    added = Task.objects.create(
        firm=action.firm, list_id=action.pk, position=last + 1, text=task.text, details=task.details, due_on=task.due_on
    )
    log_act(action, by, Verb.TASK_ADDED, now, detail=task.text)
    _settle_or_follow(action, by, now)
    return added


@transaction.atomic
def change_task(*, action: Action, code: str, task: NewTask, by: Actor, now: datetime) -> None:
    """Raises as `tick`, and `ListRefused`."""
    action = lock_list(action, now)
    known = task_of(action, code)
    if (known.text, known.details, known.due_on) == (task.text, task.details, task.due_on):
        return
    _refuse_beyond(action, task)
    old = known.text
    known.text, known.details, known.due_on = task.text, task.details, task.due_on
    known.save(update_fields=["text", "details", "due_on"])
    log_act(action, by, Verb.TASK_CHANGED, now, detail=task.text, old=old, new=task.text)
    _settle_or_follow(action, by, now)


@transaction.atomic
def remove_task(*, action: Action, code: str, by: Actor, now: datetime) -> Action:
    """A list keeps at least one task; where only done ones remain, it is done. Raises as `tick`, and `ListRefused`."""
    action = lock_list(action, now)
    task = task_of(action, code)
    if not Task.objects.filter(firm=action.firm_id, list=action.pk).exclude(pk=task.pk).exists():
        raise ListRefused(_("A list keeps at least one task. To ask for nothing any more, withdraw the request."))
    task.delete()
    log_act(action, by, Verb.TASK_REMOVED, now, detail=task.text)
    return _settle_or_follow(action, by, now)


def _refuse_beyond(action: Action, task: NewTask) -> None:
    """Nobody could tick it off on its day."""
    if task.due_on is not None and is_past(action.expires_on, task.due_on):
        raise ListRefused(_("Every task must still be possible on the day on which it is due."))


def lock_list(action: Action, now: datetime) -> Action:
    """The action, locked until the transaction ends. Raises `ActionClosed`, also when its last day is over."""
    locked = lock_open(action)
    if is_over(locked, now):
        raise ActionClosed
    return locked


def task_of(action: Action, code: str) -> Task:
    """Raises `Task.DoesNotExist`: somebody may just have removed it."""
    return Task.objects.get(firm=action.firm_id, list=action.pk, code=code)


def _settle_or_follow(action: Action, by: Actor, now: datetime) -> Action:
    """Of a locked list that has changed: done when all that remain are, else due with the earliest that is open."""
    if progress_of([action])[action.pk].is_finished:
        return settle(action=action, by=by, now=now)
    open_tasks = Task.objects.filter(firm=action.firm_id, list=action.pk, done_at=None)
    if TaskList.objects.filter(firm=action.firm_id, action=action, due_follows=True).exists():
        follow_due(action=action, due_on=earliest(open_tasks.values_list("due_on", flat=True)))
    return action
