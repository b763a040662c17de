"""The dispatcher under limits, told to slow down, and before a mail server that is not there. Over real SMTP."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from notifications.dispatch.batches import Batch, next_batch, post_batch
from notifications.dispatch.send import dispatch_ready
from notifications.enums import Outcome
from notifications.models import Message
from reminders.health.facts import look, slowed
from reminders.health.rules import Level, Name
from tests.factories import START
from tests.mail import Mailbox, free_port
from tests.people import Lumiere
from tests.story import ask_signature
from ways.errors import ErrorKind, SendError
from ways.models import Pace
from ways.pacing import Pacer
from ways.rules import BREAKS_AT
from ways.transports import WaysOut

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
NADIA, PAUL = "nadia@lefevre.example", "paul@lefevre.example"
RELAY = "mail.example:587"


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def ask_many(lumiere: Lumiere, count: int) -> None:
    for number in range(count):
        ask_signature(lumiere, title=f"Lettre {number}")


def waiting() -> list[tuple[str, int]]:
    return [(message.outcome, message.tries) for message in Message.objects.exclude(outcome=Outcome.SENT).order_by("pk")]


def go() -> int:
    return dispatch_ready(lambda: START)


# --- Limits --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("limit", ["PACE_RELAY", "PACE_FIRM"])
def test_no_more_leave_than_the_limit_of_a_minute_and_the_rest_stays_unclaimed(
    lumiere: Lumiere, mailbox: Mailbox, clock: time_machine.Traveller, settings: Settings, limit: str
) -> None:
    setattr(settings, limit, 6)
    ask_many(lumiere, 9)
    assert (go(), go(), Message.objects.count()) == (2, 0, 2)
    sent = 2
    for _ in range(6):
        clock.shift(10 * SECOND)
        sent += go()
    assert (sent, len(mailbox.accepted)) == (8, 8)


def test_what_is_not_claimed_of_a_share_is_given_back(
    lumiere: Lumiere, mailbox: Mailbox, clock: time_machine.Traveller, settings: Settings
) -> None:
    settings.PACE_RELAY = 12
    assert go() == 0
    ask_many(lumiere, 5)
    assert go() == 4


def test_a_domain_has_a_limit_of_its_own_and_tries_are_kept(
    lumiere: Lumiere, mailbox: Mailbox, clock: time_machine.Traveller, settings: Settings
) -> None:
    settings.PACE_DOMAIN = 6
    ask_many(lumiere, 3)
    assert (go(), waiting()) == (2, [(Outcome.WAITING, 0)])
    clock.shift(2 * MINUTE)
    assert go() == 1


def test_for_a_domain_whose_minute_is_used_up_nothing_more_is_claimed_by_anybody(
    lumiere: Lumiere, mailbox: Mailbox, clock: time_machine.Traveller, settings: Settings
) -> None:
    settings.PACE_DOMAIN = 6
    ask_many(lumiere, 9)
    pacer = Pacer()
    with WaysOut() as ways_out:
        ways = ways_out.of(lumiere.firm.pk)

        def next_four(pacer: Pacer) -> Batch | None:
            return next_batch(lumiere.firm.pk, ways, lambda: START, pacer, 4)

        batch = next_four(pacer)
        assert batch
        assert post_batch(batch, lambda: START, pacer).sent == 2
        assert (next_four(pacer), next_four(Pacer()), Message.objects.count()) == (None, None, 4)
        clock.shift(9 * SECOND)
        assert next_four(Pacer()) is None
        clock.shift(SECOND)
        assert next_four(Pacer())


def test_a_full_domain_keeps_no_other_waiting(
    lumiere: Lumiere, mailbox: Mailbox, clock: time_machine.Traveller, settings: Settings
) -> None:
    settings.PACE_DOMAIN = 3
    ask_many(lumiere, 3)
    assert go() == 1
    lumiere.paul_address.email = "paul@ailleurs.example"
    lumiere.paul_address.save()
    ask_signature(lumiere, signers=[lumiere.paul])
    assert (go(), mailbox.addresses) == (1, [NADIA, "paul@ailleurs.example"])


# --- Told to slow down ---------------------------------------------------------------------------------------------------


def test_a_domain_that_says_later_rests_and_the_others_behind_it_keep_their_tries(
    lumiere: Lumiere, mailbox: Mailbox, clock: time_machine.Traveller
) -> None:
    mailbox.refuse[NADIA] = "450 4.7.28 Unusual rate"
    ask_many(lumiere, 3)
    go()
    assert waiting() == [(Outcome.WAITING, 1), (Outcome.WAITING, 0), (Outcome.WAITING, 0)]
    (row,) = Pace.objects.all()
    assert (row.place.rpartition(" ")[2], row.level, row.answer) == ("lefevre.example", 1, "450 4.7.28 Unusual rate")
    mailbox.refuse.clear()
    clock.shift(5 * MINUTE)
    assert go() == 3


def test_while_a_domain_rests_what_is_new_for_it_is_not_even_claimed(
    lumiere: Lumiere, mailbox: Mailbox, clock: time_machine.Traveller, settings: Settings
) -> None:
    Pacer().told(settings.SMTP_URL.removeprefix("smtp://"), PAUL, SendError(ErrorKind.LATER, "450 4.7.28 Unusual rate"))
    ask_signature(lumiere)
    assert (go(), Message.objects.count(), mailbox.named) == (0, 0, [])


def test_a_relay_that_says_421_rests_for_every_worker(lumiere: Lumiere, mailbox: Mailbox, clock: time_machine.Traveller) -> None:
    mailbox.refuse[NADIA] = "421 4.7.0 Too many"
    ask_many(lumiere, 4)
    go()
    assert sorted(tries for _, tries in waiting()) == [0, 0, 0, 1]
    mailbox.refuse.clear()
    assert go() == 0
    assert [each.cut_off for each in slowed(START)] == [False]
    clock.shift(5 * MINUTE)
    assert go() == 4
    assert list(slowed(START + 5 * MINUTE)) == []


# --- The breaker ---------------------------------------------------------------------------------------------------------


@pytest.mark.rule("X23")
def test_a_mail_server_that_is_not_there_is_tried_five_times_and_the_others_keep_their_tries(
    lumiere: Lumiere, mailbox: Mailbox, clock: time_machine.Traveller, settings: Settings
) -> None:
    there, settings.SMTP_URL = settings.SMTP_URL, f"smtp://127.0.0.1:{free_port()}"
    ask_many(lumiere, 8)
    go()
    assert sorted(tries for _, tries in waiting()) == [0] * 3 + [1] * BREAKS_AT
    check = next(check for check in look(START, START).checks if check.name is Name.WAYS)
    assert (check.level, "is cut off until" in check.sentence) == (Level.BAD, True)
    Pace.objects.update(place=there.removeprefix("smtp://"))
    settings.SMTP_URL = there
    assert go() == 0
    clock.shift(15 * MINUTE)
    assert go() == 8


def test_one_worker_takes_the_probe(db: None, clock: time_machine.Traveller) -> None:
    first, second = Pacer(), Pacer()
    for _ in range(BREAKS_AT):
        first.told(RELAY, PAUL, SendError(ErrorKind.SOON, "timed out"))
    assert (first.share([RELAY], 1, 20).at_most, second.share([RELAY], 1, 20).at_most) == (0, 0)
    clock.shift(MINUTE)
    for pacer in (first, second):
        assert pacer.share([RELAY], 1, 20).at_most == 1
    assert first.waits_until(RELAY, PAUL) is None
    assert second.waits_until(RELAY, NADIA)
    first.went_well(RELAY, PAUL)
    clock.shift(2 * SECOND)
    assert second.share([RELAY], 1, 20).at_most == 20
    assert second.waits_until(RELAY, NADIA) is None


def test_a_refusal_of_a_message_by_its_code_closes_the_breaker(db: None, clock: time_machine.Traveller) -> None:
    first, second = Pacer(), Pacer()
    for _ in range(BREAKS_AT):
        first.told(RELAY, PAUL, SendError(ErrorKind.SOON, "timed out"))
    clock.shift(MINUTE)
    first.share([RELAY], 1, 20)
    assert first.waits_until(RELAY, PAUL) is None
    first.told(RELAY, PAUL, SendError(ErrorKind.ADDRESS, "550 5.1.1 No such user"))
    second.share([RELAY], 1, 20)
    assert [second.waits_until(RELAY, email) for email in (NADIA, PAUL)] == [None, None]
    assert Pace.objects.get().answer == "timed out"


def test_a_domain_that_says_later_shows_that_the_relay_is_there(db: None, clock: time_machine.Traveller) -> None:
    pacer = Pacer()
    for _ in range(BREAKS_AT):
        pacer.told(RELAY, PAUL, SendError(ErrorKind.SOON, "timed out"))
    clock.shift(MINUTE)
    pacer.share([RELAY], 1, 20)
    pacer.told(RELAY, PAUL, SendError(ErrorKind.LATER, "450 4.7.28 Unusual rate"))
    assert (pacer.waits_until(RELAY, PAUL) is None, pacer.waits_until(RELAY, "eva@maes.example")) == (False, None)


def test_what_is_refused_where_nothing_is_amiss_costs_no_statement(
    db: None, clock: time_machine.Traveller, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        Pacer().told(RELAY, PAUL, SendError(ErrorKind.ADDRESS, "550 5.1.1 No such user"))


# --- A sudden slowdown ---------------------------------------------------------------------------------------------------


class Slow(list[str]):
    """Of a server that needs fifteen seconds for each envelope."""

    def __init__(self, clock: time_machine.Traveller) -> None:
        super().__init__()
        self.clock = clock

    def append(self, address: str) -> None:
        super().append(address)
        self.clock.shift(15 * SECOND)


def test_what_cannot_leave_within_its_lease_is_put_back_before_its_envelope_and_keeps_its_try(
    lumiere: Lumiere, mailbox: Mailbox, clock: time_machine.Traveller
) -> None:
    mailbox.takes_several, mailbox.named = False, Slow(clock)
    ask_many(lumiere, 6)
    assert (go(), len(mailbox.named), len(mailbox.accepted)) == (6, 6, 6)
    assert set(Message.objects.values_list("tries", flat=True)) == {1}


# --- What it costs -------------------------------------------------------------------------------------------------------


def test_where_nothing_is_amiss_it_costs_one_statement_a_second_and_none_for_a_message(
    db: None, clock: time_machine.Traveller, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    pacer = Pacer()
    with django_assert_num_queries(1):
        for _ in range(50):
            pacer.share([RELAY], 1, 20)
            assert pacer.waits_until(RELAY, PAUL) is None
            pacer.went_well(RELAY, PAUL)


def test_a_limit_of_domains_costs_one_more_a_second_before_a_claim(
    db: None, clock: time_machine.Traveller, settings: Settings, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    settings.PACE_DOMAIN = 6
    pacer = Pacer()
    with django_assert_num_queries(2):
        for _ in range(50):
            pacer.share([RELAY], 1, 20)


def test_a_way_of_no_name_is_not_paced(db: None, clock: time_machine.Traveller) -> None:
    pacer = Pacer()
    pacer.told("", PAUL, SendError(ErrorKind.LATER, "421 4.7.0 Too many"))
    assert (Pace.objects.count(), pacer.share([""], 1, 20).at_most) == (0, 20)
