"""One contact: page, form, archive, merge."""

from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from access.client_access import invite_client
from actions.models import ActionParty
from clients.addresses import replace_address
from clients.custom_fields import set_values, values_of
from clients.enums import FieldKind
from clients.models import Account, AccountAddress, AccountContact, Address, Contact, CustomField
from firms.actors import Actor
from firms.models import User
from notifications.models import Notice
from notifications.verdicts import Reason, Verdict
from templates_email.enums import EmailEvent
from tests.desk.conftest import SignIn
from tests.desk.reading import card, main_of, read
from tests.factories import START, AddressFactory, ContactFactory
from tests.people import Lumiere, link
from tests.signing import asked, make_client_user

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def claire(lumiere: Lumiere, sign_in: SignIn) -> Client:
    return sign_in(lumiere.claire)


def field_of(lumiere: Lumiere, name: str = "Second e-mail", kind: str = FieldKind.EMAIL, **values: Any) -> CustomField:
    return CustomField.objects.create(firm=lumiere.firm, name=name, kind=kind, **values)


def text_of(answer: Any) -> str:
    return read(answer).text


# --- The page ------------------------------------------------------------------------------------------------------------


def test_the_page_shows_accounts_addresses_fields_and_emails(lumiere: Lumiere, claire: Client) -> None:
    AccountContact.objects.filter(contact=lumiere.nadia, account=lumiere.bakery).update(function="Bookkeeping")
    note = field_of(lumiere, "Note", FieldKind.TEXT)
    set_values(firm=lumiere.firm, values={lumiere.nadia.pk: {note: HOSTILE}})
    asked(lumiere, signers=[lumiere.nadia])
    answer = claire.get(f"/contacts/{lumiere.nadia.code}/")
    assert card(answer, "accounts").items == ["Boulangerie Lefèvre SRL Bookkeeping Company", "SCI des Tilleuls Company"]
    addresses = card(answer, "addresses").text
    assert "nadia@lefevre.example Primary" in addresses
    assert "Boulangerie Lefèvre SRL: NOTIFY" in addresses
    assert f"Note {HOSTILE} Waited for in 1 open request" in card(answer, "about").text
    assert "Request Lettre de mission 2027 nadia@lefevre.example" in card(answer, "emails").text
    assert "<script>alert(1)" not in answer.content.decode()


def test_an_e_mail_about_the_firms_documents_is_called_so(lumiere: Lumiere, claire: Client) -> None:
    Notice.objects.create(
        firm=lumiere.firm, event=EmailEvent.DOCUMENTS_UPLOADED, key="documents_uploaded:1", account=lumiere.bakery, contact=lumiere.nadia,
        address=lumiere.nadia_address, email=lumiere.nadia_address.email, verdict=Verdict.HOLD, reason=Reason.GATHERING, decided_at=START,
        not_before=START,
    )  # fmt: skip
    emails = card(claire.get(f"/contacts/{lumiere.nadia.code}/"), "emails").text
    assert "New documents from the firm nadia@lefevre.example" in emails


def test_a_person_is_linked_to_one_more_account_from_their_page(lumiere: Lumiere, claire: Client) -> None:
    to = f"/contacts/{lumiere.paul.code}/accounts/"
    page = main_of(claire.get(f"/contacts/{lumiere.paul.code}/"))
    assert page.links["Link to an account"] == to
    assert page.links["New account for this person"] == f"/accounts/new/?known={lumiere.paul.code}"
    assert main_of(claire.get(f"{to}?q=boul")).find_all("input", name="account") == []  # stands there already
    found = main_of(claire.get(f"{to}?q=sci")).find_all("input", name="account")
    assert [each.attrs["value"] for each in found] == [lumiere.tilleuls.code]
    assert claire.post(to, {"account": lumiere.tilleuls.code}).headers["Location"] == f"/accounts/{lumiere.tilleuls.code}/"
    assert AccountContact.objects.filter(contact=lumiere.paul, account=lumiere.tilleuls).count() == 1


def test_language_and_zone_say_where_they_come_from(lumiere: Lumiere, claire: Client) -> None:
    about = card(claire.get(f"/contacts/{lumiere.paul.code}/"), "about").text
    assert "Time zone Paris from the firm" in about
    Account.objects.filter(pk=lumiere.bakery.pk).update(language="fr", time_zone="Europe/Brussels")
    about = card(claire.get(f"/contacts/{lumiere.paul.code}/"), "about").text
    assert "Language French from the account Time zone Brussels from the account" in about
    assert "Time zone as in each account" in card(claire.get(f"/contacts/{lumiere.nadia.code}/"), "about").text
    Contact.objects.filter(pk=lumiere.paul.pk).update(language="en")
    assert "Language English set here" in card(claire.get(f"/contacts/{lumiere.paul.code}/"), "about").text


def test_accounts_out_of_sight_are_counted_and_not_named(lumiere: Lumiere, sign_in: SignIn) -> None:
    Account.objects.filter(pk=lumiere.tilleuls.pk).update(manager=lumiere.paulo)
    asked(lumiere)
    answer = sign_in(lumiere.paulo).get(f"/contacts/{lumiere.nadia.code}/")
    assert "And in 1 account that you do not see." in text_of(answer)
    assert ("Boulangerie" in text_of(answer), "Lettre de mission" in text_of(answer)) == (False, False)
    assert f"/contacts/{lumiere.nadia.code}/archive/" not in answer.content.decode()  # it would end what Paulo does not see
    assert sign_in(lumiere.paulo).post(f"/contacts/{lumiere.nadia.code}/archive/").status_code == 403
    assert sign_in(lumiere.paulo).get(f"/contacts/{lumiere.paul.code}/").status_code == 404


@pytest.mark.parametrize("more", [0, 2])
def test_the_page_costs_the_same_however_much_there_is(
    lumiere: Lumiere, claire: Client, django_assert_num_queries: DjangoAssertNumQueries, more: int
) -> None:
    for _each in range(more):
        AddressFactory(firm=lumiere.firm, contact=lumiere.nadia)
        asked(lumiere)
    with django_assert_num_queries(23):
        claire.get(f"/contacts/{lumiere.nadia.code}/")


# --- The form ------------------------------------------------------------------------------------------------------------


def test_only_what_was_changed_on_the_page_is_saved(lumiere: Lumiere, claire: Client) -> None:
    note, size = field_of(lumiere, "Note", FieldKind.TEXT), field_of(lumiere, "Size", FieldKind.CHOICE, choices=["Small", "Large"])
    set_values(firm=lumiere.firm, values={lumiere.nadia.pk: {note: "A colleague wrote this meanwhile"}})
    Contact.objects.filter(pk=lumiere.nadia.pk).update(phone="+33 1")
    drawn = {"person-first_name": "Nadia", "person-last_name": "Lefèvre"}
    before = {
        **{f"initial-{name}": value for name, value in drawn.items()},
        "initial-person-phone": "",
        f"initial-custom-field_{note.code}": "",
    }
    claire.post(
        f"/contacts/{lumiere.nadia.code}/edit/", {**drawn, **before, "person-last_name": "Dupont", f"custom-field_{size.code}": "large"}
    )
    nadia = Contact.objects.get(pk=lumiere.nadia.pk)
    assert (nadia.last_name, nadia.phone) == ("Dupont", "+33 1")
    assert values_of(lumiere.firm, [nadia.pk])[nadia.pk] == {note.pk: "A colleague wrote this meanwhile", size.pk: "Large"}


def change(claire: Client, contact: Contact, field: CustomField, typed: str, before: str = "") -> Any:
    data = {"person-first_name": contact.first_name, "person-last_name": contact.last_name}
    name = f"custom-field_{field.code}"
    initial = {f"initial-{key}": value for key, value in data.items()}
    return claire.post(f"/contacts/{contact.code}/edit/", {**data, **initial, name: typed, f"initial-{name}": before}, follow=True)


@pytest.mark.rule("C03", "C06")
def test_what_is_typed_into_an_email_field_is_one_more_address(lumiere: Lumiere, claire: Client) -> None:
    second = field_of(lumiere)
    change(claire, lumiere.nadia, second, "n2@lefevre.example")
    address = Address.objects.get(email="n2@lefevre.example")
    assert (address.contact, address.field, address.is_primary) == (lumiere.nadia, second, False)
    uses = AccountAddress.objects.filter(address=address).order_by("account__name")
    assert [(use.account.name, use.login, use.notify) for use in uses] == [
        ("Boulangerie Lefèvre SRL", False, False), ("SCI des Tilleuls", False, False),
    ]  # fmt: skip
    change(claire, lumiere.nadia, second, "n3@lefevre.example", "n2@lefevre.example")
    assert list(Address.objects.filter(contact=lumiere.nadia, field=second).values_list("email", flat=True)) == ["n3@lefevre.example"]
    change(claire, lumiere.nadia, second, "", "n3@lefevre.example")
    assert [each.email for each in Address.objects.filter(contact=lumiere.nadia)] == ["nadia@lefevre.example"]


@pytest.mark.rule("M15")
def test_an_earlier_address_of_the_person_comes_back_in_an_email_field(lumiere: Lumiere, claire: Client) -> None:
    second = field_of(lumiere)
    make_client_user(lumiere.firm, lumiere.nadia_address)
    replace_address(account=lumiere.bakery, old=lumiere.nadia_address, email="new@lefevre.example", by=Actor.system(), now=START)
    change(claire, lumiere.nadia, second, "nadia@lefevre.example")
    address = Address.objects.get(email="nadia@lefevre.example")
    assert (address.field, address.unlinked_at, address.contact) == (second, None, lumiere.nadia)


def test_an_address_of_somebody_else_is_refused_at_its_field(lumiere: Lumiere, claire: Client) -> None:
    second = field_of(lumiere)
    assert "This is an address of Paul Lefèvre already." in text_of(change(claire, lumiere.nadia, second, "PAUL@lefevre.example"))
    assert "This is an address of Nadia Lefèvre already." in text_of(change(claire, lumiere.nadia, second, "nadia@lefevre.example"))
    assert Address.objects.filter(field=second).count() == 0


def test_whoever_signs_in_with_an_address_is_not_locked_out(lumiere: Lumiere, claire: Client) -> None:
    second = field_of(lumiere)
    change(claire, lumiere.nadia, second, "n2@lefevre.example")
    address = Address.objects.get(email="n2@lefevre.example")
    user = make_client_user(lumiere.firm, address)
    refused = text_of(change(claire, lumiere.nadia, second, "", "n2@lefevre.example"))
    assert "Somebody signs in with this address. Type another one in its place" in refused
    change(claire, lumiere.nadia, second, "n3@lefevre.example", "n2@lefevre.example")
    address.refresh_from_db()
    assert (address.is_linked, address.field, User.objects.get(pk=user.pk).is_active) == (False, None, True)
    assert Address.objects.get(field=second).email == "n3@lefevre.example"


@pytest.mark.parametrize("kind", FieldKind.values)
@pytest.mark.parametrize("typed", ["x" * 10_000, "a\0b"])
def test_hostile_values_are_answered_with_a_sentence(lumiere: Lumiere, claire: Client, kind: str, typed: str) -> None:
    field = field_of(lumiere, "Field", kind, choices=["Small"] if kind == FieldKind.CHOICE else [])
    answer = change(claire, lumiere.nadia, field, typed)
    assert (answer.status_code, "Not saved: 1 error" in text_of(answer)) == (200, True)
    assert values_of(lumiere.firm, [lumiere.nadia.pk]) == {}


def test_markup_and_formulas_are_kept_as_they_are_typed(lumiere: Lumiere, claire: Client) -> None:
    note = field_of(lumiere, "Note", FieldKind.TEXT)
    answer = change(claire, lumiere.nadia, note, f"=1+1 {HOSTILE}")
    assert (f"=1+1 {HOSTILE}" in text_of(answer), HOSTILE in answer.content.decode()) == (True, False)


# --- Archive and restore -------------------------------------------------------------------------------------------------


@pytest.mark.rule("A05")
def test_the_only_contact_of_an_account_stays(lumiere: Lumiere, claire: Client) -> None:
    answer = claire.post(f"/contacts/{lumiere.nadia.code}/archive/", follow=True)
    assert "Nadia Lefèvre was not archived: nobody else stands in SCI des Tilleuls" in text_of(answer)
    assert Contact.objects.get(pk=lumiere.nadia.pk).archived_at is None


def test_whoever_is_waited_for_stays(lumiere: Lumiere, claire: Client) -> None:
    asked(lumiere, signers=[lumiere.paul])
    answer = text_of(claire.post(f"/contacts/{lumiere.paul.code}/archive/", follow=True))
    assert "an open request waits for them: “Lettre de mission 2027” (Boulangerie Lefèvre SRL). Withdraw it" in answer


def test_archiving_can_be_undone(lumiere: Lumiere, claire: Client) -> None:
    answer = claire.post(f"/contacts/{lumiere.paul.code}/archive/", follow=True)
    assert "Paul Lefèvre was archived: nothing more is sent to them." in text_of(answer)
    assert f"/contacts/{lumiere.paul.code}/restore/" in read(answer).actions
    assert "Paul Lefèvre is archived" in text_of(claire.get(f"/contacts/{lumiere.paul.code}/"))
    claire.post(f"/contacts/{lumiere.paul.code}/restore/")
    assert Contact.objects.get(pk=lumiere.paul.pk).archived_at is None


# --- Merge ---------------------------------------------------------------------------------------------------------------


def make_twin(lumiere: Lumiere) -> Contact:
    """Paul once more, known by another first name."""
    twin: Contact = ContactFactory.create(firm=lumiere.firm, first_name="Pol", last_name="Lefèvre", phone="+33 4")
    link(lumiere.tilleuls, AddressFactory(firm=lumiere.firm, contact=twin, email="pol@lefevre.example"))
    return twin


def test_who_could_be_the_same_is_proposed(lumiere: Lumiere, claire: Client) -> None:
    ContactFactory(firm=lumiere.firm, first_name="PAUL", last_name="Lefevre")
    ContactFactory(firm=lumiere.firm, first_name="Lefèvre", last_name="Paul")
    page = main_of(claire.get(f"/contacts/{lumiere.paul.code}/merge/"))
    assert [item for item in page.items if "Compare" in item] == [
        "PAUL Lefevre No address yet Compare PAUL Lefevre", "Lefèvre Paul No address yet Compare Lefèvre Paul",
    ]  # fmt: skip
    assert "This could be the same person: PAUL Lefevre, Lefèvre Paul" in text_of(claire.get(f"/contacts/{lumiere.paul.code}/"))
    found = claire.get(f"/contacts/{lumiere.paul.code}/merge/?q=nadia", headers={"HX-Request": "true"}).content.decode()
    assert ("Nadia Lefèvre" in found, "<main" in found) == (True, False)


def test_the_preview_shows_both_and_what_will_be(lumiere: Lumiere, claire: Client) -> None:
    twin = make_twin(lumiere)
    page = main_of(claire.get(f"/contacts/{lumiere.paul.code}/merge/?with={twin.code}"))
    assert page.rows == [["First name", "Paul", "Pol"], ["Last name", "Lefèvre", "Lefèvre"], ["Phone", "–", "+33 4 (taken over)"]]
    assert "paul@lefevre.example" in page.text
    assert "SCI des Tilleuls new" in page.items


def test_a_merge_moves_requests_and_leads_old_pages_on(lumiere: Lumiere, claire: Client) -> None:
    twin = make_twin(lumiere)
    action = asked(lumiere, signers=[lumiere.nadia])
    ActionParty.objects.create(firm=lumiere.firm, action=action, contact=twin, role="signer")
    Notice.objects.filter(contact=lumiere.nadia).update(contact=twin, message=None)
    answer = claire.post(f"/contacts/{lumiere.paul.code}/merge/", {"with": twin.code, "take-first_name": "theirs"}, follow=True)
    assert "Pol Lefèvre was merged into Paul Lefèvre." in text_of(answer)
    assert set(ActionParty.objects.filter(action=action).values_list("contact", flat=True)) == {lumiere.nadia.pk, lumiere.paul.pk}
    assert set(Notice.objects.filter(action=action).values_list("contact", flat=True)) == {lumiere.paul.pk}
    paul = Contact.objects.get(pk=lumiere.paul.pk)
    assert (paul.first_name, paul.phone) == ("Pol", "+33 4")
    assert claire.get(f"/contacts/{twin.code}/")["Location"] == f"/contacts/{paul.code}/"
    assert "Merged into this contact Pol Lefèvre" in text_of(claire.get(f"/contacts/{paul.code}/"))


def test_whoever_are_named_together_are_not_merged(lumiere: Lumiere, claire: Client) -> None:
    twin = make_twin(lumiere)
    action = asked(lumiere, signers=[lumiere.paul])
    ActionParty.objects.create(firm=lumiere.firm, action=action, contact=twin, role="signer")
    said = "Nothing can be merged while the open request “Lettre de mission 2027” (Boulangerie Lefèvre SRL) names both."
    assert said in text_of(claire.get(f"/contacts/{lumiere.paul.code}/merge/?with={twin.code}"))
    assert said in text_of(claire.post(f"/contacts/{lumiere.paul.code}/merge/", {"with": twin.code}, follow=True))
    assert Contact.objects.get(pk=twin.pk).merged_into is None


def test_a_login_and_its_invitation_go_along(lumiere: Lumiere, claire: Client) -> None:
    twin = make_twin(lumiere)
    address = Address.objects.get(email="pol@lefevre.example")
    AccountAddress.objects.filter(address=address).update(login=True)
    invite_client(address=address, by=Actor.staff(lumiere.claire), now=START)
    user = make_client_user(lumiere.firm, lumiere.paul_address)
    claire.post(f"/contacts/{lumiere.paul.code}/merge/", {"with": twin.code})
    notice = Notice.objects.get(event="client_invitation")
    assert (notice.contact, User.objects.get(pk=user.pk).is_active) == (lumiere.paul, True)


# --- Accounts out of sight -----------------------------------------------------------------------------------------------


@pytest.fixture
def paulo(lumiere: Lumiere, sign_in: SignIn) -> Client:
    """He manages the bakery, and does not see the other account of Nadia."""
    Account.objects.filter(pk=lumiere.bakery.pk).update(manager=lumiere.paulo)
    return sign_in(lumiere.paulo)


@pytest.mark.rule("M30", "C38")
@pytest.mark.parametrize("act", ["change/", "change/invite/", "change/finish/", "remove/", "primary/"])
def test_an_address_that_is_used_out_of_sight_is_not_changed(lumiere: Lumiere, paulo: Client, act: str) -> None:
    before = list(Address.with_removed.values()), list(AccountAddress.objects.order_by("pk").values())
    path = f"/accounts/{lumiere.bakery.code}/addresses/{lumiere.nadia_address.code}/{act}"
    assert paulo.post(path, {"email": "paulo@elsewhere.example"}).status_code == 403
    assert (list(Address.with_removed.values()), list(AccountAddress.objects.order_by("pk").values())) == before


def test_the_menu_says_who_changes_an_address_that_is_used_out_of_sight(lumiere: Lumiere, paulo: Client) -> None:
    shown = card(paulo.get(f"/accounts/{lumiere.bakery.code}/"), "contacts")
    nadia, paul = (shown.find_all("div", id=f"menu-{address.code}")[0] for address in (lumiere.nadia_address, lumiere.paul_address))
    assert "Nadia Lefèvre also stands in accounts that you do not see or may not change." in nadia.text
    assert [word in nadia.text for word in ("Change this", "Remove this", "Notification preferences")] == [False, False, True]
    assert [word in paul.text for word in ("Change this", "Remove this", "stands in accounts")] == [True, True, False]


@pytest.mark.parametrize("typed", ["", "paulo@elsewhere.example"])
def test_an_email_field_that_is_used_out_of_sight_is_only_shown(lumiere: Lumiere, paulo: Client, typed: str) -> None:
    second = field_of(lumiere)
    address = AddressFactory(firm=lumiere.firm, contact=lumiere.nadia, email="n2@lefevre.example", field=second, is_primary=False)
    page = main_of(paulo.get(f"/contacts/{lumiere.nadia.code}/edit/"))
    (control,) = page.find_all("input", name=f"custom-field_{second.code}")
    assert ("readonly" in control.attrs, "Nadia Lefèvre also stands in accounts" in page.text) == (True, True)
    assert change(paulo, lumiere.nadia, second, typed, "n2@lefevre.example").status_code == 403
    address.refresh_from_db()
    assert (address.field, address.unlinked_at) == (second, None)
    assert change(paulo, lumiere.nadia, second, "n2@lefevre.example", "n2@lefevre.example").status_code == 200


def test_whoever_stands_in_ones_own_accounts_alone_gets_another_address(lumiere: Lumiere, paulo: Client) -> None:
    path = f"/accounts/{lumiere.bakery.code}/addresses/{lumiere.paul_address.code}/change/"
    assert paulo.post(path, {"email": "paul@new.example"}).status_code == 302
    assert Address.objects.get(contact=lumiere.paul, unlinked_at=None).email == "paul@new.example"
