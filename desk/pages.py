"""What the desk's pages have in common: the firm's own days, and how long a page of a list is."""

from datetime import date, datetime, time

from firms.models import Firm
from firms.places import name_of_zone
from ui.languages import reader_language

PER_PAGE = 50


def city_of(zone: str) -> str:
    """“Paris” of Europe/Paris, as people name a time zone; in the reader's language."""
    return name_of_zone(zone, reader_language())


def today_of(firm: Firm, now: datetime) -> date:
    return now.astimezone(firm.zone).date()


def midnight_of(firm: Firm, day: date) -> datetime:
    """The first instant of a day by the firm's clock."""
    return datetime.combine(day, time.min, firm.zone)
