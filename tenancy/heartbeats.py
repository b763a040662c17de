"""Signs of life of what runs by itself: one row for each, of no firm, in machine time."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from lib.clock import machine_now
from tenancy.models import Heartbeat

SWEEP = "reminders.sweep"
DISPATCH = "notifications.dispatch"
RETURNED = "tracking.read"  # where the deployment has a mailbox for what comes back
BEAT = "beat"  # the process, each time it has found something to send to a worker
WORKER = "worker:"  # followed by the worker's name
EVERY = timedelta(seconds=20)
FORGOTTEN_AFTER = timedelta(days=1)


def beat(name: str) -> None:
    """It has just come through."""
    at = machine_now()
    Heartbeat.objects.bulk_create([Heartbeat(name=name, at=at)], update_conflicts=True, update_fields=["at"], unique_fields=["name"])


def beat_of_worker(hostname: str) -> None:
    """Workers come and go under names of their own: what was heard of long ago goes with it."""
    beat(_row_of(hostname))
    Heartbeat.objects.filter(name__startswith=WORKER, at__lt=machine_now() - FORGOTTEN_AFTER).delete()


def forget_worker(hostname: str) -> None:
    """It was stopped in good order, and nobody need look for it."""
    Heartbeat.objects.filter(name=_row_of(hostname)).delete()


def last_beat(name: str) -> datetime | None:
    return Heartbeat.objects.filter(name=name).values_list("at", flat=True).first()


def all_beats() -> Mapping[str, datetime]:
    return dict(Heartbeat.objects.values_list("name", "at"))


def _row_of(hostname: str) -> str:
    return f"{WORKER}{hostname}"[:60]
