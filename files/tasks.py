"""The trash's tick; how often it runs changes nothing but how long something lies there beyond its thirty days."""

from celery import shared_task

from files.purging import purge_trash
from lib.clock import now


@shared_task(name="files.purge_trash")
def purge() -> int:
    return purge_trash(now())
