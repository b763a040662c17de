"""One task of a list, added or changed by staff while the list is open."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.rules import is_past
from kinds.client_tasks.models import Task
from kinds.client_tasks.rows import LONGEST_DETAILS, LONGEST_TEXT
from kinds.client_tasks.rules import NewTask
from reminders.asking.forms import DateInput
from reminders.forms import one_line_break
from ui.forms import LineField


class TaskForm(forms.Form):
    """A day that has passed may stay on a task that has it already. `last` is the day until which the list can be done."""

    text = LineField(label=gettext_lazy("Task"), max_length=LONGEST_TEXT)
    due_on = forms.DateField(label=gettext_lazy("Due on"), required=False, widget=DateInput)
    details = forms.CharField(
        label=gettext_lazy("Details"), max_length=LONGEST_DETAILS, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, today: date, last: date | None = None, task: Task | None = None, **kwargs: Any) -> None:
        self.today, self.last, self.task = today, last, task
        if task is not None:
            kwargs["initial"] = {"text": task.text, "due_on": task.due_on, "details": task.details}
        super().__init__(*args, **kwargs)
        self.fields["text"].error_messages["required"] = _("Say what is to be done.")

    def clean_due_on(self) -> date | None:
        day: date | None = self.cleaned_data["due_on"]
        if day is not None and day < self.today and (self.task is None or day != self.task.due_on):
            raise forms.ValidationError(_("This day is over. Choose today or a later one."))
        if day is not None and is_past(self.last, day):
            raise forms.ValidationError(_("Every task must still be possible on the day on which it is due."))
        return day

    def clean_details(self) -> str:
        return one_line_break(self.cleaned_data["details"]).strip()

    @property
    def new_task(self) -> NewTask:
        """Asked after `is_valid`."""
        return NewTask(self.cleaned_data["text"], self.cleaned_data["details"], self.cleaned_data["due_on"])
