"""Whatever colour a firm chose, its button and its links can be read."""

import re
from colorsys import hls_to_rgb

import pytest

from templates_email.enums import EmailEvent
from tests.templates_email.examples import a_brand, rendered
from ui.colors import contrast

_FOOTER = "#f4f4f2"
_DARK = ("#242424", "#161616")


def _of_hue(hue: int, light: int) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in hls_to_rgb(hue / 360, light / 100, 0.9))


@pytest.mark.parametrize("light", range(0, 101, 5))
def test_brand_keeps_its_contrast_in_every_hue_and_lightness(light: int) -> None:
    for hue in range(360):
        values = a_brand(color=_of_hue(hue, light)).values()
        assert contrast(values["BRAND"], values["BRAND_TEXT"]) >= 4.5, values["BRAND"]
        assert contrast(values["BRAND_LINK"], _FOOTER) >= 4.5, values["BRAND"]
        assert min(contrast(values["BRAND_LINK_DARK"], ground) for ground in _DARK) >= 4.5, values["BRAND"]


@pytest.mark.parametrize("light", [5, 35, 50, 65, 95])
def test_button_and_links_keep_their_contrast_in_every_hue(light: int) -> None:
    for hue in range(0, 360, 15):
        color = _of_hue(hue, light)
        html = rendered(EmailEvent.SIGNATURE_REQUESTED, "fr", brand=a_brand(color=color)).html
        button = re.search(r"background:(#\w{6});color:(#\w{6});[^>]*>Lire et signer<", html)
        link = re.search(r'<a class="link" href="https://cabinet-lumiere.example" style="color:(#\w{6})">', html)
        assert button is not None and link is not None
        assert button[1] == color and f"border-top:4px solid {color}" in html
        assert contrast(button[1], button[2]) >= 4.5
        assert contrast(link[1], _FOOTER) >= 4.5
        links_in_the_dark = re.findall(r"\.link { color: (#\w{6}) !important; }", html)
        assert len(links_in_the_dark) == 2 and all(contrast(link, ground) >= 4.5 for link in links_in_the_dark for ground in _DARK)


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
