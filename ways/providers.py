"""Providers' APIs through Anymail: which options open each, and what of ours each of them tells back later."""

import uuid
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.utils.module_loading import import_string

from lib.within import TooLate
from templates_email.render import Rendered
from ways.accepted import Accepted
from ways.calls import Call, watch
from ways.credentials import Credentials
from ways.enums import Provider
from ways.errors import ErrorKind, SendError, words_of
from ways.models import Way
from ways.refusals import refusal_of
from ways.smtp import TIMEOUT

BACKENDS: Mapping[Provider, str] = {each: f"anymail.backends.{each}.EmailBackend" for each in Provider if each.tells_back}
MAILGUN_URLS = {"us": "https://api.mailgun.net/v3", "eu": "https://api.eu.mailgun.net/v3"}
LONGEST_VALUE = 80  # of what Postmark keeps of a message's metadata
OUR_ID = "relance_id"  # under this name every provider's webhook gives a message's Message-ID back


class AnymailTransport:
    """A provider, by the name of its Anymail backend, over a connection that is kept."""

    def __init__(self, backend: str, patience: float = TIMEOUT, **options: object) -> None:
        """`patience`, in seconds, is for a whole call, however little at a time the provider says."""
        self.backend = import_string(backend)(**options)
        self.patience = patience
        self.watched = False

    def send(self, rendered: Rendered, *, before_data: Callable[[], None], following: Rendered | None = None) -> Accepted:
        message = self._written(rendered)
        self._open()
        before_data()
        call = Call()
        try:
            call.within(self.patience, partial(self.backend.send_messages, [message]))
        except TooLate as error:
            self.close()  # the next one goes over a new connection
            raise SendError(ErrorKind.DOUBT if call.said or not self.watched else ErrorKind.SOON, str(error)) from error
        except Exception as error:
            raise refusal_of(error) from error
        provider_id = str(message.anymail_status.message_id or "")  # type: ignore[attr-defined]
        return Accepted(provider_id, provider_id)

    def _written(self, rendered: Rendered) -> EmailMultiAlternatives:
        """Raises `SendError`: no other try would make of it what the provider gets."""
        try:
            message = rendered.to_email_message()
            say_what_is_ours(message, self.backend.esp_name)
        except Exception as error:
            raise SendError(ErrorKind.NEVER, words_of(error)) from error
        return message

    def _open(self) -> None:
        """Nobody is called yet: what fails here is the way's own, such as a region that there is not."""
        try:
            if self.backend.open():
                self.watched = watch(self.backend)
        except Exception as error:
            raise SendError(ErrorKind.SENDER, words_of(error)) from error

    def is_ready_for(self, rendered: Rendered) -> bool:
        return False

    def close(self) -> None:
        self.backend.close()


def say_what_is_ours(message: EmailMultiAlternatives, esp_name: str) -> None:
    """Our Message-ID, for the webhooks, to be kept as it is, and as the key by which a second try is known; see docs/ways.md."""
    our_id = str(message.extra_headers.get("Message-ID", ""))
    if 0 < len(our_id) <= LONGEST_VALUE:
        message.metadata = {OUR_ID: our_id}  # type: ignore[attr-defined]
    if esp_name == "Postmark":
        message.extra_headers["X-PM-KeepID"] = "true"
    if esp_name == "Brevo":
        message.extra_headers["idempotencyKey"] = str(uuid.uuid5(uuid.NAMESPACE_URL, our_id))


def open_provider(way: Way, patience: float = TIMEOUT) -> AnymailTransport:
    return AnymailTransport(BACKENDS[Provider(way.provider)], patience, **OPTIONS[Provider(way.provider)](way, way.credentials, patience))


def _postmark(way: Way, credentials: Credentials, patience: float) -> Mapping[str, Any]:
    return {"server_token": credentials.secret, "timeout": patience}


def _mailgun(way: Way, credentials: Credentials, patience: float) -> Mapping[str, Any]:
    return {"api_key": credentials.secret, "sender_domain": way.domain, "api_url": MAILGUN_URLS[way.region], "timeout": patience}


def _amazon_ses(way: Way, credentials: Credentials, patience: float) -> Mapping[str, Any]:
    return {"client_params": client_params(way, credentials, patience), "configuration_set_name": way.configuration_set or None}


def client_params(way: Way, credentials: Credentials, patience: float) -> dict[str, Any]:
    """What boto3 needs; it tries once, for we count the tries."""
    config = {"connect_timeout": patience, "read_timeout": patience, "retries": {"total_max_attempts": 1}}
    keys = {"aws_access_key_id": way.username, "aws_secret_access_key": credentials.secret}
    return {**keys, "region_name": way.region, "config": config}


def _brevo(way: Way, credentials: Credentials, patience: float) -> Mapping[str, Any]:
    return {"api_key": credentials.secret, "timeout": patience}


OPTIONS: Mapping[Provider, Callable[[Way, Credentials, float], Mapping[str, Any]]] = {
    Provider.POSTMARK: _postmark,
    Provider.MAILGUN: _mailgun,
    Provider.AMAZON_SES: _amazon_ses,
    Provider.BREVO: _brevo,
}
