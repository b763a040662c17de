"""Reminders that are later than the firm allows: they wait for somebody's yes (M33)."""

from datetime import datetime

from firms.enums import FailedTaskKind
from firms.models import Firm
from firms.services import raise_failed_task

ONCE = "late"


def tell_office_of_late(firm: Firm, now: datetime) -> None:
    """One failed task however many they are; the page that it leads to lists them."""
    raise_failed_task(firm=firm, kind=FailedTaskKind.REMINDERS_LATE, key=ONCE, subject=firm.name, now=now)
