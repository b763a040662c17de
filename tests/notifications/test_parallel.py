"""Many workers at once, on real transactions: each message is one worker's, and no act is overtaken."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from actions.models import Action
from clients.models import AccountAddress
from firms.actors import Actor
from firms.models import Firm
from firms.services import raise_failed_task
from lib.clock import machine_now
from notifications.dispatch.bundles import lock_notices, ready_notices
from notifications.dispatch.claim import claim
from notifications.dispatch.lease import LeaseLost, hand_over
from notifications.dispatch.ledger import Ledger
from notifications.dispatch.making import make_all
from notifications.dispatch.send import dispatch_ready
from notifications.enums import Outcome
from notifications.models import Message, Notice
from notifications.verdicts import Verdict
from reminders.rules import Schedule
from reminders.services import ask, withdraw
from reminders.sweep import sweep
from reminders.words import Words
from tenancy.context import firm_context
from tests.factories import START
from tests.mail import Mailbox
from tests.parallel import at_once, wait_for_a_lock, wait_until
from tests.people import Lumiere, Peeters, make_lumiere, make_peeters
from tests.story import ask_signature, evening, live
from ways.accepted import Accepted

pytestmark = pytest.mark.django_db(transaction=True)
DUE = START + timedelta(days=3)


@pytest.fixture
def people(transactional_db: None) -> Lumiere:
    return make_lumiere()


def test_five_dispatchers_send_each_message_once(people: Lumiere, mailbox: Mailbox) -> None:
    with firm_context(people.firm.pk):
        for number in range(12):
            ask_signature(people, title=f"Document {number}")
    at_once(*[lambda: dispatch_ready(lambda: START)] * 5)
    assert mailbox.addresses == ["nadia@lefevre.example"] * 12


def test_five_sweeps_remind_of_each_action_once(people: Lumiere) -> None:
    with firm_context(people.firm.pk):
        for number in range(20):
            ask_signature(people, title=f"Document {number}", schedule=Schedule(on=True, at_most=3))
    counts = at_once(*[lambda: sweep(DUE).actions] * 5)
    with firm_context(people.firm.pk):
        assert sum(c for c in counts if isinstance(c, int)) == 20
        assert Notice.objects.filter(number=1, email="nadia@lefevre.example").count() == 20
        assert set(Action.objects.values_list("reminders_sent", flat=True)) == {1}


def test_a_last_look_that_slept_takes_nothing_back_of_what_another_has_sent(people: Lumiere, mailbox: Mailbox) -> None:
    """Its own look says that it is too early by now."""
    with firm_context(people.firm.pk):
        ask_signature(people)
    live(START)
    late = evening(DUE)
    sweep(late)
    (slept,) = claim(people.firm.pk, late, machine_now()).claims

    def wakes() -> object:
        with pytest.raises(LeaseLost):
            hand_over(Ledger(people.firm.pk), slept, late + timedelta(minutes=5), machine_now())
        return True

    with ThreadPoolExecutor(1) as elsewhere:
        with firm_context(people.firm.pk):
            Message.objects.filter(pk=slept.message_id).update(fence=slept.fence + 1, outcome=Outcome.SENT, lease_until=None)
            woken = elsewhere.submit(at_once, wakes)
            wait_for_a_lock()
        assert woken.result() == [True]
    with firm_context(people.firm.pk):
        assert Notice.objects.get(message=slept.message_id, message__outcome=Outcome.SENT).verdict == Verdict.SEND


def test_what_somebody_is_just_changing_is_not_claimed(people: Lumiere) -> None:
    with firm_context(people.firm.pk):
        action = ask_signature(people)

    def claim_elsewhere() -> object:
        return len(claim(people.firm.pk, START, machine_now()).claims)

    with firm_context(people.firm.pk):
        Action.objects.select_for_update().get(pk=action.pk)
        assert at_once(claim_elsewhere) == [0]
    assert at_once(claim_elsewhere) == [1]


def test_an_act_waits_for_a_claim_and_then_wins_at_the_last_look(people: Lumiere, mailbox: Mailbox) -> None:
    """Client and dispatcher race thirty times: whatever was withdrawn before the claim's commit does not go out."""
    dice = random.Random(20261102)
    for number in range(30):
        with firm_context(people.firm.pk):
            action = ask_signature(people, title=f"Document {number}", schedule=Schedule(on=False))
        works: list[Callable[[], object]] = [lambda a=action: take_back(people, a), lambda: dispatch_ready(lambda: START)]  # type: ignore[misc]
        dice.shuffle(works)
        at_once(*works)
    dispatch_ready(lambda: START)  # what was just being withdrawn when the dispatcher came by is looked at now
    with firm_context(people.firm.pk):
        sent = set(Message.objects.filter(outcome="sent").values_list("message_id", flat=True))
        cancelled = Notice.objects.filter(verdict="skip", reason="action_closed").count()
    assert {m["Message-ID"] for _, m in mailbox.accepted} == sent
    assert len(sent) + cancelled == 30


def take_back(people: Lumiere, action: Action) -> None:
    with firm_context(people.firm.pk):
        withdraw(action=action, by=Actor.system(), now=START)


def test_a_rolled_back_request_leaves_nothing_behind(people: Lumiere) -> None:
    with firm_context(people.firm.pk):
        ask_signature(people)
        transaction.set_rollback(True)
    with firm_context(people.firm.pk):
        assert (Action.objects.count(), Notice.objects.count()) == (0, 0)
        assert AccountAddress.objects.count() == 3


@pytest.mark.rule("D02")
def test_a_reminder_that_a_dispatcher_held_while_the_next_was_written_does_not_go_beside_it(people: Lumiere, mailbox: Mailbox) -> None:
    with firm_context(people.firm.pk):
        Firm.objects.update(cap_a_day=None)
        action = ask_signature(people, schedule=Schedule(on=True, every_days=1, at_most=5))
    dispatch_ready(lambda: START)
    first, second = START + timedelta(days=1), START + timedelta(days=2)
    sweep(first)
    with firm_context(people.firm.pk):
        assert list(lock_notices(ready_notices(people.firm, second)))
        at_once(lambda: sweep(second))
    dispatch_ready(lambda: second)
    with firm_context(people.firm.pk):
        sent = Notice.objects.filter(action=action, email="nadia@lefevre.example", message__isnull=False).order_by("number")
        assert list(sent.values_list("number", flat=True)) == [0, 2]


@pytest.mark.rule("X08")
def test_what_a_cap_holds_on_keeps_no_dispatcher_turning(people: Lumiere, mailbox: Mailbox) -> None:
    """Beside one that is ready, and whose request somebody holds: another round would find the same."""
    with firm_context(people.firm.pk):
        Firm.objects.update(bundle_reminders=False)
        for number in range(3):
            ask_signature(people, title=f"Document {number}")
    dispatch_ready(lambda: START)
    sweep(DUE)
    dispatch_ready(lambda: DUE)
    with firm_context(people.firm.pk):
        held = Notice.objects.filter(number=1, email="nadia@lefevre.example", message=None)
        assert held.count() == 2
        ready = held.last()
        assert ready is not None
        Notice.objects.filter(pk=ready.pk).update(not_before=DUE)

    def claim_elsewhere() -> object:
        taken = claim(people.firm.pk, DUE, machine_now())
        return len(taken.claims), taken.decided_otherwise

    with firm_context(people.firm.pk):
        Action.objects.select_for_update().get(pk=ready.action_id or 0)
        assert at_once(claim_elsewhere) == [(0, 0)]


def test_what_a_server_took_is_recorded_before_anybody_waits_for_it_again(people: Lumiere, mailbox: Mailbox) -> None:
    held = mailbox.hold_back["paul@lefevre.example"] = Event()
    with firm_context(people.firm.pk):
        ask_signature(people, signers=[people.nadia])
        ask_signature(people, signers=[people.paul])

    def recorded_while_held() -> list[tuple[str, str]]:
        wait_until(lambda: mailbox.named == ["nadia@lefevre.example", "paul@lefevre.example"], "The second envelope did not come.")
        wait_until(lambda: ("nadia@lefevre.example", Outcome.SENT) in outcomes(people), "The first was not recorded.")
        held.set()
        return outcomes(people)

    at_once(lambda: dispatch_ready(lambda: START), recorded_while_held)
    assert outcomes(people) == [("nadia@lefevre.example", Outcome.SENT), ("paul@lefevre.example", Outcome.SENT)]


def outcomes(people: Lumiere) -> list[tuple[str, str]]:
    with firm_context(people.firm.pk):
        return list(Message.objects.order_by("to_email").values_list("to_email", "outcome"))


def test_a_connection_that_is_cut_loses_no_record(people: Lumiere, mailbox: Mailbox) -> None:
    with firm_context(people.firm.pk):
        ask_signature(people)
    (claimed,) = claim(people.firm.pk, START, machine_now()).claims
    (made,) = make_all(people.firm.pk, [claimed], START)
    with pytest.raises(OperationalError), Ledger(people.firm.pk) as ledger:
        ledger.record_sent(claimed, made.rendered, Accepted("250 OK", follows=True), START, copied=False)
        cut_connection()
        ledger.hand_over([claimed], START, machine_now(), machine_now())
    assert outcomes(people) == [("nadia@lefevre.example", Outcome.SENT)]


def cut_connection() -> None:
    """As a failover does."""
    number = connection.connection.info.backend_pid

    def terminate() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 10000)", [number])

    at_once(terminate)


LATE = START + timedelta(days=4)


def ask_of(people: Lumiere | Peeters) -> Firm:
    """A first notice in the firm, which may wait for three days."""
    account, staff = (people.bakery, people.claire) if isinstance(people, Lumiere) else (people.garage, people.wim)
    with firm_context(people.firm.pk):
        ask(
            account=account, kind="signature", words=Words("Contract", "", None, None, Schedule(on=False)), staff=staff,
            by=Actor.staff(staff), now=START,
        )  # fmt: skip
    return people.firm


def holds(firm: Firm) -> bool:
    with firm_context(firm.pk):
        return Firm.objects.get(pk=firm.pk).holds_mail(LATE)


@pytest.mark.rule("M33")
def test_a_firm_whose_row_is_locked_keeps_no_other_from_being_held_and_sends_nothing(people: Lumiere, mailbox: Mailbox) -> None:
    ours, theirs = ask_of(people), ask_of(make_peeters())
    with firm_context(ours.pk):
        Firm.objects.select_for_update(no_key=True).get(pk=ours.pk)
        assert at_once(lambda: dispatch_ready(lambda: LATE)) == [0]
    assert (holds(ours), holds(theirs), mailbox.addresses) == (False, True, [])
    assert (dispatch_ready(lambda: LATE), holds(ours)) == (0, True)


@pytest.mark.rule("M33")
def test_a_firm_that_cannot_be_held_keeps_no_other_from_it_and_the_tick_says_so(
    people: Lumiere, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = ask_of(people), ask_of(make_peeters())

    def stumble(**told: Any) -> None:
        if told["firm"].pk == ours.pk:
            raise OperationalError("disk full")
        raise_failed_task(**told)

    monkeypatch.setattr("notifications.holding.raise_failed_task", stumble)
    with pytest.raises(ExceptionGroup):
        dispatch_ready(lambda: LATE)
    assert (holds(ours), holds(theirs), mailbox.addresses) == (False, True, [])
    monkeypatch.setattr("notifications.holding.raise_failed_task", raise_failed_task)
    assert (dispatch_ready(lambda: LATE), holds(ours)) == (0, True)
