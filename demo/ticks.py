"""Living through a stretch of time as beat and worker would: every tick, and every instant at which something falls due."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta

from django.db.models import Min

from actions.enums import ActionState
from actions.models import Action
from firms.models import Firm
from firms.queries import list_firm_ids
from notifications.dispatch.send import dispatch_firm
from notifications.dispatch.turns import firms_with_something_ready
from notifications.models import Notice
from notifications.verdicts import Verdict
from reminders.sweep import sweep
from tenancy.context import firm_context
from ways.transports import Transport, open_transport

HOUR = timedelta(hours=1)

type Live = Callable[[datetime], None]


def ticks(start: datetime, end: datetime, every: timedelta = HOUR) -> Iterator[datetime]:
    """The instants in (start, end] to live at, the end last; what falls due is looked up anew before each."""
    at = start
    while at < end:
        at = min(end, at + every, *due_after(at))
        yield at


@contextmanager
def living(*, send: bool = True, by: Callable[[Transport], Transport] = lambda transport: transport) -> Iterator[Live]:
    """Gives what beat and worker do at an instant: sweep, then send what is ready, all over one connection, `by` which it goes."""
    transport = by(open_transport())

    def live(at: datetime) -> None:
        sweep(at)
        for firm_id in firms_with_something_ready(at) if send else ():
            dispatch_firm(firm_id, transport, lambda: at)

    try:
        yield live
    finally:
        transport.close()


def due_after(at: datetime) -> list[datetime]:
    """For each firm the next instants at which a reminder, a held notice or an expiry falls due."""
    return [due for firm_id in list_firm_ids() for due in _due_in(firm_id, at) if due is not None]


def _due_in(firm_id: int, at: datetime) -> tuple[datetime | None, ...]:
    with firm_context(firm_id):
        firm = Firm.objects.get(pk=firm_id)
        return _next_reminder(firm, at), _next_notice(firm, at), _next_expiry(firm, at)


def _next_reminder(firm: Firm, at: datetime) -> datetime | None:
    due = Action.objects.filter(firm=firm, next_reminder_at__gt=at)
    return due.aggregate(first=Min("next_reminder_at"))["first"]  # type: ignore[no-any-return]


def _next_notice(firm: Firm, at: datetime) -> datetime | None:
    held = Notice.objects.filter(firm=firm, message=None, not_before__gt=at).exclude(verdict=Verdict.SKIP)
    return held.aggregate(first=Min("not_before"))["first"]  # type: ignore[no-any-return]


def _next_expiry(firm: Firm, at: datetime) -> datetime | None:
    """The midnight after the first last day that has not passed."""
    today = at.astimezone(firm.zone).date()
    expiring = Action.objects.filter(firm=firm, state=ActionState.OPEN, expires_on__gte=today)
    last_day = expiring.aggregate(first=Min("expires_on"))["first"]
    return last_day and datetime.combine(last_day + timedelta(days=1), time(), firm.zone).astimezone(at.tzinfo)
