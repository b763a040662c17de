"""Why a message did not go, normalised: what a way out can answer, and what stands in the message itself."""

import re
from enum import StrEnum
from smtplib import SMTPException

STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")  # RFC 3463
# The mailbox is full, the text is too large or refused, we are not trusted: the address exists, and this e-mail did not arrive.
NOT_THE_ADDRESS = re.compile(r"5\.(1\.[78]|2\.[234]|3\.\d+|4\.[2567]|5\.\d+|6\.\d+|7\.\d+)$")
SIGN_IN = (530, 534, 535, 538)
NO_SUCH_MAILBOX = (550, 551, 553)


class Step(StrEnum):
    """What a server has refused."""

    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    TEXT = "text"


class ErrorKind(StrEnum):
    SOON = "soon"  # busy or unreachable: try again soon
    LATER = "later"  # told to slow down: try again later
    ADDRESS = "address"  # this address, never
    SENDER = "sender"  # the firm's or the deployment's way out is broken
    NEVER = "never"  # this message cannot be made
    DOUBT = "doubt"  # handed over, and no answer: it may have gone


class SendError(Exception):
    """A message that was not, or perhaps not, accepted; `answer` is the server's own, as much of it as is kept.

    `answered`: a provider has said so, whatever it thinks of the message; of a mail server its code shows it.
    """

    def __init__(self, kind: ErrorKind, answer: str, *, answered: bool = False) -> None:
        self.kind, self.answered = kind, answered
        self.whole_answer = answer.replace("\0", "")  # which PostgreSQL keeps in no text
        self.answer = self.whole_answer[:500]
        super().__init__(f"{kind}: {self.answer}")
        self.way: tuple[int, int] | None = None  # id and version of the firm's own way that said so

    @property
    def permanent(self) -> bool:
        return self.kind in (ErrorKind.ADDRESS, ErrorKind.SENDER, ErrorKind.NEVER)


def words_of(error: Exception) -> str:
    """Of one that a connection or a library raised; a bare KeyError would say too little."""
    return str(error) if isinstance(error, OSError | SMTPException) and str(error) else f"{type(error).__name__}: {error}"


def kind_of_smtp_code(code: int, text: str, step: Step = Step.RCPT) -> ErrorKind:
    """The kind of an SMTP refusal, by what was refused, its code and, where there is one, its enhanced status (RFC 3463)."""
    if not 500 <= code <= 599:
        return ErrorKind.LATER if "4.7." in text else ErrorKind.SOON
    if code in SIGN_IN or step is Step.MAIL:
        return ErrorKind.SENDER
    status = STATUS.search(text)
    if status is None:
        return ErrorKind.ADDRESS if step is Step.RCPT and code in NO_SUCH_MAILBOX else ErrorKind.NEVER
    return _kind_of_status(code, status[1], step)


def _kind_of_status(code: int, status: str, step: Step) -> ErrorKind:
    """A full mailbox has room again one day; 554 5.7.1 to a recipient is said of whoever sends."""
    if status.startswith("5.7."):
        return ErrorKind.SENDER if code == 554 and step is not Step.TEXT else ErrorKind.NEVER
    if NOT_THE_ADDRESS.match(status):
        return ErrorKind.SOON if status.startswith("5.2.") else ErrorKind.NEVER
    return ErrorKind.ADDRESS if step is Step.RCPT or status.startswith("5.1.") else ErrorKind.NEVER
