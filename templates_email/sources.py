"""The files an e-mail is made from: the base, and five small files per event and language."""

from dataclasses import dataclass
from html import escape
from pathlib import Path

from templates_email.enums import EmailEvent
from templates_email.errors import UnknownLanguage

LANGUAGES = ("en", "fr")
_HERE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Sources:
    subject: str
    preheader: str
    text: str
    mjml: str


def language_of(language: str) -> str:
    """ "fr" for "fr" and "fr-be". Raises UnknownLanguage rather than write to somebody in a language they did not choose."""
    base = language.partition("-")[0].lower()
    if base not in LANGUAGES:
        raise UnknownLanguage(language)
    return base


def read_sources(event: EmailEvent, language: str) -> Sources:
    folder = _HERE / "events" / event / language
    why = _read(folder / "why.txt")
    banner = f"banner.{language}" if event.has_banner else ""
    choose = f"choose.{language}" if event.may_be_muted else ""
    return Sources(
        subject=_read(folder / "subject.txt"),
        preheader=_read(folder / "preheader.txt"),
        text=_with_parts(
            _HERE / "mjml" / "base.txt",
            text=_read(folder / "text.txt"),
            why=why,
            banner=_read(_HERE / "mjml" / f"{banner}.txt") if banner else "",
            choose=_read(_HERE / "mjml" / f"{choose}.txt") if choose else "",
        ),
        mjml=_with_parts(
            _HERE / "mjml" / "base.mjml",
            language=language,
            body=_read(folder / "body.mjml"),
            why=escape(why, quote=False),
            banner=_read(_HERE / "mjml" / f"{banner}.mjml") if banner else "",
            choose=_read(_HERE / "mjml" / f"{choose}.mjml") if choose else "",
        ),
    )


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8").strip("\n")


def _with_parts(base: Path, **parts: str) -> str:
    source = _read(base)
    for name, part in parts.items():
        if not part:
            source = source.replace(f"[[part {name}]]\n", "")  # a line of its own leaves no hole
        source = source.replace(f"[[part {name}]]", part)
    return source.rstrip("\n") + "\n"
