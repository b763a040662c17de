"""The sweep: finds the actions whose schedule has come, writes their reminders, moves the schedule on. Any number may run."""

import logging
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError, connection

from actions.enums import ActionState
from actions.models import Action
from actions.stops import Stop
from clients.models import Account
from firms.actors import Actor
from firms.calendar import Span
from firms.enums import FailedTaskKind, Verb
from firms.lines import Line
from firms.models import Firm, Staff
from firms.services import line_of, raise_failed_task, settle_failed_tasks, write_lines
from lib.jobs import wake
from lib.many import columns_of, from_columns
from notifications.late import tell_office_of_late
from notifications.resolver import Known, Resolved, decisions, known_about
from notifications.services import DISPATCH
from notifications.verdicts import Reason, Verdict
from reminders.resting import common_pauses
from reminders.rules import Due, Rhythm, catches_up, hears, hold_back, look
from reminders.services import expire, people
from reminders.standing import rhythm_of, standing_of
from reminders.telling import tell_office_of_nobody, tell_reminders
from tenancy import fence
from tenancy.context import firm_context
from tenancy.ticks import in_each_firm

logger = logging.getLogger(__name__)

BATCH = 500
AN_HOUR = timedelta(hours=1)
DATABASE_TROUBLE = (OperationalError, InterfaceError)  # is no request's

FIRM, ACCOUNT, OPENER = Action.firm.field, Action.account.field, Action.opened_by.field  # filled in as prefetch_related does

type Batch = tuple[list[Resolved], list[Action]]

WRITE_SCHEDULES = """
    UPDATE actions_action a
    SET reminders_sent = u.sent::int, round = u.round::int, counted_from = u.counted_from::timestamptz,
        next_reminder_at = u.next_at::timestamptz, stop_reason = u.stop
    FROM {rows}
    WHERE a.firm_id = %s AND a.id = u.id::bigint
""".format(rows=from_columns("id", "sent", "round", "counted_from", "next_at", "stop"))


@dataclass(slots=True)
class SweepCount:
    """What one sweep did: actions reminded of, addresses that will be told, actions expired."""

    actions: int = 0
    addresses: int = 0
    expired: int = 0

    def __add__(self, other: "SweepCount") -> "SweepCount":
        return SweepCount(self.actions + other.actions, self.addresses + other.addresses, self.expired + other.expired)


def sweep(now: datetime, *, hand: int = 0, hands: int = 1) -> SweepCount:
    """Everything that is due at `now`, firm by firm, each batch in a transaction of its own.

    Several `hands`, processes that know nothing of each other, may share it: each begins with firms of its own.
    """
    if not fence.may_send():  # what this database takes for due may have gone before a backup was restored
        return SweepCount()
    expired = expire_overdue(now)
    swept = in_each_firm(firms_in_turn(now, hand, hands), lambda firm_id: sum(sweep_firm(firm_id, now), SweepCount()))
    count = sum(swept, SweepCount(expired=expired))
    if count.addresses:
        wake(DISPATCH)
    return count


def firms_with_due_reminders(now: datetime) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT firms_with_due_reminders(%s)", [now])
        return sorted(row[0] for row in cursor.fetchall())


def firms_in_turn(now: datetime, hand: int, hands: int) -> Iterator[int]:
    """Those that are this hand's to begin with; then those that others are not through with, who may be slow, or nobody."""
    firms = firms_with_due_reminders(now)
    yield from firms[hand::hands]
    if firms and hands > 1:
        yield from firms_with_due_reminders(now)


def sweep_firm(firm_id: int, now: datetime) -> Iterator[SweepCount]:
    for resolved, actions in batches_of(firm_id, now):
        yield SweepCount(len(actions), sum(r.decision.verdict != Verdict.SKIP for r in resolved))


def batches_of(firm_id: int, now: datetime) -> Iterator[Batch]:
    """What is due in one firm, batch after batch, until nothing is left that another sweep does not hold."""
    full = True
    while full:
        try:
            resolved, actions = _batch(firm_id, now)
        except DATABASE_TROUBLE:
            raise
        except Exception:  # one request's poison must not stop the others: they have their turn one by one
            logger.exception("A batch of firm %s is done again one by one", firm_id)
            yield from _one_by_one(firm_id, now)
        else:
            yield resolved, actions
            full = len(actions) == BATCH


def _batch(firm_id: int, now: datetime, only: int | None = None) -> Batch:
    with firm_context(firm_id):
        return remind_batch(Firm.objects.get(pk=firm_id), now, only)


def _one_by_one(firm_id: int, now: datetime) -> Iterator[Batch]:
    """Each request of a batch in a transaction of its own; one that fails is set aside for a person, and tried again in an hour."""
    with firm_context(firm_id):
        due = [action.pk for action in due_actions(Firm.objects.get(pk=firm_id), now)]
    for pk in due:
        try:
            yield _batch(firm_id, now, pk)
        except DATABASE_TROUBLE:
            raise
        except Exception:
            logger.exception("Request %s of firm %s", pk, firm_id)
            set_aside(firm_id, pk, now)


def set_aside(firm_id: int, action_id: int, now: datetime) -> None:
    with firm_context(firm_id):
        action = Action.objects.select_for_update(of=("self",)).select_related("firm", "account").get(firm=firm_id, pk=action_id)
        Action.objects.filter(pk=action_id, next_reminder_at__lte=now).update(next_reminder_at=now + AN_HOUR)
        raise_failed_task(
            firm=action.firm, kind=FailedTaskKind.REMINDER_FAILED, key=str(action_id), subject=action.account.name, detail=action.title,
            account_id=action.account_id, action_id=action_id, now=now,
        )  # fmt: skip


def remind_batch(firm: Firm, now: datetime, only: int | None = None) -> Batch:
    """One batch, inside the caller's transaction: rows, schedule, notices and activity lines together or not at all.

    What was decided for each address, and the actions that were looked at.
    """
    actions = due_actions(firm, now, only)
    if not actions:
        return [], []
    known = known_about(firm, actions, now=now)
    resolved = decide_batch(known, actions, rhythm_of(firm), now)
    tell_reminders(firm, resolved, now)
    stop_where_nobody_hears(resolved)
    for action in actions:
        if action.stop_reason == Stop.NOBODY:
            tell_office_of_nobody(action, now)
    if any(r.decision.reason == Reason.TOO_LATE for r in resolved):
        tell_office_of_late(firm, now)
    write_schedules(firm, actions)
    settle_failed_tasks(firm=firm, kind=FailedTaskKind.REMINDER_FAILED, keys=[str(action.pk) for action in actions], now=now)
    write_lines(list(_lines(firm, resolved, now)))
    return resolved, actions


def decide_batch(known: Known, actions: Sequence[Action], rhythm: Rhythm, now: datetime) -> list[Resolved]:
    """Moves the schedules on, in memory, and decides for each address of those that are really due; asks the database nothing."""
    rests = _common_rests(known, actions, now)
    due = {action.pk: due for action in actions if (due := move_on(action, known, rests.get(action.pk, ()), rhythm, now))}
    too_late = {pk: each.nominal for pk, each in due.items() if known.terms.is_too_late(each.nominal, now)}
    catching_up = {pk for pk, each in due.items() if catches_up(each, now)}
    fallen_due = [action for action in actions if action.pk in due]
    decided = decisions(known, fallen_due, is_reminder=True, now=now, catching_up=catching_up)
    return [_held_back(r, too_late.get(r.action.pk)) for r in decided] if too_late else list(decided)


def _held_back(resolved: Resolved, nominal: datetime | None) -> Resolved:
    return resolved if nominal is None else resolved._replace(decision=hold_back(resolved.decision, nominal))


def _common_rests(known: Known, actions: Sequence[Action], now: datetime) -> dict[int, tuple[Span, ...]]:
    """By action: the days on which everybody whom it would tell is paused; asked only where a contact is."""
    resting = [action for action in actions if known.has_somebody_resting(action)]
    reached = _by_action(decisions(known, resting, is_reminder=True, now=now))
    return {pk: common_pauses(told) for pk, told in reached.items()}


def _by_action(resolved: Iterable[Resolved]) -> dict[int, list[Resolved]]:
    found: dict[int, list[Resolved]] = {}
    for r in resolved:
        found.setdefault(r.action.pk, []).append(r)
    return found


def stop_where_nobody_hears(resolved: Sequence[Resolved]) -> None:
    """In memory: the schedules of those actions end, of which nobody could be told; that reminder was none, and does not count."""
    for some in _by_action(resolved).values():
        if not any(hears(r.decision) for r in some):
            action = some[0].action
            action.reminders_sent, action.round = action.reminders_sent - 1, action.round + 1
            action.next_reminder_at, action.stop_reason = None, Stop.NOBODY


def due_actions(firm: Firm, now: datetime, only: int | None = None) -> list[Action]:
    """Locked; with their accounts and openers, of whom only what a reminder needs is read."""
    due = Action.objects.filter(firm=firm, next_reminder_at__lte=now).order_by("next_reminder_at")
    due = due if only is None else due.filter(pk=only)
    actions = sorted(due.select_for_update(skip_locked=True)[:BATCH], key=lambda action: (action.next_reminder_at or now, action.pk))
    accounts = _by_id(Account, "name, paused_from, paused_until", firm, {action.account_id for action in actions})
    openers = _by_id(Staff, "name, job_title", firm, {action.opened_by_id for action in actions})
    for action in actions:
        FIRM.set_cached_value(action, firm)
        ACCOUNT.set_cached_value(action, accounts[action.account_id])
        OPENER.set_cached_value(action, openers[action.opened_by_id])
    return actions


def _by_id[Row: (Account, Staff)](model: type[Row], columns: str, firm: Firm, ids: Collection[int]) -> dict[int, Row]:
    """Each row once, however many actions name it; one array of ids is read far faster than a parameter for each."""
    read = f"SELECT id, firm_id, {columns} FROM {model._meta.db_table} WHERE firm_id = %s AND id = ANY(%s)"
    return {row.pk: row for row in model._default_manager.raw(read, [firm.pk, list(ids)])}


def move_on(action: Action, known: Known, rests: Sequence[Span], rhythm: Rhythm, now: datetime) -> Due | None:
    """In memory: counts the reminder that is due and sets when to look next; None where it is not due yet after all.

    It was put off, by a pause or a closed day, since it was last looked at.
    """
    seen = look(standing_of(action, rests), rhythm, now)
    if isinstance(seen, Due) and not known.recipients.get(action.account_id):  # the account has no address at all
        action.round, action.next_reminder_at, action.stop_reason = action.round + 1, None, Stop.NOBODY
        return None
    if isinstance(seen, Due):
        action.reminders_sent, action.counted_from = seen.number, seen.counted_from
    following = seen.next if isinstance(seen, Due) else seen
    action.next_reminder_at, action.stop_reason = following.at, following.stop or ""
    return seen if isinstance(seen, Due) else None


def write_schedules(firm: Firm, actions: list[Action]) -> None:
    """One statement for the whole batch."""
    columns = [(a.pk, a.reminders_sent, a.round, a.counted_from, a.next_reminder_at, a.stop_reason) for a in actions]
    with connection.cursor() as cursor:
        cursor.execute(WRITE_SCHEDULES, [*columns_of(columns), firm.pk])


def _lines(firm: Firm, resolved: Sequence[Resolved], now: datetime) -> Iterator[Line]:
    """One for each action of which somebody is reminded."""
    for told in _by_action(resolved).values():
        action, names = told[0].action, people(told)
        if names:
            yield line_of(
                firm=firm, by=Actor.system(), verb=Verb.ACTION_REMINDED, now=now, subject=action.title,
                detail=f"{action.reminders_sent}/{action.remind_max} ({names})", account_id=action.account_id, action_id=action.pk,
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
