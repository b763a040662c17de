"""Reads that only the desk's own pages need: several apps in one table."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import BooleanField, Case, Count, DateTimeField, Exists, F, Min, OuterRef, Q, QuerySet, Subquery, Value, When
from django.shortcuts import get_object_or_404

from actions.enums import NAMED, ActionState
from actions.kinds import Kind, all_kinds
from actions.models import Action, ActionParty
from actions.queries import overdue, visible_actions
from clients.models import Account, AccountAddress
from clients.queries import visible_accounts
from firms.doors import powers
from firms.models import ActivityLine, FailedTask, Firm, Staff
from firms.queries import activity_of_firm, open_failed_tasks
from firms.rules import sees_all_accounts
from notifications.enums import Audience, Outcome
from notifications.facts import LAST_TOLD, tellings
from notifications.models import Message, Notice, Suppression
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
    """Adds what a row of a list shows: account, manager, parties, until when a reminder is held, whether one would reach anybody, and
    when whoever of them has rested longest was last told."""
    written = Notice.objects.filter(firm=OuterRef("firm"), action=OuterRef("pk"), number__gt=0)
    hears = AccountAddress.objects.filter(firm=OuterRef("firm"), account=OuterRef("account"), address=OuterRef("address"), notify=True)
    held = written.filter(Exists(hears), message=None, verdict=Verdict.HOLD).order_by("not_before")
    return (
        actions.select_related("account__manager", "opened_by")
        .prefetch_related("parties__contact")
        .annotate(held_until=Subquery(held.values("not_before")[:1]), reaches=reaches_somebody(), told_at=told_longest_ago())
    )


def reaches_somebody() -> Case:
    """Whether the resolver would find an address to remind, for lists and counts that ask of many requests at once."""
    return Case(
        *(When(kind=kind.key, then=_reached_by(kind)) for kind in all_kinds()), default=Value(value=False), output_field=BooleanField()
    )


def _reached_by(kind: Kind) -> Q:
    wanting = _wanting(kind)
    named = ActionParty.objects.filter(firm=OuterRef("firm"), action=OuterRef("pk"), role__in=NAMED)
    waited_for = Exists(wanting.filter(account=OuterRef("action__account"), address__contact=OuterRef("contact")))
    return Q(Exists(named.filter(waited_for, done_at=None))) | Q(~Exists(named), Exists(wanting.filter(account=OuterRef("account"))))


def _wanting(kind: Kind) -> QuerySet[AccountAddress]:
    """Addresses that hear of this kind."""
    suppressed = Suppression.objects.filter(firm=OuterRef("firm"), address=OuterRef("address"), lifted_at=None)
    return AccountAddress.objects.filter(
        ~Exists(suppressed), firm=OuterRef("firm"), notify=True, address__contact__archived_at=None, **{kind.preference.value: True}
    )


def told_longest_ago() -> Case:
    """Of those whom a reminder would reach, the last telling that lies longest back; null where one of them was never told."""
    return Case(*(When(kind=kind.key, then=_told_longest_ago(kind)) for kind in all_kinds()), output_field=DateTimeField())


def _told_longest_ago(kind: Kind) -> Subquery:
    action = OuterRef(OuterRef("pk"))
    named = ActionParty.objects.filter(firm=OuterRef("firm"), action=action, role__in=NAMED)
    reached = _wanting(kind).filter(
        Q(~Exists(named)) | Q(Exists(named.filter(contact=OuterRef("address__contact"), done_at=None))), account=OuterRef("account")
    )
    told = tellings(Notice.objects.filter(firm=OuterRef("firm"), action=action, address=OuterRef("address"))).order_by()
    last = Subquery(told.values("address").annotate(told=LAST_TOLD).values("told"))
    return Subquery(reached.annotate(told=last).order_by(F("told").asc(nulls_first=True)).values("told")[:1])


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
    later = Q(not_before__gt=now)
    queued = _visible_notices(staff).aggregate(
        ready=Count("pk", filter=~later), held=Count("pk", filter=later), held_until=Min("not_before", filter=later)
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


def codes_of_accounts(staff: Staff, ids: set[int]) -> dict[int, tuple[str, str]]:
    """Account id -> code and name, of those that may be seen."""
    rows = visible_accounts(staff).filter(pk__in=ids).order_by().values_list("pk", "code", "name")
    return {pk: (code, name) for pk, code, name in rows}


def codes_of_actions(staff: Staff, ids: set[int]) -> dict[int, str]:
    """Action id -> code, of those that may be seen."""
    return dict(visible_actions(staff).filter(pk__in=ids).order_by().values_list("pk", "code"))


def titles_of_actions(staff: Staff, ids: set[int]) -> dict[int, str]:
    """Action id -> title, of those that may be seen."""
    return dict(visible_actions(staff).filter(pk__in=ids).order_by().values_list("pk", "title"))


# --- The team ----------------------------------------------------------------------------------------------------------


def count_managed_accounts(firm: Firm) -> dict[int, int]:
    """Id of a member of staff -> how many accounts that are not archived they manage."""
    counted = Account.objects.filter(firm=firm, manager__isnull=False, archived_at=None).order_by().values("manager")
    return dict(counted.annotate(n=Count("pk")).values_list("manager", "n"))
