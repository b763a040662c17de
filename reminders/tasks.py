"""The sweep's tick; how often it runs changes nothing but how late a reminder is."""

from celery import shared_task

from lib.clock import now
from reminders.sweep import sweep


@shared_task(name="reminders.sweep")
def sweep_reminders() -> int:
    return sweep(now()).actions
