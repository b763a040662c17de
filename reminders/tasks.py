"""Ticks; how often they run changes nothing but how late a reminder is."""

from celery import shared_task

from lib.clock import now
from reminders.sweep import sweep
from reminders.taking_up import take_up
from tenancy.heartbeats import SWEEP, beat


@shared_task(name="reminders.sweep")
def sweep_reminders() -> int:
    swept = sweep(now()).actions
    beat(SWEEP)
    return swept


@shared_task(name="reminders.take_up")
def take_reminders_up() -> int:
    return take_up(now())
