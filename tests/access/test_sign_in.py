"""Signing in and out, and choosing a new password: one answer for everybody who may not."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from clients.models import AccountAddress
from firms.enums import Verb
from firms.models import ActivityLine, Staff, User
from notifications.dispatch.send import dispatch_ready
from notifications.models import Message, Notice
from tenancy.context import firm_context
from tests.factories import PASSWORD, START
from tests.mail import Mailbox, text_of
from tests.people import Lumiere, Peeters
from tests.signing import asked, make_client_user, signed_in

Firms = tuple[Lumiere, Peeters]
REFUSED = "This address and this password do not go together."
NEW_PASSWORD = "another horse altogether"


@pytest.fixture(autouse=True)
def fresh_throttles(db: None) -> None:
    cache.clear()


def sign_in(client: Client, email: str, password: str = PASSWORD, *, at: str = "/sign-in/", **extra: Any) -> Any:
    return client.post(at, {"login": email, "password": password, **extra}, HTTP_ACCEPT_LANGUAGE="en")


def errors_of(page: Any) -> list[str]:
    return list(page.context["form"].non_field_errors())


def test_staff_land_on_the_desk(client: Client, two_firms: Firms) -> None:
    assert sign_in(client, "claire@lumiere.example")["Location"] == "/"


def test_nothing_is_announced_when_somebody_signs_in_or_out(client: Client, two_firms: Firms) -> None:
    sign_in(client, "claire@lumiere.example")
    assert list(client.get("/").context["messages"]) == []
    assert list(client.post("/sign-out/", follow=True).context["messages"]) == []


def test_client_lands_in_the_portal_from_either_page(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    make_client_user(lumiere.firm, lumiere.nadia_address)
    for page in ("/sign-in/", f"/c/{lumiere.firm.code}/"):
        assert sign_in(Client(), "nadia@lefevre.example", at=page)["Location"] == "/portal/"


def test_client_is_not_sent_to_a_page_of_the_desk(client: Client, two_firms: Firms) -> None:
    lumiere, _ = two_firms
    make_client_user(lumiere.firm, lumiere.nadia_address)
    assert sign_in(client, "nadia@lefevre.example", next="/accounts/")["Location"] == "/portal/"


def test_wanted_page_is_kept_and_a_foreign_one_is_not(two_firms: Firms) -> None:
    assert sign_in(Client(), "claire@lumiere.example", next="/requests/")["Location"] == "/requests/"
    assert sign_in(Client(), "claire@lumiere.example", next="https://evil.example/")["Location"] == "/"


def test_address_is_compared_without_case(client: Client, two_firms: Firms) -> None:
    assert sign_in(client, " Claire@Lumiere.Example ")["Location"] == "/"


def test_same_answer_whoever_may_not_sign_in(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    make_client_user(lumiere.firm, lumiere.paul_address, login=False)
    with firm_context(lumiere.firm.pk):
        Staff.objects.filter(pk=lumiere.paulo.pk).update(left_at=START)
        User.objects.filter(pk=lumiere.amir.user_id).update(is_active=False)
    tries = [
        ("claire@lumiere.example", "wrong password"),
        ("nobody@lumiere.example", PASSWORD),
        ("paulo@lumiere.example", PASSWORD),  # has left
        ("amir@lumiere.example", PASSWORD),  # switched off
        ("paul@lefevre.example", PASSWORD),  # LOGIN off
    ]
    answers = [sign_in(Client(), *each) for each in tries]
    assert [(answer.status_code, errors_of(answer)) for answer in answers] == [(200, [REFUSED])] * len(tries)


@pytest.mark.rule("C11")
def test_everybody_with_login_can_sign_in_and_nobody_else(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    make_client_user(lumiere.firm, lumiere.nadia_address)
    paul = make_client_user(lumiere.firm, lumiere.paul_address)
    assert sign_in(Client(), "nadia@lefevre.example").status_code == 302
    assert sign_in(Client(), "paul@lefevre.example").status_code == 302
    with firm_context(lumiere.firm.pk):
        AccountAddress.objects.filter(address__user=paul).update(login=False)
    assert errors_of(sign_in(Client(), "paul@lefevre.example")) == [REFUSED]


def test_who_has_left_is_out_at_the_next_request(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    client = signed_in(lumiere.paulo)
    with firm_context(lumiere.firm.pk):
        Staff.objects.filter(pk=lumiere.paulo.pk).update(left_at=START)
    assert client.get("/").status_code == 403


def test_client_who_opens_the_bare_address_lands_in_the_portal(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    client = Client()
    make_client_user(lumiere.firm, lumiere.nadia_address)
    sign_in(client, "nadia@lefevre.example")
    assert client.get("/")["Location"] == "/portal/"
    assert client.get("/requests/").status_code == 404


def test_clients_page_knows_its_own_firm_alone(client: Client, two_firms: Firms) -> None:
    lumiere, peeters = two_firms
    make_client_user(peeters.firm, peeters.lotte_address)
    refused = sign_in(client, "lotte@maes.example", at=f"/c/{lumiere.firm.code}/")
    assert errors_of(refused) == [REFUSED]
    assert refused.context["brand"].name == "Cabinet Lumière"
    assert "Relance" not in refused.content.decode()


def test_staffs_page_has_the_product_s_look(client: Client, two_firms: Firms) -> None:
    client.get(f"/c/{two_firms[0].firm.code}/")
    assert client.get("/sign-in/").context["brand"] is None


@pytest.mark.parametrize("code", ["AAAAAAAAAAAA", "x", "%00", "aaaa%20bbbb"])
def test_page_of_no_firm_is_the_polite_one(client: Client, two_firms: Firms, code: str) -> None:
    answer = client.get(f"/c/{code}/")
    assert (answer.status_code, answer.templates[0].name) == (404, "access/no_entry.html")


def test_client_signs_out_to_the_firm_s_own_page(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    client = signed_in(make_client_user(lumiere.firm, lumiere.nadia_address))
    assert client.post("/sign-out/")["Location"] == f"/c/{lumiere.firm.code}/"
    assert client.get("/portal/")["Location"] == "/sign-in/?next=/portal/"


def test_signing_out_forgets_opened_links(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    action = asked(lumiere)
    client = signed_in(make_client_user(lumiere.firm, lumiere.nadia_address))
    assert client.get(f"/a/{action.code}/").status_code == 200
    client.post("/sign-out/")
    assert client.get(f"/a/{action.code}/").status_code == 404


def test_sixth_failure_waits_however_the_address_is_written(client: Client, two_firms: Firms) -> None:
    for email in (
        "claire@lumiere.example",
        "CLAIRE@lumiere.example",
        " claire@lumiere.example",
        "Claire@Lumiere.Example",
        "claire@LUMIERE.example",
    ):
        assert errors_of(sign_in(client, email, "wrong password")) == [REFUSED]
    assert errors_of(sign_in(client, "claire@lumiere.example")) == ["There were too many tries. Please wait five minutes, then try again."]


def test_no_page_lets_anybody_sign_up(client: Client, two_firms: Firms) -> None:
    for path in ("/signup/", "/sign-up/", "/accounts/signup/", "/email/", "/confirm-email/", "/password/set/"):
        assert client.get(path).status_code in (302, 404)
    assert User.objects.count() == 5


# --- A new password ------------------------------------------------------------------------------------------------------


def ask_reset(client: Client, email: str) -> Any:
    return client.post("/password/reset/", {"email": email}, HTTP_ACCEPT_LANGUAGE="en")


def reset_link(mailbox: Mailbox, email: str) -> str:
    found = re.search(r"https?://[^/\s]+(/password/reset/\S+)", text_of(mailbox.to(email)[-1]))
    assert found is not None
    return found.group(1)


def test_new_password_by_the_link_in_the_e_mail(two_firms: Firms, mailbox: Mailbox) -> None:
    client = Client()
    assert ask_reset(client, "claire@lumiere.example")["Location"] == "/password/reset/sent/"
    dispatch_ready(lambda: START)
    path = reset_link(mailbox, "claire@lumiere.example")
    form = client.get(path, follow=True)
    words = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    assert client.post(form.redirect_chain[-1][0], words)["Location"] == "/password/reset/done/"
    assert errors_of(sign_in(Client(), "claire@lumiere.example", PASSWORD)) == [REFUSED]
    assert sign_in(Client(), "claire@lumiere.example", NEW_PASSWORD)["Location"] == "/"
    assert Client().get(path).context["token_fail"] is True


def password_lines(firm_id: int) -> list[tuple[str, str, str, int | None, int | None, str | None]]:
    with firm_context(firm_id):
        lines = ActivityLine.objects.filter(verb=Verb.SIGN_IN_CHANGED).order_by("pk")
        return [(each.actor_kind, each.actor_name, each.detail, each.staff_id, each.contact_id, each.ip) for each in lines]


def test_new_password_by_a_link_leaves_a_line_in_the_firms_log_and_language(two_firms: Firms, mailbox: Mailbox) -> None:
    lumiere, peeters = two_firms
    make_client_user(lumiere.firm, lumiere.nadia_address)
    client = signed_in(peeters.wim)
    for email in ("claire@lumiere.example", "nadia@lefevre.example"):
        ask_reset(client, email)
        dispatch_ready(lambda: START)
        form = client.get(reset_link(mailbox, email), follow=True)
        client.post(form.redirect_chain[-1][0], {"password1": "short", "password2": "short"})
        client.post(form.redirect_chain[-1][0], {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    said = "nouveau mot de passe choisi par un lien reçu par e-mail"
    assert password_lines(lumiere.firm.pk) == [
        ("staff", "Claire Moreau", said, lumiere.claire.pk, None, "127.0.0.1"),
        ("client", "Nadia Lefèvre", said, None, lumiere.nadia.pk, "127.0.0.1"),
    ]
    assert password_lines(peeters.firm.pk) == []


def test_changed_password_leaves_a_line(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    browser = signed_in(make_client_user(lumiere.firm, lumiere.nadia_address))
    for old in ("wrong password", PASSWORD):
        browser.post("/password/change/", {"oldpassword": old, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    assert password_lines(lumiere.firm.pk) == [("client", "Nadia Lefèvre", "mot de passe modifié", None, lumiere.nadia.pk, "127.0.0.1")]


def test_sixth_link_within_an_hour_waits(two_firms: Firms) -> None:
    asked_for = ["claire@lumiere.example"] * 5 + ["Claire@lumiere.example", "emma@lumiere.example"]
    assert [ask_reset(Client(), email).status_code for email in asked_for] == [302] * 5 + [429, 302]


def test_whoever_sits_at_an_open_browser_cannot_guess_its_password_for_long(two_firms: Firms, clock: time_machine.Traveller) -> None:
    browser, statuses = signed_in(two_firms[0].claire), []
    for _ in range(21):
        clock.shift(timedelta(seconds=61))
        statuses.append(browser.post("/password/change/", {"oldpassword": "a guess"}).status_code)
    assert statuses == [200] * 20 + [429]


def test_client_of_another_signed_in_firm_can_choose_a_password_too(two_firms: Firms, mailbox: Mailbox) -> None:
    lumiere, peeters = two_firms
    make_client_user(lumiere.firm, lumiere.nadia_address)
    client = signed_in(peeters.wim)
    ask_reset(client, "nadia@lefevre.example")
    dispatch_ready(lambda: START)
    form = client.get(reset_link(mailbox, "nadia@lefevre.example"), follow=True)
    assert (form.status_code, form.context["brand"].name) == (200, "Cabinet Lumière")


def test_link_is_dead_after_a_day(two_firms: Firms, mailbox: Mailbox, clock: time_machine.Traveller) -> None:
    ask_reset(Client(), "claire@lumiere.example")
    dispatch_ready(lambda: START)
    clock.shift(timedelta(hours=24, seconds=1))
    assert Client().get(reset_link(mailbox, "claire@lumiere.example")).context["token_fail"] is True


def test_link_is_kept_nowhere(two_firms: Firms, mailbox: Mailbox) -> None:
    ask_reset(Client(), "claire@lumiere.example")
    dispatch_ready(lambda: START)
    key = reset_link(mailbox, "claire@lumiere.example").rpartition("reset/")[2]
    with firm_context(two_firms[0].firm.pk):
        kept = [str(row) for model in (Notice, Message) for row in model._default_manager.values()]
    assert [row for row in kept if key.strip("/").partition("-")[2] in row] == []


def test_same_answer_whether_or_not_a_login_exists(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    make_client_user(lumiere.firm, lumiere.paul_address, login=False)
    with firm_context(lumiere.firm.pk):
        Staff.objects.filter(pk=lumiere.paulo.pk).update(left_at=START)
    emails = ["claire@lumiere.example", "nobody@lumiere.example", "paulo@lumiere.example", "paul@lefevre.example"]
    answers = [ask_reset(Client(), email) for email in emails]
    assert [(a.status_code, a["Location"]) for a in answers] == [(302, "/password/reset/sent/")] * 4
    with firm_context(lumiere.firm.pk):
        assert list(Notice.objects.values_list("email", flat=True)) == ["claire@lumiere.example"]


def test_changing_a_password_ends_all_sessions(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    here, elsewhere = signed_in(lumiere.claire), signed_in(lumiere.claire)
    words = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    changed = here.post("/password/change/", words, follow=True)
    assert changed.redirect_chain[-1] == ("/sign-in/", 302)
    assert [str(message) for message in changed.context["messages"]] == ["Your password is changed. Please sign in with the new one."]
    assert [browser.get("/")["Location"] for browser in (here, elsewhere)] == ["/sign-in/?next=/"] * 2
