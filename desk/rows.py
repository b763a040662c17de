"""A request as the desk's lists show it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from actions.enums import ActionState
from actions.kinds import Description, Kind, descriptions_of, get_kind
from actions.models import Action
from desk.next_step import NextStep, next_step
from desk.pages import today_of
from firms.doors import powers
from firms.enums import Right
from firms.models import Staff
from firms.rules import may_act_on_account
from reminders.explaining.rehearsal import Ahead, look_ahead


@dataclass(frozen=True, slots=True)
class Row:
    """`days_late` is 0 unless overdue; `may_act` says whether Resend and Withdraw are offered."""

    action: Action
    kind: Kind
    description: Description
    next: NextStep
    days_late: int
    may_act: bool


def rows_of(actions: Iterable[Action], staff: Staff, now: datetime, ahead: Mapping[int, Ahead] | None = None) -> list[Row]:
    """Rows of actions that were read by `desk.queries.with_row`; at most a query for each kind, and two more unless `ahead` is known."""
    actions = list(actions)
    descriptions = descriptions_of(actions)
    ahead = look_ahead(staff.firm, actions, now=now) if ahead is None else ahead
    today = today_of(staff.firm, now)
    return [
        Row(
            action=action,
            kind=get_kind(action.kind),
            description=descriptions[action.pk],
            next=next_step(action, ahead.get(action.pk), now=now),
            days_late=days_late(action, today),
            may_act=action.is_open and may_act_on_account(powers(staff), Right.MANAGE_ACTIONS, action.account.manager_id),
        )
        for action in actions
    ]


def days_late(action: Action, today: date) -> int:
    if action.state != ActionState.OPEN or action.due_on is None:
        return 0
    return max(0, (today - action.due_on).days)
