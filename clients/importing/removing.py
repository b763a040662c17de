"""What a complete list has no longer: kept as proposals at the check, and taken away where somebody has ticked it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef

from clients.addresses import remove_address
from clients.errors import LastContact
from clients.importing.enums import RemovalKind, RemovalOutcome
from clients.importing.missing import MOST_MISSING, Missing
from clients.importing.models import ClientImport, ImportRemoval
from clients.importing.queries import removals_of
from clients.importing.snapshot import Ids
from clients.importing.world import World
from clients.models import Account, AccountAddress, Address, Contact
from clients.needed import needed_among
from clients.people import unlink_contact
from firms.actors import Actor
from firms.models import Firm

PART_REMOVALS = 50


def save_missing(client_import: ClientImport, missing: Sequence[Missing] | None, world: World) -> None:
    """Replaces the proposals of an import; ticked are those of which the list is sure and that end nobody's access."""
    client_import.removals.all().delete()
    client_import.missing = None if missing is None else len(missing)
    shown = (missing or ())[:MOST_MISSING]
    names = _Names(world)
    needed = needed_among(client_import.firm, [(each.account_id, each.contact_id) for each in shown if each.address_id is None])
    ImportRemoval.objects.bulk_create(
        names.removal(client_import, position, each, is_needed=each.address_id is None and (each.account_id, each.contact_id) in needed)
        for position, each in enumerate(shown)
    )


class _Names:
    """What the proposals say of whom they concern."""

    def __init__(self, world: World) -> None:
        self._accounts = {now.id: now.name for now in world.accounts}
        self._people = {now.id: f"{now.first_name} {now.last_name}".strip() for now in world.contacts}
        self._addresses = {now.id: now for now in world.addresses}
        self._signing_in = {
            (use.account_id, self._addresses[use.address_id].contact_id)
            for use in world.uses
            if use.login and self._addresses[use.address_id].signs_in
        }

    def removal(self, client_import: ClientImport, position: int, each: Missing, *, is_needed: bool) -> ImportRemoval:
        address = self._addresses.get(each.address_id or 0)
        signs_in = address.signs_in if address else (each.account_id, each.contact_id) in self._signing_in
        return ImportRemoval(
            firm_id=client_import.firm_id,
            client_import=client_import,
            position=position,
            kind=each.kind,
            account_id=each.account_id,
            contact_id=each.contact_id,
            address_id=each.address_id,
            account_name=self._accounts[each.account_id],
            person=self._people[each.contact_id],
            email=address.email if address else "",
            replaced_by=each.replaced_by,
            signs_in=signs_in,
            is_ticked=each.is_sure and not signs_in and not is_needed,
            outcome=RemovalOutcome.NEEDED if is_needed else RemovalOutcome.WAITING,
        )


def next_removals(client_import: ClientImport) -> list[ImportRemoval]:
    """What is ticked and still to be carried out, as much as one transaction takes."""
    waiting = removals_of(client_import).filter(is_ticked=True, outcome=RemovalOutcome.WAITING)
    return list(waiting.select_related("account__firm", "contact", "address")[: min(PART_REMOVALS, client_import.part_rows)])


def ids_of_removals(removals: Sequence[ImportRemoval]) -> Ids:
    return Ids(
        {each.account_id for each in removals},
        {each.contact_id for each in removals},
        {each.address_id for each in removals if each.address_id is not None},
    )


@dataclass(frozen=True, slots=True)
class Remover:
    """Takes away what is still missing, under the name of whoever confirmed; each has its activity line."""

    firm: Firm
    by: Actor
    now: datetime

    def carry_out(self, removals: Sequence[ImportRemoval], still: Sequence[Missing]) -> None:
        """Writes what became of each."""
        missing = {each.key for each in still}
        for each in removals:
            is_missing = Missing(each.account_id, each.contact_id, each.address_id).key in missing
            each.outcome = self._remove(each) if is_missing else RemovalOutcome.CHANGED
        ImportRemoval.objects.bulk_update(removals, ["outcome"])

    def _remove(self, removal: ImportRemoval) -> RemovalOutcome:
        account: Account = removal.account
        contact: Contact = removal.contact
        if removal.kind == RemovalKind.ADDRESS:
            assert removal.address is not None
            remove_address(account=account, address=removal.address, by=self.by, now=self.now)
            return RemovalOutcome.DONE
        if needed_among(self.firm, [(account.pk, contact.pk)]):
            return RemovalOutcome.NEEDED
        try:
            unlink_contact(account=account, contact=contact, by=self.by, now=self.now)
        except LastContact:
            return RemovalOutcome.LAST
        return RemovalOutcome.DONE


def forget_unlinked(firm: Firm, now: datetime) -> None:
    """Replaced addresses of which an import has taken the last LOGIN have nothing left (M15)."""
    unlinked = Address.objects.filter(firm=firm, unlinked_at__isnull=False)
    AccountAddress.objects.filter(firm=firm, address__in=unlinked, login=False).delete()
    unlinked.exclude(Exists(AccountAddress.objects.filter(firm=firm, address=OuterRef("pk")))).update(removed_at=now)
