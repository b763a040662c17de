"""Reading what has come back, each e-mail once, and telling the outbox what it says of ours."""

import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from time import monotonic

from django.db import InterfaceError, OperationalError, connection
from django.db.models import Max

from firms.models import Firm
from lib.clock import machine_now
from notifications.bounces import mark_outcome, record_bounce, record_lost
from notifications.enums import Outcome, SuppressionOrigin, SuppressionReason
from notifications.models import Message, Notice
from notifications.rendering import mail_host
from tenancy.context import firm_context
from tracking.mailbox import Mailbox, MailboxError, name_of, opened
from tracking.models import ReturnedMail
from tracking.reports import Kind, Report, read_report

logger = logging.getLogger(__name__)
MOST_AT_ONCE = 500  # the next tick goes on
LONGEST = 50  # seconds, as well; what is being read then is read to its end
REASONS = {Kind.GONE: SuppressionReason.NO_SUCH_ADDRESS, Kind.COMPLAINED: SuppressionReason.COMPLAINED}


class NotYet(Exception):
    """Our own record of the e-mail is still being written: it is read again at the next tick."""


class BeingRead(MailboxError):
    """Another worker has it in hand, and will see to what has come."""


def read_mailbox(url: str, now: datetime) -> Counter[Kind]:
    """How many of each kind have come since the last time. Raises `MailboxError`, `BeingRead` among them."""
    tally = Counter[Kind]()
    name, ends_at = name_of(url), monotonic() + LONGEST
    with _mine_alone(name), opened(url) as box:
        for uid in box.after(_last_read(name, box.validity))[:MOST_AT_ONCE]:
            row = ReturnedMail(mailbox=name, validity=box.validity, uid=uid, read_at=now, kind=Kind.UNKNOWN)
            try:
                read = _read_one(box, row, now)
            except NotYet:
                break
            if read:
                tally[Kind(row.kind)] += 1
            if monotonic() >= ends_at:
                break
    return tally


@contextmanager
def _mine_alone(name: str) -> Iterator[None]:
    """One reader at a time: a mailbox that is slow keeps one worker, and not each minute's. A worker that is killed gives it back."""
    if not _ask_for("pg_try_advisory_lock", name):
        raise BeingRead("It is being read already.")
    try:
        yield
    finally:
        with suppress(OperationalError, InterfaceError):  # then the database has let go of it
            _ask_for("pg_advisory_unlock", name)


def _ask_for(function: str, name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(hashtextextended(%s, 0))", [f"relance.tracking.{name}"])
        (given,) = cursor.fetchone()
    return bool(given)


def _last_read(name: str, validity: int) -> int:
    return ReturnedMail.objects.filter(mailbox=name, validity=validity).aggregate(last=Max("uid"))["last"] or 0


def _read_one(box: Mailbox, row: ReturnedMail, now: datetime) -> bool:
    """False where it is not there any more, or another worker was faster. What cannot be read never keeps the others waiting."""
    raw = box.fetch(row.uid)
    if raw is None:
        return False
    try:
        report = read_report(raw)
        row.kind = report.kind
        return _record(row, report, now)
    except (NotYet, OperationalError, InterfaceError):
        raise  # it is read again
    except Exception:  # whatever a broken e-mail does to the parser, or to us: a person reads it
        logger.exception("E-mail %s of %s cannot be read", row.uid, row.mailbox)
        row.kind, row.message = Kind.UNKNOWN, ""
        return _insert(row)


def _record(row: ReturnedMail, report: Report, now: datetime) -> bool:
    """What it does and that it was read stand together, or not at all; False where another worker was faster."""
    ours = find_ours(report)
    if ours is None:
        if report.kind != Kind.AUTO_REPLY:  # whatever it says, it is of none of ours: forged, or of another sender
            row.kind = Kind.UNKNOWN
        return _insert(row)
    firm_id, message_id = ours
    with firm_context(firm_id):
        firm = Firm.objects.get(pk=firm_id)
        message = Message.objects.select_for_update(no_key=True).get(firm=firm, pk=message_id)
        if message.outcome == Outcome.SENDING and message.lease_until and message.lease_until > machine_now():
            raise NotYet  # whoever has it in hand will have said within a minute what became of it
        row.message = message.code
        if made := _insert(row):
            tell(firm, message, report, now)
        return made


def find_ours(report: Report) -> tuple[int, int] | None:
    """Firm and id of the e-mail that it names, if it is one of ours; what it came back to says it more surely than what it brings back."""
    for message_id in filter(None, (f"<{report.tag}@{mail_host()}>" if report.tag else "", report.message_id)):
        with connection.cursor() as cursor:
            cursor.execute("SELECT firm_id, message_id FROM message_that_came_back(%s)", [message_id])
            row = cursor.fetchone()
        if row:
            return row[0], row[1]
    return None


def _insert(row: ReturnedMail) -> bool:
    _, made = ReturnedMail.objects.get_or_create(
        mailbox=row.mailbox, validity=row.validity, uid=row.uid,
        defaults={"read_at": row.read_at, "kind": row.kind, "message": row.message},
    )  # fmt: skip
    return made


def tell(firm: Firm, message: Message, report: Report, now: datetime) -> None:
    """What the outbox makes of it; a delay, an automatic reply and what is not understood change nothing."""
    at = min(report.at or now, now)
    if report.kind in REASONS:
        addresses = Notice.objects.filter(firm=firm, message=message, address__isnull=False).values_list("address_id", flat=True)
        origin = SuppressionOrigin.RETURNED if report.kind == Kind.GONE else SuppressionOrigin.READER
        record_bounce(
            firm=firm, message=message, address_ids=set(addresses), reason=REASONS[report.kind], origin=origin, detail=report.detail,
            at=at, now=now,
        )  # fmt: skip
    elif report.kind == Kind.LOST:
        record_lost(firm=firm, message=message, detail=report.detail, now=now)
    elif report.kind == Kind.DELIVERED:
        mark_outcome(firm, message, Outcome.DELIVERED, now)
