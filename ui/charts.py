"""Small charts as numbers for SVG: no style attribute, and every bar has its figure beside it."""

from collections.abc import Sequence
from dataclasses import dataclass

OVERDUE = "#b42323"
PLANNED = "#5b7bc4"
LATER = "#d3dcf0"
LAST = "#c98514"

STEP = 52  # from one day's bar to the next
BAR = 38
TALLEST = 112  # the height of the highest bar
FLOOR = 138  # where the bars stand


@dataclass(frozen=True)
class Segment:
    """A piece of a bar across, in percent of its whole width."""

    x: str
    width: str
    fill: str


@dataclass(frozen=True)
class Day:
    """A day of a bar chart: how many, and how many of them are the last; `note` stands where a bar would be, “closed” say."""

    label: str
    count: int
    last: int = 0
    note: str = ""


@dataclass(frozen=True)
class Bar:
    """A day's bar in the units of its chart."""

    day: Day
    x: int
    middle: int
    top: int
    height: int
    last_top: int
    last_height: int
    figure_at: int


def segments(counts: Sequence[int], scale: int) -> list[Segment]:
    """Overdue, planned and later ones in one bar; `scale` is the count that fills the whole width."""
    drawn, begin = [], 0
    for count, fill in zip(counts, (OVERDUE, PLANNED, LATER), strict=True):
        drawn.append(Segment(_percent(begin, scale), _percent(count, scale), fill))
        begin += count
    return drawn


def bars(days: Sequence[Day]) -> list[Bar]:
    """One bar a day, the highest of them as high as the chart."""
    most = max((day.count for day in days), default=0) or 1
    return [_bar(day, 4 + place * STEP, most) for place, day in enumerate(days)]


def width(days: Sequence[Day]) -> int:
    return STEP * len(days) - STEP + BAR + 8


def _bar(day: Day, x: int, most: int) -> Bar:
    height = round(TALLEST * day.count / most)
    last_height = round(TALLEST * day.last / most)
    return Bar(
        day=day,
        x=x,
        middle=x + BAR // 2,
        top=FLOOR - height,
        height=height,
        last_top=FLOOR - last_height,
        last_height=last_height,
        figure_at=FLOOR - height - 7,
    )


def _percent(count: int, scale: int) -> str:
    return f"{100 * count / scale:.1f}%" if scale else "0%"
