"""Signing in with two steps, and with a passkey alone."""

from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from pytest_django.fixtures import Settings

from clients.models import AccountAddress
from firms.models import Staff, User
from tenancy.context import firm_context
from tests.factories import PASSWORD, START
from tests.passkeys import Device, ask
from tests.people import Lumiere, Peeters
from tests.second_steps import (
    code_now,
    confirmed,
    give_app,
    give_recovery_codes,
    second_step,
    sign_in,
    steps_of,
    user_of,
    wrong_code,
)  # fmt: skip
from tests.signing import make_client_user, signed_in

Firms = tuple[Lumiere, Peeters]
STEP = "/account/security/second-step/"
BY_PASSKEY = "/account/security/passkeys/sign-in/"
CLAIRE = "claire@lumiere.example"
TOO_MANY = "There were too many tries. Please wait five minutes, then try again."
WRONG = "This code is wrong, or was used already. Type the one that your app shows now."


@pytest.fixture(autouse=True)
def fresh_throttles(db: None) -> None:
    cache.clear()


def who(client: Client) -> str:
    """Whose session this is; nobody's is empty."""
    found = client.session.get("_auth_user_id")
    return User.objects.get(pk=found).email if found else ""


def code_errors(page: Any) -> list[str]:
    return list(page.context["form"].errors["code"])


# --- With a code ----------------------------------------------------------------------------------------------------------------


def test_the_password_alone_lets_nobody_in_who_has_a_second_step(client: Client, two_firms: Firms) -> None:
    give_app(two_firms[0].claire)
    assert sign_in(client, CLAIRE)["Location"] == STEP
    assert who(client) == ""
    assert client.get("/")["Location"] == "/sign-in/?next=/"
    assert second_step(client, code_now())["Location"] == "/"
    assert who(client) == CLAIRE


def test_clients_are_asked_too_from_either_page_and_land_in_the_portal(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    give_app(make_client_user(lumiere.firm, lumiere.nadia_address))
    for at, half_minutes_ago in (("/sign-in/", 0), (f"/c/{lumiere.firm.code}/", 1)):
        client = Client()
        assert sign_in(client, "nadia@lefevre.example", at=at)["Location"] == STEP
        assert client.get(STEP).context["brand"].name == "Cabinet Lumière"
        assert second_step(client, code_now(half_minutes_ago=half_minutes_ago))["Location"] == "/portal/"


def test_the_wanted_page_is_kept(client: Client, two_firms: Firms) -> None:
    give_app(two_firms[0].claire)
    client.post("/sign-in/", {"login": CLAIRE, "password": PASSWORD, "next": "/requests/"})
    assert second_step(client, code_now())["Location"] == "/requests/"


def test_without_the_password_there_is_no_second_step(client: Client, two_firms: Firms) -> None:
    give_app(two_firms[0].claire)
    assert client.get(STEP)["Location"] == "/sign-in/"
    assert second_step(client, code_now())["Location"] == "/sign-in/"


def test_a_code_lets_in_once_even_while_it_is_still_good(two_firms: Firms, clock: time_machine.Traveller) -> None:
    give_app(two_firms[0].claire)
    code = code_now()
    first, second = Client(), Client()
    sign_in(first, CLAIRE)
    assert second_step(first, code)["Location"] == "/"
    clock.shift(31)  # the app shows the next one by now; this one would still be taken
    sign_in(second, CLAIRE)
    assert code_errors(second_step(second, code)) == [WRONG]
    assert second_step(second, code_now())["Location"] == "/"


def test_a_recovery_code_lets_in_once(two_firms: Firms) -> None:
    give_app(two_firms[0].claire)
    code = give_recovery_codes(two_firms[0].claire)[0]
    first, second = Client(), Client()
    sign_in(first, CLAIRE)
    assert second_step(first, code)["Location"] == "/"
    sign_in(second, CLAIRE)
    assert code_errors(second_step(second, code)) == [WRONG]


def test_sixth_wrong_code_waits_in_whatever_browser(two_firms: Firms, clock: time_machine.Traveller) -> None:
    give_app(two_firms[0].claire)
    for _ in range(5):
        client = Client()
        sign_in(client, CLAIRE)
        assert code_errors(second_step(client, wrong_code())) == [WRONG]
    client = Client()
    sign_in(client, CLAIRE)
    assert code_errors(second_step(client, code_now())) == [TOO_MANY]
    clock.shift(301)
    assert second_step(client, code_now())["Location"] == "/"


def test_wrong_codes_count_where_a_change_is_confirmed_too(two_firms: Firms) -> None:
    give_app(two_firms[0].claire)
    client = signed_in(two_firms[0].claire)
    answers = [client.post("/account/security/confirm/code/", {"code": wrong_code()}) for _ in range(6)]
    assert code_errors(answers[4]) == [WRONG]
    assert code_errors(answers[5]) == [TOO_MANY]


def test_codes_that_cannot_be_read_any_more_are_a_sentence_and_no_error(client: Client, two_firms: Firms, settings: Settings) -> None:
    give_app(two_firms[0].claire)
    settings.SECRET_KEY = "another one than before"
    sign_in(client, CLAIRE)
    assert code_errors(second_step(client, code_now())) == [
        "Codes can no longer be checked here. Use a passkey, or ask for your second step to be reset."
    ]


def test_whoever_wants_to_sign_in_as_somebody_else_can(client: Client, two_firms: Firms) -> None:
    give_app(two_firms[0].claire)
    sign_in(client, CLAIRE)
    assert client.post("/sign-out/", {"next": "/sign-in/"})["Location"] == "/sign-in/"
    assert client.get("/sign-in/").status_code == 200
    assert sign_in(client, "amir@lumiere.example")["Location"] == "/"


def test_whoever_leaves_between_the_steps_does_not_get_in(client: Client, two_firms: Firms) -> None:
    lumiere, _ = two_firms
    give_app(lumiere.paulo)
    sign_in(client, "paulo@lumiere.example")
    with firm_context(lumiere.firm.pk):
        Staff.objects.filter(pk=lumiere.paulo.pk).update(left_at=START)
    answer = second_step(client, code_now())
    assert (answer["Location"], who(client)) == ("/sign-in/", "")
    said = [str(message) for message in client.get("/sign-in/", HTTP_ACCEPT_LANGUAGE="en").context["messages"]]
    assert said == ["You cannot sign in here any more. Please ask your contact at the firm."]


def test_a_new_password_ends_sessions_and_keeps_second_steps(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    give_app(lumiere.claire)
    here, elsewhere = signed_in(lumiere.claire), signed_in(lumiere.claire)
    words = {"oldpassword": PASSWORD, "password1": "another horse altogether", "password2": "another horse altogether"}
    here.post("/password/change/", words)
    assert [who_is_in(browser) for browser in (here, elsewhere)] == [302, 302]
    assert steps_of(lumiere.claire) == ["totp"]
    assert sign_in(Client(), CLAIRE, password="another horse altogether")["Location"] == STEP


def who_is_in(client: Client) -> int:
    return int(client.get("/account/security/").status_code)


# --- With a passkey ---------------------------------------------------------------------------------------------------------------


def by_passkey(client: Client, device: Device, path: str = BY_PASSKEY, **extra: str) -> Any:
    options = ask(client, path)
    return client.post(path, {"credential": device.used(options), **extra}, HTTP_ACCEPT_LANGUAGE="en")


def passkey_of(person: Staff | User) -> Device:
    device = Device(user_of(person))
    device.kept()
    return device


def test_a_passkey_is_added_and_lets_in_without_password_and_code(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    device, client = Device(lumiere.claire.user), confirmed(signed_in(lumiere.claire))
    options = client.get("/account/security/passkeys/add/").context["js_data"]["creation_options"]
    body = {"name": "Office laptop", "passwordless": "on", "credential": device.made(options)}
    assert client.post("/account/security/passkeys/add/", body)["Location"] == "/account/security/recovery-codes/"
    assert steps_of(lumiere.claire) == ["recovery_codes", "webauthn"]
    other = Client()
    assert by_passkey(other, device)["Location"] == "/"
    assert who(other) == CLAIRE


def test_a_passkey_is_a_second_step_too(client: Client, two_firms: Firms) -> None:
    device = passkey_of(two_firms[0].claire)
    assert sign_in(client, CLAIRE)["Location"] == STEP
    options = client.get(STEP).context["js_data"]["request_options"]
    assert client.post(STEP, {"credential": device.used(options)})["Location"] == "/"


def test_a_passkey_confirms_a_change(two_firms: Firms) -> None:
    device = passkey_of(two_firms[0].claire)
    client = signed_in(two_firms[0].claire)
    options = client.get("/account/security/confirm/passkey/").context["js_data"]["request_options"]
    assert client.post("/account/security/confirm/passkey/", {"credential": device.used(options)})["Location"] == "/account/security/"
    assert client.get("/account/security/app/add/").status_code == 200


def test_a_challenge_is_answered_once(two_firms: Firms) -> None:
    device = passkey_of(two_firms[0].claire)
    first, second = Client(), Client()
    answer = device.used(ask(first, BY_PASSKEY))
    ask(second, BY_PASSKEY)
    assert second.post(BY_PASSKEY, {"credential": answer})["Location"] == "/sign-in/"
    assert who(second) == ""
    assert first.post(BY_PASSKEY, {"credential": answer})["Location"] == "/"
    first.post("/sign-out/")
    assert first.post(BY_PASSKEY, {"credential": answer})["Location"] == "/sign-in/"


def test_somebody_else_s_key_is_refused(client: Client, two_firms: Firms) -> None:
    lumiere, _ = two_firms
    passkey_of(lumiere.claire)
    assert by_passkey(client, Device(lumiere.claire.user))["Location"] == "/sign-in/"
    assert who(client) == ""


def test_clients_land_in_the_portal_and_keep_the_page_they_wanted(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    device = passkey_of(make_client_user(lumiere.firm, lumiere.nadia_address))
    own = f"/c/{lumiere.firm.code}/passkey/"
    for path in (BY_PASSKEY, own):
        assert by_passkey(Client(), device, path)["Location"] == "/portal/"
    assert by_passkey(Client(), device, own, next="/a/ABCDEFGH/")["Location"] == "/a/ABCDEFGH/"
    assert by_passkey(Client(), device, own, next="/accounts/")["Location"] == "/portal/"


def test_whoever_may_not_sign_in_may_not_by_passkey_either(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    nadia = make_client_user(lumiere.firm, lumiere.nadia_address)
    devices = [passkey_of(person) for person in (lumiere.paulo, lumiere.amir, nadia)]
    with firm_context(lumiere.firm.pk):
        Staff.objects.filter(pk=lumiere.paulo.pk).update(left_at=START)
        User.objects.filter(pk=lumiere.amir.user_id).update(is_active=False)
        AccountAddress.objects.filter(address=lumiere.nadia_address).update(login=False)
    for device in devices:
        client = Client()
        assert by_passkey(client, device)["Location"] == "/sign-in/"
        assert who(client) == ""
        said = [str(m) for m in client.get("/sign-in/", HTTP_ACCEPT_LANGUAGE="en").context["messages"]]
        assert said == ["This passkey does not let you in here. Sign in with your address and your password."]


def test_a_firm_s_own_page_lets_in_nobody_else_s_people(two_firms: Firms) -> None:
    lumiere, peeters = two_firms
    for person in (make_client_user(peeters.firm, peeters.lotte_address), peeters.wim):
        client = Client()
        answer = by_passkey(client, passkey_of(person), f"/c/{lumiere.firm.code}/passkey/")
        assert (answer["Location"], who(client)) == (f"/c/{lumiere.firm.code}/", "")


def test_a_passkey_page_of_no_firm_is_the_polite_one(client: Client, two_firms: Firms) -> None:
    assert client.get("/c/AAAAAAAAAAAA/passkey/").status_code == 404


@pytest.mark.parametrize(
    "credential",
    ["", "{}", "[]", '"x"', "null", "{", "7", '{"id": 1, "response": {}}', '{"response": {"userHandle": "AA"}}', '{"response": 3}'],
)
def test_what_is_no_passkey_lets_nobody_in_and_is_no_error(client: Client, two_firms: Firms, credential: str) -> None:
    lumiere, _ = two_firms
    passkey_of(lumiere.claire)
    ask(client, BY_PASSKEY)
    assert client.post(BY_PASSKEY, {"credential": credential})["Location"] == "/sign-in/"
    sign_in(client, CLAIRE)
    page = client.post(STEP, {"credential": credential})
    assert page.context["trouble"] == "This passkey was not accepted. Please try again."
    page = signed_in(lumiere.claire).post("/account/security/confirm/passkey/", {"credential": credential})
    assert page.context["trouble"] == "This passkey was not accepted. Please try again."


def test_eleventh_try_of_a_minute_by_passkey_waits(client: Client, two_firms: Firms) -> None:
    answers = [client.post(BY_PASSKEY, {"credential": "{}"}).status_code for _ in range(11)]
    assert answers == [302] * 10 + [429]


@pytest.mark.parametrize("at", ["/sign-in/", "/c/{code}/"])
def test_sign_in_pages_offer_passkeys_at_their_own_address(client: Client, two_firms: Firms, at: str) -> None:
    page = client.get(at.format(code=two_firms[0].firm.code))
    expected = f"/c/{two_firms[0].firm.code}/passkey/" if "{" in at else BY_PASSKEY
    assert page.context["passkey_url"] == expected
    assert f'action="{expected}"' in page.content.decode()


# --- The wall -----------------------------------------------------------------------------------------------------------------------


def test_second_steps_of_another_firm_do_not_exist_inside_a_firm(two_firms: Firms) -> None:
    lumiere, peeters = two_firms
    give_app(lumiere.claire)
    give_app(peeters.wim)
    with firm_context(peeters.firm.pk):
        assert list(Authenticator.objects.values_list("user__email", flat=True)) == ["wim@peeters.example"]
        assert Authenticator.objects.filter(user_id=lumiere.claire.user_id).delete()[0] == 0
