"""What is wrong in a catalogue stops the start, instead of leaving half of the product in English."""

import subprocess
import sys
from pathlib import Path

COMPILE = Path(__file__).resolve().parents[2] / "ops" / "compile-messages"
HEADER = 'msgid ""\nmsgstr ""\n"Language: fr\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'


def compiled(folder: Path, text: str) -> "tuple[subprocess.CompletedProcess[str], Path]":
    po = folder / "clients" / "locale" / "fr" / "LC_MESSAGES" / "django.po"
    po.parent.mkdir(parents=True)
    po.write_text(text, encoding="utf-8")
    done = subprocess.run(["bash", str(COMPILE), sys.executable], cwd=folder, capture_output=True, text=True, check=False)
    return done, po.with_suffix(".mo")


def test_a_good_catalogue_is_compiled(tmp_path: Path) -> None:
    done, compiled_file = compiled(tmp_path, HEADER + 'msgid "Account"\nmsgstr "Compte"\n')
    assert (done.returncode, done.stderr) == (0, "")
    assert b"Compte" in compiled_file.read_bytes()


def test_a_wrong_placeholder_stops_it_and_counts_as_not_compiled(tmp_path: Path) -> None:
    wrong = '#, python-format\nmsgid "%(n)s accounts"\nmsgstr "%(m)s comptes"\n'
    done, compiled_file = compiled(tmp_path, HEADER + wrong)
    assert done.returncode == 1
    assert "django.po" in done.stderr
    assert not compiled_file.exists()


def test_a_catalogue_of_which_nothing_would_be_used_stops_it(tmp_path: Path) -> None:
    done, _ = compiled(tmp_path, "#, fuzzy\n" + HEADER + 'msgid "Account"\nmsgstr "Compte"\n')
    assert done.returncode == 1
    assert "fuzzy" in done.stderr
