"""The schedule of an action's reminders, and the message to the client, as staff set them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from actions.models import Action
from reminders.models import Asked
from reminders.rules import Schedule
from ui.forms import SwitchInput

MOST_DAYS = 60
MOST_TIMES = 10
MOST_SIGNS = 2000  # of a message


class ResendForm(forms.Form):
    """The message to the client, which may be changed before it goes out once more (D33)."""

    message = forms.CharField(
        label=_("Message to the client"), max_length=MOST_SIGNS, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )

    def clean_message(self) -> str:
        return one_line_break(self.cleaned_data["message"])


def one_line_break(text: str) -> str:
    """Browsers send two signs for each line break: a text left alone would not be the same."""
    return text.replace("\r\n", "\n")


class ScheduleForm(forms.Form):
    """On or off, every n days, at most m times (D12-D15). A part of other forms too, with a prefix of its own."""

    on = forms.BooleanField(label=_("On"), required=False, widget=SwitchInput)
    every_days = forms.IntegerField(label=_("Every"), min_value=1, max_value=MOST_DAYS)
    at_most = forms.IntegerField(label=_("At most"), min_value=1, max_value=MOST_TIMES)

    @property
    def schedule(self) -> Schedule:
        """What was chosen; asked after `is_valid`."""
        return Schedule(**self.cleaned_data)


def schedule_form(action: Action, data: Any = None) -> ScheduleForm:
    """The form of an action's card, filled with what holds."""
    now_set = {"on": action.reminders_on, "every_days": action.remind_every_days, "at_most": action.remind_max}
    return ScheduleForm(data, initial=now_set, auto_id="remind_%s")


def new_schedule_form(nearest: Schedule, data: Any = None) -> ScheduleForm:
    """The form of a request that is not asked yet, filled with the nearest setting (D13, D24)."""
    usual = {"on": nearest.on, "every_days": nearest.every_days, "at_most": nearest.at_most}
    return ScheduleForm(data, initial=usual, auto_id="remind_%s")


def saved_schedule_form(asked: Asked, data: Any = None) -> ScheduleForm:
    """The form of a batch or a template, filled with what it says so far."""
    so_far = {"on": asked.reminders_on, "every_days": asked.remind_every_days, "at_most": asked.remind_max}
    return ScheduleForm(data, initial=so_far, auto_id="remind_%s")
