"""Of whom something may be asked, and who would be told."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet
from django.http import Http404

from actions.kinds import get_kind
from actions.models import Action
from clients.enums import Relation
from clients.models import Account, Contact
from clients.queries import current_accounts, get_account_to_change
from firms.doors import powers, require
from firms.enums import Right
from firms.models import Staff
from firms.rules import has_right
from lib.codes import is_code
from notifications.models import READY, Notice
from notifications.queries import who_would_get
from notifications.verdicts import Reason
from reminders.page import Row, rows


def get_account_to_ask(staff: Staff, code: str) -> Account:
    if not is_code(code):  # what is no code at all never reaches the database
        raise Http404
    return get_account_to_change(staff, code, Right.MANAGE_ACTIONS)


def accounts_to_ask(staff: Staff) -> QuerySet[Account]:
    """Where this person may ask something; raises `PermissionDenied` when that is nowhere."""
    accounts = current_accounts(staff).filter(relation=Relation.CLIENT)
    if has_right(powers(staff), Right.MANAGE_ACTIONS):
        return accounts
    own = accounts.filter(manager=staff)
    if not own.exists():
        require(staff, Right.MANAGE_ACTIONS)
    return own


def told_later(action: Action, now: datetime) -> datetime | None:
    """When the first e-mail about a request leaves that still gathers what is added to it; None where it leaves at once."""
    waiting = Notice.objects.filter(READY, firm=action.firm_id, action=action, reason=Reason.GATHERING, not_before__gt=now)
    return waiting.order_by("not_before").values_list("not_before", flat=True).first()


def would_get(kind: str, account: Account, people: Sequence[Contact], now: datetime) -> list[Row]:
    """Each address of the account, and whether it would be told; without `people` everybody with NOTIFY is meant."""
    named = [contact.pk for contact in people]
    return rows(who_would_get(firm=account.firm, account=account, preference=get_kind(kind).preference, named=named, now=now))
