"""Signs of life of what runs by itself: one row for each, of no firm."""

from datetime import datetime

from lib.clock import machine_now
from tenancy.models import Heartbeat

SWEEP = "reminders.sweep"


def beat(name: str) -> None:
    """It has just come through."""
    at = machine_now()
    Heartbeat.objects.bulk_create([Heartbeat(name=name, at=at)], update_conflicts=True, update_fields=["at"], unique_fields=["name"])


def last_beat(name: str) -> datetime | None:
    return Heartbeat.objects.filter(name=name).values_list("at", flat=True).first()
