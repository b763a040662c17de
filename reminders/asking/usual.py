"""The words that a kind is asked with where nobody writes others, and the language that they are in."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.conf import settings
from django.utils.translation import override

from actions.kinds import get_kind
from clients.models import Account, Contact, language_of
from firms.models import Staff
from notifications.queries import who_would_get
from notifications.verdicts import Verdict
from reminders.asking.registry import Asking
from reminders.asking.words import Payload


def default_message(asking: Asking, language: str) -> str:
    with override(language):
        return str(asking.default_message)


def is_usual(asking: Asking, message: str) -> bool:
    """Whether it is the kind's own, in whichever language it was proposed."""
    return any(message == default_message(asking, language) for language, _name in settings.LANGUAGES)


def usual_title(asking: Asking, staff: Staff, payload: Payload, language: str) -> str:
    """The title that the kind gives where nobody types one; "" where it gives none."""
    with override(language):
        return asking.usual_title(staff, payload)


def is_usual_title(asking: Asking, staff: Staff, payload: Payload, title: str) -> bool:
    return any(title == usual_title(asking, staff, payload, language) for language, _name in settings.LANGUAGES)


def language_for(account: Account, people: Sequence[Contact]) -> str:
    """The account's, else the firm's, where one of these people reads it or there are none; else that of the first of them."""
    usual = account.language or account.firm.language
    languages = [language_of(contact, account) for contact in people]
    return usual if usual in languages or not languages else languages[0]


def whom_it_is_to(kind: str, account: Account, contacts: Collection[Contact], ticked: Sequence[Contact], now: datetime) -> list[Contact]:
    """Those who are ticked, else whoever of the account's `contacts` would hear of it."""
    if ticked:
        return list(ticked)
    who = who_would_get(firm=account.firm, account=account, preference=get_kind(kind).preference, named=(), now=now)
    told = {each.contact_id for each in who if each.decision.verdict != Verdict.SKIP}
    return [contact for contact in contacts if contact.pk in told]
