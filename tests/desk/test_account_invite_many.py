"""Invitations to many people from the list of accounts (C12)."""

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from access import inviting_many
from access.client_access import invite_client
from clients.models import Account, AccountAddress
from desk import account_invite_many
from firms.actors import Actor
from notifications.enums import SuppressionReason
from notifications.models import Notice, Suppression
from tests.desk.conftest import NOW, SignIn
from tests.desk.reading import main_of, read
from tests.people import Lumiere, Peeters


@pytest.fixture
def browser(lumiere: Lumiere, sign_in: SignIn) -> Client:
    """LOGIN is on for Nadia, in both accounts, and for Paul."""
    cache.clear()
    AccountAddress.objects.filter(firm=lumiere.firm).update(login=True)
    return sign_in(lumiere.claire)


def ask(browser: Client, *accounts: Account) -> Any:
    return main_of(browser.post("/accounts/bulk/invite/", {"bulk": "invite", "row": [account.code for account in accounts]}))


def send(browser: Client, *accounts: Account, query: str = "", **more: str) -> str:
    body = {"row": [account.code for account in accounts], **more}
    return read(browser.post(f"/accounts/bulk/invite/do/{query}", body, follow=True)).text


def invited() -> list[str]:
    return list(Notice.objects.filter(event="client_invitation").order_by("email").values_list("email", flat=True))


@pytest.mark.rule("C12")
def test_everybody_who_has_login_is_invited_once(lumiere: Lumiere, browser: Client) -> None:
    page = ask(browser, lumiere.bakery, lumiere.tilleuls)
    assert "2 e-mails go to 2 people who have LOGIN and cannot sign in yet." in page.text
    assert invited() == []
    assert "2 invitations go out; their links are good for 14 days." in send(browser, lumiere.bakery, lumiere.tilleuls)
    assert invited() == sorted([lumiere.nadia_address.email, lumiere.paul_address.email])


def test_who_has_a_good_invitation_gets_another_only_where_somebody_says_so(lumiere: Lumiere, browser: Client) -> None:
    invite_client(address=lumiere.nadia_address, by=Actor.staff(lumiere.claire), now=NOW)
    assert "Invite again 1 address whose invitation is still good" in ask(browser, lumiere.tilleuls).text
    assert "No invitation went out." in send(browser, lumiere.tilleuls)
    assert "1 invitation goes out" in send(browser, lumiere.tilleuls, again="on")
    assert len(invited()) == 2


def test_the_dialog_says_who_is_left_out(lumiere: Lumiere, browser: Client) -> None:
    Suppression.objects.create(firm=lumiere.firm, address=lumiere.nadia_address, reason=SuppressionReason.NO_SUCH_ADDRESS, at=NOW)
    page = ask(browser, lumiere.bakery)
    assert "1 e-mail goes to 1 person" in page.text
    assert "1 address is left out: it bounced, or is written to no more." in page.text
    assert "1 invitation goes out" in send(browser, lumiere.bakery, lumiere.tilleuls)
    assert invited() == [lumiere.paul_address.email]


def test_too_many_e_mails_at_once_are_refused_with_what_to_do(lumiere: Lumiere, browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(account_invite_many, "MOST", 1)
    page = ask(browser, lumiere.bakery)
    assert "More than 1 e-mails would go out" in page.text
    assert page.find_all("button", type="submit") == []
    assert "More than 1 e-mails would go out" in send(browser, lumiere.bakery)
    assert invited() == []


def test_nobody_s_mailbox_is_filled(lumiere: Lumiere, browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inviting_many, "INVITED_AN_HOUR", 1)
    send(browser, lumiere.tilleuls)
    assert "No invitation went out. 1 was not sent: several went to that address" in send(browser, lumiere.tilleuls, again="on")
    assert len(invited()) == 1


def test_accounts_out_of_reach_are_left_out(two_firms: tuple[Lumiere, Peeters], sign_in: SignIn) -> None:
    lumiere, peeters = two_firms
    assert "1 account is left out" in send(sign_in(peeters.wim), lumiere.bakery)
    assert invited() == []
