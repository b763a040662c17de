"""Asking for a signature, signing, declining."""

from datetime import date
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.models import Account, Contact
from clients.queries import contacts_of
from firms.models import Staff
from kinds.signatures.documents import find_draft, keep_draft
from kinds.signatures.pdf import NotAPdf, Pdf, clean_filename, read_upload, title_of
from ui.forms import LineField

PDF_ONLY = {"accept": "application/pdf,.pdf"}


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class AskForm(forms.Form):
    """What is asked of whom. The document that came with a form in error is kept by the server (`draft`), since browsers forget it."""

    document = forms.FileField(label=gettext_lazy("Document (PDF)"), required=False, widget=forms.FileInput(attrs=PDF_ONLY))
    draft = forms.CharField(required=False, widget=forms.HiddenInput)
    draft_name = forms.CharField(required=False, widget=forms.HiddenInput)
    title = LineField(label=gettext_lazy("Title"), max_length=160, required=False)  # else that of the document
    signers = forms.MultipleChoiceField(label=gettext_lazy("Signers"), widget=forms.CheckboxSelectMultiple)
    message = forms.CharField(
        label=gettext_lazy("Message to the client"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    due_on = forms.DateField(label=gettext_lazy("Due on"), required=False, widget=DateInput)
    expires_on = forms.DateField(label=gettext_lazy("Can be signed until"), required=False, widget=DateInput)
    go_on = forms.BooleanField(required=False)

    def __init__(self, *args: Any, account: Account, staff: Staff, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account, self.staff, self.today = account, staff, today
        self.pdf: Pdf | None = None
        self.people = {contact.code: contact for contact in contacts_of(account).filter(archived_at=None)}
        signers: forms.MultipleChoiceField = self.fields["signers"]  # type: ignore[assignment]
        signers.choices = [(code, contact.name) for code, contact in self.people.items()]
        signers.error_messages["required"] = _("Tick at least one person who is to sign.")

    @property
    def ticked(self) -> list[Contact]:
        """Whoever is ticked so far, of the people there are."""
        codes = set(self.data.getlist("signers")) if isinstance(self.data, QueryDict) else set()
        return [contact for code, contact in self.people.items() if code in codes]

    def clean_signers(self) -> list[Contact]:
        return [self.people[code] for code in self.cleaned_data["signers"]]

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
            self.add_error("expires_on", _("It must be possible to sign on the day on which it is due."))
        self._read_document(data.get("document"), data.get("draft", ""), clean_filename(data.get("draft_name", "")))
        if not data.get("title") and "title" not in self.errors:
            data["title"] = title_of(self.pdf.filename) if self.pdf else ""
        return data

    def _read_document(self, upload: "UploadedFile[bytes] | None", draft: str, draft_name: str) -> None:
        if upload is None:
            self.pdf = find_draft(self.staff, draft, draft_name)
            if self.pdf is None and "document" not in self.errors:
                self.add_error("document", _("Choose the PDF that is to be signed."))
            return
        try:
            self.pdf = read_upload(upload)
        except NotAPdf as error:
            self.add_error("document", str(error))

    def keep_document(self) -> None:
        """Before the form is shown again: the document stays, whatever else was wrong."""
        if self.pdf is None or not isinstance(self.data, QueryDict):
            return
        values = self.data.copy()
        values["draft"] = keep_draft(self.staff, self.pdf) if self.files else self.data.get("draft", "")
        values["draft_name"] = self.pdf.filename
        self.data = values


class SignForm(forms.Form):
    """The first step: the name and the yes. The code follows."""

    typed_name = LineField(label=gettext_lazy("Your name, as on the document"), max_length=160)
    accepted = forms.BooleanField()

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["typed_name"].widget.attrs.update({"autocomplete": "name"})
        self.fields["typed_name"].error_messages["required"] = _("Please type your name.")
        self.fields["accepted"].label = _("I have read the document and accept it on behalf of %(account)s.") % {"account": account.name}
        self.fields["accepted"].error_messages["required"] = _("Please tick this once you have read the document.")


class DeclineForm(forms.Form):
    """The first step of a refusal: why. The code follows."""

    reason = forms.CharField(label=gettext_lazy("Why do you not want to sign?"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].error_messages["required"] = _("Please say in a few words why: your contact at the firm will read it.")


class CodeForm(forms.Form):
    """Six digits; blanks between them are forgiven, and what cannot be a code is no try."""

    code = forms.CharField(
        label=gettext_lazy("Six-digit code"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "class": "code-field"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].error_messages["required"] = _("Please enter the code from the e-mail.")

    def clean_code(self) -> str:
        code = "".join(str(self.cleaned_data["code"]).split())
        if not (len(code) == 6 and code.isascii() and code.isdigit()):
            raise forms.ValidationError(_("The code has six digits. Please look at the e-mail once more; this did not count as a try."))
        return code
