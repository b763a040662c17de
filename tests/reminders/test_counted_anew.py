"""A pause that is forgotten leaves its days in what is counted from: the next reminder comes when it would have come."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from firms.calendar import Calendar, Span
from reminders.rules import Rhythm, Schedule, Standing, counted_anew, next_reminder

PARIS = ZoneInfo("Europe/Paris")
FIRST = date(2026, 2, 2)


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


@st.composite
def spans(draw: st.DrawFn, latest: int) -> Span:
    first = draw(st.integers(0, latest))
    return day(first), day(draw(st.integers(first, latest)))


@st.composite
def rhythms(draw: st.DrawFn) -> Rhythm:
    days = draw(st.frozensets(st.integers(0, 6), min_size=1))
    closed = draw(st.frozensets(st.integers(0, 120).map(day), max_size=12))
    return Rhythm(Calendar(time(8), time(18), days, closed, open_days_only=draw(st.booleans())), PARIS)


@pytest.mark.rule("X16")
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a machine that is busy is no mistake of ours
@given(
    rhythm=rhythms(), old=spans(60), others=st.lists(spans(60), max_size=2), every_days=st.integers(1, 40),
    started=st.integers(0, 40), set_later=st.integers(0, 30), later=st.integers(0, 30), to_come=st.integers(0, 30),
)  # fmt: skip
@example(
    rhythm=Rhythm(Calendar(time(8), time(18), frozenset({0})), PARIS), old=(day(2), day(8)), others=[], every_days=1, started=0,
    set_later=0, later=0, to_come=0,
)  # fmt: skip
def test_the_next_reminder_comes_when_it_would_have_come(
    rhythm: Rhythm, old: Span, others: Sequence[Span], every_days: int, started: int, set_later: int, later: int, to_come: int
) -> None:
    counted_from = datetime.combine(day(started), time(10), PARIS).astimezone(UTC)
    set_at = counted_from + timedelta(days=set_later)
    today = max(old[1], set_at.date() + timedelta(days=1)) + timedelta(days=later)
    standing = Standing(Schedule(True, every_days), counted_from, set_at, pauses=(old, *others))
    due = next_reminder(standing, rhythm).at
    assume(due is not None and due.astimezone(PARIS).date() >= today)
    new = (today, today + timedelta(days=to_come))
    anew = counted_anew(standing, rhythm, others, today)
    forgotten = replace(standing, counted_from=anew, pauses=(*others, new))
    assert next_reminder(forgotten, rhythm) == next_reminder(replace(standing, pauses=(old, *others, new)), rhythm)


@pytest.mark.rule("X16")
def test_five_days_of_rest_move_what_is_counted_from_by_five_days() -> None:
    rhythm = Rhythm(Calendar(time(8), time(18), frozenset(range(7))), PARIS)
    start = datetime(2026, 2, 2, 9, tzinfo=UTC)
    standing = Standing(Schedule(True, 30), start, start, pauses=((date(2026, 2, 5), date(2026, 2, 10)),))
    assert counted_anew(standing, rhythm, (), date(2026, 2, 20)) == datetime(2026, 2, 7, 9, tzinfo=UTC)
