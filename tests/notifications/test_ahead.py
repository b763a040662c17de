"""While a batch leaves the next is claimed: what was claimed ahead goes, or is free again."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import current_thread

import pytest
from pytest_django.fixtures import Settings

from lib.clock import machine_now
from notifications.dispatch import batches, lease, send
from notifications.dispatch.batches import Batch, Posted, post_batch
from notifications.dispatch.claim import claim
from notifications.dispatch.lease import LEASE, LeaseLost, hand_over
from notifications.dispatch.ledger import Ledger
from notifications.dispatch.making import make_all
from notifications.dispatch.send import Dispatcher, dispatch_ready
from notifications.dispatch.shifts import Shift
from notifications.dispatch.sizes import Sizes
from notifications.dispatch.turns import Turns
from notifications.enums import Outcome
from notifications.models import Message
from notifications.services import notify_user
from reminders.sweep import sweep
from templates_email.enums import EmailEvent
from tenancy import fence
from tenancy.context import firm_context
from tests.factories import START
from tests.mail import Mailbox
from tests.parallel import wait_until
from tests.people import Lumiere, make_lumiere, make_peeters
from tests.story import ask_lotte, ask_signature, evening
from tests.ways.making import firm_server, in_use, smtp_input
from ways.pacing import Pacer
from ways.transports import WaysOut

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 12

type Post = Callable[[Batch, Callable[[], datetime], Pacer], Posted]


@pytest.fixture
def people(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Lumiere:
    """With as many requests as make three batches."""
    monkeypatch.setattr(Sizes, "of", lambda *_, **__: 4)
    monkeypatch.setattr(Sizes, "is_fast", lambda *_: True)
    lumiere = make_lumiere()
    with firm_context(lumiere.firm.pk):
        for number in range(MANY):
            ask_signature(lumiere, title=f"Document {number}")
    return lumiere


def posting(monkeypatch: pytest.MonkeyPatch, before: Callable[[int], None]) -> None:
    """`before` is told which batch, counted from 1, is about to leave."""
    posted = list[int]()

    def post(batch: Batch, clock: Callable[[], datetime], pacer: Pacer) -> Posted:
        posted.append(batch.firm_id)
        before(len(posted))
        return post_batch(batch, clock, pacer)

    monkeypatch.setattr(send, "post_batch", post)


def how_they_stand(people: Lumiere) -> list[tuple[str, int]]:
    with firm_context(people.firm.pk):
        return list(Message.objects.order_by("pk").values_list("outcome", "tries"))


def test_all_go_once(people: Lumiere, mailbox: Mailbox) -> None:
    assert dispatch_ready(lambda: START) == MANY
    assert how_they_stand(people) == [(Outcome.SENT, 1)] * MANY
    assert len(mailbox.accepted) == MANY


def test_the_next_batch_is_claimed_before_this_one_has_left(people: Lumiere, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    claimed_in = list[str]()

    def remember(firm_id: int, *args: object, **options: object) -> object:
        claimed_in.append(current_thread().name)
        return claim(firm_id, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(batches, "claim", remember)
    dispatch_ready(lambda: START)
    assert [name.startswith("ahead") for name in claimed_in[:3]] == [False, True, True]  # a fourth finds that nothing is left


def test_what_was_claimed_ahead_is_free_again_when_its_firm_gets_into_trouble(
    people: Lumiere, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(number: int) -> None:
        if number == 2:
            wait_until(lambda: len(how_they_stand(people)) == MANY, "The third batch is not claimed.")
            raise LookupError

    posting(monkeypatch, fail)
    with pytest.raises(ExceptionGroup):
        dispatch_ready(lambda: START)
    assert how_they_stand(people)[8:] == [(Outcome.WAITING, 0)] * 4
    assert len(mailbox.accepted) == 4


def test_what_was_claimed_ahead_stays_once_the_fence_is_closed(people: Lumiere, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    def close(number: int) -> None:
        if number == 2:
            wait_until(lambda: len(how_they_stand(people)) == MANY, "The third batch is not claimed.")
            monkeypatch.setattr(fence, "may_send", lambda: False)

    posting(monkeypatch, close)
    assert dispatch_ready(lambda: START) == 8
    assert how_they_stand(people)[8:] == [(Outcome.WAITING, 0)] * 4
    assert len(mailbox.accepted) == 8


def test_a_batch_that_came_too_late_is_put_back_untried_and_says_so(people: Lumiere, mailbox: Mailbox) -> None:
    taken = claim(people.firm.pk, START, machine_now(), 4)
    made = make_all(people.firm.pk, taken.claims, START)
    ways = WaysOut().of(people.firm.pk)
    late = Batch(people.firm.pk, ways, made, machine_now() - LEASE, is_full=True)
    assert post_batch(late, lambda: START, Pacer()) == Posted(0, 0, too_late=True)
    assert mailbox.accepted == []
    assert how_they_stand(people) == [(Outcome.WAITING, 0)] * 4


def test_a_text_does_not_follow_a_hand_over_that_took_too_long(people: Lumiere) -> None:
    """The database kept it waiting: before the text would have left, the lease might have run out."""
    (claimed, *_) = claim(people.firm.pk, START, machine_now()).claims
    with pytest.raises(LeaseLost):
        hand_over(Ledger(people.firm.pk), claimed, START, machine_now() - timedelta(seconds=21))


def test_what_was_handed_over_too_late_has_not_left_and_is_free_at_once(
    people: Lumiere, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = claim(people.firm.pk, START, machine_now(), 4)
    batch = Batch(people.firm.pk, WaysOut().of(people.firm.pk), make_all(people.firm.pk, taken.claims, START), machine_now(), is_full=True)
    with monkeypatch.context() as slow:
        slow.setattr(lease, "machine_now", lambda: machine_now() + timedelta(seconds=21))
        assert post_batch(batch, lambda: START, Pacer()).sent == 0
    assert how_they_stand(people) == [(Outcome.WAITING, 0)] * 4
    assert dispatch_ready(lambda: START) == MANY
    assert len(mailbox.accepted) == MANY
    with firm_context(people.firm.pk):
        assert not Message.objects.filter(in_doubt=True).exists()


def test_what_is_urgent_waits_for_no_reminders_of_other_firms(mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    lumiere, peeters = make_lumiere(), make_peeters()
    late = evening(START + timedelta(days=3))
    with firm_context(lumiere.firm.pk):
        ask_signature(lumiere)
    ask_lotte(peeters)
    dispatch_ready(lambda: START)
    sweep(late)

    def write(number: int) -> None:
        if number == 1:
            with firm_context(lumiere.firm.pk):
                ask_signature(lumiere, title="Comptes 2026", now=late)

    posting(monkeypatch, write)
    assert dispatch_ready(lambda: late) == 3
    assert [to for to, _ in mailbox.accepted[2:]] == ["nadia@lefevre.example"] * 2 + ["lotte@maes.example"]


def test_a_code_waits_for_nobody_though_its_firm_could_send_nothing_before(mailbox: Mailbox, settings: Settings) -> None:
    """Its own way is paced: its turn came to nothing, and then somebody has lost a password."""
    settings.OUTGOING_ALLOWED = ["127.0.0.0/8"]
    lumiere, peeters = make_lumiere(), make_peeters()
    late = evening(START + timedelta(days=3))
    with firm_server() as server:
        with firm_context(lumiere.firm.pk):
            in_use(lumiere.firm, smtp_input(server, per_minute=1))
            ask_signature(lumiere)
            ask_signature(lumiere, title="Comptes 2026")
        ask_lotte(peeters)
        dispatch_ready(lambda: START)
        sweep(late)
        with WaysOut() as ways_out:
            dispatcher = Dispatcher(lambda: late, None, ways_out, Shift())
            turns = dispatcher.turns.of_a_round()
            assert (next(turns), dispatcher.take_turn(lumiere.firm.pk)) == (lumiere.firm.pk, None)
            with firm_context(lumiere.firm.pk):
                user = lumiere.claire.user
                notify_user(firm=lumiere.firm, user=user, event=EmailEvent.PASSWORD_RESET, key="password_reset:9", now=late, values={})
            assert list(turns) == [lumiere.firm.pk, peeters.firm.pk]


def test_a_code_goes_before_another_firm_s_many_notices(mailbox: Mailbox) -> None:
    lumiere, peeters = make_lumiere(), make_peeters()
    with firm_context(lumiere.firm.pk):
        ask_signature(lumiere)
    ask_lotte(peeters)
    turns = Turns(lambda: START, None, ())
    line = turns.of_a_round()
    assert next(line) == lumiere.firm.pk
    turns.taken(lumiere.firm.pk, was_idle=False, is_full=True)
    with firm_context(lumiere.firm.pk):
        user = lumiere.claire.user
        notify_user(firm=lumiere.firm, user=user, event=EmailEvent.PASSWORD_RESET, key="password_reset:9", now=START, values={})
    assert list(line) == [lumiere.firm.pk, peeters.firm.pk]
