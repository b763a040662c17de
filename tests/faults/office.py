"""The firm whose e-mails the faults fall upon: what it asks, what its clients do, and what stands in the outbox in the end."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection

from actions.models import Action
from clients.models import Contact
from firms.actors import Actor
from lib.clock import machine_now
from notifications.enums import Outcome
from notifications.models import Message, Notice, Suppression
from notifications.verdicts import Verdict
from reminders.rules import Schedule
from reminders.services import withdraw
from reminders.sweep import sweep
from tenancy.context import firm_context
from tests.factories import START, AddressFactory
from tests.people import Lumiere, link, make_lumiere
from tests.story import ask_signature
from ways.models import Pace

EVERY_DAYS = 3
WEEK = timedelta(days=7)
STUCK = (Outcome.WAITING, Outcome.SENDING)
AT_WORK = """
    SELECT pid, xact_start FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid() AND xact_start IS NOT NULL
"""


@dataclass
class Office:
    people: Lumiere
    now: datetime = START
    signers: list[Contact] = field(default_factory=list)
    withdrawn: dict[int, int] = field(default_factory=dict)  # of a request: how many the server had taken by then
    begun_before: set[str] = field(default_factory=set)  # Message-IDs that were being handed over when their request was withdrawn

    def __post_init__(self) -> None:
        self.signers = self.signers or [self.people.nadia, self.people.paul]

    @property
    def firm_id(self) -> int:
        return self.people.firm.pk

    def ask(self, requests: int) -> list[Action]:
        """Of all signers each, on the next Monday, with a reminder on its Thursday."""
        self.now = START + ((self.now - START) // WEEK + 1) * WEEK
        schedule = Schedule(on=True, every_days=EVERY_DAYS)
        with firm_context(self.firm_id):
            return [ask_signature(self.people, signers=self.signers, schedule=schedule, now=self.now) for _ in range(requests)]

    def ask_now(self, requests: int) -> list[Action]:
        """By the machine's clock, as whoever runs beside us reads it; each commits by itself and wakes a worker."""
        asked = list[Action]()
        for _ in range(requests):
            with firm_context(self.firm_id):
                self.now = machine_now()
                asked.append(ask_signature(self.people, signers=self.signers, now=self.now))
        return asked

    def remind(self) -> None:
        self.now += timedelta(days=EVERY_DAYS)
        sweep(self.now)

    def withdraw(self, action: Action, taken: int) -> None:
        with firm_context(self.firm_id):
            withdraw(action=action, by=Actor.system(), now=self.now)
        self.withdrawn[action.pk] = taken

    def withdraw_beside(self, action: Action, taken_so_far: Callable[[], int], wait_until: Callable[[Callable[[], bool]], None]) -> None:
        """While dispatchers run: what one has begun to hand over by then may be taken. A hand-over reads its instant, then the rows."""
        self.withdrawn[action.pk] = taken_so_far()
        with firm_context(self.firm_id):
            withdraw(action=action, by=Actor.system(), now=machine_now())
        at, at_work = machine_now(), others_at_work()
        wait_until(lambda: not at_work & others_at_work())  # what one of them marks shows from its commit on
        with firm_context(self.firm_id):
            begun = Message.objects.filter(notices__action=action, handed_at__lte=at)
            self.begun_before |= set(begun.values_list("message_id", flat=True))

    def handed_over(self) -> set[str]:
        """The Message-IDs of what a server may be taking at this moment."""
        with firm_context(self.firm_id):
            handed = Message.objects.filter(outcome=Outcome.SENDING, handed_at__isnull=False)
            return set(handed.values_list("message_id", flat=True))

    def let_leases_run_out(self) -> None:
        """As after the minute that a lease lasts, the waits between tries, and the rests of a server."""
        Pace.objects.update(rests_until=None, probe_until=None)
        with firm_context(self.firm_id):
            Message.objects.filter(outcome=Outcome.SENDING).update(lease_until=machine_now())
            Message.objects.filter(outcome=Outcome.WAITING).update(next_try_at=machine_now())

    def write_to_all_again(self) -> None:
        """The addresses that a server called unknown are known after all."""
        with firm_context(self.firm_id):
            Suppression.objects.filter(lifted_at=None).update(lifted_at=self.now)

    def waits_for_another_day(self) -> bool:
        with firm_context(self.firm_id):
            return Notice.objects.filter(message=None).exclude(verdict=Verdict.SKIP).exists()

    def still_to_go(self) -> int:
        """Messages in somebody's hands, and notices that may go by now."""
        with firm_context(self.firm_id):
            ready = Notice.objects.filter(message=None, not_before__lte=self.now).exclude(verdict=Verdict.SKIP)
            return Message.objects.filter(outcome__in=STUCK).count() + ready.count()


def others_at_work() -> set[tuple[int, datetime]]:
    """The transactions of others that are open: process, and when it began."""
    with connection.cursor() as cursor:
        cursor.execute(AT_WORK)
        return set(cursor.fetchall())


def open_office() -> Office:
    return Office(make_lumiere())


def let_many_sign(office: Office, people: int) -> None:
    """Instead of two, so that one request is as many e-mails."""
    with firm_context(office.firm_id):
        addresses = AddressFactory.create_batch(people, firm=office.people.firm)
        for address in addresses:
            link(office.people.bakery, address)
    office.signers = [address.contact for address in addresses]


@dataclass
class Reckoning:
    """What the server took against what the outbox says."""

    messages: int = 0
    lost: list[str] = field(default_factory=list)  # neither taken nor said to be anything but sent
    doubled: int = 0  # taken twice: each is marked as in doubt
    too_often: list[str] = field(default_factory=list)  # taken twice without that, or more than twice
    in_doubt: int = 0
    after_settled: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        return not (self.lost or self.too_often or self.after_settled)


def newest(office: Office) -> int:
    with firm_context(office.firm_id):
        return Notice.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def messages_after(office: Office, notice_id: int) -> int:
    with firm_context(office.firm_id):
        return Message.objects.filter(notices__pk__gt=notice_id).distinct().count()


def reckon(office: Office, taken: Sequence[tuple[str, str]], after: int) -> Reckoning:
    """Of the notices `after` the one with that id; `taken` begins with the first of them."""
    times, found = Counter(message_id for message_id, _ in taken), Reckoning()
    with firm_context(office.firm_id):
        notices = list(Notice.objects.filter(firm=office.firm_id, pk__gt=after).select_related("message"))
    messages = {notice.message.message_id: notice.message for notice in notices if notice.message}
    found.messages = len(messages)
    for message in messages.values():
        _count(found, message, times[message.message_id])
    found.lost += [notice.key for notice in notices if notice.message is None and notice.verdict != Verdict.SKIP]
    found.too_often += [message_id for message_id in times if message_id not in messages]
    about = {notice.message.message_id: notice.action_id or 0 for notice in notices if notice.message}
    found.after_settled = [
        message_id
        for place, (message_id, _) in enumerate(taken)
        if place >= office.withdrawn.get(about.get(message_id, 0), len(taken)) and message_id not in office.begun_before
    ]
    return found


def _count(found: Reckoning, message: Message, times: int) -> None:
    found.in_doubt += message.in_doubt or message.outcome == Outcome.UNCONFIRMED
    if message.outcome in STUCK or (message.outcome == Outcome.SENT and times == 0):
        found.lost.append(f"{message.message_id} {message.outcome}, taken {times} times")
    if times > 1:
        found.doubled += 1
    if times > 2 or (times == 2 and not message.in_doubt):
        found.too_often.append(f"{message.message_id} {message.outcome}, taken {times} times")
