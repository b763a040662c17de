"""A firm's own way out that rests or cannot be reached, over real SMTP: what would leave by it stays where it is, and nobody else waits."""

from datetime import timedelta

import pytest
import time_machine

from firms.enums import HoldOrigin
from notifications.dispatch.send import dispatch_ready
from notifications.enums import Outcome
from notifications.models import Message
from notifications.services import notify_user
from reminders.health.facts import figures, ready_for
from tests.factories import START
from tests.mail import Mailbox, free_port
from tests.people import Lumiere
from tests.story import ask_signature
from tests.ways.making import FirmServer, in_use, smtp_input
from ways.errors import ErrorKind, SendError
from ways.models import Pace, Way
from ways.pacing import Pacer
from ways.rules import BREAKS_AT

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NADIA = "nadia@lefevre.example"
TIMED_OUT = SendError(ErrorKind.SOON, "timed out")
TOO_MANY = SendError(ErrorKind.LATER, "421 4.7.0 Too many")


@pytest.fixture
def away(lumiere: Lumiere, mailbox: Mailbox, server: FirmServer) -> Way:
    """In use, and nobody answers at its port."""
    return in_use(lumiere.firm, smtp_input(server, port=free_port()))


def tell(way: Way, *errors: SendError) -> None:
    pacer = Pacer()
    for error in errors:
        pacer.told(f"way:{way.pk}", NADIA, error)


def comes_back(server: FirmServer) -> None:
    Way.objects.update(port=server.port)


def ask_many(lumiere: Lumiere, count: int) -> None:
    for number in range(count):
        ask_signature(lumiere, title=f"Lettre {number}")


def go(after: timedelta = timedelta(0)) -> int:
    return dispatch_ready(lambda: START + after)


@pytest.mark.parametrize("errors", [[TIMED_OUT] * BREAKS_AT, [TOO_MANY]])
@pytest.mark.parametrize("per_minute", [None, 60])
def test_nothing_is_claimed_for_it_and_what_leaves_by_the_deployment_s_goes(
    lumiere: Lumiere, mailbox: Mailbox, server: FirmServer, errors: list[SendError], per_minute: int | None
) -> None:
    tell(in_use(lumiere.firm, smtp_input(server, per_minute=per_minute)), *errors)
    ask_many(lumiere, 5)
    user = lumiere.claire.user
    notify_user(firm=lumiere.firm, user=user, event="password_reset", key="password_reset:1", now=START, values={})
    assert (go(), mailbox.addresses, server.visits) == (1, [user.email], set())
    assert Message.objects.get().outcome == Outcome.SENT


def test_a_sign_in_that_is_put_off_rests_the_whole_way_and_is_tried_no_more_meanwhile(
    lumiere: Lumiere, mailbox: Mailbox, server: FirmServer
) -> None:
    way = in_use(lumiere.firm, smtp_input(server))
    server.accounts.clear()
    server.turns_away = "454 4.7.0 Temporary authentication failure"
    ask_many(lumiere, 5)
    assert (go(), len(server.visits)) == (0, 1)
    assert Pace.objects.get(rests_until__isnull=False).place == f"way:{way.pk}"


def test_a_sender_that_is_put_off_rests_the_whole_way(lumiere: Lumiere, mailbox: Mailbox, server: FirmServer) -> None:
    way = in_use(lumiere.firm, smtp_input(server))
    server.puts_off = "450 4.7.1 Too many from you"
    ask_many(lumiere, 5)
    assert (go(), len(server.senders)) == (0, 1)
    assert Pace.objects.get(rests_until__isnull=False).place == f"way:{way.pk}"


def test_once_it_may_be_there_again_one_is_claimed_to_see(lumiere: Lumiere, away: Way, clock: time_machine.Traveller) -> None:
    tell(away, *[TIMED_OUT] * BREAKS_AT)
    ask_many(lumiere, 5)
    clock.shift(MINUTE)
    go(MINUTE)
    assert [message.tries for message in Message.objects.all()] == [1]


def test_all_go_once_it_is_back(lumiere: Lumiere, away: Way, server: FirmServer, clock: time_machine.Traveller) -> None:
    ask_many(lumiere, 7)
    assert (go(), set(Message.objects.values_list("outcome", flat=True))) == (0, {Outcome.WAITING})
    ask_many(lumiere, 3)
    comes_back(server)
    clock.shift(HOUR)
    assert (go(HOUR), len(server.accepted)) == (10, 10)


@pytest.mark.rule("M33")
def test_after_days_what_it_keeps_waits_for_a_yes(lumiere: Lumiere, away: Way, server: FirmServer, clock: time_machine.Traveller) -> None:
    ask_many(lumiere, 8)
    for ticks in range(20):
        clock.move_to(START + ticks * 6 * HOUR)
        go(ticks * 6 * HOUR)
    comes_back(server)
    clock.move_to(START + 5 * DAY)
    go(5 * DAY)
    lumiere.firm.refresh_from_db()
    assert (server.accepted, lumiere.firm.mail_hold_origin) == ([], HoldOrigin.BACKLOG)


def test_what_waits_for_it_is_late_for_its_firm_alone_as_long_as_a_worker_asks(
    lumiere: Lumiere, away: Way, clock: time_machine.Traveller
) -> None:
    ask_many(lumiere, 7)

    def waits(after: timedelta) -> list[bool]:
        at = START + after
        return [waited is not None for waited in (figures(at, at).ready_for, ready_for(lumiere.firm, at, at))]

    go()
    clock.shift(HOUR)
    go(HOUR)
    assert waits(HOUR) == [False, True]
    assert waits(HOUR + 3 * MINUTE) == [True, True]
