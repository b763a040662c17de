"""What a complete list has no longer, as the page of the import shows it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from clients.importing.enums import ImportState, RemovalKind, RemovalOutcome
from clients.importing.missing import MOST_MISSING
from clients.importing.models import ClientImport, ImportRemoval
from clients.importing.queries import removals_of

OUTCOME_COLORS = {
    RemovalOutcome.DONE: "green", RemovalOutcome.CHANGED: "grey", RemovalOutcome.LAST: "yellow", RemovalOutcome.NEEDED: "yellow",
    RemovalOutcome.FAILED: "red",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RemovalShown:
    """`word` says what became of it; empty where there is a tick to set. `account_code` leads to the guided change of an address."""

    position: int
    is_person: bool
    account: str
    account_code: str
    address_code: str
    person: str
    email: str
    replaced_by: str
    signs_in: bool
    is_ticked: bool
    outcome: str
    color: str


@dataclass(frozen=True, slots=True)
class MissingShown:
    """`is_open` while somebody can still tick; `is_unclear` where rows that stay out leave open what is missing."""

    removals: tuple[RemovalShown, ...]
    total: int
    is_open: bool
    is_unclear: bool

    @property
    def is_cut(self) -> bool:
        return self.total > MOST_MISSING

    @property
    def most(self) -> int:
        return MOST_MISSING

    @property
    def can_tick(self) -> bool:
        return self.is_open and any(not each.outcome for each in self.removals)


def show_missing(client_import: ClientImport) -> MissingShown | None:
    """None for a list of which nobody said that it is complete, and before it has been checked. One query."""
    if not client_import.is_complete or client_import.state in (ImportState.MATCHING, ImportState.CHECKING):
        return None
    is_open = client_import.state == ImportState.CHECKED
    removals = removals_of(client_import).select_related("account", "address")
    shown = tuple(_show(each, client_import) for each in removals)
    return MissingShown(shown, client_import.missing or 0, is_open, client_import.missing is None)


def _show(removal: ImportRemoval, client_import: ClientImport) -> RemovalShown:
    word, color = _outcome_of(removal, client_import)
    return RemovalShown(
        removal.position, removal.kind == RemovalKind.PERSON, removal.account_name, removal.account.code,
        removal.address.code if removal.address else "", removal.person, removal.email,
        removal.replaced_by, removal.signs_in, removal.is_ticked, word, color,
    )  # fmt: skip


def _outcome_of(removal: ImportRemoval, client_import: ClientImport) -> tuple[str, str]:
    outcome = RemovalOutcome(removal.outcome)
    if outcome is not RemovalOutcome.WAITING:
        return str(outcome.label), OUTCOME_COLORS[outcome]
    if client_import.state == ImportState.CHECKED:
        return "", ""
    if client_import.has_ended and removal.is_ticked:
        return _("Kept: the import ended before"), "grey"
    return (_("Being removed"), "azure") if removal.is_ticked and client_import.confirmed_at else (_("Kept: not ticked"), "grey")
