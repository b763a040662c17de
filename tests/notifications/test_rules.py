"""The resolver's order, row by row as in docs/notifications.md."""

from datetime import UTC, datetime, time, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firms.calendar import Calendar, next_open, place_of
from notifications.rules import AddressFacts, Decision, Event, Terms, decide
from notifications.verdicts import Reason, Verdict

PARIS = ZoneInfo("Europe/Paris")
WEEKDAYS = Calendar(time(8, 30), time(18, 0), frozenset(range(5)))
OFFICE = Terms(WEEKDAYS)
MONDAY_NOON = datetime(2026, 11, 2, 11, 0, tzinfo=UTC)
NADIA = 7


def facts(**changes: object) -> AddressFacts:
    return AddressFacts(**{"address_id": 1, "contact_id": NADIA, "notify": True, "wants": True, "zone": PARIS, **changes})  # type: ignore[arg-type]


def event(**changes: object) -> Event:
    return Event(**{"is_reminder": False, **changes})  # type: ignore[arg-type]


REFUSALS: list[tuple[Reason, dict[str, object], dict[str, object]]] = [
    (Reason.ACTION_CLOSED, {"action_open": False}, {}),
    (Reason.REMINDERS_OFF, {"is_reminder": True, "reminders_on": False}, {}),
    (Reason.CONTACT_ARCHIVED, {}, {"archived": True}),
    (Reason.UNLINKED, {}, {"linked": False}),
    (Reason.NOT_NAMED, {"named": frozenset({99})}, {}),
    (Reason.HAS_DONE, {"done": frozenset({NADIA})}, {}),
    (Reason.SUPPRESSED, {}, {"suppressed": True}),
    (Reason.NOTIFY_OFF, {}, {"notify": False}),
    (Reason.PREFERENCE_OFF, {}, {"wants": False}),
]


@pytest.mark.parametrize(("reason", "of_event", "of_address"), REFUSALS, ids=[str(row[0]) for row in REFUSALS])
def test_each_refusal_skips_with_its_reason(reason: Reason, of_event: dict[str, object], of_address: dict[str, object]) -> None:
    assert decide(event(**of_event), facts(**of_address), OFFICE, MONDAY_NOON) == Decision(Verdict.SKIP, reason)


@pytest.mark.parametrize(("earlier", "later"), [(a, b) for a, b in product(range(len(REFUSALS)), repeat=2) if a < b])
def test_the_earlier_refusal_gives_the_reason(earlier: int, later: int) -> None:
    first, second = REFUSALS[earlier], REFUSALS[later]
    decision = decide(event(**{**second[1], **first[1]}), facts(**{**second[2], **first[2]}), OFFICE, MONDAY_NOON)
    assert decision == Decision(Verdict.SKIP, first[0])


def test_whoever_has_notify_is_told() -> None:
    assert decide(event(), facts(), OFFICE, MONDAY_NOON) == Decision(Verdict.SEND, Reason.NOTIFY_ON)


def test_whoever_is_named_is_told() -> None:
    assert decide(event(named=frozenset({NADIA})), facts(), OFFICE, MONDAY_NOON) == Decision(Verdict.SEND, Reason.NAMED)


def test_what_staff_send_goes_at_any_hour() -> None:
    assert decide(event(), facts(), OFFICE, MONDAY_NOON + timedelta(hours=12)).verdict == Verdict.SEND


def test_reminder_on_saturday_is_held_until_monday_morning_of_the_recipient() -> None:
    saturday = datetime(2026, 11, 7, 9, 0, tzinfo=UTC)
    opens = datetime(2026, 11, 9, 4, 30, tzinfo=UTC)
    decision = decide(event(is_reminder=True), facts(zone=ZoneInfo("Indian/Reunion")), OFFICE, saturday)
    assert decision == Decision(Verdict.HOLD, Reason.CLOSED_DAY, opens + timedelta(minutes=int(570 * place_of(NADIA))))


@pytest.mark.rule("M16")
def test_reminder_rests_for_a_day_after_the_same_item_was_told() -> None:
    told = MONDAY_NOON - timedelta(hours=5)
    decision = decide(
        event(is_reminder=True), facts(last_told_at=told), Terms(Calendar(time(0), time(23), frozenset(range(7)))), MONDAY_NOON
    )
    assert decision == Decision(Verdict.HOLD, Reason.TOLD_TODAY, told + timedelta(hours=24))


def test_reminder_a_full_day_later_is_not_held() -> None:
    told = MONDAY_NOON - timedelta(hours=24)
    assert decide(event(is_reminder=True), facts(last_told_at=told), OFFICE, MONDAY_NOON).verdict == Verdict.SEND


# Any microsecond of these years, as a number: numbers are drawn quickly on a busy machine too.
FROM, UNTIL = datetime(2024, 1, 1, tzinfo=UTC), datetime(2037, 1, 1, tzinfo=UTC)
INSTANTS = st.integers(0, (UNTIL - FROM) // timedelta(microseconds=1)).map(lambda after: FROM + timedelta(microseconds=after))


@given(
    at=INSTANTS,
    zone=st.sampled_from(["Europe/Paris", "Pacific/Apia", "America/Caracas"]),
)
def test_next_open_lies_in_the_hours_and_is_the_first(at: datetime, zone: str) -> None:
    there = ZoneInfo(zone)
    opens = next_open(WEEKDAYS, at, there)
    local = opens.astimezone(there)
    assert opens >= at
    assert local.weekday() < 5
    assert time(8, 30) <= local.time() < time(18, 0)
    if opens > at:
        assert local.time() == time(8, 30)
        assert opens - at < timedelta(days=3)
