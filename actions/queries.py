"""Reads about what is owed: lists begin with the member of staff whose sight they follow."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Prefetch, Q, QuerySet, prefetch_related_objects
from django.shortcuts import get_object_or_404

from actions.enums import ActionState
from actions.models import Action, ActionParty
from clients.queries import may_change, visible_accounts
from clients.search import accounts_matching
from firms.doors import powers
from firms.enums import Right
from firms.models import Firm, Staff
from firms.rules import sees_all_accounts

OPEN = Q(state=ActionState.OPEN)


def visible_actions(staff: Staff) -> QuerySet[Action]:
    """The requests of the accounts that this member of staff may see (M30)."""
    actions = Action.objects.filter(firm=staff.firm_id)
    if sees_all_accounts(powers(staff)):
        return actions
    return actions.filter(account__in=visible_accounts(staff))


def overdue(today: date) -> Q:
    """Still open after the day on which it was due; what has no day is never overdue."""
    return OPEN & Q(due_on__lt=today)


@dataclass(frozen=True, slots=True)
class ActionCounts:
    """How many requests each saved view of the list holds."""

    open: int
    overdue: int
    done: int
    all: int


def count_actions(staff: Staff, today: date) -> ActionCounts:
    counts = visible_actions(staff).aggregate(
        open=Count("pk", filter=OPEN),
        overdue=Count("pk", filter=overdue(today)),
        done=Count("pk", filter=Q(state=ActionState.DONE)),
        all=Count("pk"),
    )
    return ActionCounts(**counts)


def actions_matching(actions: QuerySet[Action], staff: Staff, text: str) -> QuerySet[Action]:
    """Those whose title holds `text`, or whose account answers to it; all of them when nothing was typed."""
    if not text:
        return actions
    accounts = accounts_matching(visible_accounts(staff), text).order_by().values("pk")
    return actions.filter(Q(title__icontains=text) | Q(account__in=accounts))


def get_action_for(staff: Staff, code: str) -> Action:
    """The request with its firm, account and people; 404 when it is another firm's, or out of this person's sight."""
    return get_object_or_404(visible_actions(staff).select_related("firm", "account__firm", "account__manager", "opened_by"), code=code)


def with_parties(action: Action) -> Action:
    """The action with its people, read once for all that a page says of them."""
    prefetch_related_objects([action], Prefetch("parties", ActionParty.objects.filter(firm=action.firm_id).select_related("contact")))
    return action


def get_action_to_change(staff: Staff, code: str) -> Action:
    """As `get_action_for`; 403 when it may be seen but not acted on."""
    action = get_action_for(staff, code)
    if not may_change(staff, action.account, Right.MANAGE_ACTIONS):
        raise PermissionDenied
    return action


def named_in_open(firm: Firm, pairs: Collection[tuple[int, int]]) -> set[tuple[int, int]]:
    """Of these accounts and contacts those where the contact is named by an open request of the account: they are needed there."""
    accounts, contacts = {account for account, _ in pairs}, {contact for _, contact in pairs}
    named = ActionParty.objects.filter(firm=firm, contact__in=contacts, action__account__in=accounts, action__state=ActionState.OPEN)
    return set(pairs) & set(named.order_by().values_list("action__account_id", "contact_id"))


def accounts_with_open(firm: Firm, among: Collection[int] | None = None) -> set[int]:
    """Ids of the accounts of which something is still asked: of the firm's, or of those among `among`."""
    actions = Action.objects.filter(OPEN, firm=firm).order_by()
    asked = actions if among is None else actions.filter(account__in=among)
    return set(asked.values_list("account_id", flat=True).distinct())
