"""Who is told, when, and why not: pure, without Django. The order of the rules is a table in docs/notifications.md.

What is made for each address is a named tuple: a sweep makes them by the hundred thousand, and a
frozen dataclass takes three times as long.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from firms.calendar import A_DAY, Calendar, midnight, next_open, place_of, slot_on
from notifications.verdicts import Reason, Verdict

type Told = Mapping[tuple[int, int], datetime]  # when an address was last told of an action, by action and address

UTC_ZONE = ZoneInfo("UTC")
NEVER = datetime.min.replace(tzinfo=UTC)
SAME_ITEM_REST = timedelta(hours=24)  # M16
A_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Terms:
    """On which terms a firm reminds. Caps are e-mails with reminders to one address, by its own clock: in a day, and in seven days."""

    calendar: Calendar
    zone: ZoneInfo = UTC_ZONE  # the firm's: pauses begin and end by it
    cap_a_day: int | None = None
    cap_a_week: int | None = None
    latest: timedelta = timedelta(days=3)  # how late a reminder may go without anybody's yes (M33)
    unknown_until: datetime | None = None  # what was due until then may have gone before a backup was restored

    @property
    def has_caps(self) -> bool:
        return bool(self.cap_a_day or self.cap_a_week)

    def is_too_late(self, due: datetime, now: datetime) -> bool:
        return now - due > self.latest or (self.unknown_until is not None and due <= self.unknown_until)


@dataclass(frozen=True, slots=True)
class Pause:
    """Reminders rest from the `first` day until `until`, by the firm's clock; `reason` says what is paused."""

    reason: Reason
    first: date
    until: date


class Event(NamedTuple):
    """What is told: a first notice, a repetition by staff, or an automatic reminder."""

    is_reminder: bool
    action_open: bool = True
    reminders_on: bool = True
    named: frozenset[int] = frozenset()  # contact ids; empty means everybody
    done: frozenset[int] = frozenset()  # contact ids who have done their part
    pauses: tuple[Pause, ...] = ()  # of the firm, the account, the request
    catching_up: bool = False  # it should have been decided long before: an outage is over


class AddressFacts(NamedTuple):
    """What is known of one address of the account at the moment of deciding."""

    address_id: int
    contact_id: int
    notify: bool
    wants: bool  # the preference for this kind of message
    linked: bool = True
    suppressed: bool = False
    archived: bool = False
    zone: ZoneInfo = UTC_ZONE
    last_told_at: datetime | None = None  # of the same item
    reminded: tuple[datetime, ...] = ()  # e-mails with reminders of the last seven days; asked where there is a cap
    pauses: tuple[Pause, ...] = ()  # of the contact


class Decision(NamedTuple):
    verdict: Verdict
    reason: Reason
    until: datetime | None = None  # of a hold; of what is too late, when it was due


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


def decide(event: Event, address: AddressFacts, terms: Terms, now: datetime) -> Decision:
    """The verdict for one address. Only automatic reminders are held; what staff send goes at once."""
    for reason, applies in SKIPS:
        if applies(event, address):
            return Decision(Verdict.SKIP, reason)
    if event.is_reminder:
        held = _hold(event, address, terms, now)
        if held:
            return held
    return Decision(Verdict.SEND, Reason.NAMED if event.named else Reason.NOTIFY_ON)


def why_left_behind(number: int, of_round: int, *, asked_round: int, at_most: int, sent: int) -> Reason | None:
    """Of a reminder that is written: why it is asked no more, as its request stands; None where it is.

    The schedule has started anew since (D18, D23), it was cut short (D15), or the next has overtaken it.
    """
    if of_round != asked_round or number > at_most:
        return Reason.OUT_OF_DATE
    return Reason.SUPERSEDED if number < sent else None


def turn(told: Told, action_id: int, address_id: int) -> tuple[datetime, int]:
    """Whose turn it is among reminders to one address that cannot all go: whatever it was told of longest ago, then the oldest request."""
    return told.get((action_id, address_id), NEVER), action_id


def _hold(event: Event, address: AddressFacts, terms: Terms, now: datetime) -> Decision | None:
    """The first instant at which nothing speaks against it, and what held it back last; None where that is now."""
    reason, rested = _rest(event, address, terms, now)
    leaves = next_open(terms.calendar, rested, address.zone, place_of(address.contact_id))
    if leaves > rested and reason is None:
        reason = Reason.OUTSIDE_HOURS if terms.calendar.is_open_on(rested.astimezone(address.zone).date()) else Reason.CLOSED_DAY
    while _is_full(terms, address, leaves):
        reason, tomorrow = Reason.CAPPED, midnight(leaves.astimezone(address.zone).date() + A_DAY, address.zone)
        leaves = next_open(terms.calendar, tomorrow, address.zone, place_of(address.contact_id))
    if leaves == now and event.catching_up and not terms.calendar.always:
        leaves = max(now, slot_on(terms.calendar, now.astimezone(address.zone).date(), address.zone, place_of(address.contact_id)))
        reason = Reason.CATCHING_UP
    return None if leaves <= now or reason is None else Decision(Verdict.HOLD, reason, leaves)


def _rest(event: Event, address: AddressFacts, terms: Terms, now: datetime) -> tuple[Reason | None, datetime]:
    """When pauses and the same item's rest are over."""
    reason, rested = None, now
    for why, until in _rests(event, address, terms, now):
        if until > rested:
            reason, rested = why, until
    return reason, rested


def _rests(event: Event, address: AddressFacts, terms: Terms, now: datetime) -> Iterator[tuple[Reason, datetime]]:
    pauses = event.pauses + address.pauses
    today = now.astimezone(terms.zone).date() if pauses else None
    for pause in pauses:
        if today and pause.first <= today < pause.until:
            yield pause.reason, midnight(pause.until, terms.zone)
    if address.last_told_at is not None:
        yield Reason.TOLD_TODAY, address.last_told_at + SAME_ITEM_REST


def _is_full(terms: Terms, address: AddressFacts, at: datetime) -> bool:
    """Whether one more e-mail at `at` would be more than the firm sends one person."""
    if not (address.reminded and terms.has_caps):
        return False
    day = at.astimezone(address.zone).date()
    ages = [(day - told.astimezone(address.zone).date()).days for told in address.reminded]
    full_day = terms.cap_a_day is not None and ages.count(0) >= terms.cap_a_day
    return full_day or (terms.cap_a_week is not None and sum(0 <= age < A_WEEK.days for age in ages) >= terms.cap_a_week)
