"""Custom fields where somebody new is typed in."""

import pytest
from django.test import Client

from clients.custom_fields import values_of
from clients.enums import FieldKind
from clients.models import Account, AccountAddress, Address, Contact, CustomField
from tests.clients.conftest import SignIn
from tests.desk.reading import Answer, read
from tests.people import Lumiere

MARC = {"person-first_name": "Marc", "person-last_name": "Okafor"}


@pytest.fixture
def claire(lumiere: Lumiere, sign_in: SignIn) -> Client:
    return sign_in(lumiere.claire)


def field_of(lumiere: Lumiere, name: str, kind: str = FieldKind.EMAIL) -> CustomField:
    return CustomField.objects.create(firm=lumiere.firm, name=name, kind=kind)


def inputs(answer: Answer, kind: str) -> list[str]:
    return [each.attrs["name"] for each in read(answer).find_all("input", type=kind)]


@pytest.mark.rule("C02")
@pytest.mark.parametrize("page", ["/accounts/new/", "/accounts/{bakery}/contacts/link/"])
def test_a_new_contact_has_one_email_field(lumiere: Lumiere, claire: Client, page: str) -> None:
    assert inputs(claire.get(page.format(bakery=lumiere.bakery.code)), "email") == ["email"]


@pytest.mark.rule("C03")
@pytest.mark.parametrize("page", ["/accounts/new/", "/accounts/{bakery}/contacts/link/"])
def test_the_firms_email_fields_stand_in_the_form(lumiere: Lumiere, claire: Client, page: str) -> None:
    second = field_of(lumiere, "Second e-mail")
    assert sorted(inputs(claire.get(page.format(bakery=lumiere.bakery.code)), "email")) == [f"custom-field_{second.code}", "email"]


@pytest.mark.rule("C03")
def test_a_contact_is_created_with_more_addresses_and_values(lumiere: Lumiere, claire: Client) -> None:
    second, note = field_of(lumiere, "Second e-mail"), field_of(lumiere, "Note", FieldKind.TEXT)
    more = {f"custom-field_{second.code}": "marc2@okafor.example", f"custom-field_{note.code}": "Calls back"}
    claire.post(f"/accounts/{lumiere.bakery.code}/contacts/new/", {**MARC, "email": "marc@okafor.example", "notify": "on", **more})
    marc = Contact.objects.get(last_name="Okafor")
    assert list(Address.objects.filter(contact=marc).values_list("email", "field__name", "is_primary")) == [
        ("marc@okafor.example", None, True), ("marc2@okafor.example", "Second e-mail", False),
    ]  # fmt: skip
    assert list(AccountAddress.objects.filter(address__contact=marc).order_by("pk").values_list("login", "notify")) == [
        (False, True), (False, False),
    ]  # fmt: skip
    assert values_of(lumiere.firm, [marc.pk]) == {marc.pk: {note.pk: "Calls back"}}


def test_an_account_is_created_with_them_too(lumiere: Lumiere, claire: Client) -> None:
    second = field_of(lumiere, "Second e-mail")
    data = {**MARC, "kind": "company", "name": "Atelier", "email": "", f"custom-field_{second.code}": "marc2@okafor.example"}
    claire.post("/accounts/new/", data)
    address = Address.objects.get(contact__links__account=Account.objects.get(name="Atelier"))
    assert (address.email, address.field, address.is_primary) == ("marc2@okafor.example", second, True)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("PAUL@lefevre.example", "This is an address of Paul Lefèvre already."),
        ("Marc@okafor.example", "This address is typed twice. Type it once."),
        ("marc", "Type an e-mail address like name@example.com."),
    ],
)
def test_what_cannot_be_one_more_address_is_said_at_its_field(lumiere: Lumiere, claire: Client, typed: str, said: str) -> None:
    second = field_of(lumiere, "Second e-mail")
    data = {**MARC, "email": "marc@okafor.example", f"custom-field_{second.code}": typed}
    answer = claire.post(f"/accounts/{lumiere.bakery.code}/contacts/new/", data)
    assert (said in read(answer).text, Contact.objects.filter(last_name="Okafor").exists()) == (True, False)


def test_many_fields_are_folded_away(lumiere: Lumiere, claire: Client) -> None:
    for n in range(4):
        field_of(lumiere, f"Field {n}", FieldKind.TEXT)
    answer = claire.get("/accounts/new/")
    assert [each.text for each in read(answer).find_all("summary")] == ["4 more fields"]
