"""What is ready for one address under one bundle goes in one e-mail; each of it is looked at afresh until the last moment."""

import random
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from actions.models import Action
from clients.models import Address
from firms.actors import Actor
from firms.enums import Verb
from firms.models import ActivityLine, FailedTask, Firm
from lib.clock import machine_now
from notifications.dispatch.claim import claim
from notifications.dispatch.claimed import Claimed
from notifications.dispatch.lease import LEASE, hand_over
from notifications.dispatch.ledger import Ledger
from notifications.dispatch.posting import send
from notifications.dispatch.send import dispatch_ready
from notifications.enums import Outcome
from notifications.models import Message, Notice, Suppression
from notifications.owners import change_settings
from notifications.secrets import item_url
from notifications.verdicts import Reason, Verdict
from reminders.services import resend_many, withdraw
from tenancy.context import firm_context
from tests.factories import START
from tests.mail import Mailbox, html_of, text_of
from tests.parallel import at_once
from tests.people import Lumiere, make_lumiere
from tests.story import ask_signature
from ways.smtp import SmtpTransport
from ways.transports import Transport, open_transport

NADIA, PAUL = "nadia@lefevre.example", "paul@lefevre.example"
ARCHIVE = "archives@lumiere.example"
DAY = timedelta(days=1)
TITLES = ["Comptes 2026", "Bilan 2026", "Liasse 2026"]


def ask_three(people: Lumiere) -> list[Action]:
    """Three requests of Nadia and Paul, of which they have been told, one e-mail each."""
    Firm.objects.filter(pk=people.firm.pk).update(show_context=True)
    return [ask_signature(people, title=title, signers=[people.nadia, people.paul]) for title in TITLES]


def tell_all(people: Lumiere, actions: list[Action], message: str | None = None) -> int:
    return resend_many(actions=actions, message=message, by=Actor.staff(people.claire), now=START + DAY)


@pytest.fixture
def three(lumiere: Lumiere, mailbox: Mailbox) -> list[Action]:
    """As `ask_three`; those e-mails are out of the mailbox again."""
    actions = ask_three(lumiere)
    dispatch_ready(lambda: START)
    mailbox.accepted.clear()
    return actions


@pytest.fixture
def transport(mailbox: Mailbox) -> Iterator[Transport]:
    opened = open_transport()
    yield opened
    opened.close()


def send_all() -> None:
    dispatch_ready(lambda: START + DAY)


def claim_all(people: Lumiere) -> list[Claimed]:
    return claim(people.firm.pk, START + DAY, machine_now()).claims


def take_back(action: Action) -> None:
    withdraw(action=action, by=Actor.system(), now=START + DAY)


def take_all_back(actions: Iterable[Action]) -> None:
    for action in actions:
        take_back(action)


def titles_in(text: str) -> list[str]:
    return re.findall("|".join(TITLES), text)


def verdicts(address: Address) -> list[tuple[str, str, str]]:
    """Verdict, reason and outcome of what was told again to the address."""
    notices = Notice.objects.filter(address=address, key__startswith="resend").select_related("message").order_by("pk")
    return [(notice.verdict, notice.reason, notice.message.outcome if notice.message else "") for notice in notices]


SENT, CLOSED = (Verdict.SEND, Reason.NAMED, Outcome.SENT), (Verdict.SKIP, Reason.ACTION_CLOSED, "")


@pytest.mark.rule("D08", "D09", "M17")
def test_all_that_is_pending_goes_in_one_e_mail_with_a_link_each(three: list[Action], lumiere: Lumiere, mailbox: Mailbox) -> None:
    assert tell_all(lumiere, three, "Merci d’y penser cette semaine.") == 2
    send_all()
    send_all()
    assert mailbox.addresses == [NADIA, PAUL]
    (mail,) = mailbox.to(NADIA)
    assert mail["Subject"] == "3 demandes vous attendent"
    keys = Notice.objects.filter(address=lumiere.nadia_address, key__startswith="resend").order_by("pk").values_list("key", flat=True)
    links = [item_url(lumiere.firm.pk, key) for key in keys]
    assert re.findall(r"\S+/l/\S+/", text_of(mail)) == links
    assert [html_of(mail).count(f'href="{link}"') for link in links] == [1, 1, 1]
    assert titles_in(text_of(mail)) == titles_in(html_of(mail)) == TITLES
    assert text_of(mail).count("Merci d’y penser cette semaine.") == 1
    assert verdicts(lumiere.nadia_address) == [SENT] * 3


@pytest.mark.rule("D10", "D11")
def test_each_of_them_moves_to_the_top_and_has_its_line(three: list[Action], lumiere: Lumiere) -> None:
    tell_all(lumiere, three, "Merci.")
    assert {(action.bumped_at, action.message) for action in Action.objects.all()} == {(START + DAY, "Merci.")}
    lines = ActivityLine.objects.filter(verb=Verb.ACTION_RESENT).order_by("pk").values_list("subject", "detail", "actor_name")
    assert list(lines) == [(title, "Nadia Lefèvre, Paul Lefèvre", "Claire Moreau") for title in TITLES]


def test_clicking_twice_tells_once_and_what_was_closed_is_left_out(three: list[Action], lumiere: Lumiere, mailbox: Mailbox) -> None:
    take_back(three[0])
    for _ in range(2):
        tell_all(lumiere, three)
    send_all()
    assert [titles_in(text_of(mail)) for mail in mailbox.to(NADIA)] == [TITLES[1:]]
    assert resend_many(actions=three[:1], by=Actor.system(), now=START + DAY) == resend_many(actions=[], by=Actor.system(), now=START) == 0


def test_each_account_has_an_e_mail_of_its_own(three: list[Action], lumiere: Lumiere, mailbox: Mailbox) -> None:
    other = ask_signature(lumiere, account=lumiere.tilleuls, title="Statuts")
    dispatch_ready(lambda: START)
    mailbox.accepted.clear()
    tell_all(lumiere, [*three, other])
    send_all()
    assert sorted(str(mail["Subject"]) for mail in mailbox.to(NADIA)) == [
        "3 demandes vous attendent",
        "Votre signature pour «\u00a0Statuts\u00a0»",
    ]


@pytest.mark.rule("A18", "M5")
def test_hidden_context_leaves_kinds_days_and_links(three: list[Action], lumiere: Lumiere, mailbox: Mailbox) -> None:
    Firm.objects.filter(pk=lumiere.firm.pk).update(show_context=False)
    tell_all(lumiere, three, "Secret de Claire")
    send_all()
    (mail,) = mailbox.to(NADIA)
    said = f"{mail.as_string()}{text_of(mail)}{html_of(mail)}"
    assert [word for word in [*TITLES, "Secret", "Claire"] if word in said] == []
    assert (text_of(mail).count("Signature, demande du lundi 2 novembre"), len(re.findall(r"\S+/l/\S+/", text_of(mail)))) == (3, 3)


def test_what_was_settled_before_the_claim_is_not_told(three: list[Action], lumiere: Lumiere, mailbox: Mailbox) -> None:
    tell_all(lumiere, three)
    take_back(three[1])
    send_all()
    assert [titles_in(text_of(mail)) for mail in mailbox.to(NADIA)] == [[TITLES[0], TITLES[2]]]
    assert verdicts(lumiere.nadia_address) == [SENT, CLOSED, SENT]


def test_what_is_left_alone_goes_as_its_own_e_mail(three: list[Action], lumiere: Lumiere, mailbox: Mailbox) -> None:
    tell_all(lumiere, three)
    take_back(three[0])
    take_back(three[2])
    send_all()
    (mail,) = mailbox.to(NADIA)
    assert mail["Subject"] == "Votre signature pour «\u00a0Bilan 2026\u00a0»"


@pytest.mark.parametrize("settled", [[1], [0, 2]])
def test_what_is_settled_just_before_data_drops_out(
    three: list[Action], lumiere: Lumiere, mailbox: Mailbox, transport: Transport, settled: list[int]
) -> None:
    """The envelope has been spoken already: the message is made anew without it."""
    tell_all(lumiere, three)
    claimed, _ = claim_all(lumiere)
    during_rcpt(transport, lambda: take_all_back(three[place] for place in settled))
    assert send(lumiere.firm.pk, claimed, transport, lambda: START + DAY) is True
    left = [title for place, title in enumerate(TITLES) if place not in settled]
    ((address, mail),) = mailbox.accepted
    assert titles_in(text_of(mail)) == left
    assert Message.objects.get(pk=claimed.message_id).subject == mail["Subject"]
    by_address = {NADIA: lumiere.nadia_address, PAUL: lumiere.paul_address}[address]
    assert verdicts(by_address) == [CLOSED if place in settled else SENT for place in range(3)]


def test_when_all_is_settled_just_before_data_nothing_goes(
    three: list[Action], lumiere: Lumiere, mailbox: Mailbox, transport: Transport
) -> None:
    tell_all(lumiere, three)
    claimed, _ = claim_all(lumiere)
    during_rcpt(transport, lambda: take_all_back(three))
    assert send(lumiere.firm.pk, claimed, transport, lambda: START + DAY) is False
    assert (mailbox.accepted, Message.objects.get(pk=claimed.message_id).outcome) == ([], Outcome.CANCELLED)


def during_rcpt(transport: Transport, act: Callable[[], object]) -> None:
    """Lets `act` happen once, after the message was made and before the last look."""
    assert isinstance(transport, SmtpTransport)
    spoken = transport._open_for

    def speak_and_act(*envelope: Any) -> object:
        connection = spoken(*envelope)
        transport._open_for = spoken  # type: ignore[method-assign]
        act()
        return connection

    transport._open_for = speak_and_act  # type: ignore[method-assign, assignment]


def test_a_worker_killed_between_claim_and_send_loses_nothing(three: list[Action], lumiere: Lumiere, mailbox: Mailbox) -> None:
    tell_all(lumiere, three)
    claim_all(lumiere)
    Message.objects.filter(outcome=Outcome.SENDING).update(lease_until=machine_now() - timedelta(seconds=1))
    take_back(three[0])
    send_all()
    send_all()
    assert mailbox.addresses == [NADIA, PAUL]
    assert titles_in(text_of(mailbox.to(NADIA)[0])) == TITLES[1:]
    assert verdicts(lumiere.nadia_address) == [CLOSED, SENT, SENT]


def test_in_doubt_they_go_once_more_under_the_same_id(three: list[Action], lumiere: Lumiere, mailbox: Mailbox) -> None:
    tell_all(lumiere, three)
    claimed, _ = claim_all(lumiere)
    hand_over(Ledger(lumiere.firm.pk), claimed, START + DAY, machine_now())  # and here the worker dies
    Message.objects.filter(outcome=Outcome.SENDING).update(lease_until=machine_now() - LEASE)
    send_all()
    message = Message.objects.get(pk=claimed.message_id)
    (mail,) = mailbox.to(message.to_email)
    assert (mail["Message-ID"], message.outcome, message.in_doubt) == (message.message_id, Outcome.SENT, True)


def test_a_busy_server_gets_all_of_it_at_the_next_try(three: list[Action], lumiere: Lumiere, mailbox: Mailbox) -> None:
    mailbox.refuse[NADIA] = "451 4.3.0 Come back later"
    tell_all(lumiere, three)
    send_all()
    assert [outcome for *_, outcome in verdicts(lumiere.nadia_address)] == [Outcome.WAITING] * 3
    mailbox.refuse.clear()
    Message.objects.filter(outcome=Outcome.WAITING).update(next_try_at=machine_now())
    send_all()
    assert [titles_in(text_of(mail)) for mail in mailbox.to(NADIA)] == [TITLES]


def test_a_bounce_suppresses_the_address_and_names_all_of_it(three: list[Action], lumiere: Lumiere, mailbox: Mailbox) -> None:
    mailbox.refuse[NADIA] = "550 5.1.1 No such user"
    tell_all(lumiere, three)
    send_all()
    assert [outcome for *_, outcome in verdicts(lumiere.nadia_address)] == [Outcome.BOUNCED] * 3
    assert list(Suppression.objects.values_list("address__email", flat=True)) == [NADIA]
    (task,) = FailedTask.objects.all()
    assert task.kind == "bounced"
    assert "désignées dans « Comptes 2026 », « Bilan 2026 », « Liasse 2026 »" in task.detail


@pytest.mark.rule("A23", "M6")
def test_the_firms_copy_lists_the_same_and_opens_nothing(three: list[Action], lumiere: Lumiere, mailbox: Mailbox) -> None:
    change_settings(firm=lumiere.firm, by=Actor.staff(lumiere.claire), now=START, copy_on=True, copy_to=ARCHIVE)
    tell_all(lumiere, three)
    take_back(three[2])
    send_all()
    send_all()
    (own,) = mailbox.to(NADIA)
    (copy,) = [mail for mail in mailbox.to(ARCHIVE) if "nadia" in str(mail["To"])]
    assert (copy["Subject"], titles_in(text_of(copy)), titles_in(html_of(copy))) == (own["Subject"], TITLES[:2], TITLES[:2])
    assert "/l/" not in copy.as_string() + text_of(copy) + html_of(copy)
    assert text_of(copy).count("http://localhost:8000/copy/") == text_of(own).count("http://localhost:8000/") == 3
    assert len(mailbox.to(ARCHIVE)) == 2
    assert copy["Message-ID"] != own["Message-ID"]


def test_more_than_a_batch_goes_in_one_e_mail(lumiere: Lumiere, mailbox: Mailbox) -> None:
    actions = [ask_signature(lumiere, title=f"Document {number}") for number in range(25)]
    dispatch_ready(lambda: START)
    mailbox.accepted.clear()
    tell_all(lumiere, actions)
    send_all()
    assert [str(mail["Subject"]) for mail in mailbox.to(NADIA)] == ["25 demandes vous attendent"]


def test_looking_at_many_costs_what_looking_at_two_does(
    three: list[Action], lumiere: Lumiere, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    counts = []
    for actions in (three[:2], three):
        a_minute_on = START + DAY * len(actions) + timedelta(minutes=1)  # the look of the claim holds no longer
        resend_many(actions=actions, by=Actor.system(), now=START + DAY * len(actions))
        claimed, _ = claim(lumiere.firm.pk, START + DAY * len(actions), machine_now()).claims
        with django_assert_num_queries(8):  # context, firm, the message, its notices, what the resolver reads, handed over
            hand_over(Ledger(lumiere.firm.pk), claimed, a_minute_on, machine_now())
        counts.append(Notice.objects.filter(message=claimed.message_id).count())
    assert counts == [2, 3]


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    @pytest.fixture
    def people(self, transactional_db: None) -> Lumiere:
        return make_lumiere()

    def test_dispatchers_at_once_and_clients_who_act_send_each_of_it_at_most_once(self, people: Lumiere, mailbox: Mailbox) -> None:
        """Three dispatchers and an act in any order: one e-mail to each, without what was closed before."""
        with firm_context(people.firm.pk):
            actions = ask_three(people)
        dispatch_ready(lambda: START)
        mailbox.accepted.clear()
        dice = random.Random(20261103)

        def act(place: int) -> None:
            with firm_context(people.firm.pk):
                take_back(actions[place])

        with firm_context(people.firm.pk):
            tell_all(people, actions)
        works: list[Callable[[], object]] = [lambda: act(1), send_all, send_all, send_all]
        dice.shuffle(works)
        at_once(*works)
        send_all()
        assert mailbox.addresses == [NADIA, PAUL]
        with firm_context(people.firm.pk):
            for address, email in ((people.nadia_address, NADIA), (people.paul_address, PAUL)):
                went = [TITLES[place] for place, verdict in enumerate(verdicts(address)) if verdict == SENT]
                assert titles_in(text_of(mailbox.to(email)[0])) == went
                assert {TITLES[0], TITLES[2]} <= set(went)

    def test_a_part_that_another_dispatcher_holds_keeps_the_rest_for_the_next_round(self, people: Lumiere, mailbox: Mailbox) -> None:
        with firm_context(people.firm.pk):
            actions = ask_three(people)
        dispatch_ready(lambda: START)
        mailbox.accepted.clear()
        with firm_context(people.firm.pk):
            tell_all(people, actions)
        with firm_context(people.firm.pk):
            held = Notice.objects.filter(key__startswith="resend", address=people.nadia_address).order_by("pk")[:1]
            list(held.select_for_update(of=("self",)))
            assert at_once(lambda: len(claim_all(people))) == [1]  # Paul's alone
        send_all()
        assert [titles_in(text_of(mail)) for mail in mailbox.to(NADIA)] == [TITLES]
