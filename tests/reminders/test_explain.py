"""What the page of a request and the lists say next, for each cause; and that it then leaves at that very minute, to that very address."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from actions.models import Action
from actions.stops import Stop
from clients.models import Account, AccountAddress, Contact
from desk.next_step import NextStep, Step
from desk.rows import rows_of
from firms.actors import Actor
from firms.models import FailedTask, Firm
from reminders.explaining.explain import WhatNext, what_happens_next
from reminders.explaining.timeline import ACCOUNT, CONTACT, CONTACTS, HOURS, LATE, REMINDERS
from reminders.rules import Schedule
from reminders.services import change_reminders, resend
from tests.factories import START, AccountFactory
from tests.mail import Mailbox
from tests.people import Lumiere
from tests.story import ask_signature, live, own_minute

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
NADIA, PAUL = "nadia@lefevre.example", "paul@lefevre.example"
TUESDAY, WEDNESDAY, FRIDAY = START + DAY, START + 2 * DAY, START + 4 * DAY  # 10:00 in Paris


@pytest.fixture(autouse=True)
def reader() -> Iterator[None]:
    with translation.override("en"), timezone.override("Europe/Paris"):
        yield


def settle(lumiere: Lumiere, **values: object) -> None:
    Firm.objects.filter(pk=lumiere.firm.pk).update(**values)
    lumiere.firm.refresh_from_db()


def fresh(action: Action) -> Action:
    return Action.objects.select_related("firm", "account").get(pk=action.pk)


def said(action: Action, now: datetime) -> WhatNext:
    action = fresh(action)
    return what_happens_next(action.firm, action, now)


def whys(following: WhatNext) -> list[tuple[str, str]]:
    return [(why.text, why.setting) for why in following.whys]


def listed(lumiere: Lumiere, action: Action, now: datetime) -> NextStep:
    return rows_of([fresh(action)], lumiere.claire, now)[0].next


def comes_true(lumiere: Lumiere, mailbox: Mailbox, action: Action, now: datetime, *addresses: str) -> WhatNext:
    """The page's word and the list's are one, nothing leaves before, and then it does."""
    following, step = said(action, now), listed(lumiere, action, now)
    assert following.at is not None
    assert (step.at, step.number, step.of) == (following.at, following.number, following.of)
    mailbox.accepted.clear()
    if now < following.at - MINUTE:
        if following.due_at and now < following.due_at < following.at:
            live(following.due_at)
        live(following.at - MINUTE)
        assert mailbox.addresses == []
    live(following.at)
    assert mailbox.addresses == sorted(addresses or (NADIA,))
    return following


@pytest.mark.rule("X01")
def test_next_reminder_is_said_with_its_number_people_instant_and_reason(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action = ask_signature(lumiere, signers=[lumiere.nadia, lumiere.paul], schedule=Schedule(True, 1, 3))
    live(START)
    following = comes_true(lumiere, mailbox, action, START, NADIA, PAUL)
    assert (following.number, following.of, following.at, following.moment) == (1, 3, TUESDAY, "tomorrow")
    assert (following.names, following.because) == (["Nadia Lefèvre", "Paul Lefèvre"], "it is not signed yet")
    assert whys(following) == []


@pytest.mark.rule("X01", "X03")
def test_day_of_the_week_on_which_nothing_goes_is_named(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action = ask_signature(lumiere, now=WEDNESDAY)
    live(WEDNESDAY)
    following = comes_true(lumiere, mailbox, action, WEDNESDAY)
    assert following.at == START + 7 * DAY
    assert whys(following) == [("Its day would be Sat 7 Nov, a day of the week on which the firm sends no reminders.", HOURS)]


@pytest.mark.rule("X01", "X03")
@pytest.mark.parametrize(
    ("asked", "leaves", "day", "name"),
    [
        (datetime(2026, 11, 8, 9, tzinfo=UTC), datetime(2026, 11, 12, 9, tzinfo=UTC), "Wed 11 Nov", "Armistice"),
        (datetime(2026, 10, 29, 9, tzinfo=UTC), datetime(2026, 11, 2, 9, tzinfo=UTC), "Sun 1 Nov", "Toussaint"),
        (datetime(2026, 11, 13, 9, tzinfo=UTC), datetime(2026, 11, 18, 9, tzinfo=UTC), "Mon 16 Nov", "Inventaire"),
    ],
)
def test_holiday_is_named(lumiere: Lumiere, mailbox: Mailbox, asked: datetime, leaves: datetime, day: str, name: str) -> None:
    settle(lumiere, closings=[{"first": "2026-11-16", "last": "2026-11-17", "name": "Inventaire"}])
    action = ask_signature(lumiere, now=asked)
    live(asked)
    following = comes_true(lumiere, mailbox, action, asked)
    assert following.at == leaves
    assert whys(following) == [(f"Its day would be {day}, but the firm is closed: {name}.", HOURS)]


@pytest.mark.rule("X01", "X03")
def test_closed_days_that_do_not_count_are_named(lumiere: Lumiere, mailbox: Mailbox) -> None:
    settle(lumiere, open_days_only=True)
    asked = datetime(2026, 11, 9, 9, tzinfo=UTC)  # a Monday
    action = ask_signature(lumiere, now=asked)
    live(asked)
    following = comes_true(lumiere, mailbox, action, asked)
    assert following.at == datetime(2026, 11, 13, 9, tzinfo=UTC)
    assert whys(following) == [("Closed days do not count: Wed 11 Nov (Armistice).", HOURS)]


@pytest.mark.rule("X01", "X03")
def test_hours_are_said_and_each_persons_own_minute(lumiere: Lumiere, mailbox: Mailbox) -> None:
    night = START + timedelta(hours=11)  # 21:00 in Paris
    action = ask_signature(lumiere, signers=[lumiere.nadia, lumiere.paul], schedule=Schedule(True, 2, 1), now=night)
    live(night)
    minutes = {NADIA: own_minute(lumiere.nadia, date(2026, 11, 5)), PAUL: own_minute(lumiere.paul, date(2026, 11, 5))}
    (first, at), (_, later) = sorted(minutes.items(), key=lambda one: one[1])
    following = comes_true(lumiere, mailbox, action, night, first)
    assert (following.at, [each.at for each in following.others]) == (at, [later])
    hours = "It is due on Wed 4 Nov, 21:00, but reminders go from 08:30 to 18:00 by the reader's clock."
    assert whys(following) == [(hours, HOURS)]
    assert [(who.email, who.decision.until) for who in following.people] == list(minutes.items())


@pytest.mark.rule("X01", "X16")
def test_pause_of_each_is_named_with_its_reason_and_its_end(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action = ask_signature(lumiere)  # due on Thursday 5 November
    live(START)
    pause = {"paused_from": date(2026, 11, 3), "paused_until": date(2026, 11, 6), "pause_reason": "travaux"}
    none = {"paused_from": None, "paused_until": None, "pause_reason": ""}
    targets = {
        "The firm's reminders are": (Firm.objects.filter(pk=lumiere.firm.pk), HOURS),
        "Reminders of this account are": (Account.objects.filter(pk=lumiere.bakery.pk), ACCOUNT),
        "Reminders to Nadia Lefèvre are": (Contact.objects.filter(pk=lumiere.nadia.pk), CONTACT),
        "Reminders of this request are": (Action.objects.filter(pk=action.pk), REMINDERS),
    }
    for begins, (rows, setting) in targets.items():
        rows.update(**pause)
        following = said(action, TUESDAY)
        assert whys(following)[0] == (f"{begins} paused until Fri 6 Nov. Reason: travaux.", setting)
        assert listed(lumiere, action, TUESDAY) == NextStep(Step.PAUSED, 1, 1, following.at, date(2026, 11, 6))
        rows.update(**none)
    Action.objects.filter(pk=action.pk).update(**pause)
    following = comes_true(lumiere, mailbox, action, TUESDAY)
    assert following.at == datetime(2026, 11, 9, 9, tzinfo=UTC)  # three paused days: Sunday becomes Monday
    assert [text for text, _ in whys(said(ask_signature(lumiere), START))] == []


def test_sentence_ends_once_after_a_month_cut_short(lumiere: Lumiere) -> None:
    action = ask_signature(lumiere)
    settle(lumiere, paused_from=date(2026, 11, 3), paused_until=date(2026, 11, 6))
    with translation.override("fr"):
        assert whys(said(action, TUESDAY))[0] == ("Les rappels du cabinet sont suspendus jusqu’au ven. 6 nov.", HOURS)


@pytest.mark.rule("X01", "X16")
def test_pause_that_is_over_is_said_where_it_has_put_a_reminder_off(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action = ask_signature(lumiere)
    live(START)
    settle(lumiere, paused_from=date(2026, 11, 3), paused_until=date(2026, 11, 4), pause_reason="")
    following = comes_true(lumiere, mailbox, action, WEDNESDAY)
    assert following.at == FRIDAY
    assert whys(following) == [("The firm's reminders were paused until Wed 4 Nov, and those days do not count.", HOURS)]


@pytest.mark.rule("X01", "X16")
def test_pause_that_was_taken_back_at_once_has_put_nothing_off(lumiere: Lumiere) -> None:
    action = ask_signature(lumiere)
    live(START)
    settle(lumiere, paused_from=date(2026, 11, 3), paused_until=date(2026, 11, 3), pause_reason="by mistake")
    Action.objects.filter(pk=action.pk).update(paused_from=date(2026, 11, 3), paused_until=date(2026, 11, 6), pause_reason="")
    assert whys(said(action, TUESDAY))[0] == ("Reminders of this request are paused until Fri 6 Nov.", REMINDERS)


@pytest.mark.rule("X01", "X08")
def test_cap_is_said_before_the_other_e_mail_has_gone(lumiere: Lumiere, mailbox: Mailbox) -> None:
    first, second = ask_signature(lumiere, schedule=Schedule(True, 1, 1)), None
    live(START)
    second = ask_signature(lumiere, schedule=Schedule(True, 1, 1), now=START + timedelta(hours=2), account=lumiere.tilleuls)
    live(START + timedelta(hours=2))
    assert said(first, START + timedelta(hours=2)).at == TUESDAY
    following = said(second, START + timedelta(hours=2))
    assert following.at == own_minute(lumiere.nadia, date(2026, 11, 4))
    capped = "Nadia Lefèvre gets other reminders before this one, and the firm sends one person at most 1 such e-mail a day."
    assert whys(following) == [(capped, HOURS)]
    live(TUESDAY)
    mailbox.accepted.clear()
    live(TUESDAY + timedelta(hours=2))
    assert mailbox.addresses == []
    comes_true(lumiere, mailbox, second, TUESDAY + timedelta(hours=3))


@pytest.mark.rule("X01", "M16")
def test_rest_of_a_day_after_a_repetition_is_said(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action = ask_signature(lumiere, schedule=Schedule(True, 1, 1))
    live(START)
    evening = START + timedelta(hours=4)
    resend(action=action, by=Actor.staff(lumiere.claire), now=evening)
    live(evening)
    following = comes_true(lumiere, mailbox, action, evening)
    assert following.at == evening + DAY
    told = "It is due on Tue 3 Nov, 10:00, but Nadia Lefèvre is told of the same request less than 24 hours before."
    assert whys(following) == [(told, "")]


@pytest.mark.rule("X01", "M16")
def test_firm_that_sends_on_any_day_is_not_said_to_be_closed_in_between(lumiere: Lumiere) -> None:
    settle(lumiere, sends_at_any_hour=True, closings=[{"first": "2026-11-04", "last": "2026-11-04", "name": "Inventaire"}])
    action = ask_signature(lumiere, schedule=Schedule(True, 1, 1))
    live(START)
    resend(action=action, by=Actor.staff(lumiere.claire), now=TUESDAY - MINUTE)
    live(TUESDAY)
    settle(lumiere, paused_from=date(2026, 11, 3), paused_until=date(2026, 11, 6))
    assert [text for text, _ in whys(said(action, TUESDAY))] == [
        "It is due on Tue 3 Nov, 10:00, but Nadia Lefèvre is told of the same request less than 24 hours before.",
        "The firm's reminders are paused until Fri 6 Nov.",
    ]


@pytest.mark.rule("X01", "M33")
def test_what_catches_up_is_said(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action = ask_signature(lumiere, schedule=Schedule(True, 1, 1))
    live(START)
    early = datetime(2026, 11, 4, 7, 30, tzinfo=UTC)  # 08:30 in Paris, the sweep has stood still for a day
    following = comes_true(lumiere, mailbox, action, early)
    assert following.at == own_minute(lumiere.nadia, date(2026, 11, 4))
    assert whys(following) == [("Late ones go out spread over the day.", HOURS)]


@pytest.mark.rule("X01", "M33")
def test_what_is_too_late_waits_for_a_yes_before_and_after_the_sweep(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action = ask_signature(lumiere)
    live(START)
    long_after = START + 8 * DAY
    late = ("Reminder 1 of 1 is more than 3 days late: it waits for your yes.", LATE)
    assert (whys(said(action, long_after)), listed(lumiere, action, long_after)) == ([late], NextStep(Step.LATE, 1, 1))
    assert said(action, long_after).why_stopped == "All but the late one have been sent."
    mailbox.accepted.clear()
    live(long_after)
    assert (whys(said(action, long_after)), listed(lumiere, action, long_after)) == ([late], NextStep(Step.LATE, 1, 1))
    assert mailbox.addresses == []


@pytest.mark.rule("X01", "M28")
def test_nobody_to_tell_says_what_to_do_next(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action = ask_signature(lumiere)
    live(START)
    AccountAddress.objects.filter(account=lumiere.bakery).update(notify=False)
    following = said(action, START)
    assert (following.nobody, following.due_at) == (True, START + 3 * DAY)
    before = "Switch NOTIFY on for somebody before: otherwise the reminders end then, and the office is told."
    assert (whys(following), listed(lumiere, action, START).step) == ([(before, CONTACTS)], Step.NOBODY)
    live(START + 3 * DAY)
    following = said(action, START + 3 * DAY)
    after = "Once somebody can be told, they are taken up again by themselves."
    assert (following.stop, whys(following)) == (Stop.NOBODY, [(after, CONTACTS)])
    assert listed(lumiere, action, START + 3 * DAY).step == Step.NOBODY
    AccountAddress.objects.filter(account=lumiere.bakery).update(notify=True)
    change_reminders(action=action, schedule=Schedule(True, 3, 1), by=Actor.staff(lumiere.claire), now=START + 3 * DAY)
    comes_true(lumiere, mailbox, action, START + 3 * DAY)


@pytest.mark.rule("X01", "M28")
def test_account_without_any_address_has_nobody_to_tell(lumiere: Lumiere) -> None:
    account = AccountFactory.create(firm=lumiere.firm, manager=lumiere.claire)
    action = ask_signature(lumiere, account=account)
    assert (said(action, START).nobody, listed(lumiere, action, START).step) == (True, Step.NOBODY)
    live(START + 3 * DAY)
    ended = fresh(action)
    assert (ended.stop_reason, ended.reminders_sent, ended.next_reminder_at) == (Stop.NOBODY, 0, None)
    assert FailedTask.objects.filter(kind="nobody_to_notify", action_id=action.pk).count() == 1


@pytest.mark.rule("X01")
def test_what_expires_before_its_next_reminder_says_so(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action = ask_signature(lumiere, expires_on=date(2026, 11, 4))
    live(START)
    following = said(action, START)
    assert (following.stop, following.why_stopped) == (Stop.EXPIRED, "The request expires after Wed 4 Nov, before the next one would go.")
    assert listed(lumiere, action, START).step == Step.EXPIRES
    mailbox.accepted.clear()
    live(START + 3 * DAY)
    assert mailbox.addresses == []


@pytest.mark.rule("X01")
def test_held_reminder_whose_place_the_next_takes_is_said(lumiere: Lumiere, mailbox: Mailbox) -> None:
    settle(lumiere, cap_a_day=None, cap_a_week=1)
    ask_signature(lumiere, account=lumiere.tilleuls, schedule=Schedule(True, 1, 1))
    live(START)
    action = ask_signature(lumiere, schedule=Schedule(True, 2, 4), now=START + MINUTE)
    for day in (0, 1, 2):
        live(START + day * DAY + MINUTE)
    now = START + 2 * DAY + 2 * MINUTE  # the first is written, and waits until a week after the other
    following = comes_true_at_last(lumiere, mailbox, action, now)
    assert following.number > 1
    assert ("Reminder 1 of 4 is still held; this one takes its place.", "") in whys(following)


def comes_true_at_last(lumiere: Lumiere, mailbox: Mailbox, action: Action, now: datetime) -> WhatNext:
    """As `comes_true`, where more than one instant of the rhythm lies in between."""
    following = said(action, now)
    assert following.at is not None
    assert listed(lumiere, action, now).at == following.at
    mailbox.accepted.clear()
    at = now
    while at < following.at:
        live(at)
        at = min([at + timedelta(hours=6), following.at - MINUTE]) if at < following.at - MINUTE else following.at
    assert mailbox.addresses == []
    live(following.at)
    assert mailbox.addresses == [NADIA]
    return following


@pytest.mark.rule("X01", "M32")
def test_hour_of_a_reader_elsewhere_is_theirs_said_by_the_firms_clock(lumiere: Lumiere, mailbox: Mailbox) -> None:
    Contact.objects.filter(pk=lumiere.nadia.pk).update(time_zone="Pacific/Auckland")
    action = ask_signature(lumiere)
    live(START)
    following = comes_true(lumiere, mailbox, action, START)
    assert following.at is not None
    assert time(8, 30) <= following.at.astimezone(ZoneInfo("Pacific/Auckland")).time() < time(18)


@pytest.mark.rule("X01", "D15")
def test_held_reminder_that_is_one_more_than_is_set_now_is_not_said_to_go(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action = ask_signature(lumiere, schedule=Schedule(True, 1, 3))
    for at in (START, TUESDAY):
        live(at)
    resend(action=fresh(action), by=Actor.staff(lumiere.claire), now=WEDNESDAY - MINUTE)
    live(WEDNESDAY)  # the second is held for 24 hours
    change_reminders(action=action, schedule=Schedule(True, 1, 1), by=Actor.staff(lumiere.claire), now=WEDNESDAY + MINUTE)
    following = said(action, WEDNESDAY + MINUTE)
    assert (following.at, following.stop, following.whys) == (None, Stop.COUNT_REACHED, [])
    assert listed(lumiere, action, WEDNESDAY + MINUTE).at is None
    mailbox.accepted.clear()
    live(WEDNESDAY + DAY)
    assert mailbox.addresses == []
