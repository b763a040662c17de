import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from pytest_django import DjangoAssertNumQueries

from clients.addresses import make_address
from clients.models import Account, AccountAddress, Contact
from clients.names import name_key
from clients.queries import (
    Notified,
    count_notified,
    get_account_for,
    get_account_to_change,
    get_address_of,
    get_contact_for,
    get_contact_of,
    notifying_all,
    notifying_nobody,
    notifying_some,
    people_of,
    visible_accounts,
    visible_contacts,
)
from clients.search import accounts_matching, contacts_matching
from firms.enums import Right
from firms.models import Staff
from tenancy.context import firm_context
from tests.factories import START, AccountContactFactory, AccountFactory, AddressFactory, ContactFactory
from tests.people import Lumiere, Peeters, link


def names(staff: Staff, text: str) -> list[str]:
    return [account.name for account in accounts_matching(visible_accounts(staff), text)]


def test_visible_accounts_are_all_or_those_one_manages(lumiere: Lumiere) -> None:
    Account.objects.filter(pk=lumiere.tilleuls.pk).update(manager=lumiere.paulo)
    assert list(visible_accounts(lumiere.emma)) == [lumiere.bakery, lumiere.tilleuls]
    assert list(visible_accounts(lumiere.paulo)) == [lumiere.tilleuls]


def test_get_account_for_finds_no_account_out_of_sight(lumiere: Lumiere) -> None:
    with pytest.raises(Http404):
        get_account_for(lumiere.paulo, lumiere.bakery.code)


def test_get_account_for_finds_no_account_of_another_firm(two_firms: tuple[Lumiere, Peeters]) -> None:
    lumiere, peeters = two_firms
    with firm_context(lumiere.firm.pk), pytest.raises(Http404):
        get_account_for(lumiere.claire, peeters.garage.code)


def test_the_manager_may_change_an_account_without_any_right(lumiere: Lumiere) -> None:
    Account.objects.filter(pk=lumiere.bakery.pk).update(manager=lumiere.paulo)
    assert get_account_to_change(lumiere.paulo, lumiere.bakery.code) == lumiere.bakery


@pytest.mark.rule("C04")
def test_an_employee_who_sees_the_account_may_not_change_it_without_the_right(lumiere: Lumiere) -> None:
    lumiere.paulo.rights = [Right.SEE_ALL_ACCOUNTS]
    with pytest.raises(PermissionDenied):
        get_account_to_change(lumiere.paulo, lumiere.bakery.code)
    for staff in (lumiere.claire, lumiere.amir, lumiere.emma):
        assert get_account_to_change(staff, lumiere.bakery.code) == lumiere.bakery


def test_visible_contacts_are_those_of_the_accounts_one_sees(lumiere: Lumiere) -> None:
    Account.objects.filter(pk=lumiere.tilleuls.pk).update(manager=lumiere.paulo)
    ContactFactory(firm=lumiere.firm, last_name="Zoé")
    assert [contact.first_name for contact in visible_contacts(lumiere.paulo)] == ["Nadia"]
    assert visible_contacts(lumiere.emma).count() == 3
    with pytest.raises(Http404):
        get_contact_for(lumiere.paulo, lumiere.paul.code)


def test_an_address_is_reached_through_an_account_of_its_contact_alone(lumiere: Lumiere) -> None:
    assert get_address_of(lumiere.tilleuls, lumiere.nadia_address.code) == lumiere.nadia_address
    with pytest.raises(Http404):
        get_address_of(lumiere.tilleuls, lumiere.paul_address.code)
    with pytest.raises(Http404):
        get_contact_of(lumiere.tilleuls, lumiere.paul.code)


@pytest.mark.rule("C05")
def test_people_of_has_a_row_for_every_address_of_every_linked_contact(lumiere: Lumiere) -> None:
    make_address(lumiere.nadia, "nadia2@lefevre.example", START)
    AccountContactFactory(firm=lumiere.firm, account=lumiere.bakery, contact=ContactFactory(firm=lumiere.firm, first_name="Marc"))
    rows = [(person.contact.first_name, [use.address.email for use in person.uses]) for person in people_of(lumiere.bakery)]
    assert rows == [("Nadia", ["nadia@lefevre.example", "nadia2@lefevre.example"]), ("Paul", ["paul@lefevre.example"]), ("Marc", [])]


def test_people_of_costs_the_same_however_many_they_are(lumiere: Lumiere, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(2):
        assert len(people_of(lumiere.tilleuls)) == 1
    for _n in range(2):
        link(lumiere.tilleuls, AddressFactory(firm=lumiere.firm))
    with django_assert_num_queries(2):
        assert len(people_of(lumiere.tilleuls)) == 3


@pytest.mark.parametrize(
    "typed",
    ["nguye", "Nguyễn", "NGUYEN", "dent", "cabinet dent", "dent cabinet", "Ng Ca", "2024-0", "c-2024", "minh", "MINH@nguy", "minh tr"],
)
def test_accounts_matching_finds_by_words_reference_people_and_addresses(lumiere: Lumiere, typed: str) -> None:
    account = AccountFactory(firm=lumiere.firm, name="Cabinet dentaire Nguyễn", reference="2024-0017")
    AccountFactory(firm=lumiere.firm, name="C-2024 Holding")
    minh = ContactFactory(firm=lumiere.firm, first_name="Minh", last_name="Trần")
    link(account, AddressFactory(firm=lumiere.firm, contact=minh, email="minh@nguyen.example"))
    expected = ["C-2024 Holding"] if typed == "c-2024" else ["Cabinet dentaire Nguyễn"]
    assert names(lumiere.claire, typed) == expected


@pytest.mark.parametrize("typed", ["aire", "%", "_", "\\", "’ OR 1=1 --", "\u0301", "024-0", "\x00"])
def test_accounts_matching_takes_signs_for_what_they_are(lumiere: Lumiere, typed: str) -> None:
    AccountFactory(firm=lumiere.firm, name="Cabinet dentaire", reference="2024-0017")
    assert names(lumiere.claire, typed) == []


def test_accounts_matching_nothing_typed_is_all(lumiere: Lumiere) -> None:
    assert names(lumiere.claire, "  ") == ["Boulangerie Lefèvre SRL", "SCI des Tilleuls"]


def test_accounts_matching_stays_in_sight(lumiere: Lumiere) -> None:
    Account.objects.filter(pk=lumiere.tilleuls.pk).update(manager=lumiere.paulo)
    assert names(lumiere.paulo, "nadia") == ["SCI des Tilleuls"]
    assert names(lumiere.claire, "nadia") == ["Boulangerie Lefèvre SRL", "SCI des Tilleuls"]


def test_contacts_matching_finds_by_name_and_address(lumiere: Lumiere) -> None:
    everybody = Contact.objects.filter(firm=lumiere.firm)
    assert list(contacts_matching(everybody, "nad lef")) == [lumiere.nadia]
    assert list(contacts_matching(everybody, "paul@")) == [lumiere.paul]
    assert list(contacts_matching(everybody, "")) == []


@pytest.mark.rule("A07")
def test_an_account_is_notified_while_one_contact_is(lumiere: Lumiere) -> None:
    accounts = visible_accounts(lumiere.claire)
    assert count_notified(lumiere.firm, [lumiere.bakery.pk]) == {lumiere.bakery.pk: Notified(contacts=2, notified=2)}
    AccountAddress.objects.filter(pk=lumiere.nadia_at_bakery.pk).update(notify=False)
    assert count_notified(lumiere.firm, [lumiere.bakery.pk]) == {lumiere.bakery.pk: Notified(contacts=2, notified=1)}
    assert list(notifying_some(accounts)) == [lumiere.bakery]
    assert list(notifying_all(accounts)) == [lumiere.tilleuls]
    AccountAddress.objects.filter(pk=lumiere.paul_at_bakery.pk).update(notify=False)
    assert count_notified(lumiere.firm, [lumiere.bakery.pk]) == {lumiere.bakery.pk: Notified(contacts=2, notified=0)}
    assert list(notifying_nobody(accounts)) == [lumiere.bakery]


def test_a_contact_with_two_notified_addresses_counts_once(lumiere: Lumiere) -> None:
    second = AddressFactory(firm=lumiere.firm, contact=lumiere.nadia)
    AccountAddress.objects.create(firm=lumiere.firm, account=lumiere.bakery, address=second, notify=True)
    assert count_notified(lumiere.firm, [lumiere.bakery.pk]) == {lumiere.bakery.pk: Notified(contacts=2, notified=2)}


def test_an_archived_contact_counts_for_nothing(lumiere: Lumiere) -> None:
    Contact.objects.filter(pk=lumiere.nadia.pk).update(archived_at=START)
    assert count_notified(lumiere.firm, [lumiere.bakery.pk, lumiere.tilleuls.pk]) == {lumiere.bakery.pk: Notified(contacts=1, notified=1)}
    assert list(notifying_nobody(visible_accounts(lumiere.claire))) == [lumiere.tilleuls]


def test_name_key_folds_accents_case_and_blanks() -> None:
    assert name_key("  Cabinet   NGUYỄN ") == "cabinet nguyen"
