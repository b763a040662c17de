"""What is wrong with reminders, and what is only waiting, firm by firm; and for operators what to do about it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import batched

from actions.models import Action
from actions.queries import OPEN
from actions.stops import Stop
from clients.models import Account, Contact
from firms.enums import FailedTaskKind
from firms.holding_all import find_hold_of_all
from firms.models import Firm
from firms.queries import open_failed_tasks
from lib.clock import machine_now
from notifications.holding import leaving, what_waits
from notifications.models import READY, Notice
from reminders.late import late_notices
from reminders.overslept import overslept, set_aside_in
from tenancy.heartbeats import SWEEP, last_beat

PATIENCE = timedelta(minutes=3)  # some sweeps, each 20 s after the last
NO_SIGN_OF_LIFE = timedelta(minutes=2)
BATCH = 500


@dataclass(frozen=True, slots=True)
class Finding:
    """`wrong`: whoever runs the deployment must act; what is not only waits. `to_look_at`: ids of actions that --fix lets the sweep see."""

    text: str
    wrong: bool = True
    to_look_at: Sequence[int] = ()


def look_at_the_sweep() -> Iterator[Finding]:
    """Of all firms: whether it has come through lately."""
    beaten = last_beat(SWEEP)
    if beaten is None:
        yield Finding("The sweep has never come through. Start beat and a worker.")
    elif machine_now() - beaten > NO_SIGN_OF_LIFE:
        yield Finding(f"The sweep has not come through since {beaten.isoformat(timespec='seconds')}. See that beat and a worker run.")


def look_at_the_hold_of_all() -> Iterator[Finding]:
    if held := find_hold_of_all():
        yield Finding(held.sentence, wrong=False)


def look_at_firm(firm: Firm, now: datetime) -> Iterator[Finding]:
    """Inside the firm."""
    yield from _schedules(firm, now)
    yield from _outbox(firm, now)
    yield from _waiting(firm, now)


def _schedules(firm: Firm, now: datetime) -> Iterator[Finding]:
    due = Action.objects.filter(firm=firm, next_reminder_at__lt=now - PATIENCE).count()
    if due:
        yield Finding(f"{due} due for more than {_said(PATIENCE)}. See that beat and a worker run, and what the worker's log says.")
    lost = list(
        Action.objects.filter(OPEN, firm=firm, reminders_on=True, next_reminder_at=None, stop_reason="").values_list("pk", flat=True)
    )
    if lost:
        yield Finding(
            f"{len(lost)} with reminders on, and neither a next one nor a reason why not. --fix lets the sweep look.", to_look_at=lost
        )
    slept = list(sleeping(firm, now))
    if slept:
        yield Finding(
            f"{len(slept)} would be looked at only after their next reminder is due. --fix lets the sweep look.", to_look_at=slept
        )
    failed = open_failed_tasks(firm).filter(kind=FailedTaskKind.REMINDER_FAILED).count()
    if failed:
        yield Finding(f"{failed} set aside since they could not be reminded of. The worker's log says why; each is tried every hour.")


def sleeping(firm: Firm, now: datetime) -> Iterator[int]:
    """Ids of the requests whose next look lies after the instant at which their next reminder is due; those set aside are known of."""
    waiting = Action.objects.filter(firm=firm, next_reminder_at__gt=now).exclude(pk__in=set_aside_in(firm))
    rows = waiting.select_related("account", "firm").order_by("pk")
    for actions in batched(rows.iterator(chunk_size=BATCH), BATCH):
        yield from (action.pk for action, _ in overslept(firm, actions, now))


def _outbox(firm: Firm, now: datetime) -> Iterator[Finding]:
    held = Notice.objects.filter(READY, leaving(firm, now), firm=firm, not_before__lt=now - PATIENCE).count()
    if held:
        yield Finding(f"{held} e-mails might have gone for more than {_said(PATIENCE)}. See that a worker runs, and what its log says.")


def _waiting(firm: Firm, now: datetime) -> Iterator[Finding]:
    if firm.holds_mail(now):
        who = f"{firm.mail_hold_origin}, {firm.mail_own_origin} under it" if firm.has_own_hold(now) else firm.mail_hold_origin
        yield Finding(f"{what_waits(firm, now).total} e-mails to clients are held ({who}).", wrong=False)
    nobody = Action.objects.filter(OPEN, firm=firm, stop_reason=Stop.NOBODY).count()
    if nobody:
        yield Finding(f"{nobody} with nobody to tell: the firm sees them under “Needs a person”.", wrong=False)
    late = late_notices(firm).order_by().values("action").distinct().count()
    if late:
        yield Finding(f"{late} late, waiting for the firm's yes.", wrong=False)
    today = now.astimezone(firm.zone).date()
    if firm.paused_until and firm.paused_until > today:
        yield Finding(f"The firm's reminders are paused until {firm.paused_until}.", wrong=False)
    counts = {
        "accounts": Account.objects.filter(firm=firm, paused_until__gt=today).count(),
        "contacts": Contact.objects.filter(firm=firm, paused_until__gt=today).count(),
        "requests": Action.objects.filter(OPEN, firm=firm, paused_until__gt=today).count(),
    }
    if any(counts.values()):
        yield Finding("Paused: " + ", ".join(f"{count} {what}" for what, count in counts.items() if count) + ".", wrong=False)


def _said(length: timedelta) -> str:
    return f"{int(length.total_seconds() // 60)} minutes"
