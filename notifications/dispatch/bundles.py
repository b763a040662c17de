"""Which ready notices go in one message: those of one address under one bundle, all of them or, this round, none."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet

from firms.models import Firm
from notifications.models import READY, Notice

CLAIMED_WITH = ("contact", "copy_of")  # requests are read once they are locked


def ready_notices(firm: Firm, now: datetime) -> QuerySet[Notice]:
    return Notice.objects.filter(READY, firm=firm, not_before__lte=now)


def lock_notices(notices: QuerySet[Notice]) -> QuerySet[Notice]:
    """What another dispatcher holds is left out."""
    return notices.select_for_update(skip_locked=True, of=("self",)).select_related(*CLAIMED_WITH)


def in_bundles(firm: Firm, ready: Sequence[Notice], now: datetime) -> list[list[Notice]]:
    """The locked notices of a batch, those of one message together, lowest id first; two queries more where anything is bundled.

    A batch may hold a part of a bundle only. Where another dispatcher holds the rest, it is left for the next round: one e-mail, not two.
    """
    names = {notice.bundle for notice in ready if notice.bundle}
    groups = [[notice] for notice in ready if not notice.bundle]
    if names:
        bundled = ready_notices(firm, now).filter(bundle__in=names)
        ours: dict[tuple[str, str], list[Notice]] = defaultdict(list)
        for notice in lock_notices(bundled.order_by("pk")):
            ours[notice.email, notice.bundle].append(notice)
        all_of_them = Counter(bundled.order_by().values_list("email", "bundle"))
        groups += [notices for place, notices in ours.items() if len(notices) == all_of_them[place]]
    return groups
