"""What a reminder says, read anew at its claim: it may have been held since Friday, while tasks were ticked and words changed."""

from collections.abc import Sequence
from typing import Any

from actions.kinds import Row, rows_by_action
from actions.models import Action
from notifications.enums import Priority
from notifications.models import Notice
from notifications.notices import values_of


def say_anew(notices: Sequence[Notice]) -> None:
    """Of notices about to go, whose requests are read under lock; a query for each kind with rows, and one where something differs."""
    reminders = [(notice, notice.action) for notice in notices if notice.priority == Priority.REMINDER and notice.action]
    rows = rows_by_action({action.pk: action for _, action in reminders}.values())
    changed = []
    for notice, action in reminders:
        values = _values_now(notice, action, rows.get(action.pk, ()))
        if values != notice.values:
            notice.values = values
            changed.append(notice)
    Notice.objects.bulk_update(changed, ["values"])


def _values_now(notice: Notice, action: Action, rows: Sequence[Row]) -> dict[str, Any]:
    kept = {name: value for name, value in notice.values.items() if name != "rows"}
    return {**kept, **values_of(action, rows)}
