"""Asking for documents: the period beside what every kind asks with."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _

from actions.models import Action
from clients.models import Account, Contact
from firms.actors import Actor
from firms.models import Staff
from kinds.documents.queries import KIND, rhythm_of
from kinds.documents.rules import Period, periods_to_ask, periods_to_send
from kinds.documents.services import request_documents
from reminders.asking.forms import AskForm
from reminders.asking.registry import Asking
from reminders.asking.usual import language_for
from reminders.asking.words import Payload, Words
from ui.forms import LineField


class AskDocumentsForm(AskForm):
    """For a period, proposed where the account has one, or for none; what is to be sent stands in the message."""

    title = LineField(label=gettext_lazy("Title"), max_length=160, required=False)  # else that of the period
    period = forms.ChoiceField(label=gettext_lazy("Period"), required=False)

    def __init__(self, *args: Any, account: Account | None = None, **kwargs: Any) -> None:
        super().__init__(*args, account=account, **kwargs)
        self.account = account
        periods = [(period.key, period.name) for period in periods_to_ask(self.today)]
        self.fields["period"].choices = [("", _("No period")), *periods]  # type: ignore[attr-defined]
        rhythm = rhythm_of(account) if account else None
        if rhythm is not None:
            self.initial.setdefault("period", periods_to_send(rhythm, self.today)[0].key)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        period = Period.from_key(data.get("period", ""))
        if not data.get("title") and "title" not in self.errors:
            if period is None:
                self.add_error("title", _("Say what it is about, or choose a period."))
            else:
                data["title"] = self._title_of(period)
        return data

    def _title_of(self, period: Period) -> str:
        """In the language of the account's people; of many accounts in that of whoever asks."""
        with override(language_for(self.account, list(self.contacts.values())) if self.account else get_language()):
            return _("Documents for %(period)s") % {"period": period.name}

    def payload(self) -> dict[str, Any]:
        return {"period": self.cleaned_data["period"]}


def open_documents(
    *, account: Account, people: Sequence[Contact], words: Words, payload: Payload, staff: Staff, by: Actor, now: datetime
) -> Action:
    period = Period.from_key(str(payload.get("period", "")))
    return request_documents(account=account, people=people, words=words, period=period, staff=staff, by=by, now=now)


DOCUMENTS = Asking(
    kind=KIND,
    heading=gettext_lazy("Ask for documents"),
    form=AskDocumentsForm,
    fields_template="documents/_ask_fields.html",
    open=open_documents,
    people_label=gettext_lazy("Who sends them"),
    people_help=gettext_lazy("Any one of them can send everything. Nobody ticked means everybody who is notified."),
    default_message=gettext_lazy("Please send us these documents. A photo from your phone is enough, as long as everything can be read."),
)
