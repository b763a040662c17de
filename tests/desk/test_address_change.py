"""The guided change of an e-mail address: whatever is done, and in whatever order, nobody is locked out unawares."""

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from access.client_access import accept_client, get_open_client_invitation, invite_client
from access.invitations import token_of
from access.models import Invitation
from access.queries import may_sign_in
from clients.addresses import make_address
from clients.models import Account, AccountAddress, Address
from firms.actors import Actor
from firms.models import ActivityLine, User
from notifications.models import Notice
from tenancy.context import firm_context
from tests.desk.conftest import NOW, SignIn
from tests.desk.reading import Node, card, main_of, read
from tests.factories import AccountFactory, AddressFactory, ContactFactory
from tests.people import Lumiere, Peeters, link
from tests.signing import make_client_user

NEW = "nadia@nouveau.example"


@pytest.fixture(autouse=True)
def fresh_throttles(db: None) -> None:
    cache.clear()


def url(account: Account, address: Address, act: str = "") -> str:
    return f"/accounts/{account.code}/addresses/{address.code}/change/{act}"


def steps(page: Node) -> list[str]:
    (path,) = page.find_all("ol", **{"class": "card list-unstyled mb-0 path"})
    return [item.find_all("span", **{"class": "visually-hidden"})[0].text for item in path.find_all("li")]


def main_button(page: Node) -> list[str]:
    return [button.text for button in page.find_all("button") if "btn-primary" in button.attrs.get("class", "").split()]


def change(browser: Client, lumiere: Lumiere, email: str = NEW) -> Address:
    browser.post(url(lumiere.bakery, lumiere.nadia_address), {"email": email})
    return Address.objects.get(email=email)


def accept_newest(lumiere: Lumiere, address: Address) -> User:
    newest = Invitation.objects.get(address=address, voided_at=None, accepted_at=None)
    found = get_open_client_invitation(token_of(lumiere.firm.pk, newest.nonce))
    return accept_client(invitation=found, way_in="a long enough password", by=Actor.system(), now=NOW)


def switches(address: Address) -> dict[str, tuple[bool, bool]]:
    return {use.account.name: (use.login, use.notify) for use in AccountAddress.objects.filter(address=address).select_related("account")}


def unlinked(browser: Client, account: Account) -> list[list[str]]:
    found = main_of(browser.get(f"/accounts/{account.code}/")).find_all("section", aria_labelledby="unlinked")
    return found[0].rows if found else []


# --- The path ------------------------------------------------------------------------------------------------------------


@pytest.mark.rule("C38", "C40", "C41", "C42", "M15")
def test_the_path_from_the_old_address_to_the_new_one(lumiere: Lumiere, sign_in: SignIn) -> None:
    old_login = make_client_user(lumiere.firm, lumiere.nadia_address)
    browser, path = sign_in(lumiere.claire), url(lumiere.bakery, lumiere.nadia_address)
    first = main_of(browser.get(path))
    assert (steps(first), main_button(first)) == (["Step 1, now", "Step 2, next", "Step 3, next"], ["Replace the address"])
    assert "It changes in 1 other account of theirs too." in first.text

    assert browser.post(path, {"email": NEW}).headers["Location"] == path
    new = Address.objects.get(email=NEW)
    assert switches(new) == {"Boulangerie Lefèvre SRL": (False, True), "SCI des Tilleuls": (False, True)}
    assert switches(lumiere.nadia_address) == {"Boulangerie Lefèvre SRL": (True, False), "SCI des Tilleuls": (True, False)}
    assert may_sign_in(User.objects.get(pk=old_login.pk))
    second = main_of(browser.get(path))
    assert (steps(second), main_button(second)) == (
        ["Step 1, done", "Step 2, now", "Step 3, next"],
        ["Switch LOGIN on and send the invitation"],
    )

    browser.post(f"{path}invite/")
    assert switches(new) == {"Boulangerie Lefèvre SRL": (True, True), "SCI des Tilleuls": (True, True)}
    waiting = main_of(browser.get(path))
    assert (main_button(waiting), "Pending invited on Tue 3 Nov" in waiting.text) == ([], True)
    assert "Resend the invitation" in [button.text for button in waiting.find_all("button")]
    assert may_sign_in(User.objects.get(pk=old_login.pk))

    new_login = accept_newest(lumiere, new)
    third = main_of(browser.get(path))
    assert (steps(third), main_button(third)) == (["Step 1, done", "Step 2, done", "Step 3, now"], ["Remove the old address"])
    browser.post(f"{path}finish/")
    assert (may_sign_in(User.objects.get(pk=old_login.pk)), may_sign_in(new_login)) == (False, True)
    assert browser.get(path).status_code == 404
    assert unlinked(browser, lumiere.bakery) == []


@pytest.mark.rule("C39", "C41")
def test_the_old_address_goes_before_the_new_one_is_active_only_after_a_warning(lumiere: Lumiere, sign_in: SignIn) -> None:
    login = make_client_user(lumiere.firm, lumiere.nadia_address)
    browser = sign_in(lumiere.claire)
    change(browser, lumiere)
    finish = url(lumiere.bakery, lumiere.nadia_address, "finish/")
    page = read(browser.post(finish, follow=True))
    (dialog,) = page.find_all("div", id="asked-dialog")
    assert (
        "nadia@nouveau.example is not active yet: Nadia Lefèvre could not sign in at all until the invitation there is accepted. "
        "Better wait."
    ) in dialog.text
    assert dialog.find_all("form")[0].attrs["action"] == finish
    assert may_sign_in(User.objects.get(pk=login.pk))
    browser.post(finish, {"sure": "on"})
    assert not may_sign_in(User.objects.get(pk=login.pk))


@pytest.mark.rule("C42")
def test_login_off_in_unlinked_e_mails_removes_the_row(lumiere: Lumiere, sign_in: SignIn) -> None:
    old_login = make_client_user(lumiere.firm, lumiere.nadia_address)
    AccountAddress.objects.filter(pk=lumiere.nadia_at_tilleuls.pk).update(login=False)
    browser = sign_in(lumiere.claire)
    new = change(browser, lumiere)
    assert unlinked(browser, lumiere.bakery)[0][:2] == [
        "nadia@lefevre.example Nadia Lefèvre",
        "nadia@nouveau.example, Tue 3 Nov Still pending",
    ]
    off = f"/accounts/{lumiere.bakery.code}/addresses/{lumiere.nadia_address.code}/switch/?switch=login"
    answer = read(browser.post(off, headers={"HX-Request": "true"}))
    (dialog,) = answer.find_all("div", id="asked-dialog")
    assert "The new address nadia@nouveau.example is not active yet." in dialog.text
    assert may_sign_in(User.objects.get(pk=old_login.pk))
    browser.post(url(lumiere.bakery, lumiere.nadia_address, "invite/"))
    accept_newest(lumiere, new)
    assert unlinked(browser, lumiere.bakery)[0][1] == "nadia@nouveau.example, Tue 3 Nov Active"
    assert browser.post(off, headers={"HX-Request": "true"}).headers["HX-Redirect"] == f"/accounts/{lumiere.bakery.code}/"
    assert unlinked(browser, lumiere.bakery) == []
    assert not may_sign_in(User.objects.get(pk=old_login.pk))


@pytest.mark.rule("C08")
def test_a_pending_addresss_link_dies_and_one_invitation_goes_to_the_new_one(lumiere: Lumiere, sign_in: SignIn) -> None:
    AccountAddress.objects.filter(pk=lumiere.nadia_at_bakery.pk).update(login=True)
    nonce = invite_client(address=lumiere.nadia_address, by=Actor.staff(lumiere.claire), now=NOW).nonce
    browser = sign_in(lumiere.claire)
    new = change(browser, lumiere)
    answer = Client(headers={"Accept-Language": "en"}).get(f"/invitation/{token_of(lumiere.firm.pk, nonce)}")
    assert (answer.status_code, read(answer).find_all("h1")[0].text) == (404, "This invitation is no longer valid")
    sent = Notice.objects.filter(event="client_invitation").order_by("pk")
    assert [notice.email for notice in sent] == ["nadia@lefevre.example", NEW]
    assert switches(new)["Boulangerie Lefèvre SRL"] == (True, True)
    assert not Address.objects.filter(pk=lumiere.nadia_address.pk).exists()


def test_where_nobody_signed_in_the_page_goes_on_to_the_prompt(lumiere: Lumiere, sign_in: SignIn) -> None:
    AccountAddress.objects.filter(pk=lumiere.nadia_at_bakery.pk).update(login=True)
    page = sign_in(lumiere.claire).post(url(lumiere.bakery, lumiere.nadia_address), {"email": NEW}, follow=True)
    assert read(page).find_all("div", id="asked-dialog")[0].find_all("h2")[0].text == f"Send the invitation to {NEW}?"


def test_a_new_address_that_was_mistyped_is_replaced_in_turn(lumiere: Lumiere, sign_in: SignIn) -> None:
    make_client_user(lumiere.firm, lumiere.nadia_address)
    browser = sign_in(lumiere.claire)
    wrong = change(browser, lumiere, "nadai@nouveau.example")
    browser.post(url(lumiere.bakery, wrong), {"email": NEW})
    assert unlinked(browser, lumiere.bakery)[0][1].startswith(f"{NEW}, ")
    assert "Switch LOGIN on" in main_button(main_of(browser.get(url(lumiere.bakery, lumiere.nadia_address))))[0]


def test_a_change_is_taken_back_by_changing_to_the_old_address(lumiere: Lumiere, sign_in: SignIn) -> None:
    login = make_client_user(lumiere.firm, lumiere.nadia_address)
    browser = sign_in(lumiere.claire)
    new = change(browser, lumiere)
    browser.post(url(lumiere.bakery, new), {"email": "nadia@lefevre.example"})
    assert switches(lumiere.nadia_address) == {"Boulangerie Lefèvre SRL": (True, True), "SCI des Tilleuls": (True, True)}
    assert (Address.objects.filter(email=NEW).exists(), unlinked(browser, lumiere.bakery)) == (False, [])
    assert may_sign_in(User.objects.get(pk=login.pk))


def test_a_new_address_that_was_removed_leaves_a_way_on(lumiere: Lumiere, sign_in: SignIn) -> None:
    make_client_user(lumiere.firm, lumiere.nadia_address)
    browser = sign_in(lumiere.claire)
    new = change(browser, lumiere)
    browser.post(f"/accounts/{lumiere.bakery.code}/addresses/{new.code}/remove/")
    assert unlinked(browser, lumiere.bakery)[0][1] == "Nothing any more: the new address was removed"
    page = main_of(browser.get(url(lumiere.bakery, lumiere.nadia_address)))
    assert "The new address was removed since." in page.text and main_button(page) == []
    assert browser.post(url(lumiere.bakery, lumiere.nadia_address, "invite/")).status_code == 404


@pytest.mark.rule("M15")
def test_an_unlinked_address_gets_login_in_no_further_account(lumiere: Lumiere, sign_in: SignIn) -> None:
    make_client_user(lumiere.firm, lumiere.nadia_address)
    AccountAddress.objects.filter(pk=lumiere.nadia_at_tilleuls.pk).update(login=False)
    browser = sign_in(lumiere.claire)
    change(browser, lumiere)
    before = switches(lumiere.nadia_address)
    switch = f"/accounts/{lumiere.tilleuls.code}/addresses/{lumiere.nadia_address.code}/switch/?switch=login"
    assert browser.post(switch, {"to": "on"}).status_code == 404
    assert switches(lumiere.nadia_address) == before == {"Boulangerie Lefèvre SRL": (True, False)}


# --- Refusals ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("email", "said"),
    [
        ("", "This field is required."),
        ("nadia@", "Enter a valid email address."),
        ("NADIA@lefevre.example", "This is the address that is to be replaced."),
        ("paul@lefevre.example", "This is an address of Paul Lefèvre already."),
        ("emma@lumiere.example", "emma@lumiere.example signs in elsewhere already"),
        ("wim@peeters.example", "wim@peeters.example signs in elsewhere already"),
    ],
)
def test_an_address_that_cannot_take_the_place_is_refused_and_kept(
    two_firms: tuple[Lumiere, Peeters], sign_in: SignIn, email: str, said: str
) -> None:
    lumiere, _peeters = two_firms
    make_client_user(lumiere.firm, lumiere.nadia_address)
    page = main_of(sign_in(lumiere.claire).post(url(lumiere.bakery, lumiere.nadia_address), {"email": email}))
    assert said in page.find_all("div", id="errors")[0].text
    assert page.find_all("input", name="email")[0].attrs.get("value", "") == email
    with firm_context(lumiere.firm.pk):
        assert Address.objects.get(pk=lumiere.nadia_address.pk).is_linked


def test_without_login_an_address_that_signs_in_elsewhere_may_take_the_place(two_firms: tuple[Lumiere, Peeters], sign_in: SignIn) -> None:
    lumiere, _peeters = two_firms
    sign_in(lumiere.claire).post(url(lumiere.bakery, lumiere.nadia_address), {"email": "wim@peeters.example"})
    with firm_context(lumiere.firm.pk):
        used = switches(Address.objects.get(email="wim@peeters.example"))
    assert used == {"Boulangerie Lefèvre SRL": (False, True), "SCI des Tilleuls": (False, True)}


@pytest.mark.rule("M30")
def test_who_manages_all_accounts_of_a_person_may_change_the_address_in_all(lumiere: Lumiere, sign_in: SignIn) -> None:
    Account.objects.filter(firm=lumiere.firm).update(manager=lumiere.paulo)
    browser = sign_in(lumiere.paulo)
    page = main_of(browser.get(url(lumiere.bakery, lumiere.nadia_address)))
    assert "It changes in 1 other account of theirs too." in page.text
    assert set(switches(change(browser, lumiere))) == {"Boulangerie Lefèvre SRL", "SCI des Tilleuls"}


@pytest.mark.rule("C41")
def test_step_three_waits_until_the_new_one_signs_in_wherever_the_old_one_does(lumiere: Lumiere, sign_in: SignIn) -> None:
    make_client_user(lumiere.firm, lumiere.nadia_address)
    second = make_address(lumiere.nadia, NEW, NOW)
    make_client_user(lumiere.firm, second)
    AccountAddress.objects.filter(address=second, account=lumiere.bakery).update(login=False)
    browser, path = sign_in(lumiere.claire), url(lumiere.bakery, lumiere.nadia_address)
    page = main_of(browser.post(path, {"email": NEW}, follow=True))
    assert steps(page) == ["Step 1, done", "Step 2, now", "Step 3, next"]
    browser.post(f"{path}invite/")
    assert steps(main_of(browser.get(path))) == ["Step 1, done", "Step 2, done", "Step 3, now"]
    browser.post(f"{path}finish/")
    assert switches(second) == {"Boulangerie Lefèvre SRL": (True, True), "SCI des Tilleuls": (True, True)}


def test_step_three_is_for_unlinked_addresses_alone(lumiere: Lumiere, sign_in: SignIn) -> None:
    browser = sign_in(lumiere.claire)
    for act in ("invite/", "finish/"):
        assert browser.post(url(lumiere.bakery, lumiere.nadia_address, act)).status_code == 404
        assert browser.get(url(lumiere.bakery, lumiere.nadia_address, act)).status_code == 405
    assert ActivityLine.objects.filter(account_id=lumiere.bakery.pk).count() == 0


def test_unlinked_e_mails_cost_the_same_with_one_and_with_three(
    lumiere: Lumiere, sign_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    account, browser = AccountFactory(firm=lumiere.firm), sign_in(lumiere.claire)

    def replaced() -> None:
        use = link(account, AddressFactory(firm=lumiere.firm, contact=ContactFactory(firm=lumiere.firm)))
        make_client_user(lumiere.firm, use.address)
        browser.post(url(account, use.address), {"email": f"new{use.pk}@client.example"})

    replaced()
    page = f"/accounts/{account.code}/"
    browser.get(page)
    with django_assert_num_queries(14):
        assert len(card(browser.get(page), "unlinked").rows) == 1
    replaced()
    replaced()
    browser.get(page)
    with django_assert_num_queries(14):
        assert len(card(browser.get(page), "unlinked").rows) == 3
