from datetime import date

import pytest

from clients.addresses import add_address, make_address
from clients.custom_fields import set_values, values_of
from clients.enums import FieldKind
from clients.errors import Archived, Merged, SamePerson
from clients.inputs import Switches
from clients.merging import Known, Plan, merge_into, plan_merge
from clients.models import AccountAddress, AccountContact, Address, Contact, CustomField
from clients.people import change_contact, change_details, link_contact
from firms.actors import Actor
from firms.models import ActivityLine
from tests.factories import START, AddressFactory, ContactFactory
from tests.people import Lumiere, link

NADIA = Known({"first_name": "Nadia", "phone": ""}, {1: "Small", 2: "Calls back"})
TWIN = Known({"first_name": "N.", "phone": "+33 4 72 00 00 00"}, {1: "Large", 3: date(1980, 2, 1)})


def test_plan_keeps_the_survivors_and_fills_what_is_empty() -> None:
    assert plan_merge(NADIA, TWIN) == Plan(
        {"first_name": "Nadia", "phone": "+33 4 72 00 00 00"}, {1: "Small", 2: "Calls back", 3: date(1980, 2, 1)}, ("first_name", 1)
    )


def test_plan_takes_the_others_where_they_are_right() -> None:
    assert plan_merge(NADIA, TWIN, ["first_name", "phone", 1, 2]) == Plan(
        {"first_name": "N.", "phone": "+33 4 72 00 00 00"}, {1: "Large", 2: "Calls back", 3: date(1980, 2, 1)}
    )


def make_twin(lumiere: Lumiere) -> Contact:
    """Nadia once more, at the bakery: with an address of her own there."""
    twin: Contact = ContactFactory.create(firm=lumiere.firm, first_name="N.", last_name="Lefevre", phone="+33 4 72 00 00 00")
    address = AddressFactory(firm=lumiere.firm, contact=twin, email="n.lefevre@courriel.example")
    link(lumiere.bakery, address, login=True, email_sync=True)
    AccountContact.objects.filter(contact=twin).update(function="Bookkeeping")
    return twin


def merge(lumiere: Lumiere, twin: Contact, theirs: tuple[str | int, ...] = ()) -> Contact:
    return merge_into(survivor=lumiere.nadia, duplicate=twin, theirs=theirs, by=Actor.staff(lumiere.claire), now=START)


def uses(lumiere: Lumiere) -> list[tuple[str, str, bool, bool, bool]]:
    rows = AccountAddress.objects.filter(address__contact=lumiere.nadia).order_by("account__name", "address_id")
    return [(row.account.name, row.address.email, row.login, row.notify, row.email_sync) for row in rows]


def test_the_survivor_has_all_addresses_in_all_accounts(lumiere: Lumiere) -> None:
    twin = make_twin(lumiere)
    merge(lumiere, twin)
    assert uses(lumiere) == [
        ("Boulangerie Lefèvre SRL", "nadia@lefevre.example", False, True, False),
        ("Boulangerie Lefèvre SRL", "n.lefevre@courriel.example", True, True, True),
        ("SCI des Tilleuls", "nadia@lefevre.example", False, True, False),
        ("SCI des Tilleuls", "n.lefevre@courriel.example", False, False, False),
    ]
    assert [(each.email, each.is_primary) for each in Address.objects.filter(contact=lumiere.nadia)] == [
        ("nadia@lefevre.example", True), ("n.lefevre@courriel.example", False),
    ]  # fmt: skip
    links = AccountContact.objects.filter(contact=lumiere.nadia).order_by("account__name")
    assert [(each.account.name, each.function) for each in links] == [("Boulangerie Lefèvre SRL", "Bookkeeping"), ("SCI des Tilleuls", "")]


def test_the_duplicate_ends_in_the_archive_and_leads_on(lumiere: Lumiere) -> None:
    twin = make_twin(lumiere)
    earlier: Contact = ContactFactory.create(firm=lumiere.firm, archived_at=START, merged_into=twin)
    merge(lumiere, twin)
    twin.refresh_from_db()
    earlier.refresh_from_db()
    assert (twin.archived_at, twin.merged_into, earlier.merged_into) == (START, lumiere.nadia, lumiere.nadia)
    lines = ActivityLine.objects.filter(verb="contact_merged").order_by("account_id")
    assert [(line.account_id, line.sentence, line.new) for line in lines] == [
        (account.pk, "merged N. Lefevre into Nadia Lefèvre", "Phone: +33 4 72 00 00 00") for account in (lumiere.bakery, lumiere.tilleuls)
    ]


def test_custom_values_and_email_fields_go_along(lumiere: Lumiere) -> None:
    twin = make_twin(lumiere)
    size, note, second = (
        CustomField.objects.create(firm=lumiere.firm, name=name, kind=kind)
        for name, kind in (("Size", "text"), ("Note", "text"), ("Second e-mail", FieldKind.EMAIL))
    )
    set_values(firm=lumiere.firm, values={lumiere.nadia.pk: {size: "Small"}, twin.pk: {size: "Large", note: "Writes"}})
    make_address(lumiere.nadia, "n2@lefevre.example", START, second)
    make_address(twin, "n3@lefevre.example", START, second)
    merge(lumiere, twin, (size.pk,))
    assert values_of(lumiere.firm, [lumiere.nadia.pk, twin.pk]) == {lumiere.nadia.pk: {size.pk: "Large", note.pk: "Writes"}}
    fields = dict(Address.objects.filter(contact=lumiere.nadia).values_list("email", "field__name"))
    without = ("nadia@lefevre.example", "n.lefevre@courriel.example", "n3@lefevre.example")
    assert fields == {**dict.fromkeys(without), "n2@lefevre.example": "Second e-mail"}


def test_who_is_archived_merged_or_oneself_is_refused(lumiere: Lumiere) -> None:
    twin = make_twin(lumiere)
    with pytest.raises(SamePerson):
        merge(lumiere, lumiere.nadia)
    Contact.objects.filter(pk=twin.pk).update(archived_at=START)
    with pytest.raises(Archived):
        merge(lumiere, twin)
    Contact.objects.filter(pk=twin.pk).update(merged_into=lumiere.paul)
    with pytest.raises(Merged):
        merge(lumiere, twin)


def test_nothing_is_written_to_whoever_was_merged_meanwhile(lumiere: Lumiere) -> None:
    stale = make_twin(lumiere)
    merge(lumiere, Contact.objects.get(pk=stale.pk))
    by = Actor.staff(lumiere.claire)
    with pytest.raises(Merged):
        link_contact(account=lumiere.tilleuls, contact=stale, by=by, now=START)
    with pytest.raises(Merged):
        add_address(account=lumiere.bakery, contact=stale, email="new@lefevre.example", switches=Switches(), by=by, now=START)
    with pytest.raises(Merged):
        change_contact(account=lumiere.bakery, contact=stale, function="", by=by, now=START, phone="+33 4 72 11 11 11")


def test_what_somebody_changes_of_themself_goes_where_they_were_merged_meanwhile(lumiere: Lumiere) -> None:
    stale = make_twin(lumiere)
    merge(lumiere, Contact.objects.get(pk=stale.pk))
    change_details(account=lumiere.bakery, contact=stale, by=Actor.system(), now=START, phone="+33 4 72 11 11 11")
    lumiere.nadia.refresh_from_db()
    stale.refresh_from_db()
    assert (lumiere.nadia.phone, stale.phone) == ("+33 4 72 11 11 11", "+33 4 72 00 00 00")
