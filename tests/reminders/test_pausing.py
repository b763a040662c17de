"""Pauses: until a day, with a reason; the clock stands still, and the interval goes on afterwards (X16)."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.utils import translation

from actions.errors import ActionClosed
from actions.models import Action
from clients.models import AccountAddress
from firms.actors import Actor
from firms.enums import Verb
from firms.models import ActivityLine, Firm
from lib.clock import machine_now
from notifications.enums import Outcome
from notifications.models import Message, Notice
from notifications.verdicts import Reason, Verdict
from reminders.paused import Target, count_soon, pause_card
from reminders.pausing import NoSuchPause, end_pause, pause
from reminders.rules import Schedule
from reminders.services import resend, withdraw
from tests.factories import START, ActionFactory
from tests.mail import Mailbox
from tests.people import Lumiere
from tests.story import ask_signature, live

DAY = timedelta(days=1)
THREE_TIMES = Schedule(on=True, at_most=3)


def on(number: int) -> datetime:
    """At the hour of START, so many days after it; 2 November 2026 is a Monday."""
    return START + number * DAY


def day(number: int) -> date:
    return on(number).date()


def paused(lumiere: Lumiere, target: Target, until: int, now: int, reason: str = "Congé") -> Target:
    return pause(target=target, until=day(until), reason=reason, by=Actor.staff(lumiere.emma), now=on(now))


def ended(lumiere: Lumiere, target: Target, now: int) -> Target:
    return end_pause(target=target, by=Actor.staff(lumiere.emma), now=on(now))


def days_of_e_mails(mailbox: Mailbox, first: int, last: int) -> list[int]:
    """The days on which e-mails arrived, having lived each day from `first` to `last` at the hour of START."""
    found = []
    for number in range(first, last + 1):
        before = len(mailbox.accepted)
        live(on(number))
        found += [number] * (len(mailbox.accepted) - before)
    return found


TARGETS: dict[str, Callable[[Lumiere, Action], Target]] = {
    "firm": lambda lumiere, action: lumiere.firm,
    "account": lambda lumiere, action: lumiere.bakery,
    "contact": lambda lumiere, action: lumiere.nadia,
    "request": lambda lumiere, action: action,
}


@pytest.fixture(params=TARGETS)
def whose(request: pytest.FixtureRequest) -> Callable[[Lumiere, Action], Target]:
    return TARGETS[request.param]


@pytest.mark.rule("X16")
def test_nobody_is_reminded_inside_and_the_interval_goes_on_afterwards(
    lumiere: Lumiere, mailbox: Mailbox, whose: Callable[[Lumiere, Action], Target]
) -> None:
    """One of three days has passed: after eight days of rest two are left, and the next comes three days after that."""
    action = ask_signature(lumiere, schedule=THREE_TIMES)
    live(START)
    paused(lumiere, whose(lumiere, action), until=10, now=2)
    assert days_of_e_mails(mailbox, 1, 20) == [11, 14, 17]


@pytest.mark.rule("X16")
def test_without_a_pause_they_come_every_three_days(lumiere: Lumiere, mailbox: Mailbox) -> None:
    ask_signature(lumiere, schedule=THREE_TIMES)
    live(START)
    assert days_of_e_mails(mailbox, 1, 20) == [3, 7, 10]  # the sixth is a Sunday


@pytest.mark.rule("X16")
def test_ended_early_it_goes_on_with_the_days_that_were_left(
    lumiere: Lumiere, mailbox: Mailbox, whose: Callable[[Lumiere, Action], Target]
) -> None:
    action = ask_signature(lumiere, schedule=THREE_TIMES)
    live(START)
    target = paused(lumiere, whose(lumiere, action), until=30, now=2)
    assert days_of_e_mails(mailbox, 2, 8) == []
    ended(lumiere, target, now=8)
    assert days_of_e_mails(mailbox, 8, 12) == [10]  # the ninth is 11 November


@pytest.mark.rule("X16")
def test_one_that_is_on_can_last_longer_or_shorter(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action = ask_signature(lumiere, schedule=THREE_TIMES)
    live(START)
    paused(lumiere, action, until=10, now=2)
    assert paused(lumiere, action, until=30, now=4, reason="Plus long").paused_from == day(2)
    assert days_of_e_mails(mailbox, 4, 15) == []
    paused(lumiere, action, until=17, now=16)
    assert days_of_e_mails(mailbox, 16, 20) == [18]


@pytest.mark.rule("X16")
def test_what_is_held_already_waits_for_the_end_and_goes_once_it_is_over(
    lumiere: Lumiere, mailbox: Mailbox, whose: Callable[[Lumiere, Action], Target]
) -> None:
    """Written at night, outside the firm's hours; then somebody pauses."""
    night = START + timedelta(hours=12)
    action = ask_signature(lumiere, schedule=THREE_TIMES, now=night)
    live(night)
    live(night + 3 * DAY)
    held = Notice.objects.get(action=action, number=1, contact=lumiere.nadia)
    assert (held.verdict, held.reason) == (Verdict.HOLD, Reason.OUTSIDE_HOURS)
    target = pause(target=whose(lumiere, action), until=day(10), reason="", by=Actor.staff(lumiere.emma), now=night + 3 * DAY)
    held.refresh_from_db()
    assert held.reason in {Reason.FIRM_PAUSED, Reason.ACCOUNT_PAUSED, Reason.CONTACT_PAUSED, Reason.ACTION_PAUSED}
    assert held.not_before is not None and held.not_before.date() == day(10)  # said at once, to whoever reads of it
    assert days_of_e_mails(mailbox, 4, 6) == []
    ended(lumiere, target, now=7)
    live(on(7) + timedelta(hours=7, minutes=59))  # spread over the rest of the day
    assert mailbox.addresses == ["nadia@lefevre.example"] * 2


@pytest.mark.rule("X16")
def test_only_whoever_is_paused_is_left_alone_and_the_clock_goes_on_for_the_others(lumiere: Lumiere, mailbox: Mailbox) -> None:
    ask_signature(lumiere, signers=[lumiere.nadia, lumiere.paul], schedule=THREE_TIMES)
    live(START)
    paused(lumiere, lumiere.nadia, until=5, now=1)
    live(on(3))
    assert mailbox.addresses == ["nadia@lefevre.example"] + ["paul@lefevre.example"] * 2
    live(on(7))
    assert mailbox.addresses == ["nadia@lefevre.example"] * 2 + ["paul@lefevre.example"] * 3


@pytest.mark.rule("X16")
def test_the_clock_stands_still_on_the_days_on_which_everybody_named_is_paused(lumiere: Lumiere, mailbox: Mailbox) -> None:
    """Paul is told of nothing here: that he is not paused changes nothing."""
    ask_signature(lumiere, signers=[lumiere.nadia], schedule=THREE_TIMES)
    both = ask_signature(lumiere, signers=[lumiere.nadia, lumiere.paul], schedule=THREE_TIMES, title="À deux")
    live(START)
    paused(lumiere, lumiere.nadia, until=10, now=1)
    paused(lumiere, lumiere.paul, until=9, now=1)
    assert days_of_e_mails(mailbox, 1, 10) == []
    assert Notice.objects.filter(action=both, number__gt=0).count() == 0
    live(on(11))  # two days of three are over for both requests
    assert Notice.objects.filter(action=both, number__gt=0).count() == 2


@pytest.mark.rule("X16")
def test_a_second_pause_keeps_the_days_of_the_first(lumiere: Lumiere, mailbox: Mailbox, whose: Callable[[Lumiere, Action], Target]) -> None:
    """Ten days: two before the first pause, three between the two, five after the second."""
    action = ask_signature(lumiere, schedule=Schedule(on=True, every_days=10))
    live(START)
    target = paused(lumiere, whose(lumiere, action), until=8, now=3)
    paused(lumiere, target, until=21, now=11)
    assert days_of_e_mails(mailbox, 1, 40) == [25]


@pytest.mark.rule("X16")
def test_a_second_pause_keeps_the_open_days_of_the_first(lumiere: Lumiere, mailbox: Mailbox) -> None:
    """Open days alone: 3 and 4 November before, 9 to 11 paused, 12 and 13 between, 16 to 20 paused; the rest from the 23rd on."""
    Firm.objects.filter(pk=lumiere.firm.pk).update(open_days_only=True, keeps_holidays=False)
    action = ask_signature(lumiere, schedule=Schedule(on=True, every_days=7))
    live(START)
    pause(target=lumiere.bakery, until=date(2026, 11, 12), reason="", by=Actor.staff(lumiere.emma), now=on(3))
    pause(target=lumiere.bakery, until=date(2026, 11, 23), reason="", by=Actor.staff(lumiere.emma), now=on(14))
    assert Action.objects.get(pk=action.pk).counted_from != START
    # 3, 4 | 12, 13 | 23, 24, 25
    assert days_of_e_mails(mailbox, 1, 40) == [23]


@pytest.mark.rule("X16")
def test_staff_s_own_e_mails_go_in_spite_of_it(lumiere: Lumiere, mailbox: Mailbox) -> None:
    paused(lumiere, lumiere.firm, until=10, now=0)
    action = ask_signature(lumiere)
    live(START)
    resend(action=action, by=Actor.staff(lumiere.claire), now=on(1))
    live(on(1))
    assert mailbox.addresses == ["nadia@lefevre.example"] * 2


@pytest.mark.rule("X16")
def test_it_begins_today_and_ends_after_today_by_the_firm_s_clock(lumiere: Lumiere) -> None:
    late = datetime.fromisoformat("2026-11-02T23:30:00+00:00")  # the 3rd in Paris
    for until in (date(2026, 11, 3), date(2026, 11, 2), date(2029, 11, 3)):
        with pytest.raises(NoSuchPause):
            pause(target=lumiere.bakery, until=until, reason="", by=Actor.staff(lumiere.emma), now=late)
    account = pause(target=lumiere.bakery, until=date(2026, 11, 4), reason="Congé", by=Actor.staff(lumiere.emma), now=late)
    assert (account.paused_from, account.paused_until, account.paused_by) == (date(2026, 11, 3), date(2026, 11, 4), "Emma Girard")


def test_a_closed_request_is_not_paused(lumiere: Lumiere) -> None:
    action = ask_signature(lumiere)
    withdraw(action=action, by=Actor.staff(lumiere.claire), now=START)
    with pytest.raises(ActionClosed):
        paused(lumiere, action, until=5, now=1)


@pytest.mark.rule("X16")
def test_the_log_says_who_paused_what_until_when_and_why(lumiere: Lumiere, whose: Callable[[Lumiere, Action], Target]) -> None:
    action = ask_signature(lumiere)
    with translation.override("en"):  # somebody may work in another language than the firm's
        target = paused(lumiere, whose(lumiere, action), until=10, now=2)
        ended(lumiere, target, now=3)
    ended(lumiere, target, now=3)  # nothing is paused any more
    verbs = [Verb.REMINDERS_PAUSED, Verb.REMINDERS_RESUMED]
    lines = ActivityLine.objects.filter(verb__in=verbs).order_by("pk")
    assert list(lines.values_list("verb", "actor_name")) == [(verb, "Emma Girard") for verb in verbs]
    assert [line.detail for line in lines] == ["jusqu’au 12 novembre 2026\xa0: Congé", "elle devait durer jusqu’au 12 novembre 2026"]


@pytest.mark.rule("X16")
def test_before_it_ends_it_is_counted_what_would_go_within_a_week(lumiere: Lumiere, mailbox: Mailbox) -> None:
    soon, later = ask_signature(lumiere, title="Bientôt"), ask_signature(lumiere, title="Plus tard", schedule=Schedule(True, 30))
    ask_signature(lumiere, title="Sans", schedule=Schedule(on=False))
    ActionFactory(firm=lumiere.firm, account=lumiere.tilleuls, opened_by=lumiere.claire)
    live(START)
    account = paused(lumiere, lumiere.bakery, until=60, now=1)
    live(on(3))  # the sweep has put the first one off
    assert Action.objects.get(pk=soon.pk).next_reminder_at == on(63)  # a Monday
    card = pause_card(account, on(4), may=True)
    assert (card.is_on, card.held, card.by, card.reason) == (True, 2, "Emma Girard", "Congé")
    assert count_soon(account, on(4)) == 1
    assert count_soon(paused(lumiere, later, until=60, now=4), on(4)) == 0


@pytest.mark.rule("X16")
def test_who_is_not_told_anyway_keeps_no_clock_going(lumiere: Lumiere, mailbox: Mailbox) -> None:
    AccountAddress.objects.filter(pk=lumiere.paul_at_bakery.pk).update(notify=False)
    ask_signature(lumiere, signers=[lumiere.nadia, lumiere.paul], schedule=THREE_TIMES)
    live(START)
    paused(lumiere, lumiere.nadia, until=10, now=2)
    assert days_of_e_mails(mailbox, 1, 12) == [11]


@pytest.mark.rule("X16")
def test_a_reminder_that_was_tried_before_the_pause_is_looked_at_once_it_ends(lumiere: Lumiere, mailbox: Mailbox) -> None:
    ask_signature(lumiere)
    live(START)
    mailbox.refuse["nadia@lefevre.example"] = "451 4.3.0 Busy"
    live(on(3))
    mailbox.refuse.clear()
    account = paused(lumiere, lumiere.bakery, until=20, now=3)
    waits = Message.objects.filter(outcome=Outcome.WAITING)
    waits.update(next_try_at=machine_now())
    live(on(3))
    assert waits.filter(next_try_at__gt=machine_now() + 10 * DAY).exists()
    assert count_soon(account, on(4)) == 1
    ended(lumiere, account, now=4)
    live(on(4))
    assert len(mailbox.accepted) == 2
