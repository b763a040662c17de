"""A contact as the list shows them: where they stand, how they are reached, when they last signed in."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Exists, OuterRef, Subquery

from access.client_states import OnTheWay, list_states
from clients.models import Account, AccountAddress, AccountContact, Address, Contact
from clients.queries import visible_accounts
from desk.address_states import State, state_in_words
from firms.models import Staff
from notifications.models import Suppression

SHOWN_ACCOUNTS = 2


@dataclass(frozen=True, slots=True)
class ContactRow:
    """`address` is the primary one; `more` counts accounts beside the first two, `emails` addresses beside the primary one."""

    contact: Contact
    accounts: list[Account] = field(default_factory=list)
    more: int = 0
    address: Address | None = None
    state: State | None = None
    emails: int = 0
    last_sign_in: datetime | None = None


def contact_rows(contacts: Iterable[Contact], staff: Staff) -> list[ContactRow]:
    """Three queries however many; only accounts that this member of staff may see are named or counted."""
    contacts = list(contacts)
    accounts, addresses = accounts_by_contact(staff, contacts), addresses_by_contact(staff, contacts)
    every = [address for own in addresses.values() for address in own]
    ways = list_states(staff.firm, every)
    rows = []
    for contact in contacts:
        own, stands_in = addresses.get(contact.pk, []), accounts.get(contact.pk, [])
        first = next((each for each in own if each.is_primary), own[0] if own else None)
        state = state_of(contact, first, ways[first.pk]) if first else None
        rows.append(
            ContactRow(
                contact=contact,
                accounts=stands_in[:SHOWN_ACCOUNTS],
                more=max(0, len(stands_in) - SHOWN_ACCOUNTS),
                address=first,
                state=state,
                emails=max(0, len(own) - 1),
                last_sign_in=max((each.user.last_login for each in own if each.user and each.user.last_login), default=None),
            )
        )
    return rows


def accounts_by_contact(staff: Staff, contacts: Iterable[Contact]) -> dict[int, list[Account]]:
    """Contact id -> the accounts in sight, by name, those in use first."""
    links = AccountContact.objects.filter(firm=staff.firm_id, contact__in=contacts, account__in=visible_accounts(staff).order_by())
    found: dict[int, list[Account]] = {}
    for link in links.select_related("account").order_by("-account__archived_at", "account__name_key", "pk"):
        found.setdefault(link.contact_id, []).append(link.account)
    return found


def addresses_by_contact(staff: Staff, contacts: Iterable[Contact]) -> dict[int, list[Address]]:
    """Contact id -> the linked addresses, the first one first: with user, `stopped` (why nothing is sent there), `may_sign_in`."""
    stopped = Suppression.objects.filter(firm=OuterRef("firm"), address=OuterRef("pk"), lifted_at=None).values("reason")[:1]
    uses = AccountAddress.objects.filter(firm=OuterRef("firm"), address=OuterRef("pk"), login=True, account__archived_at=None)
    linked = Address.objects.filter(firm=staff.firm_id, contact__in=contacts, unlinked_at=None).select_related("user")
    found: dict[int, list[Address]] = {}
    for address in linked.annotate(stopped=Subquery(stopped), may_sign_in=Exists(uses)).order_by("pk"):
        found.setdefault(address.contact_id, []).append(address)
    return found


def state_of(contact: Contact, address: Address, on_the_way: OnTheWay) -> State:
    """Of an address that `addresses_by_contact` has read."""
    stopped, may_sign_in = address.stopped, address.may_sign_in  # type: ignore[attr-defined]
    return state_in_words(contact, login=may_sign_in, suppressed=stopped, on_the_way=on_the_way)
