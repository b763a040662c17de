"""The ways out: SMTP over a kept connection, or a provider through Anymail."""

import smtplib
import ssl
from collections.abc import Callable
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from anymail.exceptions import AnymailAPIError, AnymailRecipientsRefused
from django.conf import settings
from django.utils.module_loading import import_string

from notifications.errors import ErrorKind, SendError, kind_of_smtp_code
from templates_email.render import Rendered

TIMEOUT = 20  # seconds; with the lease's 60 it leaves room to record what happened


class Transport(Protocol):
    def send(self, rendered: Rendered, *, before_data: Callable[[], None]) -> str:
        """Hands one message over and gives the server's answer or id. `before_data` runs at the last moment and may raise.

        Raises `SendError`.
        """

    def close(self) -> None: ...


class SmtpTransport:
    """One connection, kept from message to message."""

    def __init__(self, url: str, sender: str) -> None:
        self.url = urlsplit(url)
        self.tls = parse_qs(self.url.query).get("tls", ["none"])[0]  # of config.environment.TLS
        self.sender = sender
        self.connection: smtplib.SMTP | None = None

    def send(self, rendered: Rendered, *, before_data: Callable[[], None]) -> str:
        mime = rendered.to_mime()
        connection = self._envelope(rendered.recipient_address)
        before_data()
        try:
            code, answer = connection.data(mime)
        except (OSError, smtplib.SMTPServerDisconnected) as error:
            self._drop()
            raise SendError(ErrorKind.DOUBT, str(error)) from error
        except smtplib.SMTPDataError as error:  # refused at DATA itself: nothing was handed over
            self._drop()
            raise _refusal(error.smtp_code, error.smtp_error) from error
        if code != 250:
            self._drop()
            raise _refusal(code, answer)
        return answer.decode("utf-8", "replace")

    def _envelope(self, to: str) -> smtplib.SMTP:
        try:
            connection = self.connection or self._connect()
            self.connection = connection
            for code, answer in (connection.mail(self.sender), connection.rcpt(to)):
                if code not in (250, 251):
                    connection.rset()
                    raise _refusal(code, answer)
        except smtplib.SMTPAuthenticationError as error:
            self._drop()
            raise SendError(ErrorKind.SENDER, str(error)) from error
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            raise SendError(ErrorKind.SOON, str(error)) from error
        return connection

    def _connect(self) -> smtplib.SMTP:
        host, port = self.url.hostname or "localhost", self.url.port or 25
        if self.tls == "implicit":
            connection: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=ssl.create_default_context())
        else:
            connection = smtplib.SMTP(host, port, timeout=TIMEOUT)
        if self.tls == "starttls":
            connection.starttls(context=ssl.create_default_context())  # smtplib's own believes any certificate
        connection.ehlo_or_helo_if_needed()
        if self.url.username:
            connection.login(unquote(self.url.username), unquote(self.url.password or ""))
        return connection

    def _drop(self) -> None:
        if self.connection is not None:
            self.connection.close()
        self.connection = None

    def close(self) -> None:
        if self.connection is not None:
            try:
                self.connection.quit()
            except (OSError, smtplib.SMTPException):
                self.connection.close()
        self.connection = None


def _refusal(code: int, answer: bytes | str) -> SendError:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return SendError(kind_of_smtp_code(code, text), f"{code} {text}")


class AnymailTransport:
    """A provider, by the name of its Anymail backend."""

    def __init__(self, backend: str) -> None:
        self.backend = import_string(backend)()

    def send(self, rendered: Rendered, *, before_data: Callable[[], None]) -> str:
        message = rendered.to_email_message()
        before_data()
        try:
            self.backend.send_messages([message])
        except AnymailRecipientsRefused as error:
            raise SendError(ErrorKind.ADDRESS, str(error)) from error
        except AnymailAPIError as error:
            raise SendError(kind_of_api_status(error.status_code), str(error)) from error
        except OSError as error:
            raise SendError(ErrorKind.DOUBT, str(error)) from error
        return str(message.anymail_status.message_id or "")  # type: ignore[attr-defined]

    def close(self) -> None:
        self.backend.close()


def kind_of_api_status(status: int | None) -> ErrorKind:
    """The kind of a provider's HTTP status; none at all means that the request may have arrived."""
    if status is None:
        return ErrorKind.DOUBT
    if status == 429:
        return ErrorKind.LATER
    if status in (401, 402, 403):
        return ErrorKind.SENDER
    return ErrorKind.ADDRESS if 400 <= status < 500 else ErrorKind.SOON


def open_transport() -> Transport:
    """The way out that the deployment has configured."""
    if settings.ANYMAIL_BACKEND:
        return AnymailTransport(settings.ANYMAIL_BACKEND)
    return SmtpTransport(settings.SMTP_URL, settings.MAIL_FROM)
