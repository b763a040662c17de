from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from templates_email.dates import hour, long_date

_PARIS = ZoneInfo("Europe/Paris")
_TODAY = date(2026, 11, 3)


@pytest.mark.parametrize(
    ("day", "english", "french"),
    [
        (date(2026, 10, 26), "Monday 26 October", "lundi 26 octobre"),
        (date(2026, 11, 1), "Sunday 1 November", "dimanche 1er novembre"),
        (date(2026, 11, 11), "Wednesday 11 November", "mercredi 11 novembre"),
        (date(2027, 1, 1), "Friday 1 January 2027", "vendredi 1er janvier 2027"),
        (date(2025, 12, 31), "Wednesday 31 December 2025", "mercredi 31 décembre 2025"),
    ],
)
def test_long_date_says_the_weekday_and_another_year(day: date, english: str, french: str) -> None:
    assert long_date(day, "en", _PARIS, today=_TODAY) == english
    assert long_date(day, "fr", _PARIS, today=_TODAY) == french


def test_long_date_of_an_instant_is_that_of_its_reader() -> None:
    late = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    assert long_date(late, "fr", _PARIS, today=_TODAY) == "vendredi 1er janvier 2027"
    assert long_date(late, "fr", ZoneInfo("America/Martinique"), today=_TODAY) == "jeudi 31 décembre"


@pytest.mark.parametrize(
    ("zone", "english", "french"),
    [
        ("Europe/Paris", "10:12 (Paris)", "10:12 (Paris)"),
        ("Europe/Brussels", "10:12 (Brussels)", "10:12 (Bruxelles)"),
        ("America/Argentina/Buenos_Aires", "06:12 (Buenos Aires)", "06:12 (Buenos Aires)"),
        ("UTC", "09:12 (UTC)", "09:12 (UTC)"),
    ],
)
def test_hour_names_the_zone(zone: str, english: str, french: str) -> None:
    instant = datetime(2026, 11, 4, 9, 12, tzinfo=UTC)
    assert (hour(instant, "en", ZoneInfo(zone)), hour(instant, "fr", ZoneInfo(zone))) == (english, french)


def test_hour_follows_the_change_to_winter_time() -> None:
    assert hour(datetime(2026, 10, 24, 8, tzinfo=UTC), "fr", _PARIS) == "10:00 (Paris)"
    assert hour(datetime(2026, 10, 25, 8, tzinfo=UTC), "fr", _PARIS) == "09:00 (Paris)"


def test_instant_without_a_zone_cannot_be_said() -> None:
    naive = datetime(2026, 11, 4, 9, 12, tzinfo=UTC).replace(tzinfo=None)
    with pytest.raises(ValueError, match="time zone"):
        long_date(naive, "en", _PARIS, today=_TODAY)
    with pytest.raises(ValueError, match="time zone"):
        hour(naive, "en", _PARIS)
