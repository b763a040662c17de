"""When reminders reach an account, in words."""

from dataclasses import dataclass
from datetime import time

from django.utils.dates import WEEKDAYS
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from desk.pages import city_of
from firms.models import Firm


@dataclass(frozen=True, slots=True)
class Calendar:
    """`always` when the firm's reminders go at any hour of any day."""

    start: time
    until: time
    place: str
    days: str
    always: bool


def calendar_of(firm: Firm) -> Calendar:
    return Calendar(firm.send_from, firm.send_until, city_of(firm.time_zone), days_said(firm.send_days), firm.sends_at_any_hour)


def days_said(days: list[int]) -> str:
    """“Monday to Friday” where at least three follow each other, else each by its name; Monday is 0."""
    days = sorted(set(days))
    names = [str(WEEKDAYS[day]) for day in days]
    if len(days) > 2 and days == list(range(days[0], days[-1] + 1)):
        return _("%(first)s to %(last)s") % {"first": names[0], "last": names[-1]}
    return get_text_list(names, _("and"))
