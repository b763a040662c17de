"""Acts on many requests at once: resend, withdraw, remind or pause. Who is left out, and why, is decided once for dialog and act."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from actions.models import Action
from clients.queries import may_change
from firms.actors import Actor
from firms.enums import Right
from firms.models import Staff
from notifications.resolver import resolve
from notifications.verdicts import Verdict
from reminders.paused import count_soon_of_requests, is_paused, today_of
from reminders.pausing import end_pause, pause
from reminders.rules import Schedule
from reminders.services import change_reminders, lock_still_open, resend_many, withdraw
from reminders.standing import schedule_of

MOST = 500  # requests at once: a request of a browser has half a minute


class RequestAct(TextChoices):
    RESEND = "resend"
    REMIND_ON = "remind_on"
    REMIND_OFF = "remind_off"
    PAUSE = "pause"
    END_PAUSE = "end_pause"
    WITHDRAW = "withdraw"


class Left(TextChoices):
    """Why a request is left out; the label follows their number."""

    NOT_ALLOWED = "not_allowed", _("You may not act on it.")
    CLOSED = "closed", _("It is closed.")
    NOBODY = "nobody", _("Nobody of it can be told.")
    SAME = "same", _("Its reminders are so already.")
    NONE = "none", _("Its reminders are off.")
    GOING_ON = "going_on", _("Its reminders are not paused.")


@dataclass(frozen=True, slots=True)
class Sorted:
    """What an act would do: the requests it is for, how many are left out for what reason, and how many people it tells.

    `soon` is how many reminders would go within a week, at most, where pauses end.
    """

    able: Sequence[Action]
    left: Mapping[Left, int]
    people: int = 0
    soon: int = 0


def sort_requests(*, staff: Staff, act: RequestAct, actions: Collection[Action], now: datetime, schedule: Schedule | None = None) -> Sorted:
    """Of one firm; each with its account. A constant number of queries. A `schedule` is what REMIND_ON would set."""
    heard = hearing(staff, actions, now) if act == RequestAct.RESEND else {}
    reasons = {action.pk: _why_left(staff, act, action, heard, schedule, now) for action in actions}
    able = [action for action in actions if reasons[action.pk] is None]
    left = Counter(reason for reason in reasons.values() if reason is not None)
    people = frozenset[int]().union(*(heard[action.pk] for action in able)) if heard else frozenset[int]()
    soon = count_soon_of_requests(staff.firm, able, now) if act == RequestAct.END_PAUSE else 0
    return Sorted(able, left, len(people), soon)


def hearing(staff: Staff, actions: Collection[Action], now: datetime) -> dict[int, set[int]]:
    """The contacts who would be told of each open request, by its id."""
    found: dict[int, set[int]] = {action.pk: set() for action in actions}
    for resolved in resolve(staff.firm, [action for action in actions if action.is_open], is_reminder=False, now=now):
        if resolved.decision.verdict != Verdict.SKIP:
            found[resolved.action.pk].add(resolved.recipient.contact_id)
    return found


def _why_left(
    staff: Staff, act: RequestAct, action: Action, heard: Mapping[int, Collection[int]], schedule: Schedule | None, now: datetime
) -> Left | None:
    if not may_change(staff, action.account, Right.MANAGE_ACTIONS):
        return Left.NOT_ALLOWED
    if not action.is_open:
        return Left.CLOSED
    if act == RequestAct.RESEND and not heard[action.pk]:
        return Left.NOBODY
    if act == RequestAct.PAUSE and not action.reminders_on:
        return Left.NONE
    if act == RequestAct.END_PAUSE and not is_paused(action, now):
        return Left.GOING_ON
    off = act == RequestAct.REMIND_OFF and not action.reminders_on
    if off or (schedule is not None and schedule == schedule_of(action)):
        return Left.SAME
    return None


@dataclass(frozen=True, slots=True)
class Changed:
    """How a request's reminders were before an act, and how they are after it."""

    action_id: int
    before: Schedule
    after: Schedule


@dataclass(frozen=True, slots=True)
class Rest:
    """Until when a request is paused, and why; no day where it is not."""

    until: date | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ChangedRest:
    """How a request was paused before an act, and how it is after it."""

    action_id: int
    before: Rest
    after: Rest


@dataclass(frozen=True, slots=True)
class Done:
    """How many requests were acted on and how many addresses are told; to be put back: `changed` reminders, `rested` pauses."""

    count: int
    told: int = 0
    changed: Sequence[Changed] = field(default_factory=list)
    rested: Sequence[ChangedRest] = field(default_factory=list)


@transaction.atomic
def resend_requests(*, actions: Collection[Action], by: Actor, now: datetime) -> Done:
    """What an account's address may have of several goes in one e-mail; what was closed meanwhile is left out."""
    still_open = lock_still_open(actions)
    return Done(len(still_open), resend_many(actions=still_open, by=by, now=now))


@transaction.atomic
def withdraw_requests(*, actions: Collection[Action], by: Actor, now: datetime) -> Done:
    still_open = lock_still_open(actions)
    for action in still_open:
        withdraw(action=action, by=by, now=now)
    return Done(len(still_open))


@transaction.atomic
def set_reminders(*, actions: Collection[Action], on: bool, numbers: Schedule, by: Actor, now: datetime) -> Done:
    """On with these numbers; off with each request's own, so that they are there when it is switched on again."""
    changed = []
    for action in lock_still_open(actions):
        before = schedule_of(action)
        after = Schedule(True, numbers.every_days, numbers.at_most) if on else Schedule(False, before.every_days, before.at_most)
        change_reminders(action=action, schedule=after, by=by, now=now)
        changed.append(Changed(action.pk, before, after))
    return Done(len(changed), changed=changed)


@transaction.atomic
def pause_requests(*, actions: Collection[Action], until: date, reason: str, by: Actor, now: datetime) -> Done:
    """Each until the same day; one that is paused already ends then. Raises `NoSuchPause`."""
    rested = []
    for action in lock_still_open(actions):
        rested.append(ChangedRest(action.pk, rest_of(action, now), Rest(until, reason)))
        pause(target=action, until=until, reason=reason, by=by, now=now)
    return Done(len(rested), rested=rested)


@transaction.atomic
def end_pauses(*, actions: Collection[Action], by: Actor, now: datetime) -> Done:
    """Where one is on; other pauses, of account, contact or firm, go on."""
    rested = []
    for action in lock_still_open(actions):
        if is_paused(action, now):
            rested.append(ChangedRest(action.pk, rest_of(action, now), Rest()))
            end_pause(target=action, by=by, now=now)
    return Done(len(rested), rested=rested)


def rest_of(action: Action, now: datetime) -> Rest:
    return Rest(action.paused_until, action.pause_reason) if is_paused(action, now) else Rest()


@transaction.atomic
def put_pauses_back(*, staff: Staff, rested: Collection[ChangedRest], by: Actor, now: datetime) -> int:
    """Where they are still as the act has left them, and this person may still act on them; how many that are.

    One that would be over by now is ended.
    """
    known = {each.action_id: each for each in rested}
    back = 0
    for action in lock_still_open(Action.objects.filter(firm=staff.firm_id, pk__in=known)):
        if rest_of(action, now) == known[action.pk].after and may_change(staff, action.account, Right.MANAGE_ACTIONS):
            _rest_again(action, known[action.pk].before, by, now)
            back += 1
    return back


def _rest_again(action: Action, rest: Rest, by: Actor, now: datetime) -> None:
    if rest.until and rest.until > today_of(action, now):
        pause(target=action, until=rest.until, reason=rest.reason, by=by, now=now)
    else:
        end_pause(target=action, by=by, now=now)


@transaction.atomic
def put_reminders_back(*, staff: Staff, changed: Collection[Changed], by: Actor, now: datetime) -> int:
    """Where they are still as the act has left them, and this person may still act on them; how many that are."""
    known = {each.action_id: each for each in changed}
    actions = Action.objects.filter(firm=staff.firm_id, pk__in=known)
    back = 0
    for action in lock_still_open(actions):
        if schedule_of(action) == known[action.pk].after and may_change(staff, action.account, Right.MANAGE_ACTIONS):
            change_reminders(action=action, schedule=known[action.pk].before, by=by, now=now)
            back += 1
    return back
