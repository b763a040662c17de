"""The list of contacts."""

import pytest
from pytest_django.fixtures import DjangoAssertNumQueries

from clients.enums import AccountKind
from clients.models import Account, AccountAddress, AccountContact, Address, Contact
from firms.models import User
from notifications.enums import SuppressionReason
from notifications.models import Suppression
from tests.desk.conftest import NOW, SignIn
from tests.desk.reading import main_of, read
from tests.factories import START, AccountFactory, AddressFactory, ContactFactory
from tests.people import Lumiere, link
from tests.signing import make_client_user


def names(answer: object) -> list[str]:
    return [row[0] for row in main_of(answer).rows]  # type: ignore[arg-type]


def test_the_list_says_how_people_are_reached_and_where_they_stand(lumiere: Lumiere, sign_in: SignIn) -> None:
    third = AccountFactory(firm=lumiere.firm, name="Zinc SARL", manager=lumiere.claire)
    AccountContact.objects.create(firm=lumiere.firm, account=third, contact=lumiere.nadia)
    AddressFactory(firm=lumiere.firm, contact=lumiere.nadia, email="n2@lefevre.example")
    Contact.objects.filter(pk=lumiere.nadia.pk).update(language="fr")
    user = make_client_user(lumiere.firm, lumiere.nadia_address)
    User.objects.filter(pk=user.pk).update(last_login=NOW)
    stands_in = "Boulangerie Lefèvre SRL, SCI des Tilleuls +1 more accounts"
    assert main_of(sign_in(lumiere.claire).get("/contacts/")).rows == [
        ["Nadia Lefèvre", "nadia@lefevre.example and 1 more Active", stands_in, "French", "Tue 3 Nov"],
        ["Paul Lefèvre", "paul@lefevre.example", "Boulangerie Lefèvre SRL", "–", "–"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Anna Alone", "Nadia Lefèvre", "Paul Lefèvre"]),
        ("sort=-name", ["Paul Lefèvre", "Nadia Lefèvre", "Anna Alone"]),
        ("q=lefevre+p", ["Paul Lefèvre"]),
        ("q=PAUL%40", ["Paul Lefèvre"]),
        ("q=%00", ["Anna Alone", "Nadia Lefèvre", "Paul Lefèvre"]),
        ("view=pending", ["Nadia Lefèvre"]),
        ("state=pending", ["Nadia Lefèvre"]),
        ("view=bounced", ["Paul Lefèvre"]),
        ("state=bounced", ["Paul Lefèvre"]),
        ("state=none", ["Anna Alone"]),
        ("state=active", []),
        ("kind=family", ["Anna Alone"]),
        ("view=archived", ["Old Archived"]),
        ("view=nonsense&state=x&kind=y", ["Anna Alone", "Nadia Lefèvre", "Paul Lefèvre"]),
    ],
)
def test_views_filters_and_search_narrow_the_list(lumiere: Lumiere, sign_in: SignIn, query: str, found: list[str]) -> None:
    anna = ContactFactory(firm=lumiere.firm, first_name="Anna", last_name="Alone")
    family = AccountFactory(firm=lumiere.firm, name="Alone", kind=AccountKind.FAMILY)
    AccountContact.objects.create(firm=lumiere.firm, account=family, contact=anna)
    ContactFactory(firm=lumiere.firm, first_name="Old", last_name="Archived", archived_at=START)
    ContactFactory(firm=lumiere.firm, first_name="Twin", last_name="Merged", archived_at=START, merged_into=anna)
    AccountAddress.objects.filter(pk=lumiere.nadia_at_bakery.pk).update(login=True)
    Suppression.objects.create(firm=lumiere.firm, address=lumiere.paul_address, reason=SuppressionReason.NO_SUCH_ADDRESS, at=START)
    shown = names(sign_in(lumiere.claire).get(f"/contacts/?{query}"))
    assert [each.removesuffix(" Archived") if "Old" not in each else "Old Archived" for each in shown] == found


def test_an_employee_sees_the_people_of_the_accounts_they_manage(lumiere: Lumiere, sign_in: SignIn) -> None:
    Account.objects.filter(pk=lumiere.tilleuls.pk).update(manager=lumiere.paulo)
    assert main_of(sign_in(lumiere.paulo).get("/contacts/")).rows == [
        ["Nadia Lefèvre", "nadia@lefevre.example", "SCI des Tilleuls", "–", "–"]
    ]


def test_empty_states_say_what_comes_next(lumiere: Lumiere, sign_in: SignIn) -> None:
    browser = sign_in(lumiere.claire)
    assert "No contact answers to these filters. Clear filters" in main_of(browser.get("/contacts/?q=nobody")).text
    assert "No contact stands in this view." in main_of(browser.get("/contacts/?view=archived")).text
    assert "Contacts" in read(browser.get("/contacts/")).links


def test_a_firm_without_contacts_is_told_where_they_come_from(lumiere: Lumiere, sign_in: SignIn) -> None:
    AccountAddress.objects.all().delete()
    AccountContact.objects.all().delete()
    Address.objects.all().delete()
    Contact.objects.all().delete()
    assert "No contact yet A contact is a person" in main_of(sign_in(lumiere.claire).get("/contacts/")).text


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_however_many(
    lumiere: Lumiere, sign_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    for n in range(rows):
        contact = ContactFactory(firm=lumiere.firm, last_name=f"Many {n}")
        link(lumiere.tilleuls, AddressFactory(firm=lumiere.firm, contact=contact), login=True)
    browser = sign_in(lumiere.claire)
    with django_assert_num_queries(12):
        assert len(names(browser.get("/contacts/?q=many"))) == rows
