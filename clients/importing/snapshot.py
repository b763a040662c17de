"""What a firm has, read for a plan: ten queries, however many accounts, and one each for custom values and logins. Firm first.

Whoever was merged into somebody else, and what was removed, is not seen.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from clients.custom_fields import value_in
from clients.enums import AccountKind, FieldKind, Relation
from clients.importing.client_row import ClientRow, StaffMember
from clients.importing.custom import Custom, CustomValueNow
from clients.importing.world import AccountNow, AddressNow, ContactNow, UseNow, World
from clients.models import Account, AccountAddress, AccountContact, AccountTag, Address, Contact, CustomField, CustomValue, Group, Tag
from clients.names import email_key
from clients.needed import accounts_asked
from firms.logins import find_emails_in_use
from firms.models import Firm, Staff


@dataclass(frozen=True, slots=True)
class Ids:
    """Rows that a part of an import is about to change."""

    accounts: Collection[int]
    contacts: Collection[int]
    addresses: Collection[int]


def customs_of(firm: Firm) -> list[Custom]:
    """The firm's custom fields, in its order."""
    fields = CustomField.objects.filter(firm=firm)
    return [Custom(each.pk, each.code, each.name, FieldKind(each.kind), tuple(each.choices)) for each in fields]


def world_of(firm: Firm, *, with_custom: bool = False) -> World:
    """`with_custom` reads what people have in custom fields too."""
    people = staff_of_firm(firm)
    return World(
        accounts=tuple(_accounts(firm, Account.objects.filter(firm=firm).order_by("id"), people)),
        contacts=tuple(_contacts(Contact.objects.filter(firm=firm).order_by("id"), with_custom)),
        addresses=tuple(_addresses(Address.objects.filter(firm=firm).order_by("id"))),
        links=frozenset(
            AccountContact.objects.filter(firm=firm, contact__merged_into=None).order_by().values_list("account_id", "contact_id")
        ),
        uses=tuple(_uses(AccountAddress.objects.filter(firm=firm).order_by("id"))),
        staff=tuple(people.values()),
        groups=tuple(Group.objects.filter(firm=firm).values_list("name", flat=True)),
        tags=tuple(Tag.objects.filter(firm=firm).values_list("name", flat=True)),
        has_custom=with_custom,
    )


def taken_logins(rows: Iterable[ClientRow], world: World) -> frozenset[str]:
    """Keys of the addresses for which these rows want LOGIN and with which somebody else signs in (B10); one query."""
    own = {now.key for now in world.addresses if now.signs_in}
    wanted = {email_key(row.email): row.email for row in rows if row.login and row.email}
    asked = [email for key, email in wanted.items() if key not in own]
    return frozenset(map(email_key, find_emails_in_use(asked)))


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
        and _contacts(contacts, world.has_custom) == _those(world.contacts, ids.contacts)
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
    asked = accounts_asked(firm)
    rows = accounts.values_list("id", "name", "kind", "reference", "manager_id", "group__name", "client_since", "archived_at", "relation")
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
            Relation(relation),
            pk in asked,
        )
        for pk, name, kind, reference, manager, group, since, gone, relation in rows
    ]


def _contacts(contacts: QuerySet[Contact], with_custom: bool) -> list[ContactNow]:
    contacts = contacts.filter(merged_into=None)
    custom = _custom_values(contacts) if with_custom else {}
    rows = contacts.values_list("id", "first_name", "last_name", "phone", "language", "archived_at")
    return [
        ContactNow(pk, first, last, phone, language, gone is not None, frozenset(custom.get(pk, ())))
        for pk, first, last, phone, language, gone in rows
    ]


def _custom_values(contacts: QuerySet[Contact]) -> dict[int, list[CustomValueNow]]:
    found: dict[int, list[CustomValueNow]] = defaultdict(list)
    for row in CustomValue.objects.filter(contact__in=contacts.order_by()):
        found[row.contact_id].append((row.field_id, value_in(row)))
    return found


def _addresses(addresses: QuerySet[Address]) -> list[AddressNow]:
    rows = addresses.filter(contact__merged_into=None).values_list(
        "id", "contact_id", "email", "email_key", "unlinked_at", "is_primary", "field_id", "user__is_active"
    )
    return [
        AddressNow(pk, contact, email, key, unlinked is not None, primary, field, bool(active))
        for pk, contact, email, key, unlinked, primary, field, active in rows
    ]


def _uses(uses: QuerySet[AccountAddress]) -> list[UseNow]:
    seen = uses.filter(address__removed_at=None, address__contact__merged_into=None)
    return [UseNow(*row) for row in seen.values_list("account_id", "address_id", "login", "notify", "email_sync")]


def _those[T: Any](rows: Collection[T], ids: Collection[int]) -> list[T]:
    wanted = set(ids)
    return [row for row in rows if row.id in wanted]
