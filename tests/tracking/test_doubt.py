"""That an e-mail arrived ends what the office was told in doubt of it, whoever reports that; nothing else does."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from firms.enums import FailedTaskKind
from firms.queries import open_failed_tasks
from firms.services import raise_failed_task
from lib.clock import machine_now
from notifications.enums import Outcome
from notifications.models import Message
from tests.factories import START
from tests.mail import Mailbox
from tests.people import Lumiere
from tests.story import ask_signature, live
from tests.tracking.calls import Mail, postmark, send
from tests.tracking.imap import Box, serving
from tests.tracking.letters import report
from tests.ways.making import api_input, in_use
from tracking.returned import read_mailbox
from tracking.tasks import apply
from ways.enums import Provider
from ways.queries import find_way_in_use

LATER = START + timedelta(hours=1)

type Told = Callable[[str], None]


@pytest.fixture
def doubted(lumiere: Lumiere, mailbox: Mailbox) -> Message:
    """A first notice that was cut off after the dot, and waits for its second try; another e-mail is in doubt as well."""
    mailbox.hang_up_after_data = True
    ask_signature(lumiere)
    live(START)
    mailbox.hang_up_after_data = False
    raise_failed_task(firm=lumiere.firm, kind=FailedTaskKind.UNCONFIRMED, key="message:0", subject="paul@lefevre.example", now=START)
    return Message.objects.get()


def try_again() -> None:
    Message.objects.update(next_try_at=machine_now())
    live(START)


@pytest.fixture(params=["called", "called before the record", "mailed"])
def told(request: pytest.FixtureRequest, lumiere: Lumiere) -> Iterator[Told]:
    """Says what became of it, by one of the roads on which such things come."""

    def call(kind: str) -> None:
        way = find_way_in_use(lumiere.firm.pk) or in_use(lumiere.firm, api_input(Provider.POSTMARK))
        send(postmark(Mail("", Message.objects.get().message_id, "nadia@lefevre.example"), kind, 1), way)

    def call_early(kind: str) -> None:
        message = Message.objects.get()
        Message.objects.update(outcome=Outcome.SENDING, lease_until=machine_now(), next_try_at=None)
        call(kind)
        Message.objects.update(outcome=message.outcome, lease_until=message.lease_until, next_try_at=message.next_try_at)
        apply()

    with serving() as box:
        yield {"called": call, "called before the record": call_early, "mailed": lambda kind: mail(box, kind)}[request.param]


def mail(box: Box, kind: str) -> None:
    action, status = {"delivered": ("delivered", "2.0.0"), "deferred": ("delayed", "4.2.2")}[kind]
    box.put(report(message_id=Message.objects.get().message_id, action=action, status=status, said=""))
    read_mailbox(box.url, LATER)


def open_tasks(lumiere: Lumiere) -> list[str]:
    ours = f":{Message.objects.get().pk}"
    return sorted(task.key.removesuffix(ours) for task in open_failed_tasks(lumiere.firm))


def test_that_it_arrived_ends_the_doubt_and_nothing_less_does(doubted: Message, lumiere: Lumiere, told: Told) -> None:
    try_again()
    assert (Message.objects.get().outcome, open_tasks(lumiere)) == (Outcome.SENT, ["unconfirmed:message", "unconfirmed:message:0"])
    told("deferred")
    assert open_tasks(lumiere) == ["unconfirmed:message", "unconfirmed:message:0"]
    told("delivered")
    assert (Message.objects.get().outcome, open_tasks(lumiere)) == (Outcome.DELIVERED, ["unconfirmed:message:0"])


def test_what_was_given_up_in_doubt_is_settled_too(doubted: Message, lumiere: Lumiere, mailbox: Mailbox, told: Told) -> None:
    mailbox.hang_up_after_data = True
    try_again()
    both = ["unconfirmed:message", "unconfirmed:message:0"]
    assert (Message.objects.get().outcome, open_tasks(lumiere)) == (Outcome.UNCONFIRMED, both)
    told("delivered")
    assert open_tasks(lumiere) == ["unconfirmed:message:0"]


def test_what_was_thought_lost_and_came_is_no_task_any_more(lumiere: Lumiere, mailbox: Mailbox, told: Told) -> None:
    mailbox.refuse["nadia@lefevre.example"] = "554 5.6.0 Not like this"
    ask_signature(lumiere)
    live(START)
    assert (Message.objects.get().outcome, open_tasks(lumiere)) == (Outcome.FAILED, ["not_sent:message"])
    told("delivered")
    assert (Message.objects.get().outcome, open_tasks(lumiere)) == (Outcome.DELIVERED, [])
