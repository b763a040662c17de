"""A share of `make simulate`, and every history that once failed."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.simulation.changes import all_places, every_change
from tests.simulation.history import History, a_year, some_weeks
from tests.simulation.living import live, what_is_wrong
from tests.simulation.seeds import SHARE, WEEKS, YEARS

PURE = ("reminders.rules", "notifications.rules", "firms.calendar", "actions.stops", "notifications.verdicts")


@pytest.mark.rule("D14", "D15", "D20", "D28", "D31", "M16", "M20", "M31", "M33", "X03", "X04", "X08", "X16")
@pytest.mark.parametrize("share", range(4))
def test_years_are_lived_as_the_model_that_goes_event_by_event_says(share: int) -> None:
    lived = [live(a_year(f"suite:{share}:{number}")) for number in range(2 * SHARE)]
    assert sum(each.reminders for each in lived) > 40


@pytest.mark.rule("X03", "X16")
@pytest.mark.parametrize("number", range(2))
def test_weeks_are_lived_as_the_model_that_looks_at_every_minute_says(number: int) -> None:
    live(some_weeks(f"suite:{number}"))


@pytest.mark.parametrize("history", [*map(a_year, YEARS), *map(some_weeks, WEEKS)], ids=[*YEARS, *WEEKS])
def test_what_once_failed_stays_right(history: History) -> None:
    assert what_is_wrong(history) == ""


@pytest.mark.rule("X03")
def test_daily_reminders_across_changes_of_the_clock_come_once_each_local_day_and_in_the_hours() -> None:
    """An eighth of the clocks that change; `make simulate` takes them all."""
    places = all_places()
    assert len(places) > 30
    assert [bad for clock in places[::8] for bad in every_change(clock)[1]] == []


def test_core_knows_no_django() -> None:
    seen = f"import sys, {', '.join(PURE)}; sys.exit('django' in sys.modules or 'celery' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", seen], cwd=Path(__file__).parents[2], check=False).returncode == 0
