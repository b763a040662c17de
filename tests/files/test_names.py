"""What of a name is kept."""

import pytest

from clients.names import name_key
from files.names import clean_name, names_to_try, numbered_name, short_name, split_name


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Facture n° 12.pdf", "Facture n° 12.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Claire\\Bail 2027.pdf", "Bail 2027.pdf"),
        ('a "quoted" <b>name</b>.pdf', "b>.pdf"),
        ('a "quoted" name.pdf', 'a "quoted" name.pdf'),
        ("=cmd|' /C calc'!A0.csv", "C calc'!A0.csv"),
        ("=1+1.csv", "=1+1.csv"),
        ("rapport\u202efdp.exe", "rapportfdp.exe"),
        ("a\r\n\tb\0.pdf", "ab.pdf"),
        ("..", ""),
        ("  .pdf", "pdf"),
        ("e\u0301te\u0301.pdf", "été.pdf"),
    ],
)
def test_name_is_one_line_without_path_or_tricks(name: str, kept: str) -> None:
    assert clean_name(name) == kept


def test_long_name_keeps_its_ending() -> None:
    assert short_name("é" * 300 + ".pdf") == "é" * 156 + ".pdf"
    assert split_name("archive.of last year") == ("archive.of last year", "")


def test_number_stands_before_the_ending() -> None:
    assert numbered_name("lettre.pdf", 2) == "lettre (2).pdf"
    assert len(numbered_name("é" * 156 + ".pdf", 12)) == 160


@pytest.mark.parametrize(
    "name",
    ["a" * 156 + ".csv", "a" * 160, "\ufdfa" * 12 + ".csv", "\ufdfa." + "\ufdfa" * 10, "a" * 149 + "." + "b" * 10, "ß" * 156 + ".csv"],
)
def test_every_number_gives_another_name_however_long(name: str) -> None:
    tries = names_to_try(name, [12_345_678])
    assert len(tries) == 100
    assert [name_key(each) for each in tries.values()] == [*tries]
    assert max(map(len, tries.values())) <= 160
