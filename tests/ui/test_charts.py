"""Charts are numbers in an SVG; each has its figures in words or text."""

from tests.ui.pages import one_line, render
from ui.charts import LATER, OVERDUE, PLANNED, Bar, Day, Segment, bars, segments, width


def test_segments_follow_each_other() -> None:
    assert segments((4, 6, 9), scale=20) == [
        Segment("0.0%", "20.0%", OVERDUE),
        Segment("20.0%", "30.0%", PLANNED),
        Segment("50.0%", "45.0%", LATER),
    ]


def test_nothing_at_all_has_no_width() -> None:
    assert {each.width for each in segments((0, 0, 0), scale=0)} == {"0%"}


def test_highest_day_fills_the_chart() -> None:
    wednesday, thursday = Day("Wed 4", 7, last=3), Day("Thu 5", 14)
    assert bars([wednesday, thursday]) == [
        Bar(wednesday, x=4, middle=23, top=82, height=56, last_top=114, last_height=24, figure_at=75),
        Bar(thursday, x=56, middle=75, top=26, height=112, last_top=138, last_height=0, figure_at=19),
    ]
    assert width([wednesday, thursday]) == 98


def test_week_without_reminders_is_drawn() -> None:
    assert [bar.height for bar in bars([Day("Sat 7", 0, note="closed")])] == [0]
    assert bars([]) == []


def test_chart_says_its_figures_and_has_no_style() -> None:
    html = one_line(render('{% day_chart days "Reminders a day" %}', days=[Day("Wed 4", 9, last=3), Day("Sat 7", 0, note="closed")]))
    assert 'role="img" aria-label="Reminders a day"' in html
    assert ">9</text>" in html
    assert ">closed</text>" in html
    assert "style=" not in html


def test_share_bar_is_left_to_the_figures_beside_it() -> None:
    html = render("{% share_bar 4 6 9 scale=20 %}")
    assert 'aria-hidden="true"' in html
    assert '<rect x="20.0%" width="30.0%" height="10" fill="#5b7bc4"/>' in html
