"""Writes about a person as a whole, in all accounts at once; who stands in which account, see clients.people."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from clients.custom_fields import Value, set_values
from clients.errors import OnlyContact
from clients.inputs import ContactDetails
from clients.locks import locked_addresses, locked_contacts, locked_person
from clients.logins import settle_login_if_free
from clients.models import Account, AccountContact, Contact, CustomField
from firms.actors import Actor
from firms.changes import Change, Text, change_fields
from firms.enums import Verb
from firms.models import ActivityLine
from firms.places import words_for
from firms.services import activity_line


@dataclass(frozen=True, slots=True)
class PersonLog:
    """A line in each of a person's accounts; one without an account where they stand in none. In the caller's transaction."""

    contact: Contact
    accounts: Collection[int]
    by: Actor
    now: datetime

    @classmethod
    def of(cls, contact: Contact, by: Actor, now: datetime) -> "PersonLog":
        return cls(contact, accounts_of([contact]), by, now)

    def lines(self, verb: Verb, changes: Iterable[Change]) -> None:
        ActivityLine.objects.bulk_create(
            self._line(verb, account, change.label, change.old, change.new) for account in self.accounts or (None,) for change in changes
        )

    def _line(self, verb: Verb, account: int | None, detail: Text, old: Text, new: Text) -> ActivityLine:
        return activity_line(
            firm=self.contact.firm, by=self.by, verb=verb, now=self.now, account_id=account, subject=self.contact.name,
            detail=detail, old=old, new=new,
        )  # fmt: skip


def accounts_of(contacts: Sequence[Contact]) -> list[int]:
    """Ids of the accounts in which they stand, lowest first."""
    links = AccountContact.objects.filter(firm=contacts[0].firm_id, contact__in=contacts) if contacts else AccountContact.objects.none()
    return sorted(set(links.order_by().values_list("account_id", flat=True)))


@transaction.atomic
def change_person(
    *, contact: Contact, details: ContactDetails, values: Mapping[CustomField, Value | None], by: Actor, now: datetime
) -> Contact:
    """Sets what is given and leaves the rest; a line for each change in each of the person's accounts. Raises `Merged`."""
    contact = locked_person(contact)
    changes = change_fields(contact, details, words=words_for())
    contact.save()
    changes += set_values(firm=contact.firm, values={contact.pk: values}).get(contact.pk, [])
    PersonLog.of(contact, by, now).lines(Verb.CONTACT_CHANGED, changes)
    return contact


# --- Archive -------------------------------------------------------------------------------------------------------------


@transaction.atomic
def archive_contact(*, contact: Contact, by: Actor, now: datetime) -> Contact:
    """Nothing more is sent to them and nobody signs in for them, until they are restored. Raises `OnlyContact`, `Merged`."""
    contact = locked_contacts([contact])[contact.pk]
    alone = only_contact_of(contact)
    if alone:
        raise OnlyContact(alone)
    return _set_archived(contact, now, by, now)


@transaction.atomic
def restore_contact(*, contact: Contact, by: Actor, now: datetime) -> Contact:
    """As they were; whose address signs in elsewhere by now stays without a login. Raises `Merged`."""
    return _set_archived(locked_contacts([contact])[contact.pk], None, by, now)


def only_contact_of(contact: Contact) -> list[str]:
    """Names of the accounts in use that would have nobody left."""
    others = AccountContact.objects.filter(firm=contact.firm_id, account=OuterRef("pk"), contact__archived_at=None).exclude(contact=contact)
    accounts = Account.objects.filter(~Exists(others), firm=contact.firm_id, links__contact=contact, archived_at=None)
    return list(accounts.values_list("name", flat=True))


def _set_archived(contact: Contact, archived_at: datetime | None, by: Actor, now: datetime) -> Contact:
    if (contact.archived_at is None) == (archived_at is None):
        return contact
    contact.archived_at = archived_at
    contact.save(update_fields=["archived_at"])
    states = [_("in use"), _("archived")]
    old, new = states if archived_at else reversed(states)
    PersonLog.of(contact, by, now).lines(Verb.CONTACT_CHANGED, [Change(_("State"), old, new)])
    for address in locked_addresses(contact):
        settle_login_if_free(address)
    return contact
