"""Writes of what is reported: kept first, once; then what follows from it for the message and its address."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from firms.models import Firm
from notifications.bounces import mark_outcome, record_bounce, record_lost
from notifications.enums import Outcome, SuppressionOrigin, SuppressionReason
from notifications.keeping import term_of
from notifications.models import Message, Notice
from tenancy.context import firm_context
from tracking.enums import ReportKind
from tracking.models import Report, Stray
from tracking.places import Place
from tracking.reading import Heard

WAITS_FOR = timedelta(days=7)  # a report that overtook its message; afterwards it stays an orphan
AT_ONCE = 500  # waiting reports of a firm that one tick looks at
LOST = {
    ReportKind.BOUNCED: SuppressionReason.NO_SUCH_ADDRESS,
    ReportKind.COMPLAINED: SuppressionReason.COMPLAINED,
    ReportKind.UNSUBSCRIBED: SuppressionReason.UNSUBSCRIBED,
}
NOT_ARRIVED = (ReportKind.RETURNED, ReportKind.REJECTED)


def keep(place: Place, heard: Sequence[Heard], now: datetime) -> None:
    """Each event once, however often and in whatever order it is told; what it means follows in a transaction of its own."""
    for each in heard:
        firm_id = place.firm_id or find_firm_of(each.our_id, each.provider_id)
        if firm_id is None:
            _keep_stray(place.provider, each, now)
            continue
        with firm_context(firm_id):
            report_id = _keep_report(firm_id, place, each, now)
        if report_id:
            with firm_context(firm_id):
                apply_report(firm_id, report_id, now)


def find_firm_of(our_id: str, provider_id: str) -> int | None:
    """The firm of the e-mail, for what came by the deployment's webhook."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT firm_of_message(%s, %s)", [our_id, provider_id])
        row = cursor.fetchone()
    return row[0] if row else None


def _keep_report(firm_id: int, place: Place, heard: Heard, now: datetime) -> int | None:
    """None for what was told before."""
    made = Report(firm_id=firm_id, way_id=place.way_id, provider=place.provider, **_columns(heard, now))
    Report.objects.bulk_create([made], ignore_conflicts=True)
    mine = Report.objects.filter(firm=firm_id, way=place.way_id, key=heard.key, applied_at=None)
    return mine.values_list("pk", flat=True).first()


def _keep_stray(provider: str, heard: Heard, now: datetime) -> None:
    Stray.objects.bulk_create([Stray(provider=provider, **_columns(heard, now))], ignore_conflicts=True)


def _columns(heard: Heard, now: datetime) -> dict[str, object]:
    told = asdict(heard)
    at: datetime | None = told.pop("at")
    return {**told, "happened_at": min(_aware(at), now) if at else now, "received_at": now}


def _aware(at: datetime) -> datetime:
    return timezone.make_aware(at, timezone.get_default_timezone()) if timezone.is_naive(at) else at


@transaction.atomic
def apply_report(firm_id: int, report_id: int, now: datetime) -> bool:
    """What follows from it, once; False while its message is unknown, or is on its way still and its record to come."""
    firm = Firm.objects.get(pk=firm_id)
    report = Report.objects.select_for_update().filter(firm=firm, pk=report_id, applied_at=None).first()
    message = _message_of(firm, report) if report else None
    if report is None or message is None or message.outcome == Outcome.SENDING:
        return False
    _follow(firm, report, message, now)
    report.message, report.applied_at = message, now
    report.save(update_fields=["message", "applied_at"])
    return True


def _message_of(firm: Firm, report: Report) -> Message | None:
    """By what the provider calls it, else by the Message-ID that it gave back; locked."""
    messages = Message.objects.select_for_update(no_key=True).filter(firm=firm)
    by_id = messages.filter(provider_id=report.provider_id).first() if report.provider_id else None
    return by_id or (messages.filter(message_id=report.our_id).first() if report.our_id else None)


def _follow(firm: Firm, report: Report, message: Message, now: datetime) -> None:
    kind = ReportKind(report.kind)
    if kind == ReportKind.DELIVERED:
        mark_outcome(firm, message, Outcome.DELIVERED)
    elif kind in LOST:
        record_bounce(
            firm=firm, message=message, address_ids=_addresses_of(message), reason=LOST[kind], detail=report.detail, at=report.happened_at,
            now=now, origin=SuppressionOrigin.PROVIDER,
        )  # fmt: skip
    elif kind in NOT_ARRIVED:
        record_lost(firm=firm, message=message, detail=report.detail or str(report.get_kind_display()), now=now)


def _addresses_of(message: Message) -> list[int]:
    notices = Notice.objects.filter(firm=message.firm_id, message=message, address__isnull=False)
    return sorted(set(notices.values_list("address_id", flat=True)))


# --- Reports that waited -------------------------------------------------------------------------------------------------


def apply_waiting(firm_id: int, now: datetime) -> int:
    """Those of a firm whose messages are known by now; how many there were."""
    with firm_context(firm_id):
        waiting = Report.objects.filter(firm=firm_id, applied_at=None, received_at__gt=now - WAITS_FOR).order_by("received_at")
        ids = list(waiting.values_list("pk", flat=True)[:AT_ONCE])
    return sum(_apply_one(firm_id, report_id, now) for report_id in ids)


def _apply_one(firm_id: int, report_id: int, now: datetime) -> bool:
    with firm_context(firm_id):
        return apply_report(firm_id, report_id, now)


def bring_strays_home(now: datetime) -> int:
    """Those whose firm is known by now become reports of it; how many there were."""
    home = 0
    for stray in Stray.objects.filter(received_at__gt=now - WAITS_FOR).order_by("received_at")[:AT_ONCE]:
        firm_id = find_firm_of(stray.our_id, stray.provider_id)
        if firm_id is not None:
            home += _bring_home(firm_id, stray)
    return home


def _bring_home(firm_id: int, stray: Stray) -> bool:
    """Row by row of its own firm; a worker that does the same at the same time finds it gone."""
    columns = {field.attname: getattr(stray, field.attname) for field in Stray._meta.concrete_fields if not field.primary_key}
    with firm_context(firm_id):
        if not Stray.objects.filter(pk=stray.pk).delete()[0]:
            return False
        Report.objects.bulk_create([Report(firm_id=firm_id, **columns)], ignore_conflicts=True)
    return True


def drop_old_reports(*, firm: Firm, now: datetime) -> int:
    """What they said, after the firm's term; what they were, and the key by which a replay is known, stays."""
    old = Report.objects.filter(firm=firm, received_at__lte=term_of(firm, now)).exclude(raw={})
    return old.update(raw={}, recipient="", detail="")


def firms_with_waiting_reports(now: datetime) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT firms_with_waiting_reports(%s)", [now - WAITS_FOR])
        return sorted(row[0] for row in cursor.fetchall())
