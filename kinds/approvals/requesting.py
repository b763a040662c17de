"""Requesting approval once more, of one or of many (D08, D32, M17): which are meant. `wording.py` says it, `services.py` does it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import QueryDict

from actions.enums import ActionState
from actions.models import Action
from actions.queries import actions_matching
from clients.queries import changeable_accounts
from firms.enums import Right
from firms.models import Staff
from kinds.approvals.queries import visible_approvals
from lib.codes import is_code
from ui.filters import search_of

MOST = 500  # requests at once
ONE, TICKED, ALL = "only", "row", "all"  # in the form: the code of one, the codes of those ticked, or all that are pending


def pending_to_request(staff: Staff, *, account: str = "", text: str = "") -> QuerySet[Action]:
    """Open requests on which this person may act: of the firm or of the account with that code, those that answer to a search."""
    accounts = changeable_accounts(staff, Right.MANAGE_ACTIONS)
    pending = visible_approvals(staff).filter(state=ActionState.OPEN, account__in=accounts.filter(code=account) if account else accounts)
    return actions_matching(pending, staff, text)


@dataclass(frozen=True, slots=True)
class Meant:
    """The requests that a form means; `too_many` of them, and none is taken. `account` is the code of the one whose page it is, if any."""

    actions: Sequence[Action]
    account: str
    too_many: bool = False


def meant_by(staff: Staff, form: QueryDict) -> Meant:
    """What was closed meanwhile, or is out of sight, is passed over."""
    account = form.get("account", "")
    account = account if is_code(account) else ""
    pending = pending_to_request(staff, account=account, text=search_of(form) if ALL in form else "")
    if ALL not in form:
        codes = form.getlist(ONE) or form.getlist(TICKED)
        pending = pending.filter(code__in=[code for code in codes[: MOST + 1] if is_code(code)])
    found = list(pending.select_related("account__firm").order_by("account__name_key", "account_id", "opened_at", "pk")[: MOST + 1])
    return Meant([], account, too_many=True) if len(found) > MOST else Meant(found, account)
