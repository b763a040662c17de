"""Until when, and why: what a pause of reminders asks."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reminders.asking.forms import DateInput
from reminders.pausing import LONGEST
from ui.forms import LineField


class PauseForm(forms.Form):
    """`today` is the firm's."""

    until = forms.DateField(
        label=gettext_lazy("Reminders go on again on"),
        widget=DateInput,
        help_text=gettext_lazy("The first day on which they go out again."),
    )
    reason = LineField(label=gettext_lazy("Reason"), max_length=160, help_text=gettext_lazy("For your colleagues. Clients do not see it."))

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["until"].widget.attrs |= {"min": (today + timedelta(days=1)).isoformat(), "max": (today + LONGEST).isoformat()}

    def clean_until(self) -> date:
        until: date = self.cleaned_data["until"]
        if until <= self.today:
            raise ValidationError(_("Choose a day after today."))
        if until > self.today + LONGEST:
            raise ValidationError(_("Choose a day within two years."))
        return until
