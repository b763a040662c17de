"""Asking for approval: the documents beside what every kind asks with."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, override

from actions.models import Action
from clients.models import Account, Contact
from files.drafts import Draft, find_draft, keep_draft
from files.errors import FileRefused
from files.fields import FilesField
from files.models import File
from files.pdf import title_of
from firms.actors import Actor
from firms.models import Staff
from kinds.approvals.queries import KIND, files_offered, files_picked
from kinds.approvals.services import MOST_DOCUMENTS, DocumentGone, request_approval
from reminders.asking.forms import AskForm, DateInput
from reminders.asking.registry import Asking
from reminders.asking.words import AskRefused, Payload
from reminders.words import Words
from ui.forms import LineField

DRAFT, FILE = "draft", "file"  # in the form: names of drafts that are to stay, codes of files of the account


class AskApprovalForm(AskForm):
    """Documents are uploaded, or are files that the account has already (`picks`).

    What was uploaded becomes a draft at once (`kept`): a form that comes back shows it, ticked. Many accounts get the same uploads.
    """

    uploads = FilesField(label=gettext_lazy("Documents"), required=False)
    title = LineField(label=gettext_lazy("Title"), max_length=160, required=False)  # else that of the first document
    expires_on = forms.DateField(label=gettext_lazy("Can be approved until"), required=False, widget=DateInput)

    def __init__(self, *args: Any, account: Account | None = None, **kwargs: Any) -> None:
        super().__init__(*args, account=account, **kwargs)
        self.account = account
        self.kept: list[Draft] = [draft for name in self._named(DRAFT) if (draft := find_draft(self.staff, name))]
        self.picks: list[File] = files_picked(account, self._named(FILE)) if account else []

    def _named(self, name: str) -> list[str]:
        """What is ticked, or was asked for by the address: each once."""
        given = self.data.getlist(name) if isinstance(self.data, QueryDict) else self.initial.get(name, [])
        return list(dict.fromkeys(map(str, given)))[:MOST_DOCUMENTS]

    @classmethod
    def initial_of(cls, payload: Payload) -> dict[str, Any]:
        return {DRAFT: payload.get("uploads", []), FILE: payload.get("files", [])}

    @classmethod
    def initial_in(cls, query: QueryDict) -> dict[str, Any]:
        return {FILE: query.getlist(FILE)}

    @property
    def offered(self) -> list[File]:
        """What could be ticked besides, before anything is searched."""
        return files_offered(self.account, "", but=[file.code for file in self.picks]) if self.account else []

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        self._keep(data.get("uploads") or [])
        if not self.count and "uploads" not in self.errors and not self.is_template:
            self.add_error("uploads", _("Choose at least one document that is to be approved."))
        if self.count > MOST_DOCUMENTS:
            most = {"most": MOST_DOCUMENTS, "count": self.count}
            self.add_error("uploads", _("These are %(count)s documents; the most is %(most)s. Leave some out, or ask twice.") % most)
        if not data.get("title") and "title" not in self.errors:
            data["title"] = self.usual_title()
        return data

    def _keep(self, uploads: "Collection[UploadedFile[bytes]]") -> None:
        """What is refused is named; the others are kept all the same."""
        for upload in uploads:
            try:
                self.kept.append(keep_draft(self.staff, upload))
            except FileRefused as refused:
                self.add_error("uploads", str(refused))

    @property
    def count(self) -> int:
        return len(self.kept) + len(self.picks)

    def usual_title(self) -> str:
        """As of many accounts, but that here the account's own files are known."""
        with override(self.language):
            return title_from([file.name for file in self.picks] + [draft.filename for draft in self.kept])

    def payload(self) -> dict[str, Any]:
        return {"uploads": [draft.name for draft in self.kept], "files": [file.code for file in self.picks]}

    def lasting_payload(self) -> dict[str, Any]:
        """A template has no documents."""
        return {}


def title_from(names: Sequence[str]) -> str:
    """In the active language: that of the first document, and how many more there are."""
    first, others = title_of(names[0]) if names else "", len(names) - 1
    if others < 1:
        return first
    more = ngettext("%(title)s and %(count)s more document", "%(title)s and %(count)s more documents", others)
    return more % {"title": first[:120], "count": others}


def title_for(staff: Staff, payload: Payload) -> str:
    """Of what was uploaded: many accounts are asked for nothing else."""
    drafts = [find_draft(staff, name) for name in payload.get("uploads", [])]
    return title_from([draft.filename for draft in drafts if draft])


def open_approval(
    *, account: Account, people: Sequence[Contact], words: Words, payload: Payload, staff: Staff, by: Actor, now: datetime
) -> Action:
    """Raises `AskRefused` when a document is no longer there, and what `request_approval` raises."""
    uploads = [find_draft(staff, name) for name in payload["uploads"]]
    files, codes = files_picked(account, payload["files"]), payload["files"]
    drafts = [draft for draft in uploads if draft is not None]
    if len(drafts) < len(uploads) or len(files) < len(codes) or not (drafts or files):
        raise AskRefused(str(GONE))
    try:
        return request_approval(account=account, approvers=people, words=words, uploads=drafts, files=files, staff=staff, by=by, now=now)
    except DocumentGone:
        raise AskRefused(str(GONE)) from None
    except FileRefused as refused:
        raise AskRefused(str(refused)) from None


GONE = gettext_lazy("A document is no longer there. Look through the list, and choose it again where it is missing.")

APPROVALS = Asking(
    kind=KIND,
    heading=gettext_lazy("Ask for approval"),
    form=AskApprovalForm,
    fields_template="approvals/_ask_fields.html",
    open=open_approval,
    usual_title=title_for,
    people_label=gettext_lazy("Who approves"),
    people_help=gettext_lazy(
        "Each of those ticked must approve. With nobody ticked, everybody who is notified hears of it, and one approval is enough."
    ),
    default_message=gettext_lazy("Please read the documents and approve them. If something is not right, tell us on the same page."),
    files=("uploads",),
)
