"""SMTP over one connection, kept from message to message, in as few round trips as its server allows (PIPELINING, RFC 2920)."""

import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import parse_qs, unquote, urlsplit

from templates_email.render import Rendered
from ways.accepted import Accepted
from ways.errors import ErrorKind, SendError, Step, kind_of_smtp_code

TIMEOUT = 20  # seconds; with the lease's 60 it leaves room to record what happened
ENVELOPE = (Step.MAIL, Step.RCPT, Step.DATA)
GO_ON = 354  # the server waits for the message itself

type Answer = tuple[int, bytes]


class SmtpTransport:
    """Where the server takes several commands at once, the envelope of the next message travels behind this one: one round trip each."""

    plain: type[smtplib.SMTP] = smtplib.SMTP
    over_tls: type[smtplib.SMTP_SSL] = smtplib.SMTP_SSL

    def __init__(self, url: str, sender: str, *, comes_back_to: str = "") -> None:
        """`comes_back_to` is a mailbox of ours: a message that cannot be delivered comes back there under its own id."""
        self.url = urlsplit(url)
        self.tls = parse_qs(self.url.query).get("tls", ["none"])[0]  # of config.environment.TLS
        self.sender = sender
        self.comes_back_to = comes_back_to
        self.connection: smtplib.SMTP | None = None
        self.announced = b""  # the envelope that is on its way to the server, which will wait for its message

    def send(self, rendered: Rendered, *, before_data: Callable[[], None], following: Rendered | None = None) -> Accepted:
        connection = self._open_for(self._envelope(rendered))
        try:
            before_data()
        except BaseException:
            self._drop()  # the server waits for a message: that is how it learns that there is none
            raise
        try:
            code, answer = self._hand_over(connection, rendered.to_mime(), following)
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            raise SendError(ErrorKind.DOUBT, str(error)) from error
        if code != 250:
            self._drop()
            raise _refusal(Step.TEXT, code, answer)
        return Accepted(answer.decode("utf-8", "replace"), follows=bool(self.announced))

    def has_answered(self) -> bool:
        """Whether the server's answers to the envelope that went ahead are here, all three; false where none did. Waits for nothing."""
        if self.connection is None or self.connection.sock is None or self.connection.file is None or not self.announced:
            return False
        self.connection.sock.settimeout(0)
        try:
            arrived: list[bytes] = self.connection.file.peek(1).split(b"\r\n")[:-1]
            return sum(line[3:4] != b"-" for line in arrived) >= len(ENVELOPE)
        except OSError:  # over TLS: nothing yet; a broken connection shows when it is read
            return False
        finally:
            self.connection.sock.settimeout(TIMEOUT)

    def _open_for(self, envelope: bytes) -> smtplib.SMTP:
        """A connection whose server has taken the envelope, and waits for the message. Raises `SendError`."""
        try:
            if self.announced not in (b"", envelope):
                self._drop()
            connection = self.connection = self.connection or self._connect()
            answers = self._answers(connection, envelope)
        except smtplib.SMTPAuthenticationError as error:
            self._drop()
            raise SendError(ErrorKind.SENDER if error.smtp_code >= 500 else ErrorKind.LATER, str(error)) from error
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            raise SendError(ErrorKind.SOON, str(error)) from error
        refused = [(step, *answer) for step, answer in zip(ENVELOPE, answers, strict=False) if answer[0] not in (250, 251, GO_ON)]
        if refused:
            self._begin_anew(connection, answers[-1])
            raise _refusal(*refused[0])
        return connection

    def _answers(self, connection: smtplib.SMTP, envelope: bytes) -> list[Answer]:
        """To MAIL, RCPT and DATA; where they go one by one, up to the first that is refused."""
        if _takes_several(connection):
            if not self.announced:
                connection.send(envelope)
            self.announced = b""
            return [connection.getreply() for _ in range(3)]
        answers = list[Answer]()
        for command in envelope.splitlines():
            answers.append(connection.docmd(command.decode("ascii")))
            if answers[-1][0] not in (250, 251, GO_ON):
                break
        return answers

    def _hand_over(self, connection: smtplib.SMTP, mime: bytes, following: Rendered | None) -> Answer:
        self.announced = self._envelope(following) if following and _takes_several(connection) else b""
        connection.send(stuffed(mime) + self.announced)
        return connection.getreply()

    def _envelope(self, rendered: Rendered) -> bytes:
        sender = return_path(self.comes_back_to, rendered.message_id) if self.comes_back_to else self.sender
        return f"MAIL FROM:<{sender}>\r\nRCPT TO:<{rendered.recipient_address}>\r\nDATA\r\n".encode("ascii")

    def _begin_anew(self, connection: smtplib.SMTP, last: Answer) -> None:
        """After a refusal. A server that waits for a message although it has refused its reader would take whatever comes for one."""
        if last[0] == GO_ON:
            self._drop()
            return
        try:
            connection.rset()
        except (OSError, smtplib.SMTPException):
            self._drop()

    def _connect(self) -> smtplib.SMTP:
        connection = self._reach()
        try:
            self._enter(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _reach(self) -> smtplib.SMTP:
        host, port = self.url.hostname or "localhost", self.url.port or 25
        if self.tls == "implicit":
            return self.over_tls(host, port, timeout=TIMEOUT, context=ssl.create_default_context())
        return self.plain(host, port, timeout=TIMEOUT)

    def _enter(self, connection: smtplib.SMTP) -> None:
        if self.tls == "starttls":
            connection.starttls(context=ssl.create_default_context())  # smtplib's own believes any certificate
        connection.ehlo_or_helo_if_needed()
        if self.url.username:
            connection.login(unquote(self.url.username), unquote(self.url.password or ""))

    def _drop(self) -> None:
        if self.connection is not None:
            self.connection.close()
        self.connection, self.announced = None, b""

    def close(self) -> None:
        if self.connection is not None and not self.announced:
            with suppress(OSError, smtplib.SMTPException):
                self.connection.quit()
        self._drop()


def return_path(mailbox: str, message_id: str) -> str:
    """`bounces+<id>@…`: whoever brings a message back need not say which it was."""
    name, _, host = mailbox.rpartition("@")
    return f"{name}+{message_id.lstrip('<').partition('@')[0]}@{host}"


def _takes_several(connection: smtplib.SMTP) -> bool:
    return bool(connection.has_extn("pipelining"))


def stuffed(mime: bytes) -> bytes:
    """As it goes over the wire: each dot that begins a line is doubled, and one alone ends the message."""
    dotted = (b"." + mime if mime.startswith(b".") else mime).replace(b"\r\n.", b"\r\n..")
    return dotted + (b".\r\n" if dotted.endswith(b"\r\n") else b"\r\n.\r\n")


def _refusal(step: Step, code: int, answer: bytes) -> SendError:
    text = answer.decode("utf-8", "replace")
    return SendError(kind_of_smtp_code(code, text, step), f"{code} {text}")
