"""An account as the list shows it: who is notified, what is open, when the next e-mail leaves."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.db.models import Aggregate, Count, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, JSONObject

from actions.models import Action
from actions.queries import OPEN, overdue
from clients.enums import Relation
from clients.models import Account, AccountAddress
from clients.queries import Notified, count_notified, may_change
from firms.enums import Right
from firms.models import Firm, Staff
from notifications.enums import Priority
from notifications.models import Notice
from notifications.verdicts import Verdict
from reminders.explaining.rehearsal import Ahead, rehearse_scene
from reminders.explaining.scene import scene_of_accounts


class NextMail(StrEnum):
    NOTHING_OPEN = "nothing_open"
    PLANNED = "planned"
    PAUSED = "paused"
    LATE = "late"
    NOBODY = "nobody"
    USED_UP = "used_up"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Owed:
    """What is open for an account; `reminded` of it have reminders on, `to_come` have one to come."""

    open: int = 0
    overdue: int = 0
    reminded: int = 0
    to_come: int = 0


@dataclass(frozen=True, slots=True)
class Coming:
    """What the rehearsal finds of all that is open at an account: when the first reminder leaves, what waits, until when all is paused."""

    at: datetime | None = None
    late: bool = False
    paused_until: date | None = None


@dataclass(frozen=True, slots=True)
class AccountRow:
    """`bounced` counts notified addresses that receive nothing; `next_at` is when the next e-mail leaves."""

    account: Account
    notified: Notified
    bounced: int
    owed: Owed
    next: NextMail
    next_at: datetime | None
    paused_until: date | None
    may_edit: bool
    may_ask: bool


def account_rows(accounts: Iterable[Account], staff: Staff, now: datetime) -> list[AccountRow]:
    """Of accounts `with_figures`, their managers read already; three queries however many."""
    accounts = list(accounts)
    ids = [account.pk for account in accounts]
    notified, coming = count_notified(staff.firm, ids), coming_to(staff.firm, ids, now)
    return [_row(account, staff, notified.get(account.pk, Notified()), coming.get(account.pk, Coming())) for account in accounts]


def _row(account: Any, staff: Staff, people: Notified, coming: Coming) -> AccountRow:
    owed, next_at = Owed(**account.owed or {}), min(filter(None, (coming.at, account.held_until)), default=None)
    return AccountRow(
        account=account,
        notified=people,
        bounced=account.bounced,
        owed=owed,
        next=next_mail(owed, people.notified - account.bounced, coming, next_at),
        next_at=next_at,
        paused_until=coming.paused_until,
        may_edit=may_change(staff, account),
        may_ask=may_ask(staff, account),
    )


def may_ask(staff: Staff, account: Account) -> bool:
    """Nothing is asked of suppliers (M24), nor of what is archived."""
    if account.archived_at is not None or account.relation == Relation.SUPPLIER:
        return False
    return may_change(staff, account, Right.MANAGE_ACTIONS)


def next_mail(owed: Owed, reached: int, coming: Coming, next_at: datetime | None) -> NextMail:
    """Whether another e-mail will come by itself, and why not. Pure."""
    if not owed.open:
        return NextMail.NOTHING_OPEN
    if reached <= 0:
        return NextMail.NOBODY
    if next_at:
        return NextMail.PAUSED if coming.paused_until else NextMail.PLANNED
    if coming.late:
        return NextMail.LATE
    if owed.to_come:
        return NextMail.NOBODY
    return NextMail.USED_UP if owed.reminded else NextMail.OFF


def coming_to(firm: Firm, accounts: list[int], now: datetime) -> dict[int, Coming]:
    """By account, of those where a reminder is to come or waits; two queries."""
    scene = scene_of_accounts(firm, accounts, now=now)
    wanted = {action.pk: action.account_id for action in scene.actions if action.account_id in set(accounts)}
    found: dict[int, list[Ahead]] = {}
    for pk, ahead in rehearse_scene(firm, scene, wanted, now).items():
        found.setdefault(wanted[pk], []).append(ahead)
    return {account: _coming(some) for account, some in found.items()}


def _coming(some: Sequence[Ahead]) -> Coming:
    first = min((ahead.first.at for ahead in some if ahead.first), default=None)
    pauses = [ahead.paused_until for ahead in some if ahead.paused_until]
    return Coming(first, any(ahead.waits_for_yes for ahead in some), min(pauses) if len(pauses) == len(some) else None)


def with_figures(accounts: QuerySet[Account], today: date, now: datetime) -> QuerySet[Account]:
    """Adds what is owed, how many notified addresses receive nothing, and when the first e-mail that is held may leave.

    For a page of them: each is asked of the rows alone that are shown.
    """
    own = {"firm": OuterRef("firm"), "account": OuterRef("pk")}
    suppressed = AccountAddress.objects.filter(
        **own, notify=True, address__suppressions__isnull=False, address__suppressions__lifted_at=None
    )
    held = Notice.objects.filter(**own, message=None, verdict=Verdict.HOLD, not_before__gt=now).exclude(priority=Priority.REMINDER)
    return accounts.annotate(
        owed=Subquery(_of_account(Action.objects.filter(OPEN, **own), _owed(today))),
        bounced=Coalesce(Subquery(_of_account(suppressed, Count("address", distinct=True))), 0),
        held_until=Subquery(_of_account(held, Min("not_before"))),  # reminders are the rehearsal's matter
    )


def count_owed(firm: Firm, accounts: list[int], today: date) -> dict[int, Owed]:
    """What is owed by account, of those of which something is."""
    rows = Action.objects.filter(OPEN, firm=firm, account__in=accounts).order_by().values("account").annotate(owed=_owed(today))
    return {account: Owed(**owed) for account, owed in rows.values_list("account", "owed")}


def _of_account(rows: QuerySet[Any], figure: Aggregate | JSONObject) -> QuerySet[Any]:
    figures: QuerySet[Any] = rows.order_by().values("account").annotate(figure=figure).values("figure")
    return figures


def _owed(today: date) -> JSONObject:
    """The fields of `Owed`."""
    return JSONObject(
        open=Count("pk"),
        overdue=Count("pk", filter=overdue(today)),
        reminded=Count("pk", filter=Q(reminders_on=True)),
        to_come=Count("next_reminder_at"),
    )
