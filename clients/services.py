"""Writes about accounts, the people behind them, and what each of their addresses is used for."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Unpack

import psycopg
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from clients.enums import Switch
from clients.inputs import AccountDetails, ContactDetails, KnownPerson, NewPerson, PreferenceValues, Switches, SwitchValues
from clients.models import Account, AccountAddress, AccountContact, AccountTag, Address, Contact, Group, Tag
from firms.actors import Actor
from firms.changes import Change, Text, change_fields
from firms.enums import Verb
from firms.models import ActivityLine, Firm, Staff
from firms.services import activity_line, write_activity


class LastContact(Exception):
    """An account always has one or more contacts (A05)."""


class AddressInUse(Exception):
    """Somebody of the firm has this e-mail address already."""


class ReferenceInUse(Exception):
    """Another account of the firm has this reference."""


@dataclass(frozen=True, slots=True)
class _Log:
    """The activity lines of one act on one account."""

    account: Account
    by: Actor
    now: datetime

    def line(self, verb: Verb, *, subject: str = "", detail: Text = "", old: Text = "", new: Text = "") -> None:
        write_activity(
            firm=self.account.firm,
            by=self.by,
            verb=verb,
            now=self.now,
            account_id=self.account.pk,
            subject=subject,
            detail=detail,
            old=old,
            new=new,
        )

    def changed(self, verb: Verb, subject: str, changes: list[Change]) -> None:
        for change in changes:
            self.line(verb, subject=subject, detail=change.label, old=change.old, new=change.new)


# --- Accounts ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def create_account(
    *, firm: Firm, name: str, first: NewPerson | KnownPerson, by: Actor, now: datetime, **details: Unpack[AccountDetails]
) -> Account:
    """A new account with its first contact. Raises `ReferenceInUse` or `AddressInUse`."""
    account = Account(firm=firm, name=name, created_at=now)
    change_fields(account, _columns(firm, details))
    with _once("account_reference_once", ReferenceInUse):
        account.save(force_insert=True)
    log = _Log(account, by, now)
    log.line(Verb.ACCOUNT_CREATED, subject=name)
    _set_tags(account, details.get("tags", ()))
    if isinstance(first, NewPerson):
        _add_person(log, first)
    else:
        _link(log, first.contact, first.function)
        if first.address:
            change_switches(account=account, address=first.address, by=by, now=now, **first.switches.values)
    return account


@transaction.atomic
def change_account(*, account: Account, name: str, by: Actor, now: datetime, **details: Unpack[AccountDetails]) -> Account:
    """Changes what is given and leaves the rest; one activity line a field. Raises `ReferenceInUse`."""
    account = _locked(account)
    changes = change_fields(account, {"name": name, **_columns(account.firm, details)})
    with _once("account_reference_once", ReferenceInUse):
        account.save()
    if "tags" in details:
        changes += _set_tags(account, details["tags"])
    _Log(account, by, now).changed(Verb.ACCOUNT_CHANGED, account.name, changes)
    return account


@transaction.atomic
def archive_account(*, account: Account, by: Actor, now: datetime) -> Account:
    """Takes the account out of the lists; it keeps its history and can be restored."""
    return _set_archived(account, now, by, now)


@transaction.atomic
def restore_account(*, account: Account, by: Actor, now: datetime) -> Account:
    return _set_archived(account, None, by, now)


def _set_archived(account: Account, archived_at: datetime | None, by: Actor, now: datetime) -> Account:
    account = _locked(account)
    if (account.archived_at is None) != (archived_at is None):
        account.archived_at = archived_at
        account.save(update_fields=["archived_at"])
        states = [_("in use"), _("archived")]
        old, new = states if archived_at else reversed(states)
        _Log(account, by, now).line(Verb.ACCOUNT_CHANGED, subject=account.name, detail=_("State"), old=old, new=new)
    return account


def _columns(firm: Firm, details: AccountDetails) -> dict[str, object]:
    columns: dict[str, object] = {name: value for name, value in details.items() if name not in ("group", "tags")}
    if "group" in details:
        name = details["group"]
        columns["group"] = Group.objects.get_or_create(firm=firm, name=name)[0] if name else None
    return columns


def _set_tags(account: Account, names: Collection[str]) -> list[Change]:
    own = AccountTag.objects.filter(firm=account.firm_id, account=account)
    old = {each.tag.name for each in own.select_related("tag")}
    if old == set(names):
        return []
    own.exclude(tag__name__in=names).delete()
    tags = [Tag.objects.get_or_create(firm_id=account.firm_id, name=name)[0] for name in sorted(set(names) - old)]
    AccountTag.objects.bulk_create([AccountTag(firm_id=account.firm_id, account=account, tag=tag) for tag in tags])
    return [Change(_("Tags"), ", ".join(sorted(old)), ", ".join(sorted(names)))]


# --- People ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def link_contact(*, account: Account, contact: Contact, by: Actor, now: datetime, function: str = "") -> AccountContact:
    """Links a contact to one more account; their addresses are listed there with every switch off."""
    return _link(_Log(_locked(account), by, now), contact, function)


@transaction.atomic
def add_contact_with_address(*, account: Account, person: NewPerson, by: Actor, now: datetime) -> Contact:
    """Raises `AddressInUse`."""
    return _add_person(_Log(_locked(account), by, now), person)


@transaction.atomic
def add_address(*, account: Account, contact: Contact, email: str, switches: Switches, by: Actor, now: datetime) -> Address:
    """One more address of a contact: with `switches` here, all off in the contact's other accounts. Raises `AddressInUse`."""
    return _add_address(_Log(_locked(account), by, now), contact, email, switches)


@transaction.atomic
def change_contact(
    *, account: Account, contact: Contact, function: str, by: Actor, now: datetime, **details: Unpack[ContactDetails]
) -> Contact:
    """Changes a person everywhere, and their function in `account`."""
    contact = Contact.objects.select_for_update().get(firm=contact.firm_id, pk=contact.pk)
    link = AccountContact.objects.select_for_update().get(firm=account.firm_id, account=account, contact=contact)
    changes = change_fields(contact, details) + change_fields(link, {"function": function})
    contact.save()
    link.save()
    _Log(account, by, now).changed(Verb.CONTACT_CHANGED, contact.name, changes)
    return contact


@transaction.atomic
def unlink_contact(*, account: Account, contact: Contact, by: Actor, now: datetime) -> None:
    """Raises `LastContact`. What the contact's addresses were used for here is forgotten; the contact itself stays."""
    account = _locked(account)
    links = AccountContact.objects.filter(firm=account.firm_id, account=account)
    if not links.exclude(contact=contact).exists():
        raise LastContact
    list(Address.objects.select_for_update(no_key=True).filter(firm=account.firm_id, contact=contact))
    AccountAddress.objects.filter(firm=account.firm_id, account=account, address__contact=contact).delete()
    links.filter(contact=contact).delete()
    _Log(account, by, now).line(Verb.CONTACT_UNLINKED, subject=contact.name, detail=account.name)


def _add_person(log: _Log, person: NewPerson) -> Contact:
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
    _link(log, contact, person.function)
    if person.email:
        _add_address(log, contact, person.email, person.switches)
    return contact


def _link(log: _Log, contact: Contact, function: str) -> AccountContact:
    account = log.account
    link, created = AccountContact.objects.get_or_create(
        firm=account.firm, account=account, contact=contact, defaults={"function": function}
    )
    addresses = Address.objects.filter(firm=account.firm_id, contact=contact)
    _list_uses([AccountAddress(firm_id=account.firm_id, account=account, address=address) for address in addresses])
    if created:
        log.line(Verb.CONTACT_LINKED, subject=contact.name, detail=account.name)
    return link


def _add_address(log: _Log, contact: Contact, email: str, switches: Switches) -> Address:
    account = log.account
    with _once("address_once_in_firm", AddressInUse):
        address = Address.objects.create(firm=account.firm, contact=contact, email=email.strip(), created_at=log.now)
    links = AccountContact.objects.filter(firm=account.firm_id, contact=contact)
    _list_uses([AccountAddress(firm_id=account.firm_id, account_id=link.account_id, address=address) for link in links])
    AccountAddress.objects.filter(firm=account.firm_id, account=account, address=address).update(**switches.values)
    words = [str(Switch(name).label) for name, on in switches.values.items() if on]
    log.line(Verb.ADDRESS_ADDED, subject=contact.name, detail=address.email, new=", ".join(words))
    return address


def _list_uses(uses: list[AccountAddress]) -> None:
    """Every address of a linked contact has a row, so that the outbox can say of each why it was told or not."""
    AccountAddress.objects.bulk_create(uses, ignore_conflicts=True)


# --- Switches and preferences ------------------------------------------------------------------------------------------


@transaction.atomic
def change_switches(*, account: Account, address: Address, by: Actor, now: datetime, **switches: Unpack[SwitchValues]) -> AccountAddress:
    """Sets the given switches of this address in this account; one activity line for each that was different."""
    use = _locked_use(account, address)
    changes = change_fields(use, switches)
    use.save()
    log = _Log(account, by, now)
    for change in changes:
        log.line(Verb.SWITCH_CHANGED, subject=address.email, detail=f"{change.label} {change.new}", old=change.old, new=change.new)
    return use


@transaction.atomic
def change_preferences(
    *, account: Account, address: Address, by: Actor, now: datetime, **wants: Unpack[PreferenceValues]
) -> AccountAddress:
    """Sets the given preferences of this address in this account (C24)."""
    use = _locked_use(account, address)
    changes = change_fields(use, wants)
    use.save()
    _Log(account, by, now).changed(Verb.PREFERENCE_CHANGED, address.email, changes)
    return use


def _locked_use(account: Account, address: Address) -> AccountAddress:
    # The dispatcher locks the address for its last look: whoever switches off waits for it, or is seen by it.
    Address.objects.select_for_update(no_key=True).get(firm=account.firm_id, pk=address.pk)
    return AccountAddress.objects.get_or_create(firm=account.firm, account=account, address=address)[0]


def _locked(account: Account) -> Account:
    return Account.objects.select_for_update(of=("self",)).select_related("firm").get(firm=account.firm_id, pk=account.pk)


@contextmanager
def _once(constraint: str, refused: type[Exception]) -> Iterator[None]:
    """Raises `refused` where PostgreSQL finds `constraint` broken; the transaction around goes on."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        broken = error.__cause__
        if not isinstance(broken, psycopg.Error) or broken.diag.constraint_name != constraint:
            raise
        raise refused from error


# --- Managers ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def hand_over_accounts(*, firm: Firm, of: Staff, to: Staff | None, by: Actor, now: datetime) -> int:
    """Gives every account that `of` manages to `to`, or to nobody; a line for each, in two statements however many. How many they were."""
    accounts = list(Account.objects.select_for_update(no_key=True).filter(firm=firm, manager=of).order_by("pk"))
    Account.objects.filter(firm=firm, pk__in=[account.pk for account in accounts]).update(manager=to)
    label = Account._meta.get_field("manager").verbose_name
    ActivityLine.objects.bulk_create(
        activity_line(
            firm=firm, by=by, verb=Verb.ACCOUNT_CHANGED, now=now, account_id=account.pk, subject=account.name,
            detail=label, old=of.name, new=to.name if to else "",
        )
        for account in accounts
    )  # fmt: skip
    return len(accounts)
