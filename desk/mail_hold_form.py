"""Why, and until when, all e-mails to clients are held."""

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from firms.models import Firm
from reminders.asking.forms import DateInput
from ui.forms import LineField

LONGEST = timedelta(days=366)


class HoldForm(forms.Form):
    reason = LineField(label=gettext_lazy("Reason"), max_length=160, help_text=gettext_lazy("For your colleagues. Clients do not see it."))
    until = forms.DateField(
        label=gettext_lazy("They go again on"),
        required=False,
        widget=DateInput,
        help_text=gettext_lazy("From the opening of your hours on. Left empty, until somebody releases them."),
    )

    def __init__(self, *args: Any, firm: Firm, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.firm, self.today = firm, now.astimezone(firm.zone).date()
        self.fields["until"].widget.attrs |= {
            "min": (self.today + timedelta(days=1)).isoformat(),
            "max": (self.today + LONGEST).isoformat(),
        }

    def clean_until(self) -> datetime | None:
        """The instant at which that day's hours open."""
        until: date | None = self.cleaned_data["until"]
        if until is None:
            return None
        if not self.today < until <= self.today + LONGEST:
            raise ValidationError(_("Choose a day after today, within a year."))
        return datetime.combine(until, self.firm.send_from, self.firm.zone)
