"""What a small firm's notice waits for its 250: while nothing else leaves, and behind another firm's 100,000."""

import math
import os
import random
from collections.abc import Callable
from datetime import UTC, datetime
from statistics import quantiles
from time import perf_counter
from typing import TYPE_CHECKING

from bench.database import Owner, fresh_database
from bench.mail.outbox import write_reminders
from bench.mail.sink import running_sink
from bench.mail.worker import running_worker
from bench.practice import settle_firms
from ops.processes import POLL_SECONDS, Crew
from ops.stopping import Deadline, StopFlag

if TYPE_CHECKING:
    from bench.__main__ import Measured
    from clients.models import Account
    from firms.models import Staff

BEHIND = int(os.environ.get("BEHIND", "100000"))  # reminders of the other firm
SINGLE = int(os.environ.get("SINGLE", "100"))  # notices of the small one, in each part
EVERY = float(os.environ.get("EVERY", "0.7"))  # seconds between two of them, on average
FIRST = 10  # asked in quick succession before, so that each process of a worker has made its first e-mail
PATIENCE = 180.0  # seconds for what should take ten at most
EACH = 2  # reminders that an account of the other firm makes
SMALL = "SELECT id FROM firms_firm ORDER BY id OFFSET 1"

Asked = dict[int, datetime]  # requests, and when each was committed


def measure() -> "Measured":
    """Milliseconds from the commit of a notice to `sent_at`, which is when the server's 250 was read; worker, beat and broker as in
    production. Nobody waits for one before the next is asked."""
    os.environ.setdefault("RELANCE_SECRET_KEY", "bench-only")
    with running_sink() as sink, fresh_database() as owner:
        crowded, small = settle_two(owner)
        hold(crowded)
        line, ask_next = crowd(owner, crowded), asking(small)
        with running_worker(sink.way_out) as crew:
            waits_of(ask_some(ask_next, FIRST, EVERY / 5), small, crew)
            alone = waits_of(ask_some(ask_next, SINGLE, EVERY), small, crew)
            release(crowded)
            started = perf_counter()
            unswept = list[float]()
            behind = waits_of(ask_some(ask_next, SINGLE, EVERY, lambda: unswept.append(since_last_sweep())), small, crew)
            left, seconds = waiting(crowded), perf_counter() - started
    if not left:
        raise RuntimeError(f"The last of {line} e-mails had left before {SINGLE} others were asked behind them.")
    figures = {"behind": float(line), "left_in_the_end": float(left), "sent_meanwhile_per_s": (line - left) / seconds}
    figures["longest_unswept_s"] = max(unswept)
    return {"figures": figures | percentiles("alone", alone) | percentiles("behind", behind), "ratios": {}}


def percentiles(name: str, waits: list[float]) -> dict[str, float]:
    cuts = quantiles(waits, n=100, method="inclusive")
    return {f"{name}_p50_ms": cuts[49], f"{name}_p99_ms": cuts[98], f"{name}_worst_ms": max(waits)}


# --- Who waits -----------------------------------------------------------------------------------------------------------


def settle_two(owner: Owner) -> tuple[int, int]:
    """The firm with the line, and the small one with an account for each of its notices; both send whenever it is measured."""
    from firms.queries import list_firm_ids  # Django is set up for the fresh database only now

    settle_firms(owner, firms=2, accounts=f"CASE WHEN place = 1 THEN {BEHIND // EACH} ELSE {2 * (FIRST + SINGLE)} END")
    owner.execute("UPDATE firms_firm SET sends_at_any_hour = true, send_days = '{0,1,2,3,4,5,6}', keeps_holidays = false")
    crowded, small = sorted(list_firm_ids())
    return crowded, small


def crowd(owner: Owner, crowded: int) -> int:
    """How many wait in line now."""
    write_reminders(owner, datetime.now(UTC), but=SMALL)
    if (line := waiting(crowded)) != BEHIND:
        raise RuntimeError(f"{line} e-mails are in line instead of {BEHIND}.")
    return line


def hold(firm_id: int) -> None:
    from firms.actors import Actor  # as above
    from firms.enums import HoldOrigin
    from firms.models import Firm
    from notifications.holding import hold_mail
    from tenancy.context import firm_context

    with firm_context(firm_id):
        firm, now = Firm.objects.get(pk=firm_id), datetime.now(UTC)
        hold_mail(firm=firm, origin=HoldOrigin.STAFF, reason="bench", by=Actor.system(), now=now)


def release(firm_id: int) -> None:
    from firms.actors import Actor  # as above
    from firms.models import Firm
    from notifications.holding import release_mail
    from tenancy.context import firm_context

    with firm_context(firm_id):
        release_mail(firm=Firm.objects.get(pk=firm_id), by=Actor.system(), now=datetime.now(UTC))


def waiting(firm_id: int) -> int:
    """Notices of the firm that are in nobody's hands yet."""
    from notifications.models import READY, Notice  # as above
    from tenancy.context import firm_context

    with firm_context(firm_id):
        return Notice.objects.filter(READY, firm=firm_id).count()


# --- Asking --------------------------------------------------------------------------------------------------------------


def asking(firm_id: int) -> Callable[[], tuple[int, datetime]]:
    """Asks one account after the other to sign; each time the request, and when it was committed."""
    from clients.models import Account  # as above
    from firms.models import Staff
    from tenancy.context import firm_context

    with firm_context(firm_id):
        staff = Staff.objects.select_related("firm", "user").get(firm=firm_id)
        accounts = iter(list(Account.objects.filter(firm=firm_id).order_by("pk")))
    return lambda: ask_one(next(accounts), staff)


def ask_one(account: "Account", staff: "Staff") -> tuple[int, datetime]:
    """One of the two people is to sign, and is told."""
    from django.db import transaction  # as above

    from clients.models import Contact
    from firms.actors import Actor
    from reminders.services import ask
    from reminders.words import Words
    from tenancy.context import firm_context

    committed: list[datetime] = []
    with firm_context(staff.firm_id):
        transaction.on_commit(lambda: committed.append(datetime.now(UTC)))
        signer = Contact.objects.filter(firm=staff.firm_id, links__account=account).order_by("pk")[0]
        now, words = datetime.now(UTC), Words("Lettre de mission")
        action = ask(account=account, kind="signature", words=words, staff=staff, by=Actor.staff(staff), parties=[signer], now=now)
    return action.pk, committed[0]


def ask_some(ask_next: Callable[[], tuple[int, datetime]], count: int, every: float, watch: Callable[[], object] = lambda: None) -> Asked:
    """At no even distance, so that no other rhythm is met again and again; before each it has a look."""
    dice, pause, asked = random.Random(count), StopFlag(), Asked()
    for _ in range(count):
        pause.wait(every * dice.uniform(0.5, 1.5))
        watch()
        action_id, committed = ask_next()
        asked[action_id] = committed
    return asked


def since_last_sweep() -> float:
    """Seconds since a worker last came through with one; beat asks for it each twenty."""
    from tenancy.heartbeats import SWEEP, last_beat  # as above

    at = last_beat(SWEEP)
    return (datetime.now(UTC) - at).total_seconds() if at else math.inf


# --- Waiting -------------------------------------------------------------------------------------------------------------


def waits_of(asked: Asked, firm_id: int, crew: Crew) -> list[float]:
    """Milliseconds, of each that was asked, once all have been sent."""
    wait_until(lambda: len(sent(firm_id, asked)) == len(asked), crew)
    return [(at - asked[action_id]).total_seconds() * 1000 for action_id, at in sent(firm_id, asked).items()]


def sent(firm_id: int, asked: Asked) -> Asked:
    """Which of them have been, and when."""
    from notifications.models import Notice  # as above
    from tenancy.context import firm_context

    with firm_context(firm_id):
        notices = Notice.objects.filter(firm=firm_id, action__in=asked).values_list("action_id", "message__sent_at")
        return {action_id: at for action_id, at in notices if action_id and at}


def wait_until(true: Callable[[], bool], crew: Crew) -> None:
    deadline, pause = Deadline(PATIENCE), StopFlag()
    while not true():
        if dead := crew.dead():
            raise RuntimeError(f"{dead[0].log} ends with:\n{dead[0].last_lines()}")
        if deadline.has_passed:
            raise RuntimeError(f"It did not come true within {PATIENCE:.0f} s; see {crew.folder / 'logs'}.")
        pause.wait(POLL_SECONDS)
