"""Writes of what is reported: kept first, once; then what follows from it for the message and its address."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from django.db import connection, transaction
from django.db.models import QuerySet

from firms.models import Firm
from notifications.bounces import mark_outcome, record_bounce, record_lost
from notifications.enums import Outcome, SuppressionOrigin, SuppressionReason
from notifications.keeping import term_of
from notifications.models import Message, Notice
from tenancy.context import firm_context
from tenancy.ticks import each_by_itself
from tracking.enums import ReportKind
from tracking.keeping import first_look, happened_at, keep_report
from tracking.models import Report, Stray, Told
from tracking.places import Place
from tracking.reading import Heard
from tracking.rules import next_look

AT_ONCE = 500  # waiting reports of a firm, and strays, that one tick looks at
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
        if report_id := keep_report(firm_id, place, each, now):
            with firm_context(firm_id):
                apply_report(firm_id, report_id, now)


def find_firm_of(our_id: str, provider_id: str) -> int | None:
    """The firm of the e-mail, for what came by the deployment's webhook."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT firm_of_message(%s, %s)", [our_id, provider_id])
        row = cursor.fetchone()
    return row[0] if row else None


def _keep_stray(provider: str, heard: Heard, now: datetime) -> None:
    told = asdict(heard)
    del told["at"]
    stray = Stray(provider=provider, happened_at=happened_at(heard, now), received_at=now, look_at=first_look(heard, now), **told)
    Stray.objects.bulk_create([stray], ignore_conflicts=True)


@transaction.atomic
def apply_report(firm_id: int, report_id: int, now: datetime) -> bool:
    """What follows from it, once; False while its message is unknown, or is on its way still and its record to come."""
    firm = Firm.objects.get(pk=firm_id)
    report = Report.objects.select_for_update().filter(firm=firm, pk=report_id, applied_at=None).first()
    message = _message_of(firm, report) if report else None
    if report is None or message is None or message.outcome == Outcome.SENDING:
        return False
    _follow(firm, report, message, now)
    report.message, report.applied_at, report.look_at = message, now, None
    report.save(update_fields=["message", "applied_at", "look_at"])
    return True


def _message_of(firm: Firm, report: Report) -> Message | None:
    """By what the provider calls it, else by the Message-ID that it gave back; locked."""
    messages = Message.objects.select_for_update(no_key=True).filter(firm=firm)
    by_id = messages.filter(provider_id=report.provider_id).first() if report.provider_id else None
    return by_id or (messages.filter(message_id=report.our_id).first() if report.our_id else None)


def _follow(firm: Firm, report: Report, message: Message, now: datetime) -> None:
    kind = ReportKind(report.kind)
    if kind == ReportKind.DELIVERED:
        mark_outcome(firm, message, Outcome.DELIVERED, now)
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
    """Those of a firm whose messages are known by now; how many there were. One that fails stops no other, and has its next look."""
    return sum(each_by_itself("Report", _due_and_known(firm_id, now), lambda report_id: _apply_one(firm_id, report_id, now)))


def _due_and_known(firm_id: int, now: datetime) -> list[int]:
    """Whatever was due has its next look before anything is done: what nobody's e-mail is keeps the place of none that came later."""
    with firm_context(firm_id):
        due = _take_due(Report.objects.filter(firm=firm_id), now)
        messages = Message.objects.filter(firm=firm_id)
        known = set(messages.filter(provider_id__in=filter(None, (each.provider_id for each in due))).values_list("provider_id", flat=True))
        ours = set(messages.filter(message_id__in=filter(None, (each.our_id for each in due))).values_list("message_id", flat=True))
    return [each.pk for each in due if each.provider_id in known or each.our_id in ours]


def _take_due[Waiting: Told](rows: QuerySet[Waiting], now: datetime) -> list[Waiting]:
    """The longest due first; another worker's are left to it."""
    due = rows.filter(look_at__lte=now).order_by("look_at", "pk").select_for_update(skip_locked=True, no_key=True)
    taken = list(due.defer("raw")[:AT_ONCE])
    for each in taken:
        each.look_at = next_look(each.received_at, now)
    rows.bulk_update(taken, ["look_at"])
    return taken


def _apply_one(firm_id: int, report_id: int, now: datetime) -> bool:
    with firm_context(firm_id):
        return apply_report(firm_id, report_id, now)


def bring_strays_home(now: datetime) -> int:
    """Those whose firm is known by now become reports of it, which are due; how many there were. As with reports, one stops no other."""
    with transaction.atomic():
        due = [each.pk for each in _take_due(Stray.objects.all(), now)]
    homes = _firms_of(due)
    return sum(each_by_itself("Stray", homes, lambda stray_id: _bring_home(homes[stray_id], stray_id, now)))


def _firms_of(stray_ids: Sequence[int]) -> dict[int, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, firm_of_message(our_id, provider_id) FROM tracking_stray WHERE id = ANY(%s)", [list(stray_ids)])
        return dict(cursor.fetchall())


def _bring_home(firm_id: int, stray_id: int, now: datetime) -> bool:
    """Row by row of its own firm; a worker that does the same at the same time finds it gone."""
    with firm_context(firm_id):
        stray = Stray.objects.select_for_update().filter(pk=stray_id).first()
        if stray is None:
            return False
        columns = {field.attname: getattr(stray, field.attname) for field in Stray._meta.concrete_fields if not field.primary_key}
        Report.objects.bulk_create([Report(firm_id=firm_id, **columns | {"look_at": now})], ignore_conflicts=True)
        stray.delete()
    return True


def drop_old_reports(*, firm: Firm, now: datetime) -> int:
    """What they said, after the firm's term; what they were, and the key by which a replay is known, stays."""
    old = Report.objects.filter(firm=firm, received_at__lte=term_of(firm, now)).exclude(raw={})
    return old.update(raw={}, recipient="", detail="")


def firms_with_due_reports(now: datetime) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT firms_with_due_reports(%s)", [now])
        return sorted(row[0] for row in cursor.fetchall())
