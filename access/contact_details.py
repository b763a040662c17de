"""Changing a person with all their custom fields: e-mail fields are addresses, and whoever signs in with one is not locked out."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from access.client_access import change_email, is_active
from clients.addresses import remove_address, take_address
from clients.contacts import PersonLog, change_person
from clients.custom_fields import Value
from clients.enums import FieldKind
from clients.errors import AddressInUse, Unlinked
from clients.inputs import ContactDetails
from clients.logins import has_login
from clients.models import Account, Address, Contact, CustomField
from clients.names import email_key
from firms.actors import Actor
from firms.changes import Change
from firms.enums import Verb
from firms.login_refusals import LoginRefused, explaining_refusals


class EmailRefused(Exception):
    """What was typed into the e-mail field `field` was not taken, because of `cause`."""

    def __init__(self, field: CustomField, cause: Exception) -> None:
        super().__init__(field.name)
        self.field, self.cause = field, cause


class SignsIn(Exception):
    """Somebody signs in with the address: it is replaced by another, or its LOGIN is switched off first."""


class NoAccount(Exception):
    """What an address is used for is said in an account, and the person stands in none."""


@transaction.atomic
def change_details(
    *, contact: Contact, details: ContactDetails, values: Mapping[CustomField, Value | None], by: Actor, now: datetime
) -> Contact:
    """All of it or nothing; a value of an e-mail field is an address. Raises `Merged`, `EmailRefused`."""
    texts = {field: value for field, value in values.items() if field.kind != FieldKind.EMAIL}
    contact = change_person(contact=contact, details=details, values=texts, by=by, now=now)
    for field, email in values.items():
        if field.kind != FieldKind.EMAIL:
            continue
        try:
            _set_email(contact, field, str(email or ""), by, now)
        except (AddressInUse, LoginRefused, NoAccount, SignsIn, Unlinked) as cause:
            raise EmailRefused(field, cause) from cause
    return contact


def _set_email(contact: Contact, field: CustomField, email: str, by: Actor, now: datetime) -> None:
    address = address_in(contact, field)
    if (address.email_key if address else "") == email_key(email):
        return
    account = Account.objects.filter(firm=contact.firm_id, links__contact=contact).select_related("firm").order_by("links__pk").first()
    if account is None:
        raise NoAccount
    if address is None:
        added = take_address(contact, email, now, field)
        PersonLog.of(contact, by, now).lines(Verb.ADDRESS_ADDED, [Change(added.email, "", "")])
    elif email:
        with explaining_refusals(contact.firm, email, new_login=has_login(address)):
            change_email(account=account, old=address, email=email, by=by, now=now)
    elif is_active(address):
        raise SignsIn
    else:
        remove_address(account=account, address=address, by=by, now=now)


def address_in(contact: Contact, field: CustomField) -> Address | None:
    """The address that the contact has in an e-mail field."""
    found = Address.objects.filter(firm=contact.firm_id, contact=contact, field=field, unlinked_at=None).select_related("contact", "user")
    return found.first()
