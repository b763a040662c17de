"""When reminders reach an account, in words."""

from dataclasses import dataclass
from datetime import time

from desk.pages import city_of
from firms.calendar_words import days_said
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
