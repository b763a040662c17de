"""Our dispatcher in a process of its own. `python -m bench.mail.ours all`, `parts` with how many they are, or `one` with how many
messages are to go one by one."""

import resource
import sys
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import quantiles
from time import perf_counter

from bench.database import start_django
from bench.mail.letters import report
from bench.mail.outbox import NOW


def send_all() -> None:
    """One call of the dispatcher, from a cold start on."""
    from notifications.dispatch.send import dispatch_ready  # Django has just been set up

    started = perf_counter()
    sent = dispatch_ready(lambda: NOW + timedelta(minutes=1))
    seconds = perf_counter() - started
    report(sent=sent, seconds=seconds, peak_mb=peak_mb())


def peak_mb() -> float:
    """The most that this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


def held_mb() -> float:
    """What it holds now, in the same unit."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1024 / 1000


def send_parts(count: int) -> None:
    """One call for each part, as the minute comes at which it is ready; after each, what has been sent and what is held."""
    from notifications.dispatch.send import dispatch_ready  # as above

    started, sent, held = perf_counter(), 0, dict[str, float]()
    for part in range(count):
        sent += dispatch_ready(partial(at_minute, part))
        held[str(sent)] = held_mb()
    report(sent=sent, seconds=perf_counter() - started, peak_mb=max(peak_mb(), *held.values()), **held)


def at_minute(minute: int) -> datetime:
    return NOW + timedelta(minutes=minute)


def send_one_by_one(count: int) -> None:
    """Milliseconds from the commit of a message to the instant that its row says the server took it, with nothing else to send."""
    from celery import current_app  # as above

    from firms.queries import list_firm_ids

    current_app.conf.update(broker_url="memory://")  # this process wakes itself; no worker is to find the same
    firm_id = min(list_firm_ids())
    waits = [wait_of_one(firm_id) for _ in range(count)]
    cuts = quantiles(waits, n=100, method="inclusive")
    report(sent=count, p50_ms=cuts[49], p99_ms=cuts[98], worst_ms=max(waits))


def wait_of_one(firm_id: int) -> float:
    from django.db import transaction  # as above

    from firms.actors import Actor
    from firms.models import Staff
    from notifications.models import Message
    from notifications.samples import send_sample
    from notifications.tasks import dispatch
    from templates_email.enums import EmailEvent
    from tenancy.context import firm_context

    committed: list[datetime] = []
    with firm_context(firm_id):
        transaction.on_commit(lambda: committed.append(datetime.now(UTC)))
        staff = Staff.objects.select_related("firm", "user").filter(firm=firm_id)[0]
        now, by = datetime.now(UTC), Actor.staff(staff)
        send_sample(staff=staff, event=EmailEvent.SIGNATURE_REMINDER, language="fr", look={}, by=by, now=now)
    dispatch(firm_id)
    with firm_context(firm_id):
        sent_at = Message.objects.filter(firm=firm_id).order_by("-pk").values_list("sent_at", flat=True)[0]
    if sent_at is None or sent_at < committed[0]:
        raise RuntimeError(f"The newest message was sent at {sent_at}, and committed at {committed[0]}.")
    return (sent_at - committed[0]).total_seconds() * 1000


if __name__ == "__main__":
    start_django()
    if sys.argv[1] == "all":
        send_all()
    elif sys.argv[1] == "parts":
        send_parts(int(sys.argv[2]))
    else:
        send_one_by_one(int(sys.argv[2]))
