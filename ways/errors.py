"""Why a message did not go, normalised: what a way out can answer, and what stands in the message itself."""

import re
from enum import StrEnum
from smtplib import SMTPException

STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")  # RFC 3463
# The mailbox is full, the text is too large or refused, we are not trusted: the address exists, and this e-mail did not arrive.
NOT_THE_ADDRESS = re.compile(r"5\.(1\.[78]|2\.[234]|3\.\d+|4\.[2567]|5\.\d+|6\.\d+|7\.\d+)$")
SIGN_IN = (530, 534, 535, 538)
NO_SUCH_MAILBOX = (550, 551, 553)
AN_ADDRESS = re.compile(r"[^\s<>]+@[^\s<>]+")  # its own words, such as a mailbox named "policy", say nothing


class Step(StrEnum):
    """What a server has refused."""

    ENTRY = "entry"  # to let us in
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


# A server without an enhanced status says in words what stands behind the 550 of a recipient. The first that is found holds; a wrong guess
# would silence every client whom the same server refuses.
RELAYING = re.compile(  # it carries nothing of ours to anybody: somebody has to see to the way
    r"(?<![\w.-])relay(?:ing|ed)?(?! recipient table|[\w.-]*\.\w)|rcpthosts|not a gateway|sender (?:address|verif)"
    r"|authenticat\w+ (?:is )?(?:required|needed)|must (?:first )?authenticate|not authenticated",
    re.IGNORECASE,
)
FULL = re.compile(r"\bquota\b|box (?:is )?full", re.IGNORECASE)  # it has room again one day
UNWANTED = re.compile(  # we, or this e-mail, are not wanted there; another day, or by another server, the same address may take one
    r"block|black|(?<!not )\blisted\b|(?:dns|r|s)bl\b|spam|polic|prohibit|\b(?:spf|dkim|dmarc|helo|ptr|rdns)\b|reputation|denied|abuse"
    r"|banned|sender|reverse|too many|message re(?:ject|fus)",
    re.IGNORECASE,
)
WORDS = ((RELAYING, ErrorKind.SENDER), (FULL, ErrorKind.SOON), (UNWANTED, ErrorKind.NEVER))


class SendError(Exception):
    """A message that was not, or perhaps not, accepted; `answer` is the server's own, as much of it as is kept.

    `answered`: a provider has said so, whatever it thinks of the message; of a mail server its code shows it. `step` is what a mail server
    has refused of this very message; none where it was not asked.
    """

    def __init__(self, kind: ErrorKind, answer: str, *, answered: bool = False, step: Step | None = None) -> None:
        self.kind, self.answered, self.step = kind, answered, step
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
    status = telling_status(text)
    if step is Step.RCPT and status[:4] in ("", "5.7.") and RELAYING.search(AN_ADDRESS.sub("", text)):
        return ErrorKind.SENDER
    if status:
        return _kind_of_status(code, status, step)
    return _kind_of_words(code, text) if step is Step.RCPT else ErrorKind.NEVER


def is_of_the_address(said: str) -> bool:
    """Whether what a server refused for good is the mailbox itself: by its enhanced status, else as far as its words say nothing else."""
    status = telling_status(said)
    return status.startswith("5.") and not NOT_THE_ADDRESS.match(status) if status else _kind_in_words(said) is None


def telling_status(text: str) -> str:
    """The first that says more than the general 5.0.0; empty where none does."""
    return next((status for status in STATUS.findall(text) if not status.endswith(".0.0")), "")


def _kind_of_words(code: int, text: str) -> ErrorKind:
    return _kind_in_words(text) or (ErrorKind.ADDRESS if code in NO_SUCH_MAILBOX else ErrorKind.NEVER)


def _kind_in_words(text: str) -> ErrorKind | None:
    said = AN_ADDRESS.sub("", text)
    return next((kind for words, kind in WORDS if words.search(said)), None)


def _kind_of_status(code: int, status: str, step: Step) -> ErrorKind:
    """A full mailbox has room again one day; 554 5.7.1 to a recipient is said of whoever sends."""
    if status.startswith("5.7."):
        return ErrorKind.SENDER if code == 554 and step is not Step.TEXT else ErrorKind.NEVER
    if NOT_THE_ADDRESS.match(status):
        return ErrorKind.SOON if status.startswith("5.2.") else ErrorKind.NEVER
    return ErrorKind.ADDRESS if status.startswith("5." if step is Step.RCPT else "5.1.") else ErrorKind.NEVER
