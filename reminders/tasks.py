"""Ticks; how often they run changes nothing but how late a reminder is."""

from celery import shared_task

from lib.clock import now
from lib.jobs import wake
from reminders.overslept import bring_forward
from reminders.sweep import firms_with_due_reminders, sweep
from reminders.taking_up import take_up
from tenancy.heartbeats import SWEEP, beat

HANDS = 2  # processes that share a sweep of several firms


@shared_task(name=SWEEP)
def sweep_reminders(hand: int = 0) -> int:
    """The first hand calls the others; whether they come or not, everything that is due is swept."""
    at = now()
    if hand == 0 and len(firms_with_due_reminders(at)) > 1:
        for other in range(1, HANDS):
            wake(SWEEP, hand=other)
    swept = sweep(at, hand=hand, hands=HANDS).actions
    beat(SWEEP)
    return swept


@shared_task(name="reminders.take_up")
def take_reminders_up() -> int:
    return take_up(now())


@shared_task(name="reminders.bring_forward")
def bring_reminders_forward() -> int:
    return bring_forward(now())
