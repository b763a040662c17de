"""Asking with a message: it opens a conversation, and what is asked is an answer."""

from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actions.models import Action
from clients.models import Account, Contact
from files.drafts import Draft, find_draft, keep_draft
from firms.actors import Actor
from firms.models import Staff
from kinds.chats.forms import CheckedFilesField, said_too_many
from kinds.chats.rules import MOST_FILES
from kinds.chats.services import KIND, start_thread
from reminders.asking.forms import AskForm
from reminders.asking.registry import Asking
from reminders.asking.words import AskRefused, Payload
from reminders.words import Words
from ui.forms import LineField


class AskChatForm(AskForm):
    """The message is what is asked. Files that came with a form in error are kept by the server (`drafts`), since browsers forget them."""

    title = LineField(label=gettext_lazy("What is it about?"), max_length=160)
    uploads = CheckedFilesField(label=gettext_lazy("Files"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kept_drafts: list[Draft] = []
        self.fields["message"].required = True
        self.fields["message"].error_messages["required"] = _("Write what you would like to say or ask.")

    @property
    def draft_names(self) -> list[str]:
        """Of the form before, each once."""
        data = self.data if isinstance(self.data, QueryDict) else QueryDict()
        return list(dict.fromkeys(data.getlist("drafts")))

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if len(self.draft_names) + len(self.cleaned_data.get("uploads", [])) > MOST_FILES:
            self.add_error("uploads", said_too_many())
        return data

    @cached_property
    def drafts(self) -> list[Draft]:
        """Those of the form before that were not taken out, and what was just uploaded."""
        kept = [find_draft(self.staff, name) for name in self.draft_names]
        new = [keep_draft(self.staff, upload) for upload in self.cleaned_data.get("uploads", [])]
        return [*(draft for draft in kept if draft), *new]

    def payload(self) -> dict[str, Any]:
        return {"files": [draft.name for draft in self.drafts]}

    def keep_files(self) -> None:
        names = self.initial.get("files", [])  # of a batch whose words are changed
        self.kept_drafts = self.drafts if self.is_bound else [draft for name in names if (draft := find_draft(self.staff, name))]


def open_chat(
    *, account: Account, people: Sequence[Contact], words: Words, payload: Payload, staff: Staff, by: Actor, now: datetime
) -> Action:
    """Raises `AskRefused` when a file is no longer kept, and what `start_thread` raises."""
    drafts = [find_draft(staff, name) for name in payload.get("files", [])]
    if not all(drafts):
        raise AskRefused(_("A file is no longer there. Choose it again."))
    with ExitStack() as opened:
        uploads = [opened.enter_context(draft.open()) for draft in drafts if draft]
        return start_thread(
            account=account, staff=staff, by=by, now=now, title=words.title, text=words.message, people=people, due_on=words.due_on,
            expires_on=words.expires_on, schedule=words.schedule, uploads=uploads,
        )  # fmt: skip


CHATS = Asking(
    kind=KIND,
    heading=gettext_lazy("New message"),
    form=AskChatForm,
    fields_template="chats/_ask_fields.html",
    open=open_chat,
    people_label=gettext_lazy("To whom"),
    people_help=gettext_lazy("Nobody ticked means everybody with NOTIFY. Whoever signs in for this account can read it and answer."),
    default_message="",
    files=("files",),
)
