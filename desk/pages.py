"""What the desk's pages have in common: the firm's own days, and how long a page of a list is."""

from datetime import date, datetime, time

from firms.models import Firm

PER_PAGE = 50


def city_of(zone: str) -> str:
    """“Paris” of Europe/Paris, as people name a time zone."""
    return zone.rsplit("/", 1)[-1].replace("_", " ")


def today_of(firm: Firm, now: datetime) -> date:
    return now.astimezone(firm.zone).date()


def midnight_of(firm: Firm, day: date) -> datetime:
    """The first instant of a day by the firm's clock."""
    return datetime.combine(day, time.min, firm.zone)
