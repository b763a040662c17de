"""Carries out steps of a plan: everything in a few statements, however many rows. The caller's transaction keeps it together."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import models

from clients.importing.drafts import AccountDraft, AddressDraft, Changeable, ContactDraft, UseDraft
from clients.importing.enums import Field
from clients.importing.lines import lines_of
from clients.importing.plan import ATTRIBUTES, Step
from clients.importing.snapshot import Ids
from clients.models import Account, AccountAddress, AccountContact, AccountTag, Address, Contact, Group, Tag
from clients.names import email_key, name_key
from firms.actors import Actor
from firms.models import ActivityLine, Firm

BATCH = 2_000


@dataclass(frozen=True, slots=True)
class Made:
    accounts: int
    contacts: int


def ids_of(steps: Iterable[Step]) -> Ids:
    """The rows of the firm that `steps` read or change."""
    accounts = {step.account.id for step in steps if step.account and step.account.id}
    contacts = {step.contact.id for step in steps if step.contact and step.contact.id}
    uses = [draft for step in steps for draft in step.changed if isinstance(draft, UseDraft)]
    return Ids(accounts, contacts, {use.address.id for use in uses if use.address.id})


def write(steps: Sequence[Step], *, firm: Firm, by: Actor, now: datetime) -> Made:
    """Writes what the steps make and change, and one activity line for each act. Drafts that are made get their ids."""
    writer = _Writer(firm, now)
    accounts = writer.make_accounts(_new_accounts(steps))
    contacts = writer.make_contacts(_new_contacts(steps))
    writer.make_addresses(_new_addresses(steps))
    writer.change(steps)
    writer.link(steps)
    writer.switch(steps)
    writer.tag(steps)
    ActivityLine.objects.bulk_create(lines_of(steps, firm=firm, by=by, now=now), batch_size=BATCH)
    return Made(accounts, contacts)


def _new_accounts(steps: Iterable[Step]) -> list[AccountDraft]:
    return list(dict.fromkeys(step.account for step in steps if step.account and step.account.id is None))


def _new_contacts(steps: Iterable[Step]) -> list[ContactDraft]:
    return list(dict.fromkeys(step.contact for step in steps if step.contact and step.contact.id is None))


def _new_addresses(steps: Iterable[Step]) -> list[AddressDraft]:
    made = [draft for step in steps for draft in step.made if isinstance(draft, AddressDraft)]
    switched = [draft.address for step in steps for draft in step.changed if isinstance(draft, UseDraft)]
    return [draft for draft in dict.fromkeys([*made, *switched]) if draft.id is None]


@dataclass(slots=True)
class _Writer:
    firm: Firm
    now: datetime

    def make_accounts(self, drafts: list[AccountDraft]) -> int:
        groups = self._groups(drafts)
        rows = [
            Account(
                firm=self.firm,
                created_at=self.now,
                reference=draft.reference,
                name=draft.name,
                name_key=name_key(draft.name),
                kind=draft.kind,
                manager_id=draft.manager.id if draft.manager else None,
                group=groups.get(draft.group),
                client_since=draft.client_since,
            )
            for draft in drafts
        ]
        return self._insert(drafts, rows)

    def make_contacts(self, drafts: list[ContactDraft]) -> int:
        rows = [
            Contact(
                firm=self.firm,
                created_at=self.now,
                first_name=draft.first_name,
                last_name=draft.last_name,
                name_key=name_key(f"{draft.last_name} {draft.first_name}"),
                phone=draft.phone,
                language=draft.language,
            )
            for draft in drafts
        ]
        return self._insert(drafts, rows)

    def make_addresses(self, drafts: list[AddressDraft]) -> int:
        rows = [
            Address(firm=self.firm, created_at=self.now, contact_id=draft.contact.pk, email=draft.email, email_key=email_key(draft.email))
            for draft in drafts
        ]
        return self._insert(drafts, rows)

    def _insert(self, drafts: Sequence[AccountDraft | ContactDraft | AddressDraft], rows: Sequence[models.Model]) -> int:
        type(rows[0])._default_manager.bulk_create(rows, batch_size=BATCH) if rows else None
        for draft, row in zip(drafts, rows, strict=True):
            draft.id = row.pk
        return len(rows)

    def _groups(self, drafts: Iterable[AccountDraft]) -> dict[str, Group]:
        names = sorted({draft.group for draft in drafts if draft.group})
        Group.objects.bulk_create([Group(firm=self.firm, name=name) for name in names], ignore_conflicts=True)
        return {group.name: group for group in Group.objects.filter(firm=self.firm, name__in=names)}

    def change(self, steps: Iterable[Step]) -> None:
        """Writes those fields alone that the steps change: what somebody else has just changed beside them stays."""
        for draft, fields in _changed(steps).items():
            if isinstance(draft, AccountDraft):
                Account.objects.filter(firm=self.firm, pk=draft.pk).update(**self._account_columns(draft, fields))
            elif isinstance(draft, ContactDraft):
                Contact.objects.filter(firm=self.firm, pk=draft.pk).update(**_contact_columns(draft, fields))

    def _account_columns(self, draft: AccountDraft, fields: set[Field]) -> dict[str, object]:
        columns: dict[str, object] = {ATTRIBUTES[field]: getattr(draft, ATTRIBUTES[field]) for field in fields}
        if Field.ACCOUNT in fields:
            columns["name_key"] = name_key(draft.name)
        if Field.MANAGER in fields:
            columns["manager"] = draft.manager and draft.manager.id
        if Field.GROUP in fields:
            columns["group"] = self._groups([draft])[draft.group]
        return columns

    def link(self, steps: Iterable[Step]) -> None:
        """Links people to accounts; every address of a linked person then has its row of switches, off where nobody says otherwise."""
        linked = [pair for step in steps for pair in step.linked]
        links = [AccountContact(firm=self.firm, account_id=account.pk, contact_id=contact.pk) for account, contact in linked]
        AccountContact.objects.bulk_create(links, batch_size=BATCH, ignore_conflicts=True)
        touched = {contact.pk for _, contact in linked}
        touched |= {draft.contact.pk for step in steps for draft in step.made if isinstance(draft, AddressDraft)}
        self._list_addresses(touched)

    def _list_addresses(self, contacts: set[int]) -> None:
        accounts: dict[int, list[int]] = defaultdict(list)
        for contact_id, account_id in AccountContact.objects.filter(firm=self.firm, contact__in=contacts).values_list(
            "contact_id", "account_id"
        ):
            accounts[contact_id].append(account_id)
        addresses = Address.objects.filter(firm=self.firm, contact__in=contacts).order_by("id").values_list("contact_id", "id")
        uses = [
            AccountAddress(firm=self.firm, account_id=account_id, address_id=address_id)
            for contact_id, address_id in addresses
            for account_id in accounts[contact_id]
        ]
        AccountAddress.objects.bulk_create(uses, batch_size=BATCH, ignore_conflicts=True)

    def switch(self, steps: Iterable[Step]) -> None:
        drafts = {(use.account.pk, use.address.pk): use for use in _changed(steps) if isinstance(use, UseDraft)}
        uses = AccountAddress.objects.filter(firm=self.firm, address__in={address_id for _, address_id in drafts})
        same: dict[tuple[bool, bool, bool], list[int]] = defaultdict(list)
        for pk, account_id, address_id in uses.order_by().values_list("id", "account_id", "address_id"):
            if draft := drafts.get((account_id, address_id)):
                same[draft.login, draft.notify, draft.email_sync].append(pk)
        for (login, notify, email_sync), pks in same.items():  # at most eight statements
            AccountAddress.objects.filter(firm=self.firm, pk__in=pks).update(login=login, notify=notify, email_sync=email_sync)

    def tag(self, steps: Iterable[Step]) -> None:
        tagged = [pair for step in steps for pair in step.tagged]
        names = sorted({name for _, name in tagged})
        Tag.objects.bulk_create([Tag(firm=self.firm, name=name) for name in names], ignore_conflicts=True)
        tags = dict(Tag.objects.filter(firm=self.firm, name__in=names).values_list("name", "id"))
        rows = [AccountTag(firm=self.firm, account_id=account.pk, tag_id=tags[name]) for account, name in tagged]
        AccountTag.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)


def _changed(steps: Iterable[Step]) -> dict[Changeable, set[Field]]:
    """What the steps change of what was there before; what they make is written whole."""
    made: set[object] = {draft for step in steps for draft in step.made}
    found: dict[Changeable, set[Field]] = defaultdict(set)
    for step in steps:
        for draft, fields in step.changed.items():
            if draft not in made:
                found[draft] |= fields
    return found


def _contact_columns(draft: ContactDraft, fields: set[Field]) -> dict[str, object]:
    columns: dict[str, object] = {ATTRIBUTES[field]: getattr(draft, ATTRIBUTES[field]) for field in fields}
    if fields & {Field.FIRST_NAME, Field.LAST_NAME}:
        columns["name_key"] = name_key(f"{draft.last_name} {draft.first_name}")
    return columns
