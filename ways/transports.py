"""The ways out: SMTP over a kept connection, or a provider through Anymail."""

from collections.abc import Callable
from typing import Protocol

from anymail.exceptions import AnymailAPIError, AnymailRecipientsRefused
from django.conf import settings
from django.utils.module_loading import import_string

from templates_email.render import Rendered
from ways.accepted import Accepted
from ways.errors import ErrorKind, SendError
from ways.smtp import SmtpTransport


class Transport(Protocol):
    def send(self, rendered: Rendered, *, before_data: Callable[[], None], following: str = "") -> Accepted:
        """Hands one message over and gives what the server said. `before_data` runs at the last moment and may raise.

        `following` is whom the next message is for, where that is known. Raises `SendError`.
        """

    def close(self) -> None: ...


class AnymailTransport:
    """A provider, by the name of its Anymail backend."""

    def __init__(self, backend: str) -> None:
        self.backend = import_string(backend)()

    def send(self, rendered: Rendered, *, before_data: Callable[[], None], following: str = "") -> Accepted:
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
        provider_id = str(message.anymail_status.message_id or "")  # type: ignore[attr-defined]
        return Accepted(provider_id, provider_id)

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
