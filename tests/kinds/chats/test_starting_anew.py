"""A conversation's newest message, and one taken out of the archive again: what was held, told or due before counts no more."""

from datetime import datetime, timedelta

import pytest

from actions.models import Action
from firms.actors import Actor
from kinds.chats.keeping import archive_thread, reopen_thread
from notifications.enums import Priority
from notifications.models import Notice
from notifications.verdicts import Reason, Verdict
from reminders.rules import Schedule
from tests.chatting import adds, thread_in, wrote
from tests.factories import START
from tests.mail import Mailbox, text_of
from tests.people import Lumiere
from tests.story import live

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
WINDOW = 10 * MINUTE
NADIA = "nadia@lefevre.example"
FRIDAY = START + 4 * DAY + 12 * HOUR  # ten in the evening: reminders are held until Monday
SATURDAY = FRIDAY + 14 * HOUR


def fresh(action: Action) -> Action:
    return Action.objects.get(pk=action.pk)


def live_from(begin: datetime) -> None:
    """Every six hours for twelve days."""
    for number in range(48):
        live(begin + number * 6 * HOUR)


def reminders(mailbox: Mailbox) -> list[str]:
    return [text_of(mail) for mail in mailbox.to(NADIA) if str(mail["Subject"]).startswith("Rappel")]


def held_over_the_weekend(lumiere: Lumiere) -> Action:
    lumiere.firm.show_context = True
    lumiere.firm.save()
    action = wrote(lumiere, now=FRIDAY - 3 * DAY)
    live(FRIDAY - 3 * DAY + WINDOW)
    live(FRIDAY)
    return fresh(action)


def held(action: Action) -> list[tuple[str, str]]:
    return list(Notice.objects.filter(action=action, priority=Priority.REMINDER, email=NADIA, number=1).values_list("verdict", "reason"))


# --- Reminders that are held -------------------------------------------------------------------------------------------


@pytest.mark.rule("D18")
def test_a_reminder_held_over_the_weekend_does_not_go_after_a_new_message(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action = held_over_the_weekend(lumiere)
    adds(lumiere, thread_in(action), SATURDAY, "NOUVELLE QUESTION", schedule=Schedule(on=True, every_days=7, at_most=1))
    assert held(action) == [(Verdict.SKIP, Reason.OUT_OF_DATE)]  # the why log says so at once
    live_from(SATURDAY)
    (said,) = reminders(mailbox)
    assert ["renouveler le bail" in said, "NOUVELLE QUESTION" in said] == [False, True]


@pytest.mark.rule("D21", "D23", "M19")
def test_archived_and_reopened_over_a_weekend_it_is_reminded_of_once(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action = held_over_the_weekend(lumiere)
    claire = Actor.staff(lumiere.claire)
    archive_thread(thread=thread_in(action), by=claire, now=FRIDAY + HOUR)
    reopen_thread(thread=thread_in(action), by=claire, now=SATURDAY)
    live_from(SATURDAY)
    assert len(reminders(mailbox)) == 1


# --- Days that are over ------------------------------------------------------------------------------------------------


@pytest.mark.rule("D23", "M19")
def test_reopened_it_does_not_end_by_a_day_that_is_over(lumiere: Lumiere) -> None:
    last_day = (START + 2 * DAY).date()
    action = wrote(lumiere, due_on=(START + DAY).date(), expires_on=last_day)
    claire = Actor.staff(lumiere.claire)
    archive_thread(thread=thread_in(action), by=claire, now=START + HOUR)
    reopen_thread(thread=thread_in(action), by=claire, now=START + 2 * DAY)
    assert (fresh(action).due_on, fresh(action).expires_on) == (None, last_day)  # that day is still to end
    archive_thread(thread=thread_in(action), by=claire, now=START + 2 * DAY + HOUR)
    reopen_thread(thread=thread_in(action), by=claire, now=START + 5 * DAY)
    live(START + 5 * DAY)
    assert (fresh(action).is_open, fresh(action).expires_on) == (True, None)


@pytest.mark.rule("D18")
def test_a_new_message_has_no_day_of_the_one_before(lumiere: Lumiere) -> None:
    action = wrote(lumiere, due_on=(START + DAY).date(), expires_on=(START + DAY).date())
    adds(lumiere, thread_in(action), START + DAY)
    live(START + 3 * DAY)
    assert (fresh(action).is_open, fresh(action).due_on, fresh(action).expires_on) == (True, None, None)
