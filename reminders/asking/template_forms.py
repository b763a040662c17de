"""The name of a template, and the days until what it asks is due."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reminders.asking.forms import AskForm
from reminders.asking.templates import LONGEST_NAME, TemplateWords
from reminders.asking.usual import is_usual
from reminders.forms import ScheduleForm
from reminders.models import RequestTemplate
from ui.forms import LineField

MOST_DAYS = 365


class TemplateForm(forms.Form):
    """Beside the form of the kind, with names of its own."""

    required_css_class = "required"

    kept_as = LineField(label=_("Name of the template"), max_length=LONGEST_NAME)
    days_until_due = forms.IntegerField(label=_("Due after"), min_value=0, max_value=MOST_DAYS, required=False)

    def __init__(self, data: Any = None, *, template: RequestTemplate | None = None) -> None:
        initial = {"kept_as": template.name, "days_until_due": template.days_until_due} if template else {}
        super().__init__(data, initial=initial, auto_id="template_%s")


def words_of_template(name: str, days_until_due: int | None, ask: AskForm, schedule: ScheduleForm) -> TemplateWords:
    """Asked once both forms are valid; the message that was proposed is not kept, for it speaks each account's language."""
    message = ask.cleaned_data["message"]
    return TemplateWords(
        name=name,
        title=ask.cleaned_data["title"],
        message="" if is_usual(ask.asking, message) else message,
        days_until_due=days_until_due,
        schedule=schedule.schedule,
        payload=ask.lasting_payload(),
    )
