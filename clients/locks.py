"""What a write about clients locks: accounts, then contacts, then addresses, each lowest id first, so that no two wait for each other.

NO KEY: none of these writes changes a key, and whoever inserts a row that refers to one need not wait.
"""

from collections.abc import Collection

from django.db.models import QuerySet

from clients.errors import Merged
from clients.models import Account, AccountContact, Address, Contact
from firms.models import Firm

# --- Accounts ------------------------------------------------------------------------------------------------------------


def locked_account(account: Account) -> Account:
    """As it is now, with its firm."""
    found = Account.objects.select_for_update(of=("self",), no_key=True).select_related("firm")
    return found.get(firm=account.firm_id, pk=account.pk)


def lock_accounts_of(*contacts: Contact) -> list[int]:
    """Ids of the accounts in which the contacts stand, locked: none of them becomes a supplier's or is archived meanwhile."""
    firm = contacts[0].firm_id
    links = AccountContact.objects.filter(firm=firm, contact__in=contacts).order_by().values("account")
    accounts = Account.objects.select_for_update(no_key=True).filter(firm=firm, pk__in=links)
    return list(accounts.order_by("pk").values_list("pk", flat=True))


# --- Contacts ------------------------------------------------------------------------------------------------------------


def locked_person(contact: Contact) -> Contact:
    """The contact with their firm, as nobody merges them meanwhile. Raises `Merged`: they go on in another."""
    return _locked_people([contact])[contact.pk]


def locked_contacts(contacts: Collection[Contact]) -> dict[int, Contact]:
    """Contact id -> the contact, after their accounts. Raises `Merged`."""
    lock_accounts_of(*contacts)
    return _locked_people(contacts)


def _locked_people(contacts: Collection[Contact]) -> dict[int, Contact]:
    firm, ids = next(iter(contacts)).firm_id, [contact.pk for contact in contacts]
    rows = Contact.objects.select_for_update(of=("self",), no_key=True).select_related("firm")
    found = {contact.pk: contact for contact in rows.filter(firm=firm, pk__in=ids).order_by("pk")}
    if any(contact.merged_into_id for contact in found.values()):
        raise Merged
    return found


# --- Addresses -----------------------------------------------------------------------------------------------------------


def lock_addresses(firm: Firm | int, addresses: QuerySet[Address]) -> None:
    """The dispatcher locks an address for its last look: whoever changes what decides waits for it, or is seen by it."""
    ids = addresses.filter(firm=firm).order_by().values("pk")
    list(Address.objects.filter(firm=firm, pk__in=ids).select_for_update(no_key=True).order_by("pk").values_list("pk"))


def locked_address(address: Address) -> Address:
    """Read after the lock: a statement that waited would bring its contact and user as they were before."""
    found = Address.objects.filter(firm=address.firm_id, pk=address.pk)
    lock_addresses(address.firm_id, found)
    return found.select_related("contact", "user").get()


def locked_addresses(contact: Contact) -> list[Address]:
    found = Address.objects.filter(firm=contact.firm_id, contact=contact).order_by("pk")
    lock_addresses(contact.firm_id, found)
    return list(found.select_related("contact", "user"))
