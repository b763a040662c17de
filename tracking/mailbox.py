"""The mailbox that e-mails come back to, over IMAP. It is opened to read alone: nothing in it is changed, moved or marked."""

import imaplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Self
from urllib.parse import unquote, urlsplit

from tracking.patience import PatientImap

PATIENCE = 20  # seconds for an exchange, of which getting in is one
IMAP, IMAPS = 143, 993
MOST_BYTES = 512 * 1024  # a report says what it has to in its first lines; the e-mail that it brings back may be large


class MailboxError(Exception):
    """It cannot be opened or read."""

    permanent = False


class Mailbox:
    """An opened one; `validity` is what its numbers belong to (UIDVALIDITY)."""

    def __init__(self, connection: PatientImap, validity: int) -> None:
        self.connection = connection
        self.validity = validity

    @classmethod
    def open(cls, url: str) -> Self:
        """Raises `MailboxError`."""
        parts = urlsplit(url)
        try:
            connection = _connect(parts.scheme, parts.hostname or "localhost", parts.port)
        except (OSError, UnicodeError, imaplib.IMAP4.error) as error:
            raise MailboxError(str(error)) from error
        try:
            connection.login(unquote(parts.username or ""), unquote(parts.password or ""))
            return cls(connection, _select(connection, unquote(parts.path.lstrip("/")) or "INBOX"))
        except (OSError, ValueError, imaplib.IMAP4.error, MailboxError) as error:
            connection.shutdown()
            raise MailboxError(_without_password(error, parts.password)) from None

    def after(self, uid: int) -> list[int]:
        """The numbers of the e-mails that have come since, lowest first."""
        found = self._ask("SEARCH", "UID", f"{uid + 1}:*")
        numbers = b" ".join(each for each in found if isinstance(each, bytes)).split()
        return sorted(number for number in map(int, numbers) if number > uid)  # "*" is the last one, be it ever so old

    def fetch(self, uid: int) -> bytes | None:
        """Its first `MOST_BYTES`; None where somebody has deleted it meanwhile."""
        found = self._ask("FETCH", str(uid), f"(BODY.PEEK[]<0.{MOST_BYTES}>)")
        return next((bytes(each[1]) for each in found if isinstance(each, tuple)), None)

    def close(self) -> None:
        """In what is left of the last exchange's time: whoever was late then is not waited for again."""
        with suppress(OSError, imaplib.IMAP4.error):
            self.connection.logout()
        self.connection.shutdown()

    def _ask(self, command: str, *words: str) -> list[object]:
        self.connection.begin()
        try:
            answer, found = self.connection.uid(command, *words)
        except (OSError, imaplib.IMAP4.error) as error:
            raise MailboxError(str(error)) from error
        if answer != "OK":
            raise MailboxError(f"The mailbox answers {answer} to {command}.")
        return list(found)


@contextmanager
def opened(url: str) -> Iterator[Mailbox]:
    box = Mailbox.open(url)
    try:
        yield box
    finally:
        box.close()


def name_of(url: str) -> str:
    """Which mailbox it is, without a secret: what was read is remembered under it."""
    parts = urlsplit(url)
    return f"{unquote(parts.username or '')}@{parts.hostname}{parts.path}"[:200]


def _connect(scheme: str, host: str, port: int | None) -> PatientImap:
    if scheme == "imaps":
        return PatientImap(host, port or IMAPS, seconds=PATIENCE, tls=ssl.create_default_context())
    return PatientImap(host, port or IMAP, seconds=PATIENCE, tls=None)


def _select(connection: PatientImap, name: str) -> int:
    """Its UIDVALIDITY. Raises `MailboxError`, or what the connection raises."""
    answer, said = connection.select(_quoted(name), readonly=True)
    if answer != "OK":
        words = b" ".join(each for each in said if isinstance(each, bytes)).decode(errors="replace")
        raise MailboxError(f"The server answers {answer} to the mailbox {name}: {words}")
    validity = connection.response("UIDVALIDITY")[1][0]
    if not validity:
        raise MailboxError(f"The server does not say what the numbers in the mailbox {name} belong to (UIDVALIDITY).")
    return int(validity)


def _quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _without_password(error: Exception, password: str | None) -> str:
    said = str(error)
    return said.replace(unquote(password), "…") if password else said
