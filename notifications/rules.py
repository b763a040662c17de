"""Who is told, when, and why not: pure. The order of the rules is a table in docs/notifications.md."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from notifications.enums import Reason, Verdict

UTC = ZoneInfo("UTC")
SAME_ITEM_REST = timedelta(hours=24)  # M16


@dataclass(frozen=True, slots=True)
class Hours:
    """When a firm's reminders may go out; days count from Monday = 0."""

    start: time
    until: time
    days: frozenset[int]
    always: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """What is told: a first notice, a repetition by staff, or an automatic reminder."""

    is_reminder: bool
    action_open: bool = True
    reminders_on: bool = True
    named: frozenset[int] = frozenset()  # contact ids; empty means everybody
    done: frozenset[int] = frozenset()  # contact ids who have done their part


@dataclass(frozen=True, slots=True)
class AddressFacts:
    """What is known of one address of the account at the moment of deciding."""

    address_id: int
    contact_id: int
    notify: bool
    wants: bool  # the preference for this kind of message
    linked: bool = True
    suppressed: bool = False
    archived: bool = False
    zone: ZoneInfo = UTC
    last_told_at: datetime | None = None  # of the same item


@dataclass(frozen=True, slots=True)
class Decision:
    verdict: Verdict
    reason: Reason
    until: datetime | None = None  # of a hold


Rule = Callable[[Event, AddressFacts], bool]

SKIPS: tuple[tuple[Reason, Rule], ...] = (
    (Reason.ACTION_CLOSED, lambda event, _: not event.action_open),
    (Reason.REMINDERS_OFF, lambda event, _: event.is_reminder and not event.reminders_on),
    (Reason.CONTACT_ARCHIVED, lambda _, address: address.archived),
    (Reason.UNLINKED, lambda _, address: not address.linked),
    (Reason.NOT_NAMED, lambda event, address: bool(event.named) and address.contact_id not in event.named),
    (Reason.HAS_DONE, lambda event, address: address.contact_id in event.done),
    (Reason.SUPPRESSED, lambda _, address: address.suppressed),
    (Reason.NOTIFY_OFF, lambda _, address: not address.notify),
    (Reason.PREFERENCE_OFF, lambda _, address: not address.wants),
)


def decide(event: Event, address: AddressFacts, hours: Hours, now: datetime) -> Decision:
    """The verdict for one address. Only automatic reminders are held; what staff send goes at once."""
    for reason, applies in SKIPS:
        if applies(event, address):
            return Decision(Verdict.SKIP, reason)
    if event.is_reminder:
        held = _hold(address, hours, now)
        if held:
            return held
    return Decision(Verdict.SEND, Reason.NAMED if event.named else Reason.NOTIFY_ON)


def _hold(address: AddressFacts, hours: Hours, now: datetime) -> Decision | None:
    rested = now if address.last_told_at is None else max(now, address.last_told_at + SAME_ITEM_REST)
    until = next_open(hours, rested, address.zone)
    if until <= now:
        return None
    return Decision(Verdict.HOLD, Reason.TOLD_TODAY if rested > now else Reason.OUTSIDE_HOURS, until)


def next_open(hours: Hours, at: datetime, zone: ZoneInfo) -> datetime:
    """The first instant from `at` on that lies in the hours, by the recipient's clock."""
    if hours.always or not hours.days:
        return at
    for opens, closes in _openings(hours, at, zone):
        if at < closes:
            return max(at, opens)
    raise AssertionError("A week has an open day.")


def _openings(hours: Hours, at: datetime, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    today = at.astimezone(zone).date()
    for days in range(9):
        day = today + timedelta(days=days)
        if day.weekday() in hours.days:
            yield (
                datetime.combine(day, hours.start, zone).astimezone(at.tzinfo),
                datetime.combine(day, hours.until, zone).astimezone(at.tzinfo),
            )
