"""Reads about accounts and the people behind them. Whoever asks stands first: staff see what M30 lets them see."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import Combinable
from django.http import Http404
from django.shortcuts import get_object_or_404

from clients.models import Account, AccountAddress, AccountContact, AccountTag, Address, Contact, Group, Tag
from clients.names import email_key
from firms.doors import powers
from firms.enums import Right, Verb
from firms.models import ActivityLine, Firm, Staff
from firms.queries import owners_of
from firms.rules import has_right, may_act_on_account, sees_all_accounts
from lib.codes import is_code

# --- The doors ---------------------------------------------------------------------------------------------------------


def visible_accounts(staff: Staff) -> QuerySet[Account]:
    """Accounts that this member of staff may see, archived ones too; without "see all accounts" those they manage."""
    accounts = Account.objects.filter(firm=staff.firm_id)
    return accounts if sees_all_accounts(powers(staff)) else accounts.filter(manager=staff)


def current_accounts(staff: Staff) -> QuerySet[Account]:
    return visible_accounts(staff).filter(archived_at=None)


def get_account_for(staff: Staff, code: str) -> Account:
    """The account with its firm, manager and group; 404 when it is another firm's, or out of this person's sight."""
    return get_object_or_404(visible_accounts(staff).select_related("firm", "manager", "group"), code=code)


def get_account_with_tags_for(staff: Staff, code: str) -> Account:
    """As `get_account_for`; `tag_names` are read with it."""
    tags = Tag.objects.filter(firm=OuterRef("firm"), account_tags__account=OuterRef("pk")).order_by("name").values("name")
    accounts = visible_accounts(staff).select_related("firm", "manager", "group").annotate(tag_names=ArraySubquery(tags))
    return get_object_or_404(accounts, code=code)


def get_account_to_change(staff: Staff, code: str, right: Right = Right.MANAGE_ACCOUNTS) -> Account:
    """As `get_account_for`; 403 when it may be seen but not acted on with `right` (C04)."""
    account = get_account_for(staff, code)
    if not may_change(staff, account, right):
        raise PermissionDenied
    return account


def changeable_accounts(staff: Staff, right: Right = Right.MANAGE_ACCOUNTS) -> QuerySet[Account]:
    """The accounts on which `may_change` says yes."""
    accounts = visible_accounts(staff)
    return accounts if has_right(powers(staff), right) else accounts.filter(manager=staff)


def may_change(staff: Staff, account: Account, right: Right = Right.MANAGE_ACCOUNTS) -> bool:
    return may_act_on_account(powers(staff), right, account.manager_id)


def visible_contacts(staff: Staff) -> QuerySet[Contact]:
    """The people of the accounts that this member of staff may see; with "see all accounts" everybody of the firm."""
    contacts = Contact.objects.filter(firm=staff.firm_id, archived_at=None)
    if sees_all_accounts(powers(staff)):
        return contacts
    return contacts.filter(Exists(AccountContact.objects.filter(contact=OuterRef("pk"), account__manager=staff)))


def get_contact_for(staff: Staff, code: str) -> Contact:
    """404 for another firm's, for one out of sight, and for what is no code at all: forms bring anything."""
    if not is_code(code):
        raise Http404
    return get_object_or_404(visible_contacts(staff), code=code)


def contacts_of(account: Account) -> QuerySet[Contact]:
    return Contact.objects.filter(firm=account.firm_id, links__account=account)


def get_contact_of(account: Account, code: str) -> Contact:
    """A contact linked to the account; 404 for anybody else."""
    return get_object_or_404(contacts_of(account), code=code)


def get_address_of(account: Account, code: str) -> Address:
    """An address of a contact linked to the account; 404 for any other."""
    addresses = Address.objects.filter(firm=account.firm_id, contact__links__account=account).select_related("contact")
    return get_object_or_404(addresses, code=code)


# --- What an address is used for ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Person:
    """A linked contact with a row for each of their addresses (C05)."""

    contact: Contact
    function: str
    uses: tuple[AccountAddress, ...]


def uses_of(account: Account, **along: Combinable) -> list[AccountAddress]:
    """A row for each address of the account's people, those among its unlinked e-mails too, in the order of the addresses; one query.

    What is to be read `along` is on each under its name.
    """
    rows = AccountAddress.objects.filter(firm=account.firm_id, account=account).annotate(**along).order_by("address_id")
    uses = list(rows.select_related("address__contact", "address__user", "address__replaced_by__user"))
    for use in uses:
        use.account = account
    return uses


def people_of(account: Account, uses: Iterable[AccountAddress] | None = None) -> list[Person]:
    """Everybody linked to the account, in the order in which they were linked; two queries however many, one where `uses` are read."""
    links = AccountContact.objects.filter(firm=account.firm_id, account=account).select_related("contact")
    linked = [use for use in (uses_of(account) if uses is None else uses) if use.address.is_linked]
    own = {link.contact_id: tuple(use for use in linked if use.address.contact_id == link.contact_id) for link in links}
    return [Person(link.contact, link.function, own[link.contact_id]) for link in links]


def get_use(account: Account, address: Address) -> AccountAddress:
    """What `address` is used for in `account`; unsaved and all off where nobody has said yet."""
    found = AccountAddress.objects.filter(firm=account.firm_id, account=account, address=address).first()
    return found or AccountAddress(firm_id=account.firm_id, account=account, address=address)


def find_last_preference_change(account: Account, address: Address) -> ActivityLine | None:
    """Who last changed what this address receives of the account, and how: staff, or the person (C24)."""
    lines = ActivityLine.objects.filter(firm=account.firm_id, account_id=account.pk, verb=Verb.PREFERENCE_CHANGED, subject=address.email)
    return lines.order_by("-at", "-pk").first()


def find_owner_of_email(firm: Firm, email: str) -> Contact | None:
    """Whose address this is in the firm: an address is one person's."""
    address = Address.objects.filter(firm=firm, email_key=email_key(email)).select_related("contact").first()
    return address.contact if address else None


def find_own_address(contact: Contact, email: str) -> Address | None:
    """The contact's address `email`, an unlinked one too."""
    own = Address.objects.filter(firm=contact.firm_id, contact=contact, email_key=email_key(email))
    address: Address | None = own.select_related("user").first()
    return address


def has_addresses(account: Account) -> bool:
    return Address.objects.filter(firm=account.firm_id, contact__links__account=account, unlinked_at=None).exists()


def is_used(account: Account) -> bool:
    """Whether LOGIN or NOTIFY is on for one of its addresses."""
    uses = AccountAddress.objects.filter(firm=account.firm_id, account=account)
    return uses.filter(Q(login=True) | Q(notify=True)).exists()


def unlinked_among(uses: Iterable[AccountAddress]) -> list[AccountAddress]:
    """Addresses that were replaced and can still sign in to the account (C40), the last one replaced first."""
    found = [(use.address.unlinked_at, use) for use in uses if use.address.unlinked_at is not None]
    return [use for _, use in sorted(found, key=lambda pair: pair[0], reverse=True)]


def find_address_in_place_of(address: Address) -> Address | None:
    """The linked address at the end of the chain of those that replaced this one (M15); none where that has been removed."""
    seen: set[int] = set()
    while address.unlinked_at is not None and address.replaced_by is not None and address.pk not in seen:
        seen.add(address.pk)
        address = address.replaced_by
    return address if seen and address.is_linked else None


def active_logins(account: Account) -> QuerySet[AccountAddress]:
    """Addresses with which somebody can sign in to the account now (C11)."""
    uses = AccountAddress.objects.filter(firm=account.firm_id, account=account, login=True)
    return uses.filter(address__user__is_active=True, address__contact__archived_at=None)


def is_only_login(account: Account, address: Address) -> bool:
    """Whether nobody could sign in to the account any more without this address (C39)."""
    return list(active_logins(account).order_by().values_list("address", flat=True)) == [address.pk]


def is_only_signer(account: Account, contact: Contact) -> bool:
    """Whether nobody could sign in to the account any more without this person, whatever addresses they sign in with (C39)."""
    return set(active_logins(account).order_by().values_list("address__contact", flat=True)) == {contact.pk}


# --- The list ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Notified:
    """How many of an account's contacts there are, and how many are notified (M2)."""

    contacts: int = 0
    notified: int = 0


def count_notified(firm: Firm, accounts: Collection[int]) -> dict[int, Notified]:
    """Account id -> its contacts; accounts without any are missing. One query."""
    told = notified_addresses_of_contact()
    rows = (
        AccountContact.objects.filter(firm=firm, account__in=accounts, contact__archived_at=None)
        .order_by()
        .annotate(told=told)
        .values("account")
        .annotate(contacts=Count("pk"), notified=Count("pk", filter=Q(told=True)))
        .values_list("account", "contacts", "notified")
    )
    return {account: Notified(contacts, notified) for account, contacts, notified in rows}


def notifying_nobody(accounts: QuerySet[Account]) -> QuerySet[Account]:
    return accounts.filter(~_somebody())


def notifying_all(accounts: QuerySet[Account]) -> QuerySet[Account]:
    """Accounts of which each contact is notified."""
    return accounts.filter(_somebody(), ~Exists(_left_out()))


def notifying_some(accounts: QuerySet[Account]) -> QuerySet[Account]:
    """Accounts of which somebody is notified, and somebody is not."""
    return accounts.filter(_somebody(), Exists(_left_out()))


def with_pending_login(accounts: QuerySet[Account]) -> QuerySet[Account]:
    """Accounts with an address on which LOGIN is on and with which nobody can sign in yet."""
    uses = AccountAddress.objects.filter(account=OuterRef("pk"), login=True, address__contact__archived_at=None)
    return accounts.filter(Exists(uses.exclude(address__user__is_active=True)))


def _left_out() -> QuerySet[AccountContact]:
    return AccountContact.objects.filter(~notified_addresses_of_contact(), account=OuterRef("pk"), contact__archived_at=None)


def notified_addresses_of_contact() -> Exists:
    """Of a link: whether an address of its contact is notified in its account (M2)."""
    return Exists(_notified_addresses().filter(account=OuterRef("account"), address__contact=OuterRef("contact")))


def _somebody() -> Exists:
    return Exists(_notified_addresses().filter(account=OuterRef("pk")))


def _notified_addresses() -> QuerySet[AccountAddress]:
    return AccountAddress.objects.filter(notify=True, address__contact__archived_at=None)


def groups_of(firm: Firm) -> QuerySet[Group]:
    return Group.objects.filter(firm=firm)


def tags_of(firm: Firm) -> QuerySet[Tag]:
    return Tag.objects.filter(firm=firm)


def groups_in_sight(staff: Staff) -> QuerySet[Group]:
    """With "see all accounts" every group of the firm, else those of one's own accounts: a name may be a client's."""
    groups = groups_of(staff.firm)
    own = Account.objects.filter(group=OuterRef("pk"), manager=staff)
    return groups if sees_all_accounts(powers(staff)) else groups.filter(Exists(own))


def tags_in_sight(staff: Staff) -> QuerySet[Tag]:
    """As `groups_in_sight`."""
    tags = tags_of(staff.firm)
    own = AccountTag.objects.filter(tag=OuterRef("pk"), account__manager=staff)
    return tags if sees_all_accounts(powers(staff)) else tags.filter(Exists(own))


def tags_of_account(account: Account) -> QuerySet[Tag]:
    return Tag.objects.filter(firm=account.firm_id, account_tags__account=account)


def office_of(account: Account) -> list[Staff]:
    """Whoever looks after the account: its manager while they are there, else the owners."""
    manager = Staff.objects.select_related("user").filter(firm=account.firm_id, pk=account.manager_id or 0, left_at=None)
    return list(manager) or list(owners_of(account.firm))
