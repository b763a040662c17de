"""The caught e-mails: one .eml file each, read as their reader's mail program would."""

import logging
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parseaddr
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.http import Http404

logger = logging.getLogger(__name__)

FOLDER = "mail"
HEAD = re.compile(r"<head\b[^>]*>", re.IGNORECASE)
NEW_TAB = '<base target="_blank">'  # in a sandboxed frame a link can only go to a tab of its own


@dataclass(frozen=True, slots=True)
class Letter:
    """What a list shows of an e-mail. `recipient` is the address it went to; `sender` and `to` are the header's, names and addresses."""

    id: str
    sender: str
    sender_name: str
    to: str
    to_name: str
    recipient: str
    subject: str
    at: datetime
    is_reminder: bool


@dataclass(frozen=True, slots=True)
class OpenLetter:
    """An e-mail with its parts; an absent part is empty."""

    letter: Letter
    html: str
    text: str
    headers: tuple[tuple[str, str], ...]


def folder() -> Path:
    return settings.DEMO_DIR / FOLDER


def list_letters() -> list[Letter]:
    """Newest first, by the product's clock. What cannot be read is logged and left out."""
    letters = [letter for file in folder().glob("*.eml") if (letter := _find_letter(file))]
    return sorted(letters, key=lambda letter: (letter.at, letter.id), reverse=True)


def open_letter(letter_id: str) -> OpenLetter:
    """Raises `Http404` for whatever is not the name of a caught e-mail."""
    files = {file.stem: file for file in folder().glob("*.eml")}
    if letter_id not in files:
        raise Http404
    file = files[letter_id]
    message = _parse(file, headers_only=False)
    letter = _letter_of(file, message)
    headers = tuple((name, str(value)) for name, value in message.items())
    return OpenLetter(letter, _part(message, "html"), _part(message, "plain"), headers)


def in_new_tabs(html: str) -> str:
    """The same page, whose links open in a tab of their own."""
    head = HEAD.search(html)
    at = head.end() if head else 0
    return html[:at] + NEW_TAB + html[at:]


def forget_letters() -> None:
    for file in folder().glob("*.eml"):
        file.unlink()


def _find_letter(file: Path) -> Letter | None:
    try:
        return _read_letter(file, file.stat().st_mtime_ns)
    except Exception:  # anybody may hand in anything here; the others are shown
        logger.exception("%s cannot be read as an e-mail", file)
        return None


@lru_cache(maxsize=4096)
def _read_letter(file: Path, changed_at: int) -> Letter:
    return _letter_of(file, _parse(file, headers_only=True))


def _parse(file: Path, *, headers_only: bool) -> EmailMessage:
    with file.open("rb") as content:
        return BytesParser(policy=policy.default).parse(content, headersonly=headers_only)


def _letter_of(file: Path, message: EmailMessage) -> Letter:
    sender, to = str(message.get("From", "")), str(message.get("To", ""))
    return Letter(
        id=file.stem,
        sender=sender,
        sender_name=parseaddr(sender)[0] or sender,
        to=to,
        to_name=parseaddr(to)[0],
        recipient=str(message.get("X-RcptTo", "")) or to,
        subject=str(message.get("Subject", "")),
        at=_date_of(file, message),
        is_reminder="In-Reply-To" in message,
    )


def _date_of(file: Path, message: EmailMessage) -> datetime:
    at = getattr(message.get("Date"), "datetime", None)
    if not isinstance(at, datetime):
        return datetime.fromtimestamp(file.stat().st_mtime, UTC)
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    if part is None:
        return ""
    raw = part.get_payload(decode=True)
    assert isinstance(raw, bytes)
    try:
        return raw.decode(part.get_content_charset("utf-8"), "replace")
    except LookupError:  # a character set that nobody knows
        return raw.decode("utf-8", "replace")
