"""Short words for tests of lists of tasks."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from actions.models import Action
from clients.models import Account, Contact
from firms.actors import Actor
from kinds.client_tasks.models import Task
from kinds.client_tasks.queries import tasks_of
from kinds.client_tasks.rules import NewTask
from kinds.client_tasks.services import request_tasks
from reminders.rules import Schedule
from reminders.words import Words
from tenancy.context import firm_context
from tests.factories import START
from tests.people import Lumiere

DAY = timedelta(days=1)
TODAY = START.date()
THREE = (
    NewTask("Send the bank statements", "Of both accounts.\nFrom July on.", TODAY + 4 * DAY),
    NewTask("Tell the insurer", due_on=TODAY + 2 * DAY),
    NewTask("Count the stock"),
)


def tasked(
    lumiere: Lumiere,
    *,
    account: Account | None = None,
    people: Sequence[Contact] | None = None,
    tasks: Sequence[NewTask] = THREE,
    title: str = "Before the accounts of 2026",
    schedule: Schedule = Schedule(on=True),
    now: datetime = START,
    **words: Any,
) -> Action:
    """Three tasks that Claire asks of the bakery, reminders on, after 3 days, once; enters the firm by itself."""
    with firm_context(lumiere.firm.pk):
        return request_tasks(
            account=account or lumiere.bakery, people=[lumiere.nadia] if people is None else people,
            words=Words(title, schedule=schedule, **words), tasks=tasks, staff=lumiere.claire, by=Actor.staff(lumiere.claire), now=now,
        )  # fmt: skip


def tasks(action: Action) -> list[Task]:
    with firm_context(action.firm_id):
        return tasks_of(action)
