"""Asking for documents: the period beside what every kind asks with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actions.models import Action
from clients.models import Account, Contact
from firms.actors import Actor
from firms.models import Staff
from kinds.documents.models import PeriodComplete
from kinds.documents.queries import KIND, completed_among, newest_open_requests, rhythm_of
from kinds.documents.rules import Period, periods_to_ask, periods_to_send
from kinds.documents.services import request_documents
from reminders.asking.forms import AskForm
from reminders.asking.registry import Asking
from reminders.asking.words import Payload
from reminders.words import Words
from ui.forms import LineField


@dataclass(frozen=True, slots=True)
class Known:
    """A period that is asked for already, by `action`, or that is `complete`: it can be asked for all the same."""

    period: Period
    action: Action | None
    complete: PeriodComplete | None


def known_about(account: Account, periods: Sequence[Period]) -> list[Known]:
    """Two queries."""
    asked, complete = newest_open_requests(account), completed_among(account, periods)
    return [Known(each, asked.get(each), complete.get(each)) for each in periods if each in asked or each in complete]


class AskDocumentsForm(AskForm):
    """For a period, proposed where the account has one, or for none; what is to be sent stands in the message."""

    title = LineField(label=gettext_lazy("Title"), max_length=160, required=False)  # else that of the period
    period = forms.ChoiceField(label=gettext_lazy("Period"), required=False)

    def __init__(self, *args: Any, account: Account | None = None, **kwargs: Any) -> None:
        super().__init__(*args, account=account, **kwargs)
        periods = periods_to_ask(self.today)
        self.fields["period"].choices = [("", _("No period")), *((each.key, each.name) for each in periods)]  # type: ignore[attr-defined]
        self.known = known_about(account, periods) if account else []
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
                data["title"] = self.usual_title()
        return data

    def payload(self) -> dict[str, Any]:
        return {"period": self.cleaned_data.get("period", "")}


def title_for(staff: Staff, payload: Payload) -> str:
    period = period_in(payload)
    return _("Documents for %(period)s") % {"period": period.name} if period else ""


def period_in(payload: Payload) -> Period | None:
    return Period.from_key(str(payload.get("period", "")))


def open_documents(
    *, account: Account, people: Sequence[Contact], words: Words, payload: Payload, staff: Staff, by: Actor, now: datetime
) -> Action:
    return request_documents(account=account, people=people, words=words, period=period_in(payload), staff=staff, by=by, now=now)


DOCUMENTS = Asking(
    kind=KIND,
    heading=gettext_lazy("Ask for documents"),
    form=AskDocumentsForm,
    fields_template="documents/_ask_fields.html",
    open=open_documents,
    usual_title=title_for,
    people_label=gettext_lazy("Who sends them"),
    people_help=gettext_lazy("Any one of them can send everything. Nobody ticked means everybody who is notified."),
    default_message=gettext_lazy("Please send us these documents. A photo from your phone is enough, as long as everything can be read."),
)
