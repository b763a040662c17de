"""Reads that only the desk's own pages need: several apps in one table."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Exists, F, Min, OuterRef, Prefetch, Q, QuerySet, Value
from django.shortcuts import get_object_or_404

from actions.enums import ActionState
from actions.kinds import Kind, all_kinds
from actions.models import Action, ActionParty
from actions.queries import OPEN, overdue, visible_actions
from clients.models import Account
from clients.queries import visible_accounts
from firms.doors import powers
from firms.models import ActivityLine, FailedTask, Firm, Staff
from firms.queries import activity_of_firm, open_failed_tasks
from firms.rules import sees_all_accounts
from notifications.enums import Audience, Outcome, Priority
from notifications.holding import leaving
from notifications.models import READY, Message, Notice
from notifications.verdicts import Verdict

# --- What waits on clients ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Waiting:
    """Open requests of one kind; what has no day counts as later."""

    kind: Kind
    overdue: int
    this_week: int
    later: int
    oldest_days: int | None  # how late the oldest overdue one is

    @property
    def total(self) -> int:
        return self.overdue + self.this_week + self.later


def waiting_by_kind(actions: QuerySet[Action], today: date) -> list[Waiting]:
    """One row for each kind that exists, in the order of registration; the week ends on Sunday."""
    sunday = today + timedelta(days=6 - today.weekday())
    rows = (
        actions.filter(state=ActionState.OPEN)
        .order_by()
        .values("kind")
        .annotate(
            late=Count("pk", filter=overdue(today)),
            week=Count("pk", filter=Q(due_on__gte=today, due_on__lte=sunday)),
            all=Count("pk"),
            oldest=Min("due_on", filter=overdue(today)),
        )
        .values_list("kind", "late", "week", "all", "oldest")
    )
    found = {kind: (late, week, everything - late - week, oldest) for kind, late, week, everything, oldest in rows}
    return [_waiting(kind, *found.get(kind.key, (0, 0, 0, None)), today) for kind in all_kinds()]


def _waiting(kind: Kind, late: int, week: int, later: int, oldest: date | None, today: date) -> Waiting:
    return Waiting(kind, late, week, later, (today - oldest).days if oldest else None)


def with_row(actions: QuerySet[Action]) -> QuerySet[Action]:
    """Adds what a row of a list shows: account, manager, parties."""
    people = Prefetch("parties", ActionParty.objects.select_related("contact"))
    return actions.select_related("account__manager", "opened_by").prefetch_related(people)


def actions_to_be_reminded(staff: Staff, until: datetime) -> QuerySet[Action]:
    """Open requests with a reminder that may leave before `until`: due by then, or written and waiting. Soonest first."""
    of_firm = Action.objects.filter(firm=staff.firm_id).order_by()
    waiting = Notice.objects.filter(READY, firm=staff.firm_id, priority=Priority.REMINDER, action__isnull=False).order_by()
    ids = of_firm.filter(next_reminder_at__lt=until).values("pk").union(waiting.values("action"))
    return visible_actions(staff).filter(OPEN, pk__in=ids).order_by(F("next_reminder_at").asc(nulls_first=True), "pk")


# --- E-mails of today --------------------------------------------------------------------------------------------------

FAILED = (Outcome.FAILED, Outcome.BOUNCED, Outcome.COMPLAINED)
ON_THE_WAY = (Outcome.WAITING, Outcome.SENDING)


@dataclass(frozen=True, slots=True)
class Mails:
    """E-mails to clients since midnight, and all that have not left yet."""

    sent: int = 0
    delivered: int = 0
    on_the_way: int = 0
    held: int = 0
    held_until: datetime | None = None  # of the first
    failed: int = 0
    failed_addresses: Sequence[str] = field(default_factory=list)
    unconfirmed: int = 0

    @property
    def any(self) -> bool:
        return bool(self.sent or self.delivered or self.on_the_way or self.held or self.failed or self.unconfirmed)


def count_mails(staff: Staff, *, since: datetime, now: datetime) -> Mails:
    """Two queries. Messages count for the day on which they were first handed out."""
    messages = _visible_messages(staff).filter(Q(created_at__gte=since) | Q(outcome__in=ON_THE_WAY))
    left = messages.aggregate(
        sent=Count("pk", filter=Q(outcome=Outcome.SENT)),
        delivered=Count("pk", filter=Q(outcome=Outcome.DELIVERED)),
        on_the_way=Count("pk", filter=Q(outcome__in=ON_THE_WAY)),
        failed=Count("pk", filter=Q(outcome__in=FAILED)),
        failed_addresses=ArrayAgg("to_email", filter=Q(outcome__in=FAILED), distinct=True, default=[]),
        unconfirmed=Count("pk", filter=Q(outcome=Outcome.UNCONFIRMED)),
    )
    later, free = Q(not_before__gt=now), leaving(staff.firm, now)
    held = later | ~free if free else later  # by the firm, whatever their hour
    queued = _visible_notices(staff).aggregate(
        ready=Count("pk", filter=~held), held=Count("pk", filter=held), held_until=Min("not_before", filter=later)
    )
    ready = queued.pop("ready")
    return Mails(**{**left, **queued, "on_the_way": left["on_the_way"] + ready})


def _visible_messages(staff: Staff) -> QuerySet[Message]:
    messages = Message.objects.filter(firm=staff.firm_id, audience=Audience.CLIENT).order_by()
    if sees_all_accounts(powers(staff)):
        return messages
    return messages.filter(
        Exists(Notice.objects.filter(firm=OuterRef("firm"), message=OuterRef("pk"), account__in=visible_accounts(staff)))
    )


def _visible_notices(staff: Staff) -> QuerySet[Notice]:
    """Those that will become a message."""
    notices = Notice.objects.filter(firm=staff.firm_id, audience=Audience.CLIENT, message=None).exclude(verdict=Verdict.SKIP).order_by()
    return notices if sees_all_accounts(powers(staff)) else notices.filter(account__in=visible_accounts(staff))


# --- What was done, and what failed ------------------------------------------------------------------------------------


def visible_activity(staff: Staff) -> QuerySet[ActivityLine]:
    """Without "see all accounts": lines about accounts that this member of staff manages, and what they did themselves."""
    lines = activity_of_firm(staff.firm)
    if sees_all_accounts(powers(staff)):
        return lines
    return lines.filter(Q(account_id__in=visible_accounts(staff).values("pk")) | Q(staff_id=staff.pk))


def visible_failed_tasks(staff: Staff) -> QuerySet[FailedTask]:
    """Open ones, newest first; those about no account are for whoever sees all."""
    return _of_visible_accounts(open_failed_tasks(staff.firm), staff)


def _of_visible_accounts(tasks: QuerySet[FailedTask], staff: Staff) -> QuerySet[FailedTask]:
    return tasks if sees_all_accounts(powers(staff)) else tasks.filter(account_id__in=visible_accounts(staff).values("pk"))


def get_failed_task_for(staff: Staff, code: str) -> FailedTask:
    """A failed task, resolved or not: two colleagues may press at once. 404 when it is another firm's or out of sight."""
    tasks = FailedTask.objects.filter(firm=staff.firm_id)
    return get_object_or_404(_of_visible_accounts(tasks, staff), code=code)


@dataclass(frozen=True, slots=True)
class Codes:
    """Codes and names of accounts, codes and titles of requests, by id; of those alone that may be seen."""

    accounts: dict[int, tuple[str, str]] = field(default_factory=dict)
    actions: dict[int, tuple[str, str]] = field(default_factory=dict)


def codes_for(staff: Staff, rows: Iterable[ActivityLine | FailedTask]) -> Codes:
    """For links to the accounts and requests of these; one query."""
    rows = list(rows)
    accounts = visible_accounts(staff).filter(pk__in={row.account_id for row in rows if row.account_id}).order_by()
    actions = visible_actions(staff).filter(pk__in={row.action_id for row in rows if row.action_id}).order_by()
    named = actions.values_list(Value("action"), "pk", "code", "title")
    both = accounts.values_list(Value("account"), "pk", "code", "name").union(named, all=True).order_by()
    found = Codes()
    for of, pk, code, name in both:
        (found.accounts if of == "account" else found.actions)[pk] = (code, name)
    return found


# --- The team ----------------------------------------------------------------------------------------------------------


def count_managed_accounts(firm: Firm) -> dict[int, int]:
    """Id of a member of staff -> how many accounts that are not archived they manage."""
    counted = Account.objects.filter(firm=firm, manager__isnull=False, archived_at=None).order_by().values("manager")
    return dict(counted.annotate(n=Count("pk")).values_list("manager", "n"))
