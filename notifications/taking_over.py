"""Who hears of a request instead of an address that receives nothing any more (X10, M34)."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from actions.enums import ActionState
from actions.kinds import get_kind, rows_by_action
from actions.models import Action
from clients.models import Address
from firms.models import Firm
from notifications.beside import request_key
from notifications.enums import Priority
from notifications.facts import Parties, told_so_far
from notifications.models import Notice, Suppression
from notifications.notices import Draft, values_for, write_notices
from notifications.resolver import Resolved, decisions, known_about
from notifications.rules import Told
from notifications.verdicts import Verdict


class Fate(StrEnum):
    """What becomes of a request of which an address that is lost had been told."""

    GOES_ON = "goes_on"  # others have been told of it, or the same person at another address
    TAKEN_OVER = "taken_over"
    NAMED = "named"  # people are named in it: nobody takes their place
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Left:
    """One such request; `heirs` are told now, in the place of the address."""

    action: Action
    fate: Fate
    heirs: Sequence[Resolved] = ()

    @property
    def needs_a_person(self) -> bool:
        return self.fate in (Fate.NAMED, Fate.NOBODY)


def take_over(firm: Firm, address_ids: Collection[int], now: datetime) -> list[Left]:
    """Tells whoever may hear of each open request and has not yet, where nobody is named in it. The addresses are locked and suppressed.

    The requests are locked, oldest first. Twice writes once. A constant number of queries.
    """
    actions = _locked_told_to(firm, address_ids)
    if not actions:
        return []
    lost = set(Address.with_removed.filter(firm=firm, pk__in=address_ids).values_list("contact_id", flat=True))
    known, told = known_about(firm, actions, now=now, told=False), told_so_far(firm, [action.pk for action in actions], now=now)
    heard: dict[int, list[Resolved]] = defaultdict(list)
    for resolved in decisions(known, actions, is_reminder=False, now=now):
        if resolved.decision.verdict != Verdict.SKIP:
            heard[resolved.action.pk].append(resolved)
    left = [what_is_left(action, known.parties.get(action.pk, Parties()), heard[action.pk], lost, told) for action in actions]
    _tell(firm, [heir for each in left for heir in each.heirs], min(address_ids), now)
    return left


def what_is_left(action: Action, parties: Parties, heard: Sequence[Resolved], lost: Collection[int], told: Told) -> Left:
    """`heard`: the addresses that may hear of it now; `lost`: whose address it was, who may have another one."""
    if parties.named:
        reached = {resolved.recipient.contact_id for resolved in heard} | parties.done
        return Left(action, Fate.NAMED if parties.named.intersection(lost) - reached else Fate.GOES_ON)
    heirs = [resolved for resolved in heard if (action.pk, resolved.recipient.address_id) not in told]
    if heirs:
        return Left(action, Fate.TAKEN_OVER, heirs)
    return Left(action, Fate.GOES_ON if heard else Fate.NOBODY)


def _locked_told_to(firm: Firm, address_ids: Collection[int]) -> list[Action]:
    """Open requests of which one of the addresses was told, or would have been."""
    about = Notice.objects.filter(firm=firm, address__in=address_ids, action__state=ActionState.OPEN).exclude(verdict=Verdict.SKIP)
    ids = set(about.exclude(priority=Priority.ACCESS).order_by().values_list("action", flat=True))
    rows = Action.objects.filter(firm=firm, pk__in=ids).select_related("firm", "account", "opened_by")
    return [action for action in rows.select_for_update(of=("self",), no_key=True).order_by("pk") if action.is_open]


def _tell(firm: Firm, heirs: Sequence[Resolved], lost: int, now: datetime) -> None:
    """With its first notice; what one address takes over of an account goes in one e-mail."""
    keys = _keys(firm, heirs, lost)
    rows = rows_by_action(list({heir.action.pk: heir.action for heir in heirs}.values())) if heirs else {}
    drafts = [
        Draft(
            event=get_kind(heir.action.kind).requested_event,
            key=keys[heir.action.pk, heir.recipient.address_id],
            number=0,
            resolved=heir,
            values=values_for(heir, rows=rows.get(heir.action.pk, ())),
            bundle=f"takeover:{heir.action.account_id}:{lost}",
        )
        for heir in heirs
    ]
    write_notices(firm, drafts, priority=Priority.NOTICE, now=now)


def _keys(firm: Firm, heirs: Sequence[Resolved], lost: int) -> Mapping[tuple[int, int], str]:
    """By action and address that of the first notice; where that stands already, skipped at the time, one of this loss."""
    first = {(heir.action.pk, heir.recipient.address_id): request_key(heir.action.pk, heir.recipient.address_id) for heir in heirs}
    taken = set(Notice.objects.filter(firm=firm, key__in=first.values()).values_list("key", flat=True)) if first else set()
    if not taken:
        return first
    loss = Suppression.objects.filter(firm=firm, address=lost, lifted_at=None).values_list("pk", flat=True).get()
    return {pair: f"takeover:{pair[0]}:{loss}:{pair[1]}" if key in taken else key for pair, key in first.items()}
