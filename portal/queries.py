"""What waits for a client in an account, and what is done."""

from dataclasses import dataclass

from django.db.models import QuerySet

from access.doors import Visitor
from actions.enums import REQUIRED, ActionState
from actions.kinds import Description, Kind, get_kind
from actions.models import Action

DONE_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the to-do list. `waits_for` names who else has yet to act."""

    action: Action
    kind: Kind
    description: Description
    mine: bool
    waits_for: list[str]


def actions_of(visitor: Visitor) -> QuerySet[Action]:
    actions = Action.objects.filter(firm=visitor.firm, account=visitor.account)
    return actions.select_related("opened_by", "account").prefetch_related("parties__contact")


def open_items(visitor: Visitor) -> list[Item]:
    """What was last asked, or asked again, comes first; three queries however many."""
    return [item_for(action, visitor) for action in actions_of(visitor).filter(state=ActionState.OPEN).order_by("-bumped_at", "-pk")]


def closed_items(visitor: Visitor) -> list[Item]:
    closed = actions_of(visitor).exclude(state=ActionState.OPEN).order_by("-closed_at", "-pk")
    return [item_for(action, visitor) for action in closed[:DONE_SHOWN]]


def item_for(action: Action, visitor: Visitor) -> Item:
    kind = get_kind(action.kind)
    named = [party for party in action.parties.all() if party.role in REQUIRED]
    missing = [party.contact for party in named if party.done_at is None]
    mine = not named or visitor.contact in missing
    return Item(action, kind, kind.describe(action), mine, [contact.name for contact in missing if contact != visitor.contact])
