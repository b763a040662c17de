"""A firm with random settings, people, requests and pauses: what its pages and lists foretell, and what then happens."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from django.db.models import Min
from django.utils import timezone

from actions.models import Action
from clients.models import Account, AccountAddress, Contact
from desk.next_step import NextStep
from desk.rows import rows_of
from firms.actors import Actor
from firms.models import Firm
from notifications.models import READY, Notice
from reminders.explaining.explain import what_happens_next
from reminders.rules import Schedule
from reminders.services import resend
from tests.factories import START, AccountFactory, AddressFactory, ContactFactory
from tests.people import Lumiere, link
from tests.story import ask_signature, live

DAY = timedelta(days=1)
ZONES = ("", "Europe/Paris", "America/New_York", "Pacific/Auckland", "Asia/Kathmandu", "Europe/Brussels")
CLOSING = [{"first": "2026-11-16", "last": "2026-11-18", "name": "Inventaire"}]

type Leaving = tuple[int, datetime, tuple[str, ...]]  # the number, the instant, the names that get it then


@dataclass(frozen=True, slots=True)
class Foretold:
    """What page and list say of one request: the first reminder that leaves, none where none does; and when others get the same."""

    first: Leaving | None
    others: tuple[datetime, ...]
    listed: NextStep


def random_firm(lumiere: Lumiere, seed: int) -> tuple[Firm, list[Action], datetime]:
    """Asked at random over some days, lived until a random moment; its requests as they then stand."""
    random = Random(seed)
    _settings(lumiere.firm, random)
    lumiere.firm.refresh_from_db()
    accounts = _accounts(lumiere, random)
    at = START
    actions: list[Action] = []
    for _ in range(random.randint(2, 5)):
        account = random.choice(accounts)
        people = list(Contact.objects.filter(links__account=account))
        signers = random.sample(people, random.randint(1, len(people)))
        schedule = Schedule(True, random.randint(1, 6), random.randint(1, 4))
        expires = (at + random.randint(2, 12) * DAY).date() if random.random() < 0.2 else None
        actions.append(ask_signature(lumiere, account=account, signers=signers, schedule=schedule, now=at, expires_on=expires))
        at += timedelta(minutes=random.randint(0, 2 * 1440))
    for moment in moments(lumiere.firm, START, at):
        live(moment)
    if random.random() < 0.4:
        again = random.choice(actions)
        again.refresh_from_db()
        if again.is_open:
            resend(action=again, by=Actor.staff(lumiere.claire), now=at)
            live(at)
    _pauses(lumiere.firm, actions, random, at.date())
    lumiere.firm.refresh_from_db()
    late = at + timedelta(minutes=random.choice([0, 0, 0, 90, 3000, 9000]))  # the sweep has stood still since
    return lumiere.firm, list(Action.objects.select_related("account", "firm", "opened_by").order_by("pk")), late


def _settings(firm: Firm, random: Random) -> None:
    Firm.objects.filter(pk=firm.pk).update(
        time_zone=random.choice(ZONES[1:]),
        send_from=time(random.randint(6, 10), random.choice([0, 30])),
        send_until=time(random.randint(15, 20)),
        send_days=random.choice([[0, 1, 2, 3, 4], [0, 2, 4], [0, 1, 2, 3, 4, 5, 6]]),
        keeps_holidays=random.random() < 0.7,
        closings=CLOSING if random.random() < 0.4 else [],
        open_days_only=random.random() < 0.3,
        bundle_reminders=random.random() < 0.6,
        cap_a_day=random.choice([None, 1, 1, 2]),
        cap_a_week=random.choice([None, None, 2, 3]),
        sends_at_any_hour=random.random() < 0.1,
    )


def _accounts(lumiere: Lumiere, random: Random) -> list[Account]:
    accounts = [lumiere.bakery, lumiere.tilleuls, AccountFactory.create(firm=lumiere.firm, manager=lumiere.claire)]
    for number in range(random.randint(1, 2)):
        contact = ContactFactory.create(firm=lumiere.firm, first_name=f"Ada{number}", last_name="Byron")
        address = AddressFactory.create(firm=lumiere.firm, contact=contact, email=f"ada{number}@byron.example")
        for account in random.sample(accounts[1:], random.randint(1, 2)):
            link(account, address)
    link(accounts[2], lumiere.paul_address)
    for contact in Contact.objects.all():
        Contact.objects.filter(pk=contact.pk).update(time_zone=random.choice(ZONES))
    if random.random() < 0.3:
        AccountAddress.objects.filter(pk=lumiere.paul_at_bakery.pk).update(notify=False)
    return accounts


def _pauses(firm: Firm, actions: list[Action], random: Random, today: date) -> None:
    contact = random.choice(list(Contact.objects.order_by("pk")))
    targets = [
        (Firm.objects.filter(pk=firm.pk), 0.15),
        (Account.objects.filter(firm=firm), 0.15),
        (Action.objects.filter(pk=random.choice(actions).pk), 0.3),
        (Contact.objects.filter(pk=contact.pk), 0.4),
    ]
    for rows, chance in targets:
        if random.random() < chance:
            first = today + random.randint(-2, 3) * DAY
            rows.update(paused_from=first, paused_until=first + random.randint(1, 6) * DAY)


def moments(firm: Firm, start: datetime, until: datetime) -> Iterator[datetime]:
    """Each instant from `start` on at which sweep or dispatcher have something to do, as things stand when the one before is over."""
    yield start
    at = start
    while (after := next_moment(at)) is not None and after <= until:
        at = after
        yield at


def next_moment(at: datetime) -> datetime | None:
    due = Action.objects.aggregate(at=Min("next_reminder_at"))["at"]
    leaves = Notice.objects.filter(READY).aggregate(at=Min("not_before"))["at"]
    first = min(filter(None, (due, leaves)), default=None)
    return None if first is None else max(first, at + timedelta(microseconds=1) if first <= at else first)


def foretell(firm: Firm, lumiere: Lumiere, actions: list[Action], now: datetime) -> dict[int, Foretold]:
    listed = {row.action.pk: row.next for row in rows_of(actions, lumiere.claire, now)}
    found = {}
    with timezone.override(firm.zone):
        for action in actions:
            following = what_happens_next(firm, action, now)
            first = (following.number, following.at, tuple(sorted(following.names))) if following.at else None
            found[action.pk] = Foretold(first, tuple(each.at for each in following.others), listed[action.pk])
    return found


def what_came(actions: list[Action], now: datetime, *, most: int = 120) -> dict[int, Leaving | None]:
    """Lives on from `now`: the first reminder of each request that leaves, and who gets it at that instant."""
    before = set(Notice.objects.filter(number__gt=0, message__isnull=False).values_list("pk", flat=True))
    came: dict[int, Leaving | None] = {action.pk: None for action in actions}
    at: datetime | None = now
    for _ in range(most):
        if at is None or all(came.values()):
            break
        live(at)
        gone: dict[int, set[tuple[int, str]]] = {}
        for notice in Notice.objects.filter(number__gt=0, message__isnull=False).exclude(pk__in=before).select_related("contact"):
            assert notice.contact is not None
            before.add(notice.pk)
            gone.setdefault(notice.action_id or 0, set()).add((notice.number, notice.contact.name))
        for action_id, some in gone.items():
            if came[action_id] is None:
                came[action_id] = (min(number for number, _ in some), at, tuple(sorted(name for _, name in some)))
        at = next_moment(at)
    return came
