"""What a report means: pure decisions over what Anymail makes of a provider's event, and over the event itself."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from anymail.signals import EventType, RejectReason

from tracking.enums import ReportKind
from ways.errors import is_of_the_address

IGNORED = frozenset({EventType.OPENED, EventType.CLICKED, EventType.QUEUED, EventType.SENT})  # nobody is watched while they read
KINDS: Mapping[str, ReportKind] = {
    EventType.DELIVERED: ReportKind.DELIVERED,
    EventType.DEFERRED: ReportKind.DEFERRED,
    EventType.COMPLAINED: ReportKind.COMPLAINED,
    EventType.UNSUBSCRIBED: ReportKind.UNSUBSCRIBED,
    EventType.FAILED: ReportKind.REJECTED,
}
WAITS_FOR = timedelta(days=7)  # a report that overtook its e-mail; afterwards it stays an orphan
SOONEST, LATEST = timedelta(seconds=30), timedelta(hours=6)  # between two looks for its e-mail
HARD_POSTMARK = frozenset({"HardBounce", "BadEmailAddress"})
HARD_MAILGUN = frozenset({"bounce", "suppress-bounce"})  # "old" was given up after hours, "generic" may be anything
HARD_BREVO = frozenset({"hard_bounce", "invalid_email"})


def kind_of(esp_name: str, event_type: str, reject_reason: str | None, raw: Mapping[str, Any]) -> ReportKind:
    """A bounce counts for good only where the provider says so: a wrong guess would silence a client."""
    if event_type == EventType.BOUNCED:
        return ReportKind.BOUNCED if is_for_good(esp_name, raw) else ReportKind.RETURNED
    if event_type == EventType.REJECTED:
        return ReportKind.BOUNCED if reject_reason == RejectReason.INVALID else ReportKind.REJECTED
    return KINDS.get(event_type, ReportKind.UNKNOWN)


def is_for_good(esp_name: str, raw: Mapping[str, Any]) -> bool:
    """Whether the address itself is bad, by each provider's own word for it; of others nobody knows."""
    if esp_name == "Postmark":
        return raw.get("Type") in HARD_POSTMARK
    if esp_name == "Mailgun":
        return _is_hard_of_mailgun(_inner(raw, "event-data"))
    if esp_name == "Amazon SES":
        return _inner(raw, "bounce").get("bounceType") == "Permanent"
    return esp_name == "Brevo" and raw.get("event") in HARD_BREVO


def _is_hard_of_mailgun(event: Mapping[str, Any]) -> bool:
    """It calls permanent whatever it tries no more; what the server said tells a block from an address."""
    told = _inner(event, "delivery-status")
    said = " ".join(str(told.get(name, "")) for name in ("code", "enhanced-code", "bounce-code", "message"))
    return event.get("severity") == "permanent" and event.get("reason") in HARD_MAILGUN and is_of_the_address(said)


def _inner(raw: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    inner = raw.get(name)
    return inner if isinstance(inner, Mapping) else {}


def next_look(received_at: datetime, now: datetime) -> datetime | None:
    """When a report whose e-mail is unknown is looked at again: after as long as it has waited; none once it has waited long enough.

    What overtook its e-mail is home within minutes; what is of another sender at the same provider grows old, and costs less and less.
    """
    waited = now - received_at
    return None if waited >= WAITS_FOR else now + min(max(waited, SOONEST), LATEST)
