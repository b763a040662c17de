"""Reminders that were due longer ago than the firm allows: none goes without somebody's yes (M33)."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F, IntegerField, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce

from actions.enums import ActionState
from actions.models import Action
from actions.queries import visible_actions
from firms.actors import Actor
from firms.enums import FailedTaskKind, Verb
from firms.models import Firm, Staff
from firms.services import settle_failed_task
from lib.jobs import wake
from notifications.late import ONCE
from notifications.models import Notice
from notifications.services import DISPATCH
from notifications.verdicts import Reason, Verdict
from reminders.again import decide_again
from reminders.services import lock_still_open, log_act

ROUND = Coalesce(Cast(KT("values__round"), IntegerField()), 0)  # as a notice keeps it


@dataclass(frozen=True, slots=True)
class Late:
    """A late reminder of a request: its number, whom it is for, and when it was due."""

    action: Action
    number: int
    names: tuple[str, ...]
    since: datetime


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of late reminders: of how many requests, of which some go at once or later, and the rest nobody can be told of."""

    requests: int
    going: int


def late_notices(firm: Firm) -> QuerySet[Notice]:
    """Those that wait for somebody's yes: the newest reminder of each open request, of the round that counts, and not one too many."""
    waits = Notice.objects.alias(of_round=ROUND).filter(
        firm=firm, verdict=Verdict.SKIP, reason=Reason.TOO_LATE, action__state=ActionState.OPEN, action__reminders_on=True,
        number=F("action__reminders_sent"), number__lte=F("action__remind_max"), of_round=F("action__round"),
    )  # fmt: skip
    return waits.order_by("decided_at", "pk")


def late_actions(staff: Staff) -> QuerySet[Action]:
    """The requests that they are of, of those in sight; the one that has waited longest first."""
    late = late_notices(staff.firm).order_by().values("action")
    return visible_actions(staff).filter(pk__in=late).select_related("firm", "account").order_by("counted_from", "pk")


def late_among(firm: Firm, actions: Collection[Action]) -> dict[int, Late]:
    """By the request's id, its reminder that waits for somebody's yes; one query."""
    notices: dict[int, list[Notice]] = defaultdict(list)
    for notice in late_notices(firm).filter(action__in=actions).select_related("contact"):
        notices[notice.action_id or 0].append(notice)
    return {action.pk: _late(action, notices[action.pk]) for action in actions if action.pk in notices}


def _late(action: Action, notices: Sequence[Notice]) -> Late:
    names = dict.fromkeys(notice.contact.name if notice.contact else notice.email for notice in notices)
    return Late(action, notices[0].number, tuple(names), min(map(_since, notices)))


def _since(notice: Notice) -> datetime:
    """When it was due; where the outage came after it was written, when that was."""
    said = notice.values.get("late_since")
    return datetime.fromisoformat(said) if said else notice.decided_at


@transaction.atomic
def send_late(*, actions: Collection[Action], by: Actor, now: datetime) -> Decided:
    """Somebody says yes: each is decided again, and goes at the next hour at which it may. What was settled meanwhile is left out."""
    locked = {action.pk: action for action in lock_still_open(actions)}
    if not locked:
        return Decided(0, 0)
    firm = next(iter(locked.values())).firm
    notices = decide_again(firm, _locked_late(firm, locked), list(locked.values()), now)
    decided = {notice.action_id or 0: notice.number for notice in notices}
    for pk, number in decided.items():
        log_act(locked[pk], by, Verb.LATE_SENT, now, detail=_numbered(number, locked[pk]))
    settle_late(firm, now)
    wake(DISPATCH, firm_id=firm.pk)
    return Decided(len(decided), len({notice.action_id for notice in notices if notice.verdict != Verdict.SKIP}))


@transaction.atomic
def leave_out_late(*, actions: Collection[Action], by: Actor, now: datetime) -> int:
    """They never go; how many requests that are. The next reminder comes when it is due."""
    locked = {action.pk: action for action in lock_still_open(actions)}
    if not locked:
        return 0
    firm = next(iter(locked.values())).firm
    notices = _locked_late(firm, locked)
    Notice.objects.filter(firm=firm, pk__in=[notice.pk for notice in notices]).update(reason=Reason.LEFT_OUT)
    numbers = {notice.action_id or 0: notice.number for notice in notices}
    for pk, number in numbers.items():
        log_act(locked[pk], by, Verb.LATE_LEFT_OUT, now, detail=_numbered(number, locked[pk]))
    settle_late(firm, now)
    return len(numbers)


def settle_late(firm: Firm, now: datetime) -> None:
    """The failed task goes once none is left."""
    if not late_notices(firm).exists():
        settle_failed_task(firm=firm, kind=FailedTaskKind.REMINDERS_LATE, key=ONCE, now=now)


def _locked_late(firm: Firm, action_ids: Collection[int]) -> list[Notice]:
    return list(late_notices(firm).filter(action__in=action_ids).select_for_update(of=("self",)).order_by("pk"))


def _numbered(number: int, action: Action) -> str:
    return f"{number}/{action.remind_max}"
