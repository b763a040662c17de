"""Until when a reminder is held, and by what: pauses, rest, hours, caps, late ones. Without a database."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from firms.calendar import Calendar, place_of
from notifications.rules import AddressFacts, Decision, Event, Pause, Terms, decide
from notifications.verdicts import Reason, Verdict

PARIS = ZoneInfo("Europe/Paris")
TOUSSAINT, ARMISTICE = date(2026, 11, 1), date(2026, 11, 11)
OFFICE = Calendar(time(8, 30), time(18, 0), frozenset(range(5)), closed={TOUSSAINT, ARMISTICE})
NADIA = 7
HER_PLACE = timedelta(minutes=int(570 * place_of(NADIA)))  # from 08:30 on
TUESDAY = datetime(2026, 11, 3, 9, 12, tzinfo=UTC)  # 10:12 in Paris
DAY = timedelta(days=1)


def opening(day: int) -> datetime:
    """08:30 in Paris, on a day of November 2026."""
    return datetime(2026, 11, day, 7, 30, tzinfo=UTC)


def decided(now: datetime = TUESDAY, *, cap: tuple[int | None, int | None] = (None, None), late: bool = False, **facts: object) -> Decision:
    event = Event(is_reminder=True, pauses=facts.pop("paused", ()), catching_up=late)  # type: ignore[arg-type]
    address = AddressFacts(**{"address_id": 1, "contact_id": NADIA, "notify": True, "wants": True, "zone": PARIS, **facts})  # type: ignore[arg-type]
    return decide(event, address, Terms(OFFICE, PARIS, *cap), now)


def held(reason: Reason, until: datetime) -> Decision:
    return Decision(Verdict.HOLD, reason, until)


GOES = Decision(Verdict.SEND, Reason.NOTIFY_ON)


@pytest.mark.rule("X03")
@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (opening(3) - timedelta(minutes=1), held(Reason.OUTSIDE_HOURS, opening(3) + HER_PLACE)),
        (opening(3), GOES),
        (opening(3) + timedelta(hours=9, minutes=29, seconds=59), GOES),
        (opening(3) + timedelta(hours=9, minutes=30), held(Reason.OUTSIDE_HOURS, opening(4) + HER_PLACE)),
        (datetime(2026, 11, 1, 9, 0, tzinfo=UTC), held(Reason.CLOSED_DAY, opening(2) + HER_PLACE)),
        (datetime(2026, 11, 11, 9, 0, tzinfo=UTC), held(Reason.CLOSED_DAY, opening(12) + HER_PLACE)),
    ],
    ids=["before", "opening", "last second", "closing", "Sunday and All Saints", "11 November"],
)
def test_reminder_goes_in_the_hours_of_an_open_day_alone(now: datetime, expected: Decision) -> None:
    assert decided(now) == expected


@pytest.mark.rule("X03", "M32")
def test_days_and_hours_are_those_of_the_recipient() -> None:
    auckland = ZoneInfo("Pacific/Auckland")  # 22:12 on Tuesday there; on Friday at 11:00 in Paris it is Saturday
    assert decided(zone=auckland).until == datetime(2026, 11, 3, 19, 30, tzinfo=UTC) + HER_PLACE
    assert decided(datetime(2026, 11, 6, 12, 0, tzinfo=UTC), zone=auckland).reason == Reason.CLOSED_DAY


def test_place_in_the_hours_is_the_same_each_time_and_differs_among_people() -> None:
    places = [place_of(contact) for contact in range(1000)]
    assert places == [place_of(contact) for contact in range(1000)]
    tenths = [sum(n / 10 <= place < (n + 1) / 10 for place in places) for n in range(10)]
    assert min(tenths) > 60


@pytest.mark.rule("X16")
@pytest.mark.parametrize("reason", [Reason.FIRM_PAUSED, Reason.ACCOUNT_PAUSED, Reason.ACTION_PAUSED])
def test_nothing_goes_inside_a_pause(reason: Reason) -> None:
    pause = Pause(reason, date(2026, 11, 3), date(2026, 11, 5))
    assert decided(paused=(pause,)) == held(reason, opening(5) + HER_PLACE)
    assert decided(datetime(2026, 11, 4, 22, 59, tzinfo=UTC), paused=(pause,)).reason == reason
    assert decided(opening(5), paused=(pause,)) == GOES
    assert decided(datetime(2026, 11, 2, 9, 0, tzinfo=UTC), paused=(pause,)) == GOES


@pytest.mark.rule("X16")
def test_of_several_pauses_the_one_that_ends_last_holds() -> None:
    firms, persons = (
        Pause(Reason.FIRM_PAUSED, date(2026, 11, 2), date(2026, 11, 5)),
        Pause(Reason.CONTACT_PAUSED, date(2026, 11, 3), date(2026, 11, 6)),
    )
    assert decided(paused=(firms,), pauses=(persons,)) == held(Reason.CONTACT_PAUSED, opening(6) + HER_PLACE)


@pytest.mark.rule("M16")
def test_rest_that_ends_out_of_hours_ends_in_the_next_ones() -> None:
    told = datetime(2026, 11, 2, 17, 30, tzinfo=UTC)  # 18:30 in Paris
    assert decided(last_told_at=told) == held(Reason.TOLD_TODAY, opening(4) + HER_PLACE)


@pytest.mark.rule("X08")
def test_one_more_than_the_firm_sends_in_a_day_goes_with_the_next() -> None:
    this_morning = (opening(3),)
    assert decided(cap=(1, None), reminded=this_morning) == held(Reason.CAPPED, opening(4) + HER_PLACE)
    assert decided(cap=(2, None), reminded=this_morning) == GOES
    assert decided(cap=(1, None), reminded=(opening(2),)) == GOES
    assert decided(cap=(None, None), reminded=this_morning * 9) == GOES


@pytest.mark.rule("X08")
def test_day_of_a_cap_is_the_recipient_s() -> None:
    tokyo = ZoneInfo("Asia/Tokyo")
    noon = datetime(2026, 11, 4, 3, 0, tzinfo=UTC)
    assert decided(noon, cap=(1, None), zone=tokyo, reminded=(datetime(2026, 11, 3, 23, 40, tzinfo=UTC),)).reason == Reason.CAPPED
    assert decided(noon, cap=(1, None), zone=tokyo, reminded=(datetime(2026, 11, 3, 8, 30, tzinfo=UTC),)) == GOES


@pytest.mark.rule("X08")
def test_one_more_than_the_firm_sends_in_seven_days_waits_until_the_first_is_seven_days_ago() -> None:
    friday, monday = datetime(2026, 10, 30, 9, 0, tzinfo=UTC), opening(2)
    assert decided(cap=(None, 2), reminded=(friday, monday)) == held(Reason.CAPPED, opening(6) + HER_PLACE)
    assert decided(datetime(2026, 11, 6, 9, 0, tzinfo=UTC), cap=(None, 2), reminded=(friday, monday)) == GOES


@pytest.mark.rule("X08", "X03")
def test_day_with_room_must_be_open_too() -> None:
    tuesday = datetime(2026, 11, 10, 9, 0, tzinfo=UTC)
    assert decided(tuesday, cap=(1, None), reminded=(opening(10),)) == held(Reason.CAPPED, opening(12) + HER_PLACE)


@pytest.mark.rule("M33")
def test_late_one_waits_for_its_place_in_the_day_and_goes_at_once_where_that_has_passed() -> None:
    assert decided(opening(3), late=True) == held(Reason.CATCHING_UP, opening(3) + HER_PLACE)
    assert decided(opening(3) + HER_PLACE, late=True) == GOES
    assert decided(opening(3) + timedelta(hours=9), late=True) == GOES


def test_first_notice_and_repetition_go_whatever_holds_reminders() -> None:
    event = Event(is_reminder=False, pauses=(Pause(Reason.FIRM_PAUSED, date(2026, 1, 1), date(2027, 1, 1)),))
    sunday_night = datetime(2026, 11, 1, 23, 0, tzinfo=UTC)
    facts = AddressFacts(1, NADIA, notify=True, wants=True, zone=PARIS, reminded=(sunday_night,) * 5)
    assert decide(event, facts, Terms(OFFICE, PARIS, 1, 1), sunday_night) == GOES


@pytest.mark.parametrize("days", [1, 30])
def test_held_one_may_go_when_its_hold_is_over(days: int) -> None:
    """Whatever held it: asked again at that instant, nothing does."""
    pause = Pause(Reason.CONTACT_PAUSED, TUESDAY.date(), TUESDAY.date() + days * DAY)
    reminded = tuple(TUESDAY - n * DAY for n in range(3))
    first = decided(cap=(1, 3), pauses=(pause,), reminded=reminded, last_told_at=TUESDAY - timedelta(hours=2))
    assert first.until is not None
    assert decided(first.until, cap=(1, 3), pauses=(pause,), reminded=reminded, last_told_at=TUESDAY - timedelta(hours=2)) == GOES
