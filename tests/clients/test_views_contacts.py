"""Linking people, adding addresses, choosing preferences, leaving somebody out."""

import pytest
from pytest_django import DjangoAssertNumQueries

from clients.enums import Preference
from clients.models import Account, AccountAddress, AccountContact, Address, Contact
from clients.queries import people_of
from firms.models import ActivityLine, Staff
from tests.clients.conftest import SignIn
from tests.desk.reading import main_of, read
from tests.factories import AddressFactory, ContactFactory
from tests.people import Lumiere, Peeters, link

HTMX = {"HX-Request": "true"}


def url(account: Account, rest: str) -> str:
    return f"/accounts/{account.code}/{rest}"


def emails(account: Account) -> list[str]:
    return [use.address.email for person in people_of(account) for use in person.uses]


# --- Linking -----------------------------------------------------------------------------------------------------------


@pytest.mark.rule("C06")
def test_a_contact_of_another_account_is_found_and_linked(lumiere: Lumiere, sign_in: SignIn) -> None:
    browser = sign_in(lumiere.claire)
    found = read(browser.get(url(lumiere.tilleuls, "contacts/link/?q=paul"), headers=HTMX))
    assert found.items == ["Paul Lefèvre paul@lefevre.example Boulangerie Lefèvre SRL Link"]
    (code,) = [box.attrs["value"] for box in found.find_all("input", name="contact")]
    browser.post(url(lumiere.tilleuls, "contacts/link/"), {"contact": code})
    assert emails(lumiere.tilleuls) == ["nadia@lefevre.example", "paul@lefevre.example"]


def test_whoever_is_linked_already_is_not_offered(lumiere: Lumiere, sign_in: SignIn) -> None:
    found = read(sign_in(lumiere.claire).get(url(lumiere.bakery, "contacts/link/?q=lefevre"), headers=HTMX))
    assert found.text == "Nobody else whose name or address begins with “lefevre”."


def test_people_out_of_sight_are_neither_found_nor_linked(lumiere: Lumiere, sign_in: SignIn) -> None:
    Account.objects.filter(pk=lumiere.tilleuls.pk).update(manager=lumiere.paulo)
    browser = sign_in(lumiere.paulo)
    assert "paul@" not in read(browser.get(url(lumiere.tilleuls, "contacts/link/?q=paul"))).text
    assert browser.post(url(lumiere.tilleuls, "contacts/link/"), {"contact": lumiere.paul.code}).status_code == 404


@pytest.mark.parametrize("code", ["\0", "A\0B", "", "%", "ÿ" * 5000])
def test_what_is_no_code_reaches_no_contact(lumiere: Lumiere, sign_in: SignIn, code: str) -> None:
    browser = sign_in(lumiere.claire)
    assert browser.post(url(lumiere.tilleuls, "contacts/link/"), {"contact": code}).status_code == 404
    assert browser.post("/accounts/new/", {"known": code}).status_code == (404 if code else 200)


def test_accounts_out_of_sight_are_not_named_beside_a_contact(lumiere: Lumiere, sign_in: SignIn) -> None:
    mine = link(lumiere.tilleuls, AddressFactory(firm=lumiere.firm)).address.contact
    other = Account.objects.create(firm=lumiere.firm, name="Mine too", manager=lumiere.paulo, created_at=lumiere.bakery.created_at)
    Account.objects.filter(pk=lumiere.tilleuls.pk).update(manager=lumiere.paulo)
    AccountContact.objects.create(firm=lumiere.firm, account=lumiere.bakery, contact=mine)
    found = read(sign_in(lumiere.paulo).get(url(other, "contacts/link/"), {"q": mine.last_name}, headers=HTMX))
    assert "SCI des Tilleuls" in found.text and "Boulangerie" not in found.text


def test_searching_costs_the_same_with_one_row_and_with_three(
    lumiere: Lumiere, sign_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    browser = sign_in(lumiere.claire)
    link(lumiere.bakery, AddressFactory(firm=lumiere.firm, contact=ContactFactory(firm=lumiere.firm, last_name="Zoé")))
    browser.get(url(lumiere.tilleuls, "contacts/link/?q=zo"), headers=HTMX)
    with django_assert_num_queries(11):
        assert len(read(browser.get(url(lumiere.tilleuls, "contacts/link/?q=zo"), headers=HTMX)).items) == 1
    for _n in range(2):
        link(lumiere.bakery, AddressFactory(firm=lumiere.firm, contact=ContactFactory(firm=lumiere.firm, last_name="Zoé")))
    with django_assert_num_queries(11):
        assert len(read(browser.get(url(lumiere.tilleuls, "contacts/link/?q=zo"), headers=HTMX)).items) == 3


@pytest.mark.rule("C06")
@pytest.mark.rule("C22")
def test_somebody_new_is_added_with_an_address_and_its_switches(lumiere: Lumiere, sign_in: SignIn) -> None:
    posted = {"person-first_name": "Marc", "person-last_name": "Okafor", "email": "marc@okafor.example", "notify": "on"}
    response = sign_in(lumiere.claire).post(url(lumiere.bakery, "contacts/new/"), posted)
    assert response.headers["Location"] == url(lumiere.bakery, "")
    use = AccountAddress.objects.get(address__email="marc@okafor.example")
    assert (use.account, use.login, use.notify) == (lumiere.bakery, False, True)


@pytest.mark.rule("M29")
def test_switches_are_proposed_for_the_first_address_of_an_account_alone(lumiere: Lumiere, sign_in: SignIn) -> None:
    browser = sign_in(lumiere.claire)

    def proposed(path: str) -> set[str]:
        boxes = main_of(browser.get(url(lumiere.tilleuls, path))).find_all("input", role="switch")
        return {box.attrs["name"] for box in boxes if "checked" in box.attrs}

    assert (proposed("contacts/link/"), proposed("addresses/add/")) == (set(), set())
    Address.objects.all().delete()
    assert (proposed("contacts/link/"), proposed("addresses/add/")) == ({"login", "notify"}, {"login", "notify"})


def test_an_address_that_is_taken_leads_to_whose_it_is(lumiere: Lumiere, sign_in: SignIn) -> None:
    posted = {"person-last_name": "Lefèvre", "email": "paul@lefevre.example"}
    page = main_of(sign_in(lumiere.claire).post(url(lumiere.tilleuls, "contacts/new/"), posted))
    assert "This is an address of Paul Lefèvre already." in page.text
    assert page.links["Find Paul Lefèvre"] == url(lumiere.tilleuls, "contacts/link/") + "?q=paul%40lefevre.example"
    assert Contact.objects.count() == 2


# --- Addresses ---------------------------------------------------------------------------------------------------------


@pytest.mark.rule("C06")
@pytest.mark.rule("C22")
def test_an_address_is_added_to_somebody_linked(lumiere: Lumiere, sign_in: SignIn) -> None:
    browser = sign_in(lumiere.claire)
    page = main_of(browser.get(url(lumiere.bakery, f"addresses/add/?contact={lumiere.paul.code}")))
    (select,) = page.find_all("select", name="contact")
    assert [(option.text, "selected" in option.attrs) for option in select.find_all("option")] == [
        ("Nadia Lefèvre", False),
        ("Paul Lefèvre", True),
    ]
    browser.post(url(lumiere.bakery, "addresses/add/"), {"contact": lumiere.paul.code, "email": "p@courriel.example", "notify": "on"})
    assert emails(lumiere.bakery) == ["nadia@lefevre.example", "paul@lefevre.example", "p@courriel.example"]
    assert AccountAddress.objects.get(address__email="p@courriel.example").notify is True


@pytest.mark.parametrize(
    "email", ["", "p@", "p q@r.example", "nadia@lefevre.example", "a@b.example\r\nBcc: x@y.example", "a" * 250 + "@b.example"]
)
def test_an_address_that_cannot_be_is_refused(lumiere: Lumiere, sign_in: SignIn, email: str) -> None:
    response = sign_in(lumiere.claire).post(url(lumiere.bakery, "addresses/add/"), {"contact": lumiere.paul.code, "email": email})
    assert response.status_code == 200
    assert Address.objects.count() == 2


def test_an_address_goes_to_nobody_outside_the_account(two_firms: tuple[Lumiere, Peeters], sign_in: SignIn) -> None:
    lumiere, peeters = two_firms
    browser = sign_in(lumiere.claire)
    for stranger in (peeters.lotte, lumiere.paul):
        page = main_of(browser.post(url(lumiere.tilleuls, "addresses/add/"), {"contact": stranger.code, "email": "x@y.example"}))
        assert "Whose address" in page.find_all("div", id="errors")[0].text
    assert browser.post(url(lumiere.tilleuls, "contacts/link/"), {"contact": peeters.lotte.code}).status_code == 404


# --- Preferences -------------------------------------------------------------------------------------------------------


@pytest.mark.rule("C24")
def test_the_dialog_is_for_that_address_and_account_only(lumiere: Lumiere, sign_in: SignIn) -> None:
    path = f"addresses/{lumiere.nadia_address.code}/preferences/"
    AccountAddress.objects.filter(pk=lumiere.nadia_at_tilleuls.pk).update(wants_chats=False)
    browser = sign_in(lumiere.claire)
    dialog = read(browser.get(url(lumiere.bakery, path), headers=HTMX))
    assert "nadia@lefevre.example at Boulangerie Lefèvre SRL" in dialog.text
    assert {box.attrs["name"]: "checked" in box.attrs for box in dialog.find_all("input", role="switch")} == dict.fromkeys(
        Preference.values, True
    )
    kept = {name: "on" for name in Preference.values if name not in ("wants_proposals", "wants_invoices")}
    assert browser.post(dialog.actions[0], kept).headers["Location"] == url(lumiere.bakery, "")
    off = {(use.pk, name) for use in AccountAddress.objects.all() for name in Preference.values if not getattr(use, name)}
    nadia, elsewhere = lumiere.nadia_at_bakery.pk, lumiere.nadia_at_tilleuls.pk
    assert off == {(nadia, "wants_proposals"), (nadia, "wants_invoices"), (elsewhere, "wants_chats")}


def test_all_seven_can_be_off(lumiere: Lumiere, sign_in: SignIn) -> None:
    sign_in(lumiere.claire).post(url(lumiere.bakery, f"addresses/{lumiere.nadia_address.code}/preferences/"))
    use = AccountAddress.objects.get(pk=lumiere.nadia_at_bakery.pk)
    assert [getattr(use, name) for name in Preference.values] == [False] * 7


def test_without_a_script_the_preferences_are_a_page(lumiere: Lumiere, sign_in: SignIn) -> None:
    main = main_of(sign_in(lumiere.claire).get(url(lumiere.bakery, f"addresses/{lumiere.nadia_address.code}/preferences/")))
    assert main.find_all("h1")[0].text == "Notification preferences"
    assert len(main.find_all("input", role="switch")) == 7


# --- People ------------------------------------------------------------------------------------------------------------


def test_a_person_is_changed_with_a_word_about_their_other_accounts(lumiere: Lumiere, sign_in: SignIn) -> None:
    browser = sign_in(lumiere.claire)
    path = url(lumiere.bakery, f"contacts/{lumiere.nadia.code}/edit/")
    assert "Nadia Lefèvre stands in 1 other account too." in main_of(browser.get(path)).text
    browser.post(path, {"person-first_name": "Nadia", "person-last_name": "Moreau", "person-function": "Partner", "person-language": "en"})
    lumiere.nadia.refresh_from_db()
    assert (lumiere.nadia.name, lumiere.nadia.language) == ("Nadia Moreau", "en")
    assert [(person.function) for person in people_of(lumiere.bakery)] == ["Partner", ""]


@pytest.mark.rule("A05")
def test_the_last_contact_cannot_be_removed(lumiere: Lumiere, sign_in: SignIn) -> None:
    browser = sign_in(lumiere.claire)
    gone = browser.post(url(lumiere.bakery, f"contacts/{lumiere.paul.code}/remove/"), follow=True)
    assert "Paul Lefèvre was removed from Boulangerie Lefèvre SRL." in read(gone).text
    assert not [form for form in main_of(gone).actions if form.endswith(f"/contacts/{lumiere.nadia.code}/remove/")]
    assert "To remove Nadia Lefèvre, first link somebody else." in main_of(gone).text
    kept = browser.post(url(lumiere.bakery, f"contacts/{lumiere.nadia.code}/remove/"), follow=True)
    assert "Nadia Lefèvre is the only contact: an account always has one or more." in main_of(kept).text
    assert emails(lumiere.bakery) == ["nadia@lefevre.example"]


@pytest.mark.parametrize("path", ["contacts/{0}/remove/", "contacts/new/"])
def test_looking_removes_and_adds_nobody(lumiere: Lumiere, sign_in: SignIn, path: str) -> None:
    assert sign_in(lumiere.claire).get(url(lumiere.bakery, path.format(lumiere.paul.code))).status_code == 405
    assert len(emails(lumiere.bakery)) == 2


def test_two_clicks_on_remove_are_one(lumiere: Lumiere, sign_in: SignIn) -> None:
    browser = sign_in(lumiere.claire)
    path = url(lumiere.bakery, f"contacts/{lumiere.paul.code}/remove/")
    assert (browser.post(path).status_code, browser.post(path).status_code) == (302, 404)
    assert ActivityLine.objects.filter(verb="contact_unlinked").count() == 1


def test_losing_a_right_works_at_the_next_request(lumiere: Lumiere, sign_in: SignIn) -> None:
    browser = sign_in(lumiere.emma)
    assert browser.get(url(lumiere.bakery, "contacts/link/")).status_code == 200
    Staff.objects.filter(pk=lumiere.emma.pk).update(rights=["see_all_accounts"])
    assert browser.get(url(lumiere.bakery, "contacts/link/")).status_code == 403
