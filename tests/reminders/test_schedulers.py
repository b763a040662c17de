"""Many schedulers and many ticks in virtual time, on the real database; `make schedulers` runs ten times as many."""

import os
import random
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

import pytest

from actions.models import Action
from notifications.dispatch.send import dispatch_ready
from notifications.enums import Outcome
from notifications.models import Message, Notice
from reminders.rules import Schedule
from reminders.standing import SCHEDULE
from reminders.sweep import sweep
from tenancy.context import firm_context
from tests.factories import START
from tests.mail import Mailbox
from tests.parallel import at_once
from tests.people import Lumiere, make_lumiere
from tests.story import ask_signature

pytestmark = pytest.mark.django_db(transaction=True)
TICKS = int(os.environ.get("TICKS", "300"))
SCHEDULERS = 5
MONTH = timedelta(days=31)
SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)
type Told = tuple[str, str, int]  # title of the request, address, number of the reminder


@pytest.fixture
def people(transactional_db: None) -> Lumiere:
    return make_lumiere()


def ask_many(people: Lumiere, count: int, *, every: tuple[int, int]) -> dict[str, int]:
    """Requests opened over three days, none at the same second; how often each is to be reminded of, by its title."""
    dice, at_most = random.Random(20261102), dict[str, int]()
    with firm_context(people.firm.pk):
        for number in range(count):
            schedule = Schedule(on=True, every_days=dice.randint(*every), at_most=dice.randint(1, 5))
            account = dice.choice((people.bakery, people.tilleuls))
            ask_signature(
                people, account=account, title=f"Document {number}", schedule=schedule, now=START + dice.randrange(3 * 86_400) * SECOND
            )
            at_most[f"Document {number}"] = schedule.at_most
    return at_most


def reminders(people: Lumiere) -> list[Told]:
    """Every notice of a reminder that somebody was to be told by."""
    with firm_context(people.firm.pk):
        rows = Notice.objects.filter(number__gt=0).exclude(reason="not_named").select_related("action")
        return sorted((row.action.title, row.email, row.number) for row in rows if row.action)


def each_once(at_most: dict[str, int]) -> list[Told]:
    return sorted((title, "nadia@lefevre.example", number + 1) for title, count in at_most.items() for number in range(count))


def test_five_schedulers_remind_of_each_once_however_their_ticks_fall(people: Lumiere) -> None:
    """Each has its own clock: some run ahead in virtual time, some tick twice, some fall behind."""
    at_most, dice = ask_many(people, 30, every=(1, 4)), random.Random(5)
    instants = [START + MONTH * dice.random() for _ in range(TICKS)]
    turns = [[*sorted(instants[each::SCHEDULERS]), START + MONTH] for each in range(SCHEDULERS)]
    counts = at_once(*[lambda turn=turn: sum(sweep(at).actions for at in turn) for turn in turns])
    assert reminders(people) == each_once(at_most)
    assert sum(count for count in counts if isinstance(count, int)) >= sum(at_most.values())
    with firm_context(people.firm.pk):
        done = dict(Action.objects.values_list("title", "reminders_sent"))
    assert done == at_most


def test_once_a_second_and_once_a_day_give_the_same_reminders(people: Lumiere, mailbox: Mailbox) -> None:
    """The same month twice: ticks each second around whatever comes, then one tick a day. What is written, and what is sent in the end."""
    at_most = ask_many(people, 6, every=(3, 6))
    dispatch_ready(lambda: START + 3 * DAY)
    before = schedules(people)
    live_through(people, each_second(people))
    each_second_told, each_second_sent = reminders(people), sent(people)
    assert each_second_told == each_once(at_most)
    begin_again(people, before)
    live_through(people, (START + 3 * DAY + n * DAY for n in range(60)))
    assert reminders(people) == each_second_told
    assert sent(people) == each_second_sent == each_second_told


def live_through(people: Lumiere, ticks: Iterable[datetime]) -> None:
    """What the sweep writes at each tick; what waits is sent as its time comes, as the dispatcher's own ticks are frequent."""
    for at in ticks:
        send_until(people, at)
        sweep(at)
    send_until(people, START + 1000 * DAY)


def send_until(people: Lumiere, at: datetime) -> None:
    while (waiting := waits_until(people)) and waiting <= at:
        dispatch_ready(lambda: waiting)


def each_second(people: Lumiere) -> Iterator[datetime]:
    """Until the next thing is due a tick finds nothing, whichever second it is; around it there is one each second."""
    while coming := next_of_all(people):
        around = max(TICKS // 100, 3)
        yield from (coming + n * SECOND for n in range(-around, around))


def next_of_all(people: Lumiere) -> datetime | None:
    with firm_context(people.firm.pk):
        due = Action.objects.filter(next_reminder_at__isnull=False).order_by("next_reminder_at")
        return due.values_list("next_reminder_at", flat=True).first()


def waits_until(people: Lumiere) -> datetime | None:
    with firm_context(people.firm.pk):
        waiting = Notice.objects.filter(message=None, not_before__isnull=False).order_by("not_before")
        return waiting.values_list("not_before", flat=True).first()


def sent(people: Lumiere) -> list[Told]:
    with firm_context(people.firm.pk):
        rows = Notice.objects.filter(number__gt=0, message__outcome=Outcome.SENT).select_related("action")
        return sorted((row.action.title, row.email, row.number) for row in rows if row.action)


def schedules(people: Lumiere) -> list[Action]:
    with firm_context(people.firm.pk):
        return list(Action.objects.order_by("pk"))


def begin_again(people: Lumiere, before: list[Action]) -> None:
    """As things stood when everything had been asked and told."""
    with firm_context(people.firm.pk):
        reminded = Notice.objects.filter(number__gt=0)
        messages = [pk for pk in reminded.values_list("message", flat=True) if pk]
        reminded.delete()
        Message.objects.filter(pk__in=messages).delete()
        Action.objects.bulk_update(before, SCHEDULE)
