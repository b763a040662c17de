"""What a complete list has no longer, though the firm does: pure. Proposed to a person, never done unasked.

Only of accounts that the list names, and only where it can be told: while a row stays out, or names a person or an address that
cannot be read, what it may have meant counts as still there.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from clients.enums import FieldKind
from clients.importing.client_row import ClientRow
from clients.importing.enums import ProblemCode, RemovalKind, Verdict
from clients.importing.mapping import Mapping, customs_in, lists_addresses, names_people
from clients.importing.steps import BROUGHT_BACK, NEW_ADDRESS, Step
from clients.importing.world import World
from clients.names import email_key

MOST_MISSING = 200  # that are proposed at once
UNREADABLE_ADDRESS = frozenset({ProblemCode.INVALID_EMAIL, ProblemCode.EMAIL_OF_ANOTHER, ProblemCode.SPREADSHEET_ERROR})


@dataclass(frozen=True, slots=True)
class Missing:
    """Somebody of an account, or, with `address_id`, an address of somebody: of those the account is one in which they stand."""

    account_id: int
    contact_id: int
    address_id: int | None = None
    replaced_by: str = ""  # the person's address that the list brings
    is_sure: bool = True  # the list has a column in which the address would stand

    @property
    def key(self) -> tuple[int, int, int]:
        """What it is, however often it is found."""
        return (0, 0, self.address_id) if self.address_id is not None else (self.account_id, self.contact_id, 0)

    @property
    def kind(self) -> RemovalKind:
        return RemovalKind.PERSON if self.address_id is None else RemovalKind.ADDRESS


def find_missing(steps: Sequence[Step], world: World, mapping: Mapping) -> list[Missing] | None:
    """In the order of the accounts' ids, people before addresses; None where rows that stay out leave it open."""
    if any(step.verdict is Verdict.REFUSED and not _concerns_nobody(step) for step in steps):
        return None
    named = _Named(world)
    for step in steps:
        named.take(step)
    people = list(named.missing_people()) if names_people(mapping) else []
    return sorted([*people, *named.missing_addresses(mapping)], key=lambda each: (each.account_id, each.contact_id, each.address_id or 0))


def _concerns_nobody(step: Step) -> bool:
    """A new account without anybody is no account that the firm has."""
    return any(found.code is ProblemCode.NOBODY for found in step.problems)


class _Named:
    """Who and what the rows of the list name."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._archived_accounts = {now.id for now in world.accounts if now.archived}
        self._archived_people = {now.id for now in world.contacts if now.archived}
        self._people: dict[int, set[int | None]] = defaultdict(set)  # account -> people, None for new ones
        self._unclear_accounts: set[int] = set()
        self._named: set[str] = set()  # keys of all addresses that stand in the list, whosever they are
        self._keys: dict[int, set[str]] = defaultdict(set)  # person -> keys of their addresses
        self._unclear_people: set[int] = set()
        self._brought: dict[int, list[str]] = defaultdict(list)  # person -> addresses that are new

    def take(self, step: Step) -> None:
        self._named |= {email_key(email) for email in emails_of(step.row)}
        if step.contact is not None and step.contact.id is not None:
            self._take_addresses(step, step.contact.id)
        if step.account is None or step.account.id is None or step.account.archived:
            return
        if step.contact is not None:
            self._people[step.account.id].add(step.contact.id)
        elif step.row.has_person or _is_unreadable(step):
            self._unclear_accounts.add(step.account.id)

    def _take_addresses(self, step: Step, contact_id: int) -> None:
        self._keys[contact_id] |= {email_key(email) for email in emails_of(step.row)}
        self._brought[contact_id] += [change.new for change in step.changes if change.what in (NEW_ADDRESS, BROUGHT_BACK)]
        if _is_unreadable(step):
            self._unclear_people.add(contact_id)

    def missing_people(self) -> Iterator[Missing]:
        """Never the last of an account (A05): somebody whom the list names stays, and is not archived."""
        for account_id, contact_id in self._world.links:
            named = self._people.get(account_id, set())
            stays = any(each not in self._archived_people for each in named)
            if stays and contact_id not in named and account_id not in self._unclear_accounts and contact_id not in self._archived_people:
                yield Missing(account_id, contact_id)

    def missing_addresses(self, mapping: Mapping) -> Iterator[Missing]:
        fields = {custom.id for custom in customs_in(mapping) if custom.kind == FieldKind.EMAIL}
        stands_in = {contact_id: account_id for account_id, contact_id in sorted(self._world.links, reverse=True)}
        for address in self._world.addresses:
            contact_id = address.contact_id
            if address.unlinked or address.key in self._named or contact_id in self._unclear_people or contact_id not in stands_in:
                continue
            if not self._keys.get(contact_id):
                continue  # a person of whom no row gives any address keeps theirs
            if address.field_id is None or address.field_id in fields:
                brought = self._brought[contact_id]
                is_sure = address.is_primary or lists_addresses(mapping)
                yield Missing(stands_in[contact_id], contact_id, address.id, brought[0] if brought else "", is_sure)


def emails_of(row: ClientRow) -> list[str]:
    return [email for email in (row.email, *row.other_emails) if email]


def _is_unreadable(step: Step) -> bool:
    """Whether an address of the row could not be read, or is somebody else's: it may have meant any of the person's."""
    return any(found.code in UNREADABLE_ADDRESS for found in step.problems)
