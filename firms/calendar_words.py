"""A firm's calendar in words: days of the week, and the days that it closes."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.dates import WEEKDAYS
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from firms.changes import Text
from firms.closed_days import Closing, closing_in
from ui.dates import day_in_words


def days_said(days: Sequence[int]) -> str:
    """“Monday to Friday” where at least three follow each other, else each by its name; Monday is 0."""
    days = sorted(set(days))
    names = [str(WEEKDAYS[day]) for day in days]
    if len(days) > 2 and days == list(range(days[0], days[-1] + 1)):
        return _("%(first)s to %(last)s") % {"first": names[0], "last": names[-1]}
    return get_text_list(names, _("and"))


def closing_said(closing: Closing) -> str:
    """“24 December 2026 to 3 January 2027 (Christmas)”."""
    first, last = (day_in_words(day, "j F Y") for day in (closing.first, closing.last))
    days = first if first == last else _("%(first)s to %(last)s") % {"first": first, "last": last}
    return f"{days} ({closing.name})" if closing.name else days


def calendar_words(before: Sequence[Mapping[str, Any]], after: Any) -> dict[str, Callable[[Any], Text]]:
    """How a change of the calendar is told: column -> a value in words. Of closings those alone that came or went."""
    same = [row for row in before if row in after]
    return {
        "closings": lambda rows: ", ".join(closing_said(closing_in(row)) for row in rows if row not in same),
        "send_days": days_said,
    }
