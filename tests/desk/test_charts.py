from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from desk.charts import Planned, Week, end_of_week, week_of_reminders
from firms.calendar import Calendar
from tests.desk.conftest import DAY, NOW
from ui.charts import Day, bars, segments

PARIS = ZoneInfo("Europe/Paris")
WORKDAYS = Calendar(time(8, 30), time(18), frozenset(range(5)))
ANY_HOUR = Calendar(time(8, 30), time(18), frozenset(range(5)), always=True)


def week(*planned: Planned, calendar: Calendar = WORKDAYS) -> Week:
    return week_of_reminders(planned, now=NOW, calendar=calendar, zone=PARIS)


def test_week_begins_today_and_counts_each_reminder_on_its_day_in_the_firms_zone() -> None:
    shown = week(
        Planned(NOW + DAY, last=False),
        Planned(NOW + DAY, last=True),
        Planned(datetime(2026, 11, 5, 16, 59, tzinfo=UTC), last=True),  # 17:59 in Paris
    )
    assert [(day.label, day.count, day.last) for day in shown.days] == [
        ("Tue 3", 0, 0), ("Wed 4", 2, 1), ("Thu 5", 1, 1), ("Fri 6", 0, 0), ("Sat 7", 0, 0), ("Sun 8", 0, 0), ("Mon 9", 0, 0),
    ]  # fmt: skip
    assert (shown.total, shown.last) == (3, 2)


def test_week_names_the_days_on_which_the_firm_is_closed() -> None:
    assert [day.note for day in week().days] == ["", "", "", "", "closed", "closed", ""]
    assert [day.note for day in week(calendar=ANY_HOUR).days] == [""] * 7


def test_week_counts_a_reminder_that_is_late_as_todays_and_leaves_out_what_comes_after() -> None:
    shown = week(Planned(NOW - 3 * DAY, last=False), Planned(NOW + 7 * DAY, last=False))
    assert (shown.days[0].count, shown.total) == (1, 1)


def test_week_says_the_same_in_words() -> None:
    shown = week(Planned(NOW + DAY, last=True), Planned(NOW + 2 * DAY, last=False))
    assert shown.label == (
        "Reminders a day: Tuesday 0, Wednesday 1 (1 of them the last), Thursday 1, Friday 0, Saturday closed, Sunday closed, Monday 0"
    )


def test_end_of_week_is_the_midnight_after_the_seventh_day_across_a_change_of_clocks() -> None:
    assert end_of_week(NOW, PARIS) == datetime(2026, 11, 9, 23, 0, tzinfo=UTC)
    assert end_of_week(datetime(2026, 10, 24, 22, 30, tzinfo=UTC), PARIS) == datetime(2026, 10, 31, 23, 0, tzinfo=UTC)


def test_bars_stand_on_one_floor_and_the_highest_fills_the_chart() -> None:
    drawn = bars([Day("Wed 4", 14, 2), Day("Thu 5", 7), Day("Fri 6", 0, note="closed")])
    assert [(bar.x, bar.top, bar.height) for bar in drawn] == [(4, 26, 112), (56, 82, 56), (108, 138, 0)]
    assert [(bar.last_top, bar.last_height) for bar in drawn] == [(122, 16), (138, 0), (138, 0)]
    assert {bar.top + bar.height for bar in drawn} == {138}


def test_segments_follow_each_other_and_the_longest_row_fills_the_width() -> None:
    assert [(s.x, s.width) for s in segments((4, 6, 9), 19)] == [("0.0%", "21.1%"), ("21.1%", "31.6%"), ("52.6%", "47.4%")]
    assert [(s.x, s.width) for s in segments((0, 0, 0), 0)] == [("0%", "0%"), ("0%", "0%"), ("0%", "0%")]
