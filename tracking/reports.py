"""What an e-mail that came back says (RFC 3464, RFC 5965), and of which of ours. Pure: bytes in, a `Report` out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, message_from_string, policy
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from enum import StrEnum

from ways.errors import STATUS, ErrorKind, is_of_the_address, kind_of_smtp_code, telling_status

RETURN_PATH = re.compile(r"\+([0-9a-f]{32})@", re.IGNORECASE)  # bounces+<id>@…, with what stands before the @ of the Message-ID
MESSAGE_ID = re.compile(r"<[0-9a-f]{32}@[^<>\s]{1,200}>")  # ours are a keyed hash: nobody guesses one
REPLY_CODE = re.compile(r"\b[245]\d\d\b")
MOST_DETAIL = 500


class Kind(StrEnum):
    """What came back."""

    GONE = "gone"  # the address does not exist
    LOST = "lost"  # this e-mail did not arrive; the address may
    DELAYED = "delayed"  # a server still tries
    DELIVERED = "delivered"
    COMPLAINED = "complained"  # its reader marked it as unwanted
    AUTO_REPLY = "auto_reply"  # out of office, and the like (RFC 3834)
    UNKNOWN = "unknown"  # somebody has to read it


@dataclass(frozen=True, slots=True)
class Report:
    """`message_id` names one of ours, or `tag` what stands before its @; `at` is when it was written, as it says itself."""

    kind: Kind
    detail: str = ""
    tag: str = ""
    message_id: str = ""
    at: datetime | None = None


def read_report(raw: bytes) -> Report:
    """Raises `ValueError`, or whatever the parser meets in what is no e-mail."""
    mail = message_from_bytes(raw, policy=policy.compat32)
    kind, detail = _kind_of(mail)
    return Report(kind, detail[:MOST_DETAIL], _tag_in(mail), _message_id_in(mail), _date_of(mail))


def _kind_of(mail: Message) -> tuple[Kind, str]:
    """Only what calls itself a report is one: a subject such as “Undelivered” may be anybody's."""
    form = str(mail.get_param("report-type", "")).lower() if mail.get_content_type() == "multipart/report" else ""
    if form == "delivery-status":
        return _delivery(mail)
    if form == "feedback-report":
        return _feedback(mail)
    if _is_automatic(mail):
        return Kind.AUTO_REPLY, ""
    return Kind.UNKNOWN, ""


# --- Delivery status (RFC 3464) ------------------------------------------------------------------------------------------


def _delivery(mail: Message) -> tuple[Kind, str]:
    """Each e-mail of ours goes to one address: what is worst of several holds."""
    found = [_recipient(fields) for fields in _fields_of(mail, "message/delivery-status") if "action" in fields]
    order = list(Kind)
    return min(found, key=lambda each: order.index(each[0]), default=(Kind.UNKNOWN, ""))


def _recipient(fields: Message) -> tuple[Kind, str]:
    action, said = str(fields["action"]).strip().lower(), _one_line(str(fields.get("diagnostic-code", "")))
    status = _status_in(str(fields.get("status", "")), said)
    detail = said.partition(";")[2].strip() or said or status
    if action == "failed":
        return (Kind.GONE if _is_gone(status, said) else Kind.LOST), detail
    return {"delayed": Kind.DELAYED, "delivered": Kind.DELIVERED}.get(action, Kind.UNKNOWN), detail


def _status_in(status: str, said: str) -> str:
    """A server that gives the general 5.0.0 often says more in its answer; one without any has at least a reply code."""
    exact = telling_status(status) or telling_status(said)
    if exact:
        return exact
    general = STATUS.search(status) or STATUS.search(said)
    reply = REPLY_CODE.search(said)
    return general[1] if general else f"{reply[0][0]}.0.0" if reply else ""


def _is_gone(status: str, said: str) -> bool:
    """What has a general status alone is judged as the same answer would have been, had we been told it ourselves."""
    if telling_status(status):
        return is_of_the_address(status)
    reply = REPLY_CODE.search(said)
    return reply is not None and kind_of_smtp_code(int(reply[0]), said) is ErrorKind.ADDRESS


# --- Complaints (RFC 5965) -----------------------------------------------------------------------------------------------


def _feedback(mail: Message) -> tuple[Kind, str]:
    for fields in _fields_of(mail, "message/feedback-report"):
        if str(fields.get("feedback-type", "")).strip().lower() == "abuse":
            return Kind.COMPLAINED, _one_line(str(fields.get("user-agent", "")))
    return Kind.UNKNOWN, ""


# --- Automatic replies (RFC 3834) ----------------------------------------------------------------------------------------


def _is_automatic(mail: Message) -> bool:
    said = str(mail.get("auto-submitted", "no")).partition(";")[0].strip().lower()
    kind = str(mail.get("precedence", "")).strip().lower()
    return said != "no" or kind in ("auto_reply", "bulk", "junk") or any(mail.get(name) for name in ("x-autoreply", "x-autorespond"))


# --- Of which e-mail it is -----------------------------------------------------------------------------------------------


def _tag_in(mail: Message) -> str:
    headers = [value for name in ("delivered-to", "x-original-to", "envelope-to", "to") for value in mail.get_all(name, [])]
    found = [RETURN_PATH.search(address) for _, address in getaddresses([str(value) for value in headers])]
    return next((each[1].lower() for each in found if each), "")


def _message_id_in(mail: Message) -> str:
    """From the headers of ours that it brings back, or, where it brings none, from what it answers to."""
    texts = [str(part.get("message-id", "")) for part in _returned(mail)]
    texts += [str(mail.get(name, "")) for name in ("in-reply-to", "references", "x-failed-message-id")]
    return next((found[0] for text in texts if (found := MESSAGE_ID.search(text))), "")


def _returned(mail: Message) -> Iterator[Message]:
    for part in mail.walk():
        if part is not mail and part.get_content_type() == "message/rfc822" and part.is_multipart():
            yield from (each for each in part.get_payload() if isinstance(each, Message))
        elif part.get_content_type() == "text/rfc822-headers":
            yield message_from_string(_text_of(part))


def _fields_of(mail: Message, kind: str) -> Iterator[Message]:
    """The groups of fields of a part that is made of them; the parser splits those of delivery status itself."""
    for part in mail.walk():
        if part.get_content_type() != kind:
            continue
        if part.is_multipart():
            yield from (each for each in part.get_payload() if isinstance(each, Message))
        else:
            yield message_from_string(_text_of(part).strip())


def _text_of(part: Message) -> str:
    payload = part.get_payload(decode=True)
    return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else str(part.get_payload())


def _one_line(text: str) -> str:
    return " ".join(text.replace("\0", "").split())


def _date_of(mail: Message) -> datetime | None:
    try:
        at = parsedate_to_datetime(str(mail["date"]))
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
