"""Whose reminder setting a request follows: its own, its account's, its firm's for the kind, or what is usual. The nearest wins."""

from dataclasses import dataclass

from django.db.models import Q

from actions.enums import ScheduleFrom
from actions.kinds import all_kinds, get_kind
from clients.models import Account
from firms.models import Firm
from reminders.models import ReminderSetting
from reminders.rules import Schedule


@dataclass(frozen=True, slots=True)
class Setting:
    """A schedule, and whose it is."""

    schedule: Schedule
    source: ScheduleFrom


def nearest(account: Account, kind: str) -> Setting:
    """What a request of this account is reminded by unless it says otherwise; one query."""
    rows = ReminderSetting.objects.filter(Q(account=account) | Q(account=None, kind=kind), firm=account.firm_id)
    found = {row.account_id is not None: row for row in rows}
    return _first_of(found.get(True), found.get(False), kind)


def nearest_of_kind(firm: Firm, kind: str) -> Setting:
    """The same where no account is chosen yet."""
    return _first_of(None, ReminderSetting.objects.filter(firm=firm, account=None, kind=kind).first(), kind)


def settings_of(firm: Firm) -> dict[str, Setting]:
    """What the firm says of each kind; one query."""
    rows = {row.kind: row for row in ReminderSetting.objects.filter(firm=firm, account=None)}
    return {kind.key: _first_of(None, rows.get(kind.key), kind.key) for kind in all_kinds()}


def settings_for(account: Account) -> tuple[Schedule | None, dict[str, Setting]]:
    """What the account itself says, and what its firm says of each kind; one query."""
    rows = list(ReminderSetting.objects.filter(Q(account=account) | Q(account=None), firm=account.firm_id))
    own = next((schedule_in(row) for row in rows if row.account_id is not None), None)
    by_kind = {row.kind: row for row in rows if row.account_id is None}
    return own, {kind.key: _first_of(None, by_kind.get(kind.key), kind.key) for kind in all_kinds()}


def own_schedule_of(account: Account) -> Schedule | None:
    """What the account itself says, of every kind; None where it has the firm's."""
    own = ReminderSetting.objects.filter(firm=account.firm_id, account=account).first()
    return schedule_in(own) if own else None


def _first_of(accounts: ReminderSetting | None, firms: ReminderSetting | None, kind: str) -> Setting:
    if accounts is not None:
        return Setting(schedule_in(accounts), ScheduleFrom.ACCOUNT)
    if firms is not None:
        return Setting(schedule_in(firms), ScheduleFrom.FIRM)
    return usual(kind)


def usual(kind: str) -> Setting:
    policy = get_kind(kind).default_policy
    return Setting(Schedule(False, policy.every_days, policy.at_most), ScheduleFrom.USUAL)


def schedule_in(setting: ReminderSetting) -> Schedule:
    return Schedule(setting.on, setting.every_days, setting.at_most)
