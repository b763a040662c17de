"""Messages and uploads that come within ten minutes are told in one e-mail, and nothing is lost or told twice."""

import random
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from time import sleep

import pytest
from pytest_django import DjangoAssertNumQueries

from actions.models import Action
from clients.addresses import change_preferences, change_switches
from clients.contacts import archive_contact
from clients.enums import Preference
from clients.models import AccountAddress
from firms.actors import Actor
from firms.models import FailedTask, Firm
from notifications import account_events
from notifications.account_events import AccountEvent
from notifications.dispatch.send import dispatch_ready
from notifications.enums import Outcome, SuppressionReason
from notifications.forgetting import forget_rows
from notifications.gathering import WINDOW, gather_about, gather_for
from notifications.models import Message, Notice
from notifications.services import suppress_address
from notifications.verdicts import Reason, Verdict
from reminders.services import ask, withdraw
from reminders.telling import tell_message
from reminders.words import Words
from templates_email.enums import EmailEvent
from tenancy.context import firm_context
from tests.factories import START
from tests.mail import Mailbox, html_of, text_of
from tests.parallel import at_once
from tests.people import Lumiere, make_lumiere

MINUTE = timedelta(minutes=1)
UPLOADED = EmailEvent.DOCUMENTS_UPLOADED
NADIA, PAUL = "nadia@lefevre.example", "paul@lefevre.example"


def conversation(people: Lumiere) -> Action:
    """An answer asked of whoever follows the bakery; nobody has been told of it yet."""
    Firm.objects.filter(pk=people.firm.pk).update(show_context=True)
    return ask(
        account=people.bakery, kind="signature", words=Words("Bail du magasin"), staff=people.claire,
        by=Actor.staff(people.claire), now=START, tell=lambda firm, action, now: [],
    )  # fmt: skip


def write(action: Action, text: str, now: datetime) -> None:
    rows = [{"SAID": text, "SAID_BY": "Claire Moreau", "SAID_ON": now.isoformat()}]
    gather_about(action=action, event=EmailEvent.CHAT_MESSAGE, stream="chat:7", rows=rows, now=now)


def upload(people: Lumiere, name: str, now: datetime) -> None:
    gather_for(account=people.bakery, event=UPLOADED, rows=[{"ITEM": name, "ref": name}], now=now)


@pytest.fixture
def uploads(lumiere: Lumiere, monkeypatch: pytest.MonkeyPatch) -> Lumiere:
    Firm.objects.filter(pk=lumiere.firm.pk).update(show_context=True)
    registered = AccountEvent(Preference.UPLOADS, lambda account: f"/portal/documents/?account={account.code}")
    monkeypatch.setitem(account_events._registered, UPLOADED, registered)
    return lumiere


def send_at(now: datetime) -> None:
    dispatch_ready(lambda: now)


def told(address_id: int) -> list[tuple[str, str, list[str]]]:
    """Verdict, reason and what was written, of each notice to the address, oldest first."""
    notices = Notice.objects.filter(address=address_id).order_by("pk")
    return [(n.verdict, n.reason, [row.get("SAID") or row["ITEM"] for row in n.values["rows"]]) for n in notices]


WAITING = (Verdict.HOLD, Reason.GATHERING)


def test_messages_of_ten_minutes_go_out_in_one_e_mail(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action = conversation(lumiere)
    for number, now in enumerate((START, START + 4 * MINUTE, START + 9 * MINUTE)):
        write(action, f"Message {number}", now)
        send_at(now)
    assert mailbox.addresses == []
    assert told(lumiere.nadia_address.pk) == [(*WAITING, ["Message 0", "Message 1", "Message 2"])]
    send_at(START + WINDOW)
    send_at(START + 2 * WINDOW)
    assert mailbox.addresses == [NADIA, PAUL]
    (mail,) = mailbox.to(NADIA)
    assert mail["Subject"] == "3 messages de Cabinet Lumière\u00a0: «\u00a0Bail du magasin\u00a0»"
    assert re.findall(r"Message \d", text_of(mail)) == re.findall(r"Message \d", html_of(mail)) == ["Message 0", "Message 1", "Message 2"]


def test_what_comes_after_the_e_mail_opens_another_window(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action = conversation(lumiere)
    write(action, "One", START)
    send_at(START + WINDOW)
    write(action, "Two", START + WINDOW)
    send_at(START + WINDOW + 9 * MINUTE)
    assert [re.findall("One|Two", text_of(mail)) for mail in mailbox.to(NADIA)] == [["One"]]
    send_at(START + 2 * WINDOW)
    assert [re.findall("One|Two", text_of(mail)) for mail in mailbox.to(NADIA)] == [["One"], ["Two"]]


def test_keys_can_be_read_and_are_taken_once(lumiere: Lumiere) -> None:
    action = conversation(lumiere)
    write(action, "One", START)
    begun = int(START.timestamp())
    assert set(Notice.objects.values_list("key", flat=True)) == {
        f"chat:7:{begun}:{lumiere.nadia_address.pk}", f"chat:7:{begun}:{lumiere.paul_address.pk}",
    }  # fmt: skip


def test_whoever_is_not_told_has_a_row_that_says_why_once_a_window(lumiere: Lumiere) -> None:
    action = conversation(lumiere)
    change_switches(account=lumiere.bakery, address=lumiere.paul_address, notify=False, by=Actor.system(), now=START)
    for number in range(3):
        write(action, f"Message {number}", START + number * MINUTE)
    assert told(lumiere.paul_address.pk) == [(Verdict.SKIP, Reason.NOTIFY_OFF, ["Message 0"])]


def test_whoever_may_be_told_from_now_on_hears_of_what_comes_from_now_on(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action, by = conversation(lumiere), Actor.system()
    change_switches(account=lumiere.bakery, address=lumiere.paul_address, notify=False, by=by, now=START)
    write(action, "Before", START)
    change_switches(account=lumiere.bakery, address=lumiere.paul_address, notify=True, by=by, now=START)
    write(action, "After", START)  # in the very same second
    write(action, "Later", START + MINUTE)
    assert told(lumiere.paul_address.pk) == [(Verdict.SKIP, Reason.NOTIFY_OFF, ["Before"]), (*WAITING, ["After", "Later"])]
    send_at(START + WINDOW)
    assert [re.findall("Before|After|Later", text_of(mail)) for mail in mailbox.to(PAUL)] == [["After", "Later"]]


def test_an_answer_before_the_window_closes_keeps_all_of_it_here(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action = conversation(lumiere)
    write(action, "One", START)
    withdraw(action=action, by=Actor.system(), now=START + 9 * MINUTE)
    send_at(START + WINDOW)
    assert mailbox.addresses == []
    assert told(lumiere.nadia_address.pk) == [(Verdict.SKIP, Reason.ACTION_CLOSED, ["One"])]


@pytest.mark.rule("M28")
def test_a_message_that_nobody_can_be_told_of_is_a_task_for_the_office(lumiere: Lumiere) -> None:
    action = conversation(lumiere)
    AccountAddress.objects.update(notify=False)
    tell_message(lumiere.firm, action, START, stream="chat:7", rows=[{"SAID": "One", "SAID_BY": "Claire Moreau"}])
    assert [task.kind for task in FailedTask.objects.all()] == ["nobody_to_notify"]


@pytest.mark.rule("C25")
def test_uploads_of_ten_minutes_go_out_in_one_e_mail_that_leads_to_the_account(uploads: Lumiere, mailbox: Mailbox) -> None:
    upload(uploads, "Bail.pdf", START)
    upload(uploads, "TVA.pdf", START + MINUTE)
    send_at(START + WINDOW)
    (mail,) = mailbox.to(PAUL)
    assert mail["Subject"] == "De nouveaux documents pour vous"
    for said in (text_of(mail), html_of(mail)):
        assert [word in said for word in ("Bail.pdf", "TVA.pdf", f"/portal/documents/?account={uploads.bakery.code}")] == [True] * 3
    assert f"/off/{Preference.UPLOADS}/" in mail["List-Unsubscribe"]


@pytest.mark.rule("C25")
def test_uploads_are_told_to_nobody_who_does_not_want_them(uploads: Lumiere, mailbox: Mailbox) -> None:
    change_preferences(account=uploads.bakery, address=uploads.paul_address, wants_uploads=False, by=Actor.system(), now=START)
    upload(uploads, "Bail.pdf", START)
    send_at(START + WINDOW)
    assert mailbox.addresses == [NADIA]
    assert told(uploads.paul_address.pk) == [(Verdict.SKIP, Reason.PREFERENCE_OFF, ["Bail.pdf"])]


def no_notify(people: Lumiere) -> None:
    change_switches(account=people.bakery, address=people.paul_address, notify=False, by=Actor.system(), now=START)


def not_wanted(people: Lumiere) -> None:
    change_preferences(account=people.bakery, address=people.paul_address, wants_uploads=False, by=Actor.system(), now=START)


def suppressed(people: Lumiere) -> None:
    reason, address = SuppressionReason.BY_STAFF, people.paul_address
    suppress_address(firm=people.firm, address_id=address.pk, reason=reason, detail="", by=Actor.system(), now=START)


def archived(people: Lumiere) -> None:
    archive_contact(contact=people.paul, by=Actor.system(), now=START)


def unlinked(people: Lumiere) -> None:
    AccountAddress.objects.filter(address=people.paul_address).delete()


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        (no_notify, Reason.NOTIFY_OFF),
        (not_wanted, Reason.PREFERENCE_OFF),
        (suppressed, Reason.SUPPRESSED),
        (archived, Reason.CONTACT_ARCHIVED),
        (unlinked, Reason.UNLINKED),
    ],
)
def test_what_changes_while_uploads_wait_is_seen_before_they_are_told(
    uploads: Lumiere, mailbox: Mailbox, act: Callable[[Lumiere], None], reason: Reason
) -> None:
    upload(uploads, "Bail.pdf", START)
    act(uploads)
    send_at(START + WINDOW)
    assert mailbox.addresses == [NADIA]
    assert told(uploads.paul_address.pk) == [(Verdict.SKIP, reason, ["Bail.pdf"])]


def test_what_is_taken_back_while_it_waits_is_not_told(uploads: Lumiere, mailbox: Mailbox) -> None:
    for name in ("Bail.pdf", "TVA.pdf"):
        upload(uploads, name, START)
    forget_rows(account=uploads.bakery, event=UPLOADED, refs=["Bail.pdf"], now=START)
    send_at(START + WINDOW)
    assert [("Bail" in text_of(mail), "TVA" in text_of(mail)) for mail in mailbox.to(NADIA)] == [(False, True)]
    upload(uploads, "Statuts.pdf", START + 2 * WINDOW)
    forget_rows(account=uploads.bakery, event=UPLOADED, refs=["Statuts.pdf"], now=START)
    send_at(START + 3 * WINDOW)
    assert len(mailbox.to(NADIA)) == 1
    assert told(uploads.nadia_address.pk)[-1] == (Verdict.SKIP, Reason.OUT_OF_DATE, [])


@pytest.mark.rule("A18", "M5")
def test_hidden_context_keeps_messages_and_file_names_here(uploads: Lumiere, mailbox: Mailbox) -> None:
    action = conversation(uploads)
    Firm.objects.filter(pk=uploads.firm.pk).update(show_context=False)
    write(action, "secretmark", START)
    upload(uploads, "filemark.pdf", START)
    send_at(START + WINDOW)
    said = [f"{mail.as_string()}{text_of(mail)}{html_of(mail)}" for mail in mailbox.to(NADIA)]
    assert [[mark in text for mark in ("secretmark", "filemark", "Bail", "Claire Moreau")] for text in said] == [[False] * 4] * 2


def test_telling_costs_the_same_whoever_waits(lumiere: Lumiere, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    action = conversation(lumiere)
    for number in range(3):
        write(action, f"Message {number}", START)
    with django_assert_num_queries(5):  # the lock, what the resolver reads, who waits, and their rows
        write(action, "Message 4", START)


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    @pytest.fixture
    def people(self, transactional_db: None) -> Lumiere:
        return make_lumiere()

    def test_two_who_write_and_a_dispatcher_lose_nothing_and_tell_nothing_twice(self, people: Lumiere, mailbox: Mailbox) -> None:
        """Twenty rounds, each begun when the window before it has just closed."""
        with firm_context(people.firm.pk):
            action = conversation(people)
        dice, written = random.Random(20261102), []

        def post(text: str, now: datetime) -> Callable[[], None]:
            def inside() -> None:
                with firm_context(people.firm.pk):
                    write(action, text, now)

            written.append(text)
            return inside

        for number in range(20):
            now = START + number * WINDOW
            works: list[Callable[[], object]] = [post(f"m{number}a.", now), post(f"m{number}b.", now), partial(send_at, now)]
            dice.shuffle(works)
            at_once(*works)
            if number % 4 == 3:  # what was locked when the dispatcher came by; an e-mail shows no more than twenty
                send_at(now)
        send_at(START + 40 * WINDOW)
        for address in (NADIA, PAUL):
            heard = [word for mail in mailbox.to(address) for word in re.findall(r"m\d+[ab]\.", text_of(mail))]
            assert sorted(heard) == sorted(written)

    def test_a_file_taken_back_beside_a_dispatcher_is_either_gone_or_named(
        self, people: Lumiere, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Twenty rounds, each begun when an e-mail is ready; half of these were put off by the server before."""
        monkeypatch.setitem(account_events._registered, UPLOADED, AccountEvent(Preference.UPLOADS, lambda account: "/portal/documents/"))

        dice = random.Random(20261126)

        def take_back(name: str, now: datetime) -> None:
            sleep(dice.uniform(0, 0.15))  # before the claim, or on any step of it
            with firm_context(people.firm.pk):
                forget_rows(account=people.bakery, event=UPLOADED, refs=[name], now=now)

        with firm_context(people.firm.pk):
            Firm.objects.filter(pk=people.firm.pk).update(show_context=True)
        for number in range(20):
            name, now = f"f{number}.pdf", START + (number + 1) * WINDOW
            with firm_context(people.firm.pk):
                upload(people, name, now - WINDOW)
            if number % 2:
                mailbox.refuse = dict.fromkeys((NADIA, PAUL), "451 4.3.0 Busy")
                send_at(now)
                mailbox.refuse = {}
                with firm_context(people.firm.pk):
                    Message.objects.filter(outcome=Outcome.WAITING).update(next_try_at=START)
            at_once(partial(send_at, now), partial(take_back, name, now))
        send_at(START + 30 * WINDOW)
        with firm_context(people.firm.pk):
            for address, email in ((people.nadia_address, NADIA), (people.paul_address, PAUL)):
                kept = [row for _, _, rows in told(address.pk) for row in rows]
                heard = [word for mail in mailbox.to(email) for word in re.findall(r"f\d+\.pdf", text_of(mail))]
                assert sorted(heard) == sorted(kept)
            assert not Message.objects.filter(outcome__in=[Outcome.WAITING, Outcome.SENDING]).exists()
