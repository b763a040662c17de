"""What becomes of an account only once nothing is asked of it any more: archived, or a supplier's (M24).

Decided while it is locked, as `reminders.services.ask` locks it too: either sees what the other has done.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Unpack

from django.db import transaction

from actions.models import Action
from actions.queries import OPEN, accounts_with_open
from clients.bulk import Chosen, change_in_bulk, locked_accounts
from clients.bulk_undo import Undone, accounts_of, undo_in_bulk
from clients.enums import BulkAct, Relation
from clients.inputs import AccountDetails
from clients.locks import locked_account
from clients.models import Account, BulkChange
from clients.services import archive_account, change_account
from firms.actors import Actor
from firms.models import Staff


class StillAsked(Exception):
    """`count` requests to the account are open."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.count = count


@transaction.atomic
def change_account_unless_asked(*, account: Account, name: str, by: Actor, now: datetime, **details: Unpack[AccountDetails]) -> Account:
    """As `clients.services.change_account`; of a supplier nothing is asked. Raises `StillAsked`, and what that raises."""
    account = locked_account(account)
    if details.get("relation") == Relation.SUPPLIER != account.relation:
        _refuse_asked(account)
    return change_account(account=account, name=name, by=by, now=now, **details)


@transaction.atomic
def archive_unless_asked(*, account: Account, by: Actor, now: datetime) -> Account:
    """As `clients.services.archive_account`. Raises `StillAsked`."""
    account = locked_account(account)
    _refuse_asked(account)
    return archive_account(account=account, by=by, now=now)


def _refuse_asked(account: Account) -> None:
    count = Action.objects.filter(OPEN, firm=account.firm_id, account=account).count()
    if count:
        raise StillAsked(count)


@transaction.atomic
def change_many_unless_asked(
    *, staff: Staff, act: BulkAct, accounts: Collection[int], by: Actor, now: datetime, chosen: Chosen = None
) -> BulkChange | None:
    """As `clients.bulk.change_in_bulk`; into the archive goes no account of which something is asked."""
    if act == BulkAct.ARCHIVE:
        able = locked_accounts(staff, accounts)
        accounts = able.keys() - accounts_with_open(staff.firm, able)
    return change_in_bulk(staff=staff, act=act, accounts=accounts, by=by, now=now, chosen=chosen)


@transaction.atomic
def undo_many_unless_asked(*, change: BulkChange, staff: Staff, by: Actor, now: datetime) -> Undone | None:
    """As `clients.bulk_undo.undo_in_bulk`; back into the archive goes no account of which something is asked. Raises `TooLate`."""
    busy: set[int] = set()
    if change.act == BulkAct.RESTORE:
        busy = accounts_with_open(staff.firm, locked_accounts(staff, accounts_of(change)))
    return undo_in_bulk(change=change, staff=staff, by=by, now=now, busy=busy)
