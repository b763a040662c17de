"""Why a message did not go, normalised: what a way out can answer, and what stands in the message itself."""

from enum import StrEnum


class ErrorKind(StrEnum):
    SOON = "soon"  # busy or unreachable: try again soon
    LATER = "later"  # told to slow down: try again later
    ADDRESS = "address"  # this address, never
    SENDER = "sender"  # the firm's or the deployment's way out is broken
    NEVER = "never"  # this message cannot be made
    DOUBT = "doubt"  # handed over, and no answer: it may have gone


class SendError(Exception):
    """A message that was not, or perhaps not, accepted; `answer` is the server's own."""

    def __init__(self, kind: ErrorKind, answer: str) -> None:
        super().__init__(f"{kind}: {answer}")
        self.kind = kind
        self.answer = answer[:500]
        self.way: tuple[int, int] | None = None  # id and version of the firm's own way that said so

    @property
    def permanent(self) -> bool:
        return self.kind in (ErrorKind.ADDRESS, ErrorKind.SENDER, ErrorKind.NEVER)


def kind_of_smtp_code(code: int, text: str) -> ErrorKind:
    """The kind of an SMTP refusal, by its code and, where there is one, its enhanced status (RFC 3463)."""
    if code in (421, 450, 451, 452):
        return ErrorKind.LATER if "4.7." in text else ErrorKind.SOON
    if code in (530, 534, 535, 538):
        return ErrorKind.SENDER
    if "5.7." in text:
        return ErrorKind.SENDER
    return ErrorKind.ADDRESS if 500 <= code <= 599 else ErrorKind.SOON
