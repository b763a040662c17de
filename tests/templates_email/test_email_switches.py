"""The four switches (A14) in all sixteen settings: what is off stands nowhere in the message, what is on is there."""

from dataclasses import dataclass
from itertools import product

import pytest

from templates_email.brand import Brand, Logo, Social, team_brand
from templates_email.enums import EmailEvent
from templates_email.render import Rendered, needed_values
from tests.templates_email.examples import EVERY_EMAIL, a_brand, everything_said, rendered

# One word each, as no template of ours has it and no encoding hides it.
CONTACT = ("addressmark", "phonemark")
SOCIAL = ("networkmark", "socialmark", "iconmark")
LOGO = ("logomark",)
CONTEXT = {"TITLE": "titlemark", "CONTEXT": "contextmark", "CONTEXT_BY": "authormark", "DUE_ON": "duemark"}


@dataclass(frozen=True)
class Switches:
    contact: bool
    social: bool
    logo: bool
    context: bool

    def brand(self) -> Brand:
        return a_brand(
            address_line="12 addressmark, Lyon",
            phone="+33 phonemark",
            socials=(Social("networkmark", "https://s.example/socialmark", "https://c.example/iconmark.png"),),
            logo=Logo("https://c.example/logomark.png", 44, 44),
            show_contact=self.contact,
            show_social=self.social,
            show_logo=self.logo,
            show_context=self.context,
        )


EVERY_SETTING = [Switches(*on) for on in product([True, False], repeat=4)]


def sent(event: EmailEvent, language: str, switches: Switches) -> Rendered:
    return rendered(event, language, brand=switches.brand(), values=CONTEXT)


def read_everywhere(mail: Rendered) -> str:
    """Both messages, as they are sent and as they are read, with their encoding's line breaks taken out."""
    raw = mail.to_mime() + mail.to_email_message().message().as_bytes()
    unfolded = raw.replace(b"=\r\n", b"").replace(b"=\n", b"").decode("ascii", "replace")
    return "\n".join([everything_said(mail), unfolded, mail.subject, mail.preheader, mail.text, mail.html]).lower()


def found(mail: Rendered, words: tuple[str, ...]) -> list[str]:
    said = read_everywhere(mail)
    return [word for word in words if word in said]


every_setting = pytest.mark.parametrize("switches", EVERY_SETTING, ids=lambda each: "+".join(name for name, on in vars(each).items() if on))
every_email = pytest.mark.parametrize(("event", "language"), EVERY_EMAIL)


@pytest.mark.rule("A15", "A13", "M4")
@every_setting
@every_email
def test_address_and_phone_are_in_both_parts_or_nowhere(event: EmailEvent, language: str, switches: Switches) -> None:
    mail = sent(event, language, switches)
    assert found(mail, CONTACT) == (list(CONTACT) if switches.contact else [])
    for part in (mail.text, mail.html):
        assert [word for word in CONTACT if word in part] == (list(CONTACT) if switches.contact else [])
        assert "https://cabinet-lumiere.example" in part  # the website has no switch


@pytest.mark.rule("A16", "A12")
@every_setting
@every_email
def test_networks_are_in_both_parts_or_nowhere(event: EmailEvent, language: str, switches: Switches) -> None:
    mail = sent(event, language, switches)
    assert found(mail, SOCIAL) == (list(SOCIAL) if switches.social else [])
    sign = '<img src="https://c.example/iconmark.png" width="28" height="28" alt="networkmark"'
    assert mail.html.count(f'<a class="link" href="https://s.example/socialmark">{sign}') == int(switches.social)
    assert mail.text.count("\nnetworkmark https://s.example/socialmark\n") == int(switches.social)


@pytest.mark.rule("A17", "A10")
@every_setting
@every_email
def test_logo_is_there_or_nowhere_and_the_name_always(event: EmailEvent, language: str, switches: Switches) -> None:
    mail = sent(event, language, switches)
    assert found(mail, LOGO) == (list(LOGO) if switches.logo else [])
    assert mail.html.count("<img") == int(switches.logo) + int(switches.social)
    assert ">Cabinet Lumière</span>" in mail.html.partition("<h1")[0] and mail.text.startswith("Cabinet Lumière\n")


@pytest.mark.rule("A18", "M5")
@every_setting
@every_email
def test_context_is_in_the_message_or_nowhere(event: EmailEvent, language: str, switches: Switches) -> None:
    mail = sent(event, language, switches)
    shown = [word for name, word in CONTEXT.items() if name in needed_values(event) and switches.context]
    assert found(mail, tuple(CONTEXT.values())) == shown
    assert [word for word in CONTEXT.values() if word in mail.text] == [word for word in CONTEXT.values() if word in mail.html] == shown
    assert ("titlemark" in mail.subject) == ("titlemark" in shown)


@pytest.mark.rule("A09")
@every_setting
@every_email
def test_no_setting_shows_the_products_name(event: EmailEvent, language: str, switches: Switches) -> None:
    assert "relance" not in read_everywhere(sent(event, language, switches))


@pytest.mark.rule("A01")
@every_email
def test_team_mail_shows_nothing_that_the_firm_set_for_its_clients(event: EmailEvent, language: str) -> None:
    mail = rendered(event, language, brand=team_brand("Cabinet Lumière", "7"), values={**CONTEXT, "PREFERENCES_URL": ""})
    assert found(mail, (*CONTACT, *SOCIAL, *LOGO, "<img", "cabinet-lumiere.example/logo")) == []
    assert "border-top:4px solid #2b4c9b" in mail.html
    assert mail.text.startswith("Cabinet Lumière\n")
