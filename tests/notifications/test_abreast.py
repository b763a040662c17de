"""Several messages on their way at once, each over a connection of its own: what each becomes, and what one costs the others. Over TCP."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from threading import Event

import pytest
from django.conf import settings as configured
from django.db import OperationalError
from pytest_django.fixtures import Settings

from actions.models import Action
from clients.models import Address
from firms.actors import Actor
from notifications.dispatch import abreast
from notifications.dispatch.batches import Batch, Posted, next_batch, post_batch
from notifications.dispatch.ledger import Ledger
from notifications.dispatch.posting import Posting
from notifications.enums import Outcome
from notifications.models import Message
from reminders.services import withdraw
from templates_email.render import Rendered
from tests.factories import START, AddressFactory
from tests.mail import Mailbox
from tests.people import Lumiere, link
from tests.story import ask_signature
from ways import lanes
from ways.errors import ErrorKind, SendError
from ways.lanes import Lanes
from ways.models import Pace
from ways.pacing import Pacer, relay_of
from ways.smtp import SmtpTransport
from ways.transports import Ways

CONNECTIONS, READERS = 4, 13
PATIENCE = 2.0  # seconds


def email_of(number: int) -> str:
    return f"reader{number}@tilleuls.example"


@pytest.fixture(autouse=True)
def nobody_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "_full", {})


@pytest.fixture
def ways(mailbox: Mailbox, settings: Settings) -> Iterator[Ways]:
    """Whose first connection has proved itself."""
    settings.SMTP_CONNECTIONS = CONNECTIONS
    first = SmtpTransport(configured.SMTP_URL, configured.MAIL_FROM, patience=PATIENCE)
    first.let_in()
    beside = Lanes(first)
    yield Ways(first, beside=beside)
    first.close()
    beside.close()


@pytest.fixture
def batch(lumiere: Lumiere, ways: Ways) -> Batch:
    """One message for each reader, who has a request of their own."""
    for number in range(READERS):
        reader: Address = AddressFactory(firm=lumiere.firm, email=email_of(number))
        link(lumiere.bakery, reader)
        ask_signature(lumiere, title=f"Comptes {number}", signers=[reader.contact])
    batch = next_batch(lumiere.firm.pk, ways, lambda: START, Pacer())
    assert batch is not None and len(batch.made) == READERS
    return batch


def post(batch: Batch) -> Posted:
    return post_batch(batch, lambda: START, Pacer())


def outcome_of(number: int) -> tuple[str, int]:
    return Message.objects.values_list("outcome", "tries").get(to_email=email_of(number))


def check_others_are_sent(mailbox: Mailbox, *but: int) -> None:
    others = [number for number in range(READERS) if number not in but]
    assert {outcome_of(number) for number in others} == {(Outcome.SENT, 1)}
    assert [to for to in mailbox.addresses if to not in map(email_of, but)] == sorted(map(email_of, others))


def test_each_goes_once_and_several_are_handed_over_in_one_round_trip(
    batch: Batch, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed = list[int]()
    hand_over = Ledger.hand_over

    def counted(ledger: Ledger, claims, *args):  # type: ignore[no-untyped-def]
        handed.append(len(claims))
        return hand_over(ledger, claims, *args)

    monkeypatch.setattr(Ledger, "hand_over", counted)
    assert post(batch) == Posted(READERS, READERS, too_late=False)
    check_others_are_sent(mailbox)
    assert (handed, mailbox.greeted) == ([4, 4, 4, 1], CONNECTIONS)


def test_what_was_taken_is_recorded_before_any_other_is_handed_over(
    batch: Batch, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    unrecorded = list[int]()
    say = SmtpTransport.say

    def watched(lane: SmtpTransport, text: bytes, following=None) -> None:  # type: ignore[no-untyped-def]
        said = set(mailbox.addresses)
        unrecorded.append(Message.objects.filter(to_email__in=said, outcome=Outcome.SENDING).count())
        say(lane, text, following)

    monkeypatch.setattr(SmtpTransport, "say", watched)
    post(batch)
    assert len(unrecorded) == READERS
    assert max(unrecorded[::CONNECTIONS]) == 0  # the first of each row
    assert max(unrecorded) < CONNECTIONS


def test_what_somebody_took_back_stays_here_while_those_beside_it_go(lumiere: Lumiere, batch: Batch, mailbox: Mailbox) -> None:
    action = Action.objects.get(title="Comptes 5")
    withdraw(action=action, by=Actor.staff(lumiere.claire), now=START)
    assert post(batch).sent == READERS - 1
    check_others_are_sent(mailbox, 5)
    assert outcome_of(5)[0] == Outcome.CANCELLED
    assert email_of(5) not in mailbox.addresses


def test_of_a_message_that_another_worker_has_taken_over_nothing_leaves(batch: Batch, mailbox: Mailbox) -> None:
    Message.objects.filter(to_email=email_of(6)).update(fence=4711)
    assert post(batch).sent == READERS - 1
    check_others_are_sent(mailbox, 6)
    assert outcome_of(6) == (Outcome.SENDING, 1)
    assert email_of(6) not in mailbox.addresses


def test_each_is_refused_by_itself(batch: Batch, mailbox: Mailbox) -> None:
    mailbox.refuse[email_of(1)] = "550 5.1.1 No such user"
    mailbox.refuse[email_of(4)] = "450 4.2.2 Mailbox full"
    mailbox.refuse_text[email_of(10)] = "554 5.6.0 What is this?"
    assert post(batch).sent == READERS - 3
    check_others_are_sent(mailbox, 1, 4, 10)
    assert [outcome_of(number) for number in (1, 4, 10)] == [(Outcome.BOUNCED, 1), (Outcome.WAITING, 1), (Outcome.FAILED, 1)]
    assert [mailbox.named.count(email_of(number)) for number in (1, 4, 10)] == [1, 1, 1]


def test_a_server_that_leaves_without_a_word_leaves_one_in_doubt(batch: Batch, mailbox: Mailbox) -> None:
    mailbox.hangs_up_on = {email_of(2)}
    assert post(batch).sent == READERS - 1
    check_others_are_sent(mailbox, 2)
    assert Message.objects.get(in_doubt=True).to_email == email_of(2)


def test_answers_that_came_while_another_was_waited_for_are_heard(batch: Batch, mailbox: Mailbox) -> None:
    mailbox.keeps_waiting[email_of(0)] = until = Event()
    try:
        assert post(batch).sent == READERS - 1
    finally:
        until.set()
    check_others_are_sent(mailbox, 0)
    assert Message.objects.get(in_doubt=True).to_email == email_of(0)


def test_nobody_waits_for_one_connection_after_the_other(
    batch: Batch, ways: Ways, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(abreast, "ROW_WAITS", 0.3)
    until = Event()
    mailbox.hold_back = {email_of(number): until for number in (1, 2, 3)}
    try:
        post(batch)
    finally:
        until.set()
    check_others_are_sent(mailbox, 1, 2, 3)
    assert {outcome_of(number) for number in (1, 2, 3)} == {(Outcome.WAITING, 1)}  # each by the first, which has all the patience
    assert still_beside(ways) == CONNECTIONS - 2  # one alone was waited for


def still_beside(ways: Ways) -> int:
    assert ways.beside is not None
    return len(ways.beside.further)


def test_a_server_that_says_nothing_to_one_more_keeps_no_batch_waiting(
    batch: Batch, ways: Ways, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lanes, "SHORT_ENTRY", 0.3)
    first = ways.deployment
    assert isinstance(first, SmtpTransport)
    again = replace(batch, ways=Ways(first, beside=Lanes(first)))
    mailbox.lets_in, mailbox.keeps_out = 1, Event()
    try:
        assert post(again) == Posted(READERS, READERS, too_late=False)
        Lanes(first).open()  # of the next round
    finally:
        mailbox.keeps_out.set()
    check_others_are_sent(mailbox)
    assert mailbox.greeted == 2  # nobody asks for more of them soon


def test_a_sender_that_is_one_too_many_costs_nobody_a_try(batch: Batch, ways: Ways, mailbox: Mailbox) -> None:
    mailbox.takes_senders_of = 1
    assert post(batch).sent == READERS
    check_others_are_sent(mailbox)
    assert not Pace.objects.exists()
    assert still_beside(ways) == 0


def test_what_always_wants_a_look_goes_after_the_others_and_shifts_nobody(batch: Batch, mailbox: Mailbox) -> None:
    made = list(batch.made)
    made[5] = replace(made[5], claimed=replace(made[5].claimed, versions=""))
    assert post(replace(batch, made=made)).sent == READERS
    check_others_are_sent(mailbox)
    assert mailbox.accepted[-1][0] == email_of(5)
    assert mailbox.greeted == CONNECTIONS  # each envelope that went ahead was that of the next


def test_what_comes_first_goes_first_though_it_wants_a_look(batch: Batch, mailbox: Mailbox) -> None:
    made = list(batch.made)
    made[0] = replace(made[0], claimed=replace(made[0].claimed, versions=""))
    assert post(replace(batch, made=made)).sent == READERS
    assert (mailbox.accepted[0][0], mailbox.greeted) == (email_of(0), CONNECTIONS)


def test_where_the_first_finds_no_room_again_the_others_make_room_for_it(
    batch: Batch, ways: Ways, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailbox.lets_in = CONNECTIONS
    mailbox.refuse_text[email_of(0)] = "554 5.6.0 What is this?"  # after which the first connects anew
    give_up = Lanes.give_up

    def make_room(beside: Lanes, lane: SmtpTransport) -> set[SmtpTransport]:
        gone = give_up(beside, lane)
        if all(each.connection is None for each in gone) and len(gone) == CONNECTIONS:
            mailbox.lets_in = None
        return gone

    monkeypatch.setattr(Lanes, "give_up", make_room)
    assert post(batch).sent == READERS - 1
    check_others_are_sent(mailbox, 0)
    assert not Pace.objects.exists()
    assert still_beside(ways) == 0


def test_what_cannot_be_said_at_all_costs_no_connection(
    batch: Batch, ways: Ways, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = SmtpTransport._written

    def fail_for_six(lane: SmtpTransport, rendered: Rendered) -> tuple[bytes, bytes]:
        if rendered.recipient_address == email_of(6):
            raise SendError(ErrorKind.NEVER, "UnicodeError")
        return written(lane, rendered)

    monkeypatch.setattr(SmtpTransport, "_written", fail_for_six)
    assert post(batch).sent == READERS - 1
    check_others_are_sent(mailbox, 6)
    assert (outcome_of(6), still_beside(ways)) == ((Outcome.FAILED, 1), CONNECTIONS - 1)


def test_what_fails_before_anybody_is_handed_over_puts_all_of_them_back(
    batch: Batch, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object) -> bool:
        raise OperationalError("gone")

    monkeypatch.setattr(Posting, "may_go", fail)
    with pytest.raises(OperationalError):
        post(batch)
    assert mailbox.addresses == []
    assert {outcome_of(number) for number in range(READERS)} == {(Outcome.WAITING, 0)}


def test_while_anything_is_amiss_with_the_server_one_connection_is_enough(batch: Batch, ways: Ways, mailbox: Mailbox) -> None:
    pacer = Pacer()
    pacer.told(relay_of(ways.deployment), email_of(0), SendError(ErrorKind.SOON, "[Errno 111] Connection refused"))
    assert post_batch(batch, lambda: START, pacer).sent == READERS
    assert mailbox.greeted == 1


@pytest.mark.parametrize("lets_in", [1, 3])
def test_where_the_server_lets_no_more_in_all_go_by_those_that_it_has(batch: Batch, mailbox: Mailbox, lets_in: int) -> None:
    mailbox.lets_in = lets_in
    assert post(batch) == Posted(READERS, READERS, too_late=False)
    check_others_are_sent(mailbox)
    assert mailbox.greeted == lets_in + 1  # it is asked for one more, once
    assert not Pace.objects.exists()


def test_a_connection_that_is_lost_and_not_had_again_costs_no_message_its_try(batch: Batch, mailbox: Mailbox) -> None:
    mailbox.lets_in = CONNECTIONS
    mailbox.refuse_text[email_of(1)] = "554 5.6.0 What is this?"  # after which the connection is not used again
    assert post(batch).sent == READERS - 1
    check_others_are_sent(mailbox, 1)
    assert not Pace.objects.exists()
    assert mailbox.greeted == CONNECTIONS + 1  # it is asked for once


def test_a_text_that_is_too_much_by_a_further_connection_waits_and_nobody_rests_for_it(batch: Batch, mailbox: Mailbox) -> None:
    mailbox.refuse_text[email_of(1)] = "421 4.7.0 Too many at once"
    assert post(batch).sent == READERS - 1
    check_others_are_sent(mailbox, 1)
    assert outcome_of(1) == (Outcome.WAITING, 1)
    assert not Pace.objects.exists()


def test_what_is_too_much_by_a_further_connection_goes_by_the_first(batch: Batch, mailbox: Mailbox) -> None:
    def refuse_twice(address: str) -> None:
        mailbox.refuse = {email_of(1): "421 4.7.0 Too many at once"} if mailbox.named.count(email_of(1)) <= 2 else {}

    mailbox.on_rcpt = refuse_twice
    assert post(batch).sent == READERS
    check_others_are_sent(mailbox)
    assert mailbox.named.count(email_of(1)) == 3
    assert not Pace.objects.exists()


def test_where_the_hand_over_fails_no_server_gets_a_text_and_the_rest_is_put_back(
    batch: Batch, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object) -> list[bool]:
        raise OperationalError("gone")

    monkeypatch.setattr(abreast, "hand_over_several", fail)
    with pytest.raises(OperationalError):
        post(batch)
    assert mailbox.addresses == []
    assert [outcome_of(number)[0] for number in (0, 3, 4, 12)] == [Outcome.SENDING, Outcome.SENDING, Outcome.WAITING, Outcome.WAITING]


def test_as_the_minute_passes_each_is_looked_at_and_goes_by_itself(batch: Batch, mailbox: Mailbox) -> None:
    assert post_batch(batch, lambda: START + timedelta(minutes=1), Pacer()).sent == READERS
    check_others_are_sent(mailbox)


def test_a_hand_over_that_took_too_long_is_not_said(batch: Batch, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(abreast, "may_still_be_said", lambda at: False)
    assert post(batch).sent == 1  # the last, which goes by itself
    assert mailbox.addresses == [email_of(READERS - 1)]
    assert outcome_of(0) == (Outcome.WAITING, 0)


def test_few_messages_open_no_further_connection(lumiere: Lumiere, ways: Ways, mailbox: Mailbox) -> None:
    ask_signature(lumiere)
    batch = next_batch(lumiere.firm.pk, ways, lambda: START, Pacer())
    assert batch is not None
    assert (post(batch).sent, mailbox.greeted) == (1, 1)
