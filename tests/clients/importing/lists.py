"""Lists for tests: the sample that a firm exported, and lists written row by row."""

import io
from pathlib import Path

SAMPLE = Path(__file__).parent / "clients.csv"
HEADINGS = "Réf.;Nom du compte;Type;Prénom;Nom;E-mail;LOGIN;NOTIFY"


def file_of(*rows: str, headings: str = HEADINGS, encoding: str = "utf-8") -> io.BytesIO:
    return io.BytesIO("\r\n".join([headings, *rows, ""]).encode(encoding))
