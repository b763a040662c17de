"""What single cells say."""

from datetime import date

import pytest

from clients.enums import AccountKind
from clients.importing.emails import is_email, split_emails
from clients.importing.values import is_formula, kind_of, language_of, phone_of, switch_of, tags_of
from clients.typed import date_of, tidy


@pytest.mark.parametrize("text", ["Oui", "oui", "X", "x", "1", "yes", "VRAI", "✓", " on "])
def test_yes(text: str) -> None:
    assert switch_of(text) is True


@pytest.mark.parametrize("text", ["non", "Non", "0", "no", "FAUX", "off"])
def test_no(text: str) -> None:
    assert switch_of(text) is False


@pytest.mark.parametrize("text", ["peut-être", "?", "oui sauf lundi", "2"])
def test_neither(text: str) -> None:
    assert switch_of(text) is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Société", AccountKind.COMPANY), ("S.A.", AccountKind.COMPANY), ("asbl", AccountKind.COMPANY), ("Famille", AccountKind.FAMILY),
        ("PARTICULIER", AccountKind.PERSON), ("individual", AccountKind.PERSON), ("Fondation privée", None), ("robot", None),
    ],
)  # fmt: skip
def test_kind(text: str, kind: AccountKind | None) -> None:
    assert kind_of(text) == kind


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2021-07-01", date(2021, 7, 1)), ("12/03/2019", date(2019, 3, 12)), ("1/9/2024", date(2024, 9, 1)), ("1.9.2024", date(2024, 9, 1)),
        ("01-09-2024", date(2024, 9, 1)), ("2024/9/1", date(2024, 9, 1)), ("2021-07-01 00:00:00", date(2021, 7, 1)),
        ("31/02/2023", None), ("29/02/2023", None), ("29/02/2024", date(2024, 2, 29)), ("12/13/2019", None), ("1/9/24", None),
        ("44378", None), ("0001-01-01", None), ("9999-01-01", None), ("juillet 2021", None),
    ],
)  # fmt: skip
def test_date(text: str, day: date | None) -> None:
    assert date_of(text) == day


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("FR", "fr"), ("nl", "nl"), ("fr-BE", "fr"), ("en_GB", "en"), ("Néerlandais", "nl"), ("français", "fr"), ("Dutch", "nl"),
        ("Deutsch", "de"), ("English (UK)", "en"), ("Klingon", None), ("xx", None), ("12", None),
    ],
)  # fmt: skip
def test_language(text: str, code: str | None) -> None:
    assert language_of(text) == code


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("+32 479 77 73 53", "+32 479 77 73 53"), ("04 18 40 21 80", "04 18 40 21 80"), ("02/511.11.11", "02/511.11.11"),
        ("+32 (0)2 511 11 11", "+32 (0)2 511 11 11"), ("+32 2\u00a0511\u202f11 11 ext. 12", "+32 2 511 11 11 ext. 12"),
        ("32479777353", "32479777353"),
        ("voir dossier", None), ("1234", None), ("=1+1", None),
    ],
)  # fmt: skip
def test_phone(text: str, phone: str | None) -> None:
    assert phone_of(text) == phone


@pytest.mark.parametrize(
    "email", ["a@b.be", "o'neil+tva@cabinet-x.example", "A.B@SUB.EXAMPLE", "jean@société.example", "x@xn--p1ai.xn--p1ai"]
)
def test_addresses(email: str) -> None:
    assert is_email(email)


@pytest.mark.parametrize(
    "email",
    [
        "deux@@client.example", "sans-arobase.example", "nom@client", "@client.example", "nom@", "a b@client.example", "a@b..example",
        "a@-b.example", ".a@b.example", "a..b@c.example", "a@b.c", "a@b.example\r\nBcc: x@y.example", "é@client.example",
        "x" * 65 + "@b.example",
        "a@" + "b" * 250 + ".be", "a@[127.0.0.1]", "a@b.example,c@d.example", "",
    ],
)  # fmt: skip
def test_no_addresses(email: str) -> None:
    assert not is_email(email)


def test_several_addresses_in_a_cell() -> None:
    assert split_emails("a@b.be; c@d.be,e@f.be") == ["a@b.be", "c@d.be", "e@f.be"]
    assert split_emails(" Paul Lefèvre <paul@lefevre.example> ") == ["paul@lefevre.example"]
    assert split_emails("mailto:a@b.be") == ["a@b.be"]
    assert split_emails("a@b.be ou rien") == ["a@b.be ou rien"]


@pytest.mark.parametrize(
    "text", ['=HYPERLINK("http://x")', " =1+1", "+cmd|' /C calc'!A0", "-2+3+cmd|'x'!A0", "@SUM(1+1)*cmd|' /C calc'!A0", "+SUM(A1)"]
)
def test_formulas(text: str) -> None:
    assert is_formula(text)


@pytest.mark.parametrize("text", ["+32 479", "-", "@Home SPRL", "A=B", "Plus+ (Liège)", "1+1"])
def test_no_formulas(text: str) -> None:
    assert not is_formula(text)


def test_tidy() -> None:
    assert tidy("  Leclercq\r\nAmélie \t suite\u2028du nom ") == "Leclercq Amélie suite du nom"
    assert tidy("Ma\u202eiram\u200b\x07") == "Mairam"
    assert tidy("e\u0301") == "é"


def test_tags() -> None:
    assert tags_of("TVA trimestrielle, Dossier papier; tva Trimestrielle,,") == ("TVA trimestrielle", "Dossier papier")
