"""The figures that health is judged by: of all firms together by a function that gives numbers alone, of one firm inside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from celery import current_app
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Count, Min, Q, QuerySet
from django.db.models.functions import Coalesce, TruncDate
from kombu.exceptions import OperationalError

from actions.models import Action
from firms.holding_all import find_hold_of_all
from firms.models import Firm
from firms.queries import open_failed_tasks
from notifications.enums import Outcome
from notifications.holding import leaving, leaving_messages
from notifications.models import READY, Message, Notice
from notifications.own_way import BY_OWN_WAY, messages_by_own_way
from reminders.health.rules import LATE, OWN_WAY, Beats, Fenced, Figures, Health, Slowed, assess, without_database
from tenancy import fence
from tenancy.heartbeats import BEAT, DISPATCH, RETURNED, SWEEP, WORKER, all_beats
from ways.errors import ErrorKind
from ways.pacing import find_pace_used_up, trouble_of, troubled
from ways.queries import find_way_in_use

PATIENT = {"socket_connect_timeout": 0.5, "socket_timeout": 0.5}
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)
WRONG = (Outcome.WAITING, Outcome.BOUNCED, Outcome.FAILED, Outcome.UNCONFIRMED, Outcome.COMPLAINED)
SENT = Q(sent_at__isnull=False) & ~Q(outcome=Outcome.BOUNCED)


def look(now: datetime, machine_now: datetime) -> Health:
    """Of the deployment. `now` is the product's clock, `machine_now` counts signs of life and leases."""
    broker = broker_answers()
    try:
        numbers, seen, held, slow = figures(now, machine_now), fenced(), all_held(), slowed(machine_now)
        return assess(
            broker=broker, beats=beats(), figures=numbers, machine_now=machine_now, fenced=seen, all_held=held, slowed=slow
        )  # fmt: skip
    except DatabaseError:
        return without_database(broker=broker)


def broker_answers() -> bool:
    """Within half a second."""
    with current_app.connection_for_write(transport_options=PATIENT) as broker:
        errors: tuple[type[BaseException], ...] = (OperationalError, OSError, *broker.connection_errors, *broker.channel_errors)
        try:
            broker.connect()
            return bool(broker.connected)
        except errors:
            return False


def beats() -> Beats:
    rows = all_beats()
    workers = {name.removeprefix(WORKER): at for name, at in rows.items() if name.startswith(WORKER)}
    return Beats(
        rows.get(BEAT), rows.get(SWEEP), rows.get(DISPATCH), workers,
        reads_mailbox=bool(settings.BOUNCES_IMAP_URL), mailbox=rows.get(RETURNED),
    )  # fmt: skip


def fenced() -> Fenced:
    """As this machine sees it."""
    seen = fence.look()
    return Fenced(seen.lost_from, seen.why)


def all_held() -> str:
    """Since when and why the e-mails of all firms are held; nothing where they are not."""
    held = find_hold_of_all()
    return held.sentence if held else ""


def slowed(machine_now: datetime) -> list[Slowed]:
    """Ways out that are cut off or rest."""
    return [Slowed(row.place, trouble_of(row).is_open, row.rests_until, row.answer) for row in troubled(machine_now)]


def slowed_for(firm: Firm, machine_now: datetime) -> list[Slowed]:
    """Those that keep this firm's e-mails waiting: the deployment's, and its own. One query more where there is any firm's."""
    seen = slowed(machine_now)
    own = find_way_in_use(firm.pk) if any(each.of_a_firm for each in seen) else None
    return [each for each in seen if not each.of_a_firm or (own and each.place.partition(" ")[0] == f"{OWN_WAY}{own.pk}")]


class _Row(NamedTuple):
    """What `health_of_sending` gives."""

    oldest_due: datetime | None
    oldest_notice: datetime | None
    oldest_message: datetime | None
    sent_hour: int
    sent_day: int
    sent_week: int
    bounced_week: int
    deferred: int
    bounced: int
    failed: int
    unconfirmed: int
    complained: int
    tasks: int


def figures(now: datetime, machine_now: datetime) -> Figures:
    """Of all firms."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM health_of_sending(%s, %s)", [now, machine_now])
        row = _Row(*cursor.fetchone())
        cursor.execute("SELECT * FROM refusals_of_sending(%s)", [now - DAY])
        refused = dict(cursor.fetchall())
    return Figures(
        due_for=now - row.oldest_due if row.oldest_due else None,
        ready_for=_longest(now, row.oldest_notice, machine_now, row.oldest_message),
        sent_hour=row.sent_hour,
        sent_day=row.sent_day,
        sent_week=row.sent_week,
        bounced_week=row.bounced_week,
        errors_day={
            "deferred": row.deferred,
            "bounced": row.bounced,
            "failed": row.failed,
            "unconfirmed": row.unconfirmed,
            "complained": row.complained,
        },
        refused_day={kind.value: refused.get(kind, 0) for kind in ErrorKind},
        tasks=row.tasks,
    )


def figures_of(firm: Firm, now: datetime, machine_now: datetime) -> Figures:
    """Of one firm, inside it."""
    due = Action.objects.filter(firm=firm, next_reminder_at__lte=now).aggregate(at=Min("next_reminder_at"))["at"]
    counted = _made_since(firm, now - WEEK).aggregate(
        sent_hour=Count("pk", filter=Q(sent_at__gt=now - HOUR)),
        sent_day=Count("pk", filter=Q(sent_at__gt=now - DAY)),
        sent_week=Count("pk", filter=SENT),
        bounced_week=Count("pk", filter=Q(outcome=Outcome.BOUNCED)),
        **{outcome.value: Count("pk", filter=Q(outcome=outcome, created_at__gt=now - DAY)) for outcome in WRONG},
        **{f"refused_{kind}": Count("pk", filter=Q(error=kind, created_at__gt=now - DAY)) for kind in ErrorKind},
    )
    return Figures(
        due_for=now - due if due else None,
        ready_for=ready_for(firm, now, machine_now),
        sent_hour=counted["sent_hour"],
        sent_day=counted["sent_day"],
        sent_week=counted["sent_week"],
        bounced_week=counted["bounced_week"],
        errors_day={outcome.value: counted[outcome.value] for outcome in WRONG},
        refused_day={kind.value: counted[f"refused_{kind}"] for kind in ErrorKind},
        tasks=open_failed_tasks(firm).count(),
    )


def ready_for(firm: Firm, now: datetime, machine_now: datetime) -> timedelta | None:
    """How long the firm's oldest e-mail has waited that might go. What waits for the pace of its own way is not late."""
    waited = _waited(firm, now, machine_now)
    if waited is None or waited <= LATE or not find_pace_used_up(firm.pk, machine_now):
        return waited
    return _waited(firm, now, machine_now, by_own_way=False)


def _waited(firm: Firm, now: datetime, machine_now: datetime, *, by_own_way: bool = True) -> timedelta | None:
    notices = Notice.objects.filter(READY, leaving(firm, now), firm=firm, not_before__lte=now)
    again = Q(outcome=Outcome.WAITING, next_try_at__lte=machine_now) | Q(outcome=Outcome.SENDING, lease_until__lte=machine_now)
    messages = Message.objects.filter(again, leaving_messages(firm, now), firm=firm)
    if not by_own_way:
        notices, messages = notices.exclude(BY_OWN_WAY), messages.exclude(messages_by_own_way())
    notice = notices.aggregate(at=Min("not_before"))["at"]
    message = messages.aggregate(at=Min(Coalesce("next_try_at", "lease_until")))["at"]
    return _longest(now, notice, machine_now, message)


@dataclass(frozen=True, slots=True)
class DayOfMail:
    """What was made on a day of the firm: taken by a mail server, or refused for good."""

    on: date
    sent: int
    bounced: int


def days_of_mail(firm: Firm, now: datetime, days: int) -> Sequence[DayOfMail]:
    """The last `days`, today's the last, each by the firm's clock."""
    first = now.astimezone(firm.zone).date() - timedelta(days=days - 1)
    rows = (
        _made_since(firm, datetime.combine(first, time.min, firm.zone))
        .annotate(on=TruncDate("created_at", tzinfo=firm.zone))
        .order_by("on")
        .values_list("on")
        .annotate(sent=Count("pk", filter=SENT), bounced=Count("pk", filter=Q(outcome=Outcome.BOUNCED)))
    )
    counted = {on: DayOfMail(on, sent, bounced) for on, sent, bounced in rows}
    return [counted.get(on, DayOfMail(on, 0, 0)) for on in (first + timedelta(days=n) for n in range(days))]


def _made_since(firm: Firm, at: datetime) -> QuerySet[Message]:
    return Message.objects.filter(firm=firm, created_at__gte=at)


def _longest(now: datetime, notice: datetime | None, machine_now: datetime, message: datetime | None) -> timedelta | None:
    waits = [clock - at for clock, at in ((now, notice), (machine_now, message)) if at is not None]
    return max(waits, default=None)
