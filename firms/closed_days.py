"""The days on which a firm sends no reminders: public holidays of its country and region, and its own closed days."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import Any

import holidays

from firms.calendar import Calendar
from firms.models import Firm

LONGEST = 366  # days that one closing may last


@dataclass(frozen=True, slots=True)
class Closing:
    """A day or several, both included, on which the firm is closed."""

    first: date
    last: date
    name: str

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    @property
    def days(self) -> Iterator[date]:
        return (self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1))

    @property
    def row(self) -> dict[str, str]:
        """As it is kept in `Firm.closings`."""
        return {"first": self.first.isoformat(), "last": self.last.isoformat(), "name": self.name}


@dataclass(frozen=True, slots=True)
class ClosedDays:
    """`in` asks whether a day is closed; days of the week are the calendar's matter."""

    country: str
    region: str
    keeps_holidays: bool
    closings: tuple[Closing, ...]
    days: frozenset[date] = field(init=False, repr=False, compare=False)  # of the closings: asked for each day that is counted

    def __post_init__(self) -> None:
        object.__setattr__(self, "days", frozenset(day for closing in self.closings for day in closing.days))

    def __contains__(self, day: object) -> bool:
        if not isinstance(day, date):
            return False
        return day in self.days or (self.keeps_holidays and day in holidays_of(self.country, self.region, day.year))

    def name_of(self, day: date) -> str:
        """Of the holiday or the closing; empty for a day that is neither."""
        own = next((closing.name for closing in self.closings if day in closing), "")
        return own or (holidays_of(self.country, self.region, day.year).get(day, "") if self.keeps_holidays else "")

    def named_from(self, first: date, days: int) -> Iterator[tuple[date, str]]:
        """The closed days among the `days` from `first` on, with their names."""
        for day in (first + timedelta(days=n) for n in range(days)):
            if day in self:
                yield day, self.name_of(day)


@cache
def holidays_of(country: str, region: str, year: int) -> Mapping[date, str]:
    """Public holidays and their names, in the country's own language; none for a country that is not known."""
    if country not in holidays.list_supported_countries(include_aliases=False):
        return {}
    subdivision = region if region in holidays.list_supported_countries(include_aliases=True)[country] else None
    return dict(holidays.country_holidays(country, subdiv=subdivision, years=year).items())


def closings_of(firm: Firm) -> tuple[Closing, ...]:
    return tuple(closing_in(row) for row in firm.closings)


def closing_in(row: Mapping[str, Any]) -> Closing:
    return Closing(date.fromisoformat(row["first"]), date.fromisoformat(row["last"]), row["name"])


def rows_of(closings: Iterable[Closing]) -> Sequence[dict[str, str]]:
    """As they are kept, soonest first."""
    return [closing.row for closing in sorted(closings, key=lambda closing: (closing.first, closing.last, closing.name))]


def closed_for_too_long(calendar: Calendar, closings: Iterable[Closing], today: date) -> date | None:
    """A day from which on the firm would not be open on a single one for longer than a year; None where it is."""
    beginnings = sorted({max(closing.first, today) for closing in closings if closing.last >= today} | {today})
    return next((day for day in beginnings if not any(calendar.is_open_on(day + timedelta(n)) for n in range(LONGEST + 1))), None)


def closed_days_of(firm: Firm) -> ClosedDays:
    return ClosedDays(firm.country, firm.region, firm.keeps_holidays, closings_of(firm))


def calendar_of(firm: Firm) -> Calendar:
    return Calendar(
        firm.send_from, firm.send_until, frozenset(firm.send_days), closed_days_of(firm), firm.open_days_only, firm.sends_at_any_hour
    )
