import pytest

from clients.contacts import archive_contact, change_person, restore_contact
from clients.custom_fields import values_of
from clients.errors import Merged, OnlyContact
from clients.models import Contact, CustomField
from clients.people import unlink_contact
from firms.actors import Actor
from firms.models import ActivityLine
from tests.factories import START
from tests.people import Lumiere
from tests.signing import make_client_user


def told(lumiere: Lumiere) -> list[tuple[int | None, str, str, str, str]]:
    lines = ActivityLine.objects.filter(firm=lumiere.firm, verb="contact_changed").order_by("pk")
    return [(line.account_id, line.subject, line.detail, line.old, line.new) for line in lines]


def test_change_person_sets_what_is_given_and_tells_each_account(lumiere: Lumiere) -> None:
    note = CustomField.objects.create(firm=lumiere.firm, name="Note", kind="text")
    by = Actor.staff(lumiere.claire)
    contact = change_person(contact=lumiere.nadia, details={"phone": "+33 1"}, values={note: "Calls back"}, by=by, now=START)
    assert (contact.phone, contact.first_name) == ("+33 1", "Nadia")
    assert values_of(lumiere.firm, [contact.pk]) == {contact.pk: {note.pk: "Calls back"}}
    assert told(lumiere) == [
        (account.pk, "Nadia Lefèvre", detail, "", new)
        for account in (lumiere.bakery, lumiere.tilleuls)
        for detail, new in (("Phone", "+33 1"), ("Note", "Calls back"))
    ]


@pytest.mark.rule("A05")
def test_the_only_contact_of_an_account_in_use_is_not_archived(lumiere: Lumiere) -> None:
    with pytest.raises(OnlyContact) as refused:
        archive_contact(contact=lumiere.nadia, by=Actor.staff(lumiere.claire), now=START)
    assert refused.value.accounts == ["SCI des Tilleuls"]
    archive_contact(contact=lumiere.paul, by=Actor.staff(lumiere.claire), now=START)
    with pytest.raises(OnlyContact) as refused:
        archive_contact(contact=lumiere.nadia, by=Actor.staff(lumiere.claire), now=START)
    assert refused.value.accounts == ["Boulangerie Lefèvre SRL", "SCI des Tilleuls"]


def test_archiving_ends_the_login_and_restoring_gives_it_back(lumiere: Lumiere) -> None:
    user = make_client_user(lumiere.firm, lumiere.paul_address)
    archive_contact(contact=lumiere.paul, by=Actor.staff(lumiere.claire), now=START)
    user.refresh_from_db()
    assert (user.is_active, Contact.objects.get(pk=lumiere.paul.pk).archived_at) == (False, START)
    restore_contact(contact=lumiere.paul, by=Actor.staff(lumiere.claire), now=START)
    user.refresh_from_db()
    assert (user.is_active, Contact.objects.get(pk=lumiere.paul.pk).archived_at) == (True, None)
    assert told(lumiere) == [
        (lumiere.bakery.pk, "Paul Lefèvre", "State", "in use", "archived"),
        (lumiere.bakery.pk, "Paul Lefèvre", "State", "archived", "in use"),
    ]


def test_whoever_stands_nowhere_is_told_of_without_an_account(lumiere: Lumiere) -> None:
    by = Actor.staff(lumiere.claire)
    unlink_contact(account=lumiere.bakery, contact=lumiere.paul, by=by, now=START)
    archive_contact(contact=lumiere.paul, by=by, now=START)
    assert told(lumiere) == [(None, "Paul Lefèvre", "State", "in use", "archived")]


def test_whoever_was_merged_is_changed_no_more(lumiere: Lumiere) -> None:
    Contact.objects.filter(pk=lumiere.paul.pk).update(archived_at=START, merged_into=lumiere.nadia)
    by = Actor.staff(lumiere.claire)
    with pytest.raises(Merged):
        change_person(contact=lumiere.paul, details={"phone": "+33 1"}, values={}, by=by, now=START)
    with pytest.raises(Merged):
        restore_contact(contact=lumiere.paul, by=by, now=START)
