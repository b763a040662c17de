"""The send protocol, at each point where a worker can die, sleep, or be overtaken by the client. Over real SMTP."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import translation
from pytest_django.fixtures import DjangoAssertNumQueries, Settings

from actions.models import Action
from clients.models import Address
from firms.actors import Actor
from firms.enums import FailedTaskKind, Verb
from firms.models import ActivityLine, FailedTask, Firm
from lib.clock import machine_now
from notifications.dispatch import making
from notifications.dispatch.claim import BATCH, claim
from notifications.dispatch.claimed import Claimed
from notifications.dispatch.lease import LEASE, LeaseLost, hand_over
from notifications.dispatch.ledger import Ledger
from notifications.dispatch.making import make_all
from notifications.dispatch.outcomes import TRIES
from notifications.dispatch.posting import send
from notifications.dispatch.send import dispatch_firm, dispatch_ready
from notifications.enums import Outcome, SuppressionReason
from notifications.models import Message, Notice, Suppression
from notifications.services import suppress_address
from notifications.verdicts import Reason, Verdict
from reminders.services import withdraw
from reminders.sweep import sweep
from tenancy.context import firm_context
from tests.factories import START, AddressFactory
from tests.mail import Mailbox
from tests.people import Lumiere, Peeters, link
from tests.story import ask_signature, live
from ways.accepted import Accepted
from ways.transports import Transport, open_transport


@pytest.fixture
def transport(mailbox: Mailbox) -> Iterator[Transport]:
    opened = open_transport()
    yield opened
    opened.close()


def claimed_notice(lumiere: Lumiere) -> Claimed:
    """A first notice, claimed by a worker and not yet sent."""
    ask_signature(lumiere)
    (claimed,) = claim(lumiere.firm.pk, START, machine_now()).claims
    return claimed


def claimed_reminder(lumiere: Lumiere) -> Claimed:
    ask_signature(lumiere)
    live(START)
    sweep(START + timedelta(days=3))
    (claimed,) = claim(lumiere.firm.pk, START + timedelta(days=3), machine_now()).claims
    return claimed


def message_of(claimed: Claimed) -> Message:
    return Message.objects.get(pk=claimed.message_id)


def let_lease_run_out(claimed: Claimed) -> None:
    Message.objects.filter(pk=claimed.message_id).update(lease_until=machine_now() - timedelta(seconds=1))


def test_an_act_between_claim_and_hand_over_keeps_the_message_here(lumiere: Lumiere, mailbox: Mailbox, transport: Transport) -> None:
    claimed = claimed_notice(lumiere)
    withdraw(action=Action.objects.get(), by=Actor.system(), now=START)
    assert send(lumiere.firm.pk, claimed, transport, lambda: START) is False
    assert mailbox.accepted == []
    assert message_of(claimed).outcome == Outcome.CANCELLED
    notice = Notice.objects.get(message=claimed.message_id)
    assert (notice.verdict, notice.reason) == (Verdict.SKIP, Reason.ACTION_CLOSED)


def test_a_reminder_that_turns_out_to_be_too_early_waits_as_a_notice_and_goes_once(lumiere: Lumiere, mailbox: Mailbox) -> None:
    """Nothing went for three days: the notice and its reminder are claimed together, and the look before DATA keeps the second."""
    ask_signature(lumiere)
    late = START + timedelta(days=3)
    live(late)
    held = Notice.objects.get(number=1, address=lumiere.nadia_address)
    assert (held.verdict, held.reason, held.not_before, held.message) == (Verdict.HOLD, Reason.TOLD_TODAY, late + timedelta(days=1), None)
    live(late + timedelta(days=1))
    live(late + timedelta(days=1))
    assert [str(mail["Subject"])[:8] for mail in mailbox.to("nadia@lefevre.example")] == ["Un docum", "Rappel 1"]


def test_a_worker_killed_before_handing_over_loses_nothing(lumiere: Lumiere, mailbox: Mailbox) -> None:
    claimed = claimed_notice(lumiere)
    let_lease_run_out(claimed)
    dispatch_ready(lambda: START)
    dispatch_ready(lambda: START)
    assert mailbox.addresses == ["nadia@lefevre.example"]
    assert (message_of(claimed).outcome, message_of(claimed).tries, message_of(claimed).in_doubt) == (Outcome.SENT, 2, False)


def test_a_first_notice_in_doubt_goes_once_more_under_the_same_id(lumiere: Lumiere, mailbox: Mailbox) -> None:
    claimed = claimed_notice(lumiere)
    hand_over(Ledger(lumiere.firm.pk), claimed, START, machine_now())  # and here the worker dies
    let_lease_run_out(claimed)
    dispatch_ready(lambda: START)
    message = message_of(claimed)
    assert [m["Message-ID"] for _, m in mailbox.accepted] == [message.message_id]
    assert (message.outcome, message.in_doubt) == (Outcome.SENT, True)
    assert [(task.kind, task.subject) for task in FailedTask.objects.all()] == [("unconfirmed", "nadia@lefevre.example")]


def test_a_first_notice_twice_in_doubt_is_left_to_staff(lumiere: Lumiere, mailbox: Mailbox) -> None:
    first = claimed_notice(lumiere)
    hand_over(Ledger(lumiere.firm.pk), first, START, machine_now())
    let_lease_run_out(first)
    (second,) = claim(lumiere.firm.pk, START, machine_now()).claims
    hand_over(Ledger(lumiere.firm.pk), second, START, machine_now())
    let_lease_run_out(second)
    dispatch_ready(lambda: START)
    assert (mailbox.accepted, message_of(first).outcome) == ([], Outcome.UNCONFIRMED)
    assert [task.kind for task in FailedTask.objects.all()] == ["unconfirmed"]


def test_a_reminder_in_doubt_is_never_sent_again(lumiere: Lumiere, mailbox: Mailbox) -> None:
    claimed = claimed_reminder(lumiere)
    hand_over(Ledger(lumiere.firm.pk), claimed, START + timedelta(days=3), machine_now())
    let_lease_run_out(claimed)
    dispatch_ready(lambda: START + timedelta(days=3))
    assert len(mailbox.accepted) == 1  # the notice of three days before
    assert message_of(claimed).outcome == Outcome.UNCONFIRMED


def test_a_worker_that_slept_through_its_lease_sends_nothing_more(lumiere: Lumiere, mailbox: Mailbox, transport: Transport) -> None:
    slept = claimed_notice(lumiere)
    let_lease_run_out(slept)
    dispatch_ready(lambda: START)
    assert send(lumiere.firm.pk, slept, transport, lambda: START) is False
    assert len(mailbox.accepted) == 1
    with pytest.raises(LeaseLost):
        hand_over(Ledger(lumiere.firm.pk), slept, START, machine_now())


def test_a_lease_about_to_end_is_not_handed_over(lumiere: Lumiere, mailbox: Mailbox) -> None:
    claimed = claimed_notice(lumiere)
    with pytest.raises(LeaseLost):
        hand_over(Ledger(lumiere.firm.pk), claimed, START, machine_now() + LEASE - timedelta(seconds=5))


def test_an_old_fence_records_nothing(lumiere: Lumiere, mailbox: Mailbox, transport: Transport) -> None:
    slept = claimed_notice(lumiere)
    (made,) = make_all(lumiere.firm.pk, [slept], START)
    let_lease_run_out(slept)
    (taken_over,) = claim(lumiere.firm.pk, START, machine_now()).claims
    Ledger(lumiere.firm.pk).record_sent(slept, made.rendered, Accepted("250 too late"), START, copied=True)
    assert (message_of(taken_over).outcome, message_of(taken_over).fence) == (Outcome.SENDING, 2)


def test_an_answer_with_a_nul_or_half_a_character_is_recorded_all_the_same(lumiere: Lumiere, mailbox: Mailbox) -> None:
    claimed = claimed_notice(lumiere)
    (made,) = make_all(lumiere.firm.pk, [claimed], START)
    with Ledger(lumiere.firm.pk) as ledger:
        ledger.record_sent(claimed, made.rendered, Accepted("250 o\0k \ud800", "id \ud800"), START, copied=False)
    message = message_of(claimed)
    assert (message.outcome, message.answer, message.provider_id) == (Outcome.SENT, "250 ok ?", "id ?")


def test_an_address_that_does_not_exist_is_written_to_no_more(lumiere: Lumiere, mailbox: Mailbox) -> None:
    mailbox.refuse["nadia@lefevre.example"] = "550 5.1.1 No such user"
    ask_signature(lumiere)
    live(START)
    assert (Message.objects.get().outcome, Message.objects.get().error) == (Outcome.BOUNCED, "address")
    assert [(s.address.email, s.reason, s.detail) for s in Suppression.objects.all()] == [
        ("nadia@lefevre.example", SuppressionReason.NO_SUCH_ADDRESS, "550 5.1.1 No such user")
    ]
    live(START + timedelta(days=3))
    reminder = Notice.objects.get(number=1, email="nadia@lefevre.example")
    assert (reminder.verdict, reminder.reason) == (Verdict.SKIP, Reason.SUPPRESSED)
    assert sorted(task.kind for task in FailedTask.objects.all()) == ["bounced", "nobody_to_notify"]


def test_a_busy_server_is_tried_again(lumiere: Lumiere, mailbox: Mailbox) -> None:
    mailbox.refuse["nadia@lefevre.example"] = "451 4.3.0 Come back later"
    ask_signature(lumiere)
    live(START)
    message = Message.objects.get()
    assert (message.outcome, message.tries, message.answer) == (Outcome.WAITING, 1, "451 4.3.0 Come back later")
    mailbox.refuse.clear()
    Message.objects.update(next_try_at=machine_now())
    live(START)
    assert mailbox.addresses == ["nadia@lefevre.example"]
    assert (Message.objects.get().outcome, Message.objects.get().error) == (Outcome.SENT, "soon")


def test_after_six_tries_the_office_is_told(lumiere: Lumiere, mailbox: Mailbox) -> None:
    mailbox.refuse["nadia@lefevre.example"] = "451 4.3.0 Come back later"
    ask_signature(lumiere)
    for _ in range(TRIES + 2):
        live(START)
        Message.objects.filter(outcome=Outcome.WAITING).update(next_try_at=machine_now())
    assert (Message.objects.get().outcome, Message.objects.get().tries) == (Outcome.FAILED, TRIES)
    assert [task.kind for task in FailedTask.objects.all()] == ["not_sent"]


def test_a_connection_cut_after_the_dot_leaves_a_doubt(lumiere: Lumiere, mailbox: Mailbox) -> None:
    mailbox.hang_up_after_data = True
    ask_signature(lumiere)
    live(START)
    assert (Message.objects.get().outcome, Message.objects.get().in_doubt) == (Outcome.WAITING, True)
    mailbox.hang_up_after_data = False
    Message.objects.update(next_try_at=machine_now())
    live(START)
    assert len({m["Message-ID"] for _, m in mailbox.accepted}) == 1
    assert len(mailbox.accepted) == 2


def test_no_server_at_all_keeps_every_message(lumiere: Lumiere, settings: Settings) -> None:
    settings.SMTP_URL = "smtp://127.0.0.1:1"
    ask_signature(lumiere, signers=[lumiere.nadia, lumiere.paul])
    live(START)
    assert [m.outcome for m in Message.objects.all()] == [Outcome.WAITING, Outcome.WAITING]


def test_a_message_that_cannot_be_made_is_set_aside_and_the_others_go(lumiere: Lumiere, mailbox: Mailbox) -> None:
    ask_signature(lumiere, signers=[lumiere.nadia, lumiere.paul])
    Notice.objects.filter(email="nadia@lefevre.example").update(event="of_another_release")
    live(START)
    assert mailbox.addresses == ["paul@lefevre.example"]
    assert Message.objects.get(to_email="nadia@lefevre.example").outcome == Outcome.FAILED
    assert [task.kind for task in FailedTask.objects.all()] == ["not_sent"]


@pytest.mark.parametrize("place", ["render_message", "beside"])
def test_a_mistake_of_ours_about_one_message_is_shown_and_the_others_go(
    lumiere: Lumiere, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """Also where it lies in what is read for all of them at once."""
    real = getattr(making, place)

    def stumble(firm: Firm, notices: Sequence[Notice], *args: object, **kwargs: object) -> object:
        if any(notice.email == "nadia@lefevre.example" for notice in notices):
            raise KeyError("rows")
        return real(firm, notices, *args, **kwargs)

    monkeypatch.setattr(making, place, stumble)
    ask_signature(lumiere, signers=[lumiere.nadia, lumiere.paul])
    live(START)
    failed = Message.objects.get(to_email="nadia@lefevre.example")
    assert (mailbox.addresses, failed.outcome, failed.answer) == (["paul@lefevre.example"], Outcome.FAILED, "KeyError: 'rows'")
    assert [task.kind for task in FailedTask.objects.all()] == ["not_sent"]


def test_suppressing_twice_keeps_one_row(lumiere: Lumiere) -> None:
    for _ in range(2):
        suppress_address(
            firm=lumiere.firm,
            address_id=lumiere.nadia_address.pk,
            reason=SuppressionReason.BY_STAFF,
            detail="",
            by=Actor.system(),
            now=START,
        )
    assert Suppression.objects.count() == 1


def test_what_a_worker_stops_is_told_in_the_firms_language(lumiere: Lumiere) -> None:
    lumiere.firm.language = "fr"
    reason, address = SuppressionReason.NO_SUCH_ADDRESS, lumiere.nadia_address
    with translation.override("en"):
        suppress_address(firm=lumiere.firm, address_id=address.pk, reason=reason, detail="", by=Actor.system(), now=START)
    told = ActivityLine.objects.get(verb=Verb.ADDRESS_SUPPRESSED).detail
    with translation.override("fr"):
        assert told == str(reason.label)
    assert told != str(reason.label)


def test_more_than_a_batch_goes_out_in_one_round(lumiere: Lumiere, mailbox: Mailbox, transport: Transport) -> None:
    for number in range(BATCH + 5):
        ask_signature(lumiere, title=f"Document {number}")
    assert dispatch_firm(lumiere.firm.pk, transport, lambda: START) == BATCH + 5
    assert len(mailbox.accepted) == BATCH + 5


def test_one_firms_many_do_not_keep_anothers_few_waiting(two_firms: tuple[Lumiere, Peeters], mailbox: Mailbox) -> None:
    lumiere, peeters = two_firms
    with firm_context(lumiere.firm.pk):
        for number in range(2 * BATCH + 1):
            ask_signature(lumiere, title=f"Document {number}")
    with firm_context(peeters.firm.pk):
        ask_signature(replace(lumiere, firm=peeters.firm, claire=peeters.wim), account=peeters.garage, signers=[peeters.lotte])
    assert dispatch_ready(lambda: START, first=lumiere.firm.pk) == 2 * BATCH + 2
    assert [to for to, _ in mailbox.accepted].index(peeters.lotte_address.email) == BATCH


def test_claiming_a_single_notice_costs_one_more_than_before_bundles(
    lumiere: Lumiere, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ask_signature(lumiere)
    with django_assert_num_queries(11):  # what is prepared does not count here: messages opened, versions of what decided
        claim(lumiere.firm.pk, START, machine_now())


def test_claiming_three_again_costs_what_claiming_one_again_does(
    lumiere: Lumiere, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """After an outage thousands wait for that."""
    addresses = AddressFactory.create_batch(3, firm=lumiere.firm)
    for address in addresses:
        link(lumiere.bakery, address)
    ask_signature(lumiere, signers=[address.contact for address in addresses])
    claims = claim(lumiere.firm.pk, START, machine_now()).claims
    for count in (1, 3):
        for claimed in claims[:count]:
            let_lease_run_out(claimed)
        with django_assert_num_queries(11):  # what is prepared does not count here: leases, versions of what decided
            assert len(claim(lumiere.firm.pk, START, machine_now()).claims) == count


def test_making_three_costs_what_making_one_does(lumiere: Lumiere, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    """The firm is entered and left; what the e-mails say and what is beside them is read at once."""
    for number in range(3):
        ask_signature(lumiere, title=f"Document {number}")
    claims = claim(lumiere.firm.pk, START, machine_now()).claims
    for count in (1, 3):
        with django_assert_num_queries(6):  # two for the firm, itself, what is said, who may sign in, where answers go
            assert len(make_all(lumiere.firm.pk, claims[:count], START)) == count


def test_skipped_rows_do_not_end_the_round(lumiere: Lumiere, mailbox: Mailbox, transport: Transport) -> None:
    for number in range(BATCH + 5):
        withdraw(action=ask_signature(lumiere, title=f"Document {number}"), by=Actor.system(), now=START)
    ask_signature(lumiere)
    assert dispatch_firm(lumiere.firm.pk, transport, lambda: START) == 1


def test_a_provider_gets_the_same_message_through_anymail(lumiere: Lumiere, settings: Settings) -> None:
    from anymail.backends.test import EmailBackend

    settings.ANYMAIL_BACKEND = "anymail.backends.test.EmailBackend"
    ask_signature(lumiere)
    live(START)
    message = Message.objects.get()
    assert (message.outcome, message.subject) == (Outcome.SENT, "Un document attend votre signature")
    assert EmailBackend.esp_name == "Test"


def test_address_changes_reach_the_last_look(lumiere: Lumiere, mailbox: Mailbox, transport: Transport) -> None:
    claimed = claimed_notice(lumiere)
    Address.objects.get(pk=lumiere.nadia_address.pk).account_addresses.all().delete()
    assert send(lumiere.firm.pk, claimed, transport, lambda: START) is False
    assert (mailbox.accepted, Notice.objects.get(message=claimed.message_id).reason) == ([], Reason.UNLINKED)


def test_that_the_deployment_is_refused_is_settled_once_it_is_not(lumiere: Lumiere, mailbox: Mailbox) -> None:
    mailbox.refuse["nadia@lefevre.example"] = "554 5.7.1 Not from here"
    ask_signature(lumiere)
    dispatch_ready(lambda: START)
    task = FailedTask.objects.get(kind=FailedTaskKind.SENDER_BROKEN)
    ask_signature(lumiere, signers=[lumiere.paul])
    dispatch_ready(lambda: START)
    assert mailbox.addresses == ["paul@lefevre.example"]
    task.refresh_from_db()
    assert task.resolved_at is None  # of another, which had not been refused
    mailbox.refuse.clear()
    Message.objects.filter(outcome=Outcome.WAITING).update(next_try_at=machine_now())
    dispatch_ready(lambda: START)
    task.refresh_from_db()
    assert task.resolved_at == START
