"""The form that asks, of one account or of many; each kind adds its own fields to it."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from clients.models import Account, Contact
from clients.queries import contacts_of
from firms.models import Firm, Staff
from lib import clock
from reminders.asking.registry import Asking
from reminders.asking.usual import default_message, is_usual, language_for, usual_title, whom_it_is_to
from reminders.asking.words import Payload
from reminders.enums import PeopleRule
from reminders.forms import MOST_SIGNS, ScheduleForm, one_line_break
from reminders.words import Words
from ui.forms import LineField

COMMON = ("title", "people", "rule", "message", "due_on", "expires_on")


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class AskForm(forms.Form):
    """What every kind asks with: of `account`, or of many where there is none. A kind adds fields, and `payload` for what they hold.

    Browsers forget the files of a form that comes back: a kind keeps them by itself (`keep_files`). `is_template`: it is no
    request yet but a template of one, which has neither people nor days, and for which no file may be required.
    """

    title = LineField(label=gettext_lazy("Title"), max_length=160)
    rule = forms.ChoiceField(label=gettext_lazy("People"), choices=PeopleRule, widget=forms.RadioSelect)  # of many accounts
    people = forms.MultipleChoiceField(label=gettext_lazy("People"), required=False, widget=forms.CheckboxSelectMultiple)
    message = forms.CharField(
        label=gettext_lazy("Message to the client"), max_length=MOST_SIGNS, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    due_on = forms.DateField(label=gettext_lazy("Due on"), required=False, widget=DateInput)
    expires_on = forms.DateField(label=gettext_lazy("Can be done until"), required=False, widget=DateInput)
    go_on = forms.BooleanField(required=False)

    def __init__(
        self,
        *args: Any,
        asking: Asking,
        staff: Staff,
        today: date,
        account: Account | None = None,
        is_template: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.asking, self.staff, self.today, self.is_template = asking, staff, today, is_template
        self.contacts: dict[str, Contact] = {}
        self.language = get_language() or ""  # that of the words: of many accounts each has its own, see `running.words_for`
        if is_template:
            self._keep_as_template()
        elif account is None:
            self._ask_many()
        else:
            self._ask_one(account)

    def _keep_as_template(self) -> None:
        for name in ("people", "rule", "due_on", "expires_on", "go_on"):
            del self.fields[name]
        self.fields["title"].required = False
        self._propose_message()

    def _ask_one(self, account: Account) -> None:
        del self.fields["rule"]
        self.contacts = {contact.code: contact for contact in contacts_of(account).filter(archived_at=None)}
        self.fields["people"].label = str(self.asking.people_label)
        self.fields["people"].choices = [(code, contact.name) for code, contact in self.contacts.items()]  # type: ignore[attr-defined]
        people = whom_it_is_to(self.asking.kind, account, self.contacts.values(), self.ticked, clock.now())
        self.language = language_for(account, people)
        self._propose_message()

    def _ask_many(self) -> None:
        """The people are a rule, for each account has its own; the usual message is put into each account's language."""
        del self.fields["people"]
        self.fields["rule"].label = str(self.asking.people_label)
        self.initial.setdefault("rule", PeopleRule.MAIN if self.asking.people_needed else PeopleRule.EVERYBODY)
        self._propose_message()

    def _propose_message(self) -> None:
        """The kind's own text, unless there is another one already."""
        self.initial.setdefault("message", default_message(self.asking, self.language))

    def usual_title(self) -> str:
        """What the kind calls it where no title is typed; asked once its own fields are clean."""
        return usual_title(self.asking, self.staff, self.payload(), self.language)

    @classmethod
    def initial_of(cls, payload: Payload) -> dict[str, Any]:
        """The kind's own fields as `payload` gave them, to be shown again; one of a template has no files."""
        return dict(payload)

    @classmethod
    def initial_in(cls, query: QueryDict) -> dict[str, Any]:
        """What a link to the page says of the kind's own fields."""
        return {}

    def payload(self) -> dict[str, Any]:
        """The kind's own fields as JSON; asked after `is_valid`."""
        return {}

    def lasting_payload(self) -> dict[str, Any]:
        """What of it a template keeps: no files, and for a kind with days of its own no days."""
        return {key: value for key, value in self.payload().items() if key not in self.asking.files}

    def typed(self) -> dict[str, Any]:
        """What stands in the fields that every kind has, as it was typed."""
        return {name: self[name].value() for name in COMMON if name in self.fields}

    def keep_files(self) -> None:
        """Called before the form is shown again, whatever was wrong."""

    @property
    def ticked(self) -> list[Contact]:
        """Whoever is ticked so far, of the people there are."""
        codes = set(self["people"].value() or ()) if self.contacts else set()
        return [contact for code, contact in self.contacts.items() if code in codes]

    def clean_people(self) -> list[Contact]:
        people = [self.contacts[code] for code in self.cleaned_data["people"]]
        if self.asking.people_needed and not people:
            raise forms.ValidationError(str(self.asking.people_missing))
        return people

    def clean_message(self) -> str:
        """The proposed text goes in the language of those who are ticked by now."""
        message = one_line_break(self.cleaned_data["message"])
        return default_message(self.asking, self.language) if is_usual(self.asking, message) else message

    def clean_due_on(self) -> date | None:
        return self._not_past(self.cleaned_data["due_on"])

    def clean_expires_on(self) -> date | None:
        return self._not_past(self.cleaned_data["expires_on"])

    def _not_past(self, day: date | None) -> date | None:
        if day is not None and day < self.today:
            raise forms.ValidationError(_("This day is over. Choose today or a later one."))
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        due_on, expires_on = data.get("due_on"), data.get("expires_on")
        if due_on and expires_on and expires_on < due_on:
            self.add_error("expires_on", _("It must still be possible on the day on which it is due."))
        return data


def words_of(form: AskForm, schedule: ScheduleForm, topic: str = "") -> Words:
    """Asked once both forms are valid."""
    data = form.cleaned_data
    return Words(data["title"], data["message"], data["due_on"], data["expires_on"], schedule.schedule, topic)


def today_of(firm: Firm, now: datetime) -> date:
    return now.astimezone(firm.zone).date()
