"""On which days a firm is closed, and how they are called."""

from datetime import date

import pytest

from firms.closed_days import ClosedDays, Closing, calendar_of, closings_of, holidays_of, rows_of
from tests.people import Lumiere

SUMMER = Closing(date(2026, 8, 10), date(2026, 8, 21), "Congés d'été")


def days(country: str = "FR", region: str = "", *, keeps_holidays: bool = True, closings: tuple[Closing, ...] = ()) -> ClosedDays:
    return ClosedDays(country, region, keeps_holidays, closings)


@pytest.mark.rule("X03")
def test_public_holidays_are_closed_and_named() -> None:
    assert [day for day, _ in days().named_from(date(2026, 11, 1), 30)] == [date(2026, 11, 1), date(2026, 11, 11)]
    assert date(2026, 11, 2) not in days()
    assert days().name_of(date(2026, 11, 2)) == ""
    assert days("BE").name_of(date(2026, 7, 21)) != ""


@pytest.mark.rule("X03")
def test_regions_have_holidays_of_their_own() -> None:
    good_friday = date(2026, 4, 3)
    assert good_friday in days("FR", "57")
    assert good_friday not in days("FR")
    assert good_friday not in days("FR", "no such region")


@pytest.mark.rule("X03")
def test_own_closings_hold_from_the_first_day_to_the_last_and_give_the_name() -> None:
    closed = days(closings=(SUMMER,))
    assert [day in closed for day in (date(2026, 8, 9), SUMMER.first, SUMMER.last, date(2026, 8, 22))] == [False, True, True, False]
    assert closed.name_of(date(2026, 8, 15)) == "Congés d'été"


def test_firm_may_work_on_holidays_and_an_unknown_country_has_none() -> None:
    assert date(2026, 11, 11) not in days(keeps_holidays=False)
    assert holidays_of("XX", "", 2026) == {}


def test_closings_are_kept_with_the_firm_soonest_first(lumiere: Lumiere) -> None:
    christmas = Closing(date(2026, 12, 24), date(2026, 12, 31), "Fêtes")
    lumiere.firm.closings = rows_of([christmas, SUMMER])
    lumiere.firm.save()
    lumiere.firm.refresh_from_db()
    assert closings_of(lumiere.firm) == (SUMMER, christmas)
    assert [calendar_of(lumiere.firm).is_open_on(day) for day in (date(2026, 8, 20), date(2026, 12, 23), date(2026, 12, 28))] == [
        False, True, False,
    ]  # fmt: skip
