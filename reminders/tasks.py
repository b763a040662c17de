"""Ticks; how often they run changes nothing but how late a reminder is."""

from celery import shared_task

from lib.clock import now
from reminders.overslept import bring_forward
from reminders.sweep import sweep
from reminders.taking_up import take_up
from tenancy.heartbeats import SWEEP, beat

FIRMS_AT_ONCE = 3  # of two cores: while PostgreSQL works for some, another decides


@shared_task(name=SWEEP)
def sweep_reminders() -> int:
    swept = sweep(now(), at_once=FIRMS_AT_ONCE).actions
    beat(SWEEP)
    return swept


@shared_task(name="reminders.take_up")
def take_reminders_up() -> int:
    at = now()
    return take_up(at) + bring_forward(at)
