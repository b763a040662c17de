"""Settings > Reminders: what is usual for each kind, the firm's calendar, how many e-mails with reminders somebody gets."""

from collections.abc import Mapping
from copy import copy
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actions.kinds import Kind, all_kinds
from desk.drawn import Drawn
from firms.calendar import FARTHEST
from firms.calendar_words import calendar_words
from firms.changes import Change, change_fields, said
from firms.closed_days import Closing, calendar_of, closed_for_too_long, closings_of
from firms.models import Firm
from reminders.asking.forms import DateInput
from reminders.forms import MOST_DAYS, MOST_TIMES
from reminders.nearest import settings_of
from reminders.rules import Schedule
from reminders.services import schedule_text
from ui.dates import day_in_words
from ui.forms import LineField, SwitchInput

NUMBERS = ("on", "every_days", "at_most")
TERMS = (
    "send_from", "send_until", "send_days", "keeps_holidays", "open_days_only", "bundle_reminders", "cap_a_day", "cap_a_week",
    "latest_days",
)  # fmt: skip
MOST_E_MAILS = 50
LATEST = 60  # days
MOST_CLOSINGS = 100  # to come


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


def is_true(value: object) -> bool:
    return value in ("True", True)


class ReminderSettingsForm(Drawn, forms.Form):
    """The numbers of each kind stand in fields of their own, such as `signature-on`."""

    required_css_class = "required"

    send_from = forms.TimeField(label=gettext_lazy("From"), widget=TimeInput)
    send_until = forms.TimeField(label=gettext_lazy("Until"), widget=TimeInput)
    send_days = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Days of the week"), coerce=int, choices=WEEKDAYS.items, widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one day of the week: without one no reminder would ever go.")},
    )  # fmt: skip
    keeps_holidays = forms.BooleanField(label=gettext_lazy("No reminders on public holidays"), required=False, widget=SwitchInput)
    open_days_only = forms.TypedChoiceField(
        label=gettext_lazy("Where closed days lie between two reminders"), coerce=is_true, widget=forms.RadioSelect,
        choices=[
            ("False", gettext_lazy("Shift to the next open day: every day counts")),
            ("True", gettext_lazy("Count open days only")),
        ],
    )  # fmt: skip
    bundle_reminders = forms.BooleanField(label=gettext_lazy("One e-mail for all that is due"), required=False, widget=SwitchInput)
    cap_a_day = forms.IntegerField(label=gettext_lazy("E-mails a day"), required=False, min_value=1, max_value=MOST_E_MAILS)
    cap_a_week = forms.IntegerField(label=gettext_lazy("E-mails in seven days"), required=False, min_value=1, max_value=MOST_E_MAILS)
    latest_days = forms.IntegerField(label=gettext_lazy("Late by at most"), min_value=1, max_value=LATEST)

    def __init__(self, data: Any = None, *, firm: Firm, today: date) -> None:
        self.firm, self.today = firm, today
        self.kinds, self.saved = all_kinds(), {key: setting.schedule for key, setting in settings_of(firm).items()}
        super().__init__(data, initial={name: getattr(firm, name) for name in TERMS})
        for kind in self.kinds:
            self._add(kind)
        self.watch([*TERMS, *(f"{kind.key}-{name}" for kind in self.kinds for name in NUMBERS)])

    def _add(self, kind: Kind) -> None:
        saved, named = self.saved[kind.key], {"kind": kind.nouns}
        self.fields[f"{kind.key}-on"] = forms.BooleanField(label=str(kind.nouns), required=False, widget=SwitchInput, initial=saved.on)
        self.fields[f"{kind.key}-every_days"] = forms.IntegerField(
            label=_("%(kind)s: every so many days") % named, min_value=1, max_value=MOST_DAYS, initial=saved.every_days
        )
        self.fields[f"{kind.key}-at_most"] = forms.IntegerField(
            label=_("%(kind)s: at most so many times") % named, min_value=1, max_value=MOST_TIMES, initial=saved.at_most
        )

    @property
    def rows(self) -> list[tuple[Kind, list[forms.BoundField]]]:
        """Each kind with its three fields."""
        return [(kind, [self[f"{kind.key}-{name}"] for name in NUMBERS]) for kind in self.kinds]

    @property
    def drawn_days(self) -> SafeString:
        """Beside the boxes, which the page draws by itself."""
        return self["send_days"].as_hidden(only_initial=True)

    # --- What two people change, see `Drawn` --------------------------------------------------------------------------

    def present(self, name: str) -> object:
        key, _dash, number = name.rpartition("-")
        return getattr(self.saved[key] if key else self.firm, number)

    def present_said(self, name: str) -> object:
        present, words = self.present(name), calendar_words([], [])
        if name in words:
            return words[name](present)
        return said(Firm._meta.get_field(name), present) if name in TERMS else present  # type: ignore[arg-type]

    # --- What is refused ----------------------------------------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        begins, ends = data.get("send_from"), data.get("send_until")
        if begins and ends and ends <= begins:
            sentence = _("Reminders need some time in which they go out: choose an hour after %(start)s.")
            self.add_error("send_until", sentence % {"start": f"{begins:%H:%M}"})
        if "send_days" in self.changed_data or "keeps_holidays" in self.changed_data:
            self._refuse_a_year_without_open_days()
        self.refuse_what_has_changed_meanwhile()
        return data

    def _refuse_a_year_without_open_days(self) -> None:
        day = closed_for_too_long(calendar_of(self.as_it_would_be), closings_of(self.firm), self.today)
        if day is not None and "send_days" not in self.errors:
            self.add_error("send_days", never_open(day))

    # --- What it says -------------------------------------------------------------------------------------------------

    @property
    def good(self) -> Mapping[str, Any]:
        return self.cleaned_data if self.is_bound and hasattr(self, "cleaned_data") else {}

    @property
    def terms(self) -> dict[str, object]:
        """Columns of the firm that were changed on this page, and are good."""
        return {name: self.good[name] for name in self.changed_here if name in TERMS and name in self.good}

    @property
    def usual(self) -> dict[str, Schedule]:
        """By kind, where something of it was changed on this page; what was not is as it stands now."""
        found = {}
        for kind in self.kinds:
            changed = [name for name in NUMBERS if f"{kind.key}-{name}" in self.changed_here]
            if changed and all(f"{kind.key}-{name}" in self.good for name in changed):
                now_set = {name: getattr(self.saved[kind.key], name) for name in NUMBERS}
                found[kind.key] = Schedule(**now_set | {name: self.good[f"{kind.key}-{name}"] for name in changed})
        return found

    @property
    def as_it_would_be(self) -> Firm:
        """Not to be saved."""
        firm = copy(self.firm)
        for name in TERMS:
            if name in self.good:
                setattr(firm, name, self.good[name])
        return firm

    @property
    def changes(self) -> list[Change]:
        """What saving would change, as the save bar names it."""
        usual = [
            Change(kind.nouns, schedule_text(self.saved[kind.key]), schedule_text(self.usual[kind.key]))
            for kind in self.kinds
            if self.usual.get(kind.key, self.saved[kind.key]) != self.saved[kind.key]
        ]
        return [*usual, *change_fields(copy(self.firm), self.terms, words=calendar_words([], []))]


class ClosingForm(forms.Form):
    """A day or several, both included, on which the firm is closed."""

    first = forms.DateField(label=gettext_lazy("First day"), widget=DateInput)
    last = forms.DateField(label=gettext_lazy("Last day"), required=False, widget=DateInput, help_text=gettext_lazy("Empty: a single day."))
    name = LineField(
        label=gettext_lazy("Name"), max_length=80, required=False, help_text=gettext_lazy("For example “Christmas”. Your team reads it.")
    )

    def __init__(self, data: Any = None, *, firm: Firm, today: date) -> None:
        super().__init__(data, prefix="closing")
        self.firm, self.today = firm, today

    @property
    def closing(self) -> Closing:
        """Asked after `is_valid`."""
        data = self.cleaned_data
        return Closing(data["first"], data["last"] or data["first"], data["name"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors:
            closing = Closing(data["first"], data["last"] or data["first"], data["name"])
            wrong = self._what_is_wrong(closing)
            if wrong:
                self.add_error(*wrong)
        return data

    def _what_is_wrong(self, closing: Closing) -> tuple[str, str] | None:
        """The field, and the sentence."""
        if closing.last < closing.first:
            return "last", _("The last day lies before the first. Choose the first day or a later one.")
        if closing.last < self.today:
            return "first", _("These days are over. Choose days to come.")
        if closing.first > self.today + timedelta(FARTHEST):
            return "first", _("Choose days within the next three years.")
        if closing.last - closing.first > timedelta(365):
            return "last", _("A firm is closed for a year at most. Choose an earlier last day, or pause the reminders.")
        return self._with_the_others(closing)

    def _with_the_others(self, closing: Closing) -> tuple[str, str] | None:
        closings = [*closings_of(self.firm), closing]
        if sum(each.last >= self.today for each in closings) > MOST_CLOSINGS:
            return "first", _("There are %(count)d closed days and periods already. Remove one first.") % {"count": MOST_CLOSINGS}
        firm = copy(self.firm)
        firm.closings = [each.row for each in closings]
        day = closed_for_too_long(calendar_of(firm), closings, self.today)
        return ("last", never_open(day)) if day else None


def never_open(day: date) -> str:
    sentence = _("With this the firm would not be open on a single day for longer than a year from %(day)s. Reminders need an open day.")
    return sentence % {"day": day_in_words(day, "j F Y")}
