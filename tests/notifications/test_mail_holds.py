"""Holding all that leaves to clients, and releasing it; what has waited too long holds itself. Over real SMTP."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from actions.models import Action
from firms.actors import Actor
from firms.enums import FailedTaskKind, HoldOrigin, Verb
from firms.mail_hold import HELD, OWN
from firms.models import ActivityLine, FailedTask, Firm
from lib.clock import machine_now
from notifications.dispatch.claim import claim
from notifications.dispatch.lease import NoLongerWanted, hand_over
from notifications.dispatch.ledger import Ledger
from notifications.dispatch.send import dispatch_ready
from notifications.dispatch.turns import firms_with_something_ready
from notifications.enums import Outcome, Priority
from notifications.holding import firms_with_backlog, hold_backlog, hold_mail, release_mail, what_waits
from notifications.models import Message, Notice
from notifications.outbox import entries_of
from notifications.outbox_acts import retry_message
from notifications.services import send_code
from notifications.verdicts import Reason, Verdict
from reminders.health.facts import figures, ready_for
from tenancy.context import firm_context
from tests.factories import START
from tests.mail import Mailbox
from tests.people import Lumiere, Peeters
from tests.story import ask_signature, live

DAY = timedelta(days=1)
NADIA = "nadia@lefevre.example"
SYSTEM = Actor.system()


def hold(firm: Firm, *, origin: HoldOrigin = HoldOrigin.STAFF, days: int | None = None) -> None:
    hold_mail(firm=firm, origin=origin, reason="Migration", by=SYSTEM, now=START, until=START + days * DAY if days else None)


def ask_for_a_code(lumiere: Lumiere, action: Action) -> None:
    send_code(
        firm=lumiere.firm, action=action, account=lumiere.bakery, address=lumiere.nadia_address, contact=lumiere.nadia,
        key=f"act_code:{action.pk}:once", values={"code": "123456", "title": action.title, "minutes": "10"}, now=START,
    )  # fmt: skip


def test_what_is_held_stays_as_it_is_and_codes_go(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action = ask_signature(lumiere)
    before = list(Notice.objects.order_by("pk").values())
    hold(lumiere.firm)
    assert dispatch_ready(lambda: START) == 0
    assert list(Notice.objects.order_by("pk").values()) == before
    ask_for_a_code(lumiere, action)
    assert dispatch_ready(lambda: START) == 1
    assert [notice.priority for notice in Notice.objects.filter(message__outcome=Outcome.SENT)] == [Priority.ACCESS]


def test_it_goes_once_released_and_once_only(lumiere: Lumiere, mailbox: Mailbox) -> None:
    ask_signature(lumiere)
    hold(lumiere.firm)
    live(START)
    assert release_mail(firm=lumiere.firm, by=SYSTEM, now=START) == 1
    live(START)
    live(START)
    assert mailbox.addresses == [NADIA]
    assert release_mail(firm=lumiere.firm, by=SYSTEM, now=START) == 0
    lines = ActivityLine.objects.filter(verb__in=[Verb.MAIL_HELD, Verb.MAIL_RELEASED]).order_by("pk")
    assert [(line.verb, line.detail) for line in lines] == [("mail_held", "Migration"), ("mail_released", "1 e-mail")]


def test_it_goes_by_itself_at_the_end_that_was_set(lumiere: Lumiere, mailbox: Mailbox) -> None:
    ask_signature(lumiere)
    hold(lumiere.firm, days=2)
    live(START + 2 * DAY - timedelta(seconds=1))
    assert mailbox.addresses == []
    live(START + 2 * DAY)
    assert mailbox.addresses == [NADIA]


def test_another_firm_s_go_on(two_firms: tuple[Lumiere, Peeters], mailbox: Mailbox) -> None:
    lumiere, peeters = two_firms
    with firm_context(lumiere.firm.pk):
        ask_signature(lumiere)
    with firm_context(peeters.firm.pk):
        hold(peeters.firm)
    live(START)
    assert mailbox.addresses == [NADIA]


def test_what_was_claimed_before_the_hold_goes_back_as_it_was(lumiere: Lumiere, mailbox: Mailbox) -> None:
    ask_signature(lumiere)
    before = Notice.objects.get(address=lumiere.nadia_address)
    (claimed,) = claim(lumiere.firm.pk, START, machine_now()).claims
    hold(lumiere.firm)
    with pytest.raises(NoLongerWanted):
        hand_over(Ledger(lumiere.firm.pk), claimed, START, machine_now())
    kept = Notice.objects.get(address=lumiere.nadia_address)
    assert (kept.message, kept.not_before, kept.reason, Message.objects.count()) == (None, before.not_before, before.reason, 0)
    release_mail(firm=lumiere.firm, by=SYSTEM, now=START)
    live(START)
    assert mailbox.addresses == [NADIA]


def test_one_that_waits_for_another_try_is_held_too(lumiere: Lumiere, mailbox: Mailbox) -> None:
    mailbox.refuse[NADIA] = "451 4.3.0 Busy"
    ask_signature(lumiere)
    live(START)
    mailbox.refuse.clear()
    Message.objects.update(next_try_at=machine_now())
    hold(lumiere.firm)
    live(START)
    assert (mailbox.addresses, what_waits(lumiere.firm, START).total) == ([], 1)
    release_mail(firm=lumiere.firm, by=SYSTEM, now=START)
    live(START)
    assert mailbox.addresses == [NADIA]


@pytest.mark.rule("X23")
def test_what_is_held_does_not_make_health_red(lumiere: Lumiere, mailbox: Mailbox) -> None:
    ask_signature(lumiere)
    later = START + timedelta(hours=2)
    assert figures(later, later).ready_for == timedelta(hours=2)
    hold(lumiere.firm)
    assert (figures(later, later).ready_for, ready_for(lumiere.firm, later, later)) == (None, None)


def test_staff_do_not_release_what_the_operator_holds(lumiere: Lumiere) -> None:
    hold(lumiere.firm, origin=HoldOrigin.OPERATOR)
    before = own_columns(lumiere.firm)
    assert (release_mail(firm=lumiere.firm, by=SYSTEM, now=START), own_columns(lumiere.firm)) == (0, before)
    assert not ActivityLine.objects.filter(verb=Verb.MAIL_RELEASED).exists()
    release_mail(firm=lumiere.firm, by=SYSTEM, now=START, origin=HoldOrigin.OPERATOR)
    assert not lumiere.firm.holds_mail(START)


def test_what_staff_hold_under_the_operator_s_begins_when_that_ends(lumiere: Lumiere, mailbox: Mailbox) -> None:
    ask_signature(lumiere)
    hold(lumiere.firm, origin=HoldOrigin.OPERATOR)
    operators = own_columns(lumiere.firm)[: len(HELD)]
    hold(lumiere.firm, days=2)
    assert own_columns(lumiere.firm)[: len(HELD)] == operators
    assert (lumiere.firm.mail_own_origin, lumiere.firm.mail_own_at) == (HoldOrigin.STAFF, START)
    assert release_mail(firm=lumiere.firm, by=SYSTEM, now=START + DAY, origin=HoldOrigin.OPERATOR) == 0
    live(START + DAY)
    assert (mailbox.addresses, lumiere.firm.mail_hold_origin) == ([], HoldOrigin.STAFF)
    live(START + 2 * DAY)
    assert mailbox.addresses == [NADIA]


def test_what_staff_end_under_the_operator_s_goes_when_that_ends(lumiere: Lumiere, mailbox: Mailbox) -> None:
    ask_signature(lumiere)
    hold(lumiere.firm)
    hold(lumiere.firm, origin=HoldOrigin.OPERATOR)
    assert release_mail(firm=lumiere.firm, by=SYSTEM, now=START + DAY) == 0
    live(START + DAY)
    assert (mailbox.addresses, lumiere.firm.has_own_hold(START + DAY)) == ([], False)
    assert release_mail(firm=lumiere.firm, by=SYSTEM, now=START + DAY, origin=HoldOrigin.OPERATOR) == 1
    live(START + DAY)
    assert mailbox.addresses == [NADIA]
    said = ActivityLine.objects.filter(verb=Verb.MAIL_RELEASED).order_by("pk").values_list("detail", flat=True)
    assert list(said) == ["0 e-mail\N{NO-BREAK SPACE}; l’exploitant de Relance les retient encore", "1 e-mail"]


def test_held_once_more_under_the_operator_s_keeps_its_beginning(lumiere: Lumiere) -> None:
    hold(lumiere.firm)
    hold(lumiere.firm, origin=HoldOrigin.OPERATOR)
    hold_mail(firm=lumiere.firm, origin=HoldOrigin.STAFF, reason="Longer", by=SYSTEM, now=START + DAY)
    assert (lumiere.firm.mail_own_at, lumiere.firm.mail_own_reason) == (START, "Longer")


def test_the_firm_s_own_hold_outlives_the_operator_s(lumiere: Lumiere, mailbox: Mailbox) -> None:
    ask_signature(lumiere)
    hold(lumiere.firm, days=5)
    before = own_columns(lumiere.firm)
    hold_mail(firm=lumiere.firm, origin=HoldOrigin.OPERATOR, reason="Move", by=SYSTEM, now=START + DAY)
    assert (lumiere.firm.mail_hold_reason, lumiere.firm.mail_held_at, lumiere.firm.mail_held_until) == ("Move", START + DAY, None)
    hold_mail(firm=lumiere.firm, origin=HoldOrigin.OPERATOR, reason="Move, longer", by=SYSTEM, now=START + 2 * DAY)
    assert release_mail(firm=lumiere.firm, by=SYSTEM, now=START + 2 * DAY, origin=HoldOrigin.OPERATOR) == 0
    assert own_columns(lumiere.firm) == before
    live(START + 2 * DAY)
    assert mailbox.addresses == []
    (line,) = ActivityLine.objects.filter(verb=Verb.MAIL_RELEASED)
    assert line.detail == "0 e-mail\N{NO-BREAK SPACE}; ce qui était retenu avant reste retenu"
    assert release_mail(firm=lumiere.firm, by=SYSTEM, now=START + 2 * DAY) == 1
    live(START + 2 * DAY)
    assert mailbox.addresses == [NADIA]


def own_columns(firm: Firm) -> list[object]:
    return list(Firm.objects.values_list(*HELD, *OWN, "mail_released_at").get(pk=firm.pk))


def test_an_own_hold_that_has_ended_meanwhile_does_not_come_back(lumiere: Lumiere, mailbox: Mailbox) -> None:
    ask_signature(lumiere)
    hold(lumiere.firm, days=1)
    hold(lumiere.firm, origin=HoldOrigin.OPERATOR)
    live(START + DAY)
    assert mailbox.addresses == []
    assert release_mail(firm=lumiere.firm, by=SYSTEM, now=START + DAY, origin=HoldOrigin.OPERATOR) == 1
    live(START + DAY)
    assert mailbox.addresses == [NADIA]


def test_an_operator_s_hold_that_would_end_by_itself_over_the_firm_s_is_refused(lumiere: Lumiere) -> None:
    hold(lumiere.firm)
    with pytest.raises(IntegrityError, match="firm_own_hold_under_the_operators"), transaction.atomic():
        hold(lumiere.firm, origin=HoldOrigin.OPERATOR, days=1)


def test_an_operator_s_release_that_comes_after_the_firm_s_hold_leaves_it(lumiere: Lumiere) -> None:
    hold(lumiere.firm)
    assert release_mail(firm=lumiere.firm, by=SYSTEM, now=START, origin=HoldOrigin.OPERATOR) == 0
    assert lumiere.firm.holds_mail(START)


def test_who_sends_asks_nothing_more_where_nothing_is_held(
    lumiere: Lumiere, mailbox: Mailbox, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        firms_with_something_ready(START)
    with django_assert_num_queries(2):
        assert dispatch_ready(lambda: START) == 0


# --- The backlog ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def slept(lumiere: Lumiere, mailbox: Mailbox) -> Action:
    """Asked, and nothing ran for four days, where three are the most."""
    return ask_signature(lumiere)


@pytest.mark.rule("M33")
def test_first_notices_that_waited_too_long_wait_for_a_yes(lumiere: Lumiere, mailbox: Mailbox, slept: Action) -> None:
    live(START + 4 * DAY)
    lumiere.firm.refresh_from_db()
    assert (mailbox.addresses, lumiere.firm.mail_hold_origin) == ([], HoldOrigin.BACKLOG)
    assert [task.kind for task in FailedTask.objects.filter(resolved_at=None)] == [FailedTaskKind.MAIL_BACKLOG]
    waiting = what_waits(lumiere.firm, START + 4 * DAY)
    assert (waiting.late_others, waiting.total - waiting.late_others, waiting.late_reminders) == (1, 0, 0)


@pytest.mark.rule("M33")
def test_up_to_the_most_that_the_firm_allows_they_go(lumiere: Lumiere, mailbox: Mailbox, slept: Action) -> None:
    dispatch_ready(lambda: START + 3 * DAY)
    assert mailbox.addresses == [NADIA]


@pytest.mark.rule("M33")
def test_a_yes_lets_them_go_and_is_not_asked_twice(lumiere: Lumiere, mailbox: Mailbox, slept: Action) -> None:
    at = START + 4 * DAY
    dispatch_ready(lambda: at)
    release_mail(firm=lumiere.firm, by=SYSTEM, now=at)
    dispatch_ready(lambda: at)
    assert (mailbox.addresses, FailedTask.objects.filter(resolved_at=None).count()) == ([NADIA], 0)


@pytest.mark.rule("M33")
def test_a_no_leaves_them_out_and_says_so(lumiere: Lumiere, mailbox: Mailbox, slept: Action) -> None:
    at = START + 4 * DAY
    dispatch_ready(lambda: at)
    assert release_mail(firm=lumiere.firm, by=SYSTEM, now=at, late_too=False) == 0
    dispatch_ready(lambda: at)
    left = Notice.objects.get(address=lumiere.nadia_address, number=0)
    assert (mailbox.addresses, left.verdict, left.reason) == ([], Verdict.SKIP, Reason.LEFT_OUT)


@pytest.mark.rule("M33")
def test_after_a_yes_that_nobody_carried_out_it_counts_from_the_yes(lumiere: Lumiere, mailbox: Mailbox, slept: Action) -> None:
    dispatch_ready(lambda: START + 4 * DAY)
    release_mail(firm=lumiere.firm, by=SYSTEM, now=START + 4 * DAY)
    dispatch_ready(lambda: START + 8 * DAY)
    lumiere.firm.refresh_from_db()
    assert (mailbox.addresses, lumiere.firm.holds_mail(START + 8 * DAY)) == ([], True)


@pytest.mark.rule("M33")
def test_what_waits_for_a_yes_still_does_after_the_operator_s_hold(lumiere: Lumiere, mailbox: Mailbox, slept: Action) -> None:
    at = START + 4 * DAY
    dispatch_ready(lambda: at)
    lumiere.firm.refresh_from_db()
    hold_mail(firm=lumiere.firm, origin=HoldOrigin.OPERATOR, reason="Move", by=SYSTEM, now=at)
    release_mail(firm=lumiere.firm, by=SYSTEM, now=at, origin=HoldOrigin.OPERATOR)
    dispatch_ready(lambda: at)
    assert (mailbox.addresses, lumiere.firm.mail_hold_origin, what_waits(lumiere.firm, at).late_others) == ([], HoldOrigin.BACKLOG, 1)
    assert FailedTask.objects.filter(resolved_at=None).count() == 1


@pytest.mark.rule("M33")
@pytest.mark.parametrize(("late_too", "arrives"), [(True, [NADIA]), (False, [])])
def test_a_yes_or_no_under_the_operator_s_hold_counts_once_that_ends(
    lumiere: Lumiere, mailbox: Mailbox, slept: Action, late_too: bool, arrives: list[str]
) -> None:
    at = START + 4 * DAY
    dispatch_ready(lambda: at)
    lumiere.firm.refresh_from_db()
    hold_mail(firm=lumiere.firm, origin=HoldOrigin.OPERATOR, reason="Move", by=SYSTEM, now=at)
    release_mail(firm=lumiere.firm, by=SYSTEM, now=at, late_too=late_too)
    assert FailedTask.objects.filter(resolved_at=None).count() == 0
    release_mail(firm=lumiere.firm, by=SYSTEM, now=at, origin=HoldOrigin.OPERATOR)
    dispatch_ready(lambda: at)
    assert (mailbox.addresses, lumiere.firm.holds_mail(at)) == (arrives, False)


@pytest.fixture
def refused(lumiere: Lumiere, mailbox: Mailbox) -> Message:
    """Asked and refused once, since when it waits for another try."""
    mailbox.refuse[NADIA] = "451 4.3.0 Busy"
    ask_signature(lumiere)
    live(START)
    mailbox.refuse.clear()
    Message.objects.update(next_try_at=machine_now())
    return Message.objects.get(outcome=Outcome.WAITING)


@pytest.fixture
def left_behind(lumiere: Lumiere, mailbox: Mailbox) -> Message:
    """Asked, and claimed by a worker that died."""
    ask_signature(lumiere)
    claim(lumiere.firm.pk, START, machine_now())
    Message.objects.update(lease_until=machine_now())
    return Message.objects.get(outcome=Outcome.SENDING)


@pytest.mark.rule("M33")
@pytest.mark.parametrize("slept", ["refused", "left_behind"])
def test_a_second_try_that_slept_is_a_backlog_too(lumiere: Lumiere, mailbox: Mailbox, slept: str, request: pytest.FixtureRequest) -> None:
    request.getfixturevalue(slept)
    dispatch_ready(lambda: START + 4 * DAY)
    lumiere.firm.refresh_from_db()
    assert (mailbox.addresses, lumiere.firm.mail_hold_origin) == ([], HoldOrigin.BACKLOG)


@pytest.mark.rule("M33")
def test_a_second_try_goes_up_to_the_most_that_the_firm_allows(lumiere: Lumiere, mailbox: Mailbox, refused: Message) -> None:
    dispatch_ready(lambda: START + 3 * DAY)
    assert mailbox.addresses == [NADIA]


def say_no_to_one(lumiere: Lumiere, at: datetime) -> None:
    """The only e-mail that waits, which is late; then a tick."""
    hold(lumiere.firm)
    assert what_waits(lumiere.firm, at).late_others == 1
    assert release_mail(firm=lumiere.firm, by=SYSTEM, now=at, late_too=False) == 0
    dispatch_ready(lambda: at)


@pytest.mark.rule("M33")
@pytest.mark.parametrize("slept", ["refused", "left_behind"])
def test_a_no_leaves_out_what_waits_for_another_try(lumiere: Lumiere, mailbox: Mailbox, slept: str, request: pytest.FixtureRequest) -> None:
    message: Message = request.getfixturevalue(slept)
    say_no_to_one(lumiere, START + 4 * DAY)
    message.refresh_from_db()
    left = Notice.objects.get(address=lumiere.nadia_address, number=0)
    assert (mailbox.addresses, message.outcome, left.verdict, left.reason) == ([], Outcome.CANCELLED, Verdict.SKIP, Reason.LEFT_OUT)
    assert ActivityLine.objects.get(verb=Verb.MAIL_RELEASED).detail == "0 e-mail"


@pytest.mark.rule("M33")
def test_what_may_have_gone_goes_no_second_time_after_a_no(lumiere: Lumiere, mailbox: Mailbox, left_behind: Message) -> None:
    Message.objects.update(handed_at=machine_now())
    say_no_to_one(lumiere, START + 4 * DAY)
    left_behind.refresh_from_db()
    assert (mailbox.addresses, left_behind.outcome) == ([], Outcome.UNCONFIRMED)


@pytest.mark.rule("M33")
def test_what_stands_in_one_e_mail_with_something_late_goes_without_that(lumiere: Lumiere, mailbox: Mailbox, refused: Message) -> None:
    ask_signature(lumiere, title="Avenant", now=START + 2 * DAY)
    late, newer = Notice.objects.filter(address=lumiere.nadia_address).order_by("pk")
    Notice.objects.filter(pk=newer.pk).update(message=refused)
    hold(lumiere.firm)
    assert release_mail(firm=lumiere.firm, by=SYSTEM, now=START + 4 * DAY, late_too=False) == 1
    dispatch_ready(lambda: START + 4 * DAY)
    late.refresh_from_db()
    refused.refresh_from_db()
    assert (mailbox.addresses, refused.outcome, list(refused.notices.all())) == ([NADIA], Outcome.SENT, [newer])
    assert (late.message, late.verdict, late.reason) == (None, Verdict.SKIP, Reason.LEFT_OUT)


@pytest.mark.rule("M33")
def test_a_try_that_staff_ask_for_is_a_yes(lumiere: Lumiere, mailbox: Mailbox, refused: Message) -> None:
    at = START + 4 * DAY
    Message.objects.update(outcome=Outcome.FAILED, next_try_at=None)
    (entry,) = entries_of(lumiere.firm, [(True, refused.pk)])
    assert retry_message(firm=lumiere.firm, entry=entry, by=SYSTEM, now=at)
    dispatch_ready(lambda: at)
    lumiere.firm.refresh_from_db()
    assert (mailbox.addresses, lumiere.firm.holds_mail(at)) == ([NADIA], False)


@pytest.mark.rule("M33")
def test_a_worker_that_has_seen_the_backlog_before_somebody_s_yes_does_not_hold_again(
    lumiere: Lumiere, mailbox: Mailbox, slept: Action
) -> None:
    at = START + 4 * DAY
    seen = firms_with_backlog(at, machine_now())
    assert (seen, hold_backlog(lumiere.firm.pk, at)) == ({lumiere.firm.pk}, True)
    release_mail(firm=lumiere.firm, by=SYSTEM, now=at)
    assert hold_backlog(lumiere.firm.pk, at)
    lumiere.firm.refresh_from_db()
    assert (lumiere.firm.holds_mail(at), FailedTask.objects.filter(resolved_at=None).count()) == (False, 0)
