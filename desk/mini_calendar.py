"""Some months of a firm's own calendar: on which days reminders go, and why on the others none do."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby

from firms.calendar import Calendar, days_later
from firms.closed_days import ClosedDays, calendar_of, closed_days_of
from firms.models import Firm
from ui.dates import day_in_words

MONTHS = 3


@dataclass(frozen=True, slots=True)
class Day:
    """`name` is of a public holiday or a closing; `is_open` whether reminders go."""

    number: int
    is_open: bool
    is_closed: bool  # not by its day of the week alone
    is_today: bool


@dataclass(frozen=True, slots=True)
class Named:
    """Days in a row that are closed for the same reason."""

    first: date
    last: date
    name: str


@dataclass(frozen=True, slots=True)
class Month:
    title: str
    weeks: Sequence[Sequence[Day | None]]  # from Monday to Sunday; None beyond the month
    named: Sequence[Named]


def months_of(firm: Firm, today: date) -> list[Month]:
    """The month of `today` and those after it."""
    return [_month(firm, today, _later(today.replace(day=1), ahead)) for ahead in range(MONTHS)]


def week_of(firm: Firm) -> Calendar:
    """As it is set, even where the firm reminds at any hour all the same."""
    return replace(calendar_of(firm), always=False)


def _later(first: date, months: int) -> date:
    count = first.year * 12 + first.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def _month(firm: Firm, today: date, first: date) -> Month:
    calendar, closed = week_of(firm), closed_days_of(firm)
    dates = [first + timedelta(n) for n in range((_later(first, 1) - first).days)]
    days = [Day(day.day, calendar.is_open_on(day), day in closed, day == today) for day in dates]
    cells = [*[None] * first.weekday(), *days, *[None] * (6 - dates[-1].weekday())]
    return Month(day_in_words(first, "F Y"), [cells[at : at + 7] for at in range(0, len(cells), 7)], list(_named(closed, dates)))


def _named(closed: ClosedDays, dates: Sequence[date]) -> Iterator[Named]:
    """Only what has a name."""
    for name, group in groupby(dates, key=lambda day: closed.name_of(day) if day in closed else ""):
        days = list(group)
        if name:
            yield Named(days[0], days[-1], name)


@dataclass(frozen=True, slots=True)
class Example:
    """Something asked on a day, and the day of its first reminder when closed days shift it, and when open days alone count."""

    asked: date
    every_days: int
    shifted: date
    counted: date


def example_of(firm: Firm, today: date, every_days: int = 3) -> Example:
    """From an open day before a closed one, where there is one within a year: there the two ways differ."""
    calendar = week_of(firm)
    open_days = [day for day in (today + timedelta(n) for n in range(366)) if calendar.is_open_on(day)] or [today]
    asked = next((day for day in open_days if not calendar.is_open_on(day + timedelta(1))), open_days[0])
    at = datetime.combine(asked, firm.send_from, firm.zone)
    shifted, counted = (days_later(replace(calendar, open_days_only=only), at, every_days, firm.zone) for only in (False, True))
    return Example(asked, every_days, shifted.astimezone(firm.zone).date(), counted.astimezone(firm.zone).date())
