"""Reminders that ended because nobody could be told go on once somebody can (M28)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction
from django.db.models import QuerySet

from actions.models import Action
from actions.queries import OPEN
from actions.stops import Stop
from firms.actors import Actor
from firms.enums import FailedTaskKind, Verb
from firms.models import Firm
from firms.services import settle_failed_task
from notifications.resolver import resolve
from notifications.verdicts import Verdict
from reminders.late import settle_late
from reminders.services import lock_still_open, log_act
from reminders.standing import SCHEDULE, look_again_where_people_pause, set_next
from tenancy.context import firm_context
from tenancy.ticks import in_each_firm

BATCH = 500


def take_up(now: datetime) -> int:
    """In each firm; how many requests are reminded of again."""
    return sum(in_each_firm(firms_to_take_up(), lambda firm_id: take_up_in(firm_id, now)))


def firms_to_take_up() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT firms_with_reminders_to_take_up()")
        return sorted(row[0] for row in cursor.fetchall())


def take_up_in(firm_id: int, now: datetime) -> int:
    """Batch by batch, each in a transaction of its own."""
    taken, last = 0, 0
    while True:
        with firm_context(firm_id):
            firm = Firm.objects.get(pk=firm_id)
            actions = list(untold(firm, after=last))
            taken += sum(take_up_action(action, now) for action in heard_again(firm, actions, now))
            if len(actions) < BATCH:
                settle_late(firm, now)
                return taken
        last = actions[-1].pk


def untold(firm: Firm, *, after: int) -> QuerySet[Action]:
    """Open requests whose reminders ended with nobody to tell."""
    rows = Action.objects.filter(OPEN, firm=firm, stop_reason=Stop.NOBODY, pk__gt=after)
    return rows.select_related("account", "firm").order_by("pk")[:BATCH]


def heard_again(firm: Firm, actions: Sequence[Action], now: datetime) -> list[Action]:
    """Those of which somebody would be told."""
    resolved = resolve(firm, actions, is_reminder=True, now=now) if actions else ()
    heard = {r.action.pk for r in resolved if r.decision.verdict != Verdict.SKIP}
    return [action for action in actions if action.pk in heard]


@transaction.atomic
def take_up_action(action: Action, now: datetime) -> bool:
    """In its rhythm, without making up for anything; False where it was settled meanwhile."""
    for locked in lock_still_open([action]):
        if locked.stop_reason == Stop.NOBODY:
            locked.scheduled_at = now
            set_next(locked)
            locked.save(update_fields=SCHEDULE)
            look_again_where_people_pause(Action.objects.filter(firm=locked.firm, pk=locked.pk), now)
            log_act(locked, Actor.system(), Verb.REMINDERS_TAKEN_UP, now)
            settle_failed_task(firm=locked.firm, kind=FailedTaskKind.NOBODY_TO_NOTIFY, key=str(locked.pk), now=now)
            return True
    return False
