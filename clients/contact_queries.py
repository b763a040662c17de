"""Reads about people for whom no account stands in front: who may see them, change them, and who else could be the same."""

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from clients.models import Account, AccountContact, Address, Contact
from clients.queries import changeable_accounts, get_address_of
from firms.doors import powers
from firms.enums import Right
from firms.models import Firm, Staff
from firms.rules import has_right, sees_all_accounts
from lib.codes import is_code

MOST_ALIKE = 5


def known_contacts(staff: Staff) -> QuerySet[Contact]:
    """As `clients.queries.visible_contacts`, archived ones too; whoever was merged into another goes on there."""
    contacts = Contact.objects.filter(firm=staff.firm_id, merged_into=None)
    if sees_all_accounts(powers(staff)):
        return contacts
    return contacts.filter(Exists(AccountContact.objects.filter(contact=OuterRef("pk"), account__manager=staff)))


def get_person_for(staff: Staff, code: str) -> Contact:
    """The contact with their firm, or the one into whom they were merged; 404 for another firm's and for one out of sight."""
    if not is_code(code):
        raise Http404
    contact = get_object_or_404(Contact, firm=staff.firm_id, code=code)
    return get_object_or_404(known_contacts(staff).select_related("firm"), pk=contact.merged_into_id or contact.pk)


def get_person_to_change(staff: Staff, code: str, *, everywhere: bool = False) -> Contact:
    """As `get_person_for`; 403 where they may be seen but not changed."""
    contact = get_person_for(staff, code)
    if not (may_change_everywhere(staff, contact) if everywhere else may_change_person(staff, contact)):
        raise PermissionDenied
    return contact


def may_change_person(staff: Staff, contact: Contact) -> bool:
    """Whoever may change one of their accounts (C04); people without any account, whoever may manage accounts."""
    links = AccountContact.objects.filter(firm=staff.firm_id, contact=contact)
    if links.filter(account__in=changeable_accounts(staff).order_by().values("pk")).exists():
        return True
    return has_right(powers(staff), Right.MANAGE_ACCOUNTS) and not links.exists()


def may_change_everywhere(staff: Staff, contact: Contact) -> bool:
    """What changes all of a person's accounts at once is for whoever may change each of them."""
    links = AccountContact.objects.filter(firm=staff.firm_id, contact=contact)
    others = links.exclude(account__in=changeable_accounts(staff).order_by().values("pk"))
    return may_change_person(staff, contact) and not others.exists()


def get_address_to_change(staff: Staff, account: Account, code: str) -> Address:
    """An address of somebody in the account, which is replaced or removed in all of their accounts: 403 where one of those is not this
    person's to change. 404 for any other."""
    address = get_address_of(account, code)
    if not may_change_everywhere(staff, address.contact):
        raise PermissionDenied
    return address


def contacts_beyond_reach(staff: Staff, account: Account) -> set[int]:
    """Ids of the account's people who stand also in accounts that are not this member of staff's to change; one query at most."""
    if sees_all_accounts(powers(staff)) and has_right(powers(staff), Right.MANAGE_ACCOUNTS):
        return set()
    here = AccountContact.objects.filter(firm=staff.firm_id, account=account).order_by().values("contact")
    links = AccountContact.objects.filter(firm=staff.firm_id, contact__in=here)
    others = links.exclude(account__in=changeable_accounts(staff).order_by().values("pk"))
    return set(others.order_by().values_list("contact_id", flat=True))


def alike(contact: Contact, among: QuerySet[Contact]) -> list[Contact]:
    """Who could be the same person: the same name, the names the other way round, the same phone; at most five."""
    turned = " ".join(reversed(contact.name_key.split()))
    same = Q(name_key=contact.name_key) | Q(name_key=turned)
    if contact.phone:
        same |= Q(phone=contact.phone)
    return list(among.filter(same).exclude(pk=contact.pk).order_by("name_key", "pk")[:MOST_ALIKE])


def has_address(firm: Firm) -> Exists:
    """Of a contact: somebody to write to."""
    return Exists(Address.objects.filter(firm=firm, contact=OuterRef("pk"), unlinked_at=None))
