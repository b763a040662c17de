"""Short words for the tests: ask, let time pass, send, and see what arrived."""

from collections.abc import Sequence
from datetime import date, datetime

from actions.models import Action
from clients.models import Account, Contact
from firms.actors import Actor
from firms.calendar import place_of, slot_on
from firms.closed_days import calendar_of
from notifications.dispatch.send import dispatch_ready
from reminders.rules import Schedule
from reminders.services import ask
from reminders.sweep import SweepCount, sweep
from reminders.words import Words
from tenancy.context import firm_context
from tests.factories import START
from tests.people import Lumiere, Peeters


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


def ask_lotte(peeters: Peeters, now: datetime = START) -> None:
    """At the other firm, neither entered."""
    with firm_context(peeters.firm.pk):
        by, words = Actor.staff(peeters.wim), Words("Brief", schedule=Schedule(on=True))
        ask(account=peeters.garage, kind="signature", words=words, staff=peeters.wim, by=by, parties=[peeters.lotte], now=now)


def own_minute(contact: Contact, day: date) -> datetime:
    """When a reminder reaches this person that has waited for the hours of an open day, by the firm's clock."""
    return slot_on(calendar_of(contact.firm), day, contact.firm.zone, place_of(contact.pk)).astimezone(contact.firm.zone)


def evening(day: datetime) -> datetime:
    """The last minute of the hours in winter, 17:59 in Paris: whatever minute of them is somebody's own, it has come."""
    return day.replace(hour=16, minute=59)


def live(now: datetime) -> SweepCount:
    """What beat and worker do at `now`: sweep, then send what is ready."""
    count = sweep(now)
    dispatch_ready(lambda: now)
    return count
