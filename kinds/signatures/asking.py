"""Asking for signatures: the document beside what every kind asks with."""

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actions.models import Action
from clients.models import Account, Contact
from files.drafts import find_draft, keep_draft
from files.pdf import NotAPdf, Pdf, read_pdf, read_upload, title_of
from firms.actors import Actor
from firms.models import Staff
from kinds.signatures.services import KIND, request_signature
from reminders.asking.forms import AskForm, DateInput
from reminders.asking.registry import Asking
from reminders.asking.words import AskRefused, Payload
from reminders.words import Words
from ui.forms import LineField

PDF_ONLY = {"accept": "application/pdf,.pdf"}


class AskSignatureForm(AskForm):
    """The document that came with a form in error is kept by the server (`draft`), since browsers forget it."""

    document = forms.FileField(label=gettext_lazy("Document (PDF)"), required=False, widget=forms.FileInput(attrs=PDF_ONLY))
    draft = forms.CharField(required=False, widget=forms.HiddenInput)
    title = LineField(label=gettext_lazy("Title"), max_length=160, required=False)  # else that of the document
    expires_on = forms.DateField(label=gettext_lazy("Can be signed until"), required=False, widget=DateInput)

    pdf: Pdf | None = None

    @classmethod
    def initial_of(cls, payload: Payload) -> dict[str, Any]:
        return {"draft": payload.get("document", "")}

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        self._read_document(data.get("document"), data.get("draft", ""))
        if not data.get("title") and "title" not in self.errors:
            data["title"] = title_of(self.pdf.filename) if self.pdf else ""
        return data

    def _read_document(self, upload: "UploadedFile[bytes] | None", draft: str) -> None:
        if upload is None:
            self.pdf = find_document(self.staff, draft)
            if self.pdf is None and "document" not in self.errors and not self.is_template:
                self.add_error("document", _("Choose the PDF that is to be signed."))
            return
        try:
            self.pdf = read_upload(upload)
        except NotAPdf as error:
            self.add_error("document", str(error))

    @property
    def kept(self) -> str:
        """The name of the document that need not be chosen again."""
        draft = find_draft(self.staff, str(self["draft"].value() or ""))
        return draft.filename if draft else ""

    def payload(self) -> dict[str, Any]:
        return {"document": self._draft}

    def keep_files(self) -> None:
        if self.pdf is not None and isinstance(self.data, QueryDict):
            values = self.data.copy()
            values["draft"] = self._draft
            self.data = values

    @cached_property
    def _draft(self) -> str:
        """The name of the draft that holds the document: that of the form before, or a new one for what was just uploaded."""
        upload = self.cleaned_data.get("document")
        return keep_draft(self.staff, upload).name if upload else str(self.cleaned_data["draft"])


def find_document(staff: Staff, draft: str) -> Pdf | None:
    kept = find_draft(staff, draft)
    try:
        return read_pdf(kept.filename, kept.content()) if kept else None
    except NotAPdf:
        return None


def open_signature(
    *, account: Account, people: Sequence[Contact], words: Words, payload: Payload, staff: Staff, by: Actor, now: datetime
) -> Action:
    """Raises `AskRefused` when the document is no longer kept, and what `request_signature` raises."""
    pdf = find_document(staff, payload["document"])
    if pdf is None:
        raise AskRefused(_("The document is no longer there. Choose it again."))
    return request_signature(account=account, signers=people, words=words, pdf=pdf, staff=staff, by=by, now=now)


SIGNATURES = Asking(
    kind=KIND,
    heading=gettext_lazy("Ask for a signature"),
    form=AskSignatureForm,
    fields_template="signatures/_ask_fields.html",
    open=open_signature,
    people_label=gettext_lazy("Who signs"),
    people_help=gettext_lazy("Each of them signs; who has signed is left alone."),
    people_needed=True,
    people_missing=gettext_lazy("Tick at least one person who is to sign."),
    default_message=gettext_lazy("Please read the document and sign it. If anything is unclear, just ask us."),
    files=("document",),
    scripts=("signatures/title-from-file.js",),
)
