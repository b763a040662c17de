"""Reading a provider's call: whether it is the provider's, and what it tells. Anymail knows each of them; the secrets are the way's own."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import isfinite
from typing import Any

from anymail.exceptions import AnymailAPIError, AnymailError, AnymailWebhookValidationFailure
from anymail.signals import AnymailTrackingEvent
from anymail.urls import urlpatterns
from anymail.webhooks.base import AnymailBaseWebhookView
from django.http import HttpRequest

from lib.storing import storable
from tracking.enums import ReportKind
from tracking.rules import IGNORED, kind_of
from tracking.subscribing import NotAmazon, confirm_subscription
from ways.enums import Provider
from ways.providers import OUR_ID

MOST = 256 * 1024  # bytes of a call; a report of one e-mail has a few thousand
UNREADABLE = (
    AnymailError,
    AttributeError,
    KeyError,
    LookupError,
    TypeError,
    ValueError,
    RecursionError,
)  # of an event in no shape that was ever seen


class Forged(Exception):
    """Signature or password are not those of the way."""


class NotOurs(Exception):
    """No event at all."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One event; see `tracking.models.Told`. `at` is none where the provider does not say."""

    key: bytes
    kind: ReportKind
    at: datetime | None
    our_id: str
    provider_id: str
    recipient: str
    detail: str
    raw: Mapping[str, Any]


def hear(request: HttpRequest, provider: str, options: Mapping[str, Any]) -> list[Heard]:
    """What the call tells. Raises `Forged` or `NotOurs`; what is signed and cannot be read is one event of unknown kind."""
    view = view_of(provider)(**options, **({"auto_confirm_sns_subscriptions": False} if provider == Provider.AMAZON_SES else {}))
    try:
        view.run_validators(request)
    except AnymailWebhookValidationFailure as error:
        raise Forged(str(error)) from error
    except (AnymailAPIError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise NotOurs(str(error)) from error
    try:
        if provider == Provider.AMAZON_SES:
            confirm_subscription(request)
        events = view.parse_events(request)
        return list(_heard(view.esp_name, events, provider))
    except NotAmazon as error:
        raise Forged(str(error)) from error
    except UNREADABLE:
        return [_unknown(request, provider)]


def view_of(provider: str) -> type[AnymailBaseWebhookView]:
    """Raises LookupError for one that Anymail has no webhook for."""
    for pattern in urlpatterns:
        if pattern.name == f"{provider}_tracking_webhook":
            view: type[AnymailBaseWebhookView] = pattern.callback.view_class
            return view
    raise LookupError(provider)


def _heard(esp_name: str, events: Sequence[AnymailTrackingEvent], provider: str) -> Iterator[Heard]:
    for place, event in enumerate(events):
        if event.event_type in IGNORED:
            continue
        raw = event.esp_event if isinstance(event.esp_event, Mapping) else {"event": str(event.esp_event)}
        yield Heard(
            key=key_of(provider, event.event_id, place, raw),
            kind=kind_of(esp_name, event.event_type, event.reject_reason, raw),
            at=event.timestamp,
            our_id=text_of((event.metadata or {}).get(OUR_ID), 120),
            provider_id=text_of(event.message_id, 200),
            recipient=text_of(event.recipient, 254),
            detail=text_of(event.mta_response or event.description, 500),
            raw=as_json(raw),
        )


def key_of(provider: str, event_id: str | None, place: int, raw: Mapping[str, Any]) -> bytes:
    """The same whenever the provider tells the same again. Mailgun's id is what its signature is of: a signature counts once."""
    told = f"{event_id}|{raw.get('RecordType', '')}" if event_id else json.dumps(raw, sort_keys=True)
    return hashlib.sha256(f"{provider}|{place}|{told}".encode()).digest()


def _unknown(request: HttpRequest, provider: str) -> Heard:
    try:
        raw = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise NotOurs("not JSON") from error
    raw = raw if isinstance(raw, dict) else {"event": raw}
    return Heard(key_of(provider, None, 0, raw), ReportKind.UNKNOWN, None, "", "", "", "", as_json(raw))


def text_of(value: object, most: int) -> str:
    return storable(str(value or ""))[:most]


def as_json(value: Any) -> Any:
    """The same event, as far as it can be stored as JSON."""
    if isinstance(value, Mapping):
        return {storable(str(name)): as_json(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [as_json(inner) for inner in value]
    if isinstance(value, float) and not isfinite(value):
        return str(value)
    return storable(value) if isinstance(value, str) else value
