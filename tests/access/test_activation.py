"""Whoever has LOGIN and has not activated it reads so at the top of each e-mail, and has the address itself sent the link (C32-C35)."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from access.client_access import invite_client
from access.models import Invitation
from clients.addresses import change_switches, replace_address
from clients.models import AccountAddress, Address
from firms.actors import Actor
from firms.enums import ActorKind, FailedTaskKind, Verb
from firms.models import ActivityLine, FailedTask
from notifications.enums import Outcome
from notifications.models import Notice
from notifications.owners import change_settings
from notifications.secrets import activation_path
from tenancy.context import firm_context
from tests.factories import START
from tests.mail import Mailbox, html_of, text_of
from tests.people import Lumiere, Peeters
from tests.signing import make_client_user
from tests.story import ask_signature, live

Firms = tuple[Lumiere, Peeters]
NADIA = "nadia@lefevre.example"
LINK = re.compile(r"https?://[^/\s\"]+(/activate/[0-9A-Z]+/[0-9A-Z]+/[a-z2-7]{32}/)")


@pytest.fixture(autouse=True)
def clock(db: None) -> Iterator[None]:
    cache.clear()
    with time_machine.travel(START, tick=False):
        yield


def give_login(lumiere: Lumiere) -> None:
    with firm_context(lumiere.firm.pk):
        change_switches(account=lumiere.bakery, address=lumiere.nadia_address, login=True, by=Actor.staff(lumiere.claire), now=START)
        lumiere.nadia_address.refresh_from_db()


def send_request(lumiere: Lumiere, **about: Any) -> None:
    with firm_context(lumiere.firm.pk):
        ask_signature(lumiere, **about)
    live(START)


def newest(mailbox: Mailbox, email: str = NADIA) -> list[str]:
    """The activation links in the two parts of the last e-mail."""
    mail = mailbox.to(email)[-1]
    return [found[1] for part in (text_of(mail), html_of(mail)) for found in [LINK.search(part)] if found]


def path_of(lumiere: Lumiere) -> str:
    return activation_path(lumiere.firm.code, lumiere.nadia_address)


# --- The banner ----------------------------------------------------------------------------------------------------------


@pytest.mark.rule("C32", "C33", "C35", "M11")
def test_pending_address_gets_everything_with_the_banner_until_it_is_active(two_firms: Firms, mailbox: Mailbox) -> None:
    lumiere, _ = two_firms
    give_login(lumiere)
    send_request(lumiere)
    assert newest(mailbox) == [path_of(lumiere)] * 2  # pending, not invited
    with firm_context(lumiere.firm.pk):
        invite_client(address=lumiere.nadia_address, by=Actor.staff(lumiere.claire), now=START)
    live(START)
    assert ("/invitation/" in text_of(mailbox.to(NADIA)[-1]), newest(mailbox)) == (True, [])
    send_request(lumiere, title="Second")
    assert newest(mailbox) == [path_of(lumiere)] * 2  # pending, invited
    make_client_user(lumiere.firm, lumiere.nadia_address)
    send_request(lumiere, title="Third")
    assert newest(mailbox) == []
    with firm_context(lumiere.firm.pk):
        assert Notice.objects.filter(email=NADIA, message__outcome=Outcome.SENT).count() == 4


@pytest.mark.rule("C35")
def test_no_banner_for_notify_alone_nor_for_login_in_another_account(two_firms: Firms, mailbox: Mailbox) -> None:
    lumiere, _ = two_firms
    send_request(lumiere)
    assert newest(mailbox) == []
    give_login(lumiere)
    send_request(lumiere, account=lumiere.tilleuls)
    assert newest(mailbox) == []


@pytest.mark.rule("C35")
def test_banner_is_decided_when_the_e_mail_leaves(two_firms: Firms, mailbox: Mailbox) -> None:
    lumiere, _ = two_firms
    give_login(lumiere)
    with firm_context(lumiere.firm.pk):
        ask_signature(lumiere)
    make_client_user(lumiere.firm, lumiere.nadia_address)
    live(START)
    assert newest(mailbox) == []


@pytest.mark.rule("M6", "C35")
def test_firm_s_copy_has_the_banner_with_a_link_that_opens_nothing(two_firms: Firms, mailbox: Mailbox) -> None:
    lumiere, _ = two_firms
    with firm_context(lumiere.firm.pk):
        change_settings(firm=lumiere.firm, by=Actor.staff(lumiere.claire), now=START, copy_on=True, copy_to="copies@lumiere.example")
    words = "Activer mon accès"
    send_request(lumiere)
    live(START)
    assert words not in text_of(mailbox.to("copies@lumiere.example")[-1])
    give_login(lumiere)
    send_request(lumiere, title="Second")
    live(START)
    copy = text_of(mailbox.to("copies@lumiere.example")[-1])
    assert (words in copy, newest(mailbox, "copies@lumiere.example"), newest(mailbox)) == (True, [], [path_of(lumiere)] * 2)


# --- The page ------------------------------------------------------------------------------------------------------------


def sent(lumiere: Lumiere) -> int:
    with firm_context(lumiere.firm.pk):
        return Invitation.objects.count()


@pytest.mark.rule("C35", "C36", "M11")
def test_page_changes_nothing_and_its_button_sends_the_link_to_the_address_itself(two_firms: Firms, mailbox: Mailbox) -> None:
    lumiere, _ = two_firms
    give_login(lumiere)
    page = Client().get(path_of(lumiere), HTTP_ACCEPT_LANGUAGE="en")
    shown = page.content.decode()
    assert (page.status_code, "Cabinet Lumière" in shown, "n•••a@lefevre.example" in shown, NADIA in shown) == (200, True, True, False)
    assert (Client().head(path_of(lumiere)).status_code, sent(lumiere)) == (200, 0)
    assert Client().post(path_of(lumiere))["Location"] == f"{path_of(lumiere)}?sent=1"
    live(START)
    assert (sent(lumiere), "/invitation/" in text_of(mailbox.to(NADIA)[-1])) == (1, True)
    with firm_context(lumiere.firm.pk):
        line = ActivityLine.objects.get(verb=Verb.CLIENT_INVITED)
        assert (line.actor_kind, line.contact_id) == (ActorKind.LINK, lumiere.nadia.pk)


def test_button_works_three_times_an_hour(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    give_login(lumiere)
    assert [Client().post(path_of(lumiere)).status_code for _ in range(5)] == [302] * 5
    with firm_context(lumiere.firm.pk):
        assert Notice.objects.filter(address=lumiere.nadia_address).count() == 3


@pytest.mark.rule("C35", "C36")
def test_button_voids_no_link_that_is_good_for_another_day(two_firms: Firms, mailbox: Mailbox) -> None:
    """A mail scanner may press it: whoever reads the first e-mail gets in all the same."""
    lumiere, _ = two_firms
    give_login(lumiere)
    with firm_context(lumiere.firm.pk):
        invite_client(address=lumiere.nadia_address, by=Actor.staff(lumiere.claire), now=START)
    Client().post(path_of(lumiere))
    live(START)
    links = {re.search(r"/invitation/[a-z2-7]{32}/", text_of(mail))[0] for mail in mailbox.to(NADIA)}  # type: ignore[index]
    assert (len(mailbox.to(NADIA)), len(links), sent(lumiere)) == (2, 1, 1)
    assert Client().get(links.pop()).status_code == 200


@pytest.mark.rule("C35", "C36")
def test_button_brings_a_new_link_on_the_last_day_of_the_old_one(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    give_login(lumiere)
    with firm_context(lumiere.firm.pk):
        invite_client(address=lumiere.nadia_address, by=Actor.staff(lumiere.claire), now=START)
    with time_machine.travel(START + timedelta(days=13, minutes=1), tick=False):
        Client().post(path_of(lumiere))
    assert sent(lumiere) == 2


def test_who_has_activated_is_led_to_the_sign_in(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    give_login(lumiere)
    make_client_user(lumiere.firm, lumiere.nadia_address)
    assert f"/c/{lumiere.firm.code}/" in Client().get(path_of(lumiere)).content.decode()
    assert (Client().post(path_of(lumiere)).status_code, sent(lumiere)) == (200, 0)


def test_link_dies_with_login_and_with_the_address(two_firms: Firms) -> None:
    lumiere, peeters = two_firms
    by = Actor.staff(lumiere.claire)
    give_login(lumiere)
    early = path_of(lumiere)
    elsewhere = early.replace(lumiere.firm.code, peeters.firm.code)
    spoilt = [early[:-2] + ("a" if early[-2] != "a" else "b") + "/", early.replace(lumiere.nadia_address.code, lumiere.paul_address.code)]
    for path in (elsewhere, *spoilt):
        assert (Client().get(path).status_code, Client().post(path).status_code) == (404, 404)
    with firm_context(lumiere.firm.pk):
        change_switches(account=lumiere.bakery, address=lumiere.nadia_address, login=False, by=by, now=START)
    assert Client().post(early).status_code == 404
    give_login(lumiere)
    assert (Client().post(early).status_code, Client().get(path_of(lumiere)).status_code) == (404, 200)
    late = path_of(lumiere)
    with firm_context(lumiere.firm.pk):
        replace_address(account=lumiere.bakery, old=lumiere.nadia_address, email="nadia@new.example", by=by, now=START)
    assert (Client().get(late).status_code, Client().post(late).status_code) == (404, 404)


@pytest.mark.rule("B10")
def test_address_that_signs_in_elsewhere_by_now_reads_the_neutral_page(two_firms: Firms) -> None:
    lumiere, peeters = two_firms
    give_login(lumiere)
    with firm_context(peeters.firm.pk):
        Address.objects.filter(pk=peeters.lotte_address.pk).update(email=NADIA, email_key=NADIA)
        peeters.lotte_address.refresh_from_db()
    make_client_user(peeters.firm, peeters.lotte_address)
    answer = Client().post(path_of(lumiere))
    assert (answer.status_code, "Peeters" in answer.content.decode(), sent(lumiere)) == (409, False, 0)
    with firm_context(lumiere.firm.pk):
        assert FailedTask.objects.get().kind == FailedTaskKind.LOGIN_IN_USE
        assert AccountAddress.objects.filter(address=lumiere.nadia_address, login=True).exists()
