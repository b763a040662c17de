"""Short words for the tests: ask, let time pass, send, and see what arrived."""

from collections.abc import Sequence
from datetime import date, datetime

from actions.models import Action
from clients.models import Account, Contact
from firms.actors import Actor
from notifications.dispatch.send import dispatch_ready
from reminders.rules import Schedule
from reminders.services import ask
from reminders.sweep import SweepCount, sweep
from reminders.words import Words
from tests.factories import START
from tests.people import Lumiere


def ask_signature(
    firm: Lumiere,
    *,
    account: Account | None = None,
    signers: Sequence[Contact] = (),
    schedule: Schedule = Schedule(on=True),
    now: datetime = START,
    title: str = "Lettre de mission 2027",
    message: str = "",
    due_on: date | None = None,
    expires_on: date | None = None,
) -> Action:
    """A signature asked by Claire of the bakery, of Nadia unless told otherwise; reminders on, after 3 days, once."""
    return ask(
        account=account or firm.bakery, kind="signature", words=Words(title, message, due_on, expires_on, schedule), staff=firm.claire,
        by=Actor.staff(firm.claire), parties=signers or [firm.nadia], now=now,
    )  # fmt: skip


def live(now: datetime) -> SweepCount:
    """What beat and worker do at `now`: sweep, then send what is ready."""
    count = sweep(now)
    dispatch_ready(lambda: now)
    return count
