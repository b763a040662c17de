"""What is written in a conversation, by either side, and who takes part."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actions.kinds import Policy
from actions.models import Action
from clients.models import Contact
from files.errors import FileRefused
from files.fields import FilesField
from files.uploads import check_upload
from firms.models import Staff
from kinds.chats.rules import MOST_FILES, MOST_SIGNS
from reminders.forms import MOST_SIGNS as MOST_SIGNS_OF_FIRM
from reminders.forms import ScheduleForm, one_line_break
from ui.forms import LineField, SwitchInput


class CheckedFilesField(FilesField):
    """Each is looked at before any is kept; what is refused is refused with its sentence."""

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[bytes]]":
        uploads = super().clean(data, initial)
        if len(uploads) > MOST_FILES:
            raise forms.ValidationError(said_too_many())
        refused = [forms.ValidationError(sentence) for sentence in map(refusal_of, uploads) if sentence]
        if refused:
            raise forms.ValidationError(refused)
        return uploads


def said_too_many() -> str:
    return _("At most %(most)s files go with one message. Send the others with the next one.") % {"most": MOST_FILES}


def refusal_of(upload: "UploadedFile[bytes]") -> str:
    try:
        check_upload(upload)
    except FileRefused as refused:
        return str(refused)
    return ""


class MessageForm(forms.Form):
    """A text, which no mail scanner types, and files if there are any."""

    text = forms.CharField(label=gettext_lazy("Your message"), max_length=MOST_SIGNS, widget=forms.Textarea(attrs={"rows": 3}))
    uploads = CheckedFilesField(label=gettext_lazy("Files"), required=False)

    def __init__(self, data: QueryDict | None = None, files: "MultiValueDict[str, UploadedFile[bytes]] | None" = None, **more: Any) -> None:
        super().__init__(data, files, **{"auto_id": "say_%s", **more})
        self.fields["text"].error_messages["required"] = _("Please write something first.")

    def clean_text(self) -> str:
        return one_line_break(self.cleaned_data["text"])


class StaffMessageForm(MessageForm):
    """Of the firm's: it may be sent again, and is then a message like any other kind's."""

    text = forms.CharField(label=gettext_lazy("Your message"), max_length=MOST_SIGNS_OF_FIRM, widget=forms.Textarea(attrs={"rows": 3}))
    nothing_needed = forms.BooleanField(label=gettext_lazy("No answer needed"), required=False, widget=SwitchInput)


class ClientThreadForm(MessageForm):
    """A client's own first message."""

    title = LineField(label=gettext_lazy("What is it about?"), max_length=160)

    field_order = ["title", "text", "uploads"]


def composer_schedule(action: Action | None, data: Any = None) -> ScheduleForm:
    """As the last message has it: reminders that are on stay on for the next one (D16); off, with the usual numbers, before any."""
    last = action or Action(remind_every_days=Policy().every_days, remind_max=Policy().at_most)
    initial = {"on": last.reminders_on, "every_days": last.remind_every_days, "at_most": last.remind_max}
    return ScheduleForm(data, initial=initial, auto_id="say_%s")


class PeopleForm(forms.Form):
    """Who takes part for the firm, and who of the client is named."""

    staff = forms.MultipleChoiceField(label=gettext_lazy("From the firm"), widget=forms.CheckboxSelectMultiple)
    contacts = forms.MultipleChoiceField(label=gettext_lazy("From the client"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, data: QueryDict | None = None, *, colleagues: Sequence[Staff], people: Sequence[Contact], **more: Any) -> None:
        super().__init__(data, **{"auto_id": "people_%s", **more})
        self.colleagues, self.people = {each.code: each for each in colleagues}, {each.code: each for each in people}
        self.fields["staff"].choices = [(code, each.name) for code, each in self.colleagues.items()]  # type: ignore[attr-defined]
        self.fields["contacts"].choices = [(code, each.name) for code, each in self.people.items()]  # type: ignore[attr-defined]

    @property
    def chosen_staff(self) -> list[Staff]:
        return [self.colleagues[code] for code in self.cleaned_data["staff"]]

    @property
    def chosen_contacts(self) -> list[Contact]:
        return [self.people[code] for code in self.cleaned_data["contacts"]]
