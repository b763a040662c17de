"""Asking for tasks: the rows of the list beside what every kind asks with."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actions.models import Action
from clients.models import Account, Contact
from firms.actors import Actor
from firms.models import Staff
from kinds.client_tasks.queries import KIND
from kinds.client_tasks.rows import AT_FIRST, SEVERAL, TaskRow, edited, lines_of, read_rows, rows_of, typed_rows
from kinds.client_tasks.rules import MOST_TASKS, NewTask
from kinds.client_tasks.services import request_tasks
from reminders.asking.forms import AskForm
from reminders.asking.registry import Asking
from reminders.asking.words import Payload
from reminders.words import Words


class AskTasksForm(AskForm):
    """The tasks are typed in rows (`rows`), which the page's buttons (`edit`) add, move and remove without scripts too."""

    tasks = forms.CharField(label=gettext_lazy("Tasks"), required=False, widget=forms.HiddenInput)  # stands for the rows: see `rows`
    several = forms.CharField(
        label=gettext_lazy("Several at once, a line each"),
        required=False,
        max_length=MOST_TASKS * 250,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    most = MOST_TASKS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.new_tasks: list[NewTask] = []
        self.rows = self._first_rows()

    def _first_rows(self) -> list[TaskRow]:
        if not isinstance(self.data, QueryDict) or not self.is_bound:
            return rows_of(self.initial.get("tasks") or (), self.today) or [TaskRow()] * AT_FIRST
        if self.is_edited:
            return edited(typed_rows(self.data), self.data.get("edit", ""), self.data.get(SEVERAL, "")) or [TaskRow()]
        return typed_rows(self.data) + lines_of(self.data.get(SEVERAL, ""))

    @property
    def is_edited(self) -> bool:
        """Whether a button of the rows was pressed: then nothing is asked yet, and nothing is wrong."""
        return "edit" in self.data

    def is_valid(self) -> bool:
        return not self.is_edited and super().is_valid()

    def full_clean(self) -> None:
        if self.is_edited:
            self._errors, self.cleaned_data = ErrorDict(), {}
            self._take_lines()
        else:
            super().full_clean()

    def _take_lines(self) -> None:
        """The lines have become rows: they must not come twice."""
        if isinstance(self.data, QueryDict) and self.data.get("edit") == "split":
            values = self.data.copy()
            values[SEVERAL] = ""
            self.data = values

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        read = read_rows(self.rows, self.today)
        self.new_tasks, self.rows = read.tasks, read.rows or [TaskRow()] * AT_FIRST
        if read.problem:
            self.add_error("tasks", read.problem)
        last = max((task.due_on for task in read.tasks if task.due_on), default=None)
        if last and data.get("expires_on") and data["expires_on"] < last:
            self.add_error("expires_on", _("Every task must still be possible on the day on which it is due."))
        return data

    def payload(self) -> dict[str, Any]:
        return {"tasks": [_kept(task, self.today) for task in self.new_tasks]}

    def lasting_payload(self) -> dict[str, Any]:
        """A template counts the days from its asking."""
        return {"tasks": [{**task, "due_on": None} for task in self.payload()["tasks"]]}


def _kept(task: NewTask, today: date) -> dict[str, Any]:
    """As JSON: the day itself, and how many days it is away, for a template's later lists."""
    due_on = task.due_on
    return {
        "text": task.text,
        "details": task.details,
        "due_on": due_on.isoformat() if due_on else None,
        "due_in": (due_on - today).days if due_on else None,
    }


def tasks_in(payload: Payload, today: date) -> list[NewTask]:
    """A day that was given counts; where there is none, so many days from `today`."""
    return [NewTask(task["text"], task.get("details", ""), _due_on(task, today)) for task in payload["tasks"]]


def _due_on(task: Payload, today: date) -> date | None:
    if task.get("due_on"):
        return date.fromisoformat(task["due_on"])
    return None if task.get("due_in") is None else today + timedelta(days=task["due_in"])


def open_tasks(
    *, account: Account, people: Sequence[Contact], words: Words, payload: Payload, staff: Staff, by: Actor, now: datetime
) -> Action:
    """Raises what `reminders.services.ask` raises."""
    tasks = tasks_in(payload, now.astimezone(account.firm.zone).date())
    return request_tasks(account=account, people=people, words=words, tasks=tasks, staff=staff, by=by, now=now)


TASKS = Asking(
    kind=KIND,
    heading=gettext_lazy("Ask for tasks"),
    form=AskTasksForm,
    fields_template="client_tasks/_ask_fields.html",
    open=open_tasks,
    people_label=gettext_lazy("Who is told"),
    people_help=gettext_lazy("Any of them may tick the tasks off. Nobody ticked: everybody with NOTIFY."),
    default_message=gettext_lazy("Here is what we need from you. Please tick each task off once it is done."),
    scripts=("client_tasks/rows.js",),
)
