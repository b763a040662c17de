"""Any colour a firm may choose keeps its text readable."""

import colorsys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.colors import BLACK, DARK_GROUND, LINK_GROUND, WHITE, contrast, parse_color, readable_in_the_dark, readable_link, text_on

fractions = st.floats(0, 1, allow_nan=False)


def color_of(hue: float, lightness: float, saturation: float) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in colorsys.hls_to_rgb(hue, lightness, saturation))


any_color = st.builds(color_of, fractions, fractions, fractions)


def test_color_is_parsed_in_either_case() -> None:
    assert parse_color("#1D5546") == parse_color("#1d5546") == (29, 85, 70)


@pytest.mark.parametrize("nonsense", ["", "red", "#fff", "#12345g", "#1d5546; }", "1d5546", "#1d55466", "#1d5546\n"])
def test_what_is_no_color_is_refused(nonsense: str) -> None:
    with pytest.raises(ValueError, match="is not a colour such as"):
        parse_color(nonsense)


def test_contrast_is_that_of_wcag() -> None:
    assert contrast(WHITE, BLACK) == pytest.approx(21)
    assert contrast(BLACK, WHITE) == pytest.approx(21)
    assert contrast("#777777", "#777777") == 1
    assert contrast("#777777", WHITE) == pytest.approx(4.48, abs=0.01)
    assert contrast("#1d5546", WHITE) == pytest.approx(8.6, abs=0.05)


def test_text_is_white_on_dark_and_black_on_light() -> None:
    assert text_on("#1d5546") == WHITE
    assert text_on("#ffe14d") == BLACK


@given(any_color)
def test_text_can_be_read_on_every_color(color: str) -> None:
    assert contrast(text_on(color), color) >= 4.5


@given(any_color)
def test_links_of_every_color_can_be_read(color: str) -> None:
    link = readable_link(color)
    assert contrast(link, WHITE) >= 4.5
    assert contrast(link, LINK_GROUND) >= 4.5


@given(any_color)
def test_link_keeps_a_color_that_can_be_read_and_darkens_no_more_than_needed(color: str) -> None:
    link = readable_link(color)
    if contrast(color, LINK_GROUND) >= 4.5:
        assert link == color
    else:
        assert contrast(link, LINK_GROUND) < 5


def test_link_keeps_the_hue() -> None:
    red, green, blue = parse_color(readable_link("#ffe14d"))
    assert red / green == pytest.approx(0xFF / 0xE1, abs=0.02)
    assert green > blue


@given(any_color)
def test_link_in_the_dark_is_lightened_no_more_than_needed(color: str) -> None:
    link = readable_in_the_dark(color)
    assert contrast(link, DARK_GROUND) >= 4.5
    if contrast(color, DARK_GROUND) >= 4.5:
        assert link == color
    else:
        assert contrast(link, DARK_GROUND) < 5
