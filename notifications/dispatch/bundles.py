"""Which ready notices go in one message: those of one address under one bundle, all of them or, this round, none."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import batched

from django.db.models import Q, QuerySet

from firms.models import Firm
from notifications.enums import Priority
from notifications.facts import terms_of, told_so_far
from notifications.holding import leaving
from notifications.models import BUNDLED, READY, Notice
from notifications.rules import turn
from notifications.verdicts import Reason

CLAIMED_WITH = ("copy_of",)  # requests are read once they are locked
HELD_BY_CAP = Q(reason=Reason.CAPPED)
MOST = 30  # requests in one e-mail: some seventy pass the size at which mail programs cut


def ready_notices(firm: Firm, now: datetime) -> QuerySet[Notice]:
    return Notice.objects.filter(READY, leaving(firm, now), firm=firm, not_before__lte=now)


def lock_notices(notices: QuerySet[Notice]) -> QuerySet[Notice]:
    """What another dispatcher holds is left out."""
    return notices.select_for_update(skip_locked=True, of=("self",)).select_related(*CLAIMED_WITH)


def in_bundles(firm: Firm, ready: Sequence[Notice], now: datetime) -> list[list[Notice]]:
    """The locked notices of a batch, those of one message together; two queries more where anything is bundled.

    Another two where reminders that go alone are under a cap, and one for a bundle of more than `MOST`.

    What a cap holds joins what has only come now (X08). Where not all can go, the one that was told longest ago is the next: none starves.

    A batch may hold a part of a bundle only. Where another dispatcher holds the rest, it is left for the next round: one e-mail, not two.
    Of more than `MOST` each e-mail names as many as fit; reminders in the further ones wait where the firm has a cap.
    """
    alone = [notice for notice in ready if not notice.bundle]
    groups = [[notice] for notice in (_in_turn_alone(firm, alone, now) if terms_of(firm).has_caps else alone)]
    for together in _whole_bundles(firm, {notice.bundle for notice in ready if notice.bundle}, now):
        groups += _in_parts(firm, together, now)
    return groups


def _in_turn_alone(firm: Firm, alone: Sequence[Notice], now: datetime) -> list[Notice]:
    """With the other reminders to the addresses that some are for, as each may take the place of one of these."""
    reminders = [notice for notice in alone if notice.priority == Priority.REMINDER]
    if not reminders:
        return list(alone)
    same = Notice.objects.filter(
        READY, firm=firm, bundle="", priority=Priority.REMINDER, address__in={each.address_id for each in reminders}
    )
    others = same.filter(Q(not_before__lte=now) | HELD_BY_CAP).exclude(pk__in=[notice.pk for notice in reminders])
    return [notice for notice in alone if notice not in reminders] + _in_turn(firm, [*reminders, *lock_notices(others)], now)


def _in_turn(firm: Firm, reminders: Sequence[Notice], now: datetime) -> list[Notice]:
    told = told_so_far(firm, {notice.action_id for notice in reminders if notice.action_id}, now=now)
    return sorted(reminders, key=lambda each: turn(told, each.action_id or 0, each.address_id or 0))


def _whole_bundles(firm: Firm, names: Collection[str], now: datetime) -> list[list[Notice]]:
    """The notices of each, lowest id first, but of those of which another dispatcher holds a part."""
    if not names:
        return []
    bundled = Notice.objects.filter(BUNDLED, Q(not_before__lte=now) | HELD_BY_CAP, firm=firm, bundle__in=names)
    ours: dict[tuple[str, str], list[Notice]] = defaultdict(list)
    for notice in lock_notices(bundled.order_by("pk")):
        ours[notice.email, notice.bundle].append(notice)
    all_of_them = Counter(bundled.order_by().values_list("email", "bundle"))
    return [notices for place, notices in ours.items() if len(notices) == all_of_them[place]]


def _in_parts(firm: Firm, notices: list[Notice], now: datetime) -> list[list[Notice]]:
    if len(notices) <= MOST:
        return [notices]
    return [sorted(part, key=lambda notice: notice.pk) for part in batched(_in_turn(firm, notices, now), MOST)]


def in_waves(groups: Sequence[list[Notice]]) -> list[list[list[Notice]]]:
    """No address stands twice in one wave: what goes to it counts for what would come next (X08, M16)."""
    waves: list[list[list[Notice]]] = []
    told: dict[int, int] = {}
    for notices in groups:
        addresses = {notice.address_id for notice in notices if notice.address_id}
        turn = max((told.get(address, 0) for address in addresses), default=0)
        told |= dict.fromkeys(addresses, turn + 1)
        waves += [[] for _ in range(turn + 1 - len(waves))]
        waves[turn].append(notices)
    return waves
