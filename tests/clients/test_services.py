import pytest
from django.db import IntegrityError, transaction

from clients.addresses import add_address, change_preferences, change_switches, make_address
from clients.enums import AccountKind
from clients.errors import AddressInUse, LastContact, ReferenceInUse
from clients.inputs import KnownPerson, NewPerson, Switches
from clients.models import Account, AccountAddress, AccountContact, Address, Contact, Group
from clients.people import add_contact_with_address, change_contact, link_contact, unlink_contact
from clients.queries import people_of
from clients.services import archive_account, change_account, create_account, restore_account
from firms.actors import Actor
from firms.models import ActivityLine
from tests.factories import START, AddressFactory, ContactFactory
from tests.people import Lumiere

MARC = NewPerson(first_name="Marc", last_name="Okafor", email="marc@okafor.example", switches=Switches(login=True, notify=True))


def by_claire(lumiere: Lumiere) -> Actor:
    return Actor.staff(lumiere.claire)


def lines(account: Account) -> list[tuple[str, str, str, str, str]]:
    """Verb, subject, detail, old and new, oldest first."""
    found = ActivityLine.objects.filter(account_id=account.pk).order_by("id")
    return [(line.verb, line.subject, line.detail, line.old, line.new) for line in found]


def switches(account: Account, address: Address) -> tuple[bool, bool, bool]:
    use = AccountAddress.objects.get(account=account, address=address)
    return use.login, use.notify, use.email_sync


def test_create_account_has_its_first_contact_and_their_address(lumiere: Lumiere) -> None:
    account = create_account(
        firm=lumiere.firm, name="Atelier Okafor", kind=AccountKind.COMPANY, group="Artisans", tags=["Payroll", "Monthly VAT"],
        manager=lumiere.emma, first=MARC, by=by_claire(lumiere), now=START,
    )  # fmt: skip
    address = Address.objects.get(email="marc@okafor.example")
    assert (account.group and account.group.name, account.manager) == ("Artisans", lumiere.emma)
    assert [tag.tag.name for tag in account.account_tags.order_by("tag__name")] == ["Monthly VAT", "Payroll"]
    assert [(person.contact.name, len(person.uses)) for person in people_of(account)] == [("Marc Okafor", 1)]
    assert switches(account, address) == (True, True, False)
    assert lines(account) == [
        ("account_created", "Atelier Okafor", "", "", ""),
        ("contact_created", "Marc Okafor", "", "", ""),
        ("contact_linked", "Marc Okafor", "Atelier Okafor", "", ""),
        ("address_added", "Marc Okafor", "marc@okafor.example", "", "LOGIN, NOTIFY"),
    ]


def test_create_account_with_a_known_person_lists_all_their_addresses(lumiere: Lumiere) -> None:
    other = AddressFactory(firm=lumiere.firm, contact=lumiere.nadia, email="n.lefevre@courriel.example")
    first = KnownPerson(contact=lumiere.nadia, address=lumiere.nadia_address, switches=Switches(notify=True))
    account = create_account(
        firm=lumiere.firm, name="Famille Lefèvre", kind=AccountKind.FAMILY, first=first, by=by_claire(lumiere), now=START
    )
    assert switches(account, lumiere.nadia_address) == (False, True, False)
    assert switches(account, other) == (False, False, False)


def test_create_account_with_an_address_of_somebody_else_leaves_nothing(lumiere: Lumiere) -> None:
    taken = NewPerson(last_name="Impostor", email="NADIA@lefevre.example")
    with pytest.raises(AddressInUse):
        create_account(firm=lumiere.firm, name="Copy", group="New group", first=taken, by=by_claire(lumiere), now=START)
    assert not Account.objects.filter(name="Copy").exists()
    assert not Contact.objects.filter(last_name="Impostor").exists()
    assert not Group.objects.exists()


def test_create_account_refuses_a_reference_twice(lumiere: Lumiere) -> None:
    create_account(firm=lumiere.firm, name="One", reference="C-1", first=MARC, by=by_claire(lumiere), now=START)
    with pytest.raises(ReferenceInUse):
        create_account(firm=lumiere.firm, name="Two", reference="C-1", first=NewPerson(last_name="Zoé"), by=by_claire(lumiere), now=START)
    assert not Account.objects.filter(name="Two").exists()


def test_change_account_writes_a_line_with_old_and_new_for_each_field_that_differs(lumiere: Lumiere) -> None:
    change_account(
        account=lumiere.bakery, name="Boulangerie Lefèvre SAS", kind=AccountKind.COMPANY, manager=lumiere.emma, group="Commerces",
        tags=["Payroll"], by=by_claire(lumiere), now=START,
    )  # fmt: skip
    lumiere.bakery.refresh_from_db()
    assert lumiere.bakery.name_key == "boulangerie lefevre sas"
    assert lines(lumiere.bakery) == [
        ("account_changed", "Boulangerie Lefèvre SAS", "Account name", "Boulangerie Lefèvre SRL", "Boulangerie Lefèvre SAS"),
        ("account_changed", "Boulangerie Lefèvre SAS", "Manager", "Claire Moreau", "Emma Girard"),
        ("account_changed", "Boulangerie Lefèvre SAS", "Group", "", "Commerces"),
        ("account_changed", "Boulangerie Lefèvre SAS", "Tags", "", "Payroll"),
    ]


def test_change_account_replaces_its_tags_and_leaves_its_group(lumiere: Lumiere) -> None:
    change_account(account=lumiere.bakery, name="B", group="Commerces", tags=["Payroll", "Monthly VAT"], by=by_claire(lumiere), now=START)
    account = change_account(account=lumiere.bakery, name="B", tags=["Payroll", "Seasonal"], by=by_claire(lumiere), now=START)
    assert sorted(each.tag.name for each in account.account_tags.all()) == ["Payroll", "Seasonal"]
    assert account.group is not None and account.group.name == "Commerces"


def test_archive_account_can_be_taken_back(lumiere: Lumiere) -> None:
    assert archive_account(account=lumiere.bakery, by=by_claire(lumiere), now=START).archived_at == START
    archive_account(account=lumiere.bakery, by=by_claire(lumiere), now=START)
    assert restore_account(account=lumiere.bakery, by=by_claire(lumiere), now=START).archived_at is None
    assert [line[2:] for line in lines(lumiere.bakery)] == [("State", "in use", "archived"), ("State", "archived", "in use")]


@pytest.mark.rule("C06")
def test_link_contact_lists_their_addresses_with_every_switch_off(lumiere: Lumiere) -> None:
    link_contact(account=lumiere.tilleuls, contact=lumiere.paul, function="Partner", by=by_claire(lumiere), now=START)
    people = people_of(lumiere.tilleuls)
    assert [(person.contact.name, person.function) for person in people] == [("Nadia Lefèvre", ""), ("Paul Lefèvre", "Partner")]
    assert switches(lumiere.tilleuls, lumiere.paul_address) == (False, False, False)


def test_link_contact_twice_changes_nothing(lumiere: Lumiere) -> None:
    link_contact(account=lumiere.bakery, contact=lumiere.paul, by=by_claire(lumiere), now=START)
    assert switches(lumiere.bakery, lumiere.paul_address) == (False, True, False)
    assert lines(lumiere.bakery) == []


@pytest.mark.rule("C06")
def test_add_contact_with_address_adds_a_row(lumiere: Lumiere) -> None:
    add_contact_with_address(account=lumiere.bakery, person=MARC, by=by_claire(lumiere), now=START)
    assert [use.address.email for person in people_of(lumiere.bakery) for use in person.uses] == [
        "nadia@lefevre.example", "paul@lefevre.example", "marc@okafor.example",
    ]  # fmt: skip


@pytest.mark.rule("C06")
def test_add_address_is_used_here_and_off_in_the_contacts_other_accounts(lumiere: Lumiere) -> None:
    address = add_address(
        account=lumiere.bakery, contact=lumiere.nadia, email=" nadia+compta@lefevre.example ", switches=Switches(email_sync=True),
        by=by_claire(lumiere), now=START,
    )  # fmt: skip
    assert address.email == "nadia+compta@lefevre.example"
    assert switches(lumiere.bakery, address) == (False, False, True)
    assert switches(lumiere.tilleuls, address) == (False, False, False)


@pytest.mark.rule("A05")
def test_unlink_contact_refuses_the_last_one(lumiere: Lumiere) -> None:
    unlink_contact(account=lumiere.bakery, contact=lumiere.paul, by=by_claire(lumiere), now=START)
    with pytest.raises(LastContact):
        unlink_contact(account=lumiere.bakery, contact=lumiere.nadia, by=by_claire(lumiere), now=START)
    assert [person.contact for person in people_of(lumiere.bakery)] == [lumiere.nadia]


def test_unlink_contact_forgets_the_switches_here_alone(lumiere: Lumiere) -> None:
    unlink_contact(account=lumiere.bakery, contact=lumiere.nadia, by=by_claire(lumiere), now=START)
    assert [use.account for use in AccountAddress.objects.filter(address=lumiere.nadia_address)] == [lumiere.tilleuls]
    assert lines(lumiere.bakery) == [("contact_unlinked", "Nadia Lefèvre", "Boulangerie Lefèvre SRL", "", "")]


def test_languages_and_time_zones_are_told_in_words(lumiere: Lumiere) -> None:
    bakery = lumiere.bakery
    change_account(account=bakery, name=bakery.name, language="fr", time_zone="Europe/London", by=by_claire(lumiere), now=START)
    assert {(detail, old, new) for _verb, _subject, detail, old, new in lines(lumiere.bakery)} == {
        ("Language", "", "French"), ("Time zone", "", "London"),
    }  # fmt: skip


def test_change_contact_keeps_a_function_for_each_account(lumiere: Lumiere) -> None:
    change_contact(
        account=lumiere.bakery, contact=lumiere.nadia, function="Bookkeeping", phone="+33 4 78 00 00 00", last_name="Moreau-Lefèvre",
        by=by_claire(lumiere), now=START,
    )  # fmt: skip
    functions = {link.account_id: link.function for link in AccountContact.objects.filter(contact=lumiere.nadia)}
    assert functions == {lumiere.bakery.pk: "Bookkeeping", lumiere.tilleuls.pk: ""}
    assert [line[1:] for line in lines(lumiere.bakery)] == [
        ("Nadia Moreau-Lefèvre", "Phone", "", "+33 4 78 00 00 00"),
        ("Nadia Moreau-Lefèvre", "Last name", "Lefèvre", "Moreau-Lefèvre"),
        ("Nadia Moreau-Lefèvre", "Function", "", "Bookkeeping"),
    ]


@pytest.mark.rule("C01")
def test_change_switches_leaves_the_other_contact_and_the_other_account(lumiere: Lumiere) -> None:
    change_switches(account=lumiere.bakery, address=lumiere.nadia_address, notify=False, login=True, by=by_claire(lumiere), now=START)
    assert switches(lumiere.bakery, lumiere.nadia_address) == (True, False, False)
    assert switches(lumiere.bakery, lumiere.paul_address) == (False, True, False)
    assert switches(lumiere.tilleuls, lumiere.nadia_address) == (False, True, False)


def test_change_switches_writes_only_what_was_different(lumiere: Lumiere) -> None:
    change_switches(account=lumiere.bakery, address=lumiere.nadia_address, notify=False, login=False, by=by_claire(lumiere), now=START)
    assert lines(lumiere.bakery) == [("switched_off", "nadia@lefevre.example", "NOTIFY", "", "")]


def test_change_preferences_concerns_one_address_in_one_account(lumiere: Lumiere) -> None:
    change_preferences(account=lumiere.bakery, address=lumiere.nadia_address, wants_invoices=False, by=by_claire(lumiere), now=START)
    off = AccountAddress.objects.filter(wants_invoices=False)
    assert list(off) == [lumiere.nadia_at_bakery]
    assert lines(lumiere.bakery) == [("preference_changed", "nadia@lefevre.example", "Invoices and payments", "on", "off")]


def test_an_address_is_one_persons_in_the_firm(lumiere: Lumiere) -> None:
    with pytest.raises(AddressInUse):
        add_address(
            account=lumiere.bakery,
            contact=lumiere.paul,
            email="Nadia@Lefevre.example",
            switches=Switches(),
            by=by_claire(lumiere),
            now=START,
        )
    assert lines(lumiere.bakery) == []


def test_another_breach_of_the_database_is_not_taken_for_an_address_in_use(lumiere: Lumiere) -> None:
    nobody = ContactFactory.build(firm=lumiere.firm, pk=987654321)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_address(nobody, "x@y.example", START)
        transaction.get_connection().check_constraints()
