"""What a firm has, read for a plan: nine queries, however many accounts. Firm first."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from clients.enums import AccountKind
from clients.importing.rows import StaffMember
from clients.importing.world import AccountNow, AddressNow, ContactNow, UseNow, World
from clients.models import Account, AccountAddress, AccountContact, AccountTag, Address, Contact, Group, Tag
from firms.models import Firm, Staff


@dataclass(frozen=True, slots=True)
class Ids:
    """Rows that a part of an import is about to change."""

    accounts: Collection[int]
    contacts: Collection[int]
    addresses: Collection[int]


def world_of(firm: Firm) -> World:
    people = staff_of_firm(firm)
    return World(
        accounts=tuple(_accounts(firm, Account.objects.filter(firm=firm).order_by("id"), people)),
        contacts=tuple(_contacts(Contact.objects.filter(firm=firm).order_by("id"))),
        addresses=tuple(_addresses(Address.objects.filter(firm=firm).order_by("id"))),
        links=frozenset(AccountContact.objects.filter(firm=firm).order_by().values_list("account_id", "contact_id")),
        uses=tuple(_uses(AccountAddress.objects.filter(firm=firm).order_by("id"))),
        staff=tuple(people.values()),
        groups=tuple(Group.objects.filter(firm=firm).values_list("name", flat=True)),
        tags=tuple(Tag.objects.filter(firm=firm).values_list("name", flat=True)),
    )


def is_still_so(firm: Firm, world: World, ids: Ids) -> bool:
    """Locks these rows until the transaction ends, and tells whether they are as `world` has them."""
    accounts = Account.objects.filter(firm=firm, pk__in=ids.accounts).order_by("id")
    contacts = Contact.objects.filter(firm=firm, pk__in=ids.contacts).order_by("id")
    addresses = Address.objects.filter(firm=firm, pk__in=ids.addresses).order_by("id")
    for rows in (accounts, contacts, addresses):  # in the order in which all of the product locks them
        list(rows.select_for_update(no_key=True).values_list("id"))
    uses = AccountAddress.objects.filter(firm=firm, address__in=ids.addresses).order_by("id")
    concerned = set(ids.addresses)
    return (
        _accounts(firm, accounts, staff_of_firm(firm)) == _those(world.accounts, ids.accounts)
        and _contacts(contacts) == _those(world.contacts, ids.contacts)
        and _addresses(addresses) == _those(world.addresses, ids.addresses)
        and _uses(uses) == [now for now in world.uses if now.address_id in concerned]
    )


def staff_of_firm(firm: Firm) -> dict[int, StaffMember]:
    """Everybody who works or worked for the firm: an account's former manager has a name too."""
    rows = Staff.objects.filter(firm=firm).order_by("id").values_list("id", "name", "user__email")
    return {pk: StaffMember(pk, name, email) for pk, name, email in rows}


def staff_to_assign(firm: Firm) -> list[StaffMember]:
    rows = Staff.objects.filter(firm=firm, left_at=None).order_by("id").values_list("id", "name", "user__email")
    return [StaffMember(pk, name, email) for pk, name, email in rows]


def _accounts(firm: Firm, accounts: QuerySet[Account], people: dict[int, StaffMember]) -> list[AccountNow]:
    tags: dict[int, set[str]] = defaultdict(set)
    for account_id, name in AccountTag.objects.filter(firm=firm).order_by().values_list("account_id", "tag__name"):
        tags[account_id].add(name)
    rows = accounts.values_list("id", "name", "kind", "reference", "manager_id", "group__name", "client_since", "archived_at")
    return [
        AccountNow(
            pk,
            name,
            AccountKind(kind),
            reference,
            people.get(manager) if manager else None,
            group or "",
            frozenset(tags[pk]),
            since,
            gone is not None,
        )
        for pk, name, kind, reference, manager, group, since, gone in rows
    ]


def _contacts(contacts: QuerySet[Contact]) -> list[ContactNow]:
    return [ContactNow(*row) for row in contacts.values_list("id", "first_name", "last_name", "phone", "language")]


def _addresses(addresses: QuerySet[Address]) -> list[AddressNow]:
    return [AddressNow(*row) for row in addresses.values_list("id", "contact_id", "email", "email_key")]


def _uses(uses: QuerySet[AccountAddress]) -> list[UseNow]:
    return [UseNow(*row) for row in uses.values_list("account_id", "address_id", "login", "notify", "email_sync")]


def _those[T: Any](rows: Collection[T], ids: Collection[int]) -> list[T]:
    wanted = set(ids)
    return [row for row in rows if row.id in wanted]
