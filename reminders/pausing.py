"""Pausing the reminders of the firm, an account, a contact or a request until a day, and ending the pause early (X16)."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import batched

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from actions.models import Action
from actions.queries import OPEN
from actions.stops import Stop
from clients.models import Account, Contact
from firms.actors import Actor
from firms.calendar import Span, midnight
from firms.enums import Verb
from firms.models import Firm
from firms.services import write_activity
from firms.told import titled
from lib.jobs import wake
from lib.many import columns_of, from_columns
from notifications.models import Notice
from notifications.notices import look_again_at_tried
from notifications.resolver import decisions, known_about
from notifications.services import DISPATCH
from reminders.again import decide_again
from reminders.paused import Target, concerned, firm_of, held_by_pauses, held_notices, is_paused, today_of, tried_and_held
from reminders.resting import common_pauses
from reminders.rules import counted_anew
from reminders.services import lock_open
from reminders.standing import look_again, rhythm_of, standing_of
from ui.dates import day_in_words

LONGEST = timedelta(days=2 * 366)
BATCH = 500
COUNT_FROM = """
    UPDATE actions_action a SET counted_from = u.counted_from::timestamptz
    FROM {rows}
    WHERE a.firm_id = %s AND a.id = u.id::bigint
""".format(rows=from_columns("id", "counted_from"))


class NoSuchPause(Exception):
    """A pause ends after today, and within two years."""

    permanent = True


@transaction.atomic
def pause(*, target: Target, until: date, reason: str, by: Actor, now: datetime) -> Target:
    """Nobody is reminded from today on until `until`, on which reminders go on; the clock stands still meanwhile.

    One that is on already ends earlier or later. Raises `NoSuchPause`, and `ActionClosed` for a request that is closed.
    """
    locked, today = _locked(target), today_of(target, now)
    if not today < until <= today + LONGEST:
        raise NoSuchPause
    was_on, before = is_paused(locked, now), locked.paused_until
    if not was_on:
        _forget_the_last(locked, now)
        locked.paused_from = today
    locked.paused_until, locked.pause_reason, locked.paused_by = until, reason, by.name[:160]
    locked.save(update_fields=["paused_from", "paused_until", "pause_reason", "paused_by"])
    if was_on and before and until < before:
        _go_on(locked, before, now)
    else:
        _decide_again(locked, held_notices(locked), now)  # so that all who read of them see until when they wait now
    said = _worded(firm_of(locked), _("until %(day)s"), until)
    _log(locked, Verb.REMINDERS_PAUSED, by, now, titled(firm_of(locked), said, reason) if reason else said)
    return locked


@transaction.atomic
def end_pause(*, target: Target, by: Actor, now: datetime) -> Target:
    """Reminders go on today, each with the days that it had left; what was held is decided again, and goes spread over the day.

    Where nothing is paused, nothing happens.
    """
    locked = _locked(target)
    if not is_paused(locked, now) or locked.paused_until is None:
        return locked
    before, locked.paused_until = locked.paused_until, today_of(locked, now)
    locked.save(update_fields=["paused_until"])
    _go_on(locked, before, now)
    _log(locked, Verb.REMINDERS_RESUMED, by, now, _worded(firm_of(locked), _("it was to last until %(day)s"), before))
    return locked


def _locked(target: Target) -> Target:
    """As it stands, with its firm."""
    if isinstance(target, Action):
        return lock_open(target)
    if isinstance(target, Firm):
        return Firm.objects.select_for_update(no_key=True).get(pk=target.pk)
    kind: type[Account] | type[Contact] = type(target)
    rows = kind._default_manager.select_for_update(of=("self",), no_key=True).select_related("firm")
    return rows.get(firm=target.firm_id, pk=target.pk)


def _go_on(target: Target, before: date, now: datetime) -> None:
    """After a pause was to last until `before`, and ends earlier: what it put off is looked at again."""
    firm = firm_of(target)
    look_again_at_tried(firm, tried_and_held(target))  # messages before requests, as whoever records a bounce locks them
    look_again(concerned(target).filter(next_reminder_at__gte=midnight(before, firm.zone)), now)
    _decide_again(target, held_by_pauses(target), now)
    wake(DISPATCH, firm_id=firm.pk)


def _decide_again(target: Target, held: QuerySet[Notice], now: datetime) -> None:
    firm = firm_of(target)
    for notices in batched(held.select_for_update(skip_locked=True, of=("self",)).order_by("pk"), BATCH):
        actions = Action.objects.filter(firm=firm, pk__in={notice.action_id for notice in notices}).select_related("account", "firm")
        decide_again(firm, notices, list(actions), now)


# --- The pause before ----------------------------------------------------------------------------------------------------


def _forget_the_last(target: Target, now: datetime) -> None:
    """There is room for one pause: the days of the last go into what still counts from before them."""
    if target.paused_until is None:
        return
    firm, today = firm_of(target), today_of(target, now)
    for actions in batched(_counting(target, midnight(target.paused_until, firm.zone)), BATCH):
        moved = list(_counted_anew(firm, target, actions, today, now))
        with connection.cursor() as cursor:
            cursor.execute(COUNT_FROM, [*columns_of(moved), firm.pk])


def _counting(target: Target, since: datetime) -> QuerySet[Action]:
    """The requests that have counted since before the pause was over."""
    counts = Q(next_reminder_at__isnull=False) | Q(stop_reason=Stop.NOBODY)
    rows = concerned(target).filter(OPEN, counts, counted_from__lt=since).select_related("account", "firm")
    return rows.select_for_update(of=("self",)).order_by("pk")


def _counted_anew(firm: Firm, target: Target, actions: Sequence[Action], today: date, now: datetime) -> Iterator[tuple[int, datetime]]:
    known, rhythm = known_about(firm, actions, now=now), rhythm_of(firm)
    for action in actions:
        decided = list(decisions(known, [action], is_reminder=True, now=now))
        standing = standing_of(action, common_pauses(decided))
        kept = _pauses_but(target, action, common_pauses(decided, but=target.pk if isinstance(target, Contact) else None))
        yield action.pk, counted_anew(standing, rhythm, kept, today)


def _pauses_but(target: Target, action: Action, common: Sequence[Span]) -> Sequence[Span]:
    holders = [each for each in (action, action.account, action.firm) if type(each) is not type(target)]
    return [*common, *(span for each in holders for span in each.pauses)]


def _worded(firm: Firm, words: Promise, on: date) -> str:
    """With the day as the firm's language writes it, like the rest of what is kept in words (`firms.told`)."""
    with translation.override(firm.language):
        return str(words) % {"day": day_in_words(on, "j F Y")}


def _log(target: Target, verb: Verb, by: Actor, now: datetime, detail: str) -> None:
    subject = target.title if isinstance(target, Action) else target.name
    account_id = target.account_id if isinstance(target, Action) else target.pk if isinstance(target, Account) else None
    action_id = target.pk if isinstance(target, Action) else None
    write_activity(
        firm=firm_of(target), by=by, verb=verb, now=now, subject=subject, detail=detail, account_id=account_id, action_id=action_id
    )
