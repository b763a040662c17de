"""Carries out steps of a plan: everything in a few statements, however many rows. The caller's transaction keeps it together."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import models

from clients.custom_fields import set_values
from clients.importing.custom import Custom, CustomText, Target
from clients.importing.drafts import AccountDraft, AddressDraft, Changeable, ContactDraft, UseDraft
from clients.importing.enums import Field
from clients.importing.lines import lines_of
from clients.importing.snapshot import Ids
from clients.importing.steps import ATTRIBUTES, Step
from clients.logins import settle_logins
from clients.models import Account, AccountAddress, AccountContact, AccountTag, Address, Contact, CustomField, Group, Tag
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
    moved = [draft for step in steps for draft in (*step.brought_back, *step.filled)]
    return Ids(accounts, contacts, {draft.id for draft in (*(use.address for use in uses), *moved) if draft.id})


def write(steps: Sequence[Step], *, firm: Firm, by: Actor, now: datetime) -> Made:
    """Writes what the steps make and change, and one activity line for each act. Drafts that are made get their ids."""
    writer = _Writer(firm, now)
    accounts = writer.make_accounts(_new_accounts(steps))
    contacts = writer.make_contacts(_new_contacts(steps))
    writer.make_addresses(_new_addresses(steps))
    writer.bring_back(steps)
    writer.fill(steps)
    writer.change(steps)
    writer.change_custom(steps)
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
                relation=draft.relation,
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
        firsts = self._firsts(drafts)
        rows = [
            Address(
                firm=self.firm,
                created_at=self.now,
                contact_id=draft.contact.pk,
                email=draft.email,
                email_key=email_key(draft.email),
                is_primary=draft in firsts,
            )
            for draft in drafts
        ]
        return self._insert(drafts, rows)

    def _firsts(self, drafts: Iterable[AddressDraft]) -> set[AddressDraft]:
        """Of each person who has no primary address yet the first of these."""
        of_contact: dict[int, AddressDraft] = {}
        for draft in drafts:
            of_contact.setdefault(draft.contact.pk, draft)
        primary = Address.objects.filter(firm=self.firm, contact__in=of_contact, is_primary=True)
        have = set(primary.order_by().values_list("contact_id", flat=True)) if of_contact else set()
        return {draft for contact, draft in of_contact.items() if contact not in have}

    def bring_back(self, steps: Iterable[Step]) -> None:
        """As `clients.addresses` does it for one: what had been replaced is its contact's again."""
        drafts = [draft for step in steps for draft in step.brought_back]
        firsts = {draft.pk for draft in self._firsts(drafts)}
        rows = Address.objects.filter(firm=self.firm, pk__in=[draft.pk for draft in drafts])
        rows.update(unlinked_at=None, replaced_by=None, field=None)
        rows.filter(pk__in=firsts).update(is_primary=True)

    def fill(self, steps: Iterable[Step]) -> None:
        """Empties custom e-mail fields before anything goes into them: a field of a contact holds one address."""
        drafts = dict.fromkeys(draft for step in steps for draft in step.filled)
        Address.objects.filter(firm=self.firm, pk__in=[draft.pk for draft in drafts]).update(field=None)
        of_field: dict[int, list[int]] = defaultdict(list)
        for draft in drafts:
            if draft.field_id is not None:
                of_field[draft.field_id].append(draft.pk)
        for field_id, pks in of_field.items():
            Address.objects.filter(firm=self.firm, pk__in=pks).update(field=field_id)

    def change_custom(self, steps: Iterable[Step]) -> None:
        values: dict[int, dict[CustomField, CustomText | None]] = defaultdict(dict)
        fields = {field.pk: field for field in CustomField.objects.filter(firm=self.firm)} if any(_customs(steps)) else {}
        for contact, custom in _customs(steps):
            values[contact.pk][fields[custom.id]] = contact.custom[custom.id]
        if values:
            set_values(firm=self.firm, values=values)

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

    def _account_columns(self, draft: AccountDraft, fields: set[Target]) -> dict[str, object]:
        columns = _plain_columns(draft, fields)
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
        touched |= {draft.contact.pk for step in steps for draft in (*step.made, *step.brought_back) if isinstance(draft, AddressDraft)}
        self._list_addresses(touched)

    def _list_addresses(self, contacts: set[int]) -> None:
        accounts: dict[int, list[int]] = defaultdict(list)
        for contact_id, account_id in AccountContact.objects.filter(firm=self.firm, contact__in=contacts).values_list(
            "contact_id", "account_id"
        ):
            accounts[contact_id].append(account_id)
        addresses = (
            Address.objects.filter(firm=self.firm, contact__in=contacts, unlinked_at=None).order_by("id").values_list("contact_id", "id")
        )
        uses = [
            AccountAddress(firm=self.firm, account_id=account_id, address_id=address_id)
            for contact_id, address_id in addresses
            for account_id in accounts[contact_id]
        ]
        AccountAddress.objects.bulk_create(uses, batch_size=BATCH, ignore_conflicts=True)

    def switch(self, steps: Iterable[Step]) -> None:
        changed = {use: fields for use, fields in _changed(steps).items() if isinstance(use, UseDraft)}
        drafts = {(use.account.pk, use.address.pk): use for use in changed}
        uses = AccountAddress.objects.filter(firm=self.firm, address__in={address_id for _, address_id in drafts})
        same: dict[tuple[bool, bool, bool], list[int]] = defaultdict(list)
        for pk, account_id, address_id in uses.order_by().values_list("id", "account_id", "address_id"):
            if draft := drafts.get((account_id, address_id)):
                same[draft.login, draft.notify, draft.email_sync].append(pk)
        for (login, notify, email_sync), pks in same.items():  # at most eight statements
            AccountAddress.objects.filter(firm=self.firm, pk__in=pks).update(login=login, notify=notify, email_sync=email_sync)
        settle_logins(self.firm, {use.address.pk: use.login for use, fields in changed.items() if Field.LOGIN in fields})

    def tag(self, steps: Iterable[Step]) -> None:
        tagged = [pair for step in steps for pair in step.tagged]
        names = sorted({name for _, name in tagged})
        Tag.objects.bulk_create([Tag(firm=self.firm, name=name) for name in names], ignore_conflicts=True)
        tags = dict(Tag.objects.filter(firm=self.firm, name__in=names).values_list("name", "id"))
        rows = [AccountTag(firm=self.firm, account_id=account.pk, tag_id=tags[name]) for account, name in tagged]
        AccountTag.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)


def _customs(steps: Iterable[Step]) -> Iterator[tuple[ContactDraft, Custom]]:
    for step in steps:
        for draft, fields in step.changed.items():
            if isinstance(draft, ContactDraft):
                yield from ((draft, field) for field in fields if isinstance(field, Custom))


def _changed(steps: Iterable[Step]) -> dict[Changeable, set[Target]]:
    """What the steps change of what was there before; what they make is written whole."""
    made: set[object] = {draft for step in steps for draft in step.made}
    found: dict[Changeable, set[Target]] = defaultdict(set)
    for step in steps:
        for draft, fields in step.changed.items():
            if draft not in made:
                found[draft] |= fields
    return found


def _plain_columns(draft: AccountDraft | ContactDraft, fields: set[Target]) -> dict[str, object]:
    names = [ATTRIBUTES[field] for field in fields if not isinstance(field, Custom)]
    return {name: getattr(draft, name) for name in names}


def _contact_columns(draft: ContactDraft, fields: set[Target]) -> dict[str, object]:
    columns = _plain_columns(draft, fields)
    if fields & {Field.FIRST_NAME, Field.LAST_NAME}:
        columns["name_key"] = name_key(f"{draft.last_name} {draft.first_name}")
    return columns
