"""Where everybody who is told is paused, and then somebody else is told too: the reminder comes in its rhythm, not when the pause ends."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from actions.models import Action, ActionParty
from clients.addresses import change_preferences, change_switches
from clients.contacts import archive_contact, restore_contact
from clients.models import Address
from clients.people import unlink_contact
from firms.actors import Actor
from notifications.enums import SuppressionReason
from notifications.models import Suppression
from notifications.services import suppress_address
from reminders.overslept import bring_forward, bring_forward_in, firms_where_people_pause
from reminders.pausing import end_pause, pause
from reminders.rules import Schedule
from reminders.services import change_reminders
from reminders.sweep import set_aside
from reminders.tasks import bring_reminders_forward
from tests.factories import START
from tests.mail import Mailbox
from tests.people import Lumiere
from tests.story import ask_signature, live

DAY = timedelta(days=1)
NEXT_MONTH = (START + 30 * DAY).date()
PAUL = "paul@lefevre.example"


def on(number: int) -> datetime:
    return START + number * DAY


def lived(first: int, last: int) -> None:
    """What beat and worker do, once a day at the hour of START."""
    for number in range(first, last + 1):
        bring_forward(on(number))
        live(on(number))


def fresh(action: Action) -> Action:
    return Action.objects.get(pk=action.pk)


def by(lumiere: Lumiere) -> Actor:
    return Actor.staff(lumiere.emma)


def notify(lumiere: Lumiere, on: bool, now: datetime) -> None:
    change_switches(account=lumiere.bakery, address=lumiere.paul_address, by=by(lumiere), now=now, notify=on)


def prefer(lumiere: Lumiere, on: bool, now: datetime) -> None:
    change_preferences(account=lumiere.bakery, address=lumiere.paul_address, by=by(lumiere), now=now, wants_signatures=on)


def deliverable(lumiere: Lumiere, on: bool, now: datetime) -> None:
    if on:
        Suppression.objects.update(lifted_at=now)
    else:
        suppress_address(
            firm=lumiere.firm,
            address_id=lumiere.paul_address.pk,
            reason=SuppressionReason.NO_SUCH_ADDRESS,
            detail="",
            by=by(lumiere),
            now=now,
        )


def around(lumiere: Lumiere, on: bool, now: datetime) -> None:
    if on:
        restore_contact(contact=lumiere.paul, by=by(lumiere), now=now)
    else:
        archive_contact(contact=lumiere.paul, by=by(lumiere), now=now)


def linked(lumiere: Lumiere, on: bool, now: datetime) -> None:
    """As an address is that had been replaced, and is its contact's again."""
    Address.objects.filter(pk=lumiere.paul_address.pk).update(unlinked_at=None if on else now, is_primary=on)


WRITERS = [notify, prefer, deliverable, around, linked]


@pytest.fixture(params=WRITERS, ids=lambda writer: writer.__name__)
def tell_paul(request: pytest.FixtureRequest) -> Callable[[Lumiere, bool, datetime], None]:
    writer: Callable[[Lumiere, bool, datetime], None] = request.param
    return writer


def asked_and_looked_at(lumiere: Lumiere) -> Action:
    """Nadia and Paul are to sign, and Nadia is paused until next month; the sweep has seen it."""
    pause(target=lumiere.nadia, until=NEXT_MONTH, reason="Congé", by=by(lumiere), now=START - DAY)
    action = ask_signature(lumiere, signers=[lumiere.nadia, lumiere.paul])
    change_reminders(action=action, schedule=Schedule(on=True, at_most=3), by=by(lumiere), now=START)
    live(START)
    assert (fresh(action).next_reminder_at or START) > on(30)
    return action


@pytest.fixture
def quiet(lumiere: Lumiere, mailbox: Mailbox, tell_paul: Callable[[Lumiere, bool, datetime], None]) -> Action:
    tell_paul(lumiere, False, START - DAY)
    return asked_and_looked_at(lumiere)


@pytest.fixture
def alone(lumiere: Lumiere, mailbox: Mailbox) -> Action:
    notify(lumiere, False, START - DAY)
    return asked_and_looked_at(lumiere)


@pytest.mark.rule("X16")
def test_it_goes_at_its_nominal_time_to_whoever_is_told_now(
    lumiere: Lumiere, mailbox: Mailbox, quiet: Action, tell_paul: Callable[[Lumiere, bool, datetime], None]
) -> None:
    tell_paul(lumiere, True, on(1))
    assert bring_forward(on(1)) == 1
    assert fresh(quiet).next_reminder_at == on(3)
    before = len(mailbox.accepted)
    lived(2, 3)
    assert mailbox.addresses[before:] == [PAUL]


@pytest.mark.rule("X16")
def test_what_had_passed_before_is_not_made_up_for(
    lumiere: Lumiere, mailbox: Mailbox, quiet: Action, tell_paul: Callable[[Lumiere, bool, datetime], None]
) -> None:
    """Every third open day from 2 November on: the 5th and the 9th were nobody's, the 12th is Paul's."""
    tell_paul(lumiere, True, on(8))
    before = len(mailbox.accepted)
    lived(8, 9)
    assert mailbox.addresses[before:] == []
    lived(10, 10)
    assert mailbox.addresses[before:] == [PAUL]
    assert fresh(quiet).reminders_sent == 1


def test_where_nothing_has_changed_nothing_does(lumiere: Lumiere, alone: Action) -> None:
    before = fresh(alone)
    assert bring_forward(on(1)) == 0
    assert (fresh(alone).next_reminder_at, fresh(alone).scheduled_at) == (before.next_reminder_at, before.scheduled_at)


def test_one_that_has_just_become_due_goes_at_once(lumiere: Lumiere, mailbox: Mailbox, alone: Action) -> None:
    """The tick comes every ten minutes: NOTIFY was on in time."""
    notify(lumiere, True, on(3) - timedelta(minutes=1))
    later = on(3) + timedelta(minutes=9)
    assert bring_forward(later) == 1
    live(later)
    assert mailbox.addresses[-1] == PAUL


def test_after_the_pause_it_is_not_late_but_in_its_rhythm(lumiere: Lumiere, mailbox: Mailbox, alone: Action) -> None:
    """Nadia is back since yesterday, and her clock runs; Paul comes to it: without her days of rest it would be weeks late."""
    end_pause(target=lumiere.nadia, by=by(lumiere), now=on(15))
    live(on(15))
    notify(lumiere, True, on(16))
    before = len(mailbox.accepted)
    lived(16, 19)
    assert sorted(mailbox.addresses[before:]) == ["nadia@lefevre.example", PAUL]


def test_the_worker_does_it(lumiere: Lumiere, alone: Action) -> None:
    notify(lumiere, True, on(1))
    assert bring_reminders_forward() == 1


def test_only_firms_where_somebody_s_pause_may_put_something_off_are_visited(lumiere: Lumiere, mailbox: Mailbox) -> None:
    ask_signature(lumiere)
    assert firms_where_people_pause() == []
    pause(target=lumiere.nadia, until=NEXT_MONTH, reason="", by=by(lumiere), now=START)
    assert firms_where_people_pause() == [lumiere.firm.pk]
    Action.objects.update(counted_from=on(40), next_reminder_at=on(43))
    assert firms_where_people_pause() == []


def test_it_is_found_though_whoever_was_paused_is_gone(lumiere: Lumiere, mailbox: Mailbox, alone: Action) -> None:
    ActionParty.objects.filter(action=alone).delete()
    unlink_contact(account=lumiere.bakery, contact=lumiere.nadia, by=by(lumiere), now=on(1))
    notify(lumiere, True, on(2))
    assert bring_forward(on(2)) == 1
    lived(3, 3)
    assert mailbox.addresses[-1] == PAUL


def test_what_was_set_aside_waits_for_its_hour(lumiere: Lumiere, alone: Action) -> None:
    notify(lumiere, True, on(2))
    Action.objects.filter(pk=alone.pk).update(next_reminder_at=on(3))
    set_aside(lumiere.firm.pk, alone.pk, on(3))
    before = fresh(alone)
    assert bring_forward(on(3) + timedelta(minutes=10)) == 0
    assert (fresh(alone).next_reminder_at, fresh(alone).scheduled_at) == (before.next_reminder_at, before.scheduled_at)


@pytest.mark.parametrize("count", [1, 3])
def test_a_visit_where_nothing_has_changed_costs_the_same_however_many_wait(lumiere: Lumiere, alone: Action, count: int) -> None:
    for number in range(1, count):
        ask_signature(lumiere, title=f"Lettre {number}")
    live(START)
    with CaptureQueriesContext(connection) as queries:
        assert bring_forward_in(lumiere.firm.pk, on(1)) == 0
    assert len(queries) == 6
