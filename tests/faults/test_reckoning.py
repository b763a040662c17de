"""What counts as lost, doubled or too late: the reckoning finds each where it is planted."""

import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection

from actions.models import Action
from lib.clock import machine_now
from notifications.dispatch.send import dispatch_ready
from notifications.enums import Outcome
from notifications.models import Message, Notice
from tenancy.context import firm_context
from tests.factories import START
from tests.faults.office import Office, Reckoning, reckon
from tests.mail import Mailbox
from tests.parallel import wait_until
from tests.people import Lumiere, Peeters

type Taken = list[tuple[str, str]]
soon = partial(wait_until, what="Others are still at work.")


@pytest.fixture
def office(lumiere: Lumiere, mailbox: Mailbox) -> Office:
    office = Office(lumiere, START)
    office.ask(1)
    return office


@pytest.fixture
def taken(office: Office) -> Taken:
    dispatch_ready(lambda: office.now)
    return list(Message.objects.order_by("pk").values_list("message_id", "to_email"))


def found(office: Office, taken: Taken) -> tuple[int, int, int, int]:
    reckoning: Reckoning = reckon(office, taken, after=0)
    return len(reckoning.lost), reckoning.doubled, len(reckoning.too_often), len(reckoning.after_settled)


def test_what_went_once_is_all_right(office: Office, taken: Taken) -> None:
    assert (len(taken), found(office, taken), office.still_to_go()) == (2, (0, 0, 0, 0), 0)


def test_what_is_called_sent_and_never_arrived_is_lost(office: Office, taken: Taken) -> None:
    assert found(office, taken[:1]) == (1, 0, 0, 0)


def test_what_nobody_sends_is_lost_and_still_to_go(office: Office) -> None:
    assert (found(office, []), office.still_to_go()) == ((2, 0, 0, 0), 2)


def test_what_hangs_in_a_dead_hand_is_lost(office: Office, taken: Taken) -> None:
    Message.objects.filter(message_id=taken[0][0]).update(outcome=Outcome.SENDING, lease_until=START + timedelta(days=1))
    assert (found(office, taken)[0], office.still_to_go()) == (1, 1)


def test_a_second_copy_is_too_often_unless_it_is_known_to_be_in_doubt(office: Office, taken: Taken) -> None:
    twice = [*taken, taken[0]]
    assert found(office, twice) == (0, 1, 1, 0)
    Message.objects.filter(message_id=taken[0][0]).update(in_doubt=True)
    assert found(office, twice) == (0, 1, 0, 0)
    assert found(office, [*twice, taken[0]]) == (0, 1, 1, 0)


def test_what_the_outbox_does_not_know_is_too_often(office: Office, taken: Taken) -> None:
    assert found(office, [*taken, ("<stranger@example>", "nadia@lefevre.example")]) == (0, 0, 1, 0)


def test_what_went_after_its_request_was_settled_shows(office: Office, taken: Taken) -> None:
    action = Notice.objects.values_list("action_id", flat=True)[0]
    office.withdrawn[action or 0] = 1
    assert found(office, taken) == (0, 0, 0, 1)


def test_what_was_being_handed_over_when_its_request_was_settled_may_arrive(office: Office, taken: Taken) -> None:
    Message.objects.filter(message_id=taken[1][0]).update(outcome=Outcome.SENDING, lease_until=START, handed_at=START)
    office.withdraw_beside(Action.objects.get(), lambda: 1, soon)
    Message.objects.update(outcome=Outcome.SENT, lease_until=None)
    assert found(office, taken) == (0, 0, 0, 0)


def test_what_nobody_had_in_hand_when_its_request_was_settled_may_not(office: Office, taken: Taken) -> None:
    Message.objects.update(handed_at=None)
    office.withdraw_beside(Action.objects.get(), lambda: 1, soon)
    assert found(office, taken) == (0, 0, 0, 1)


def test_what_is_handed_over_while_others_end_their_work_may_not(office: Office, taken: Taken) -> None:
    def hand_over(holds: Callable[[], bool]) -> None:
        Message.objects.filter(message_id=taken[1][0]).update(handed_at=machine_now())

    office.withdraw_beside(Action.objects.get(), lambda: 1, hand_over)
    assert found(office, taken) == (0, 0, 0, 1)


@pytest.mark.django_db(transaction=True)
def test_a_hand_over_that_began_before_its_request_was_settled_may_arrive(two_firms: tuple[Lumiere, Peeters], mailbox: Mailbox) -> None:
    office, begun, settled = Office(two_firms[0], START), threading.Event(), threading.Event()
    (action,) = office.ask(1)
    dispatch_ready(lambda: office.now)
    with firm_context(office.firm_id):
        taken = list(Message.objects.order_by("pk").values_list("message_id", "to_email"))
        Message.objects.update(handed_at=None)

    def hand_over() -> None:
        with firm_context(office.firm_id):
            Message.objects.update(outcome=Outcome.SENT, handed_at=START)
            begun.set()
            settled.wait()
        connection.close()

    def wait(holds: Callable[[], bool]) -> None:
        assert not holds()
        settled.set()
        soon(holds)

    handing = threading.Thread(target=hand_over)
    handing.start()
    begun.wait()
    office.withdraw_beside(action, lambda: 0, wait)
    handing.join()
    assert found(office, taken) == (0, 0, 0, 0)
