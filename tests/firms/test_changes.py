"""Changes in words, as the activity log keeps them."""

from datetime import date

import pytest
from django.utils import translation

from clients.models import Account, AccountAddress
from firms.changes import Change, change_fields


@pytest.mark.parametrize(("language", "words"), [("en", ("off", "on")), ("fr", ("désactivé", "activé"))])
def test_change_of_a_switch_is_told_in_the_singular(language: str, words: tuple[str, str]) -> None:
    with translation.override(language):
        assert change_fields(AccountAddress(), {"notify": True, "login": False}) == [Change("NOTIFY", *words, "notify")]


def test_change_of_a_day_is_told_as_the_accounts_page_does() -> None:
    (change,) = change_fields(Account(), {"client_since": date(2019, 3, 12)})
    assert (change.old, change.new) == ("", "12 March 2019")
