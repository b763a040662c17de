"""Pauses of reminders as they stand: whose they are, what they hold back, and what would go once they end (X16)."""

from collections.abc import Collection, Mapping
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet
from django.urls import reverse

from actions.models import Action
from clients.models import Account, AccountAddress, Contact
from firms.models import Firm
from notifications.enums import Outcome, Priority
from notifications.models import READY, Notice
from notifications.resolver import resolve
from notifications.verdicts import Reason, Verdict
from reminders.rules import Rhythm, next_reminder
from reminders.standing import rhythm_of, standing_of

type Target = Firm | Account | Contact | Action

FORESEEN = timedelta(days=7)  # what would go within so long is told before a pause is ended
MOST = 1000  # counts stop here, so that no page walks everything
OF: Mapping[type, str] = {Firm: "firms", Account: "accounts", Contact: "contacts", Action: "requests"}  # as it stands in addresses
UNSENT = READY | Q(message__outcome=Outcome.WAITING)
PAUSED = (Reason.FIRM_PAUSED, Reason.ACCOUNT_PAUSED, Reason.CONTACT_PAUSED, Reason.ACTION_PAUSED)


@dataclass(frozen=True, slots=True)
class PauseCard:
    """What `reminders/_pause.html` shows. `held` counts what waits, up to `MOST`; nothing is counted while nothing is paused."""

    of: str
    is_on: bool
    since: date | None
    until: date | None
    by: str
    reason: str
    held: int
    may: bool
    set_url: str
    end_url: str

    @property
    def many(self) -> bool:
        return self.held >= MOST


def pause_card(target: Target, now: datetime, *, may: bool) -> PauseCard:
    of = OF[type(target)]
    is_on = is_paused(target, now)
    urls = [reverse(name, args=[of, target.code]) for name in ("pause_set", "pause_end")]
    held = waiting_for(target).count() if is_on else 0
    return PauseCard(of, is_on, target.paused_from, target.paused_until, target.paused_by, target.pause_reason, held, may, *urls)


def firm_of(target: Target) -> Firm:
    return target if isinstance(target, Firm) else target.firm


def today_of(target: Target, now: datetime) -> date:
    """By the firm's clock: pauses begin and end by it."""
    return now.astimezone(firm_of(target).zone).date()


def is_paused(target: Target, now: datetime) -> bool:
    """Today; what begins later does not exist."""
    return target.paused_until is not None and today_of(target, now) < target.paused_until


def concerned(target: Target) -> QuerySet[Action]:
    """The requests whose reminders a pause of `target` holds, or may hold; of a contact those that may reach them."""
    actions = Action.objects.filter(firm=firm_of(target))
    if isinstance(target, Account):
        return actions.filter(account=target)
    if isinstance(target, Contact):
        reached = AccountAddress.objects.filter(firm=target.firm_id, address__contact=target).order_by().values("account")
        return actions.filter(account__in=reached)
    return actions.filter(pk=target.pk) if isinstance(target, Action) else actions


def waiting_for(target: Target) -> QuerySet[Action]:
    """Of those the ones that have a reminder to come, up to `MOST`."""
    return concerned(target).filter(next_reminder_at__isnull=False)[:MOST]


def count_waiting(target: Target, now: datetime) -> int:
    """Of these the ones that would tell somebody; of a contact, that would tell them."""
    actions = list(waiting_for(target).select_related("account"))
    told = [r for r in resolve(firm_of(target), actions, is_reminder=True, now=now) if r.decision.verdict != Verdict.SKIP]
    return len({r.action.pk for r in told if not isinstance(target, Contact) or r.recipient.contact_id == target.pk})


def held_by_pauses(target: Target) -> QuerySet[Notice]:
    """Of the `held_notices` those that a pause holds: another one may hold them too."""
    return held_notices(target).filter(reason__in=PAUSED)


def tried_and_held(target: Target) -> QuerySet[Notice]:
    """By a pause, since a first try of their message failed."""
    return _held(target).filter(message__outcome=Outcome.WAITING, reason__in=PAUSED)


def held_notices(target: Target) -> QuerySet[Notice]:
    """Reminders that are written, in no message yet, and held by whatever it is."""
    return _held(target).filter(READY)


def _held(target: Target) -> QuerySet[Notice]:
    held = Notice.objects.filter(firm=firm_of(target), priority=Priority.REMINDER, verdict=Verdict.HOLD)
    if isinstance(target, Contact):
        return held.filter(contact=target)
    return held if isinstance(target, Firm) else held.filter(action__in=concerned(target).order_by().values("pk"))


def count_soon(target: Target, now: datetime) -> int:
    """How many reminders would go within `FORESEEN`, at most, were the pause over today; up to `MOST`."""
    held = _held(target).filter(UNSENT, reason__in=PAUSED)[:MOST].count()
    rhythm, ended = rhythm_of(firm_of(target)), _ended(target, now)
    coming = concerned(target).filter(next_reminder_at__isnull=False).order_by("next_reminder_at")
    rows = list(coming.select_related("account", "firm")[: MOST - held])
    return held + sum(_comes_before(_with(action, ended), rhythm, now + FORESEEN) for action in rows)


def count_soon_of_requests(firm: Firm, actions: Collection[Action], now: datetime) -> int:
    """As `count_soon`, were the own pauses of all of these over today; one query."""
    held = Notice.objects.filter(
        UNSENT, firm=firm, priority=Priority.REMINDER, verdict=Verdict.HOLD, reason__in=PAUSED, action__in=[action.pk for action in actions]
    ).count()
    rhythm, coming = rhythm_of(firm), [action for action in actions if action.next_reminder_at is not None]
    return held + sum(_comes_before(_with(copy(action), _ended(action, now)), rhythm, now + FORESEEN) for action in coming)


def _comes_before(action: Action, rhythm: Rhythm, until: datetime) -> bool:
    at = next_reminder(standing_of(action), rhythm).at
    return at is not None and at <= until


def _ended(target: Target, now: datetime) -> Target:
    ended = copy(target)
    ended.paused_until = today_of(target, now)
    return ended


def _with(action: Action, ended: Target) -> Action:
    """The request, in memory, as it would be."""
    if isinstance(ended, Firm):
        action.firm = ended
    elif isinstance(ended, Account):
        action.account = ended
    elif isinstance(ended, Action):
        action.paused_until = ended.paused_until
    return action
