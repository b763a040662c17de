"""Two contacts who turned out to be one person: what the one who stays will have (pure), and the merge itself."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from clients.addresses import list_in_accounts
from clients.contacts import PersonLog, accounts_of
from clients.custom_fields import Value, fields_of, set_values, values_of
from clients.errors import Archived, SamePerson
from clients.locks import locked_addresses, locked_contacts
from clients.logins import settle_login_if_free
from clients.models import AccountContact, Address, Contact, CustomValue
from firms.actors import Actor
from firms.changes import Change, change_fields
from firms.enums import Verb
from firms.places import words_for

DETAILS = ("first_name", "last_name", "phone", "language", "time_zone")


# --- The plan ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one of the two: columns of `Contact`, and values by field id."""

    details: Mapping[str, str]
    values: Mapping[int, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """What the one who stays will have. `lost` names what of the other is not kept: columns, or ids of fields."""

    details: Mapping[str, str]
    values: Mapping[int, Value]
    lost: Sequence[str | int] = ()


def plan_merge(survivor: Known, other: Known, theirs: Collection[str | int] = ()) -> Plan:
    """`theirs` are the columns and field ids in which the other one is right; where only one of them has something, that is kept. Pure."""
    details = {name: _kept(survivor.details[name], other.details[name], name in theirs) for name in survivor.details}
    ids = [*survivor.values, *(pk for pk in other.values if pk not in survivor.values)]
    kept = {pk: _kept(survivor.values.get(pk), other.values.get(pk), pk in theirs) for pk in ids}
    values = {pk: value for pk, value in kept.items() if value is not None}
    lost = [name for name in details if other.details[name] not in ("", details[name])]
    return Plan(details, values, (*lost, *(pk for pk in other.values if other.values[pk] != values[pk])))


def _kept[T](own: T, other: T, takes_other: bool) -> T:
    return other if other and (takes_other or not own) else own


def known_of(contact: Contact, values: Mapping[int, Value]) -> Known:
    return Known({name: getattr(contact, name) for name in DETAILS}, values)


# --- The merge -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def merge_into(*, survivor: Contact, duplicate: Contact, theirs: Collection[str | int], by: Actor, now: datetime) -> Contact:
    """`duplicate` ends in the archive, and all that was theirs is the survivor's; one line in each account. It cannot be undone.

    Requests are no business of this app: see reminders.merging. Raises `SamePerson`, `Merged`, `Archived`.
    """
    if survivor.pk == duplicate.pk:
        raise SamePerson
    both = locked_contacts([survivor, duplicate])
    survivor, duplicate = both[survivor.pk], both[duplicate.pk]
    if survivor.archived_at or duplicate.archived_at:
        raise Archived
    name, accounts = duplicate.name, accounts_of([survivor, duplicate])
    changes = _take_what_is_known(survivor, duplicate, theirs)
    _take_links(survivor, duplicate)
    addresses = _take_addresses(survivor, duplicate)
    _end(duplicate, survivor, now)
    for address in addresses:
        address.contact = survivor
        settle_login_if_free(address)
    said = "; ".join(_("%(label)s: %(value)s") % {"label": change.label, "value": change.new or "–"} for change in changes)
    PersonLog(survivor, accounts, by, now).lines(Verb.CONTACT_MERGED, [Change(name, "", said)])
    return survivor


def _take_what_is_known(survivor: Contact, duplicate: Contact, theirs: Collection[str | int]) -> list[Change]:
    firm = survivor.firm
    values = values_of(firm, [survivor.pk, duplicate.pk])
    plan = plan_merge(known_of(survivor, values.get(survivor.pk, {})), known_of(duplicate, values.get(duplicate.pk, {})), theirs)
    changes = change_fields(survivor, plan.details, words=words_for())
    survivor.save()
    known = {each.pk: each for each in fields_of(firm)}
    CustomValue.objects.filter(firm=firm, contact=duplicate).delete()
    set_to = {survivor.pk: {known[pk]: value for pk, value in plan.values.items()}}
    return changes + set_values(firm=firm, values=set_to).get(survivor.pk, [])


def _take_links(survivor: Contact, duplicate: Contact) -> None:
    """A function that only the other one has in an account is kept."""
    own = {link.account_id: link for link in AccountContact.objects.filter(firm=survivor.firm_id, contact=survivor)}
    for link in AccountContact.objects.filter(firm=survivor.firm_id, contact=duplicate):
        kept = own.get(link.account_id)
        if kept is None:
            link.contact = survivor
            link.save(update_fields=["contact"])
            continue
        kept.function = kept.function or link.function
        kept.save(update_fields=["function"])
        link.delete()


def _take_addresses(survivor: Contact, duplicate: Contact) -> list[Address]:
    """What each is used for stays as it is; in accounts where it did not stand so far it is listed with every switch off."""
    own, theirs = locked_addresses(survivor), locked_addresses(duplicate)
    filled = {address.field_id for address in own if address.is_linked}
    has_primary = any(address.is_primary for address in own)
    for address in theirs:
        address.contact = survivor
        address.is_primary = address.is_primary and not has_primary
        address.field_id = None if address.field_id in filled else address.field_id
        address.save(update_fields=["contact", "is_primary", "field"])
    for address in (*own, *theirs):
        if address.is_linked:
            list_in_accounts(address)
    return theirs


def _end(duplicate: Contact, survivor: Contact, now: datetime) -> None:
    """Whoever had been merged into the duplicate leads to the survivor as well."""
    Contact.objects.filter(firm=survivor.firm_id, merged_into=duplicate).update(merged_into=survivor)
    duplicate.archived_at, duplicate.merged_into = now, survivor
    duplicate.save(update_fields=["archived_at", "merged_into"])
