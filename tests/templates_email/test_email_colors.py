"""Whatever colour a firm chose, its button and its links can be read."""

import re
from colorsys import hls_to_rgb
from itertools import product

import pytest

from templates_email.enums import EmailEvent
from tests.templates_email.examples import a_brand, rendered
from ui.colors import contrast, text_on

_FOOTER = "#f4f4f2"
_DARK = ("#242424", "#161616")


def _of_hue(hue: int, light: int) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in hls_to_rgb(hue / 360, light / 100, 0.9))


def test_button_can_be_read_in_every_hue_and_lightness() -> None:
    colors = [_of_hue(hue, light) for hue, light in product(range(360), range(0, 101, 5))]
    assert [color for color in colors if contrast(color, text_on(color)) < 4.5] == []


def test_links_can_be_read_by_day_and_in_the_dark_whatever_the_colour() -> None:
    unreadable = []
    for hue, light in product(range(0, 360, 10), range(0, 101, 5)):
        values = a_brand(color=_of_hue(hue, light)).values()
        least = min(contrast(values["BRAND_LINK"], _FOOTER), *(contrast(values["BRAND_LINK_DARK"], ground) for ground in _DARK))
        unreadable += [values["BRAND"]] if least < 4.5 else []
    assert unreadable == []


@pytest.mark.parametrize("light", [5, 35, 50, 65, 95])
def test_email_wears_those_colours_in_every_hue(light: int) -> None:
    for hue in range(0, 360, 15):
        color = _of_hue(hue, light)
        values = a_brand(color=color).values()
        html = rendered(EmailEvent.SIGNATURE_REQUESTED, "fr", brand=a_brand(color=color)).html
        button = re.search(r"background:(#\w{6});color:(#\w{6});[^>]*>Lire et signer<", html)
        link = re.search(r'<a class="link" href="https://cabinet-lumiere.example" style="color:(#\w{6})">', html)
        assert button is not None and link is not None
        assert (button[1], button[2], link[1]) == (color, values["BRAND_TEXT"], values["BRAND_LINK"])
        assert f"border-top:4px solid {color}" in html and contrast(button[1], button[2]) >= 4.5
        assert re.findall(r"\.link { color: (#\w{6}) !important; }", html) == [values["BRAND_LINK_DARK"]] * 2


def test_every_other_text_can_be_read_where_it_stands() -> None:
    """On white; the footer's greys on its own ground. White itself is the hidden preheader and the button."""
    card, footer = rendered(EmailEvent.SIGNATURE_REMINDER, "fr").html.partition("<body")[2].rsplit("<strong>", 1)
    assert {color for color in re.findall(r"[;\"]color:(#\w{6})", card) if contrast(color, "#ffffff") < 4.5} == {"#ffffff"}
    assert {color for color in re.findall(r"[;\"]color:(#\w{6})", footer) if contrast(color, _FOOTER) < 4.5} == set()


def test_every_text_in_the_dark_can_be_read_where_it_stands() -> None:
    """Each text may stand on the card or under it. The button keeps its own two colours."""
    html = rendered(EmailEvent.SIGNATURE_REMINDER, "fr").html
    night = html.partition("@media (prefers-color-scheme: dark) {")[2].partition("\n      }")[0]
    assert set(re.findall(r"[^-]background: (#\w{6})", night)) == {*_DARK, "#ffffff"}  # white under the logo alone
    texts = re.findall(r"[{ ]color: (#\w{6})", night)
    assert len(texts) == 4
    assert all(contrast(text, ground) >= 4.5 for text in texts for ground in _DARK)
