"""What each provider calls a webhook with, in the shapes of its documentation: body, headers, and how it says who it is."""

import hashlib
import hmac
import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from django.urls import reverse

from ways.enums import Provider
from ways.models import Way

SIGNING_KEY = "mailgun-signing-key-for-tests"


@dataclass(frozen=True, slots=True)
class Mail:
    """The e-mail that is reported on, as its provider knows it."""

    provider_id: str
    our_id: str
    to: str


@dataclass(slots=True)
class Call:
    """One POST; `secret` is what the caller knows."""

    provider: Provider
    body: Any
    headers: Mapping[str, str] = field(default_factory=dict)

    def made_with(self, secret: str) -> tuple[str, dict[str, str]]:
        """Body and headers as they go over the wire."""
        if self.provider == Provider.MAILGUN:
            return json.dumps(signed(self.body, secret)), {}
        return json.dumps(self.body), {"Authorization": f"Basic {b64encode(f'relance:{secret}'.encode()).decode()}", **self.headers}


def signed(body: Mapping[str, Any], key: str) -> dict[str, Any]:
    told = body["signature"]
    proof = hmac.new(key.encode(), f"{told['timestamp']}{told['token']}".encode(), hashlib.sha256).hexdigest()
    return {**body, "signature": {**told, "signature": proof}}


def secret_of(way: Way) -> str:
    return way.credentials.signing_key if way.provider == Provider.MAILGUN else way.credentials.hook_password


def send(call: Call, way: Way, *, secret: str | None = None, token: str | None = None, client: Client | None = None) -> int:
    """The status of our answer."""
    body, headers = call.made_with(secret_of(way) if secret is None else secret)
    path = reverse("hook", args=[call.provider, token or way.credentials.hook])
    caller = client or Client(raise_request_exception=True)
    return caller.post(path, body, content_type="application/json", headers=headers).status_code


# --- Events: kind is one of delivered, deferred, bounced, returned, complained, unsubscribed, opened --------------------------


def postmark(mail: Mail, kind: str, number: int) -> Call:
    common = {"MessageID": mail.provider_id, "Metadata": {"relance_id": mail.our_id}, "MessageStream": "outbound", "ServerID": 23}
    bounce = {"RecordType": "Bounce", "ID": 4_323_372_036 + number, "Email": mail.to, "BouncedAt": "2026-11-03T09:00:00Z"}
    at = f"2026-11-03T09:00:00.{number:06}Z"
    bodies: dict[str, dict[str, Any]] = {
        "delivered": {"RecordType": "Delivery", "Recipient": mail.to, "DeliveredAt": at, "Details": "250 OK"},
        "deferred": {**bounce, "Type": "Transient", "TypeCode": 2, "Details": "451 4.7.1 Try again"},
        "bounced": {**bounce, "Type": "HardBounce", "TypeCode": 1, "Details": "550 5.1.1 No such user", "Inactive": True},
        "returned": {**bounce, "Type": "SoftBounce", "TypeCode": 4096, "Details": "552 5.2.2 Mailbox full"},
        "complained": {**bounce, "RecordType": "SpamComplaint", "Type": "SpamComplaint", "TypeCode": 100001},
        "unsubscribed": {
            "RecordType": "SubscriptionChange", "Recipient": mail.to, "ChangedAt": at,
            "SuppressSending": True, "SuppressionReason": "ManualSuppression", "Origin": "Recipient",
        },
        "opened": {"RecordType": "Open", "Recipient": mail.to, "ReceivedAt": "2026-11-03T09:00:00Z", "FirstOpen": True},
    }  # fmt: skip
    return Call(Provider.POSTMARK, {**common, **bodies[kind]})


def mailgun(mail: Mail, kind: str, number: int) -> Call:
    events: dict[str, dict[str, Any]] = {
        "delivered": {"event": "delivered", "delivery-status": {"code": 250, "message": "OK"}},
        "deferred": {
            "event": "failed",
            "severity": "temporary",
            "reason": "generic",
            "delivery-status": {"code": 451, "message": "4.7.1 Later"},
        },
        "bounced": {
            "event": "failed",
            "severity": "permanent",
            "reason": "bounce",
            "delivery-status": {"code": 550, "message": "No"},
        },
        "returned": {"event": "rejected", "reject": {"reason": "Sandbox", "description": ""}},
        "complained": {"event": "complained"},
        "unsubscribed": {"event": "unsubscribed"},
        "opened": {"event": "opened", "ip": "192.0.2.1"},
    }
    headers = {"to": mail.to, "message-id": mail.provider_id.strip("<>"), "from": "a@relance.example", "subject": "…"}
    data = {
        "id": f"event-{number}", "timestamp": 1_793_696_400.5, "recipient": mail.to, "tags": [],
        "user-variables": {"relance_id": mail.our_id}, "message": {"headers": headers, "attachments": [], "size": 17}, **events[kind],
    }  # fmt: skip
    return Call(Provider.MAILGUN, {"signature": {"timestamp": "1793696400", "token": f"{number:050x}"}, "event-data": data})


def amazon_ses(mail: Mail, kind: str, number: int) -> Call:
    bounced = {"bouncedRecipients": [{"emailAddress": mail.to, "status": "5.1.1", "diagnosticCode": "smtp; 550 5.1.1 No such user"}]}
    events: dict[str, dict[str, Any]] = {
        "delivered": {"eventType": "Delivery", "delivery": {"recipients": [mail.to], "smtpResponse": "250 OK"}},
        "deferred": {"eventType": "DeliveryDelay", "deliveryDelay": {"delayType": "MailboxFull"}},
        "bounced": {"eventType": "Bounce", "bounce": {"bounceType": "Permanent", "bounceSubType": "General", **bounced}},
        "returned": {"eventType": "Bounce", "bounce": {"bounceType": "Transient", "bounceSubType": "MailboxFull", **bounced}},
        "complained": {
            "eventType": "Complaint",
            "complaint": {"complainedRecipients": [{"emailAddress": mail.to}], "complaintFeedbackType": "abuse"},
        },
        "unsubscribed": {"eventType": "Subscription", "subscription": {"contactList": "x"}},
        "opened": {"eventType": "Open", "open": {"userAgent": "x"}},
    }
    headers = [{"name": "Message-ID", "value": mail.our_id}, {"name": "X-Metadata", "value": json.dumps({"relance_id": mail.our_id})}]
    event = {**events[kind], "mail": {"messageId": mail.provider_id, "destination": [mail.to], "headers": headers}}
    told = {
        "Type": "Notification", "MessageId": f"sns-{number}", "TopicArn": "arn:aws:sns:eu-west-3:123456789012:relance",
        "Message": json.dumps(event), "Timestamp": "2026-11-03T09:00:00.000Z",
    }  # fmt: skip
    return Call(Provider.AMAZON_SES, told, {"x-amz-sns-message-type": "Notification", "x-amz-sns-message-id": f"sns-{number}"})


def brevo(mail: Mail, kind: str, number: int) -> Call:
    names = {
        "delivered": "delivered", "deferred": "deferred", "bounced": "hard_bounce", "returned": "soft_bounce", "complained": "spam",
        "unsubscribed": "unsubscribe", "opened": "unique_opened",
    }  # fmt: skip
    body = {
        "event": names[kind], "email": mail.to, "id": 51, "message-id": mail.provider_id, "ts_epoch": 1_793_696_400_000 + number,
        "subject": "…", "X-Mailin-custom": json.dumps({"relance_id": mail.our_id}), "reason": "550 5.1.1 No such user",
    }  # fmt: skip
    return Call(Provider.BREVO, body)


MAKERS = {Provider.POSTMARK: postmark, Provider.MAILGUN: mailgun, Provider.AMAZON_SES: amazon_ses, Provider.BREVO: brevo}
