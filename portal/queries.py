"""What waits for a client in an account, what is done, and what they receive."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from access.doors import Visitor
from actions.enums import NAMED, ActionState
from actions.kinds import Description, Kind, descriptions_of, get_kind
from actions.models import Action, ActionParty
from clients.models import Account, AccountAddress


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the to-do list. `waits_for` names who else has yet to act."""

    action: Action
    kind: Kind
    description: Description
    mine: bool
    waits_for: list[str]


def actions_of(visitor: Visitor) -> QuerySet[Action]:
    parties = ActionParty.objects.filter(firm=visitor.firm).select_related("contact")
    actions = Action.objects.filter(firm=visitor.firm, account=visitor.account)
    return actions.select_related("opened_by", "account").prefetch_related(Prefetch("parties", parties))


def open_items(visitor: Visitor) -> list[Item]:
    """What was last asked, or asked again, comes first; two queries however many, and at most one more for each kind."""
    return items_for(actions_of(visitor).filter(state=ActionState.OPEN).order_by("-bumped_at", "-pk"), visitor)


def closed_actions(visitor: Visitor) -> QuerySet[Action]:
    """What was closed last comes first."""
    return actions_of(visitor).exclude(state=ActionState.OPEN).order_by("-closed_at", "-pk")


def items_for(actions: Iterable[Action], visitor: Visitor) -> list[Item]:
    actions = list(actions)
    descriptions = descriptions_of(actions)
    return [item_for(action, visitor, descriptions[action.pk]) for action in actions]


def item_for(action: Action, visitor: Visitor, description: Description) -> Item:
    kind = get_kind(action.kind)
    named = [party for party in action.parties.all() if party.role in NAMED]
    missing = [party.contact for party in named if party.done_at is None]
    mine = not named or visitor.contact in missing
    return Item(action, kind, description, mine, [contact.name for contact in missing if contact != visitor.contact])


def own_uses(visitor: Visitor, accounts: list[Account]) -> list[AccountAddress]:
    """What each address of the visitor is used for in `accounts`: the present one first, then by name. One query."""
    uses = AccountAddress.objects.filter(
        firm=visitor.firm, account__in=accounts, address__contact=visitor.contact, address__removed_at=None, address__unlinked_at=None
    )
    found = uses.select_related("account__firm", "address").order_by(
        "account__name_key", "account_id", "-address__is_primary", "address_id"
    )
    return sorted(found, key=lambda use: use.account_id != visitor.account.pk)
