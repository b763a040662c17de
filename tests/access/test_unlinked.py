"""An address that was replaced may sign in while LOGIN is on, and that is all; and what ends an open session (C37, C40-C42, M15)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from access.passwords import send_reset_link
from clients.addresses import change_switches, remove_address, replace_address
from clients.models import AccountAddress, Address
from clients.services import archive_account
from firms.actors import Actor
from firms.models import User
from notifications.dispatch.send import dispatch_ready
from notifications.models import Notice
from tenancy.context import firm_context
from tests.factories import PASSWORD, START
from tests.mail import Mailbox, text_of
from tests.people import Lumiere, Peeters
from tests.signing import asked, follow_link, link_path, make_client_user, newest_digits, signed_in

Firms = tuple[Lumiere, Peeters]
OLD, NEW, NEWEST = "nadia@lefevre.example", "nadia@new.example", "nadia@newest.example"
SIGN = {"typed_name": "N. Lefèvre", "accepted": "on"}


@pytest.fixture(autouse=True)
def fresh_throttles(db: None) -> None:
    cache.clear()


def replaced(lumiere: Lumiere, by_email: str = NEW) -> Address:
    """The address that takes the place of the last one; whoever signs in with the old one still does."""
    with firm_context(lumiere.firm.pk):
        old = Address.objects.get(contact=lumiere.nadia, unlinked_at=None)
        return replace_address(account=lumiere.bakery, old=old, email=by_email, by=Actor.staff(lumiere.claire), now=START)


def accepted(lumiere: Lumiere, new: Address) -> None:
    """Whoever reads the new address signs in with it by now."""
    make_client_user(lumiere.firm, new)
    with firm_context(lumiere.firm.pk):
        AccountAddress.objects.filter(address=lumiere.nadia_address).update(login=True)


def sign_in(email: str, password: str = PASSWORD) -> Any:
    return Client().post("/sign-in/", {"login": email, "password": password})


def told(lumiere: Lumiere, **about: Any) -> list[str]:
    with firm_context(lumiere.firm.pk):
        return sorted(Notice.objects.filter(message__isnull=False, **about).values_list("email", flat=True))


@pytest.mark.rule("C40", "C41", "C42", "M15")
def test_unlinked_address_signs_in_until_login_goes(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    make_client_user(lumiere.firm, lumiere.nadia_address)
    replaced(lumiere)
    assert sign_in(OLD)["Location"] == "/portal/"
    with firm_context(lumiere.firm.pk):
        old = Address.objects.get(pk=lumiere.nadia_address.pk)
        for account in (lumiere.bakery, lumiere.tilleuls):
            change_switches(account=account, address=old, login=False, by=Actor.staff(lumiere.claire), now=START)
        assert not Address.objects.filter(pk=old.pk).exists()
    assert sign_in(OLD).status_code == 200


@pytest.mark.rule("M15")
def test_unlinked_address_hears_nothing_and_its_links_are_dead(two_firms: Firms, mailbox: Mailbox) -> None:
    lumiere, _ = two_firms
    make_client_user(lumiere.firm, lumiere.nadia_address)
    early = asked(lumiere)
    path = link_path(early, lumiere.nadia_address)
    by_link = follow_link(Client(), early, lumiere.nadia_address)
    replaced(lumiere)
    later = asked(lumiere, title="Second")
    dispatch_ready(lambda: START)
    assert (mailbox.to(OLD), told(lumiere, action=later)) == ([], [NEW])
    browser = Client()
    browser.get(path)
    assert [each.get(f"/a/{early.code}/").status_code for each in (by_link, browser)] == [404, 404]
    inside = signed_in(User.objects.get(email=OLD))
    assert [inside.get(f"/a/{each.code}/").status_code for each in (early, later)] == [200, 200]


@pytest.mark.rule("M15")
@pytest.mark.parametrize(
    ("is_accepted", "masked", "goes_to"), [(False, "n•••a@lefevre.example", OLD), (True, "n•••a@newest.example", NEWEST)]
)
def test_code_to_sign_goes_to_the_new_address_once_that_signs_in(
    two_firms: Firms, mailbox: Mailbox, is_accepted: bool, masked: str, goes_to: str
) -> None:
    lumiere, _ = two_firms
    make_client_user(lumiere.firm, lumiere.nadia_address)
    action = asked(lumiere)
    replaced(lumiere)
    newest = replaced(lumiere, NEWEST)
    if is_accepted:
        accepted(lumiere, newest)
    inside = signed_in(User.objects.get(email=OLD))
    inside.post(f"/a/{action.code}/sign/", SIGN)
    assert masked in inside.get(f"/a/{action.code}/code/").content.decode()
    dispatch_ready(lambda: START)
    assert told(lumiere, event="act_code") == [goes_to]
    assert inside.post(f"/a/{action.code}/code/", {"code": newest_digits(action)}).status_code == 302


def mail_about_login(lumiere: Lumiere, user: User, mailbox: Mailbox) -> dict[str, int]:
    """A password link and a code to sign in are asked for; how many e-mails went to each address."""
    send_reset_link(user=user, now=START)
    Client().post(f"/c/{lumiere.firm.code}/code/", {"email": OLD})
    dispatch_ready(lambda: START)
    return {email: len(mailbox.to(email)) for email in (OLD, NEW, NEWEST)}


@pytest.mark.rule("M15")
def test_what_is_about_the_login_goes_to_the_new_address_once_that_signs_in(two_firms: Firms, mailbox: Mailbox) -> None:
    lumiere, _ = two_firms
    user = make_client_user(lumiere.firm, lumiere.nadia_address)
    new = replaced(lumiere)
    assert mail_about_login(lumiere, user, mailbox) == {OLD: 2, NEW: 0, NEWEST: 0}
    accepted(lumiere, new)
    assert mail_about_login(lumiere, user, mailbox) == {OLD: 2, NEW: 2, NEWEST: 0}


@pytest.mark.rule("M15")
def test_nothing_about_the_login_goes_to_a_new_address_that_was_removed(two_firms: Firms, mailbox: Mailbox) -> None:
    """A typing mistake that was taken back: whoever reads that address is a stranger."""
    lumiere, _ = two_firms
    user = make_client_user(lumiere.firm, lumiere.nadia_address)
    new = replaced(lumiere)
    accepted(lumiere, new)
    with firm_context(lumiere.firm.pk):
        remove_address(account=lumiere.bakery, address=new, by=Actor.staff(lumiere.claire), now=START)
    assert mail_about_login(lumiere, user, mailbox) == {OLD: 2, NEW: 0, NEWEST: 0}


# --- Passwords -----------------------------------------------------------------------------------------------------------


@pytest.mark.rule("C13")
def test_forgotten_password_helps_nobody_around_an_invitation(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    with firm_context(lumiere.firm.pk):
        change_switches(account=lumiere.bakery, address=lumiere.nadia_address, login=True, by=Actor.staff(lumiere.claire), now=START)
    answer = Client().post("/password/reset/", {"email": OLD})
    assert answer["Location"] == "/password/reset/sent/"
    with firm_context(lumiere.firm.pk):
        assert Notice.objects.count() == 0


@pytest.mark.rule("C15")
def test_each_has_credentials_of_their_own(two_firms: Firms, mailbox: Mailbox) -> None:
    lumiere, _ = two_firms
    make_client_user(lumiere.firm, lumiere.nadia_address)
    make_client_user(lumiere.firm, lumiere.paul_address)
    Client().post("/password/reset/", {"email": OLD})
    dispatch_ready(lambda: START)
    (link,) = [word for word in text_of(mailbox.to(OLD)[-1]).split() if "/password/reset/" in word]
    browser = Client()
    form = browser.get(f"/password/reset/{link.rpartition('/password/reset/')[2]}")["Location"]
    browser.post(form, {"password1": "another horse altogether", "password2": "another horse altogether"})
    assert [sign_in(email).status_code for email in (OLD, "paul@lefevre.example")] == [200, 302]
    assert sign_in(OLD, "another horse altogether").status_code == 302


@pytest.mark.rule("C15")
def test_changed_password_ends_the_session_of_another_browser_and_of_nobody_else(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    here, there, paul = Client(), Client(), Client()
    make_client_user(lumiere.firm, lumiere.nadia_address)
    make_client_user(lumiere.firm, lumiere.paul_address)
    for browser, email in ((here, OLD), (there, OLD), (paul, "paul@lefevre.example")):
        browser.post("/sign-in/", {"login": email, "password": PASSWORD})
    changed = {"oldpassword": PASSWORD, "password1": "another horse altogether", "password2": "another horse altogether"}
    assert here.post("/password/change/", changed).status_code == 302
    assert [browser.get("/portal/").status_code for browser in (here, there, paul)] == [302, 302, 200]


# --- What ends an open session -------------------------------------------------------------------------------------------


def login_off(lumiere: Lumiere, by: Actor) -> None:
    change_switches(account=lumiere.bakery, address=lumiere.paul_address, login=False, by=by, now=START)


def contact_archived(lumiere: Lumiere, by: Actor) -> None:
    lumiere.paul.archived_at = START
    lumiere.paul.save()


def account_archived(lumiere: Lumiere, by: Actor) -> None:
    archive_account(account=lumiere.bakery, by=by, now=START)


def address_removed(lumiere: Lumiere, by: Actor) -> None:
    remove_address(account=lumiere.bakery, address=lumiere.paul_address, by=by, now=START)


@pytest.mark.rule("C37")
@pytest.mark.parametrize("act", [login_off, contact_archived, account_archived, address_removed])
def test_open_session_loses_the_account_at_the_next_request(two_firms: Firms, act: Callable[[Lumiere, Actor], None]) -> None:
    lumiere, _ = two_firms
    make_client_user(lumiere.firm, lumiere.paul_address)
    action = asked(lumiere, signers=[lumiere.paul])
    browser = signed_in(User.objects.get(email="paul@lefevre.example"))
    assert (browser.get("/portal/").status_code, browser.get(f"/a/{action.code}/").status_code) == (200, 200)
    with firm_context(lumiere.firm.pk):
        before = lumiere.bakery.name
        act(lumiere, Actor.staff(lumiere.claire))
    assert browser.get("/portal/").status_code in (302, 404)
    assert browser.get(f"/a/{action.code}/").status_code in (302, 404)
    assert browser.post(f"/a/{action.code}/sign/", SIGN).status_code in (302, 404)
    with firm_context(lumiere.firm.pk):
        lumiere.bakery.refresh_from_db()
        assert lumiere.bakery.name == before
        assert not Notice.objects.filter(event="act_code").exists()
