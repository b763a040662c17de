"""Periods and states."""

from datetime import date

import pytest
from django.utils.translation import override

from kinds.documents.enums import Rhythm
from kinds.documents.rules import Period, Progress, describe_progress, period_before, periods_to_ask, periods_to_send


@pytest.mark.parametrize(
    ("rhythm", "day", "first", "last"),
    [
        (Rhythm.MONTH, date(2026, 2, 14), date(2026, 2, 1), date(2026, 2, 28)),
        (Rhythm.MONTH, date(2028, 2, 29), date(2028, 2, 1), date(2028, 2, 29)),
        (Rhythm.MONTH, date(2026, 12, 31), date(2026, 12, 1), date(2026, 12, 31)),
        (Rhythm.QUARTER, date(2026, 11, 2), date(2026, 10, 1), date(2026, 12, 31)),
        (Rhythm.QUARTER, date(2026, 4, 1), date(2026, 4, 1), date(2026, 6, 30)),
        (Rhythm.YEAR, date(2026, 11, 2), date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_period_of_a_day(rhythm: Rhythm, day: date, first: date, last: date) -> None:
    assert Period.of(rhythm, day) == Period(first, last)
    assert Period(first, last).rhythm is rhythm


@pytest.mark.parametrize("rhythm", Rhythm)
def test_periods_follow_each_other_without_a_gap(rhythm: Rhythm) -> None:
    period = Period.of(rhythm, date(2027, 1, 1))
    before = period_before(rhythm, period)
    assert (period.first - before.last).days == 1
    assert before.last == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("rhythm", "english", "french"),
    [(Rhythm.MONTH, "October 2026", "octobre 2026"), (Rhythm.QUARTER, "Q4 2026", "T4 2026"), (Rhythm.YEAR, "2026", "2026")],
)
def test_name_is_in_words(rhythm: Rhythm, english: str, french: str) -> None:
    period = Period.of(rhythm, date(2026, 10, 5))
    with override("en"):
        assert period.name == english
    with override("fr"):
        assert period.name == french


def test_key_leads_back() -> None:
    for period in periods_to_ask(date(2026, 11, 2)):
        assert Period.from_key(period.key) == period
    assert [
        Period.from_key(key) for key in ("", "x", "2026-01-01", "2026-01-01/2026-01-05", "2026-01-01/=cmd", "9999-12-01/9999-12-31")
    ] == [None] * 6


def test_client_can_send_for_the_period_before_and_the_one_under_way() -> None:
    with override("en"):
        assert [period.name for period in periods_to_send(Rhythm.QUARTER, date(2026, 1, 1))] == ["Q4 2025", "Q1 2026"]


def test_state_says_what_has_come() -> None:
    with override("en"):
        said = [
            str(describe_progress(Progress(*each)).state) for each in (("open", 0), ("open", 1), ("open", 3), ("done", 3), ("expired", 0))
        ]
    assert said == ["Waiting", "1 file received", "3 files received", "All sent", "Expired"]
