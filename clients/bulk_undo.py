"""Taking an act on many accounts back, where it still stands as the act left it."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils.dateparse import parse_datetime

from clients.bulk import Bulk, add_tag, set_archived, switch_notify, take_tag_away, tell_column
from clients.enums import BulkAct, Relation
from clients.locks import lock_addresses
from clients.models import Account, AccountAddress, Address, BulkChange, Group, Tag
from clients.queries import visible_accounts
from firms.actors import Actor
from firms.doors import powers
from firms.enums import Right
from firms.models import ActivityLine, Staff
from firms.rules import has_right

UNDO_WITHIN = timedelta(minutes=15)  # as long as it is a slip: who gave accounts away is not to fetch them back at will

Rows = Mapping[int, Any]  # id of each row that the act has changed -> what it held


class TooLate(Exception):
    """The act was done longer than `UNDO_WITHIN` ago."""


@dataclass(frozen=True, slots=True)
class Undone:
    """How many accounts are as they were before, and how many were left alone: changed since, or no longer this person's to change."""

    back: int
    left: int


def get_bulk_change_for(staff: Staff, code: str) -> BulkChange:
    """One's own; 404 for anybody else's."""
    return get_object_or_404(BulkChange, firm=staff.firm_id, staff=staff, code=code)


def accounts_of(change: BulkChange) -> list[int]:
    """Ids of the accounts that the act has changed."""
    rows = [int(pk) for pk in change.before["rows"]]
    if change.act not in (BulkAct.NOTIFY_ON, BulkAct.NOTIFY_OFF):
        return rows
    uses = AccountAddress.objects.filter(firm=change.firm_id, pk__in=rows).order_by()
    return list(uses.values_list("account", flat=True).distinct())


@transaction.atomic
def undo_in_bulk(*, change: BulkChange, staff: Staff, by: Actor, now: datetime, busy: Collection[int] = ()) -> Undone | None:
    """None where it has been undone already. `busy` accounts have open requests and stay out of the archive. Raises `TooLate`."""
    change = BulkChange.objects.select_for_update(no_key=True).get(firm=change.firm_id, pk=change.pk)
    if change.undone_at is not None:
        return None
    if now - change.at > UNDO_WITHIN:
        raise TooLate
    bulk = Bulk(staff.firm, _locked(change, staff), None, by, now)
    rows = {int(pk): held for pk, held in change.before["rows"].items()}
    UNDO[BulkAct(change.act)](bulk, change, rows, busy)
    ActivityLine.objects.bulk_create(bulk.lines)
    change.undone_at = now
    change.save(update_fields=["undone_at"])
    back = len({line.account_id for line in bulk.lines})
    return Undone(back, change.before["accounts"] - back)


def _locked(change: BulkChange, staff: Staff) -> dict[int, Account]:
    """Accounts that this person may change, or gave away by this very act."""
    found = Account.objects.filter(firm=change.firm_id, pk__in=accounts_of(change)).select_related("manager", "group")
    if change.act != BulkAct.MANAGER:
        found = found.filter(pk__in=visible_accounts(staff).values("pk"))
    able, held = has_right(powers(staff), Right.MANAGE_ACCOUNTS), change.before["rows"]
    given = {int(pk) for pk, manager in held.items() if manager == staff.pk} if change.act == BulkAct.MANAGER else set()
    locked = found.select_for_update(of=("self",), no_key=True).order_by("pk")
    return {each.pk: each for each in locked if able or each.manager_id == staff.pk or each.pk in given}


def _put_back(column: str, bulk: Bulk, change: BulkChange, rows: Rows) -> None:
    """Accounts that still have what the act gave them; what they had before may be gone meanwhile, and is then left alone."""
    names = named(column, bulk, rows)
    still = [each for pk, each in bulk.accounts.items() if getattr(each, f"{column}_id") == change.before["to"] and rows[pk] in names]
    for account in still:
        old = getattr(account, column)
        tell_column(bulk, account.pk, column, str(old) if old else "", names[rows[account.pk]])
        setattr(account, f"{column}_id", rows[account.pk])
    Account.objects.bulk_update(still, [column])


def named(column: str, bulk: Bulk, rows: Rows) -> dict[int | None, str]:
    """Managers, or groups, that still exist: id -> name."""
    held = {pk for pk in rows.values() if pk}
    found: Iterable[Staff | Group]
    found = (Staff if column == "manager" else Group).objects.filter(firm=bulk.firm, pk__in=held)
    return {None: "", **{each.pk: str(each) for each in found}}


def _manager(bulk: Bulk, change: BulkChange, rows: Rows, busy: Collection[int]) -> None:
    _put_back("manager", bulk, change, rows)


def _group(bulk: Bulk, change: BulkChange, rows: Rows, busy: Collection[int]) -> None:
    _put_back("group", bulk, change, rows)


def _tag(bulk: Bulk, change: BulkChange, rows: Rows, busy: Collection[int]) -> None:
    if tag := Tag.objects.filter(firm=bulk.firm, pk=change.before["to"]).first():
        take_tag_away(bulk, tag, bulk.accounts)


def _untag(bulk: Bulk, change: BulkChange, rows: Rows, busy: Collection[int]) -> None:
    if tag := Tag.objects.filter(firm=bulk.firm, pk=change.before["to"]).first():
        add_tag(bulk, tag, bulk.accounts)


def _notify_on(bulk: Bulk, change: BulkChange, rows: Rows, busy: Collection[int]) -> None:
    lock_addresses(bulk.firm, Address.objects.filter(account_addresses__in=list(rows)))
    uses = AccountAddress.objects.filter(firm=bulk.firm, pk__in=rows, account__in=bulk.accounts, notify=True)
    switch_notify(bulk, list(uses.select_related("address")), on=False)


def _notify_off(bulk: Bulk, change: BulkChange, rows: Rows, busy: Collection[int]) -> None:
    """Not for addresses that were replaced meanwhile (M15), nor for accounts of which nothing is asked any more."""
    lock_addresses(bulk.firm, Address.objects.filter(account_addresses__in=list(rows)))
    clients = [pk for pk, account in bulk.accounts.items() if account.relation == Relation.CLIENT]
    uses = AccountAddress.objects.filter(
        firm=bulk.firm, pk__in=rows, account__in=clients, notify=False, address__unlinked_at=None, address__removed_at=None
    )
    switch_notify(bulk, list(uses.select_related("address")), on=True)


def _archive(bulk: Bulk, change: BulkChange, rows: Rows, busy: Collection[int]) -> None:
    set_archived(bulk, {pk: None for pk, account in bulk.accounts.items() if account.archived_at == change.at})


def _restore(bulk: Bulk, change: BulkChange, rows: Rows, busy: Collection[int]) -> None:
    """Each is archived since when it was before."""
    out = [pk for pk, account in bulk.accounts.items() if account.archived_at is None and pk not in busy]
    set_archived(bulk, {pk: parse_datetime(rows[pk]) for pk in out})


UNDO: Mapping[BulkAct, Callable[[Bulk, BulkChange, Rows, Collection[int]], None]] = {
    BulkAct.MANAGER: _manager,
    BulkAct.GROUP: _group,
    BulkAct.TAG: _tag,
    BulkAct.UNTAG: _untag,
    BulkAct.NOTIFY_ON: _notify_on,
    BulkAct.NOTIFY_OFF: _notify_off,
    BulkAct.ARCHIVE: _archive,
    BulkAct.RESTORE: _restore,
}
