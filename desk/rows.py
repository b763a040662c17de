"""A request as the desk's lists show it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from actions.enums import ActionState
from actions.kinds import Description, Kind, descriptions_of, get_kind
from actions.models import Action
from desk.next_step import NextStep, next_step
from desk.pages import today_of
from firms.calendar import Calendar
from firms.closed_days import calendar_of
from firms.doors import powers
from firms.enums import Right
from firms.models import Staff
from firms.rules import may_act_on_account


@dataclass(frozen=True, slots=True)
class Row:
    """`days_late` is 0 unless overdue; `may_act` says whether Resend and Withdraw are offered."""

    action: Action
    kind: Kind
    description: Description
    next: NextStep
    days_late: int
    may_act: bool


def rows_of(actions: Iterable[Action], staff: Staff, now: datetime) -> list[Row]:
    """Rows of actions that were read by `desk.queries.with_row`; at most one query more for each kind."""
    actions = list(actions)
    descriptions = descriptions_of(actions)
    calendar, zone = calendar_of(staff.firm), staff.firm.zone
    today = today_of(staff.firm, now)
    return [
        Row(
            action=action,
            kind=get_kind(action.kind),
            description=descriptions[action.pk],
            next=next_of(action, calendar, zone, now),
            days_late=days_late(action, today),
            may_act=action.is_open and may_act_on_account(powers(staff), Right.MANAGE_ACTIONS, action.account.manager_id),
        )
        for action in actions
    ]


def next_of(action: Action, calendar: Calendar, zone: ZoneInfo, now: datetime) -> NextStep:
    held_until, reaches, told_at = action.held_until, action.reaches, action.told_at  # type: ignore[attr-defined]
    return next_step(action, held_until=held_until, reaches=reaches, told_at=told_at, calendar=calendar, zone=zone, now=now)


def days_late(action: Action, today: date) -> int:
    if action.state != ActionState.OPEN or action.due_on is None:
        return 0
    return max(0, (today - action.due_on).days)
