"""How many e-mails a minute a firm lets go by its own way out. Over real SMTP."""

from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from pytest_django.fixtures import Settings

from firms.actors import Actor
from notifications.dispatch.send import dispatch_ready
from notifications.models import Message
from notifications.services import notify_user
from reminders.health.facts import figures, ready_for
from tenancy.context import firm_context
from tests.factories import START
from tests.mail import Mailbox
from tests.people import Lumiere, Peeters
from tests.story import ask_signature
from tests.ways.making import FirmServer, in_use, smtp_input
from ways.models import Pace
from ways.pacing import find_pace_used_up
from ways.queries import find_way_in_use
from ways.services import change_pace, switch_back, take_up_again
from ways.transports import WaysOut

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
SYSTEM = Actor.system()


def ask_many(lumiere: Lumiere, count: int) -> None:
    for number in range(count):
        ask_signature(lumiere, title=f"Lettre {number}")


def go() -> int:
    return dispatch_ready(lambda: START)


def tell_the_team(lumiere: Lumiere, number: int = 1) -> None:
    user = lumiere.claire.user
    notify_user(firm=lumiere.firm, user=user, event="password_reset", key=f"password_reset:{number}", now=START, values={})


def test_no_more_leave_by_it_than_the_firm_has_set_and_the_rest_stays_unclaimed(
    lumiere: Lumiere, mailbox: Mailbox, server: FirmServer, clock: time_machine.Traveller
) -> None:
    in_use(lumiere.firm, smtp_input(server, per_minute=6))
    ask_many(lumiere, 9)
    assert (go(), go(), Message.objects.count()) == (2, 0, 2)
    sent = 2
    for _ in range(6):
        clock.shift(10 * SECOND)
        sent += go()
    assert (sent, len(server.accepted), mailbox.accepted) == (8, 8, [])


def test_what_leaves_by_the_deployment_s_way_neither_waits_for_it_nor_uses_it_up(
    lumiere: Lumiere, mailbox: Mailbox, server: FirmServer
) -> None:
    in_use(lumiere.firm, smtp_input(server, per_minute=6))
    tell_the_team(lumiere)
    ask_many(lumiere, 4)
    assert (go(), len(mailbox.accepted), len(server.accepted)) == (3, 1, 2)
    tell_the_team(lumiere, 2)
    assert (go(), len(mailbox.accepted), len(server.accepted)) == (1, 2, 2)


def test_it_counts_beside_what_the_operator_has_set_for_each_firm(
    lumiere: Lumiere, mailbox: Mailbox, server: FirmServer, settings: Settings
) -> None:
    settings.PACE_FIRM = 9
    in_use(lumiere.firm, smtp_input(server, per_minute=6))
    ask_many(lumiere, 4)
    for number in range(2):
        tell_the_team(lumiere, number)
    assert (go(), len(mailbox.accepted), len(server.accepted)) == (3, 2, 1)


def test_another_firm_goes_on(two_firms: tuple[Lumiere, Peeters], mailbox: Mailbox, server: FirmServer) -> None:
    lumiere, peeters = two_firms
    with firm_context(lumiere.firm.pk):
        in_use(lumiere.firm, smtp_input(server, per_minute=1))
        ask_many(lumiere, 3)
    user = peeters.wim.user
    with firm_context(peeters.firm.pk):
        for number in range(3):
            notify_user(firm=peeters.firm, user=user, event="password_reset", key=f"reset:{number}", now=START, values={})
    assert (go(), len(mailbox.accepted), len(server.accepted)) == (4, 3, 1)


def test_a_change_counts_for_whoever_sends_at_once_over_the_same_connection(
    lumiere: Lumiere, mailbox: Mailbox, server: FirmServer, clock: time_machine.Traveller
) -> None:
    way = in_use(lumiere.firm, smtp_input(server, per_minute=3))
    with WaysOut() as ways_out:
        before = ways_out.of(lumiere.firm.pk).own
        assert change_pace(firm=lumiere.firm, per_minute=6, by=SYSTEM, now=START)
        after = ways_out.of(lumiere.firm.pk).own
    now_in_use = find_way_in_use(lumiere.firm.pk)
    assert now_in_use
    assert (after is before, now_in_use.version, now_in_use.per_minute) == (True, way.version, 6)
    ask_many(lumiere, 4)
    assert go() == 2
    change_pace(firm=lumiere.firm, per_minute=None, by=SYSTEM, now=START)
    assert (go(), change_pace(firm=lumiere.firm, per_minute=None, by=SYSTEM, now=START)) == (2, False)


def test_it_stays_with_the_way_that_it_was_set_for(lumiere: Lumiere, mailbox: Mailbox, server: FirmServer) -> None:
    in_use(lumiere.firm, smtp_input(server, per_minute=3))
    switch_back(firm=lumiere.firm, by=SYSTEM, now=START)
    ask_many(lumiere, 4)
    assert (go(), len(mailbox.accepted)) == (4, 4)
    take_up_again(firm=lumiere.firm, by=SYSTEM, now=START)
    ask_many(lumiere, 4)
    assert (go(), len(server.accepted)) == (1, 1)


def test_what_waits_for_it_alarms_nobody_as_long_as_a_worker_asks(
    lumiere: Lumiere, mailbox: Mailbox, server: FirmServer, clock: time_machine.Traveller
) -> None:
    in_use(lumiere.firm, smtp_input(server, per_minute=1))
    ask_many(lumiere, 3)
    clock.shift(60 * MINUTE)
    assert go() == 1

    def waits(minutes: int) -> list[timedelta | None]:
        later = START + minutes * MINUTE
        return [figures(later, later).ready_for, ready_for(lumiere.firm, later, later)]

    assert (find_pace_used_up(lumiere.firm.pk, START + 60 * MINUTE), waits(60)) == (1, [None, None])
    assert (find_pace_used_up(lumiere.firm.pk, START + 61 * MINUTE), waits(61)) == (None, [61 * MINUTE] * 2)


def test_operators_read_that_it_waits_for_that(
    lumiere: Lumiere, mailbox: Mailbox, server: FirmServer, capsys: pytest.CaptureFixture[str]
) -> None:
    in_use(lumiere.firm, smtp_input(server, per_minute=1))
    ask_many(lumiere, 2)
    said = "What leaves by the firm's own way waits its turn: at most 1 a minute."
    call_command("outbox")
    assert said not in capsys.readouterr().out
    go()
    call_command("outbox")
    assert said in capsys.readouterr().out


def test_where_nothing_is_left_nothing_waits_for_it(lumiere: Lumiere, mailbox: Mailbox, server: FirmServer) -> None:
    in_use(lumiere.firm, smtp_input(server, per_minute=6))
    ask_many(lumiere, 1)
    assert (go(), find_pace_used_up(lumiere.firm.pk, START)) == (1, None)
    assert [row.tokens for row in Pace.objects.all()] == [1]
