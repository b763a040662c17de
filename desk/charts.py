"""The start page's charts: pure, from rows to what ui/charts.py draws, with the same said in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from firms.calendar import Calendar
from ui.charts import Day
from ui.dates import day_in_words

DAYS = 7


@dataclass(frozen=True, slots=True)
class Planned:
    """A request's next reminder: when it leaves, and whether it is the last of them."""

    at: datetime
    last: bool


@dataclass(frozen=True, slots=True)
class Week:
    """The reminders of today and the six days after it, as bars and in words."""

    days: Sequence[Day]
    total: int
    last: int
    label: str
    about: bool = False


def week_of_reminders(planned: Iterable[Planned], *, now: datetime, calendar: Calendar, zone: ZoneInfo, about: bool = False) -> Week:
    """Each reminder on the day on which it leaves, by the firm's clock. `about`: not all of them were reckoned to the minute."""
    first = now.astimezone(zone).date()
    counts = {first + timedelta(days=n): [0, 0] for n in range(DAYS)}
    for reminder in planned:
        leaves = max(reminder.at, now).astimezone(zone).date()
        if leaves in counts:
            counts[leaves][0] += 1
            counts[leaves][1] += reminder.last
    days = [_day(on, count, last, calendar) for on, (count, last) in counts.items()]
    words = [_in_words(on, day) for on, day in zip(counts, days, strict=True)]
    label = _("Reminders a day: %s") % ", ".join(words)
    return Week(days, sum(day.count for day in days), sum(day.last for day in days), label, about)


def end_of_week(now: datetime, zone: ZoneInfo) -> datetime:
    """The midnight after the last day of `week_of_reminders`."""
    return datetime.combine(now.astimezone(zone).date() + timedelta(days=DAYS), datetime.min.time(), zone)


def _day(on: date, count: int, last: int, calendar: Calendar) -> Day:
    return Day(day_in_words(on, _("D j")), count, last, "" if calendar.is_open_on(on) else _("closed"))


def _in_words(on: date, day: Day) -> str:
    weekday = formats.date_format(on, "l")
    if day.note and not day.count:
        return f"{weekday} {day.note}"
    if not day.last:
        return f"{weekday} {day.count}"
    lasts = ngettext("%(count)d of them the last", "%(count)d of them the last ones", day.last) % {"count": day.last}
    return f"{weekday} {day.count} ({lasts})"
