"""From the firm's settings to the look of its e-mails."""

import pytest

from firms.enums import SocialNetwork
from firms.models import Firm
from notifications.beside import Beside
from notifications.brands import brand_of
from notifications.enums import Audience
from notifications.models import Notice
from notifications.rendering import brand_for
from templates_email.brand import Logo
from templates_email.enums import EmailEvent
from templates_email.sources import LANGUAGES
from tests.templates_email.examples import everything_said, rendered

LINKEDIN = "https://www.linkedin.com/company/cabinet-lumiere"


def a_firm(**changes: object) -> Firm:
    """Not saved; its code makes the addresses of its pictures."""
    return Firm(pk=7, code="LUMEN123", name="Cabinet Lumière", **changes)


@pytest.mark.rule("A12")
def test_only_networks_that_are_filled_in_are_shown_with_the_firms_own_address() -> None:
    assert brand_of(a_firm()).socials == ()
    shown = brand_of(a_firm(linkedin=LINKEDIN, tiktok="https://www.tiktok.com/@lumiere")).socials
    assert [(each.network, each.url, each.icon_url) for each in shown] == [
        ("LinkedIn", LINKEDIN, "http://localhost:8000/icon/linkedin.png"),
        ("TikTok", "https://www.tiktok.com/@lumiere", "http://localhost:8000/icon/tiktok.png"),
    ]


@pytest.mark.rule("A12")
def test_every_network_has_its_place() -> None:
    filled_in = {network.value: f"https://{network.value}.example/lumiere" for network in SocialNetwork}
    assert [each.url for each in brand_of(a_firm(**filled_in)).socials] == list(filled_in.values())


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://x.example/caf\u00e9", "https://x.example/" + "a" * 2000])
def test_address_that_no_email_may_carry_is_left_out_and_the_others_stay(url: str) -> None:
    assert [each.network for each in brand_of(a_firm(linkedin=url, facebook="https://facebook.example/lumiere")).socials] == ["Facebook"]


@pytest.mark.rule("A17")
def test_logo_is_shown_in_its_shape() -> None:
    shown = brand_of(a_firm(logo="logos/x.png", logo_width=660, logo_height=120, brand_version=3)).logo
    assert shown == Logo("http://localhost:8000/logo/LUMEN123/3/", 220, 40)
    assert brand_of(a_firm()).logo is None
    assert brand_of(a_firm(logo="logos/x.png")).logo is None  # of unknown shape


# What a firm sets for its clients' e-mails, and what of it stands in them: words and a colour as no template of ours has them.
SET = {
    "address_line": ("12 addressmark, Lyon", "addressmark"),
    "phone": ("+33 phonemark", "phonemark"),
    "website": ("sitemark.example", "sitemark.example"),
    "color": ("#0d0d0d", "#0d0d0d"),
    "linkedin": ("https://l.example/socialmark", "socialmark"),
    "logo": ("logos/x.png", "/logo/LUMEN123/3/"),
}


def marks_in(event: EmailEvent, language: str, audience: Audience) -> list[str]:
    firm = a_firm(**{name: value for name, (value, _) in SET.items()}, logo_width=44, logo_height=44, brand_version=3)
    brand = brand_for(firm, Notice(audience=audience, values={}), Beside(firm, {}, ()))
    said = everything_said(rendered(event, language, brand=brand))
    return [mark for _, mark in SET.values() if mark in said]


@pytest.mark.rule("A01")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("event", EmailEvent)
def test_what_a_firm_set_for_its_clients_stands_in_their_mail_alone(event: EmailEvent, language: str) -> None:
    assert marks_in(event, language, Audience.CLIENT) == [mark for _, mark in SET.values()]
    assert marks_in(event, language, Audience.STAFF) == marks_in(event, language, Audience.OWNER) == []
