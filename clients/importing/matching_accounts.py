"""Which account each row means: pure. By reference; without one, by name and kind.

Decisions rest on the whole file and on what its rows leave in the end, so that a file taken in by parts, or twice, means the same.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from clients.enums import AccountKind
from clients.importing.client_row import ClientRow
from clients.importing.drafts import AccountDraft, likeness
from clients.importing.enums import Field, ProblemCode
from clients.importing.problems import Problem, problem
from clients.importing.world import AccountNow

NEW_KIND = AccountKind.COMPANY  # what a new account is when no row says it


@dataclass(slots=True)
class AccountMatches:
    drafts: list[AccountDraft]
    of_row: dict[int, AccountDraft] = field(default_factory=dict)  # row number -> account
    refused: dict[int, Problem] = field(default_factory=dict)  # row number -> why no account could be told


def match_accounts(rows: Sequence[ClientRow], accounts: Iterable[AccountNow]) -> AccountMatches:
    matches = AccountMatches([AccountDraft.of(now) for now in accounts])
    usable = [row for row in rows if not row.is_refused]
    unreferenced = [row for row in usable if not row.reference]
    named = [row for row in unreferenced if row.account]
    _match_references(matches, [row for row in usable if row.reference], {likeness(row.account) for row in named})
    _refuse_nameless(matches, [row for row in unreferenced if not row.account])
    _match_names(matches, [row for row in named if row.kind], by_kind=True)
    _match_names(matches, [row for row in named if not row.kind], by_kind=False)
    _settle_relations(matches, usable)
    return matches


def _match_references(matches: AccountMatches, rows: Iterable[ClientRow], named_elsewhere: set[str]) -> None:
    known: dict[str, AccountDraft] = {}
    for account in matches.drafts:
        if account.reference:
            known.setdefault(account.reference.casefold(), account)
    groups: dict[str, list[ClientRow]] = defaultdict(list)
    for row in rows:
        groups[row.reference.casefold()].append(row)
    adoptable = _Adoptable(matches.drafts, groups.values(), named_elsewhere)
    for reference, group in groups.items():
        draft: AccountDraft | None = known.get(reference) or adoptable.find(group) or _new_account(matches, group)
        for row in group:
            if draft is None:
                where = row.columns.get(Field.ACCOUNT, row.columns.get(Field.REFERENCE))
                matches.refused[row.number] = problem(ProblemCode.UNKNOWN_REFERENCE, where, row.reference)
            else:
                matches.of_row[row.number] = draft
        if draft is not None:
            draft.final_name = _first_name(group) or draft.final_name
            draft.final_kind = _first_kind(group) or draft.kind


class _Adoptable:
    """Accounts made by hand without a reference: the only rows of the file that bear such a name give it theirs."""

    def __init__(self, drafts: Iterable[AccountDraft], groups: Iterable[list[ClientRow]], named_elsewhere: set[str]) -> None:
        self._claims = Counter([*(likeness(_first_name(group)) for group in groups), *named_elsewhere])
        self._drafts: dict[str, list[AccountDraft]] = defaultdict(list)
        for draft in drafts:
            if not draft.reference and not draft.archived:
                self._drafts[likeness(draft.name)].append(draft)

    def find(self, group: list[ClientRow]) -> AccountDraft | None:
        name = likeness(_first_name(group))
        kind = _first_kind(group)
        found = [draft for draft in self._drafts.get(name, []) if kind in (None, draft.kind)] if name else []
        return found[0] if len(found) == 1 and self._claims[name] == 1 else None


def _new_account(matches: AccountMatches, group: Sequence[ClientRow]) -> AccountDraft | None:
    name = _first_name(group)
    if not name:
        return None
    said = _first_kind(group)
    kind = said or NEW_KIND
    draft = AccountDraft(None, group[0].reference, name, kind, final_name=name, final_kind=kind, kind_is_guessed=said is None)
    matches.drafts.append(draft)
    return draft


def _refuse_nameless(matches: AccountMatches, rows: Iterable[ClientRow]) -> None:
    for row in rows:
        where = row.columns.get(Field.ACCOUNT, row.columns.get(Field.REFERENCE))
        matches.refused[row.number] = problem(ProblemCode.NO_ACCOUNT, where)


def _match_names(matches: AccountMatches, rows: Iterable[ClientRow], *, by_kind: bool) -> None:
    named: dict[str, list[AccountDraft]] = defaultdict(list)
    for draft in matches.drafts:
        named[likeness(draft.final_name)].append(draft)
    for row in rows:
        bearers = named[likeness(row.account)]
        found = [draft for draft in bearers if not by_kind or (draft.final_kind or draft.kind) == row.kind]
        if len(found) > 1:
            where = row.columns.get(Field.ACCOUNT)
            matches.refused[row.number] = problem(ProblemCode.SEVERAL_ACCOUNTS, where, row.account, count=len(found))
            continue
        if not found and (made := _new_account(matches, [row])):
            found = [made]
            bearers.append(made)
        matches.of_row[row.number] = found[0]


def _settle_relations(matches: AccountMatches, rows: Iterable[ClientRow]) -> None:
    """Client or supplier: what the first row that says it, and may, makes of each account."""
    settled: set[AccountDraft] = set()
    for row in rows:
        draft = matches.of_row.get(row.number)
        if row.relation and draft is not None and draft not in settled and draft.may_become(row.relation):
            settled.add(draft)
            draft.final_relation = row.relation


def _first_name(rows: Iterable[ClientRow]) -> str:
    return next((row.account for row in rows if row.account), "")


def _first_kind(rows: Iterable[ClientRow]) -> AccountKind | None:
    return next((row.kind for row in rows if row.kind), None)
