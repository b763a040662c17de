"""Settings of reminders: the firm's, an account's, a request's own. The nearest wins, and nothing is retroactive."""

from datetime import date, time, timedelta

import pytest
from django.db.models import Count

from actions.enums import ScheduleFrom
from actions.models import Action
from actions.stops import Stop
from firms.actors import Actor
from firms.closed_days import Closing, closings_of
from firms.enums import Verb
from firms.models import ActivityLine
from notifications.models import Notice
from notifications.verdicts import Reason, Verdict
from reminders.enums import OpenOnes
from reminders.following import Reach
from reminders.models import ReminderSetting
from reminders.nearest import nearest
from reminders.rules import Schedule
from reminders.services import ask, change_reminders, follow_setting
from reminders.settings import (
    EARLIER,
    Answer,
    Unanswered,
    add_closing,
    change_account_reminders,
    change_reminder_settings,
    change_terms,
    change_usual,
    remove_closing,
)
from reminders.words import Words
from tests.factories import START, ActionFactory
from tests.mail import Mailbox
from tests.people import Lumiere
from tests.story import live

DAY = timedelta(days=1)
OFF, ON = Schedule(), Schedule(True)
TOO, NEW = OpenOnes.CHANGE, OpenOnes.KEEP


def asked(lumiere: Lumiere, *, kind: str = "signature", schedule: Schedule | None = None, of: object = None) -> Action:
    return ask(
        account=of or lumiere.bakery, kind=kind, words=Words("Lettre de mission 2027", schedule=schedule), staff=lumiere.claire,  # type: ignore[arg-type]
        by=Actor.staff(lumiere.claire), parties=[lumiere.nadia], now=START,
    )  # fmt: skip


def say(lumiere: Lumiere, schedule: Schedule, open_ones: OpenOnes | None = None, shown: int = 0, *, kind: str = "signature") -> bool:
    answer = Answer(open_ones, shown) if open_ones else None
    return change_usual(firm=lumiere.firm, kind=kind, schedule=schedule, answer=answer, by=Actor.staff(lumiere.claire), now=START + DAY)


def say_of_account(lumiere: Lumiere, schedule: Schedule | None, open_ones: OpenOnes | None = None, shown: int = 0) -> bool:
    answer, by = Answer(open_ones, shown) if open_ones else None, Actor.staff(lumiere.claire)
    return change_account_reminders(account=lumiere.bakery, schedule=schedule, answer=answer, by=by, now=START + DAY)


def follows(action: Action) -> tuple[str, bool, int, int]:
    action.refresh_from_db()
    return action.schedule_from, action.reminders_on, action.remind_every_days, action.remind_max


@pytest.mark.rule("D14", "D15", "M14", "X17")
def test_nearest_setting_wins_and_says_whose_it_is(lumiere: Lumiere) -> None:
    assert follows(asked(lumiere)) == (ScheduleFrom.USUAL, False, 3, 1)
    say(lumiere, Schedule(True, 4, 2), NEW, 1)
    assert follows(asked(lumiere)) == (ScheduleFrom.FIRM, True, 4, 2)
    assert follows(asked(lumiere, kind="documents")) == (ScheduleFrom.USUAL, False, 3, 1)
    say_of_account(lumiere, Schedule(True, 5, 6), NEW, 3)
    assert follows(asked(lumiere)) == (ScheduleFrom.ACCOUNT, True, 5, 6)
    assert follows(asked(lumiere, of=lumiere.tilleuls)) == (ScheduleFrom.FIRM, True, 4, 2)
    assert follows(asked(lumiere, schedule=Schedule(True, 9, 1))) == (ScheduleFrom.ACTION, True, 9, 1)


@pytest.mark.rule("D13")
def test_what_the_form_shows_and_is_left_alone_follows_the_setting(lumiere: Lumiere) -> None:
    say(lumiere, ON)
    assert follows(asked(lumiere, schedule=ON))[0] == ScheduleFrom.FIRM


def test_open_requests_are_counted_before_anything_happens(lumiere: Lumiere) -> None:
    open_ones = [asked(lumiere), asked(lumiere, of=lumiere.tilleuls)]
    with pytest.raises(Unanswered) as raised:
        say(lumiere, ON)
    (question,) = raised.value.questions
    assert (question.about, question.reach) == ("signature", Reach(2, date(2026, 11, 5), date(2026, 11, 5)))
    assert [follows(action) for action in open_ones] == [(ScheduleFrom.USUAL, False, 3, 1)] * 2
    assert (ReminderSetting.objects.count(), ActivityLine.objects.filter(verb=Verb.USUAL_REMINDERS_CHANGED).count()) == (0, 0)


def test_yes_to_another_number_than_there_is_asks_again(lumiere: Lumiere) -> None:
    asked(lumiere), asked(lumiere)
    with pytest.raises(Unanswered) as raised:
        say(lumiere, ON, TOO, 1)
    assert raised.value.questions[0].reach.count == 2
    assert ReminderSetting.objects.count() == 0


def test_only_new_requests_are_reminded_of_and_the_open_ones_keep_what_they_have(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action = asked(lumiere)
    say(lumiere, ON, NEW, 1)
    assert (follows(action), action.next_reminder_at) == ((ScheduleFrom.KEPT, False, 3, 1), None)
    for day in range(30):
        live(START + day * DAY)
    assert mailbox.addresses == ["nadia@lefevre.example"]


def test_open_ones_are_reminded_of_after_a_yes_and_nothing_is_made_up_for(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action = asked(lumiere)
    live(START)
    later = START + 10 * DAY
    change_usual(firm=lumiere.firm, kind="signature", schedule=Schedule(True, 3, 2), answer=Answer(TOO, 1), by=Actor.system(), now=later)
    assert (follows(action)[0], action.scheduled_at) == (ScheduleFrom.FIRM, later)
    live(later)
    assert len(mailbox.accepted) == 1
    assert action.next_reminder_at and later < action.next_reminder_at <= later + 4 * DAY
    line = ActivityLine.objects.get(action_id=action.pk, verb=Verb.REMINDERS_CHANGED)
    assert (line.old, line.new) == ("off", "every 3 days, at most 2")


def test_turning_reminders_on_for_old_requests_sends_nothing_at_once_and_each_its_own_later(lumiere: Lumiere, mailbox: Mailbox) -> None:
    """Fault 10 of docs/reliability.md: the count before and after."""
    long_ago = START - 100 * DAY
    ActionFactory.create_batch(
        25, firm=lumiere.firm, account=lumiere.bakery, opened_by=lumiere.claire, opened_at=long_ago, counted_from=long_ago,
        scheduled_at=long_ago, stop_reason=Stop.SWITCHED_OFF,
    )  # fmt: skip
    with pytest.raises(Unanswered) as raised:
        say(lumiere, ON)
    assert (raised.value.questions[0].reach.count, live(START + DAY).actions, Notice.objects.count()) == (25, 0, 0)
    say(lumiere, ON, TOO, 25)
    assert (live(START + DAY).actions, Notice.objects.count(), mailbox.accepted) == (0, 0, [])
    for day in range(2, 12):
        live(START + day * DAY)
    assert [(each.reminders_sent, each.stop_reason) for each in Action.objects.all()] == [(1, Stop.COUNT_REACHED)] * 25
    assert set(Notice.objects.values_list("action").annotate(n=Count("number", distinct=True)).values_list("n", flat=True)) == {1}


def test_kept_requests_are_counted_again_at_the_next_change(lumiere: Lumiere) -> None:
    action = asked(lumiere)
    say(lumiere, ON, NEW, 1)
    say(lumiere, Schedule(True, 7, 1), TOO, 1)
    assert follows(action) == (ScheduleFrom.FIRM, True, 7, 1)


def test_requests_with_a_setting_of_their_own_are_neither_counted_nor_touched(lumiere: Lumiere) -> None:
    own = asked(lumiere, schedule=Schedule(True, 9, 9))
    say(lumiere, ON)
    assert follows(own) == (ScheduleFrom.ACTION, True, 9, 9)
    assert follows(asked(lumiere, kind="documents"))[0] == ScheduleFrom.USUAL


def test_requests_of_an_account_with_its_own_setting_are_not_the_firms(lumiere: Lumiere) -> None:
    say_of_account(lumiere, Schedule(True, 5, 6))
    theirs = asked(lumiere)
    say(lumiere, ON)
    assert follows(theirs) == (ScheduleFrom.ACCOUNT, True, 5, 6)


def test_numbers_that_rest_change_without_a_question(lumiere: Lumiere) -> None:
    action = asked(lumiere)
    say(lumiere, Schedule(False, 8, 2))
    assert (follows(action), action.stop_reason) == ((ScheduleFrom.FIRM, False, 8, 2), Stop.SWITCHED_OFF)


def test_switching_off_asks_too_and_stops_those_that_follow(lumiere: Lumiere) -> None:
    say(lumiere, ON)
    action = asked(lumiere)
    with pytest.raises(Unanswered) as raised:
        say(lumiere, OFF)
    assert raised.value.questions[0].reach == Reach(1)
    say(lumiere, OFF, TOO, 1)
    assert (follows(action)[1], action.next_reminder_at, action.stop_reason) == (False, None, Stop.SWITCHED_OFF)


def test_account_goes_back_to_the_firms_setting_of_each_kind(lumiere: Lumiere) -> None:
    say(lumiere, Schedule(True, 4, 2))
    say_of_account(lumiere, Schedule(True, 5, 6))
    signature, documents = asked(lumiere), asked(lumiere, kind="documents")
    with pytest.raises(Unanswered):
        say_of_account(lumiere, None)
    assert say_of_account(lumiere, None, TOO, 2)
    assert [follows(signature), follows(documents)] == [(ScheduleFrom.FIRM, True, 4, 2), (ScheduleFrom.USUAL, False, 3, 1)]
    assert nearest(lumiere.bakery, "signature").source == ScheduleFrom.FIRM
    line = ActivityLine.objects.filter(verb=Verb.USUAL_REMINDERS_CHANGED).first()
    assert line and (line.subject, line.old, line.new, line.account_id) == (
        "Boulangerie Lefèvre SRL", "every 5 days, at most 6", "as the firm has it", lumiere.bakery.pk,
    )  # fmt: skip


def test_saying_the_same_again_changes_and_logs_nothing(lumiere: Lumiere) -> None:
    assert [say(lumiere, OFF), say(lumiere, ON), say(lumiere, ON), say_of_account(lumiere, None)] == [False, True, False, False]
    assert ActivityLine.objects.filter(verb=Verb.USUAL_REMINDERS_CHANGED).count() == 1


@pytest.mark.rule("D12")
def test_request_follows_the_setting_again(lumiere: Lumiere) -> None:
    say(lumiere, Schedule(True, 4, 2))
    action = asked(lumiere)
    change_reminders(action=action, schedule=Schedule(True, 9, 9), by=Actor.system(), now=START)
    assert follows(action)[0] == ScheduleFrom.ACTION
    follow_setting(action=action, by=Actor.system(), now=START)
    assert follows(action) == (ScheduleFrom.FIRM, True, 4, 2)


# --- The calendar ------------------------------------------------------------------------------------------------------


def close(lumiere: Lumiere, first: date, last: date, name: str = "Bridge") -> int:
    return add_closing(firm=lumiere.firm, closing=Closing(first, last, name), by=Actor.staff(lumiere.claire), now=START)


@pytest.mark.rule("X03")
def test_closing_puts_off_what_is_to_come(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action = asked(lumiere, schedule=ON)
    live(START)
    close(lumiere, date(2026, 11, 5), date(2026, 11, 6))
    for hours in range(24 * 10):
        live(START + timedelta(hours=hours))
    action.refresh_from_db()
    assert (action.reminders_sent, action.counted_from) == (1, START + 7 * DAY)  # Monday the 9th, at the same hour


@pytest.mark.rule("X03", "A20")
def test_closings_are_said_well_in_the_log(lumiere: Lumiere) -> None:
    close(lumiere, date(2026, 12, 24), date(2027, 1, 2), "Christmas")
    close(lumiere, date(2026, 11, 13), date(2026, 11, 13), "")
    remove_closing(firm=lumiere.firm, closing=Closing(date(2026, 12, 24), date(2027, 1, 2), "Christmas"), by=Actor.system(), now=START)
    lines = ActivityLine.objects.filter(verb=Verb.FIRM_CHANGED).order_by("id").values_list("detail", "old", "new")
    christmas = "24 December 2026 to 2 January 2027 (Christmas)"
    assert list(lines) == [
        ("Days on which the firm is closed", *change) for change in (("", christmas), ("", "13 November 2026"), (christmas, ""))
    ]
    assert [closing.first for closing in closings_of(lumiere.firm)] == [date(2026, 11, 13)]


@pytest.mark.rule("X03")
def test_calendar_is_said_in_words_in_the_log(lumiere: Lumiere) -> None:
    change_terms(
        firm=lumiere.firm, by=Actor.system(), now=START, send_days=[0, 1, 3], send_from=time(9), open_days_only=True, cap_a_day=None
    )
    lines = ActivityLine.objects.filter(verb=Verb.FIRM_CHANGED).order_by("id").values_list("detail", "old", "new")
    assert list(lines) == [
        ("Days of the week", "Monday to Friday", "Monday, Tuesday and Thursday"),
        ("Reminders go out from", "08:30", "09:00"),
        ("Count open days only", "off", "on"),
        ("E-mails with reminders a day", "1", ""),
    ]


@pytest.mark.rule("X03")
def test_nothing_goes_earlier_without_a_yes_to_a_number(lumiere: Lumiere, mailbox: Mailbox) -> None:
    asked(lumiere, schedule=ON)
    close(lumiere, date(2026, 11, 5), date(2026, 11, 20))
    live(START + timedelta(minutes=1))
    closing = closings_of(lumiere.firm)[0]
    with pytest.raises(Unanswered) as raised:
        remove_closing(firm=lumiere.firm, closing=closing, by=Actor.system(), now=START + DAY)
    (question,) = raised.value.questions
    assert (question.about, question.reach.count, question.reach.first) == (EARLIER, 1, date(2026, 11, 5))
    assert closings_of(lumiere.firm) == (closing,)
    remove_closing(firm=lumiere.firm, closing=closing, answer=Answer(TOO, 1), by=Actor.system(), now=START + DAY)
    assert Action.objects.get().next_reminder_at == START + DAY  # the sweep is to look again
    live(START + DAY)
    assert (Action.objects.get().next_reminder_at, len(mailbox.accepted)) == (START + 3 * DAY, 1)


@pytest.mark.rule("X03", "X08")
def test_held_reminder_is_decided_anew_when_the_calendar_widens(lumiere: Lumiere, mailbox: Mailbox) -> None:
    change_terms(firm=lumiere.firm, by=Actor.system(), now=START, send_from=time(15), send_until=time(18))
    asked(lumiere, schedule=ON)
    live(START)
    due = START + 3 * DAY
    live(due)
    held = Notice.objects.get(number=1, address=lumiere.nadia_address)
    assert (held.verdict, held.reason) == (Verdict.HOLD, Reason.OUTSIDE_HOURS)
    with pytest.raises(Unanswered) as raised:
        change_terms(firm=lumiere.firm, by=Actor.system(), now=due, send_from=time(8))
    assert raised.value.questions[0].reach.count == 1
    change_terms(firm=lumiere.firm, by=Actor.system(), now=due, send_from=time(8), answer=Answer(TOO, 1))
    live(due)
    assert len(mailbox.accepted) == 2


def test_look_again_brings_nothing_forward_by_itself(lumiere: Lumiere, mailbox: Mailbox) -> None:
    asked(lumiere, schedule=ON)
    live(START)
    change_terms(firm=lumiere.firm, by=Actor.system(), now=START + DAY, cap_a_week=3)
    live(START + DAY)
    assert (len(mailbox.accepted), Action.objects.get().next_reminder_at) == (1, START + 3 * DAY)


def test_all_questions_come_at_once_and_nothing_is_written_before(lumiere: Lumiere) -> None:
    asked(lumiere), asked(lumiere, kind="documents")
    close(lumiere, date(2026, 11, 5), date(2026, 11, 20))
    asked(lumiere, schedule=ON)
    wanted = {"firm": lumiere.firm, "by": Actor.system(), "now": START + DAY}
    usual, terms = {"signature": ON, "documents": ON}, {"closings": [], "cap_a_day": 2}
    with pytest.raises(Unanswered) as raised:
        change_reminder_settings(usual=usual, terms=terms, answers={"signature": Answer(TOO, 1)}, **wanted)  # type: ignore[arg-type]
    assert [question.about for question in raised.value.questions] == [EARLIER, "documents"]
    assert (ReminderSetting.objects.count(), len(closings_of(lumiere.firm))) == (0, 1)
    answers = {"signature": Answer(TOO, 1), "documents": Answer(NEW, 1), EARLIER: Answer(TOO, 1)}
    assert change_reminder_settings(usual=usual, terms=terms, answers=answers, **wanted) == 4  # type: ignore[arg-type]
