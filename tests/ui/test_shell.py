"""The firm's look as values."""

import pytest
from django.utils.safestring import SafeString

from tests.ui.pages import lumiere, render
from ui.shell import Brand, brand_css, initials, make_brand


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Claire Moreau", "CM"),
        ("Boulangerie Lefèvre SRL", "BL"),
        ("Étude & Fils", "ÉF"),
        ("Martin", "M"),
        ("  ", ""),
        ("& Co", "C"),
    ],
)
def test_initials_are_those_of_the_first_two_words(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_brand_works_its_colors_out() -> None:
    assert make_brand(name="Soleil", color="#ffe14d", website="https://soleil.example") == Brand(
        name="Soleil",
        logo_url="",
        color="#ffe14d",
        text_color="#000000",
        link_color="#7c6d25",
        address_line="",
        phone="",
        website="https://soleil.example",
    )


def test_brand_with_a_wrong_color_is_refused() -> None:
    with pytest.raises(ValueError, match="is not a colour"):
        make_brand(name="Soleil", color="yellow")


def test_brand_css_sets_the_button_apart_from_what_is_read() -> None:
    assert brand_css(lumiere("#ffe14d")) == (
        ':root, [data-bs-theme="light"] { --tblr-primary: #7c6d25; --tblr-primary-fg: #ffffff;'
        " --rl-brand: #ffe14d; --rl-brand-fg: #000000; --rl-brand-away: #ffffff; }"
    )


def test_brand_css_moves_the_ground_away_from_white_text() -> None:
    assert "--rl-brand-fg: #ffffff; --rl-brand-away: #000000;" in brand_css(lumiere("#1d5546"))


def test_nothing_but_colors_reaches_the_style_sheet() -> None:
    crooked = Brand(name="", logo_url="", color="#1d5546; } body { display: none", text_color="#ffffff", link_color="#1d5546")
    with pytest.raises(ValueError, match="is not a colour"):
        brand_css(crooked)


def test_brand_css_is_not_escaped_in_its_page() -> None:
    css = render("{% brand_css brand %}", brand=lumiere())
    assert isinstance(css, SafeString)
    assert css.startswith(':root, [data-bs-theme="light"]')
