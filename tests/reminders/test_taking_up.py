"""Reminders that told nobody go on once somebody can be told (M28)."""

from datetime import timedelta

import pytest

from actions.models import Action
from actions.stops import Stop
from clients.models import AccountAddress
from firms.enums import FailedTaskKind, Verb
from firms.models import ActivityLine, FailedTask
from reminders.rules import Schedule
from reminders.taking_up import firms_to_take_up, take_up
from tests.factories import START
from tests.mail import Mailbox
from tests.people import Lumiere
from tests.story import ask_signature, live

DAY = timedelta(days=1)


def notify(lumiere: Lumiere, on: bool) -> None:
    AccountAddress.objects.filter(pk=lumiere.nadia_at_bakery.pk).update(notify=on)


@pytest.fixture
def untold(lumiere: Lumiere, mailbox: Mailbox) -> Action:
    """Nadia was told of it; when its first reminder was due her NOTIFY was off."""
    action = ask_signature(lumiere, schedule=Schedule(on=True, at_most=2))
    live(START)
    notify(lumiere, on=False)
    live(START + 3 * DAY)
    return action


def fresh(action: Action) -> Action:
    return Action.objects.get(pk=action.pk)


@pytest.mark.rule("M28")
def test_with_nobody_to_tell_they_end_and_the_office_is_told(lumiere: Lumiere, untold: Action) -> None:
    assert (fresh(untold).stop_reason, fresh(untold).next_reminder_at, fresh(untold).reminders_sent) == (Stop.NOBODY, None, 0)
    assert FailedTask.objects.get().kind == FailedTaskKind.NOBODY_TO_NOTIFY
    assert take_up(START + 5 * DAY) == 0
    assert fresh(untold).stop_reason == Stop.NOBODY


@pytest.mark.rule("M28")
def test_once_somebody_can_be_told_they_go_on_in_their_rhythm_without_making_up(lumiere: Lumiere, mailbox: Mailbox, untold: Action) -> None:
    """Every third open day from 2 November on: the 5th told nobody, the 9th was not looked at, the 12th comes."""
    notify(lumiere, on=True)
    assert take_up(START + 8 * DAY) == 1
    assert (fresh(untold).stop_reason, fresh(untold).next_reminder_at) == ("", START + 10 * DAY)
    assert take_up(START + 8 * DAY) == 0
    for number in range(8, 30):
        live(START + number * DAY)
    subjects = [m["Subject"].partition(":")[0].strip() for m in mailbox.to("nadia@lefevre.example")[1:]]
    assert subjects == ["Rappel 1 sur 2", "Rappel 2 sur 2"]


@pytest.mark.rule("M28")
def test_the_log_says_so_and_the_office_need_do_nothing(lumiere: Lumiere, untold: Action) -> None:
    notify(lumiere, on=True)
    take_up(START + 8 * DAY)
    line = ActivityLine.objects.get(verb=Verb.REMINDERS_TAKEN_UP)
    assert (line.action_id, line.actor_name) == (untold.pk, "Relance")
    assert FailedTask.objects.filter(resolved_at=None).count() == 0


@pytest.mark.rule("M28")
def test_where_one_of_two_named_has_done_it_only_the_other_counts(lumiere: Lumiere, mailbox: Mailbox) -> None:
    """Paul is not named, and hears of everything: nobody is reminded of what only Nadia owes."""
    action = ask_signature(lumiere, signers=[lumiere.nadia])
    live(START)
    notify(lumiere, on=False)
    live(START + 3 * DAY)
    assert take_up(START + 4 * DAY) == 0
    assert fresh(action).stop_reason == Stop.NOBODY


def test_only_firms_with_something_to_take_up_are_visited(lumiere: Lumiere, mailbox: Mailbox) -> None:
    assert firms_to_take_up() == []
    ask_signature(lumiere)
    live(START)
    notify(lumiere, on=False)
    live(START + 3 * DAY)
    assert firms_to_take_up() == [lumiere.firm.pk]
