"""Signing a firm up: where the operator lets people, with one answer for everybody."""

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django.fixtures import Settings

from access.views_sign_up import IN_ALL
from firms.enums import Role
from firms.models import Firm, Staff
from firms.queries import list_firm_ids
from lib.throttles import spend
from notifications.dispatch.send import dispatch_ready
from notifications.models import Notice
from tenancy.context import firm_context
from tests.factories import START
from tests.mail import Mailbox, text_of
from tests.people import Lumiere, Peeters
from tests.signing import make_client_user, signed_in

WORDS = {"firm_name": "Étude Nouvelle", "name": "Ana Nouvelle", "email": "ana@nouvelle.example", "country": "BE", "language": "fr"}


@pytest.fixture(autouse=True)
def open_house(settings: Settings, db: None) -> None:
    settings.SIGN_UP = True
    cache.clear()


def sign_up(changes: dict[str, str] | None = None, *, client: Client | None = None) -> Any:
    return (client or Client()).post("/sign-up/", {**WORDS, **(changes or {})}, HTTP_ACCEPT_LANGUAGE="en")


def test_without_the_setting_there_is_no_such_page(settings: Settings) -> None:
    settings.SIGN_UP = False
    assert [Client().get(path).status_code for path in ("/sign-up/", "/sign-up/sent/")] == [404, 404]
    assert sign_up().status_code == 404
    assert list_firm_ids() == []
    assert "/sign-up/" not in Client().get("/sign-in/").content.decode()


def test_with_the_setting_the_sign_in_page_leads_there(two_firms: tuple[Lumiere, Peeters]) -> None:
    assert 'href="/sign-up/"' in Client().get("/sign-in/").content.decode()
    assert "/sign-up/" not in Client().get(f"/c/{two_firms[0].firm.code}/").content.decode()


def test_firm_stands_and_its_owner_is_invited(mailbox: Mailbox) -> None:
    assert sign_up()["Location"] == "/sign-up/sent/"
    (firm_id,) = list_firm_ids()
    with firm_context(firm_id):
        firm, owner = Firm.objects.get(), Staff.objects.select_related("user").get()
        assert (firm.name, firm.country, firm.language, firm.time_zone) == ("Étude Nouvelle", "BE", "fr", "Europe/Brussels")
        assert (firm.set_up_at, owner.name, owner.role, owner.is_pending) == (None, "Ana Nouvelle", Role.OWNER, True)
    dispatch_ready(lambda: START)
    (message,) = mailbox.to("ana@nouvelle.example")
    assert "/invitation/" in text_of(message)


@pytest.mark.rule("M9")
@pytest.mark.parametrize("email", ["wim@peeters.example", "Wim@Peeters.Example"])
def test_who_signs_in_already_gets_the_same_answer_and_a_way_to_their_password(
    two_firms: tuple[Lumiere, Peeters], mailbox: Mailbox, email: str
) -> None:
    new, known = sign_up({"email": "ana@nouvelle.example"}), sign_up({"email": email})
    assert (new.status_code, new["Location"]) == (known.status_code, known["Location"])
    assert len(list_firm_ids()) == 3
    dispatch_ready(lambda: START)
    (message,) = mailbox.to("wim@peeters.example")
    assert "/password/reset/" in text_of(message)


def test_who_may_not_sign_in_is_told_nothing(two_firms: tuple[Lumiere, Peeters]) -> None:
    lumiere, _ = two_firms
    make_client_user(lumiere.firm, lumiere.nadia_address, login=False)
    assert sign_up({"email": "nadia@lefevre.example"})["Location"] == "/sign-up/sent/"
    with firm_context(lumiere.firm.pk):
        assert Notice.objects.count() == 0


def test_whoever_is_signed_in_can_open_another_firm(two_firms: tuple[Lumiere, Peeters]) -> None:
    assert sign_up(client=signed_in(two_firms[0].claire))["Location"] == "/sign-up/sent/"
    assert len(list_firm_ids()) == 3


def test_sixth_try_from_a_network_waits_and_keeps_what_was_typed() -> None:
    for number in range(5):
        assert sign_up({"email": f"ana{number}@nouvelle.example"}).status_code == 302
    answer = sign_up({"email": "ana6@nouvelle.example"})
    assert list(answer.context["form"].non_field_errors()) == [
        "There were too many tries from here. Please wait an hour, then try again. What you typed is kept."
    ]
    assert answer.context["form"]["firm_name"].value() == "Étude Nouvelle"
    assert len(list_firm_ids()) == 5
    assert Client().post("/sign-up/", WORDS, REMOTE_ADDR="203.0.113.9").status_code == 302


def test_addresses_of_one_ipv6_network_are_one_network() -> None:
    def status(number: int, address: str) -> int:
        answer = Client().post("/sign-up/", {**WORDS, "email": f"ana{number}@nouvelle.example"}, REMOTE_ADDR=address)
        return answer.status_code

    assert [status(number, f"2001:db8:1:2::{number}") for number in range(1, 7)] == [302] * 5 + [200]
    assert status(7, "2001:db8:1:3::1") == 302


def test_all_networks_together_are_limited() -> None:
    spent = [spend("sign_up", "all", most=IN_ALL) for _ in range(IN_ALL - 1)]  # by other networks
    answers = [Client().post("/sign-up/", WORDS, REMOTE_ADDR=f"203.0.113.{number}") for number in (1, 2)]
    assert (all(spent), [answer.status_code for answer in answers], len(list_firm_ids())) == (True, [302, 200], 1)


def test_one_address_is_not_written_to_over_and_over(two_firms: tuple[Lumiere, Peeters]) -> None:
    for number in range(5):
        answer = Client().post("/sign-up/", {**WORDS, "email": "wim@peeters.example"}, REMOTE_ADDR=f"203.0.113.{number}")
        assert answer.status_code == 302
    with firm_context(two_firms[1].firm.pk):
        assert Notice.objects.filter(event="password_reset").count() == 3


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("Cabinet\r\nBcc: thief@evil.example", "Cabinet Bcc: thief@evil.example"),
        ("Cabinet \u202eereimuL\u200b", "Cabinet ereimuL"),
        ("[[FIRM]] {{ firm }} @NAME@", "[[FIRM]] {{ firm }} @NAME@"),
    ],
)
def test_hostile_name_is_plain_text_everywhere(mailbox: Mailbox, typed: str, kept: str) -> None:
    assert sign_up({"firm_name": typed}).status_code == 302
    (firm_id,) = list_firm_ids()
    with firm_context(firm_id):
        assert Firm.objects.get().name == kept
    dispatch_ready(lambda: START)
    (message,) = mailbox.to("ana@nouvelle.example")
    assert (kept in str(message["Subject"]), message["Bcc"]) == (True, None)


@pytest.mark.parametrize("typed", ["x" * 300, "Cabinet\0Lumière", "\u202e\u200b", ""])
def test_impossible_name_is_refused_with_a_sentence(typed: str) -> None:
    answer = sign_up({"firm_name": typed})
    assert (answer.status_code, list(answer.context["form"].errors)) == (200, ["firm_name"])
    assert answer.context["form"]["email"].value() == "ana@nouvelle.example"
    assert list_firm_ids() == []


@pytest.mark.parametrize("changes", [{"country": "XX"}, {"language": "tlh"}, {"email": "ana@"}, {"email": "a\r\nb@c.example"}])
def test_answer_that_was_not_offered_is_refused(changes: dict[str, str]) -> None:
    assert sign_up(changes).status_code == 200
    assert list_firm_ids() == []
