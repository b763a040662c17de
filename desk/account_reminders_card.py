"""What reminders of an account are, and whose setting that is: the card on its Info tab."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from actions.kinds import get_kind
from clients.models import Account
from clients.queries import may_change
from firms.enums import Right
from firms.models import Staff
from reminders.nearest import Setting, settings_for
from reminders.rules import Schedule
from reminders.services import schedule_text


@dataclass(frozen=True, slots=True)
class Reminders:
    """`own` in words, where it has its own; what the firm has, as names of kinds and words."""

    own: str
    firms: list[tuple[str, str]]
    may_change: bool


def reminders_of(account: Account, staff: Staff) -> Reminders:
    """For the card."""
    own, firms = settings_for(account)
    may = may_change(staff, account, Right.MANAGE_ACTIONS) and account.archived_at is None
    return Reminders(schedule_text(own) if own else "", grouped(firms), may)


def grouped(firms: Mapping[str, Setting]) -> list[tuple[str, str]]:
    """Kinds with the same reminders in one line, those that are reminded of first; no names where all have the same."""
    found: dict[Schedule, list[str]] = {}
    for key, setting in firms.items():
        found.setdefault(setting.schedule if setting.schedule.on else Schedule(), []).append(str(get_kind(key).nouns))
    ordered = sorted(found, key=lambda schedule: not schedule.on)
    names = {schedule: ", ".join(found[schedule]) if len(found) > 1 else _("All requests") for schedule in ordered}
    return [(names[schedule], schedule_text(schedule)) for schedule in ordered]
