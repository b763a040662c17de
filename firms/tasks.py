"""The log's tick; how often it runs changes nothing but how long a line waits for its seal."""

from celery import shared_task

from firms import seals
from lib.clock import machine_now


@shared_task(name="firms.seal_log")
def seal_log() -> int:
    return seals.seal_log(machine_now())
