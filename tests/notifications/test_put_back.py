"""What a dispatcher had in hand and could not send goes later, and keeps nothing else."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from firms.actors import Actor
from lib.clock import machine_now
from notifications.dispatch import batches, posting
from notifications.dispatch.claim import claim
from notifications.dispatch.claimed import Claimed
from notifications.dispatch.lease import hand_over
from notifications.dispatch.ledger import Ledger
from notifications.dispatch.recording import put_back, record_error
from notifications.dispatch.send import dispatch_ready
from notifications.enums import Outcome
from notifications.models import Message, Notice
from notifications.notices import decide_reminders_anew
from notifications.outbox import Entry
from notifications.outbox_acts import retry_message
from notifications.services import notify_user
from notifications.verdicts import Verdict
from reminders.services import ask, withdraw
from reminders.sweep import sweep
from reminders.words import Words
from templates_email.enums import EmailEvent
from tenancy.context import firm_context
from tests.factories import START
from tests.mail import Mailbox
from tests.people import Lumiere, Peeters
from tests.story import ask_signature, evening, live
from tests.ways.making import firm_server, in_use, smtp_input
from tracking.enums import ReportKind
from tracking.models import Report
from ways.errors import ErrorKind, SendError
from ways.services import start_way

BUSY = SendError(ErrorKind.SOON, "451 4.3.0 Come back later")
LATE = SendError(ErrorKind.DOUBT, "No whole answer within 20 s")


def test_what_was_put_back_untried_and_is_too_early_by_then_goes_when_it_may(lumiere: Lumiere, mailbox: Mailbox) -> None:
    late = claim_at_the_last_minute(lumiere, lambda claimed: put_back(lumiere.firm.pk, claimed, machine_now()))
    assert dispatch_ready(lambda: late + timedelta(minutes=5)) == 0
    assert dispatch_ready(lambda: late + timedelta(hours=23)) == 1
    assert mailbox.addresses == ["nadia@lefevre.example"] * 2


def test_the_same_where_the_firm_s_own_way_was_stopped(lumiere: Lumiere, mailbox: Mailbox, settings: Settings) -> None:
    settings.OUTGOING_ALLOWED = ["127.0.0.0/8"]
    with firm_server() as server:
        way = in_use(lumiere.firm, smtp_input(server))
        refused = SendError(ErrorKind.SENDER, "535 5.7.8 Authentication failed")
        refused.way = (way.pk, way.version)
        late = claim_at_the_last_minute(lumiere, lambda claimed: record_error(lumiere.firm.pk, claimed, refused, START))
        start_way(firm=lumiere.firm, now=late)
        assert dispatch_ready(lambda: late + timedelta(minutes=5)) == 0
        assert dispatch_ready(lambda: late + timedelta(hours=23)) == 1
        assert len(server.accepted) == 2


def test_what_was_refused_once_and_is_too_early_by_then_keeps_its_answer_and_goes_when_it_may(lumiere: Lumiere, mailbox: Mailbox) -> None:
    late = claim_at_the_last_minute(lumiere, lambda claimed: record_error(lumiere.firm.pk, claimed, BUSY, START))
    waiting, too_late = Message.objects.filter(error=ErrorKind.SOON), late + timedelta(minutes=5)
    waiting.update(next_try_at=machine_now())
    assert dispatch_ready(lambda: too_late) == 0
    message, notice = waiting.get(), Notice.objects.get(message=waiting.get())
    assert (message.outcome, message.tries, message.answer, notice.verdict) == (Outcome.WAITING, 1, BUSY.answer, Verdict.HOLD)
    assert notice.not_before is not None and message.next_try_at is not None
    assert abs(message.next_try_at - machine_now() - (notice.not_before - too_late)) < timedelta(minutes=1)
    waiting.update(next_try_at=machine_now())
    assert dispatch_ready(lambda: late + timedelta(hours=23)) == 1
    assert (waiting.get().pk, waiting.get().outcome, waiting.get().tries) == (message.pk, Outcome.SENT, 2)
    assert Notice.objects.get(message=message).verdict == Verdict.SEND


def test_what_a_provider_has_reported_of_stays_and_keeps_no_code(lumiere: Lumiere, mailbox: Mailbox) -> None:
    """A provider was late with its answer, then said that it delivers later; staff try again in the evening."""
    late = claim_at_the_last_minute(lumiere, lambda claimed: record_error(lumiere.firm.pk, claimed, LATE, START))
    message = Message.objects.get(outcome=Outcome.UNCONFIRMED)
    told: dict[str, Any] = {
        "provider": "brevo",
        "key": bytes(32),
        "kind": ReportKind.DEFERRED,
        "happened_at": late,
        "received_at": late,
        "raw": {},
    }
    Report.objects.create(firm=lumiere.firm, message=message, **told)
    evening_after = late + timedelta(minutes=5)
    entry, by = Entry(message, list(Notice.objects.filter(message=message))), Actor.staff(lumiere.claire)
    assert retry_message(firm=lumiere.firm, entry=entry, by=by, now=evening_after)
    user, event = lumiere.claire.user, EmailEvent.PASSWORD_RESET
    notify_user(firm=lumiere.firm, user=user, event=event, key="password_reset:9", now=evening_after, values={})
    assert dispatch_ready(lambda: evening_after) == 1
    assert mailbox.addresses == ["claire@lumiere.example", "nadia@lefevre.example"]
    message.refresh_from_db()
    assert (message.outcome, message.tries, message.answer) == (Outcome.WAITING, 1, LATE.answer)


def test_what_may_have_gone_says_so_though_nobody_wants_it_any_more(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action = ask_signature(lumiere)
    (claimed,) = claim(lumiere.firm.pk, START, machine_now()).claims
    hand_over(Ledger(lumiere.firm.pk), claimed, START, machine_now())  # and here the worker dies
    Message.objects.update(lease_until=machine_now() - timedelta(seconds=1))
    withdraw(action=action, by=Actor.system(), now=START)
    dispatch_ready(lambda: START)
    assert (Message.objects.get().outcome, Message.objects.get().in_doubt, mailbox.accepted) == (Outcome.CANCELLED, True, [])


def test_a_code_that_was_tried_once_goes_before_older_letters_that_were(lumiere: Lumiere, mailbox: Mailbox) -> None:
    for _ in range(3):
        ask_signature(lumiere)
    come_back_later(lumiere)
    notify_user(firm=lumiere.firm, user=lumiere.claire.user, event=EmailEvent.PASSWORD_RESET, key="password_reset:9", now=START, values={})
    come_back_later(lumiere)
    Message.objects.update(next_try_at=machine_now())
    (first,) = claim(lumiere.firm.pk, START, machine_now(), 2).claims  # half of them from earlier tries
    assert Message.objects.get(pk=first.message_id).to_email == "claire@lumiere.example"


def come_back_later(lumiere: Lumiere) -> None:
    """Says the server to all that is ready."""
    for claimed in claim(lumiere.firm.pk, START, machine_now()).claims:
        record_error(lumiere.firm.pk, claimed, BUSY, START)


def claim_at_the_last_minute(lumiere: Lumiere, then: Callable[[Claimed], object]) -> datetime:
    """A reminder in the last minute of the hours, and what becomes of it; that minute."""
    ask_signature(lumiere)
    live(START)
    late = evening(START + timedelta(days=3))
    sweep(late)
    for claimed in claim(lumiere.firm.pk, late, machine_now()).claims:
        then(claimed)
    return late


def test_one_whose_message_id_stands_already_keeps_no_other(lumiere: Lumiere, mailbox: Mailbox, caplog: pytest.LogCaptureFixture) -> None:
    ask_signature(lumiere)
    dispatch_ready(lambda: START)
    Notice.objects.filter(message__isnull=False).update(message=None)  # as no code of ours should leave it
    ask_signature(lumiere, title="Comptes 2026")
    assert dispatch_ready(lambda: START) == 1
    assert "stands already" in caplog.text


def test_a_firm_in_trouble_uses_up_nothing_of_the_relay_s_pace(
    two_firms: tuple[Lumiere, Peeters], mailbox: Mailbox, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PACE_RELAY = 30
    lumiere, peeters = two_firms
    with firm_context(lumiere.firm.pk):
        ask_signature(lumiere)
    with firm_context(peeters.firm.pk):
        by = Actor.staff(peeters.wim)
        ask(account=peeters.garage, kind="signature", words=Words("Brief"), staff=peeters.wim, by=by, parties=[peeters.lotte], now=START)

    def claim_but_of_one(firm_id: int, *args: object, **options: object) -> object:
        if firm_id == lumiere.firm.pk:
            raise LookupError
        return claim(firm_id, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(batches, "claim", claim_but_of_one)
    with pytest.raises(ExceptionGroup):
        dispatch_ready(lambda: START)
    assert mailbox.addresses == ["lotte@maes.example"]


def test_where_one_raises_those_behind_it_go_with_the_next_tick(
    lumiere: Lumiere, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    for year in range(2024, 2028):
        ask_signature(lumiere, title=f"Comptes {year}")
    handed = hand_over_but_of(2, monkeypatch)
    with pytest.raises(ExceptionGroup):
        dispatch_ready(lambda: START)
    assert len(mailbox.addresses) == 1
    monkeypatch.undo()
    assert dispatch_ready(lambda: START) == 2
    outcomes = dict(Message.objects.values_list("pk", "outcome"))
    assert outcomes.pop(handed[1]) == Outcome.SENDING  # nobody knows how far it had come: its lease says when
    assert set(outcomes.values()) == {Outcome.SENT}


def hand_over_but_of(place: int, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The last look before the message at this place raises; which ones were looked at, in order."""
    asked = list[int]()

    def hand_over_but_of_one(ledger: Ledger, claimed: Claimed, now: datetime, at: datetime) -> None:
        asked.append(claimed.message_id)
        if len(asked) == place:
            raise LookupError
        hand_over(ledger, claimed, now, at)

    monkeypatch.setattr(posting, "hand_over", hand_over_but_of_one)
    return asked


def test_what_was_tried_and_is_too_early_is_looked_at_once_the_firm_s_hours_change(lumiere: Lumiere, mailbox: Mailbox) -> None:
    busy = SendError(ErrorKind.SOON, "451 4.3.0 Busy")
    late = claim_at_the_last_minute(lumiere, lambda claimed: record_error(lumiere.firm.pk, claimed, busy, START)) + timedelta(minutes=5)
    waits = Message.objects.filter(outcome=Outcome.WAITING)
    waits.update(next_try_at=machine_now())
    assert dispatch_ready(lambda: late) == 0
    assert waits.filter(next_try_at__gt=machine_now() + timedelta(hours=1)).exists()
    decide_reminders_anew(lumiere.firm, late)
    assert waits.filter(next_try_at__lte=machine_now()).exists()
