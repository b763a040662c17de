"""Requests that would be looked at only after their next reminder is due, as what put it off has gone away.

Whoever ends a pause, opens a day or sets a schedule lets the sweep look at once (`standing.look_again`). What changes who is told (NOTIFY,
a preference, a suppression, an address) lies below reminders and knows nothing of them: where people are paused a tick looks itself.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import DateField, Exists, OuterRef, QuerySet
from django.db.models.functions import Cast

from actions.models import Action
from clients.models import Contact
from firms.calendar import Span
from firms.enums import FailedTaskKind
from firms.models import Firm
from firms.queries import open_failed_tasks
from notifications.resolver import known_about
from reminders.resting import rests_of
from reminders.rules import SOON, Rhythm, next_reminder
from reminders.services import lock_still_open
from reminders.standing import rhythm_of, standing_of
from tenancy.context import firm_context
from tenancy.ticks import in_each_firm

BATCH = 500
A_DAY = timedelta(days=1)  # pauses are days by the firm's clock: the database asks generously, and what is found is reckoned exactly


def set_aside_in(firm: Firm) -> QuerySet[Any, Any]:
    """Ids of requests that could not be reminded of: each is tried every hour, and a person knows of it."""
    return open_failed_tasks(firm).filter(kind=FailedTaskKind.REMINDER_FAILED).values("action_id")


def overslept(firm: Firm, actions: Sequence[Action], now: datetime) -> Iterator[tuple[Action, tuple[Span, ...]]]:
    """Of these, each with its account; beside it the days on which everybody whom it would tell rests. Two queries at most."""
    rhythm = rhythm_of(firm)
    early = [action for action in actions if _is_before(action, (), rhythm)]
    known = known_about(firm, early, now=now) if early else None
    for action in early:
        rests = rests_of(known, action, now) if known else ()
        if _is_before(action, rests, rhythm):
            yield action, rests


def _is_before(action: Action, rests: Sequence[Span], rhythm: Rhythm) -> bool:
    return action.next_reminder_at is not None and _nominal(action, rests, rhythm) < action.next_reminder_at


def _nominal(action: Action, rests: Sequence[Span], rhythm: Rhythm) -> datetime:
    """One that has none any more is to be looked at as well."""
    return next_reminder(standing_of(action, rests), rhythm).at or action.counted_from


# --- The tick ----------------------------------------------------------------------------------------------------------


def bring_forward(now: datetime) -> int:
    """In each firm; of how many requests the next reminder comes sooner, since somebody is told now who is not paused."""
    return sum(in_each_firm(firms_where_people_pause(), lambda firm_id: bring_forward_in(firm_id, now)))


def firms_where_people_pause() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT firms_with_reminders_put_off_by_people()")
        return sorted(row[0] for row in cursor.fetchall())


def bring_forward_in(firm_id: int, now: datetime) -> int:
    """Batch by batch, each in a transaction of its own; four queries a batch, and two for each that has overslept."""
    brought, last = 0, 0
    while True:
        with firm_context(firm_id):
            firm = Firm.objects.get(pk=firm_id)
            actions = list(put_off_by_people(firm, now, after=last))
            brought += sum(_bring_forward(action, rests, now) for action, rests in overslept(firm, actions, now))
            if len(actions) < BATCH:
                return brought
        last = actions[-1].pk


def put_off_by_people(firm: Firm, now: datetime, *, after: int) -> QuerySet[Action]:
    """Those that have counted since before a contact's pause was over, and have a reminder to come.

    Of any contact: whoever put it off may have been unlinked or merged since. What was set aside waits for its hour.
    """
    counted = Cast(OuterRef("counted_from"), DateField()) - A_DAY
    paused = Contact.objects.filter(firm=OuterRef("firm"), paused_until__gte=counted)
    rows = Action.objects.filter(Exists(paused), firm=firm, next_reminder_at__gt=now, pk__gt=after).exclude(pk__in=set_aside_in(firm))
    return rows.select_related("account", "firm").order_by("pk")[:BATCH]


@transaction.atomic
def _bring_forward(action: Action, rests: Sequence[Span], now: datetime) -> bool:
    """In its rhythm; an instant that had passed when nobody could be told is not made up for."""
    for locked in lock_still_open([action]):
        rhythm = rhythm_of(locked.firm)
        if locked.next_reminder_at is None or not _is_before(locked, rests, rhythm):
            continue
        if _nominal(locked, rests, rhythm) < now - SOON:
            locked.scheduled_at = now
        locked.next_reminder_at = min(locked.next_reminder_at, _nominal(locked, rests, rhythm))
        locked.save(update_fields=["scheduled_at", "next_reminder_at"])
        return True
    return False
