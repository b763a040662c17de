"""What each row will do: pure. Rows are walked in their order; the first that speaks about a field decides it.

`make_plan` is asked twice: for the preview, and again, against rows that are locked, when the import is carried out.
"""

from collections import defaultdict
from collections.abc import Sequence

from clients.enums import Relation
from clients.importing.client_row import SWITCHES, ClientRow
from clients.importing.custom import Custom
from clients.importing.drafts import AccountDraft, AddressDraft, ContactDraft, UseDraft
from clients.importing.enums import Field, ProblemCode, Severity, Verdict
from clients.importing.headings import fold
from clients.importing.matching_accounts import NEW_KIND, AccountMatches, match_accounts
from clients.importing.matching_contacts import ContactMatches, match_contacts
from clients.importing.problems import Problem, problem
from clients.importing.steps import (
    ATTRIBUTES,
    BROUGHT_BACK,
    LINKED,
    NEW_ACCOUNT,
    NEW_ADDRESS,
    NEW_CONTACT,
    Change,
    Step,
    as_words,
    contradiction,
    decide,
    decide_custom,
)
from clients.importing.world import World
from clients.names import email_key

NOT_OF_SUPPLIERS = (Field.LOGIN, Field.NOTIFY)


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
        self._uses_of: dict[AccountDraft, list[UseDraft]] = defaultdict(list)
        for use in uses:
            self._uses_of[use.account].append(use)
        self._in_field = {(draft.contact, draft.field_id): draft for draft in addresses.values() if draft.field_id and not draft.unlinked}
        self._taken, self._hides_taken = world.taken, world.hides_taken
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
            decide(step, account, Field.REFERENCE, row.reference)
        decide(step, account, Field.ACCOUNT, row.account)
        decide(step, account, Field.KIND, row.kind)
        self._walk_relation(step, account)
        decide(step, account, Field.MANAGER, row.manager)
        decide(step, account, Field.GROUP, self._groups.setdefault(fold(row.group), row.group) if row.group else "")
        decide(step, account, Field.CLIENT_SINCE, row.client_since)
        self._walk_tags(step, account)
        if row.reference and not row.account and Field.ACCOUNT in row.columns:
            named = problem(ProblemCode.NAME_FROM_REFERENCE, row.columns[Field.ACCOUNT], "", reference=row.reference, name=account.name)
            step.problems.append(named)
        if account.archived:
            step.problems.append(problem(ProblemCode.ARCHIVED, None, account.name))

    def _walk_relation(self, step: Step, account: AccountDraft) -> None:
        """Suppliers have no portal and nothing is asked of them (M24): LOGIN and NOTIFY go off, each told by its address."""
        if not account.may_become(step.row.relation):
            step.problems.append(problem(ProblemCode.STILL_ASKED, step.row.columns.get(Field.RELATION), account.name))
            return
        before = account.relation
        decide(step, account, Field.RELATION, step.row.relation)
        if account.relation == Relation.SUPPLIER != before:
            for use in self._uses_of[account]:
                for switch in NOT_OF_SUPPLIERS:
                    self._switch_off(step, use, switch)

    def _switch_off(self, step: Step, use: UseDraft, switch: Field) -> None:
        if getattr(use, ATTRIBUTES[switch]):
            setattr(use, ATTRIBUTES[switch], False)
            step.changed.setdefault(use, set()).add(switch)
            step.changes.append(Change(switch, use.address.email, as_words(True), as_words(False)))

    def _make_account(self, step: Step, account: AccountDraft) -> None:
        account.is_made = True
        account.name = account.final_name
        account.kind = account.final_kind or NEW_KIND
        account.relation = account.final_relation
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
        decide(step, contact, Field.FIRST_NAME, row.first_name)
        decide(step, contact, Field.LAST_NAME, row.last_name)
        decide(step, contact, Field.PHONE, row.phone)
        decide(step, contact, Field.LANGUAGE, row.language)
        for custom, value in row.custom:
            decide_custom(step, contact, custom, value)
        if contact.archived:
            step.problems.append(problem(ProblemCode.ARCHIVED_PERSON, None, contact.name))
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
            self._walk_switches(step, self._use(account, address))
        for email in row.other_emails:
            owner = self._contacts.owner_of[email_key(email)]
            if owner is contact:
                self._address(step, contact, email)
            else:
                step.problems.append(problem(ProblemCode.EMAIL_OF_ANOTHER, _column_of(row, email), email, owner=owner.name or email))
        for custom, email in row.custom_emails:
            if self._contacts.owner_of[email_key(email)] is contact:
                self._fill(step, contact, custom, self._address(step, contact, email))

    def _use(self, account: AccountDraft, address: AddressDraft) -> UseDraft:
        if (account, address) not in self._uses:
            self._uses[account, address] = UseDraft(account, address)
            self._uses_of[account].append(self._uses[account, address])
        return self._uses[account, address]

    def _walk_switches(self, step: Step, use: UseDraft) -> None:
        row = step.row
        for switch, value in zip(SWITCHES, (row.login, row.notify, row.email_sync), strict=True):
            refused = self._refuse(use, switch) if value else None
            if refused is None:
                decide(step, use, switch, value)
            else:
                step.problems.append(problem(refused, row.columns.get(switch), use.address.email, name=use.account.name))

    def _refuse(self, use: UseDraft, switch: Field) -> ProblemCode | None:
        """Why a switch cannot go on; where LOGIN is on already nothing is asked."""
        if use.account.final_relation == Relation.SUPPLIER and switch in NOT_OF_SUPPLIERS:
            return ProblemCode.SWITCH_OF_SUPPLIER
        if use.login or switch is not Field.LOGIN:
            return None
        if self._hides_taken:
            return ProblemCode.LOGIN_NOT_TOLD
        return ProblemCode.LOGIN_IN_USE if use.address.key in self._taken else None

    def _fill(self, step: Step, contact: ContactDraft, custom: Custom, address: AddressDraft) -> None:
        """Puts an address into a custom e-mail field; the one that stood there stays, as an address like any other (C03)."""
        before = self._in_field.get((contact, custom.id))
        if custom in contact.decided:
            if before is not address:
                kept = before.email if before else ""
                step.problems.append(contradiction(step, custom, address.email, contact.decided[custom], kept))
            return
        if address.filled_by and before is not address:
            step.problems.append(problem(ProblemCode.IN_ANOTHER_FIELD, step.row.columns.get(custom), address.email))
            return
        contact.decided[custom] = address.filled_by = step.row.number
        if before is address:
            return
        self._move(step, address, custom.id)
        if contact not in step.made:
            step.changes.append(Change(custom.word, contact.name, before.email if before else "", address.email))

    def _move(self, step: Step, address: AddressDraft, field_id: int) -> None:
        if (before := self._in_field.get((address.contact, field_id))) is not None:
            before.field_id = None
            step.filled.append(before)
        if address.field_id is not None:
            del self._in_field[address.contact, address.field_id]
        address.field_id = field_id
        self._in_field[address.contact, field_id] = address
        step.filled.append(address)

    def _address(self, step: Step, contact: ContactDraft, email: str) -> AddressDraft:
        key = email_key(email)
        if key not in self._addresses:
            self._addresses[key] = AddressDraft(None, contact, email, key)
            step.made.append(self._addresses[key])
            if contact not in step.made:
                step.changes.append(Change(NEW_ADDRESS, contact.name, "", email))
        elif self._addresses[key].unlinked:
            self._bring_back(step, contact, self._addresses[key])
        return self._addresses[key]

    def _bring_back(self, step: Step, contact: ContactDraft, address: AddressDraft) -> None:
        """An address that had been replaced is its contact's again; where it signs in, it goes on doing so."""
        address.unlinked, address.field_id = False, None
        step.brought_back.append(address)
        step.changes.append(Change(BROUGHT_BACK, contact.name, "", address.email))


def _column_of(row: ClientRow, email: str) -> int | None:
    """Where a further address stands."""
    of_custom = (row.columns.get(custom) for custom, each in row.custom_emails if each == email)
    return next(of_custom, row.columns.get(Field.OTHER_EMAIL, row.columns.get(Field.EMAIL)))


def _make_contact(step: Step, contact: ContactDraft) -> None:
    contact.is_made = True
    row = step.row
    step.made.append(contact)
    if not any(contact.final_key):
        contact.last_name = (row.email or row.other_emails[0])[:80]
        step.problems.append(problem(ProblemCode.MISSING_NAME, row.columns.get(Field.LAST_NAME), contact.last_name))
    step.changes.append(Change(NEW_CONTACT, row.person or contact.last_name))


def _place(found: Problem) -> int:
    """Column by column; what concerns the whole row comes first."""
    return -1 if found.column is None else found.column
