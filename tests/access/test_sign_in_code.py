"""Signing in at a firm's page with a code from an e-mail: bound to the browser, ten minutes, five tries, and silent about who exists."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from clients.addresses import change_switches
from clients.models import AccountAddress
from firms.actors import Actor
from notifications.dispatch.send import dispatch_ready
from notifications.models import Message, Notice
from notifications.owners import change_settings
from notifications.secrets import sign_in_digits
from tenancy.context import firm_context
from tests.factories import START
from tests.mail import Mailbox, html_of, text_of
from tests.people import Lumiere, Peeters
from tests.second_steps import code_now, give_app, second_step
from tests.signing import make_client_user

Firms = tuple[Lumiere, Peeters]
NADIA = "nadia@lefevre.example"


@pytest.fixture(autouse=True)
def fresh_throttles(db: None) -> None:
    cache.clear()


@pytest.fixture
def nadia(two_firms: Firms) -> Lumiere:
    make_client_user(two_firms[0].firm, two_firms[0].nadia_address)
    return two_firms[0]


def ask(lumiere: Lumiere, client: Client, email: str = NADIA, code: str = "") -> Any:
    return client.post(f"/c/{code or lumiere.firm.code}/code/", {"email": email}, HTTP_ACCEPT_LANGUAGE="en")


def enter(lumiere: Lumiere, client: Client, digits: str) -> Any:
    return client.post(f"/c/{lumiere.firm.code}/code/enter/", {"code": digits}, HTTP_ACCEPT_LANGUAGE="en")


def digits_of(lumiere: Lumiere) -> str:
    with firm_context(lumiere.firm.pk):
        return sign_in_digits(lumiere.firm.pk, Notice.objects.filter(event="sign_in_code").latest("pk").key.rpartition(":")[2])


def notices(lumiere: Lumiere) -> list[str]:
    with firm_context(lumiere.firm.pk):
        return list(Notice.objects.filter(event="sign_in_code").order_by("pk").values_list("email", flat=True))


def wrong(digits: str) -> str:
    return f"{(int(digits) + 1) % 1_000_000:06d}"


def test_code_in_the_e_mail_lets_in_once(nadia: Lumiere, mailbox: Mailbox) -> None:
    client = Client()
    assert f"/c/{nadia.firm.code}/code/" in client.get(f"/c/{nadia.firm.code}/").content.decode()
    assert ask(nadia, client)["Location"] == f"/c/{nadia.firm.code}/code/enter/"
    dispatch_ready(lambda: START)
    digits = digits_of(nadia)
    assert digits in text_of(mailbox.to(NADIA)[-1]) and digits in html_of(mailbox.to(NADIA)[-1])
    assert enter(nadia, client, f"{digits[:3]} {digits[3:]}")["Location"] == "/portal/"
    assert client.get("/portal/").context["visitor"].name == "Nadia Lefèvre"
    client.post("/sign-out/")
    assert enter(nadia, client, digits)["Location"] == f"/c/{nadia.firm.code}/code/"


def test_digits_stand_in_no_row_and_are_dots_in_the_copy(nadia: Lumiere, mailbox: Mailbox) -> None:
    with firm_context(nadia.firm.pk):
        change_settings(firm=nadia.firm, by=Actor.staff(nadia.claire), now=START, copy_on=True, copy_to="copies@lumiere.example")
    client = Client()
    ask(nadia, client)
    for _ in range(2):
        dispatch_ready(lambda: START)
    digits = digits_of(nadia)
    copy = mailbox.to("copies@lumiere.example")[-1]
    assert (digits in text_of(copy), digits in html_of(copy), "••••••" in text_of(copy)) == (False, False, True)
    with firm_context(nadia.firm.pk):
        rows = [str(row) for model in (Notice, Message) for row in model._default_manager.values()]
    assert [row for row in [*rows, str(dict(client.session))] if digits in row] == []


def test_same_answer_whoever_the_address_belongs_to(nadia: Lumiere, two_firms: Firms) -> None:
    _, peeters = two_firms
    make_client_user(peeters.firm, peeters.lotte_address)
    make_client_user(nadia.firm, nadia.paul_address, login=False)
    emails = ["nobody@lefevre.example", "lotte@maes.example", "claire@lumiere.example", "paul@lefevre.example", NADIA.upper()]
    answers = []
    for email in emails:
        client = Client()
        asked = ask(nadia, client, email)
        page = client.get(asked["Location"], HTTP_ACCEPT_LANGUAGE="en")
        refused = enter(nadia, client, "000000")
        said = page.content.decode().replace(email, "…").partition("<main")[2].partition("<form")[0]
        answers.append((asked.status_code, asked["Location"], page.status_code, said, refused.context["form"].errors["code"]))
    assert answers == [answers[0]] * len(emails)
    assert notices(nadia) == [NADIA]
    with firm_context(peeters.firm.pk):
        assert Notice.objects.count() == 0


def test_code_lasts_ten_minutes(nadia: Lumiere, clock: time_machine.Traveller) -> None:
    early, late = Client(), Client()
    ask(nadia, early)
    clock.shift(timedelta(minutes=10))
    assert enter(nadia, early, digits_of(nadia)).status_code == 302
    ask(nadia, late)
    clock.shift(timedelta(minutes=10, seconds=1))
    assert enter(nadia, late, digits_of(nadia)).context["ask_again"] is True


def test_fifth_wrong_try_is_the_last(nadia: Lumiere) -> None:
    client = Client()
    ask(nadia, client)
    digits = digits_of(nadia)
    assert [enter(nadia, client, wrong(digits)).context["ask_again"] for _ in range(5)] == [False] * 4 + [True]
    assert enter(nadia, client, digits).status_code == 200
    assert client.post(f"/c/{nadia.firm.code}/code/again/").status_code == 302
    assert enter(nadia, client, digits_of(nadia)).status_code == 302


def test_copying_the_session_s_cookie_gives_no_more_tries(nadia: Lumiere) -> None:
    """Tries are counted for the code, whatever the session says of them."""
    client = Client()
    ask(nadia, client)
    digits, session = digits_of(nadia), client.session
    kept = dict(session["sign_in_code"])
    for _ in range(5):
        enter(nadia, client, wrong(digits))
        session["sign_in_code"] = kept
        session.save()
    assert enter(nadia, client, digits).status_code == 200


def test_code_of_another_browser_or_firm_lets_nobody_in(nadia: Lumiere, two_firms: Firms) -> None:
    client, other = Client(), Client()
    ask(nadia, client)
    digits = digits_of(nadia)
    assert enter(nadia, other, digits)["Location"].endswith("/code/")
    ask(nadia, other)
    assert enter(nadia, other, digits).status_code == 200
    theirs = client.post(f"/c/{two_firms[1].firm.code}/code/enter/", {"code": digits})
    assert theirs["Location"] == f"/c/{two_firms[1].firm.code}/code/"


def test_sixth_code_within_an_hour_is_refused_for_everybody_alike(nadia: Lumiere, clock: time_machine.Traveller) -> None:
    for email in (NADIA, "nobody@lefevre.example"):
        answers = [ask(nadia, Client(), email) for _ in range(6)]
        assert [answer.status_code for answer in answers] == [302] * 5 + [200]
        assert "Too many codes" in answers[5].context["form"].non_field_errors()[0]
    assert len(notices(nadia)) == 5
    clock.shift(timedelta(hours=1, seconds=1))
    assert ask(nadia, Client()).status_code == 302


def test_second_step_is_still_asked(nadia: Lumiere) -> None:
    with firm_context(nadia.firm.pk):
        user = type(nadia.nadia_address).objects.select_related("user").get(pk=nadia.nadia_address.pk).user
    assert user is not None
    give_app(user)
    client = Client()
    ask(nadia, client)
    assert enter(nadia, client, digits_of(nadia))["Location"] == "/account/security/second-step/"
    assert client.get("/portal/").status_code == 302
    assert second_step(client, code_now())["Location"] == "/portal/"


def test_login_that_goes_meanwhile_ends_the_code(nadia: Lumiere, mailbox: Mailbox) -> None:
    client = Client()
    ask(nadia, client)
    with firm_context(nadia.firm.pk):
        for use in AccountAddress.objects.filter(address=nadia.nadia_address).select_related("account", "address"):
            change_switches(account=use.account, address=use.address, login=False, by=Actor.staff(nadia.claire), now=START)
    dispatch_ready(lambda: START)
    assert (enter(nadia, client, digits_of(nadia)).status_code, mailbox.to(NADIA)) == (200, [])


@pytest.mark.parametrize("typed", ["", "12345", "abcdef", "1234567", "١٢٣٤٥٦"])
def test_what_cannot_be_a_code_is_no_try(nadia: Lumiere, typed: str) -> None:
    client = Client()
    ask(nadia, client)
    for _ in range(6):
        assert enter(nadia, client, typed).status_code == 200
    assert enter(nadia, client, digits_of(nadia)).status_code == 302


def test_page_of_no_firm_is_the_polite_one(db: None) -> None:
    for path in ("code/", "code/enter/"):
        assert Client().get(f"/c/ABCD2345/{path}").status_code == 404
    assert Client().post("/c/ABCD2345/code/again/").status_code == 404
