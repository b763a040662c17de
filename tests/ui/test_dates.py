"""Days in words."""

from datetime import UTC, date, datetime

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from ui.dates import day_in_words


@pytest.mark.parametrize(
    ("pattern", "english", "french"),
    [
        ("j F Y", "1 January 2026", "1er janvier 2026"),
        ("l j F", "Thursday 1 January", "jeudi 1er janvier"),
        ("D. j N, H:i", "Thu. 1 Jan., 00:00", "jeu. 1er jan., 00:00"),
        ("D j", "Thu 1", "jeu 1er"),
    ],
)
def test_the_first_of_a_month_is_said_as_each_language_does(pattern: str, english: str, french: str) -> None:
    said = {}
    for language in ("en", "fr"):
        with translation.override(language):
            said[language] = day_in_words(datetime(2026, 1, 1), pattern)
    assert said == {"en": english, "fr": french}


@pytest.mark.parametrize("day", [date(2026, 1, 11), date(2026, 1, 21), date(2026, 1, 31), date(2026, 1, 2)])
def test_other_days_stay_numbers(day: date) -> None:
    with translation.override("fr"):
        assert day_in_words(day, "j F Y") == f"{day.day} janvier 2026"


def test_a_moment_is_said_by_the_clock_of_whoever_reads() -> None:
    late = datetime(2026, 2, 28, 23, 30, tzinfo=UTC)
    with translation.override("fr"), timezone.override("Europe/Paris"):
        assert (
            Template('{% load ui %}{{ at|in_words:"l j F" }}{{ never|in_words:"j F" }}').render(Context({"at": late}))
            == "dimanche 1er mars"
        )
