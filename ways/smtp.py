"""SMTP over one connection, kept from message to message, in as few round trips as its server allows (PIPELINING, RFC 2920)."""

import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import parse_qs, unquote, urlsplit

from templates_email.render import Rendered
from ways.accepted import Accepted
from ways.errors import ErrorKind, SendError, Step, kind_of_smtp_code, words_of
from ways.patience import Patient, PatientOverTls, SaysTooMuch, Unfinished, our_name

TIMEOUT = 20  # seconds; with the lease's 60 it leaves room to record what happened
GOODBYE = 5  # seconds
ENVELOPE = (Step.MAIL, Step.RCPT, Step.DATA)
GO_ON = 354  # the server waits for the message itself
LEAVES = 421  # the server closes the connection, as nobody has said anything for long or as it is too much for it
TAKEN = 2  # whatever 2xx a server says

type Answer = tuple[int, bytes]


class HungUp(SendError):
    """The server has left, or says that it does; what it has not heard can be said to it over another connection."""


class SmtpTransport:
    """Where the server takes several commands at once, the envelope of the next message travels behind this one: one round trip each.

    Getting in, each envelope and each text have `patience` seconds, however little at a time the server says or takes.
    """

    plain: type[Patient] = Patient
    over_tls: type[PatientOverTls] = PatientOverTls

    def __init__(self, url: str, sender: str, *, comes_back_to: str = "", patience: float = TIMEOUT) -> None:
        """`comes_back_to` is a mailbox of ours: a message that cannot be delivered comes back there under its own id."""
        self.url = urlsplit(url)
        self.tls = parse_qs(self.url.query).get("tls", ["none"])[0]  # of config.environment.TLS
        self.sender = sender
        self.comes_back_to = comes_back_to
        self.patience = self.enters_within = patience
        self.connection: Patient | None = None
        self.announced = b""  # the envelope that is on its way to the server, which will wait for its message

    def send(self, rendered: Rendered, *, before_data: Callable[[], None], following: Rendered | None = None) -> Accepted:
        text = self.open_for(rendered)
        try:
            before_data()
        except BaseException:
            self.drop()  # the server waits for a message: that is how it learns that there is none
            raise
        self.say(text, following)
        return self.hear()

    def is_ready_for(self, rendered: Rendered) -> bool:
        """Whether its envelope went ahead and the server has taken that, as far as its answers are here. Waits for nothing."""
        if self.connection is None or self.connection.sock is None or not self.announced:
            return False
        if self.announced != self._ahead(rendered):
            return False
        try:
            arrived = self.connection.heard_so_far().split(b"\r\n")[:-1]
            codes = [int(line[:3]) for line in arrived if line[3:4] != b"-"]
        except (OSError, ValueError):  # a broken connection, or nonsense, shows when it is read
            return False
        return len(codes) >= len(ENVELOPE) and all(map(_goes_on, ENVELOPE, codes))

    def close(self) -> None:
        if self.connection is not None and not self.announced:
            with suppress(OSError, smtplib.SMTPException):
                self.connection.timeout = min(GOODBYE, self.patience)
                self.connection.begin()
                self.connection.quit()
        self.drop()

    def drop(self) -> None:
        """Says no goodbye."""
        if self.connection is not None:
            self.connection.close()
        self.connection, self.announced = None, b""

    # --- In steps, for whoever has several messages on their way at once, each over a connection of its own --------------------

    def open_for(self, rendered: Rendered, *, within: float | None = None) -> bytes:
        """The text to be said, for which the server waits now: `within` seconds, where it is not to have all of our patience.

        Raises `SendError`.
        """
        envelope, text = self._written(rendered)
        self._open_for(envelope, within)
        return text

    def say(self, text: bytes, following: Rendered | None = None) -> None:
        """From here on the server has `patience` seconds to hear the text and to answer. Raises `SendError`."""
        connection = self._connected()
        connection.begin()
        self.announced = self._ahead(following) if following and _takes_several(connection) else b""
        try:
            connection.send_text(text + self.announced, ends=len(text))
        except Unfinished as error:
            self.drop()
            raise SendError(ErrorKind.SOON, str(error)) from error
        except Exception as error:  # whatever it is: the server may have taken it
            self.drop()
            raise SendError(ErrorKind.DOUBT, words_of(error)) from error

    def hear(self) -> Accepted:
        """What the server says to the text. Raises `SendError`."""
        connection = self._connected()
        connection.turn_to()
        try:
            code, answer = connection.getreply()
        except Exception as error:  # as above
            self.drop()
            raise SendError(ErrorKind.DOUBT, words_of(error)) from error
        if code // 100 != TAKEN:
            self.drop()
            raise _refusal(Step.TEXT, code, answer)
        return Accepted(answer.decode("utf-8", "replace"), follows=bool(self.announced))

    def let_in(self) -> Patient:
        """Connects where it is not. Raises `SendError`."""
        try:
            self.connection = self.connection or self._connect()
        except Exception as error:  # also what smtplib does not expect, such as a challenge that is none
            raise _not_let_in(error) from error
        return self.connection

    # --- Inside ----------------------------------------------------------------------------------------------------------------

    def _connected(self) -> Patient:
        assert self.connection is not None
        return self.connection

    def _written(self, rendered: Rendered) -> tuple[bytes, bytes]:
        """Envelope and text. Raises `SendError`: no other try would make of it what goes over the wire."""
        try:
            return self._envelope(rendered), stuffed(rendered.to_mime())
        except Exception as error:
            raise SendError(ErrorKind.NEVER, words_of(error)) from error

    def _open_for(self, envelope: bytes, within: float | None = None) -> Patient:
        """A connection whose server has taken the envelope, and waits for the message. Raises `SendError`.

        One that was kept may have been closed since its last message: then the envelope is said once more, over a new one. Nothing of the
        message itself has left before, so that it cannot go twice.
        """
        if self.announced not in (b"", envelope):
            self.drop()
        if self.connection is not None:
            with suppress(HungUp):
                return self._say(envelope, within)
            self.drop()
        return self._say(envelope, within)

    def _say(self, envelope: bytes, within: float | None) -> Patient:
        """Raises `SendError`."""
        try:
            connection = self.let_in()
            answers = self._answers(connection, envelope, within)
        except SendError:
            self.drop()
            raise
        except Exception as error:  # as above
            self.drop()
            raise _not_let_in(error) from error
        refused = [(step, *answer) for step, answer in zip(ENVELOPE, answers, strict=False) if not _goes_on(step, answer[0])]
        if refused:
            self._begin_anew(connection, answers[-1])
            raise _refusal(*refused[0])
        return connection

    def _answers(self, connection: Patient, envelope: bytes, within: float | None) -> list[Answer]:
        """To MAIL, RCPT and DATA; where they go one by one, up to the first that is refused. After a goodbye comes nothing."""
        connection.begin(within)
        if _takes_several(connection):
            if not self.announced:
                connection.send(envelope)
            self.announced = b""
            return _until_goodbye(connection)
        answers = list[Answer]()
        for step, command in zip(ENVELOPE, envelope.splitlines(), strict=False):
            answers.append(connection.docmd(command.decode("ascii")))
            if not _goes_on(step, answers[-1][0]):
                break
        return answers

    def _ahead(self, rendered: Rendered) -> bytes:
        """Its envelope, before its turn; none where that cannot be written: it fails by itself, when it is its turn."""
        try:
            return self._envelope(rendered)
        except ValueError:
            return b""

    def _envelope(self, rendered: Rendered) -> bytes:
        sender = return_path(self.comes_back_to, rendered.message_id) if self.comes_back_to else self.sender
        return f"MAIL FROM:<{sender}>\r\nRCPT TO:<{rendered.recipient_address}>\r\nDATA\r\n".encode("ascii")

    def _begin_anew(self, connection: Patient, last: Answer) -> None:
        """After a refusal. A server that waits for a message although it has refused its reader would take whatever comes for one."""
        if last[0] in (GO_ON, LEAVES):
            self.drop()
            return
        try:
            connection.rset()
        except (OSError, smtplib.SMTPException):
            self.drop()

    def _connect(self) -> Patient:
        connection = self._reach()
        try:
            self._enter(connection)
        except BaseException:
            connection.close()
            raise
        connection.timeout = self.patience
        return connection

    def _reach(self) -> Patient:
        host, port = self.url.hostname or "localhost", self.url.port or 25
        if self.tls == "implicit":
            return self.over_tls(host, port, our_name(), timeout=self.enters_within, context=ssl.create_default_context())
        return self.plain(host, port, our_name(), timeout=self.enters_within)

    def _enter(self, connection: Patient) -> None:
        if self.tls == "starttls":
            connection.starttls(context=ssl.create_default_context())  # smtplib's own believes any certificate
        connection.ehlo_or_helo_if_needed()
        if self.url.username:
            connection.login(unquote(self.url.username), unquote(self.url.password or ""))


def return_path(mailbox: str, message_id: str) -> str:
    """`bounces+<id>@…`: whoever brings a message back need not say which it was."""
    name, _, host = mailbox.rpartition("@")
    return f"{name}+{message_id.lstrip('<').partition('@')[0]}@{host}"


def _takes_several(connection: smtplib.SMTP) -> bool:
    return bool(connection.has_extn("pipelining"))


def _until_goodbye(connection: Patient) -> list[Answer]:
    answers = list[Answer]()
    while len(answers) < len(ENVELOPE) and (not answers or answers[-1][0] != LEAVES):
        answers.append(connection.getreply())
    return answers


def stuffed(mime: bytes) -> bytes:
    """As it goes over the wire: each dot that begins a line is doubled, and one alone ends the message."""
    dotted = (b"." + mime if mime.startswith(b".") else mime).replace(b"\r\n.", b"\r\n..")
    return dotted + (b".\r\n" if dotted.endswith(b"\r\n") else b"\r\n.\r\n")


def _goes_on(step: Step, code: int) -> bool:
    return code == GO_ON if step is Step.DATA else code in (250, 251)


def _not_let_in(error: Exception) -> SendError:
    """Before there was anything of the message. One that greets with a refusal serves nobody: as good as out of reach, but for 421."""
    if isinstance(error, SendError):
        return error
    if isinstance(error, smtplib.SMTPAuthenticationError):
        kind = ErrorKind.SENDER if error.smtp_code >= 500 else ErrorKind.LATER
        return SendError(kind, _said(error.smtp_code, error.smtp_error), step=Step.ENTRY)
    if isinstance(error, smtplib.SMTPResponseException) and error.smtp_code == LEAVES:
        return SendError(ErrorKind.SOON, _said(error.smtp_code, error.smtp_error))
    return (HungUp if _has_left(error) else SendError)(ErrorKind.SOON, words_of(error))


def _has_left(error: Exception) -> bool:
    """Not where it is silent or says no end, which smtplib calls by the same name."""
    closed = isinstance(error, smtplib.SMTPServerDisconnected)
    return closed and not isinstance(error.__context__, TimeoutError | SaysTooMuch)


def _refusal(step: Step, code: int, answer: bytes) -> SendError:
    """What is neither yes nor no after the text leaves it open whether the message was taken."""
    text = _said(code, answer)
    if step is Step.TEXT and code // 100 not in (4, 5):
        return SendError(ErrorKind.DOUBT, text, step=step)
    return (HungUp if code == LEAVES else SendError)(kind_of_smtp_code(code, text, step), text, step=step)


def _said(code: int, answer: bytes | str) -> str:
    return f"{code} {answer if isinstance(answer, str) else answer.decode('utf-8', 'replace')}"
