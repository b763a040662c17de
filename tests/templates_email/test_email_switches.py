"""The four switches (A14) in all sixteen settings: what is off stands nowhere in the message, what is on is there."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import product

import pytest

from templates_email.brand import Brand, Logo, Social
from templates_email.enums import EmailEvent
from templates_email.placeholders import CONTENT, ROW_NAMES, sample_rows
from templates_email.render import Rendered, needed_values
from templates_email.sources import LANGUAGES
from tests.templates_email.examples import EVERY_EMAIL, a_brand, everything_said, rendered

# One word each, as no template of ours has it and no encoding hides it.
CONTACT = ("addressmark", "phonemark")
SOCIAL = ("networkmark", "socialmark", "iconmark")
LOGO = ("logomark",)
CONTEXT = {"TITLE": "titlemark", "CONTEXT": "contextmark", "CONTEXT_BY": "authormark", "DUE_ON": "duemark"}

ROW_MARKS = {name: f"{name.lower().replace('_', '')}mark" for name in CONTENT - CONTEXT.keys()}


@dataclass(frozen=True)
class Switches:
    contact: bool
    social: bool
    logo: bool
    context: bool

    def __str__(self) -> str:
        return "+".join(name for name, on in vars(self).items() if on) or "none"

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

every_email = pytest.mark.parametrize(("event", "language"), EVERY_EMAIL)  # each is made and read once: see tests/scheduling.py


@cache
def sent(event: EmailEvent, language: str, switches: Switches) -> Rendered:
    return rendered(event, language, brand=switches.brand(), values=CONTEXT, rows=marked_rows(event, language))


def marked_rows(event: EmailEvent, language: str) -> list[dict[str, str]]:
    """Of each content name a word that no template has."""
    return [{name: ROW_MARKS.get(name, value) for name, value in row.items()} for row in sample_rows(event, language)]


@cache
def read_everywhere(event: EmailEvent, language: str, switches: Switches) -> str:
    """Both messages, as they are sent and as they are read, with their encoding's line breaks taken out."""
    mail = sent(event, language, switches)
    raw = mail.to_mime() + mail.to_email_message().message().as_bytes()
    unfolded = raw.replace(b"=\r\n", b"").replace(b"=\n", b"").decode("ascii", "replace")
    return "\n".join([everything_said(mail), unfolded, mail.subject, mail.preheader, mail.text, mail.html]).lower()


def words_in(text: str, words: Iterable[str]) -> list[str]:
    return [word for word in words if word in text]


@pytest.mark.rule("A15", "A13", "M4")
@every_email
def test_address_and_phone_are_in_both_parts_or_nowhere(event: EmailEvent, language: str) -> None:
    for switches in EVERY_SETTING:
        mail = sent(event, language, switches)
        shown = list(CONTACT) if switches.contact else []
        assert words_in(read_everywhere(event, language, switches), CONTACT) == shown, switches
        for part in (mail.text, mail.html):
            assert words_in(part, CONTACT) == shown, switches
            assert "https://cabinet-lumiere.example" in part, switches  # the website has no switch


@pytest.mark.rule("A16", "A12")
@every_email
def test_networks_are_in_both_parts_or_nowhere(event: EmailEvent, language: str) -> None:
    sign = '<img src="https://c.example/iconmark.png" width="28" height="28" alt="networkmark"'
    for switches in EVERY_SETTING:
        mail = sent(event, language, switches)
        assert words_in(read_everywhere(event, language, switches), SOCIAL) == (list(SOCIAL) if switches.social else []), switches
        assert mail.html.count(f'<a class="link" href="https://s.example/socialmark">{sign}') == int(switches.social), switches
        assert mail.text.count("\nnetworkmark https://s.example/socialmark\n") == int(switches.social), switches


@pytest.mark.rule("A17", "A10")
@every_email
def test_logo_is_there_or_nowhere_and_the_name_always(event: EmailEvent, language: str) -> None:
    picture = '<img class="logo" src="https://c.example/logomark.png" width="44" height="44" alt=""'
    for switches in EVERY_SETTING:
        mail = sent(event, language, switches)
        assert words_in(read_everywhere(event, language, switches), LOGO) == (list(LOGO) if switches.logo else []), switches
        assert mail.html.count(picture) == int(switches.logo), switches
        assert mail.html.count("<img") == int(switches.logo) + int(switches.social), switches
        assert ">Cabinet Lumière</span>" in mail.html.partition("<h1")[0] and mail.text.startswith("Cabinet Lumière\n"), switches


@pytest.mark.rule("A18", "M5")
@every_email
def test_context_is_in_the_message_or_nowhere(event: EmailEvent, language: str) -> None:
    for switches in EVERY_SETTING:
        mail = sent(event, language, switches)
        shown = [word for name, word in CONTEXT.items() if name in needed_values(event) and switches.context]
        assert words_in(read_everywhere(event, language, switches), CONTEXT.values()) == shown, switches
        assert words_in(mail.text, CONTEXT.values()) == words_in(mail.html, CONTEXT.values()) == shown, switches
        assert ("titlemark" in mail.subject) == ("titlemark" in shown), switches


@pytest.mark.rule("A18", "M5")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("event", ROW_NAMES)
def test_rows_that_are_content_are_in_the_message_or_nowhere(event: EmailEvent, language: str) -> None:
    for switches in EVERY_SETTING:
        mail = sent(event, language, switches)
        shown = [mark for name, mark in ROW_MARKS.items() if name in ROW_NAMES[event] and switches.context]
        assert words_in(read_everywhere(event, language, switches), ROW_MARKS.values()) == shown, switches
        assert words_in(mail.text, ROW_MARKS.values()) == words_in(mail.html, ROW_MARKS.values()) == shown, switches


@pytest.mark.rule("A09")
@every_email
def test_no_setting_shows_the_products_name(event: EmailEvent, language: str) -> None:
    assert [str(switches) for switches in EVERY_SETTING if "relance" in read_everywhere(event, language, switches)] == []
