"""Pages of a list that was counted only so far: the next page can always be reached, the last one only where it is known."""

from typing import Any

from django.core.paginator import Paginator
from django.utils.formats import number_format
from django.utils.functional import cached_property

FARTHEST = 10_000  # pages: whoever wants to go farther narrows the list


def page_asked(text: str | None) -> int:
    """The number of the page that an address asks for; the first one where it is no number."""
    return min(max(int(text), 1), FARTHEST) if text and text.isascii() and text.isdecimal() and len(text) < 9 else 1


def most_for(text: str | None, per_page: int, most: int) -> int:
    """How far a list must be counted so that the page asked for can be shown, and whether another follows it."""
    return max(most, page_asked(text) * per_page)


class CountedPaginator(Paginator):  # type: ignore[type-arg]  # generic for type checkers alone
    """Of rows that are counted already."""

    def __init__(self, rows: Any, per_page: int, *, counted: int) -> None:
        super().__init__(rows, per_page)
        self.counted = counted

    @cached_property
    def count(self) -> int:
        return self.counted


class CappedPaginator(CountedPaginator):
    """`counted` is `most` + 1 where there are more than `most`; `said` is the number in words: 61, or 1,000+."""

    def __init__(self, rows: Any, per_page: int, *, counted: int, most: int) -> None:
        super().__init__(rows, per_page, counted=counted)
        self.most = most

    @property
    def said(self) -> str:
        return said_count(self.counted, self.most)


def said_count(counted: int, most: int) -> str:
    """61, or 1,000+ for whatever is more."""
    return f"{number_format(most, force_grouping=True)}+" if counted > most else number_format(counted, force_grouping=True)
