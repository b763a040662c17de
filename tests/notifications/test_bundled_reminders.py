"""What is due for one person goes in one e-mail, across the firm's accounts; it reads like a reminder, and of each item says which."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from actions.models import Action
from clients.models import AccountAddress, Contact
from firms.actors import Actor
from firms.models import Firm
from lib.clock import machine_now
from notifications.dispatch.bundles import MOST
from notifications.dispatch.claim import claim
from notifications.dispatch.posting import send
from notifications.dispatch.send import dispatch_ready
from notifications.models import Message, Notice
from notifications.owners import change_settings
from notifications.rendering import SHOWN
from notifications.secrets import item_url
from notifications.several import render_message
from notifications.verdicts import Reason, Verdict
from reminders.rules import Schedule
from reminders.services import withdraw
from reminders.sweep import sweep
from tenancy.context import firm_context
from tests.factories import START, AddressFactory, ContactFactory
from tests.mail import Mailbox, html_of, text_of
from tests.notifications.test_bundles import during_rcpt, take_all_back
from tests.people import Lumiere, Peeters, link
from tests.story import ask_signature, live
from ways.transports import Transport, open_transport

NADIA = "nadia@lefevre.example"
ARCHIVE = "archives@lumiere.example"
NBSP = "\N{NO-BREAK SPACE}"
DAY = timedelta(days=1)
DUE = START + 3 * DAY  # a Thursday
TITLES = ["Comptes 2026", "Bilan 2026", "Bail commercial"]


def ask_three(people: Lumiere) -> list[Action]:
    """Two of the bakery and one of the SCI, each due on Thursday at the same minute."""
    Firm.objects.filter(pk=people.firm.pk).update(show_context=True)
    accounts = (people.bakery, people.bakery, people.tilleuls)
    return [ask_signature(people, account=account, title=title) for account, title in zip(accounts, TITLES, strict=True)]


@pytest.fixture
def three(lumiere: Lumiere, mailbox: Mailbox) -> list[Action]:
    """Asked and told; those e-mails are out of the mailbox again."""
    actions = ask_three(lumiere)
    live(START)
    mailbox.accepted.clear()
    return actions


@pytest.fixture
def transport(mailbox: Mailbox) -> Iterator[Transport]:
    opened = open_transport()
    yield opened
    opened.close()


def take_back(action: Action) -> None:
    withdraw(action=action, by=Actor.system(), now=DUE - timedelta(seconds=1))


def titles_in(text: str) -> list[str]:
    return re.findall("|".join(TITLES), " ".join(text.split()))


def first_ids(*actions: Action) -> list[str]:
    """Message-IDs of the first e-mails about them."""
    ids = dict(Notice.objects.filter(number=0, email=NADIA).exclude(message=None).values_list("action_id", "message__message_id"))
    return [ids[action.pk] for action in actions]


@pytest.mark.rule("X04")
def test_three_that_are_due_go_in_one_e_mail_that_names_three(three: list[Action], lumiere: Lumiere, mailbox: Mailbox) -> None:
    live(DUE)
    live(DUE)
    (mail,) = mailbox.to(NADIA)
    assert (mail["Subject"], mail["From"].addresses[0].display_name) == (f"Rappel{NBSP}: 3 demandes vous attendent", "Cabinet Lumière")
    text, html = text_of(mail), html_of(mail)
    assert [titles_in(part) for part in (text, html)] == [TITLES, TITLES]
    assert [part.count("Rappel 1 sur 1") for part in (text, html)] == [3, 3]
    assert [part.count("Boulangerie Lefèvre SRL") for part in (text, html)] == [2, 2]
    assert [part.count("SCI des Tilleuls") for part in (text, html)] == [1, 1]
    notices = Notice.objects.filter(number=1, email=NADIA).order_by("pk")
    assert re.findall(r"\S+/l/\S+/", text) == [item_url(lumiere.firm.pk, notice.key) for notice in notices]
    assert set(notices.values_list("verdict", "message__message_id")) == {(Verdict.SEND, mail["Message-ID"])}


@pytest.mark.rule("X04")
def test_it_says_that_it_is_a_reminder_from_the_subject_on(three: list[Action], lumiere: Lumiere, mailbox: Mailbox) -> None:
    Contact.objects.filter(pk=lumiere.nadia.pk).update(language="en")
    live(DUE)
    (mail,) = mailbox.to(NADIA)
    assert mail["Subject"] == "Reminder: 3 things are waiting for you"
    lines = text_of(mail).splitlines()
    assert [line for line in lines if "eminder" in line or "REMINDER" in line] == ["REMINDER", *["  Reminder 1 of 1"] * 3]
    assert html_of(mail).index(">Reminder<") < html_of(mail).index("<h1") < html_of(mail).index("Reminder 1 of 1")
    assert "3 things are still waiting for you" in html_of(mail)


@pytest.mark.rule("X04")
def test_it_stands_in_the_threads_of_the_first_e_mails(three: list[Action], lumiere: Lumiere, mailbox: Mailbox) -> None:
    first, second, third = first_ids(*three)
    live(DUE)
    (mail,) = mailbox.to(NADIA)
    assert (mail["References"].split(), mail["In-Reply-To"]) == ([third, second, first], first)


@pytest.mark.rule("X04", "D02")
def test_each_has_a_number_of_its_own(lumiere: Lumiere, mailbox: Mailbox) -> None:
    ask_signature(lumiere, now=START - 4 * DAY, schedule=Schedule(on=True, at_most=3))  # due on Monday and on Thursday
    live(START - 4 * DAY)
    live(START)
    ask_signature(lumiere, title="Bail commercial")
    live(START)
    mailbox.accepted.clear()
    live(DUE)
    (mail,) = mailbox.to(NADIA)
    assert (
        re.findall(r"Rappel \d sur \d", text_of(mail))
        == re.findall(r"Rappel \d sur \d", html_of(mail))
        == ["Rappel 2 sur 3", "Rappel 1 sur 1"]
    )


@pytest.mark.rule("X04")
def test_one_that_is_done_a_second_before_is_not_in_it(three: list[Action], lumiere: Lumiere, mailbox: Mailbox) -> None:
    take_back(three[1])
    live(DUE)
    (mail,) = mailbox.to(NADIA)
    assert (mail["Subject"], titles_in(text_of(mail))) == (f"Rappel{NBSP}: 2 demandes vous attendent", [TITLES[0], TITLES[2]])


@pytest.mark.rule("X04")
@pytest.mark.parametrize(
    ("settled", "subject"),
    [
        ([1], f"Rappel{NBSP}: 2 demandes vous attendent"),
        ([0, 1], f"Rappel 1 sur 1{NBSP}: votre signature pour «{NBSP}Bail commercial{NBSP}»"),
    ],
)
def test_what_is_settled_just_before_data_drops_out(
    three: list[Action], lumiere: Lumiere, mailbox: Mailbox, transport: Transport, settled: list[int], subject: str
) -> None:
    """What is left alone goes as its own ordinary reminder, in its own thread."""
    sweep(DUE)
    (claimed,) = claim(lumiere.firm.pk, DUE, machine_now()).claims
    during_rcpt(transport, lambda: take_all_back(three[place] for place in settled))
    assert send(lumiere.firm.pk, claimed, transport, lambda: DUE) is True
    (mail,) = mailbox.to(NADIA)
    left = [action for place, action in enumerate(three) if place not in settled]
    assert (mail["Subject"], list(dict.fromkeys(titles_in(html_of(mail))))) == (subject, [action.title for action in left])
    assert set(mail["References"].split()) == set(first_ids(*left))
    said = [(notice.verdict, notice.reason) for notice in Notice.objects.filter(number=1, email=NADIA).order_by("action_id")]
    sent, closed = (Verdict.SEND, Reason.NAMED), (Verdict.SKIP, Reason.ACTION_CLOSED)
    assert said == [closed if place in settled else sent for place in range(3)]


@pytest.mark.rule("X04")
def test_first_notices_stay_single(lumiere: Lumiere, mailbox: Mailbox) -> None:
    ask_three(lumiere)
    live(START)
    assert sorted(titles_in(str(mail["Subject"])) for mail in mailbox.to(NADIA)) == sorted([title] for title in TITLES)


@pytest.mark.rule("X04")
def test_a_firm_that_does_not_bundle_sends_three(three: list[Action], lumiere: Lumiere, mailbox: Mailbox) -> None:
    Firm.objects.filter(pk=lumiere.firm.pk).update(bundle_reminders=False, cap_a_day=None)
    live(DUE)
    assert sorted(str(mail["Subject"])[:14] for mail in mailbox.to(NADIA)) == ["Rappel 1 sur 1"] * 3
    assert sorted(titles_in(str(mail["Subject"])) for mail in mailbox.to(NADIA)) == sorted([title] for title in TITLES)


@pytest.mark.rule("X04")
def test_each_person_has_an_e_mail_of_their_own(lumiere: Lumiere, mailbox: Mailbox) -> None:
    Firm.objects.filter(pk=lumiere.firm.pk).update(show_context=True)
    for title in TITLES[:2]:
        ask_signature(lumiere, title=title, signers=[lumiere.nadia, lumiere.paul])
    live(START)
    mailbox.accepted.clear()
    live(DUE)
    assert mailbox.addresses == [NADIA, "paul@lefevre.example"]
    assert [titles_in(text_of(mail)) for _, mail in mailbox.accepted] == [TITLES[:2]] * 2


@pytest.mark.rule("X04")
def test_what_another_firm_asks_of_the_same_address_never_joins(two_firms: tuple[Lumiere, Peeters], mailbox: Mailbox) -> None:
    lumiere, peeters = two_firms
    with firm_context(peeters.firm.pk):
        same = AddressFactory(firm=peeters.firm, contact=ContactFactory(firm=peeters.firm), email=NADIA)
        link(peeters.garage, same)
        Firm.objects.filter(pk=peeters.firm.pk).update(show_context=True, language="fr")
        asks = replace(lumiere, firm=peeters.firm, claire=peeters.wim)
        ask_signature(asks, account=peeters.garage, title="Bail commercial", signers=[same.contact])
    with firm_context(lumiere.firm.pk):
        ask_three(lumiere)
    live(START)
    mailbox.accepted.clear()
    live(DUE)
    said = {mail["From"].addresses[0].display_name: titles_in(text_of(mail)) for mail in mailbox.to(NADIA)}
    assert (len(mailbox.to(NADIA)), {firm: set(titles) for firm, titles in said.items()}) == (
        2,
        {"Cabinet Lumière": set(TITLES), "Kantoor Peeters": {"Bail commercial"}},
    )


@pytest.mark.rule("X04", "A18", "M5")
def test_hidden_context_leaves_kinds_days_numbers_and_links(three: list[Action], lumiere: Lumiere, mailbox: Mailbox) -> None:
    Firm.objects.filter(pk=lumiere.firm.pk).update(show_context=False)
    live(DUE)
    (mail,) = mailbox.to(NADIA)
    assert titles_in(f"{mail.as_string()}{text_of(mail)}{html_of(mail)}") == []
    said = text_of(mail)
    assert [said.count(words) for words in ("Rappel 1 sur 1", "Signature, ", "demande du lundi 2 novembre", "/l/")] == [3, 3, 3, 3]


@pytest.mark.rule("X04", "X07")
@pytest.mark.parametrize(("elsewhere", "offered"), [(False, True), (True, False)])
def test_one_click_switches_off_what_is_all_of_one_account(lumiere: Lumiere, mailbox: Mailbox, elsewhere: bool, offered: bool) -> None:
    for account in (lumiere.bakery, lumiere.tilleuls if elsewhere else lumiere.bakery):
        ask_signature(lumiere, account=account)
    live(START)
    mailbox.accepted.clear()
    live(DUE)
    assert ["List-Unsubscribe" in mail for mail in mailbox.to(NADIA)] == [offered]


@pytest.mark.rule("X04", "A23", "M6")
def test_the_firms_copy_lists_the_same_and_opens_nothing(three: list[Action], lumiere: Lumiere, mailbox: Mailbox) -> None:
    change_settings(firm=lumiere.firm, by=Actor.staff(lumiere.claire), now=START, copy_on=True, copy_to=ARCHIVE)
    for _ in range(2):
        live(DUE)
    (own,), (copy,) = mailbox.to(NADIA), [mail for mail in mailbox.to(ARCHIVE) if "nadia" in str(mail["To"])]
    assert (copy["Subject"], titles_in(text_of(copy)), text_of(copy).count("Rappel 1 sur 1")) == (own["Subject"], TITLES, 3)
    assert "/l/" not in copy.as_string() + text_of(copy) + html_of(copy)


@pytest.mark.rule("X04")
def test_an_e_mail_names_so_many_and_what_is_more_waits_for_the_next(lumiere: Lumiere, mailbox: Mailbox) -> None:
    for number in range(MOST + 2):
        ask_signature(lumiere, title=f"Document {number}")
    live(START)
    mailbox.accepted.clear()
    live(DUE)
    assert [str(mail["Subject"]) for mail in mailbox.to(NADIA)] == [f"Rappel{NBSP}: {MOST} demandes vous attendent"]
    held = Notice.objects.filter(number=1, email=NADIA, message=None)
    assert list(held.values_list("verdict", "reason")) == [(Verdict.HOLD, Reason.CAPPED)] * 2
    live((DUE + DAY).replace(hour=16, minute=59))
    assert str(mailbox.to(NADIA)[-1]["Subject"]) == f"Rappel{NBSP}: 2 demandes vous attendent"


def test_making_it_costs_the_same_for_two_and_for_three(
    three: list[Action], lumiere: Lumiere, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    sweep(DUE)
    claim(lumiere.firm.pk, DUE, machine_now())
    notices = list(Notice.objects.filter(message=Message.objects.latest("pk")).select_related(*SHOWN))
    AccountAddress.objects.update(login=False)
    for number in (2, 3):
        with django_assert_num_queries(3):  # what went before, who may sign in, the owner's address
            render_message(lumiere.firm, notices[:number], DUE)


def test_dispatching_twice_sends_it_once(three: list[Action], lumiere: Lumiere, mailbox: Mailbox) -> None:
    sweep(DUE)
    for _ in range(3):
        dispatch_ready(lambda: DUE)
    assert mailbox.addresses == [NADIA]
