"""A firm's clients in memory, and what a plan makes of them: the tests' stand-in for the database."""

from dataclasses import replace
from datetime import date

from clients.enums import AccountKind
from clients.importing.drafts import AccountDraft, AddressDraft, ContactDraft, UseDraft
from clients.importing.plan import Step
from clients.importing.rows import StaffMember
from clients.importing.world import AccountNow, AddressNow, ContactNow, UseNow, World

CLAIRE = StaffMember(1, "Claire Fontenoy", "claire@fontenoy.example")
MARC = StaffMember(2, "Marc Delvaux", "marc@fontenoy.example")
STAFF = (CLAIRE, MARC)


def after(world: World, steps: list[Step]) -> World:
    """The world once the steps are written. Made drafts get the next ids, as rows of a table do."""
    ids: dict[object, int] = {}
    accounts = {now.id: now for now in world.accounts}
    contacts = {now.id: now for now in world.contacts}
    addresses = {now.id: now for now in world.addresses}
    uses = {(now.account_id, now.address_id): now for now in world.uses}
    links = set(world.links)
    known: dict[type, set[int]] = {AccountDraft: set(accounts), ContactDraft: set(contacts), AddressDraft: set(addresses)}

    def id_of(draft: AccountDraft | ContactDraft | AddressDraft) -> int:
        if draft.id is not None:
            return draft.id
        if draft not in ids:
            ids[draft] = max(known[type(draft)], default=0) + 1
            known[type(draft)].add(ids[draft])
        return ids[draft]

    def write(draft: object) -> None:
        if isinstance(draft, AccountDraft):
            accounts[id_of(draft)] = AccountNow(
                id_of(draft), draft.name, AccountKind(draft.kind), draft.reference, draft.manager, draft.group,
                frozenset(draft.tags.values()), draft.client_since, draft.archived,
            )  # fmt: skip
        elif isinstance(draft, ContactDraft):
            contacts[id_of(draft)] = ContactNow(id_of(draft), draft.first_name, draft.last_name, draft.phone, draft.language)
        elif isinstance(draft, AddressDraft):
            addresses[id_of(draft)] = AddressNow(id_of(draft), id_of(draft.contact), draft.email, draft.key)
        elif isinstance(draft, UseDraft):
            pair = (id_of(draft.account), id_of(draft.address))
            uses[pair] = UseNow(*pair, draft.login, draft.notify, draft.email_sync)

    for step in steps:
        for draft in [*step.made, *step.changed, *(account for account, _ in step.tagged)]:
            write(draft)
        links |= {(id_of(account), id_of(contact)) for account, contact in step.linked}
    return replace(
        world,
        accounts=tuple(accounts.values()), contacts=tuple(contacts.values()), addresses=tuple(addresses.values()),
        uses=tuple(uses.values()), links=frozenset(links),
        groups=tuple({now.group: 1 for now in accounts.values() if now.group} | dict.fromkeys(world.groups)),
        tags=tuple({tag: 1 for now in accounts.values() for tag in sorted(now.tags)} | dict.fromkeys(world.tags)),
    )  # fmt: skip


def a_world() -> World:
    """Two accounts: Famille Claes, with Chloé and her address, and Moreau Bart, made by hand without a reference."""
    return World(
        accounts=(
            AccountNow(1, "Famille Claes", AccountKind.FAMILY, "C1", CLAIRE, "Familles", frozenset({"TVA mensuelle"}), date(2020, 1, 2)),
            AccountNow(2, "Moreau Bart", AccountKind.PERSON),
        ),
        contacts=(ContactNow(1, "Chloé", "Claes", "02 511 11 11", "fr"), ContactNow(2, "Bart", "Moreau")),
        addresses=(AddressNow(1, 1, "chloe@claes.example", "chloe@claes.example"),),
        links=frozenset({(1, 1), (2, 2)}),
        uses=(UseNow(1, 1, notify=True),),
        staff=STAFF,
        groups=("Familles",),
        tags=("TVA mensuelle",),
    )
