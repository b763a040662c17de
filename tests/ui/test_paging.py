"""Pages of a list that was counted only so far."""

import pytest

from ui.paging import CappedPaginator, most_for, page_asked, said_count


@pytest.mark.parametrize(
    ("text", "number"), [(None, 1), ("", 1), ("0", 1), ("-1", 1), ("x", 1), ("²", 1), ("7", 7), ("99999", 10_000), ("9" * 400, 1)]
)
def test_an_address_asks_for_a_page_or_for_the_first(text: str | None, number: int) -> None:
    assert page_asked(text) == number


def test_a_list_is_counted_as_far_as_the_page_asked_for() -> None:
    assert [most_for(page, 50, 1_000) for page in (None, "20", "21", "40")] == [1_000, 1_000, 1_050, 2_000]


@pytest.mark.parametrize(("counted", "said"), [(0, "0"), (61, "61"), (1_000, "1,000"), (1_001, "1,000+")])
def test_a_count_is_said_up_to_its_bound(counted: int, said: str) -> None:
    assert said_count(counted, 1_000) == said


def pages_of(total: int, asked: str) -> CappedPaginator:
    most = most_for(asked, 2, 4)
    return CappedPaginator(range(total), 2, counted=min(total, most + 1), most=most)


def test_an_empty_list_has_one_page_without_rows() -> None:
    page = pages_of(0, "3").get_page("3")
    assert (list(page), page.number, page.has_next()) == ([], 1, False)


@pytest.mark.parametrize(
    ("total", "asked", "rows", "following"),
    [
        (3, "1", [0, 1], True),
        (3, "2", [2], False),
        (4, "2", [2, 3], False),  # exactly as far as it is counted
        (5, "2", [2, 3], True),  # one more
        (5, "3", [4], False),
        (9, "3", [4, 5], True),
        (9, "5", [8], False),
        (9, "99", [8], False),  # beyond the end: the last one
    ],
)
def test_every_page_can_be_reached_one_after_the_other(total: int, asked: str, rows: list[int], following: bool) -> None:
    page = pages_of(total, asked).get_page(asked)
    assert (list(page), page.has_next()) == (rows, following)
