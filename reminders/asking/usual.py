"""The message that a kind is asked with where nobody writes another one."""

from collections.abc import Sequence

from django.utils.translation import override

from clients.models import Account, Contact, language_of
from reminders.asking.registry import Asking


def default_message(asking: Asking, language: str) -> str:
    with override(language):
        return str(asking.default_message)


def language_for(account: Account, people: Sequence[Contact]) -> str:
    """That of the first of them, else the account's."""
    return language_of(people[0], account) if people else account.language or account.firm.language
