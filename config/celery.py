"""The Celery application: `celery -A config.celery worker`, `celery -A config.celery beat`."""

import os

from celery import Celery
from celery.signals import beat_embedded_init, beat_init, worker_init
from kombu.transport.redis import Channel

from config.signs_of_life import watch_beat, watch_workers

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

# A worker that has lost its broker would give back what it had in hand, by a connection that is closed, and end of that (kombu 5.7).
# Wake-ups need not be given back: the tick finds every row.
Channel.do_restore = False

app = Celery("relance")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(["clients.importing", "reminders.asking"])
watch_workers(app)


@worker_init.connect
@beat_init.connect
def refuse_unfit_database(**kwargs: object) -> None:
    from config.startup import refuse_unfit_database as refuse  # needs the settings, which this module must not load on import

    refuse()


@beat_init.connect
@beat_embedded_init.connect
def show_that_beat_lives(**kwargs: object) -> None:
    watch_beat()
