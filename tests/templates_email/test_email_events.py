"""Every e-mail in every language, looked at as its reader and as a mail server would."""

import re
from html.parser import HTMLParser
from itertools import product
from pathlib import Path

import pytest
from django.conf import settings

from templates_email import sources
from templates_email.enums import EmailEvent
from templates_email.pieces import MARK
from templates_email.render import Rendered, needed_values
from templates_email.sources import LANGUAGES, read_sources
from tests.templates_email.examples import EVERY_EMAIL, ICONS, a_brand, an_envelope, everything_said, rendered

_EVENTS = Path(sources.__file__).parent / "events"
_FILES = {"subject.txt", "preheader.txt", "why.txt", "text.txt", "body.mjml"}
_VOID = {"meta", "img", "br", "link", "hr"}
HAVE_A_CODE = (EmailEvent.ACT_CODE, EmailEvent.SIGN_IN_CODE, EmailEvent.WAY_TEST)
_EMPTY = {"ACCOUNT": "", "FIRST_NAME": "", "DUE_ON": "", "NEXT_ON": "", "CONTEXT": "", "CONTEXT_BY": ""}
_SWITCHES = ("show_contact", "show_social", "show_logo", "show_context")

every_email = pytest.mark.parametrize(("event", "language"), EVERY_EMAIL)


class _Balance(HTMLParser):
    """Fails where an element is closed that is not open, or stays open."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.hrefs: list[str] = []
        self.sources: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.hrefs += [found["href"] or ""] if "href" in found else []
        self.sources += [found["src"] or ""] if "src" in found else []
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def _read(html: str) -> _Balance:
    reader = _Balance()
    reader.feed(html)
    reader.close()
    return reader


def test_every_event_has_all_files_in_every_language() -> None:
    found = {str(path.relative_to(_EVENTS)) for path in _EVENTS.rglob("*") if path.is_file()}
    assert found == {f"{event}/{language}/{name}" for event in EmailEvent for language in LANGUAGES for name in _FILES}


def _faults(mail: Rendered, language: str) -> list[str]:
    """What a reader would stumble over."""
    said = f"{mail.subject}\n{mail.preheader}\n{mail.text}\n{mail.html}"
    found = {
        "a mark is left": "[[" in said or "]]" in said or "<!--[[" in said,
        "an element stays open": _read(mail.html).open != [],
        "Gmail cuts it": len(mail.html.encode()) >= 100_000,
        "it does not say its language": f'<html lang="{language}" dir="ltr"' not in mail.html,
        "the text has holes": not mail.text.endswith("\n") or "\n\n\n" in mail.text or "  \n" in mail.text,
        "a line is long": any(len(line) > 72 and "://" not in line for line in mail.text.split("\n")),
    }
    return [fault for fault, is_there in found.items() if is_there]


@every_email
def test_email_is_whole_whatever_is_put_in_or_left_out(event: EmailEvent, language: str) -> None:
    for on, values in product(product([True, False], repeat=4), ({}, _EMPTY)):
        switches = dict(zip(_SWITCHES, on, strict=True))
        assert _faults(rendered(event, language, brand=a_brand(**switches), values=values), language) == [], (switches, values)


@every_email
def test_greeting_is_never_empty(event: EmailEvent, language: str) -> None:
    hello = {"en": "Hello", "fr": "Bonjour"}[language]
    named, unnamed = rendered(event, language), rendered(event, language, values={"FIRST_NAME": " "})
    if not event.is_team_mail:  # of whose readers no first name is known
        assert f"\n{hello} Nadia,\n" in named.text and f">{hello} Nadia,<" in named.html
    assert f"\n{hello},\n" in unnamed.text and f">{hello},<" in unnamed.html


@every_email
def test_text_twin_has_what_the_html_has(event: EmailEvent, language: str) -> None:
    mail = rendered(event, language)
    links = set(_read(mail.html).hrefs)
    assert links == {word for word in mail.text.split() if word.startswith("https://")}
    headline = re.search(r"<h1[^>]*>(.*?)</h1>", mail.html)
    assert headline is not None and f"\n{headline[1]}\n" in mail.text
    assert ("481902" in mail.html) == ("\n    481902\n" in mail.text) == (event in HAVE_A_CODE)


@every_email
def test_nothing_foreign_is_loaded(event: EmailEvent, language: str) -> None:
    html = rendered(event, language).html
    assert _read(html).sources == ["https://clients.cabinet-lumiere.example/logo.png", f"{ICONS}/linkedin.png", f"{ICONS}/whatsapp.png"]
    for loader in ("<script", "<link", "@import", "@font-face", "url(", "<iframe", "background=", "googleapis", "<form"):
        assert loader not in html, loader


@every_email
def test_html_can_be_heard(event: EmailEvent, language: str) -> None:
    """Tables that only lay out say so; the picture beside the firm's name is silent, a network says its name; there is one headline."""
    html = rendered(event, language).html
    tables = re.findall(r"<table[^>]*>", html)
    assert [table for table in tables if 'role="presentation"' not in table] == []
    assert re.findall(r'<img[^>]* alt="([^"]*)"[^>]*>', html) == ["", "LinkedIn", "WhatsApp"]
    assert html.count("<img") == 3
    assert html.count("<h1") == 1 and "<title>" in html


def _static_sentences(event: EmailEvent, language: str) -> set[str]:
    """What stands in the sources between the marks, without markup: only words of ours."""
    found = read_sources(event, language)
    texts = [found.subject, found.preheader, found.text, re.sub(r"<mj-head>.*</mj-head>|<[^>]*>", "\n", found.mjml, flags=re.S)]
    pieces = (piece.strip(" \n\u00a0.,:;") for text in texts for piece in re.split(r"\n|(?<=[.:]) ", MARK.sub("\n", text)))
    return {piece for piece in pieces if re.search(r"[^\W\d_]{2}", piece)}


@pytest.mark.parametrize("event", EmailEvent)
def test_no_sentence_is_the_same_in_two_languages(event: EmailEvent) -> None:
    english, french = _static_sentences(event, "en"), _static_sentences(event, "fr")
    assert english & french == set()
    assert len(english) >= 8 and len(french) >= 8


@pytest.mark.parametrize("event", EmailEvent)
@pytest.mark.parametrize(
    ("language", "foreign"),
    [
        ("fr", {"the", "you", "your", "and", "is", "to", "this", "not", "will", "hello", "because", "of", "we", "for"}),
        ("en", {"le", "la", "les", "vous", "votre", "et", "est", "ce", "ne", "pas", "bonjour", "parce", "nous", "pour"}),
    ],
)
def test_no_word_of_the_other_language(event: EmailEvent, language: str, foreign: set[str]) -> None:
    words = {word.lower() for sentence in _static_sentences(event, language) for word in re.findall(r"\w+", sentence)}
    assert words & foreign == set()


def test_french_keeps_its_signs_with_their_words() -> None:
    texts = {path: re.sub(r"<[^>]*>", "", path.read_text(encoding="utf-8")) for path in _EVENTS.glob("*/fr/*")}
    loose = {path: re.findall(r"(?:[^\u00a0][:;?!»](?!/)|«[^\u00a0]|'| [:;?!»])", text) for path, text in texts.items()}
    assert len(texts) == len(EmailEvent) * len(_FILES)
    assert {path: signs for path, signs in loose.items() if signs} == {}


@pytest.mark.parametrize("event", EmailEvent)
def test_languages_ask_for_the_same_values(event: EmailEvent) -> None:
    asked = [{mark["name"] for mark in MARK.finditer(str(read_sources(event, language)))} for language in LANGUAGES]
    assert asked[0] == asked[1]
    assert needed_values(event) <= asked[0]


@pytest.mark.rule("M4")
@every_email
def test_website_and_logo_are_missing_where_there_is_none(event: EmailEvent, language: str) -> None:
    mail = rendered(event, language, brand=a_brand(website="", logo=None, socials=()), values={"PREFERENCES_URL": ""})
    assert "cabinet-lumiere" not in mail.text.partition("--")[2]
    assert "<img" not in mail.html


@pytest.mark.rule("A08", "M3")
@pytest.mark.parametrize("language", LANGUAGES)
def test_account_stands_beside_the_firm_only_where_given(language: str) -> None:
    with_account = rendered(EmailEvent.SIGNATURE_REMINDER, language)
    without = rendered(EmailEvent.SIGNATURE_REMINDER, language, values={"ACCOUNT": ""}, envelope=an_envelope(from_name="Cabinet Lumière"))
    assert with_account.text.startswith("Cabinet Lumière\nBoulangerie Lefèvre SRL\n\n")
    assert ">Boulangerie Lefèvre SRL</span>" in with_account.html
    assert without.text.startswith("Cabinet Lumière\n\n")
    assert "Boulangerie" not in everything_said(without)


@pytest.mark.parametrize(("language", "line"), [("en", "Reminder 2 of 3"), ("fr", "Rappel 2 sur 3")])
def test_reminder_counts_and_says_so_first(language: str, line: str) -> None:
    mail = rendered(EmailEvent.SIGNATURE_REMINDER, language, values={"NUMBER": "2", "ACTIVATION_URL": ""})
    assert mail.subject.startswith(line)
    assert mail.html.index(f">{line}<") < mail.html.index("<h1")
    assert mail.text.index(line.upper()) < 60


@pytest.mark.parametrize("language", LANGUAGES)
def test_code_and_links_are_not_in_what_servers_log(language: str) -> None:
    """Subjects stand in the logs of servers and on locked screens."""
    code = rendered(EmailEvent.ACT_CODE, language)
    preheader = re.search(r'<div style="display:none[^>]*>([^<]*)<', code.html)
    assert "481902" not in code.subject
    assert preheader is not None and "481902" not in preheader[1] and preheader[1].startswith("Val")


def test_french_reminder_reads_like_this() -> None:
    mail = rendered(EmailEvent.SIGNATURE_REMINDER, "fr", values={"ACTIVATION_URL": ""})
    assert mail.subject == "Rappel 1 sur 3 : votre signature pour « Lettre de mission 2027 »".replace(" :", "\u00a0:").replace(
        "« ", "«\u00a0"
    ).replace(" »", "\u00a0»")
    assert mail.text.replace("\u00a0", " ") == (
        "Cabinet Lumière\n"
        "Boulangerie Lefèvre SRL\n"
        "\n"
        "RAPPEL 1 SUR 3\n"
        "\n"
        "Votre signature est attendue\n"
        "\n"
        "Bonjour Nadia,\n"
        "\n"
        "Le lundi 26 octobre, nous vous avons demandé de signer « Lettre de\n"
        "mission 2027 », avant le vendredi 30 octobre. Votre signature manque\n"
        "encore.\n"
        "\n"
        "  « Merci de relire et signer notre lettre de mission pour 2027.\n"
        "  Les honoraires ne changent pas. »\n"
        "  Claire Moreau, expert-comptable\n"
        "\n"
        "Lire et signer :\n"
        "https://clients.cabinet-lumiere.example/a/7KQ2-M9XD\n"
        "\n"
        "Environ 5 minutes. Pour signer, vous recevrez un code à six chiffres à\n"
        "cette adresse. Si vous ne faites rien, le prochain rappel part le lundi\n"
        "2 novembre.\n"
        "\n"
        "--\n"
        "Cabinet Lumière\n"
        "12 quai Saint-Antoine, 69002 Lyon\n"
        "+33 4 72 00 00 00\n"
        "https://cabinet-lumiere.example\n"
        "\n"
        "LinkedIn https://www.linkedin.com/company/cabinet-lumiere\n"
        "WhatsApp https://wa.me/33472000000\n"
        "\n"
        "Vous recevez cet e-mail parce que vous suivez le compte Boulangerie\n"
        "Lefèvre SRL.\n"
        "\n"
        "Choisir ce que vous recevez :\n"
        "https://clients.cabinet-lumiere.example/n/5WHD-K2T7\n"
    )


def test_english_notice_without_context_reads_like_this() -> None:
    empty = dict.fromkeys(("ACCOUNT", "ACTIVATION_URL", "FIRST_NAME", "NEXT_ON"), "")
    mail = rendered(EmailEvent.SIGNATURE_REQUESTED, "en", brand=a_brand(show_context=False), values=empty)
    assert mail.subject == "A document is waiting for your signature"
    assert mail.text.replace("\u00a0", " ").partition("--\n")[0] == (
        "Cabinet Lumière\n"
        "\n"
        "A document to sign\n"
        "\n"
        "Hello,\n"
        "\n"
        "Cabinet Lumière asks you to read and sign a document.\n"
        "\n"
        "Read and sign:\n"
        "https://clients.cabinet-lumiere.example/a/7KQ2-M9XD\n"
        "\n"
        "About 5 minutes. To sign, you will receive a six-digit code at this\n"
        "address.\n"
        "\n"
    )


@pytest.mark.parametrize(("language", "said"), [("en", "for {} hours"), ("fr", "pendant {}\u00a0heures")])
def test_the_link_for_a_new_password_says_how_long_it_lasts(language: str, said: str) -> None:
    """As the page that sends it; what holds is PASSWORD_RESET_TIMEOUT."""
    source = read_sources(EmailEvent.PASSWORD_RESET, language)
    for text in (source.text, source.mjml):
        assert said.format(settings.PASSWORD_RESET_TIMEOUT // 3600) in text
