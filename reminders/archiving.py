"""Archiving accounts of which nothing is asked any more: decided while they are locked, as `reminders.services.ask` locks them too."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from actions.models import Action
from actions.queries import OPEN
from clients.bulk import Chosen, change_in_bulk, locked_accounts
from clients.bulk_undo import Undone, accounts_of, undo_in_bulk
from clients.enums import BulkAct
from clients.models import Account, BulkChange
from clients.people import locked
from clients.services import archive_account
from firms.actors import Actor
from firms.models import Firm, Staff


class StillAsked(Exception):
    """`count` requests to the account are open."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.count = count


def with_open_requests(firm: Firm, accounts: Collection[int]) -> set[int]:
    """Those of the accounts, by id, of which something is asked."""
    return set(Action.objects.filter(OPEN, firm=firm, account__in=accounts).order_by().values_list("account", flat=True).distinct())


@transaction.atomic
def archive_unless_asked(*, account: Account, by: Actor, now: datetime) -> Account:
    """As `clients.services.archive_account`. Raises `StillAsked`."""
    account = locked(account)
    count = Action.objects.filter(OPEN, firm=account.firm_id, account=account).count()
    if count:
        raise StillAsked(count)
    return archive_account(account=account, by=by, now=now)


@transaction.atomic
def change_unless_asked(
    *, staff: Staff, act: BulkAct, accounts: Collection[int], by: Actor, now: datetime, chosen: Chosen = None
) -> BulkChange | None:
    """As `clients.bulk.change_in_bulk`; into the archive goes no account of which something is asked."""
    if act == BulkAct.ARCHIVE:
        able = locked_accounts(staff, accounts)
        accounts = able.keys() - with_open_requests(staff.firm, able)
    return change_in_bulk(staff=staff, act=act, accounts=accounts, by=by, now=now, chosen=chosen)


@transaction.atomic
def undo_unless_asked(*, change: BulkChange, staff: Staff, by: Actor, now: datetime) -> Undone | None:
    """As `clients.bulk_undo.undo_in_bulk`; back into the archive goes no account of which something is asked. Raises `TooLate`."""
    busy: set[int] = set()
    if change.act == BulkAct.RESTORE:
        busy = with_open_requests(staff.firm, locked_accounts(staff, accounts_of(change)))
    return undo_in_bulk(change=change, staff=staff, by=by, now=now, busy=busy)
