"""Suppliers: no portal, no requests (M24)."""

import pytest

from clients.addresses import change_switches
from clients.errors import NoPortal, StillUsed
from clients.models import Account, AccountAddress
from clients.services import change_account
from firms.actors import Actor
from reminders.services import NothingAskedOfSuppliers
from tests.desk.conftest import NOW, SignIn, open_action
from tests.desk.reading import card, main_of
from tests.people import Lumiere
from tests.story import ask_signature

pytestmark = pytest.mark.rule("M24")
AS_SUPPLIER = {"kind": "company", "relation": "supplier", "name": "Boulangerie Lefèvre SRL"}


def make_supplier(account: Account) -> None:
    AccountAddress.objects.filter(account=account).update(login=False, notify=False)
    Account.objects.filter(pk=account.pk).update(relation="supplier")


def test_a_supplier_has_neither_login_nor_notify_nor_requests(lumiere: Lumiere, sign_in: SignIn) -> None:
    make_supplier(lumiere.bakery)
    browser = sign_in(lumiere.claire)
    page = browser.get(f"/accounts/{lumiere.bakery.code}/")
    shown = card(page, "contacts")
    assert [box.attrs["aria-label"] for box in shown.find_all("input", role="switch")] == [
        "Email sync for nadia@lefevre.example",
        "Email sync for paul@lefevre.example",
    ]
    assert "A supplier has no client portal, and nothing is asked of it." in shown.text
    assert "New request" not in main_of(page).text
    posted = {"to": "on"}
    code = lumiere.nadia_address.code
    assert browser.post(f"/accounts/{lumiere.bakery.code}/addresses/{code}/switch/?switch=login", posted).status_code == 404


@pytest.mark.parametrize("path", ["contacts/link/", "addresses/add/"])
def test_forms_that_add_an_address_to_a_supplier_offer_email_sync_alone(lumiere: Lumiere, sign_in: SignIn, path: str) -> None:
    make_supplier(lumiere.bakery)
    page = main_of(sign_in(lumiere.claire).get(f"/accounts/{lumiere.bakery.code}/{path}"))
    assert [box.attrs["name"] for box in page.find_all("input", role="switch")] == ["email_sync"]


def test_a_new_supplier_begins_without_login_and_notify(lumiere: Lumiere, sign_in: SignIn) -> None:
    posted = {**AS_SUPPLIER, "name": "Papeterie Roux", "person-last_name": "Roux", "email": "roux@papier.example"}
    answer = sign_in(lumiere.claire).post("/accounts/new/", {**posted, "login": "on", "notify": "on"})
    use = AccountAddress.objects.get(address__email="roux@papier.example")
    assert (use.account.relation, use.login, use.notify) == ("supplier", False, False)
    assert answer.headers["Location"] == f"/accounts/{use.account.code}/"


def test_nothing_is_asked_of_a_supplier(lumiere: Lumiere, sign_in: SignIn) -> None:
    make_supplier(lumiere.bakery)
    with pytest.raises(NothingAskedOfSuppliers):
        ask_signature(lumiere)
    browser = sign_in(lumiere.claire)
    page = main_of(browser.get(f"/requests/new/signature/?account={lumiere.bakery.code}", follow=True))
    assert "Boulangerie Lefèvre SRL is a supplier: nothing can be asked of it." in page.text
    offered = main_of(browser.get("/requests/new/signature/"))
    assert (lumiere.bakery.name in offered.text, lumiere.tilleuls.name in offered.text) == (False, True)


def test_services_refuse_login_and_a_change_while_switches_are_on(lumiere: Lumiere) -> None:
    by = Actor.staff(lumiere.claire)
    with pytest.raises(StillUsed):
        change_account(account=lumiere.bakery, name="x", relation="supplier", by=by, now=NOW)
    make_supplier(lumiere.bakery)
    lumiere.bakery.refresh_from_db()
    with pytest.raises(NoPortal):
        change_switches(account=lumiere.bakery, address=lumiere.nadia_address, by=by, now=NOW, login=True)


def test_the_form_says_what_stands_in_the_way(lumiere: Lumiere, sign_in: SignIn) -> None:
    browser, edit = sign_in(lumiere.claire), f"/accounts/{lumiere.bakery.code}/edit/"
    assert "LOGIN or NOTIFY is on for an address of this account" in main_of(browser.post(edit, AS_SUPPLIER)).text
    AccountAddress.objects.filter(account=lumiere.bakery).update(login=False, notify=False)
    action = open_action(lumiere.bakery, lumiere.claire)
    page = main_of(browser.post(edit, AS_SUPPLIER))
    assert "1 request to this account is still open, and nothing is asked of a supplier. Withdraw it first." in page.text
    action.delete()
    assert browser.post(edit, AS_SUPPLIER).status_code == 302
    assert Account.objects.get(pk=lumiere.bakery.pk).relation == "supplier"
    browser.post(edit, {**AS_SUPPLIER, "relation": ""})  # a page from before it was asked
    assert Account.objects.get(pk=lumiere.bakery.pk).relation == "supplier"
