"""What messages ask, when reminders stop and why, the archive, and who takes part."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from access.doors import Way
from access.rules import Entry
from actions.enums import ActionState
from actions.models import Action, ActionParty
from actions.stops import Stop
from clients.models import AccountAddress
from firms.actors import Actor
from firms.enums import ActorKind, Verb
from firms.models import ActivityLine, FailedTask
from kinds.chats.errors import AnsweredMeanwhile, NobodyLeft, ThreadArchived
from kinds.chats.keeping import archive_thread, change_people, reopen_thread
from kinds.chats.models import ChatMessage, ReadMark, Thread, ThreadStaff
from kinds.chats.queries import count_unread, unread_threads
from kinds.chats.saying import mark_read
from kinds.chats.services import start_thread_as_client, write_as_client
from notifications.models import Notice
from reminders.rules import Schedule
from reminders.services import change_reminders, resend, withdraw
from tests.chatting import adds, answers, nadia_in, thread_in, wrote
from tests.factories import START
from tests.mail import Mailbox, html_of, text_of
from tests.people import Lumiere
from tests.story import live

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
WINDOW = 10 * MINUTE
DUE = START + 3 * DAY
NADIA, PAUL = "nadia@lefevre.example", "paul@lefevre.example"
OFF = Schedule()


def fresh(action: Action) -> Action:
    return Action.objects.get(pk=action.pk)


def stop_of(action: Action) -> tuple[str, str, datetime | None]:
    now = fresh(action)
    return now.state, now.stop_reason, now.next_reminder_at


def subjects(mailbox: Mailbox, address: str = NADIA) -> list[str]:
    return [str(message["Subject"]) for message in mailbox.to(address)]


def reminders(mailbox: Mailbox, address: str = NADIA) -> int:
    return sum(subject.startswith("Rappel") for subject in subjects(mailbox, address))


# --- What is told ------------------------------------------------------------------------------------------------------


@pytest.mark.rule("A02", "D03")
def test_message_is_told_to_everybody_with_notify_ten_minutes_later(lumiere: Lumiere, mailbox: Mailbox) -> None:
    wrote(lumiere)
    live(START + WINDOW - timedelta(seconds=1))
    assert mailbox.accepted == []
    live(START + WINDOW)
    assert mailbox.addresses == [NADIA, PAUL]


@pytest.mark.rule("M28")
def test_message_that_nobody_can_be_told_of_is_a_task_for_the_office(lumiere: Lumiere) -> None:
    AccountAddress.objects.update(notify=False)
    wrote(lumiere)
    assert [(task.kind, task.subject) for task in FailedTask.objects.all()] == [("nobody_to_notify", "Boulangerie Lefèvre SRL")]


def test_messages_of_ten_minutes_are_told_in_one_email(lumiere: Lumiere, mailbox: Mailbox) -> None:
    lumiere.firm.show_context = True
    lumiere.firm.save()
    action = wrote(lumiere)
    adds(lumiere, thread_in(action), START + 9 * MINUTE, "Le bailleur attend.")
    live(START + WINDOW)
    (message,) = mailbox.to(NADIA)
    assert ["Souhaitez-vous renouveler" in text_of(message), "Le bailleur attend." in text_of(message)] == [True, True]


@pytest.mark.rule("C28")
def test_whoever_does_not_want_chats_is_told_neither_of_messages_nor_reminded(lumiere: Lumiere, mailbox: Mailbox) -> None:
    AccountAddress.objects.filter(pk=lumiere.nadia_at_bakery.pk).update(wants_chats=False)
    wrote(lumiere)
    live(START + WINDOW)
    live(DUE)
    assert (len(mailbox.to(NADIA)), len(mailbox.to(PAUL))) == (0, 2)
    assert set(Notice.objects.filter(email=NADIA).values_list("reason", flat=True)) == {"preference_off"}


def test_named_people_alone_are_told_and_any_of_the_account_may_answer(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action = wrote(lumiere, people=[lumiere.paul])
    live(START + WINDOW)
    assert mailbox.addresses == [PAUL]
    answers(lumiere, thread_in(action), START + HOUR)
    assert stop_of(action) == (ActionState.DONE, Stop.ANSWERED, None)


@pytest.mark.rule("A18")
def test_hidden_context_shows_nothing_of_what_was_said(lumiere: Lumiere, mailbox: Mailbox) -> None:
    lumiere.firm.show_context = False
    lumiere.firm.save()
    action = wrote(lumiere)
    live(START + WINDOW)
    live(DUE)
    first, reminder = mailbox.to(NADIA)
    for message in (first, reminder):
        everything = f"{message['Subject']} {text_of(message)} {html_of(message)}"
        assert [word in everything for word in ("Bail", "renouveler", "Claire Moreau")] == [False, False, False]
    assert fresh(action).reminders_sent == 1


def test_markup_and_formulas_are_plain_text(lumiere: Lumiere, mailbox: Mailbox) -> None:
    lumiere.firm.show_context = True
    lumiere.firm.save()
    wrote(lumiere, text="=cmd|' /C calc'!A0 <script>alert(1)</script>", title="<b>Bail</b>")
    live(START + WINDOW)
    (message,) = mailbox.to(NADIA)
    assert ("<script>" in html_of(message), "&lt;script&gt;" in html_of(message), "=cmd|' /C calc'!A0" in text_of(message)) == (
        False, True, True,
    )  # fmt: skip


def test_no_answer_needed_is_told_and_owed_by_nobody(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action = wrote(lumiere)
    thread = thread_in(action)
    answers(lumiere, thread, START + HOUR)
    live(START + HOUR)
    told = len(mailbox.to(NADIA))
    adds(lumiere, thread, START + 2 * HOUR, "Merci !", answer_needed=False)
    latest = thread_in(action).action
    assert latest is not None and latest != action
    live(START + 2 * HOUR + WINDOW)
    live(START + 30 * DAY)
    assert stop_of(latest) == (ActionState.DONE, Stop.NOTHING_ASKED, None)
    assert (len(mailbox.to(NADIA)) - told, reminders(mailbox)) == (1, 0)


@pytest.mark.rule("D18")
def test_a_last_message_that_needs_no_answer_settles_what_was_asked_before(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action = wrote(lumiere)
    adds(lumiere, thread_in(action), START + HOUR, "C'est réglé.", answer_needed=False)
    assert stop_of(action) == (ActionState.DONE, Stop.NOTHING_ASKED, None)
    live(START + HOUR + WINDOW)
    live(START + 30 * DAY)
    assert reminders(mailbox) == 0


def test_a_question_within_the_ten_minutes_of_one_that_asked_nothing_goes_in_the_same_email(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action = wrote(lumiere)
    thread = thread_in(action)
    answers(lumiere, thread, START)
    adds(lumiere, thread, START + HOUR, "Merci !", answer_needed=False)
    adds(lumiere, thread, START + HOUR + MINUTE, "Une question encore.")
    latest = thread_in(action).action
    assert latest is not None and latest.is_open
    live(START + HOUR + WINDOW)
    assert Action.objects.count() == 2
    assert len(mailbox.to(NADIA)) == 1


# --- The stops ---------------------------------------------------------------------------------------------------------


@pytest.mark.rule("D16", "D19")
def test_reminded_as_often_as_set_and_no_more(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action = wrote(lumiere, schedule=Schedule(on=True, every_days=3, at_most=2))
    for days in range(1, 15):
        live(START + days * DAY)
    assert stop_of(action) == (ActionState.OPEN, Stop.COUNT_REACHED, None)
    assert reminders(mailbox) == 2


@pytest.mark.rule("D20", "M18")
@pytest.mark.parametrize("way", [Way.SIGNED_IN, Way.BY_LINK])
def test_an_answer_one_second_before_stops_the_reminder(lumiere: Lumiere, mailbox: Mailbox, way: Way) -> None:
    action = wrote(lumiere)
    live(START + WINDOW)
    answers(lumiere, thread_in(action), DUE - timedelta(seconds=1), way=way)
    live(DUE)
    live(DUE + 30 * DAY)
    assert stop_of(action) == (ActionState.DONE, Stop.ANSWERED, None)
    assert reminders(mailbox) == 0


@pytest.mark.rule("D20")
def test_an_answer_after_the_sweep_and_before_the_dispatch_is_not_followed_by_the_reminder(lumiere: Lumiere, mailbox: Mailbox) -> None:
    from reminders.sweep import sweep

    action = wrote(lumiere)
    live(START + WINDOW)
    sweep(DUE)
    answers(lumiere, thread_in(action), DUE)
    live(DUE)
    assert reminders(mailbox) == 0


@pytest.mark.rule("D21")
def test_archiving_one_second_before_stops_the_reminder(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action = wrote(lumiere)
    live(START + WINDOW)
    archive_thread(thread=thread_in(action), by=Actor.staff(lumiere.claire), now=DUE - timedelta(seconds=1))
    live(DUE)
    assert stop_of(action) == (ActionState.WITHDRAWN, Stop.ARCHIVED, None)
    assert reminders(mailbox) == 0


@pytest.mark.rule("D12", "D17", "D22")
def test_switching_off_one_second_before_stops_the_reminder_and_on_again_goes_on(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action = wrote(lumiere)
    live(START + WINDOW)
    change_reminders(action=action, schedule=OFF, by=Actor.staff(lumiere.claire), now=DUE - timedelta(seconds=1))
    live(DUE)
    assert stop_of(action) == (ActionState.OPEN, Stop.SWITCHED_OFF, None)
    change_reminders(action=action, schedule=Schedule(on=True), by=Actor.staff(lumiere.claire), now=DUE + HOUR)
    live(DUE + 4 * DAY)  # the day before is a Sunday
    assert reminders(mailbox) == 1


def test_withdrawing_stops_the_reminder(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action = wrote(lumiere)
    live(START + WINDOW)
    withdraw(action=action, by=Actor.staff(lumiere.claire), now=DUE - timedelta(seconds=1))
    live(DUE)
    assert stop_of(action) == (ActionState.WITHDRAWN, Stop.WITHDRAWN, None)
    assert reminders(mailbox) == 0


@pytest.mark.rule("D18")
def test_clock_and_count_start_anew_with_the_last_message(lumiere: Lumiere, mailbox: Mailbox) -> None:
    lumiere.firm.show_context = True
    lumiere.firm.save()
    action = wrote(lumiere)
    live(START + WINDOW)
    live(DUE)
    again = DUE + DAY
    adds(lumiere, thread_in(action), again, "Et pour le loyer ?")
    assert (fresh(action).reminders_sent, fresh(action).next_reminder_at) == (0, again + 3 * DAY)
    live(again + WINDOW)
    live(again + 3 * DAY)
    last = mailbox.to(NADIA)[-1]
    assert reminders(mailbox) == 2
    assert ("Et pour le loyer ?" in text_of(last), "renouveler le bail" in text_of(last)) == (True, False)


@pytest.mark.rule("D18")
def test_an_older_message_is_never_reminded_of(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action = wrote(lumiere)
    live(START + WINDOW)
    adds(lumiere, thread_in(action), DUE - HOUR, schedule=OFF)
    live(DUE - HOUR + WINDOW)
    live(DUE)
    live(DUE + 30 * DAY)
    assert reminders(mailbox) == 0


@pytest.mark.rule("D11", "D18")
def test_what_is_sent_again_is_the_last_message_and_the_trail_says_to_whom(lumiere: Lumiere, mailbox: Mailbox) -> None:
    lumiere.firm.show_context = True
    lumiere.firm.save()
    action = wrote(lumiere)
    adds(lumiere, thread_in(action), START + HOUR, "Et pour le loyer ?")
    live(START + HOUR + WINDOW)
    resend(action=action, by=Actor.staff(lumiere.claire), now=START + 2 * HOUR)
    live(START + 2 * HOUR)
    last = mailbox.to(NADIA)[-1]
    assert ("Et pour le loyer ?" in text_of(last), "renouveler le bail" in text_of(last)) == (True, False)
    assert ActivityLine.objects.get(verb=Verb.ACTION_RESENT).detail == "Nadia Lefèvre, Paul Lefèvre"


# --- The archive -------------------------------------------------------------------------------------------------------


@pytest.mark.rule("D23", "M19")
def test_reopened_it_is_reminded_of_as_if_the_message_were_new(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action = wrote(lumiere, schedule=Schedule(on=False, every_days=5, at_most=2))
    live(START + WINDOW)
    claire = Actor.staff(lumiere.claire)
    thread = archive_thread(thread=thread_in(action), by=claire, now=START + DAY)
    reopen_thread(thread=thread, by=claire, now=START + 10 * DAY)
    again = fresh(action)
    assert (again.is_open, again.reminders_on, again.reminders_sent) == (True, True, 0)
    assert (again.next_reminder_at, again.remind_max) == (START + 15 * DAY, 2)
    live(START + 15 * DAY)
    assert reminders(mailbox) == 1


@pytest.mark.rule("D23")
def test_what_was_answered_before_the_archive_is_not_asked_again(lumiere: Lumiere) -> None:
    action = wrote(lumiere)
    answers(lumiere, thread_in(action), START + HOUR)
    claire = Actor.staff(lumiere.claire)
    thread = archive_thread(thread=thread_in(action), by=claire, now=START + DAY)
    thread = reopen_thread(thread=thread, by=claire, now=START + 2 * DAY)
    assert (thread.is_archived, stop_of(action)) == (False, (ActionState.DONE, Stop.ANSWERED, None))


def test_nobody_writes_in_what_is_archived(lumiere: Lumiere) -> None:
    action = wrote(lumiere)
    thread = archive_thread(thread=thread_in(action), by=Actor.staff(lumiere.claire), now=START + HOUR)
    with pytest.raises(ThreadArchived):
        adds(lumiere, thread, START + DAY)
    with pytest.raises(ThreadArchived):
        answers(lumiere, thread, START + DAY)
    assert ChatMessage.objects.count() == 1


def test_archiving_twice_is_archiving_once(lumiere: Lumiere) -> None:
    action = wrote(lumiere)
    for hours in (1, 2):
        archive_thread(thread=thread_in(action), by=Actor.staff(lumiere.claire), now=START + hours * HOUR)
    assert thread_in(action).archived_at == START + HOUR
    assert ActivityLine.objects.filter(verb=Verb.ACTION_ARCHIVED).count() == 1


# --- Who writes --------------------------------------------------------------------------------------------------------


def test_answer_by_link_says_so_and_a_second_one_is_refused(lumiere: Lumiere) -> None:
    thread = thread_in(wrote(lumiere))
    message = answers(lumiere, thread, START + HOUR, way=Way.BY_LINK)
    assert (message.by_link, message.name) == (True, "Nadia Lefèvre")
    assert ActivityLine.objects.get(verb=Verb.ACTION_ANSWERED).actor_kind == ActorKind.LINK
    with pytest.raises(AnsweredMeanwhile):
        answers(lumiere, thread, START + 2 * HOUR, way=Way.BY_LINK)
    assert answers(lumiere, thread, START + 2 * HOUR).by_link is False


def test_a_preview_writes_nothing(lumiere: Lumiere) -> None:
    thread = thread_in(wrote(lumiere))
    with pytest.raises(PermissionDenied):
        write_as_client(thread=thread, visitor=nadia_in(lumiere, Way.PREVIEWED, Entry.READ_ONLY), text="Oui", now=START)
    assert ChatMessage.objects.count() == 1


def test_first_message_of_a_client_is_owed_by_nobody_and_unread_by_the_manager(lumiere: Lumiere, mailbox: Mailbox) -> None:
    thread = start_thread_as_client(visitor=nadia_in(lumiere), title="Une question", text="Bonjour", now=START)
    live(START + 30 * DAY)
    assert (thread.action, mailbox.accepted, Action.objects.count()) == (None, [], 0)
    assert [list(unread_threads(staff)) for staff in (lumiere.claire, lumiere.amir)] == [[thread], []]


def test_first_message_to_an_account_without_a_manager_goes_to_the_owners(lumiere: Lumiere) -> None:
    lumiere.bakery.manager = None
    lumiere.bakery.save()
    thread = start_thread_as_client(visitor=nadia_in(lumiere), title="Une question", text="Bonjour", now=START)
    assert [row.staff for row in ThreadStaff.objects.filter(thread=thread)] == [lumiere.claire]


def test_when_whoever_took_part_has_left_the_manager_reads_on(lumiere: Lumiere) -> None:
    thread = thread_in(wrote(lumiere, staff=lumiere.emma))
    ThreadStaff.objects.exclude(staff=lumiere.emma).delete()
    lumiere.emma.left_at = START
    lumiere.emma.save()
    answers(lumiere, thread, START + HOUR)
    assert list(unread_threads(lumiere.claire)) == [thread]


def test_by_link_nobody_begins_a_conversation(lumiere: Lumiere) -> None:
    with pytest.raises(PermissionDenied):
        start_thread_as_client(visitor=nadia_in(lumiere, Way.BY_LINK), title="Une question", text="Bonjour", now=START)
    assert Thread.objects.count() == 0


def test_each_message_has_its_line_in_the_activity(lumiere: Lumiere) -> None:
    action = wrote(lumiere)
    adds(lumiere, thread_in(action), START + HOUR)
    answers(lumiere, thread_in(action), START + 2 * HOUR)
    answers(lumiere, thread_in(action), START + 3 * HOUR)
    adds(lumiere, thread_in(action), START + 4 * HOUR, answer_needed=False)
    lines = ActivityLine.objects.filter(subject="Bail du magasin").order_by("pk").values_list("verb", "actor_name")
    assert list(lines) == [
        (Verb.ACTION_OPENED, "Claire Moreau"), (Verb.MESSAGE_WRITTEN, "Claire Moreau"), (Verb.ACTION_ANSWERED, "Nadia Lefèvre"),
        (Verb.MESSAGE_WRITTEN, "Nadia Lefèvre"), (Verb.MESSAGE_WRITTEN, "Claire Moreau"),
    ]  # fmt: skip


# --- Reading and taking part -------------------------------------------------------------------------------------------


def test_unread_until_each_has_looked(lumiere: Lumiere) -> None:
    thread = thread_in(wrote(lumiere))
    assert count_unread(lumiere.firm, lumiere.bakery, lumiere.paul) == 1
    answer = answers(lumiere, thread, START + HOUR)
    assert [count_unread(lumiere.firm, lumiere.bakery, who) for who in (lumiere.nadia, lumiere.paul)] == [0, 1]
    assert list(unread_threads(lumiere.claire)) == [thread]
    mark_read(message=answer, staff=lumiere.claire, now=START + 2 * HOUR)
    mark_read(message=answer, contact=lumiere.paul, now=START + 2 * HOUR)
    assert (list(unread_threads(lumiere.claire)), count_unread(lumiere.firm, lumiere.bakery, lumiere.paul)) == ([], 0)


def test_a_mark_never_goes_back_and_does_not_hide_what_came_after(lumiere: Lumiere) -> None:
    thread = thread_in(wrote(lumiere))
    first, second = answers(lumiere, thread, START + HOUR), answers(lumiere, thread, START + 2 * HOUR)
    mark_read(message=first, staff=lumiere.claire, now=START + 3 * HOUR)
    assert list(unread_threads(lumiere.claire)) == [thread]
    mark_read(message=second, staff=lumiere.claire, now=START + 4 * HOUR)
    mark_read(message=first, staff=lumiere.claire, now=START + 5 * HOUR)
    mark = ReadMark.objects.get(staff=lumiere.claire)
    assert (mark.up_to, mark.at, list(unread_threads(lumiere.claire))) == (second, START + 4 * HOUR, [])


def test_whoever_is_named_anew_owes_the_answer_and_the_trail_says_so(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action = wrote(lumiere, people=[lumiere.nadia])
    live(START + WINDOW)
    change_people(
        thread=thread_in(action), staff=[lumiere.claire, lumiere.emma], contacts=[lumiere.paul], by=Actor.staff(lumiere.claire),
        now=START + HOUR,
    )  # fmt: skip
    live(START + HOUR + WINDOW)
    live(DUE)
    assert (reminders(mailbox), reminders(mailbox, PAUL)) == (0, 1)
    assert [party.contact for party in ActionParty.objects.filter(action=action)] == [lumiere.paul]
    assert ActivityLine.objects.get(verb=Verb.THREAD_CHANGED).detail == "with Emma Girard, told: Paul Lefèvre"


def test_when_whoever_was_named_is_gone_nobody_else_is_told_in_their_place(lumiere: Lumiere) -> None:
    thread = thread_in(wrote(lumiere, people=[lumiere.paul]))
    answers(lumiere, thread, START + HOUR)
    lumiere.paul.archived_at = START
    lumiere.paul.save()
    with pytest.raises(NobodyLeft):
        adds(lumiere, thread, START + DAY)


@pytest.mark.parametrize("write", [adds, answers])
def test_whoever_writes_takes_part_and_has_read_it(lumiere: Lumiere, write: Callable[..., ChatMessage]) -> None:
    thread = thread_in(wrote(lumiere))
    message = write(lumiere, thread, START + HOUR)
    assert ReadMark.objects.get(thread=thread, staff=message.staff, contact=message.contact).up_to == message
