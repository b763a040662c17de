"""Writes about people: who stands in which account, and who they are."""

from collections.abc import Mapping
from datetime import datetime
from typing import Unpack

from django.db import transaction

from clients.addresses import add_address_to, list_uses, remove_if_unused
from clients.custom_fields import Value, set_values
from clients.enums import FieldKind
from clients.errors import LastContact
from clients.inputs import ContactDetails, NewPerson, Switches
from clients.locks import locked_account, locked_addresses, locked_person
from clients.log import AccountLog
from clients.logins import note_login_ended, settle_login_if_free
from clients.models import Account, AccountAddress, AccountContact, Address, Contact, CustomField
from firms.actors import Actor
from firms.changes import change_fields
from firms.enums import Verb
from firms.places import words_for


@transaction.atomic
def link_contact(*, account: Account, contact: Contact, by: Actor, now: datetime, function: str = "") -> AccountContact:
    """Links a contact to one more account; their addresses are listed there with every switch off. Raises `Merged`."""
    log = AccountLog(locked_account(account), by, now)
    return link_to(log, locked_person(contact), function)


@transaction.atomic
def add_contact_with_address(*, account: Account, person: NewPerson, by: Actor, now: datetime) -> Contact:
    """Raises `AddressInUse`, `NoPortal`, or `LoginInUse` where LOGIN is to be on and the address signs in elsewhere (B10)."""
    return add_person(AccountLog(locked_account(account), by, now), person)


@transaction.atomic
def change_contact(
    *, account: Account, contact: Contact, function: str, by: Actor, now: datetime, **details: Unpack[ContactDetails]
) -> Contact:
    """Changes a person everywhere, and their function in `account`. Raises `Merged`."""
    contact = locked_person(contact)
    link = AccountContact.objects.select_for_update().get(firm=account.firm_id, account=account, contact=contact)
    changes = change_fields(contact, details, words=words_for()) + change_fields(link, {"function": function})
    contact.save()
    link.save()
    AccountLog(account, by, now).changed(Verb.CONTACT_CHANGED, contact.name, changes)
    return contact


@transaction.atomic
def change_details(*, account: Account, contact: Contact, by: Actor, now: datetime, **details: Unpack[ContactDetails]) -> Contact:
    """Changes a person everywhere, or the one into whom they were merged meanwhile; the lines stand in `account`."""
    contact = _locked_survivor(contact)
    changes = change_fields(contact, details, words=words_for())
    contact.save()
    AccountLog(account, by, now).changed(Verb.CONTACT_CHANGED, contact.name, changes)
    return contact


@transaction.atomic
def unlink_contact(*, account: Account, contact: Contact, by: Actor, now: datetime) -> None:
    """Raises `LastContact`. What the contact's addresses were used for here is forgotten; the contact itself stays.

    Open requests of the account may name them: whoever confirms has read that they will hear no more of those. An address that was
    replaced, and signed in here alone, goes.
    """
    account = locked_account(account)
    links = AccountContact.objects.filter(firm=account.firm_id, account=account)
    if not links.exclude(contact=contact).filter(contact__archived_at=None).exists():
        raise LastContact
    addresses = locked_addresses(contact)
    AccountAddress.objects.filter(firm=account.firm_id, account=account, address__contact=contact).delete()
    links.filter(contact=contact).delete()
    for address in addresses:
        note_login_ended(address)
        if address.unlinked_at is None:
            settle_login_if_free(address)
        else:
            remove_if_unused(address, now)
    AccountLog(account, by, now).line(Verb.CONTACT_UNLINKED, subject=contact.name, detail=account.name)


def add_person(log: AccountLog, person: NewPerson) -> Contact:
    contact = Contact.objects.create(
        firm=log.account.firm,
        first_name=person.first_name,
        last_name=person.last_name,
        phone=person.phone,
        language=person.language,
        time_zone=person.time_zone,
        created_at=log.now,
    )
    log.line(Verb.CONTACT_CREATED, subject=contact.name)
    link_to(log, contact, person.function)
    if person.email:
        add_address_to(log, contact, person.email, person.switches)
    _fill_custom(log, contact, person.custom)
    return contact


def _fill_custom(log: AccountLog, contact: Contact, custom: Mapping[CustomField, Value]) -> None:
    """An e-mail field is one more address, with every switch off (C03)."""
    values = {field: value for field, value in custom.items() if field.kind != FieldKind.EMAIL}
    if values:
        log.changed(Verb.CONTACT_CHANGED, contact.name, set_values(firm=contact.firm, values={contact.pk: values}).get(contact.pk, []))
    for field, value in custom.items():
        if field.kind == FieldKind.EMAIL:
            add_address_to(log, contact, str(value), Switches(), field)


def link_to(log: AccountLog, contact: Contact, function: str) -> AccountContact:
    account = log.account
    link, created = AccountContact.objects.get_or_create(
        firm=account.firm, account=account, contact=contact, defaults={"function": function}
    )
    addresses = Address.objects.filter(firm=account.firm_id, contact=contact, unlinked_at=None)
    list_uses([AccountAddress(firm_id=account.firm_id, account=account, address=address) for address in addresses])
    if created:
        log.line(Verb.CONTACT_LINKED, subject=contact.name, detail=account.name)
    return link


def _locked_survivor(contact: Contact) -> Contact:
    found = Contact.objects.select_for_update(no_key=True).get(firm=contact.firm_id, pk=contact.pk)
    return locked_person(found.merged_into) if found.merged_into else found
