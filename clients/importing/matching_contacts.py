"""Which person each row means: pure. By e-mail address; else by name inside the account.

In one firm an address is one person's. Whoever bears another first name than its owner is somebody else: that row's address stays
out. Decisions rest on the whole file and on what its rows leave in the end, so that a file taken in by parts, or twice, means the same.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from clients.importing.client_row import ClientRow
from clients.importing.drafts import AccountDraft, ContactDraft
from clients.importing.enums import Field, ProblemCode
from clients.importing.headings import fold
from clients.importing.problems import Problem, problem
from clients.importing.world import World
from clients.names import email_key


@dataclass(slots=True)
class ContactMatches:
    drafts: dict[int, ContactDraft]  # those the firm has, by id
    of_row: dict[int, ContactDraft] = field(default_factory=dict)  # row number -> person
    owner_of: dict[str, ContactDraft] = field(default_factory=dict)  # address key -> whose it is in the end
    lost: dict[int, Problem] = field(default_factory=dict)  # row number -> why its person or first address stays out


def identity_of(row: ClientRow) -> str:
    """The address by which a row's person is known: the first it gives."""
    return email_key(row.email or next(iter(row.other_emails), ""))


def match_contacts(rows: Sequence[ClientRow], accounts: dict[int, AccountDraft], world: World) -> ContactMatches:
    """`accounts` tells the account of each row that has one, by row number; only those rows are looked at."""
    return _Matcher([row for row in rows if row.number in accounts and row.has_person], accounts, world).match()


class _Matcher:
    def __init__(self, rows: list[ClientRow], accounts: dict[int, AccountDraft], world: World) -> None:
        self._accounts = accounts
        self._matches = ContactMatches({now.id: ContactDraft.of(now) for now in world.contacts})
        drafts = self._matches.drafts
        self._matches.owner_of = {now.key: drafts[now.contact_id] for now in world.addresses}
        self._linked: dict[int | AccountDraft, list[ContactDraft]] = defaultdict(list)
        for account_id, contact_id in sorted(world.links):
            self._linked[account_id].append(drafts[contact_id])
        self._groups: dict[str, list[ClientRow]] = defaultdict(list)
        for row in rows:
            if identity := identity_of(row):
                self._groups[identity].append(row)
        self._named_by: dict[str, set[str]] = defaultdict(set)  # address -> the identities of the rows that name it
        for row in rows:
            for address in (row.email, *row.other_emails):
                self._named_by[email_key(address)].add(identity_of(row))
        self._rows = rows
        self._renamed: set[ContactDraft] = set()

    def match(self) -> ContactMatches:
        self._drop_rows_of_others()
        claimed = {self._matches.owner_of[key] for key in self._groups if key in self._matches.owner_of}
        for key, group in self._groups.items():
            draft = self._matches.owner_of.get(key) or self._recognised(group, claimed) or ContactDraft(None)
            claimed.add(draft)
            self._matches.owner_of[key] = draft
            for row in group:
                self._matches.of_row[row.number] = draft
        self._settle_names()
        self._match_by_name()
        self._settle_other_addresses()
        return self._matches

    def _drop_rows_of_others(self) -> None:
        """Takes the rows out of each address's group that bear another first name than the address's owner."""
        first_names: dict[ContactDraft | str, str] = {}
        owners: dict[str, ContactDraft | str] = {key: self._matches.owner_of.get(key, key) for key in self._groups}
        for row in self._rows:
            owner = owners.get(identity_of(row), "")
            known = owner.first_name if isinstance(owner, ContactDraft) else ""
            first_names[owner] = first_names.get(owner) or fold(known) or fold(row.first_name)
        for key in list(self._groups):
            right = first_names[owners[key]]
            others = [row for row in self._groups[key] if fold(row.first_name) not in ("", right)]
            self._groups[key] = [row for row in self._groups[key] if row not in others]
            for row in others:
                if row.email:
                    whose = self._name_of(owners[key], right)
                    self._matches.lost[row.number] = problem(
                        ProblemCode.EMAIL_OF_ANOTHER, row.columns.get(Field.EMAIL), row.email, owner=whose
                    )
            if not self._groups[key]:
                del self._groups[key]

    def _name_of(self, owner: ContactDraft | str, first_name: str) -> str:
        if isinstance(owner, ContactDraft):
            return owner.name
        return next((row.person for row in self._groups[owner] if fold(row.first_name) == first_name), owner)

    def _recognised(self, group: list[ClientRow], claimed: set[ContactDraft]) -> ContactDraft | None:
        """Somebody the firm has, under a new address: told by another address of the row, else by name in the account."""
        person = _person_of(group)
        for row in group if any(person) else ():
            known = {self._matches.owner_of[key] for key in self._own_keys(row) if key in self._matches.owner_of}
            namesakes = {draft for draft in self._linked[self._linked_key(row)] if draft.id is not None}
            for candidates in (known, namesakes):
                found = [draft for draft in candidates if draft not in claimed and draft.final_key == person]
                if len(found) == 1:
                    return found[0]
        return None

    def _own_keys(self, row: ClientRow) -> list[str]:
        """The further addresses of a row that no row of somebody else names."""
        keys = map(email_key, row.other_emails)
        return [key for key in keys if self._named_by[key] == {identity_of(row)}]

    def _linked_key(self, row: ClientRow) -> int | AccountDraft:
        account = self._accounts[row.number]
        return account if account.id is None else account.id

    def _settle_names(self) -> None:
        """The names that the file leaves in the end, and who then stands in which account."""
        for row in self._rows:
            draft = self._matches.of_row.get(row.number)
            if draft is not None:
                self._settle_name(draft, row)
                if draft not in (linked := self._linked[self._linked_key(row)]):
                    linked.append(draft)

    def _settle_name(self, draft: ContactDraft, row: ClientRow) -> None:
        first, last = draft.final_key
        given_first, given_last = row.person_key
        if given_last and draft not in self._renamed:  # the first row that names somebody decides
            self._renamed.add(draft)
            last = given_last
        draft.final_key = (first or given_first, last)

    def _match_by_name(self) -> None:
        for row in self._rows:
            if row.number not in self._matches.of_row and any(row.person_key):
                self._match_one_by_name(row)

    def _match_one_by_name(self, row: ClientRow) -> None:
        linked = self._linked[self._linked_key(row)]
        found = [draft for draft in linked if draft.final_key == row.person_key]
        if len(found) > 1:
            at = row.columns.get(Field.LAST_NAME, row.columns.get(Field.FIRST_NAME))
            self._matches.lost[row.number] = problem(ProblemCode.SEVERAL_PEOPLE, at, row.person, count=len(found))
            return
        if not found:
            found = [ContactDraft(None, final_key=row.person_key)]
            linked.append(found[0])
        self._matches.of_row[row.number] = found[0]

    def _settle_other_addresses(self) -> None:
        """A further address nobody has belongs to the first who names it."""
        for row in self._rows:
            draft = self._matches.of_row.get(row.number)
            for other in row.other_emails if draft is not None else ():
                self._matches.owner_of.setdefault(email_key(other), draft)  # type: ignore[arg-type]


def _person_of(group: Sequence[ClientRow]) -> tuple[str, str]:
    """Folded first and last name, each from the first row that gives one."""
    keys = [row.person_key for row in group]
    return next((first for first, _ in keys if first), ""), next((last for _, last in keys if last), "")
