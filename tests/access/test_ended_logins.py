"""An ended login: its sessions stay ended, its browser finds the firm again, and no accepted invitation outlives it (C37, M9)."""

from collections.abc import Callable
from threading import Event
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from access.client_access import accept_client, get_open_client_invitation, invite_client
from access.invitations import InvitationClosed, token_of
from clients.addresses import change_switches, remove_address
from clients.bulk import change_in_bulk
from clients.contacts import archive_contact
from clients.enums import BulkAct
from clients.locks import locked_address
from clients.logins import has_login
from clients.models import AccountAddress, AccountContact, Address
from clients.services import archive_account
from firms.actors import Actor
from firms.models import User
from tenancy.context import firm_context
from tests.factories import PASSWORD, START, AccountContactFactory, ContactFactory
from tests.parallel import at_once
from tests.people import Lumiere, Peeters, make_lumiere
from tests.signing import make_client_user

Firms = tuple[Lumiere, Peeters]
NADIA = "nadia@lefevre.example"


@pytest.fixture(autouse=True)
def fresh_throttles(request: pytest.FixtureRequest) -> None:
    request.getfixturevalue("transactional_db" if "transactional_db" in request.fixturenames else "db")
    cache.clear()


def switch_login(lumiere: Lumiere, *, on: bool) -> None:
    with firm_context(lumiere.firm.pk):
        for account in (lumiere.bakery, lumiere.tilleuls):
            change_switches(account=account, address=lumiere.nadia_address, login=on, by=Actor.staff(lumiere.claire), now=START)


# --- Sessions ------------------------------------------------------------------------------------------------------------


def inside() -> Client:
    browser = Client()
    assert browser.post("/sign-in/", {"login": NADIA, "password": PASSWORD})["Location"] == "/portal/"
    return browser


@pytest.mark.rule("C37")
@pytest.mark.parametrize("is_seen_between", [False, True])
def test_session_of_an_ended_login_stays_ended_when_login_comes_back(two_firms: Firms, is_seen_between: bool) -> None:
    lumiere, _ = two_firms
    make_client_user(lumiere.firm, lumiere.nadia_address)
    browser = inside()
    switch_login(lumiere, on=False)
    if is_seen_between:
        assert browser.get("/portal/").status_code == 302
    switch_login(lumiere, on=True)
    assert browser.get("/portal/").status_code == 302
    assert inside().get("/portal/").status_code == 200


@pytest.mark.rule("C37")
def test_so_does_one_that_was_ended_by_many_changes_at_once(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    make_client_user(lumiere.firm, lumiere.nadia_address)
    browser = inside()
    accounts = [lumiere.bakery.pk, lumiere.tilleuls.pk]
    with firm_context(lumiere.firm.pk):
        for act in (BulkAct.ARCHIVE, BulkAct.RESTORE):
            change_in_bulk(staff=lumiere.claire, act=act, accounts=accounts, by=Actor.staff(lumiere.claire), now=START)
    assert browser.get("/portal/").status_code == 302


@pytest.mark.rule("C37")
def test_browser_of_an_ended_login_is_led_to_its_firm(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    make_client_user(lumiere.firm, lumiere.nadia_address)
    browser, other = inside(), inside()
    browser.cookies["django_language"] = "en"
    firms_page = f"/c/{lumiere.firm.code}/?next=/portal/"
    switch_login(lumiere, on=False)
    assert browser.get("/portal/")["Location"] == firms_page
    shown = browser.get(firms_page).content.decode()
    assert "Your access to the client area has ended." in shown and "your contact at Cabinet Lumière" in shown
    switch_login(lumiere, on=True)
    assert other.get("/portal/")["Location"] == firms_page  # Django has emptied this session


def test_sessions_from_before_any_login_ended_are_as_django_makes_them(two_firms: Firms) -> None:
    """So that nobody is signed out by the upgrade that brought the count."""
    user = two_firms[0].claire.user
    kept = user.get_session_auth_hash()
    assert len(kept) == 64
    user.logins_ended = 1
    assert user.get_session_auth_hash() != kept


# --- Accepting while somebody archives -----------------------------------------------------------------------------------

ENDS: dict[str, Callable[[Lumiere, Any], object]] = {
    "account": lambda of, by: archive_account(account=of.bakery, **by),
    "contact": lambda of, by: archive_contact(contact=of.nadia, **by),
    "many accounts": lambda of, by: change_in_bulk(staff=of.claire, act=BulkAct.ARCHIVE, accounts=[of.bakery.pk], **by),
    "login off": lambda of, by: change_switches(account=of.bakery, address=of.nadia_address, login=False, **by),
}


def invited(lumiere: Lumiere) -> str:
    """Nadia stands in the bakery alone, beside a second contact; the token of her invitation."""
    act: Any = {"by": Actor.staff(lumiere.claire), "now": START}
    with firm_context(lumiere.firm.pk):
        AccountAddress.objects.filter(address=lumiere.nadia_address, account=lumiere.tilleuls).delete()
        AccountContact.objects.filter(contact=lumiere.nadia, account=lumiere.tilleuls).delete()
        AccountContactFactory(firm=lumiere.firm, account=lumiere.bakery, contact=ContactFactory(firm=lumiere.firm))
        change_switches(account=lumiere.bakery, address=lumiere.nadia_address, login=True, **act)
        return token_of(lumiere.firm.pk, invite_client(address=lumiere.nadia_address, **act).nonce)


def wait_until_somebody_waits_for_me() -> None:
    waiting = 0
    while not waiting:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))")
            (waiting,) = cursor.fetchone()


def accept(lumiere: Lumiere, token: str) -> str:
    try:
        accept_client(invitation=get_open_client_invitation(token), way_in=PASSWORD, by=Actor.system(), now=START)
    except InvitationClosed:
        return "closed"
    return "accepted"


def login_of_nadia(lumiere: Lumiere) -> tuple[bool, bool]:
    """Whether the address is taken as a login, and whether it may be."""
    with firm_context(lumiere.firm.pk):
        address = Address.objects.get(pk=lumiere.nadia_address.pk)
        return User.objects.filter(email=NADIA, is_active=True).exists(), has_login(address)


@pytest.mark.rule("M9", "C37")
@pytest.mark.parametrize("what", ENDS)
def test_whoever_accepts_while_login_goes_comes_too_late(transactional_db: None, what: str) -> None:
    lumiere = make_lumiere()
    token, done = invited(lumiere), Event()

    def ending() -> None:
        with firm_context(lumiere.firm.pk):
            ENDS[what](lumiere, {"by": Actor.staff(lumiere.claire), "now": START})
            done.set()
            wait_until_somebody_waits_for_me()

    def accepting() -> str:
        assert done.wait(20)
        with firm_context(lumiere.firm.pk):
            return accept(lumiere, token)

    assert at_once(ending, accepting)[1] == "closed"
    assert login_of_nadia(lumiere) == (False, False)


@pytest.mark.rule("M9", "C37")
@pytest.mark.parametrize("what", ENDS)
def test_login_that_goes_while_somebody_accepts_ends_theirs(transactional_db: None, what: str) -> None:
    lumiere = make_lumiere()
    token, done = invited(lumiere), Event()

    def accepting() -> str:
        with firm_context(lumiere.firm.pk):
            answer = accept(lumiere, token)
            done.set()
            wait_until_somebody_waits_for_me()
            return answer

    def ending() -> None:
        assert done.wait(20)
        with firm_context(lumiere.firm.pk):
            ENDS[what](lumiere, {"by": Actor.staff(lumiere.claire), "now": START})

    assert at_once(accepting, ending)[0] == "accepted"
    assert login_of_nadia(lumiere) == (False, False)


def test_an_address_that_is_removed_twice_at_once_is_removed_once(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    with firm_context(lumiere.firm.pk):
        address = locked_address(lumiere.nadia_address)
        for _n in range(2):
            remove_address(account=lumiere.bakery, address=address, by=Actor.staff(lumiere.claire), now=START)
        assert not Address.objects.filter(pk=address.pk).exists()
