"""Dates and hours as an e-mail or a page says them."""

from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date, get_timezone_location

from templates_email.sources import language_of

_LOCALES = {"en": "en_GB", "fr": "fr_FR"}


def long_date(day: date | datetime, language: str, zone: ZoneInfo, *, today: date) -> str:
    """ "Monday 26 October", "lundi 26 octobre"; the year is said where it is not that of `today`.

    An instant is taken in `zone`; a date is a date everywhere. Raises ValueError for an instant without a zone.
    """
    base = language_of(language)
    local = _local(day, zone).date() if isinstance(day, datetime) else day
    return _said(local, base, with_year=local.year != today.year)


@lru_cache(maxsize=4096)  # thousands of e-mails say the same few days
def _said(day: date, base: str, *, with_year: bool) -> str:
    said = format_date(day, "EEEE d MMMM y" if with_year else "EEEE d MMMM", locale=_LOCALES[base])
    return said.replace(" 1 ", " 1er ", 1) if base == "fr" else said


def hour(instant: datetime, language: str, zone: ZoneInfo) -> str:
    """ "10:12 (Paris)": the hour and whose it is."""
    place = get_timezone_location(zone.key, locale=_LOCALES[language_of(language)], return_city=True)
    return f"{_local(instant, zone):%H:%M} ({place.rpartition('/')[2]})"


def _local(instant: datetime, zone: ZoneInfo) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("An instant without a time zone cannot be said.")
    return instant.astimezone(zone)
