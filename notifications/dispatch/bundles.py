"""Which ready notices go in one message: those of one address under one bundle, all of them or, this round, none."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime
from itertools import batched

from django.db.models import Q, QuerySet

from firms.models import Firm
from notifications.enums import Priority
from notifications.models import READY, Notice
from notifications.verdicts import Reason

CLAIMED_WITH = ("contact", "copy_of")  # requests are read once they are locked
HELD_BY_CAP = Q(reason=Reason.CAPPED)
MOST = 30  # requests in one e-mail: some seventy pass the size at which mail programs cut


def ready_notices(firm: Firm, now: datetime) -> QuerySet[Notice]:
    return Notice.objects.filter(READY, firm=firm, not_before__lte=now)


def lock_notices(notices: QuerySet[Notice]) -> QuerySet[Notice]:
    """What another dispatcher holds is left out."""
    return notices.select_for_update(skip_locked=True, of=("self",)).select_related(*CLAIMED_WITH)


def _held_by_cap(firm: Firm, alone: Sequence[Notice], now: datetime) -> list[Notice]:
    """For the addresses of these reminders; one query where there are any."""
    addresses = {notice.address_id for notice in alone if notice.priority == Priority.REMINDER}
    held = Notice.objects.filter(READY, HELD_BY_CAP, firm=firm, bundle="", address__in=addresses, not_before__gt=now)
    return list(lock_notices(held.order_by("pk"))) if addresses else []


def in_bundles(firm: Firm, ready: Sequence[Notice], now: datetime) -> list[list[Notice]]:
    """The locked notices of a batch, those of one message together, lowest id first; two queries more where anything is bundled.

    What a cap holds goes before what has only come now: it joins the next bundle, or, where nothing is bundled, is the next to go (X08).

    A batch may hold a part of a bundle only. Where another dispatcher holds the rest, it is left for the next round: one e-mail, not two.
    Of more than `MOST` each e-mail names as many as fit; reminders in the further ones wait where the firm has a cap.
    """
    names = {notice.bundle for notice in ready if notice.bundle}
    alone = [notice for notice in ready if not notice.bundle]
    groups = [[notice] for notice in (*_held_by_cap(firm, alone, now), *alone)]
    if names:
        bundled = Notice.objects.filter(READY, Q(not_before__lte=now) | HELD_BY_CAP, firm=firm, bundle__in=names)
        ours: dict[tuple[str, str], list[Notice]] = defaultdict(list)
        for notice in lock_notices(bundled.order_by("pk")):
            ours[notice.email, notice.bundle].append(notice)
        all_of_them = Counter(bundled.order_by().values_list("email", "bundle"))
        whole = [notices for place, notices in ours.items() if len(notices) == all_of_them[place]]
        groups += [list(part) for notices in whole for part in batched(notices, MOST)]
    return groups
