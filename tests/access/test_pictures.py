"""The pictures of an e-mail: public, ours, and pictures by their content."""

import io

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from PIL import Image

from firms.enums import SocialNetwork
from firms.models import Firm
from tenancy.context import firm_context
from tests.people import Lumiere, Peeters
from ui.colors import contrast

Firms = tuple[Lumiere, Peeters]
FOREVER = "public, max-age=31536000, immutable"


def hexed(pixel: tuple[int, ...]) -> str:
    return "#" + "".join(f"{part:02x}" for part in pixel[:3])


@pytest.mark.rule("A12")
@pytest.mark.parametrize("network", SocialNetwork.values)
def test_every_network_has_a_sign_that_is_seen_by_day_and_by_night(client: Client, db: None, network: str) -> None:
    answer = client.get(f"/icon/{network}.png")
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("image/png", FOREVER)
    sign = Image.open(io.BytesIO(answer.content)).convert("RGBA")
    square, colors = sign.getpixel((4, 28)), sign.getcolors(5000) or []
    assert sign.size == (56, 56) and isinstance(square, tuple)
    assert sign.getpixel((0, 0)) == (0, 0, 0, 0)  # its corners are round
    assert sum(count for count, color in colors if color == (255, 255, 255, 255)) > 100
    assert contrast(hexed(square), "#ffffff") >= 4.5  # the drawing on it
    assert contrast(hexed(square), "#f4f4f2") >= 3 and contrast(hexed(square), "#161616") >= 3  # WCAG 1.4.11


@pytest.mark.parametrize("network", ["myspace", "linked%20in", "..%2flinkedin", "linkedin%00"])
def test_no_other_sign_is_drawn(client: Client, db: None, network: str) -> None:
    assert client.get(f"/icon/{network}.png").status_code == 404
    assert client.post("/icon/linkedin.png").status_code == 405


def store_logo(firm: Firm, content: bytes) -> None:
    with firm_context(firm.pk):
        firm.logo.save("logo.bin", ContentFile(content))


def png() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (8, 4), "#1d5546").save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize(("version", "kept"), [(3, FOREVER), (2, "public, max-age=3600")])
def test_present_logo_is_given_out_and_kept_for_ever_under_its_own_version_alone(
    client: Client, two_firms: Firms, version: int, kept: str
) -> None:
    lumiere, peeters = two_firms
    lumiere.firm.brand_version = 3
    store_logo(lumiere.firm, png())
    answer = client.get(f"/logo/{lumiere.firm.code}/{version}/")
    assert (answer.content, answer["Content-Type"], answer["Cache-Control"]) == (png(), "image/png", kept)
    assert client.get(f"/logo/{lumiere.firm.code}/4/").status_code == 404
    assert client.get(f"/logo/{peeters.firm.code}/1/").status_code == 404


def test_logo_whose_file_is_gone_is_not_there(client: Client, two_firms: Firms) -> None:
    firm = two_firms[0].firm
    store_logo(firm, png())
    firm.logo.storage.delete(str(firm.logo.name))
    assert client.get(f"/logo/{firm.code}/1/").status_code == 404


@pytest.mark.parametrize("content", [b"<html><script>alert(1)</script>", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a", b""])
def test_what_is_no_picture_is_not_given_out(client: Client, two_firms: Firms, content: bytes) -> None:
    store_logo(two_firms[0].firm, content)
    assert client.get(f"/logo/{two_firms[0].firm.code}/1/").status_code == 404
