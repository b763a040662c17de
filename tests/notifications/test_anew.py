"""A reminder that was held says what is asked when it leaves, and one of an earlier round leaves no more."""

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from actions.models import Action
from firms.actors import Actor
from kinds.client_tasks.services import change_task, tick
from lib.clock import machine_now
from notifications.dispatch.anew import say_anew
from notifications.dispatch.claim import claim
from notifications.dispatch.posting import send
from notifications.dispatch.send import dispatch_ready
from notifications.enums import Priority
from notifications.models import Notice
from notifications.verdicts import Reason, Verdict
from reminders.rules import Schedule
from reminders.services import change_reminders, resend
from tests.factories import START
from tests.mail import Mailbox, text_of
from tests.people import Lumiere
from tests.story import ask_signature, evening, live
from tests.tasking import THREE, tasked, tasks
from ways.transports import open_transport

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NADIA = "nadia@lefevre.example"
FRIDAY = START + 4 * DAY + 12 * HOUR  # ten in the evening: reminders are held until Monday
MONDAY = evening(START + 7 * DAY)


@pytest.fixture(autouse=True)
def shown(lumiere: Lumiere) -> None:
    lumiere.firm.show_context = True
    lumiere.firm.save()


def reminder() -> Notice:
    return Notice.objects.get(priority=Priority.REMINDER, email=NADIA)


def hold_over_the_weekend(action: Action) -> Action:
    """Asked on Tuesday evening, its reminder is written on Friday evening."""
    live(FRIDAY - 3 * DAY)
    live(FRIDAY)
    assert (reminder().verdict, reminder().reason) == (Verdict.HOLD, Reason.OUTSIDE_HOURS)
    return Action.objects.get(pk=action.pk)


@pytest.mark.rule("M20")
def test_a_held_reminder_names_only_what_is_open_when_it_leaves(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action = hold_over_the_weekend(tasked(lumiere, now=FRIDAY - 3 * DAY))
    ticked, changed, left = tasks(action)
    tick(action=action, code=ticked.code, by=Actor.staff(lumiere.claire), now=FRIDAY + DAY)
    change_task(action=action, code=changed.code, task=THREE[2], by=Actor.staff(lumiere.claire), now=FRIDAY + DAY)
    live(MONDAY)
    said = text_of(mailbox.to(NADIA)[-1])
    assert [text in said for text in (ticked.text, changed.text, left.text)] == [False, False, True]
    assert [row["ITEM"] for row in reminder().values["rows"]] == [left.text, left.text]


@pytest.mark.rule("D33")
def test_a_held_reminder_says_the_message_as_it_was_last_sent(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action = hold_over_the_weekend(ask_signature(lumiere, now=FRIDAY - 3 * DAY, message="Bientôt, merci."))
    resend(action=action, by=Actor.staff(lumiere.claire), now=FRIDAY + 12 * HOUR, message="Avant vendredi, merci.")
    live(MONDAY)
    said = text_of(mailbox.to(NADIA)[-1])
    assert ["Bientôt" in said, "Avant vendredi" in said] == [False, True]


def test_reading_anew_costs_the_same_for_many(lumiere: Lumiere, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for _ in range(3):
        tasked(lumiere, now=FRIDAY - 3 * DAY)
    live(FRIDAY)
    Action.objects.update(message="Merci.")
    held = list(Notice.objects.filter(priority=Priority.REMINDER, email=NADIA).select_related("action"))
    with django_assert_num_queries(2):  # their rows, and what differs
        say_anew(held)
    assert [notice.values["context"] for notice in Notice.objects.filter(priority=Priority.REMINDER, email=NADIA)] == ["Merci."] * 3
    with django_assert_num_queries(1):
        say_anew(held)


@pytest.mark.rule("D18")
def test_a_reminder_of_an_earlier_round_is_skipped_at_the_claim(lumiere: Lumiere, mailbox: Mailbox) -> None:
    hold_over_the_weekend(ask_signature(lumiere, now=FRIDAY - 3 * DAY))
    Action.objects.update(round=1)
    dispatch_ready(lambda: MONDAY)
    assert (reminder().verdict, reminder().reason, len(mailbox.to(NADIA))) == (Verdict.SKIP, Reason.OUT_OF_DATE, 1)


@pytest.mark.rule("D18")
def test_a_reminder_whose_round_ends_between_claim_and_hand_over_stays_here(lumiere: Lumiere, mailbox: Mailbox) -> None:
    hold_over_the_weekend(ask_signature(lumiere, now=FRIDAY - 3 * DAY))
    (claimed,) = claim(lumiere.firm.pk, MONDAY, machine_now()).claims
    Action.objects.update(round=1)
    transport = open_transport()
    assert not send(lumiere.firm.pk, claimed, transport, lambda: MONDAY)
    transport.close()
    assert (reminder().verdict, reminder().reason, len(mailbox.to(NADIA))) == (Verdict.SKIP, Reason.OUT_OF_DATE, 1)


@pytest.mark.rule("D18")
def test_a_refused_reminder_of_an_earlier_round_is_not_tried_again(lumiere: Lumiere, mailbox: Mailbox) -> None:
    hold_over_the_weekend(ask_signature(lumiere, now=FRIDAY - 3 * DAY))
    mailbox.refuse[NADIA] = "451 4.3.2 Try again later"
    dispatch_ready(lambda: MONDAY)
    mailbox.refuse.clear()
    Action.objects.update(round=1)
    claim(lumiere.firm.pk, MONDAY + HOUR, machine_now() + DAY)
    assert (reminder().verdict, reminder().reason, len(mailbox.to(NADIA))) == (Verdict.SKIP, Reason.OUT_OF_DATE, 1)


@pytest.mark.rule("D15")
def test_a_held_reminder_that_is_one_too_many_by_now_does_not_go(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action = ask_signature(lumiere, now=FRIDAY - 2 * DAY, schedule=Schedule(on=True, every_days=1, at_most=3))
    for at in (FRIDAY - 2 * DAY, FRIDAY - DAY, evening(FRIDAY), FRIDAY):
        live(at)
    change_reminders(action=action, schedule=Schedule(on=True, every_days=1), by=Actor.staff(lumiere.claire), now=FRIDAY + HOUR)
    live(MONDAY)
    live(evening(MONDAY))
    second = Notice.objects.get(action=action, number=2, email=NADIA)
    assert (second.verdict, second.reason, len(mailbox.to(NADIA))) == (Verdict.SKIP, Reason.OUT_OF_DATE, 2)


@pytest.mark.rule("M16")
def test_a_reminder_whose_next_is_written_gives_way_at_the_claim(lumiere: Lumiere, mailbox: Mailbox) -> None:
    hold_over_the_weekend(ask_signature(lumiere, now=FRIDAY - 3 * DAY, schedule=Schedule(on=True, at_most=3)))
    Action.objects.update(reminders_sent=2)
    dispatch_ready(lambda: MONDAY)
    assert (reminder().verdict, reminder().reason, len(mailbox.to(NADIA))) == (Verdict.SKIP, Reason.SUPERSEDED, 1)
