"""What each row will do: pure. Rows are walked in their order; the first that speaks about a field decides it.

`make_plan` is asked twice: for the preview, and again, against rows that are locked, when the import is carried out.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from clients.importing.drafts import AccountDraft, AddressDraft, Changeable, ContactDraft, UseDraft, Value
from clients.importing.enums import Field, ProblemCode, Severity, Verdict
from clients.importing.headings import fold
from clients.importing.matching_accounts import NEW_KIND, AccountMatches, match_accounts
from clients.importing.matching_contacts import ContactMatches, match_contacts
from clients.importing.problems import Problem, problem
from clients.importing.rows import SWITCHES, ClientRow, StaffMember
from clients.importing.world import World
from clients.names import email_key

ATTRIBUTES = {
    Field.REFERENCE: "reference",
    Field.ACCOUNT: "name",
    Field.KIND: "kind",
    Field.MANAGER: "manager",
    Field.GROUP: "group",
    Field.CLIENT_SINCE: "client_since",
    Field.FIRST_NAME: "first_name",
    Field.LAST_NAME: "last_name",
    Field.PHONE: "phone",
    Field.LANGUAGE: "language",
    Field.LOGIN: "login",
    Field.NOTIFY: "notify",
    Field.EMAIL_SYNC: "email_sync",
}
NEW_ACCOUNT, NEW_CONTACT, LINKED, NEW_ADDRESS = "new_account", "new_contact", "linked", "new_address"


@dataclass(frozen=True, slots=True)
class Change:
    """`what` is a field, or one of the four words above; `whose` names the account, person or address concerned."""

    what: str
    whose: str
    old: str = ""
    new: str = ""


@dataclass(slots=True)
class Step:
    """What one row does."""

    row: ClientRow
    problems: list[Problem]
    changes: list[Change] = field(default_factory=list)
    account: AccountDraft | None = None
    contact: ContactDraft | None = None
    made: list[AccountDraft | ContactDraft | AddressDraft] = field(default_factory=list)
    linked: list[tuple[AccountDraft, ContactDraft]] = field(default_factory=list)
    changed: dict[Changeable, set[Field]] = field(default_factory=dict)
    tagged: list[tuple[AccountDraft, str]] = field(default_factory=list)

    @property
    def verdict(self) -> Verdict:
        if any(found.severity is Severity.ERROR for found in self.problems):
            return Verdict.REFUSED
        if self.made or self.linked:
            return Verdict.NEW
        return Verdict.CHANGED if self.changes else Verdict.SAME

    def brings(self, use: UseDraft) -> bool:
        """True when the address is new in the account: then there was no switch before."""
        return use.address in self.made or (use.account, use.address.contact) in self.linked


def make_plan(rows: Sequence[ClientRow], world: World, *, until: int | None = None) -> list[Step]:
    """One step a row. With `until` only so many rows are walked, in the light of all: the drafts stand as those rows leave them."""
    accounts = match_accounts(rows, world.accounts)
    contacts = match_contacts(rows, accounts.of_row, world)
    _refuse_empty_accounts(accounts, contacts)
    walk = _Walk(accounts, contacts, world)
    return [walk.step(row) for row in rows[:until]]


def _refuse_empty_accounts(accounts: AccountMatches, contacts: ContactMatches) -> None:
    """An account always has somebody (A05): a new one of which no row names a person stays out."""
    peopled = {accounts.of_row[number] for number in contacts.of_row}
    for number, account in list(accounts.of_row.items()):
        if account.id is None and account not in peopled:
            accounts.refused[number] = problem(ProblemCode.NOBODY, None, account.final_name)


class _Walk:
    def __init__(self, accounts: AccountMatches, contacts: ContactMatches, world: World) -> None:
        self._accounts = accounts
        self._contacts = contacts
        known = {draft.id: draft for draft in accounts.drafts if draft.id is not None}
        self._links = {(known[account], contacts.drafts[contact]) for account, contact in world.links}
        addresses = {now.id: AddressDraft.of(now, contacts.drafts[now.contact_id]) for now in world.addresses}
        self._addresses = {draft.key: draft for draft in addresses.values()}
        uses = [UseDraft.of(now, known[now.account_id], addresses[now.address_id]) for now in world.uses]
        self._uses = {(use.account, use.address): use for use in uses}
        self._groups = {fold(name): name for name in world.groups}
        self._tags = {fold(name): name for name in world.tags}

    def step(self, row: ClientRow) -> Step:
        step = Step(row, list(row.problems))
        refused = self._accounts.refused.get(row.number)
        if refused is not None:
            step.problems.append(refused)
        elif not row.is_refused:
            self._walk_account(step, self._accounts.of_row[row.number])
            self._walk_person(step)
        step.problems.sort(key=_place)
        if step.verdict is Verdict.REFUSED:  # notes tell how something goes in
            step.problems = [found for found in step.problems if found.severity is not Severity.NOTE]
        return step

    def _walk_account(self, step: Step, account: AccountDraft) -> None:
        step.account = account
        row = step.row
        if account.id is None and not account.is_made:
            self._make_account(step, account)
        if row.reference and not account.reference:
            _decide(step, account, Field.REFERENCE, row.reference)
        _decide(step, account, Field.ACCOUNT, row.account)
        _decide(step, account, Field.KIND, row.kind)
        _decide(step, account, Field.MANAGER, row.manager)
        _decide(step, account, Field.GROUP, self._groups.setdefault(fold(row.group), row.group) if row.group else "")
        _decide(step, account, Field.CLIENT_SINCE, row.client_since)
        self._walk_tags(step, account)
        if row.reference and not row.account and Field.ACCOUNT in row.columns:
            named = problem(ProblemCode.NAME_FROM_REFERENCE, row.columns[Field.ACCOUNT], "", reference=row.reference, name=account.name)
            step.problems.append(named)
        if account.archived:
            step.problems.append(problem(ProblemCode.ARCHIVED, None, account.name))

    def _make_account(self, step: Step, account: AccountDraft) -> None:
        account.is_made = True
        account.name = account.final_name
        account.kind = account.final_kind or NEW_KIND
        step.made.append(account)
        step.changes.append(Change(NEW_ACCOUNT, account.name))
        if account.kind_is_guessed and not any(found.code is ProblemCode.UNKNOWN_KIND for found in step.problems):
            step.problems.append(problem(ProblemCode.MISSING_KIND, step.row.columns.get(Field.KIND), account.name))

    def _walk_tags(self, step: Step, account: AccountDraft) -> None:
        """Tags are added and never taken away: several rows of an account may each bring some."""
        before = ", ".join(account.tags.values())
        for tag in step.row.tags:
            if fold(tag) not in account.tags:
                account.tags[fold(tag)] = self._tags.setdefault(fold(tag), tag)
                step.tagged.append((account, account.tags[fold(tag)]))
        if step.tagged and account not in step.made:
            step.changes.append(Change(Field.TAGS, account.name, before, ", ".join(account.tags.values())))

    def _walk_person(self, step: Step) -> None:
        row = step.row
        lost = self._contacts.lost.get(row.number)
        if lost is not None:
            step.problems.append(lost)
        contact = self._contacts.of_row.get(row.number)
        if contact is None or step.account is None:
            return
        step.contact = contact
        if contact.id is None and not contact.is_made:
            _make_contact(step, contact)
        _decide(step, contact, Field.FIRST_NAME, row.first_name)
        _decide(step, contact, Field.LAST_NAME, row.last_name)
        _decide(step, contact, Field.PHONE, row.phone)
        _decide(step, contact, Field.LANGUAGE, row.language)
        self._link(step, step.account, contact)
        self._walk_addresses(step, step.account, contact)

    def _link(self, step: Step, account: AccountDraft, contact: ContactDraft) -> None:
        if (account, contact) not in self._links:
            self._links.add((account, contact))
            step.linked.append((account, contact))
            if contact not in step.made:
                step.changes.append(Change(LINKED, contact.name, "", account.name))

    def _walk_addresses(self, step: Step, account: AccountDraft, contact: ContactDraft) -> None:
        row = step.row
        if row.email and self._contacts.owner_of[email_key(row.email)] is contact:
            address = self._address(step, contact, row.email)
            use = self._uses.setdefault((account, address), UseDraft(account, address))
            for switch, value in zip(SWITCHES, (row.login, row.notify, row.email_sync), strict=True):
                _decide(step, use, switch, value)
        for email in row.other_emails:
            owner = self._contacts.owner_of[email_key(email)]
            if owner is contact:
                self._address(step, contact, email)
            else:
                at = row.columns.get(Field.OTHER_EMAIL, row.columns.get(Field.EMAIL))
                step.problems.append(problem(ProblemCode.EMAIL_OF_ANOTHER, at, email, owner=owner.name or email))

    def _address(self, step: Step, contact: ContactDraft, email: str) -> AddressDraft:
        key = email_key(email)
        if key not in self._addresses:
            self._addresses[key] = AddressDraft(None, contact, email, key)
            step.made.append(self._addresses[key])
            if contact not in step.made:
                step.changes.append(Change(NEW_ADDRESS, contact.name, "", email))
        return self._addresses[key]


def _make_contact(step: Step, contact: ContactDraft) -> None:
    contact.is_made = True
    row = step.row
    step.made.append(contact)
    if not any(contact.final_key):
        contact.last_name = (row.email or row.other_emails[0])[:80]
        step.problems.append(problem(ProblemCode.MISSING_NAME, row.columns.get(Field.LAST_NAME), contact.last_name))
    step.changes.append(Change(NEW_CONTACT, row.person or contact.last_name))


def _decide(step: Step, draft: Changeable, what: Field, value: Value) -> None:
    """The first row that says something about a field decides it; a later one that says otherwise is named."""
    if value is None or value == "":
        return
    attribute = ATTRIBUTES[what]
    old: Value = getattr(draft, attribute)
    if what in draft.decided:
        if not _agree(what, old, value):
            at = step.row.columns.get(what)
            earlier = draft.decided[what]
            step.problems.append(problem(ProblemCode.DIFFERS, at, as_words(value), row=earlier, kept=as_words(old), field=what.value))
        return
    draft.decided[what] = step.row.number
    if old == value:
        return
    setattr(draft, attribute, value)
    step.changed.setdefault(draft, set()).add(what)
    if isinstance(draft, UseDraft):
        before = "" if step.brings(draft) else as_words(old)
        step.changes.append(Change(what, draft.address.email, before, as_words(value)))
    elif draft not in step.made:
        step.changes.append(Change(what, draft.name, as_words(old), as_words(value)))


def _agree(what: Field, old: Value, new: Value) -> bool:
    if what is Field.PHONE:
        return [c for c in str(old) if c.isdigit()] == [c for c in str(new) if c.isdigit()]
    if isinstance(old, str) and isinstance(new, str):
        return old == new or (fold(old) == fold(new) != "")
    return old == new


def _place(found: Problem) -> int:
    """Column by column; what concerns the whole row comes first."""
    return -1 if found.column is None else found.column


def as_words(value: Value) -> str:
    """As it is stored with the import; `sentences.py` puts kinds and switches into the reader's language."""
    match value:
        case None:
            return ""
        case bool():
            return "on" if value else "off"
        case date():
            return value.isoformat()
        case StaffMember():
            return value.name
        case _:
            return str(value)
