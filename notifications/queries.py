"""Reads of the outbox: who would get a message, and why somebody did or did not."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from actions.models import Action
from clients.enums import Preference
from clients.models import Account
from firms.models import Firm
from notifications.enums import REASON_SENTENCES
from notifications.facts import Recipient, facts_of, recipients_of, terms_of
from notifications.models import Notice, Visit
from notifications.resolver import Known, decisions, known_about
from notifications.rules import Decision, Event, decide
from notifications.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class WhoGets:
    """One address beside a send button (X22)."""

    email: str
    name: str
    contact_id: int
    decision: Decision

    @property
    def gets_it(self) -> bool:
        return self.decision.verdict == Verdict.SEND

    @property
    def held(self) -> bool:
        return self.decision.verdict == Verdict.HOLD

    @property
    def sentence(self) -> str:
        return str(REASON_SENTENCES[self.decision.reason])


def who_would_get(*, firm: Firm, account: Account, preference: Preference, named: Collection[int], now: datetime) -> list[WhoGets]:
    """Who will be told of a request that is not opened yet, for example of the signers ticked so far."""
    recipients = recipients_of(firm, [account.pk]).get(account.pk, [])
    return who_of(firm=firm, recipients=recipients, preference=preference, named=named, now=now)


def who_of(
    *, firm: Firm, recipients: Iterable[Recipient], preference: Preference, now: datetime, named: Collection[int] = ()
) -> list[WhoGets]:
    """As `who_would_get`, of recipients that are read already."""
    event, terms = Event(is_reminder=False, named=frozenset(named)), terms_of(firm)
    return [WhoGets(who.email, who.name, who.contact_id, decide(event, facts_of(who, preference), terms, now)) for who in recipients]


def who_will_get(*, firm: Firm, action: Action, now: datetime, is_reminder: bool, known: Known | None = None) -> list[WhoGets]:
    """Who gets the next e-mail about an open request, were it sent at `now`: the very resolver of the outbox.

    `known` about the action, where it is read already.
    """
    known = known or known_about(firm, [action], now=now, told=is_reminder)
    decided = decisions(known, [action], is_reminder=is_reminder, now=now)
    return [WhoGets(r.recipient.email, r.recipient.name, r.recipient.contact_id, r.decision) for r in decided]


def why_log(firm: Firm, action: Action) -> QuerySet[Notice]:
    """Every decision about this request, newest first, with the people and the message it became; `with_others`: one that told of more."""
    others = Notice.objects.filter(firm=firm, message=OuterRef("message")).exclude(pk=OuterRef("pk"))
    notices = Notice.objects.filter(firm=firm, action=action).select_related("contact", "address", "message")
    opened = Visit.objects.filter(firm=firm, notice=OuterRef("pk"))
    return notices.annotate(with_others=Exists(others), opened=Exists(opened))
