"""What of a name is kept."""

import pytest

from files.names import clean_name, numbered_name, short_name, split_name


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
