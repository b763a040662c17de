"""Creating and changing an account by its forms."""

import pytest

from clients.models import Account, AccountAddress, Address, Contact, Group
from clients.queries import people_of
from firms.models import ActivityLine, Staff
from tenancy.context import firm_context
from tests.clients.conftest import SignIn
from tests.desk.reading import Node, main_of, read
from tests.factories import AccountFactory, ContactFactory
from tests.people import Lumiere, Peeters

NEW = {
    "kind": "company", "name": "Atelier Okafor", "reference": "C-9", "group": "Artisans", "tags": "Payroll, Monthly VAT",
    "client_since": "2024-05-01",
    "person-first_name": "Marc", "person-last_name": "Okafor", "person-function": "Manager", "email": "marc@okafor.example",
    "login": "on", "notify": "on",
}  # fmt: skip


def errors(page: Node) -> list[str]:
    (summary,) = page.find_all("div", id="errors")
    return summary.items


@pytest.mark.rule("C02")
@pytest.mark.rule("C16", "M29")
def test_the_form_has_one_e_mail_field_and_proposes_login_and_notify(lumiere: Lumiere, sign_in: SignIn) -> None:
    main = main_of(sign_in(lumiere.emma).get("/accounts/new/"))
    assert [box.attrs["name"] for box in main.find_all("input", type="email")] == ["email"]
    assert {box.attrs["name"]: "checked" in box.attrs for box in main.find_all("input", role="switch")} == {
        "login": True,
        "notify": True,
        "email_sync": False,
    }
    (manager,) = main.find_all("select", name="manager")
    assert [option.text for option in manager.find_all("option") if "selected" in option.attrs] == ["Emma Girard"]


def test_a_new_account_has_its_first_contact(lumiere: Lumiere, sign_in: SignIn) -> None:
    response = sign_in(lumiere.emma).post("/accounts/new/", {**NEW, "manager": lumiere.claire.code})
    account = Account.objects.get(name="Atelier Okafor")
    assert response.headers["Location"] == f"/accounts/{account.code}/?invite={Address.objects.get(email=NEW['email']).code}"
    assert (account.reference, account.manager, str(account.client_since)) == ("C-9", lumiere.claire, "2024-05-01")
    assert [tag.tag.name for tag in account.account_tags.order_by("tag__name")] == ["Monthly VAT", "Payroll"]
    ((person,),) = [people_of(account)]
    assert (person.contact.name, person.function, [use.address.email for use in person.uses]) == (
        "Marc Okafor",
        "Manager",
        ["marc@okafor.example"],
    )
    assert (person.uses[0].login, person.uses[0].notify, person.uses[0].email_sync) == (True, True, False)


def test_every_error_is_shown_at_once_and_nothing_is_written(lumiere: Lumiere, sign_in: SignIn) -> None:
    wrong = {
        "kind": "robot",
        "name": " \u200b ",
        "client_since": "2024-31-12",
        "email": "marc@",
        "tags": "x" * 61,
        "language": "xx",
        "time_zone": "Mars/Base",
    }
    page = main_of(sign_in(lumiere.emma).post("/accounts/new/", wrong))
    assert len(errors(page)) == 8
    assert Account.objects.count() == 2


def test_an_address_of_somebody_known_offers_to_make_them_the_first_contact(lumiere: Lumiere, sign_in: SignIn) -> None:
    browser = sign_in(lumiere.emma)
    typed = {**NEW, "email": "NADIA@lefevre.example", "person-last_name": "Lefevre"}
    page = main_of(browser.post("/accounts/new/", typed))
    (button,) = page.find_all("button", name="known")
    assert (button.text, button.attrs["value"]) == ("Make Nadia Lefèvre the first contact", lumiere.nadia.code)
    browser.post("/accounts/new/", {**typed, "known": button.attrs["value"]})
    account = Account.objects.get(name="Atelier Okafor")
    assert [person.contact for person in people_of(account)] == [lumiere.nadia]
    assert AccountAddress.objects.get(account=account, address=lumiere.nadia_address).login is True
    assert Contact.objects.count() == 2


def test_a_new_account_for_a_person_begins_with_them(lumiere: Lumiere, sign_in: SignIn) -> None:
    page = main_of(sign_in(lumiere.emma).get(f"/accounts/new/?known={lumiere.nadia.code}"))
    assert [box.attrs["value"] for box in page.find_all("input", name="known")] == [lumiere.nadia.code]
    assert [box.attrs["value"] for box in page.find_all("input", name="email")] == ["nadia@lefevre.example"]


def test_a_known_person_stays_chosen_while_the_rest_is_mended(lumiere: Lumiere, sign_in: SignIn) -> None:
    typed = {**NEW, "name": "", "email": "nadia@lefevre.example", "known": lumiere.nadia.code}
    page = main_of(sign_in(lumiere.emma).post("/accounts/new/", typed))
    assert [box.attrs["value"] for box in page.find_all("input", name="known")] == [lumiere.nadia.code]
    assert not page.find_all("input", name="person-last_name")


def test_an_address_of_somebody_out_of_sight_is_refused_without_a_name(lumiere: Lumiere, sign_in: SignIn) -> None:
    Staff.objects.filter(pk=lumiere.paulo.pk).update(rights=["manage_accounts"])
    page = main_of(sign_in(lumiere.paulo).post("/accounts/new/", {**NEW, "email": "nadia@lefevre.example"}))
    assert "belongs to somebody else" in page.text
    assert "Nadia" not in page.text and not page.find_all("button", name="known")


def test_an_account_of_another_manager_goes_out_of_sight_after_it_was_made(lumiere: Lumiere, sign_in: SignIn) -> None:
    Staff.objects.filter(pk=lumiere.paulo.pk).update(rights=["manage_accounts"])
    response = sign_in(lumiere.paulo).post("/accounts/new/", {**NEW, "manager": lumiere.claire.code})
    assert response.headers["Location"] == "/accounts/"


@pytest.mark.rule("C04")
def test_an_employee_without_the_right_creates_no_account(lumiere: Lumiere, sign_in: SignIn) -> None:
    browser = sign_in(lumiere.paulo)
    assert (browser.get("/accounts/new/").status_code, browser.post("/accounts/new/", NEW).status_code) == (403, 403)
    assert Account.objects.count() == 2


def test_another_firms_ids_in_the_form_are_nothing_here(two_firms: tuple[Lumiere, Peeters], sign_in: SignIn) -> None:
    lumiere, peeters = two_firms
    browser = sign_in(lumiere.claire)
    assert browser.post("/accounts/new/", {**NEW, "known": peeters.lotte.code}).status_code == 404
    page = main_of(browser.post("/accounts/new/", {**NEW, "manager": peeters.wim.code}))
    assert len(errors(page)) == 1
    edited = main_of(browser.post(f"/accounts/{lumiere.bakery.code}/edit/", {"kind": "company", "name": "B", "manager": peeters.wim.code}))
    assert len(errors(edited)) == 1


def test_an_address_of_another_firm_is_free(two_firms: tuple[Lumiere, Peeters], sign_in: SignIn) -> None:
    lumiere, peeters = two_firms
    response = sign_in(lumiere.claire).post("/accounts/new/", {**NEW, "email": peeters.lotte_address.email})
    assert response.status_code == 302
    with firm_context(lumiere.firm.pk):
        assert Account.objects.filter(name="Atelier Okafor").exists()


def test_unknown_fields_are_passed_over(lumiere: Lumiere, sign_in: SignIn) -> None:
    sign_in(lumiere.emma).post("/accounts/new/", {**NEW, "firm": "1", "code": "MINE", "archived_at": "2020-01-01", "name_key": "x"})
    account = Account.objects.get(name="Atelier Okafor")
    assert (account.firm, account.archived_at, account.name_key) == (lumiere.firm, None, "atelier okafor")


def test_editing_shows_what_is_known_and_saves_what_differs(lumiere: Lumiere, sign_in: SignIn) -> None:
    browser = sign_in(lumiere.claire)
    page = main_of(browser.get(f"/accounts/{lumiere.bakery.code}/edit/"))
    assert page.find_all("input", name="name")[0].attrs["value"] == "Boulangerie Lefèvre SRL"
    posted = {"kind": "company", "name": "Boulangerie\nLefèvre\u202e SRL", "manager": lumiere.emma.code, "group": "Commerces"}
    browser.post(f"/accounts/{lumiere.bakery.code}/edit/", posted)
    lumiere.bakery.refresh_from_db()
    assert (lumiere.bakery.name, lumiere.bakery.manager) == ("Boulangerie Lefèvre SRL", lumiere.emma)
    lines = ActivityLine.objects.filter(account_id=lumiere.bakery.pk).order_by("id")
    assert [(line.detail, line.old, line.new) for line in lines] == [
        ("Manager", "Claire Moreau", "Emma Girard"),
        ("Group", "", "Commerces"),
    ]


def test_a_group_that_differs_in_case_is_the_same_group(lumiere: Lumiere, sign_in: SignIn) -> None:
    Group.objects.create(firm=lumiere.firm, name="Commerces")
    sign_in(lumiere.claire).post(
        f"/accounts/{lumiere.bakery.code}/edit/", {"kind": "company", "name": "B", "group": "COMMERCES", "tags": "a, A,,a"}
    )
    lumiere.bakery.refresh_from_db()
    assert [group.name for group in Group.objects.all()] == ["Commerces"]
    assert lumiere.bakery.account_tags.count() == 1


def test_a_reference_stands_for_one_account(lumiere: Lumiere, sign_in: SignIn) -> None:
    AccountFactory(firm=lumiere.firm, reference="C-1")
    browser = sign_in(lumiere.claire)
    page = main_of(browser.post(f"/accounts/{lumiere.bakery.code}/edit/", {"kind": "company", "name": "B", "reference": "C-1"}))
    assert errors(page) == ["Reference: Another account has this reference."]
    assert browser.post(f"/accounts/{lumiere.bakery.code}/edit/", {"kind": "company", "name": "B", "reference": "C-2"}).status_code == 302
    assert browser.post(f"/accounts/{lumiere.bakery.code}/edit/", {"kind": "company", "name": "B", "reference": "C-2"}).status_code == 302


def test_a_manager_who_has_left_stays_until_another_is_chosen(lumiere: Lumiere, sign_in: SignIn) -> None:
    Account.objects.filter(pk=lumiere.bakery.pk).update(manager=lumiere.emma)
    Staff.objects.filter(pk=lumiere.emma.pk).update(left_at=lumiere.bakery.created_at)
    browser = sign_in(lumiere.claire)
    page = main_of(browser.get(f"/accounts/{lumiere.bakery.code}/edit/"))
    assert "Emma Girard" in page.find_all("select", name="manager")[0].text
    assert "Emma Girard" not in main_of(browser.get("/accounts/new/")).find_all("select", name="manager")[0].text


def test_a_language_that_an_import_brought_can_be_kept(lumiere: Lumiere, sign_in: SignIn) -> None:
    Account.objects.filter(pk=lumiere.bakery.pk).update(language="nl")
    browser = sign_in(lumiere.claire)
    assert browser.post(f"/accounts/{lumiere.bakery.code}/edit/", {"kind": "company", "name": "B", "language": "nl"}).status_code == 302
    assert browser.post(f"/accounts/{lumiere.tilleuls.code}/edit/", {"kind": "company", "name": "T", "language": "nl"}).status_code == 200


def test_looking_at_a_form_changes_nothing(lumiere: Lumiere, sign_in: SignIn) -> None:
    browser = sign_in(lumiere.claire)
    ContactFactory(firm=lumiere.firm)
    assert browser.get("/accounts/new/", NEW).status_code == 200
    assert browser.head("/accounts/new/").status_code == 200
    assert not read(browser.get("/accounts/new/", NEW)).find_all("div", id="errors")
    assert Account.objects.count() == 2
