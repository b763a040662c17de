"""A firm's clients in memory, and what a plan makes of them: the tests' stand-in for the database."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from clients.enums import AccountKind
from clients.importing.client_row import StaffMember
from clients.importing.drafts import AccountDraft, AddressDraft, ContactDraft, UseDraft
from clients.importing.missing import Missing
from clients.importing.steps import Step
from clients.importing.world import AccountNow, AddressNow, ContactNow, UseNow, World

CLAIRE = StaffMember(1, "Claire Fontenoy", "claire@fontenoy.example")
MARC = StaffMember(2, "Marc Delvaux", "marc@fontenoy.example")
STAFF = (CLAIRE, MARC)


def after(world: World, steps: list[Step]) -> World:
    """The world once the steps are written. Made drafts get the next ids, as rows of a table do."""
    written = _Written(world)
    for step in steps:
        for draft in [*step.made, *step.changed, *step.brought_back, *step.filled, *(account for account, _ in step.tagged)]:
            written.write(draft)
        written.links |= {(written.id_of(account), written.id_of(contact)) for account, contact in step.linked}
    return written.world()


def without(world: World, missing: Iterable[Missing]) -> World:
    """The world once all that is missing has gone; the next address of a person becomes the primary."""
    people = {(each.account_id, each.contact_id) for each in missing if each.address_id is None}
    gone = {each.address_id for each in missing}
    contact_of = {now.id: now.contact_id for now in world.addresses}
    left = [now for now in world.addresses if now.id not in gone]
    have = {now.contact_id for now in left if now.is_primary}
    linked = sorted((now for now in left if not now.unlinked and now.contact_id not in have), key=lambda now: now.id)
    firsts = {now.contact_id: now.id for now in reversed(linked)}
    return replace(
        world,
        links=world.links - people,
        addresses=tuple(replace(now, is_primary=now.is_primary or firsts.get(now.contact_id) == now.id) for now in left),
        uses=tuple(use for use in world.uses if use.address_id not in gone and (use.account_id, contact_of[use.address_id]) not in people),
    )


class _Written:
    def __init__(self, world: World) -> None:
        self._world = world
        self._ids: dict[object, int] = {}
        self.accounts = {now.id: now for now in world.accounts}
        self.contacts = {now.id: now for now in world.contacts}
        self.addresses = {now.id: now for now in world.addresses}
        self.uses = {(now.account_id, now.address_id): now for now in world.uses}
        self.links = set(world.links)
        self._last = {
            AccountDraft: max(self.accounts, default=0),
            ContactDraft: max(self.contacts, default=0),
            AddressDraft: max(self.addresses, default=0),
        }

    def id_of(self, draft: AccountDraft | ContactDraft | AddressDraft) -> int:
        if draft.id is not None:
            return draft.id
        if draft not in self._ids:
            self._last[type(draft)] += 1
            self._ids[draft] = self._last[type(draft)]
        return self._ids[draft]

    def write(self, draft: AccountDraft | ContactDraft | AddressDraft | UseDraft) -> None:
        match draft:
            case AccountDraft():
                self.accounts[self.id_of(draft)] = AccountNow(
                    self.id_of(draft), draft.name, AccountKind(draft.kind), draft.reference, draft.manager, draft.group,
                    frozenset(draft.tags.values()), draft.client_since, draft.archived, draft.relation, draft.has_open,
                )  # fmt: skip
            case ContactDraft():
                self.contacts[self.id_of(draft)] = ContactNow(
                    self.id_of(draft), draft.first_name, draft.last_name, draft.phone, draft.language, draft.archived,
                    frozenset(draft.custom.items()),
                )  # fmt: skip
            case AddressDraft():
                pk, owner = self.id_of(draft), self.id_of(draft.contact)
                others = [now for now in self.addresses.values() if now.contact_id == owner and now.id != pk]
                is_primary = not draft.unlinked and not any(now.is_primary for now in others)
                self.addresses[pk] = AddressNow(pk, owner, draft.email, draft.key, draft.unlinked, is_primary, draft.field_id)
            case UseDraft():
                pair = (self.id_of(draft.account), self.id_of(draft.address))
                self.uses[pair] = UseNow(*pair, draft.login, draft.notify, draft.email_sync)

    def world(self) -> World:
        groups = [now.group for now in self.accounts.values() if now.group]
        tags = [tag for now in self.accounts.values() for tag in sorted(now.tags)]
        return replace(
            self._world,
            accounts=tuple(self.accounts.values()), contacts=tuple(self.contacts.values()), addresses=tuple(self.addresses.values()),
            uses=tuple(self.uses.values()), links=frozenset(self.links),
            groups=tuple(sorted({*self._world.groups, *groups})), tags=tuple(sorted({*self._world.tags, *tags})),
        )  # fmt: skip


def a_world() -> World:
    """Two accounts: Famille Claes, with Chloé and her address, and Moreau Bart, made by hand without a reference."""
    return World(
        accounts=(
            AccountNow(1, "Famille Claes", AccountKind.FAMILY, "C1", CLAIRE, "Familles", frozenset({"TVA mensuelle"}), date(2020, 1, 2)),
            AccountNow(2, "Moreau Bart", AccountKind.PERSON),
        ),
        contacts=(ContactNow(1, "Chloé", "Claes", "02 511 11 11", "fr"), ContactNow(2, "Bart", "Moreau")),
        addresses=(AddressNow(1, 1, "chloe@claes.example", "chloe@claes.example", is_primary=True),),
        links=frozenset({(1, 1), (2, 2)}),
        uses=(UseNow(1, 1, notify=True),),
        staff=STAFF,
        groups=("Familles",),
        tags=("TVA mensuelle",),
    )
