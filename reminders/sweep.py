"""The sweep: finds the actions whose schedule has come, writes their reminders, moves the schedule on. Any number may run."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from actions.enums import ActionState
from actions.models import Action
from firms.actors import Actor
from firms.enums import Verb
from firms.models import ActivityLine, Firm
from firms.services import activity_line
from lib.jobs import wake
from notifications.enums import Verdict
from notifications.resolver import Resolved
from notifications.services import DISPATCH
from reminders.rules import Due, remind_now
from reminders.services import expire, people, schedule_of
from reminders.telling import tell_reminders
from tenancy.context import firm_context
from tenancy.ticks import in_each_firm

BATCH = 500
WRITE_SCHEDULES = """
    UPDATE actions_action a SET reminders_sent = u.sent, counted_from = u.counted_from, next_reminder_at = u.next_at, stop_reason = u.stop
    FROM unnest(%s::bigint[], %s::int[], %s::timestamptz[], %s::timestamptz[], %s::text[]) AS u (id, sent, counted_from, next_at, stop)
    WHERE a.firm_id = %s AND a.id = u.id
"""


@dataclass(slots=True)
class SweepCount:
    """What one sweep did: actions reminded of, addresses that will be told, actions expired."""

    actions: int = 0
    addresses: int = 0
    expired: int = 0

    def __add__(self, other: "SweepCount") -> "SweepCount":
        return SweepCount(self.actions + other.actions, self.addresses + other.addresses, self.expired + other.expired)


def sweep(now: datetime) -> SweepCount:
    """Everything that is due at `now`, firm by firm, each batch in a transaction of its own."""
    expired = expire_overdue(now)
    swept = in_each_firm(firms_with_due_reminders(now), lambda firm_id: sum(sweep_firm(firm_id, now), SweepCount()))
    count = sum(swept, SweepCount(expired=expired))
    if count.addresses:
        wake(DISPATCH)
    return count


def firms_with_due_reminders(now: datetime) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT firms_with_due_reminders(%s)", [now])
        return sorted(row[0] for row in cursor.fetchall())


def sweep_firm(firm_id: int, now: datetime) -> Iterator[SweepCount]:
    """What is due in one firm, batch after batch, until nothing is left that another sweep does not hold."""
    full = True
    while full:
        with firm_context(firm_id):
            firm = Firm.objects.get(pk=firm_id)
            resolved, actions = remind_batch(firm, now)
        yield SweepCount(len(actions), sum(r.decision.verdict != Verdict.SKIP for r in resolved))
        full = len(actions) == BATCH


def remind_batch(firm: Firm, now: datetime) -> tuple[list[Resolved], list[Action]]:
    """One batch, inside the caller's transaction: rows, schedule, notices and activity lines together or not at all."""
    actions = due_actions(firm, now)
    if not actions:
        return [], []
    for action in actions:
        move_on(action, now)
    resolved = tell_reminders(firm, actions, now)
    write_schedules(firm, actions)
    ActivityLine.objects.bulk_create(_lines(firm, actions, resolved, now))
    return resolved, actions


def due_actions(firm: Firm, now: datetime) -> list[Action]:
    due = Action.objects.filter(firm=firm, next_reminder_at__lte=now).order_by("next_reminder_at", "id")
    return list(due.select_related("account", "opened_by", "firm").select_for_update(skip_locked=True, of=("self",))[:BATCH])


def move_on(action: Action, now: datetime) -> Due:
    """Counts this reminder and sets the next nominal instant, in memory."""
    assert action.next_reminder_at is not None
    due = remind_now(schedule_of(action), sent=action.reminders_sent, nominal=action.next_reminder_at, now=now, zone=action.firm.zone)
    action.reminders_sent, action.counted_from = due.number, due.nominal
    action.next_reminder_at, action.stop_reason = due.next.at, due.next.stop or ""
    return due


def write_schedules(firm: Firm, actions: list[Action]) -> None:
    """One statement for the whole batch."""
    columns = [(a.pk, a.reminders_sent, a.counted_from, a.next_reminder_at, a.stop_reason) for a in actions]
    with connection.cursor() as cursor:
        cursor.execute(WRITE_SCHEDULES, [*map(list, zip(*columns, strict=True)), firm.pk])


def _lines(firm: Firm, actions: list[Action], resolved: list[Resolved], now: datetime) -> Iterator[ActivityLine]:
    told: dict[int, list[Resolved]] = {action.pk: [] for action in actions}
    for r in resolved:
        told[r.action.pk].append(r)
    for action in actions:
        detail = f"{action.reminders_sent}/{action.remind_max} ({people(told[action.pk]) or '–'})"
        yield activity_line(
            firm=firm, by=Actor.system(), verb=Verb.ACTION_REMINDED, now=now, subject=action.title,
            detail=detail, account_id=action.account_id, action_id=action.pk,
        )  # fmt: skip


def expire_overdue(now: datetime) -> int:
    """Expires what could be done until yesterday, by each firm's own calendar."""
    with connection.cursor() as cursor:
        # A day early for the zones ahead of UTC: each firm asks its own calendar below.
        cursor.execute("SELECT firms_with_expired_actions(%s)", [(now + timedelta(days=1)).date()])
        firm_ids = sorted(row[0] for row in cursor.fetchall())
    return sum(in_each_firm(firm_ids, lambda firm_id: _expire_in(firm_id, now)))


def _expire_in(firm_id: int, now: datetime) -> int:
    with firm_context(firm_id):
        firm = Firm.objects.get(pk=firm_id)
        today = now.astimezone(firm.zone).date()
        expired = Action.objects.filter(firm=firm, state=ActionState.OPEN, expires_on__lt=today).select_for_update(skip_locked=True)
        return len([expire(action=action, now=now) for action in expired[:BATCH]])
