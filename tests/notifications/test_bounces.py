"""An address is lost: what happens to it, to the requests it was told of, and what the office reads."""

from datetime import datetime, timedelta
from functools import partial

import pytest
from pytest_django import DjangoAssertNumQueries

from actions.models import Action
from clients.addresses import change_switches, replace_address
from clients.contacts import archive_contact
from clients.models import Account, AccountAddress, Address
from firms.actors import Actor
from firms.enums import Verb
from firms.models import ActivityLine, FailedTask, Firm
from notifications.bounces import record_bounce
from notifications.dispatch.send import dispatch_ready
from notifications.enums import RANKS, Outcome, SuppressionOrigin, SuppressionReason, moves_forward
from notifications.models import Message, Notice, Suppression
from notifications.taking_over import take_over
from notifications.verdicts import Reason, Verdict
from reminders.rules import Schedule
from reminders.services import ask, withdraw
from reminders.words import Words
from tenancy.context import firm_context
from tests.factories import START, AddressFactory, ContactFactory
from tests.mail import Mailbox, text_of
from tests.parallel import at_once
from tests.people import Lumiere, link, make_lumiere
from tests.story import ask_signature, live

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NADIA, PAUL, INES = "nadia@lefevre.example", "paul@lefevre.example", "ines@lefevre.example"
GONE = "550 5.1.1 No such user"
BOUNCED, COMPLAINED, UNSUBSCRIBED = SuppressionReason.NO_SUCH_ADDRESS, SuppressionReason.COMPLAINED, SuppressionReason.UNSUBSCRIBED


def switch(people: Lumiere, use: AccountAddress, now: datetime, *, on: bool) -> None:
    change_switches(account=use.account, address=use.address, by=Actor.staff(people.claire), now=now, notify=on)


def ask_papers(people: Lumiere, title: str = "Relevés 2026", *, account: Account | None = None, now: datetime = START) -> Action:
    """Asked of the whole account: nobody is named. Reminders on."""
    return ask(
        account=account or people.bakery, kind="client_task", words=Words(title, schedule=Schedule(on=True)), staff=people.claire,
        by=Actor.staff(people.claire), now=now,
    )  # fmt: skip


def only_nadia_told(people: Lumiere, title: str = "Relevés 2026") -> Action:
    """Paul's NOTIFY is switched on after the first notice has gone."""
    Firm.objects.filter(pk=people.firm.pk).update(show_context=True)
    switch(people, people.paul_at_bakery, START, on=False)
    action = ask_papers(people, title)
    live(START)
    switch(people, people.paul_at_bakery, START, on=True)
    return action


def bounce(address: Address, *, reason: SuppressionReason = BOUNCED, now: datetime = START + HOUR, message: Message | None = None) -> bool:
    """Of the last e-mail to it, as a provider tells."""
    message = message or Message.objects.filter(to_email=address.email).latest("pk")
    return record_bounce(
        firm=address.firm, message=message, address_ids=[address.pk], reason=reason, detail=GONE, at=now, now=now
    )  # fmt: skip


def told(action: Action, email: str) -> list[tuple[str, str]]:
    return list(Notice.objects.filter(action=action, email=email).order_by("pk").values_list("verdict", "reason"))


def task() -> FailedTask:
    return FailedTask.objects.get(kind="bounced", resolved_at=None)


def said() -> str:
    return task().detail.replace("\u00a0", " ")


@pytest.mark.rule("X10", "M34")
def test_the_next_notified_contact_takes_over_and_is_reminded(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action = only_nadia_told(lumiere)
    bounce(lumiere.nadia_address)
    live(START + HOUR)
    (first,) = mailbox.to(PAUL)
    assert "Relevés 2026" in text_of(first)
    live(START + 3 * DAY)
    assert len(mailbox.to(PAUL)) == 2
    assert len(mailbox.to(NADIA)) == 1
    line = ActivityLine.objects.get(verb=Verb.ACTION_TAKEN_OVER)
    assert (line.action_id, line.detail) == (action.pk, "Paul Lefèvre")
    assert (task().subject, task().account_id) == (NADIA, lumiere.bakery.pk)
    assert "« Relevés 2026 » : l’information ira à la place à Paul Lefèvre." in said()


def test_an_smtp_refusal_of_a_first_notice_lets_another_take_over(lumiere: Lumiere, mailbox: Mailbox) -> None:
    """Paul was skipped when it was asked, so that his first notice stands already: what he is told has a key of its own."""
    mailbox.refuse[NADIA] = GONE
    switch(lumiere, lumiere.paul_at_bakery, START, on=False)
    action = ask_papers(lumiere)
    switch(lumiere, lumiere.paul_at_bakery, START, on=True)
    live(START)
    assert mailbox.addresses == [PAUL]
    assert told(action, PAUL) == [(Verdict.SKIP, Reason.NOTIFY_OFF), (Verdict.SEND, Reason.NOTIFY_ON)]
    assert Suppression.objects.get().origin == SuppressionOrigin.SMTP
    assert Message.objects.get(to_email=NADIA).outcome == Outcome.BOUNCED


def test_whoever_was_linked_since_takes_over_with_the_first_notice_itself(lumiere: Lumiere, mailbox: Mailbox) -> None:
    switch(lumiere, lumiere.paul_at_bakery, START, on=False)
    action = ask_papers(lumiere)
    live(START)
    ines = AddressFactory(firm=lumiere.firm, contact=ContactFactory(firm=lumiere.firm, first_name="Inès"), email=INES)
    link(lumiere.bakery, ines)
    bounce(lumiere.nadia_address)
    live(START + HOUR)
    assert Notice.objects.get(email=INES).key == f"request:{action.pk}:{ines.pk}"
    assert mailbox.addresses == [INES, NADIA]


def test_where_others_were_told_nobody_is_told_again(lumiere: Lumiere, mailbox: Mailbox) -> None:
    ask_papers(lumiere)
    live(START)
    bounce(lumiere.nadia_address)
    live(START + HOUR)
    assert mailbox.addresses == [NADIA, PAUL]
    assert said() == (
        "Son serveur de messagerie dit qu’elle n’existe pas. « Relevés 2026 » : d’autres adresses en sont informées. "
        f"La réponse était : {GONE}"
    )


@pytest.mark.rule("M34")
def test_where_people_are_named_nobody_takes_over_and_the_office_is_told(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action = ask_signature(lumiere)
    live(START)
    bounce(lumiere.nadia_address)
    live(START + HOUR)
    assert mailbox.addresses == [NADIA]
    assert (task().action_id, task().account_id) == (action.pk, lumiere.bakery.pk)
    assert "désignées dans « Lettre de mission 2027 »" in said()


def test_a_named_person_who_is_told_at_another_address_is_no_open_question(lumiere: Lumiere, mailbox: Mailbox) -> None:
    other = AddressFactory(firm=lumiere.firm, contact=lumiere.nadia, email="nadia@maison.example")
    AccountAddress.objects.create(firm=lumiere.firm, account=lumiere.bakery, address=other, notify=True)
    ask_signature(lumiere)
    live(START)
    bounce(lumiere.nadia_address)
    assert "désignées" not in said()


def test_a_named_person_who_has_signed_is_no_open_question(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action = ask_signature(lumiere, signers=[lumiere.nadia, lumiere.paul])
    live(START)
    action.parties.filter(contact=lumiere.nadia).update(done_at=START)
    bounce(lumiere.nadia_address)
    assert "désignées" not in said()


def test_where_nobody_is_left_the_task_says_so_and_what_to_do(lumiere: Lumiere, mailbox: Mailbox) -> None:
    switch(lumiere, lumiere.paul_at_bakery, START, on=False)
    action = ask_papers(lumiere)
    live(START)
    bounce(lumiere.nadia_address)
    assert task().action_id == action.pk
    assert "Plus personne ne peut être informé de « Relevés 2026 »" in said()
    assert "activez NOTIFY" in said()


@pytest.mark.rule("M15")
def test_the_address_that_took_its_place_takes_over_and_nobody_is_bothered(lumiere: Lumiere, mailbox: Mailbox) -> None:
    """The e-mail comes back days after the address was changed: only the old one had been told."""
    switch(lumiere, lumiere.paul_at_bakery, START, on=False)
    action = ask_papers(lumiere)
    live(START)
    new = replace_address(
        account=lumiere.bakery, old=lumiere.nadia_address, email="n.lefevre@lefevre.example", by=Actor.staff(lumiere.claire), now=START
    )
    bounce(lumiere.nadia_address)
    live(START + HOUR)
    assert mailbox.addresses == ["n.lefevre@lefevre.example", NADIA]
    assert Notice.objects.get(address=new).key == f"request:{action.pk}:{new.pk}"
    assert not FailedTask.objects.exists()


def test_another_address_of_the_same_person_takes_over_too(lumiere: Lumiere, mailbox: Mailbox) -> None:
    switch(lumiere, lumiere.paul_at_bakery, START, on=False)
    ask_papers(lumiere)
    live(START)
    home = AddressFactory(firm=lumiere.firm, contact=lumiere.nadia, email="nadia@maison.example")
    AccountAddress.objects.create(firm=lumiere.firm, account=lumiere.bakery, address=home, notify=True)
    bounce(lumiere.nadia_address)
    live(START + HOUR)
    assert mailbox.addresses == [NADIA, "nadia@maison.example"]


def test_an_archived_contact_takes_nothing_over(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action = only_nadia_told(lumiere)
    archive_contact(contact=lumiere.paul, by=Actor.staff(lumiere.claire), now=START)
    bounce(lumiere.nadia_address)
    assert told(action, PAUL) == [(Verdict.SKIP, Reason.NOTIFY_OFF)]
    assert "Plus personne" in said()


def test_a_closed_request_is_taken_over_by_nobody(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action = only_nadia_told(lumiere)
    withdraw(action=action, by=Actor.staff(lumiere.claire), now=START)
    bounce(lumiere.nadia_address)
    live(START + HOUR)
    assert mailbox.addresses == [NADIA]
    assert "Relevés" not in said()


def test_several_requests_are_taken_over_in_one_e_mail(lumiere: Lumiere, mailbox: Mailbox) -> None:
    Firm.objects.filter(pk=lumiere.firm.pk).update(show_context=True)
    switch(lumiere, lumiere.paul_at_bakery, START, on=False)
    for title in ("Bilan", "Caisse", "Stocks", "Paie"):
        ask_papers(lumiere, title)
    live(START)
    switch(lumiere, lumiere.paul_at_bakery, START, on=True)
    bounce(lumiere.nadia_address)
    live(START + HOUR)
    (mail,) = mailbox.to(PAUL)
    assert all(title in text_of(mail) for title in ("Bilan", "Caisse", "Stocks", "Paie"))
    assert "« Bilan », « Caisse », « Stocks » et 1 autre" in said()


def test_twice_records_once(lumiere: Lumiere, mailbox: Mailbox) -> None:
    only_nadia_told(lumiere)
    assert [bounce(lumiere.nadia_address), bounce(lumiere.nadia_address, now=START + 2 * HOUR)] == [True, False]
    live(START + HOUR)
    assert (len(mailbox.to(PAUL)), Suppression.objects.count(), FailedTask.objects.count()) == (1, 1, 1)


def test_a_second_look_at_who_takes_over_writes_nothing_more(lumiere: Lumiere, mailbox: Mailbox) -> None:
    only_nadia_told(lumiere)
    bounce(lumiere.nadia_address)
    before = Notice.objects.count()
    take_over(lumiere.firm, [lumiere.nadia_address.pk], START + HOUR)
    assert Notice.objects.count() == before


def test_a_task_that_staff_closed_is_not_raised_again_by_a_late_repetition(lumiere: Lumiere, mailbox: Mailbox) -> None:
    only_nadia_told(lumiere)
    bounce(lumiere.nadia_address)
    FailedTask.objects.update(resolved_at=START)
    bounce(lumiere.nadia_address, now=START + DAY)
    assert not FailedTask.objects.filter(resolved_at=None).exists()


def test_what_staff_lifted_since_stays_lifted(lumiere: Lumiere, mailbox: Mailbox) -> None:
    only_nadia_told(lumiere)
    bounce(lumiere.nadia_address)
    Suppression.objects.update(lifted_at=START + 2 * HOUR)
    assert bounce(lumiere.nadia_address, now=START + HOUR) is False  # the provider tells it once more, late
    assert not Suppression.objects.filter(lifted_at=None).exists()
    assert bounce(lumiere.nadia_address, now=START + 3 * HOUR) is True


def test_a_bounce_of_an_old_e_mail_does_not_stop_the_corrected_address(lumiere: Lumiere, mailbox: Mailbox) -> None:
    ask_papers(lumiere)
    live(START)
    message = Message.objects.get(to_email=NADIA)
    address = Address.objects.get(pk=lumiere.nadia_address.pk)
    address.email = "nadia.lefevre@lefevre.example"
    address.save()
    bounce(address, message=message)
    assert (Message.objects.get(pk=message.pk).outcome, Suppression.objects.count()) == (Outcome.BOUNCED, 0)


@pytest.mark.parametrize(("reason", "tasks"), [(COMPLAINED, 1), (UNSUBSCRIBED, 0)])
def test_a_reader_who_wants_no_more_is_left_alone_and_others_take_over(
    lumiere: Lumiere, mailbox: Mailbox, reason: SuppressionReason, tasks: int
) -> None:
    only_nadia_told(lumiere)
    bounce(lumiere.nadia_address, reason=reason)
    live(START + HOUR)
    assert len(mailbox.to(PAUL)) == 1
    assert FailedTask.objects.count() == tasks
    stood = Suppression.objects.get()
    assert (stood.reason, stood.origin) == (reason, SuppressionOrigin.READER)


def test_an_unsubscription_that_leaves_nobody_is_a_failed_task(lumiere: Lumiere, mailbox: Mailbox) -> None:
    switch(lumiere, lumiere.paul_at_bakery, START, on=False)
    ask_papers(lumiere)
    live(START)
    bounce(lumiere.nadia_address, reason=UNSUBSCRIBED)
    assert "Plus personne" in said()


def test_mail_to_nobody_of_the_clients_is_a_failed_task_alone(lumiere: Lumiere, mailbox: Mailbox) -> None:
    ask_papers(lumiere)
    live(START)
    message = Message.objects.get(to_email=NADIA)
    assert record_bounce(firm=lumiere.firm, message=message, address_ids=[], reason=BOUNCED, detail=GONE, at=START, now=START)
    assert (Suppression.objects.count(), task().key) == (0, f"bounced:message:{message.pk}")


def test_outcomes_only_move_forward(lumiere: Lumiere, mailbox: Mailbox) -> None:
    ask_papers(lumiere)
    live(START)
    bounce(lumiere.nadia_address, reason=COMPLAINED)
    bounce(lumiere.nadia_address)
    assert Message.objects.get(to_email=NADIA).outcome == Outcome.COMPLAINED
    assert set(RANKS) == set(Outcome)
    assert not any(moves_forward(outcome, outcome) for outcome in Outcome)
    assert not moves_forward(Outcome.BOUNCED, Outcome.DELIVERED)


def test_as_many_queries_for_many_requests_as_for_one(
    lumiere: Lumiere, mailbox: Mailbox, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    switch(lumiere, lumiere.paul_at_bakery, START, on=False)
    for title in ("Bilan", "Caisse", "Stocks"):
        ask_papers(lumiere, title)
    ask_papers(lumiere, "Bail", account=lumiere.tilleuls)
    live(START)
    switch(lumiere, lumiere.paul_at_bakery, START, on=True)
    ids, firm = [lumiere.nadia_address.pk], lumiere.firm
    bounce(lumiere.nadia_address)
    Notice.objects.filter(key__startswith="takeover:").delete()
    with django_assert_num_queries(10):
        assert len(take_over(firm, ids, START + HOUR)) == 4


@pytest.mark.django_db(transaction=True)
def test_many_who_tell_the_same_at_once_write_it_once(mailbox: Mailbox) -> None:
    people = make_lumiere()
    with firm_context(people.firm.pk):
        only_nadia_told(people)

    def tell() -> bool:
        with firm_context(people.firm.pk):
            return bounce(people.nadia_address)

    assert sorted(map(bool, at_once(tell, tell, tell, partial(dispatch_ready, lambda: START)))) == [False, False, False, True]
    dispatch_ready(lambda: START + HOUR)
    assert len(mailbox.to(PAUL)) == 1
