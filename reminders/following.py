"""Open requests that follow a setting, and what a change of it would do to them: asked before anything happens."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, QuerySet

from actions.enums import ActionState, ScheduleFrom
from actions.models import Action
from clients.models import Account
from firms.calendar import next_open
from firms.models import Firm
from reminders.models import ReminderSetting
from reminders.nearest import Setting
from reminders.standing import rhythm_of, schedule_of, set_schedule

OF_THE_FIRM = (ScheduleFrom.FIRM, ScheduleFrom.USUAL, ScheduleFrom.KEPT)
FOLLOWING = (ScheduleFrom.FIRM, ScheduleFrom.USUAL, ScheduleFrom.ACCOUNT)  # until they keep what they have


@dataclass(frozen=True, slots=True)
class Reach:
    """How many open requests would change, and from which day to which their next reminders would go; None without any.

    By the firm's clock, and at the earliest: pauses of contacts, caps and a recipient's own clock may put a reminder off further.
    """

    count: int
    first: date | None = None
    last: date | None = None


def following_firm(firm: Firm, kind: str) -> QuerySet[Action]:
    """Those of one kind that have what the firm says, or said; an account's own setting is the nearer one."""
    own = ReminderSetting.objects.filter(firm=firm, account=OuterRef("account"))
    open_ones = Action.objects.filter(firm=firm, kind=kind, state=ActionState.OPEN, schedule_from__in=OF_THE_FIRM)
    return open_ones.filter(~Exists(own))


def following_account(account: Account) -> QuerySet[Action]:
    """Those of the account that say nothing themselves."""
    return Action.objects.filter(firm=account.firm_id, account=account, state=ActionState.OPEN).exclude(schedule_from=ScheduleFrom.ACTION)


def put_in(firm: Firm, actions: Collection[Action], settings: Mapping[str, Setting], now: datetime) -> list[Action]:
    """In memory: gives each what its kind's setting says, from `now` on. Those whose reminders change, not only numbers that rest."""
    changed = []
    for action in actions:
        action.firm, before, setting = firm, schedule_of(action), settings[action.kind]
        if setting.schedule != before:
            set_schedule(action, setting.schedule, setting.source, now)
        action.schedule_from = setting.source
        if setting.schedule != before and (before.on or setting.schedule.on):
            changed.append(action)
    return changed


def reach_of(firm: Firm, changed: Collection[Action]) -> Reach:
    rhythm = rhythm_of(firm)
    instants = [next_open(rhythm.calendar, action.next_reminder_at, rhythm.zone) for action in changed if action.next_reminder_at]
    days = [at.astimezone(rhythm.zone).date() for at in instants]
    return Reach(len(changed), min(days, default=None), max(days, default=None))
