"""Which reminders a firm's new calendar or caps would let go earlier: counted before they do."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from actions.models import Action
from firms.calendar import next_open
from firms.models import Firm
from notifications.enums import Priority
from notifications.models import READY, Notice
from notifications.resolver import resolve
from notifications.verdicts import Verdict
from reminders.rules import Rhythm, next_reminder
from reminders.standing import rhythm_of, standing_of


@dataclass(frozen=True, slots=True)
class Earlier:
    """How many reminders, and the first day on which one of them would go, by the firm's clock."""

    count: int = 0
    first: date | None = None


def going_earlier(before: Firm, after: Firm, now: datetime) -> Earlier:
    """`after` is the firm as it would be; those that are held already, and the next of each open request."""
    found = [*_held(before, after, now), *_to_come(before, after, now)]
    days = [at.astimezone(after.zone).date() for at in found]
    return Earlier(len(days), min(days, default=None))


def _held(before: Firm, after: Firm, now: datetime) -> Iterator[datetime]:
    """When each would leave that waits now, and would leave sooner; a reminder to several people is one."""
    held = list(Notice.objects.filter(READY, firm=before, priority=Priority.REMINDER, not_before__gt=now).select_related("action"))
    if not held:
        return
    waiting = {(notice.action_id or 0, notice.address_id or 0): notice.not_before or now for notice in held}
    actions = {notice.action_id: notice.action for notice in held if notice.action}
    leaves: dict[int, datetime] = {}
    for resolved in resolve(after, list(actions.values()), is_reminder=True, now=now, but=[notice.pk for notice in held]):
        planned = waiting.get((resolved.action.pk, resolved.recipient.address_id))
        at = resolved.decision.until or now
        if planned and resolved.decision.verdict != Verdict.SKIP and at < planned:
            leaves[resolved.action.pk] = min(at, leaves.get(resolved.action.pk, at))
    yield from leaves.values()


def _to_come(before: Firm, after: Firm, now: datetime) -> Iterator[datetime]:
    """When the next reminder of each request would be due that is due later as things stand."""
    was, would_be = rhythm_of(before), rhythm_of(after)
    for action in Action.objects.filter(firm=before, next_reminder_at__isnull=False).select_related("account"):
        action.firm = after
        at = _leaves(action, would_be, now)
        if at and at < (_leaves(action, was, now) or at):
            yield at


def _leaves(action: Action, rhythm: Rhythm, now: datetime) -> datetime | None:
    coming = next_reminder(standing_of(action), rhythm).at
    return next_open(rhythm.calendar, max(coming, now), rhythm.zone) if coming else None
