"""Who is told of what is asked already: whoever is named later, or was never told; and nobody twice."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext

from actions.models import Action
from clients.models import AccountAddress, Contact
from firms.actors import Actor
from firms.models import FailedTask, Staff
from kinds.chats.keeping import archive_thread, change_people, reopen_thread
from kinds.chats.models import ChatMessage, MessageFile
from kinds.chats.pages_client import Seat
from kinds.chats.queries import get_client_file_in, unread_threads
from notifications.models import Notice
from notifications.verdicts import Reason, Verdict
from reminders.rules import Schedule
from reminders.services import resend
from tenancy.context import firm_context
from tests.chatting import adds, answers, nadia_in, thread_in, wrote
from tests.factories import START
from tests.mail import Mailbox, text_of
from tests.parallel import at_once
from tests.people import Lumiere, make_lumiere
from tests.story import live

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
WINDOW = 10 * MINUTE
NADIA, PAUL = "nadia@lefevre.example", "paul@lefevre.example"


def fresh(action: Action) -> Action:
    return Action.objects.get(pk=action.pk)


def name(lumiere: Lumiere, action: Action, contacts: list[Contact], now: datetime) -> None:
    change_people(thread=thread_in(action), staff=[lumiere.claire], contacts=contacts, by=Actor.staff(lumiere.claire), now=now)


def show_context(lumiere: Lumiere) -> None:
    lumiere.firm.show_context = True
    lumiere.firm.save()


# --- Who is meant changes ----------------------------------------------------------------------------------------------


@pytest.mark.rule("M18", "M34")
def test_whoever_is_named_within_the_ten_minutes_is_told_of_all_that_waits(lumiere: Lumiere, mailbox: Mailbox) -> None:
    show_context(lumiere)
    action = wrote(lumiere, people=[lumiere.nadia])
    adds(lumiere, thread_in(action), START + MINUTE, "Et le stock ?")
    name(lumiere, action, [lumiere.paul], START + 2 * MINUTE)
    live(START + WINDOW)
    live(START + DAY)
    assert mailbox.addresses == [PAUL]
    said = text_of(mailbox.to(PAUL)[0])
    assert ["renouveler le bail" in said, "Et le stock ?" in said] == [True, True]


@pytest.mark.rule("M18", "M34")
def test_whoever_is_named_later_is_told_once_and_nobody_else_again(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action = wrote(lumiere, people=[lumiere.nadia], schedule=Schedule())
    live(START + WINDOW)
    name(lumiere, action, [lumiere.nadia, lumiere.paul], START + HOUR)
    name(lumiere, action, [lumiere.paul], START + HOUR + MINUTE)
    name(lumiere, action, [lumiere.nadia, lumiere.paul], START + HOUR + 2 * MINUTE)
    live(START + 2 * HOUR)
    assert mailbox.addresses == [NADIA, PAUL]


@pytest.mark.rule("M28")
def test_naming_somebody_who_cannot_be_told_is_a_task_for_the_office(lumiere: Lumiere) -> None:
    action = wrote(lumiere, people=[lumiere.nadia])
    AccountAddress.objects.filter(address__email=PAUL).update(notify=False)
    live(START + WINDOW)
    assert not FailedTask.objects.exists()
    name(lumiere, action, [lumiere.paul], START + HOUR)
    assert [(task.kind, task.action_id) for task in FailedTask.objects.all()] == [("nobody_to_notify", action.pk)]
    why = Notice.objects.filter(action=action, email=PAUL).order_by("-pk").values_list("verdict", "reason").first()
    assert why == (Verdict.SKIP, Reason.NOTIFY_OFF)


# --- A first notice that never went ------------------------------------------------------------------------------------


@pytest.mark.rule("D23", "M19")
def test_archived_before_anybody_was_told_and_reopened_it_is_told_first(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action, claire = wrote(lumiere), Actor.staff(lumiere.claire)
    archive_thread(thread=thread_in(action), by=claire, now=START + MINUTE)
    live(START + WINDOW)
    reopen_thread(thread=thread_in(action), by=claire, now=START + 20 * MINUTE)
    live(START + HOUR)
    live(START + 3 * DAY + HOUR)
    assert [str(mail["Subject"]).startswith("Rappel") for mail in mailbox.to(NADIA)] == [False, True]


def test_archived_and_reopened_while_it_waits_it_is_told_once(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action, claire = wrote(lumiere), Actor.staff(lumiere.claire)
    archive_thread(thread=thread_in(action), by=claire, now=START + MINUTE)
    reopen_thread(thread=thread_in(action), by=claire, now=START + 2 * MINUTE)
    live(START + WINDOW)
    live(START + HOUR)
    assert len(mailbox.to(NADIA)) == 1


@pytest.mark.rule("D05", "D33")
def test_sent_again_while_it_waits_it_goes_now_and_once(lumiere: Lumiere, mailbox: Mailbox) -> None:
    show_context(lumiere)
    action = wrote(lumiere)
    adds(lumiere, thread_in(action), START + MINUTE, "Et le stock ?")
    resend(action=fresh(action), by=Actor.staff(lumiere.claire), now=START + 2 * MINUTE, message="Et le stock de mai ?")
    live(START + 2 * MINUTE)
    live(START + WINDOW)
    live(START + HOUR)
    (mail,) = mailbox.to(NADIA)
    said = text_of(mail)
    assert ["renouveler le bail" in said, "Et le stock ?" in said, "Et le stock de mai ?" in said] == [True, False, True]


def test_each_e_mail_stands_under_the_first_that_reached_this_address(lumiere: Lumiere, mailbox: Mailbox) -> None:
    """Paul was not told of the first message, so his thread begins with the second."""
    AccountAddress.objects.filter(address__email=PAUL).update(notify=False)
    action = wrote(lumiere)
    live(START + WINDOW)
    AccountAddress.objects.filter(address__email=PAUL).update(notify=True)
    adds(lumiere, thread_in(action), START + HOUR)
    live(START + HOUR + WINDOW)
    live(START + HOUR + 3 * DAY)
    to_nadia, to_paul = mailbox.to(NADIA), mailbox.to(PAUL)
    assert [mail["References"] for mail in to_nadia] == [None, to_nadia[0]["Message-ID"], to_nadia[0]["Message-ID"]]
    assert [mail["References"] for mail in to_paul] == [None, to_paul[0]["Message-ID"]]


# --- Links -------------------------------------------------------------------------------------------------------------


def test_a_link_reads_what_belongs_to_its_own_request(lumiere: Lumiere) -> None:
    """What was said to Paul before, and its file, is not for whoever is asked something later."""
    first = wrote(lumiere, people=[lumiere.paul], text="Pour Paul.", uploads=[SimpleUploadedFile("paul.csv", b"PAUL ONLY;1\n")])
    answers(lumiere, thread_in(first), START + MINUTE)
    name(lumiere, first, [lumiere.nadia], START + 2 * MINUTE)
    adds(
        lumiere, thread_in(first), START + 3 * MINUTE, "Pour Nadia.", uploads=[SimpleUploadedFile("nadia.csv", b"a;b\n")]
    )  # fmt: skip
    thread = thread_in(first)
    seat = Seat(thread, nadia_in(lumiere), thread.action)
    assert [message.text for message in seat.messages] == ["Pour Nadia."]
    earlier, own = MessageFile.objects.order_by("pk")
    assert get_client_file_in(thread, own.file.code, seat.span) == own
    with pytest.raises(Http404):
        get_client_file_in(thread, earlier.file.code, seat.span)
    assert get_client_file_in(thread, earlier.file.code, Seat(thread, nadia_in(lumiere)).span) == earlier  # who signs in sees all


# --- Staff -------------------------------------------------------------------------------------------------------------


def test_an_answer_is_unread_by_somebody_who_sees_the_account(lumiere: Lumiere) -> None:
    """Paulo, without rights, wrote while the account was his; now it is Claire's."""
    lumiere.bakery.manager = lumiere.paulo
    lumiere.bakery.save()
    action = wrote(lumiere, staff=lumiere.paulo, by=Actor.staff(lumiere.paulo))
    lumiere.bakery.manager = lumiere.claire
    lumiere.bakery.save()
    answers(lumiere, thread_in(action), START + HOUR)
    seen = {staff for staff in Staff.objects.filter(firm=lumiere.firm) if unread_threads(staff).exists()}
    assert seen == {lumiere.claire}


# --- At once -----------------------------------------------------------------------------------------------------------


def locks_of(write: Callable[[], object]) -> list[str]:
    """The tables of which rows are locked, in the order of the first lock."""
    with CaptureQueriesContext(connection) as captured:
        write()
    locking = [query["sql"] for query in captured if " FOR UPDATE" in query["sql"] or " FOR NO KEY UPDATE" in query["sql"]]
    tables = [sql.partition(" FROM ")[2].partition('"')[2].partition('"')[0] for sql in locking]
    return [table for table in dict.fromkeys(tables) if table in ("clients_account", "actions_action", "chats_thread")]


def test_account_request_and_thread_are_locked_in_this_order(lumiere: Lumiere) -> None:
    action, claire = wrote(lumiere), Actor.staff(lumiere.claire)
    writes: list[Callable[[], object]] = [
        lambda: adds(lumiere, thread_in(action), START + HOUR),
        lambda: name(lumiere, action, [lumiere.nadia], START + HOUR),
        lambda: archive_thread(thread=thread_in(action), by=claire, now=START + HOUR),
        lambda: reopen_thread(thread=thread_in(action), by=claire, now=START + HOUR),
        lambda: answers(lumiere, thread_in(action), START + HOUR),
    ]
    assert [locks_of(write) for write in writes] == [["clients_account", "actions_action", "chats_thread"]] * 5


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    @pytest.fixture
    def people(self, transactional_db: None) -> Lumiere:
        return make_lumiere()

    def test_both_sides_write_while_the_account_is_locked_and_none_waits_for_ever(self, people: Lumiere) -> None:
        """Each locks account, request, thread: three rounds without a deadlock, and each message is kept."""
        with firm_context(people.firm.pk):
            action = wrote(people)
        for number in range(1, 4):
            at_once(*(partial(self.inside, people, work) for work in self.works(people, action, START + number * HOUR)))
        with firm_context(people.firm.pk):
            assert ChatMessage.objects.filter(thread__code=action.topic).count() == 1 + 3 * 2

    def works(self, people: Lumiere, action: Action, now: datetime) -> list[Callable[[], object]]:
        file = SimpleUploadedFile("liste.csv", b"a;b\n")
        return [
            lambda: adds(people, thread_in(action), now, uploads=[file]),
            lambda: answers(people, thread_in(action), now),
            lambda: name(people, action, [people.nadia], now),
        ]

    def inside(self, people: Lumiere, work: Callable[[], object]) -> None:
        with firm_context(people.firm.pk):
            work()
