"""Adding and removing one's own second steps."""

from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken
from django.core.cache import cache
from django.db import connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from access.second_steps import RelanceMFAAdapter
from clients.models import AccountAddress
from firms.enums import Verb
from firms.models import ActivityLine, Firm, Staff
from tenancy.context import firm_context
from tests.factories import START
from tests.people import Lumiere, Peeters
from tests.second_steps import (
    SECRET,
    code_now,
    confirmed,
    give_app,
    give_passkey,
    give_recovery_codes,
    shown_key,
    sign_in,
    steps_of,
    wrong_code,
)  # fmt: skip
from tests.signing import make_client_user, signed_in

Firms = tuple[Lumiere, Peeters]
HOME = "/account/security/"
OWN_PAGES = [
    "", "app/add/", "app/remove/", "recovery-codes/", "recovery-codes/new/", "recovery-codes/download/", "passkeys/", "passkeys/add/",
    "confirm/password/", "confirm/code/", "confirm/passkey/",
]  # fmt: skip


@pytest.fixture(autouse=True)
def fresh_throttles(db: None) -> None:
    cache.clear()


def changes_of(firm: Firm) -> list[tuple[str, str, str | None]]:
    with firm_context(firm.pk):
        lines = ActivityLine.objects.filter(verb=Verb.SIGN_IN_CHANGED).order_by("id")
        return [(line.actor_name, line.detail, line.ip) for line in lines]


def add_app(client: Client) -> Any:
    page = client.get(HOME + "app/add/")
    return client.post(HOME + "app/add/", {"code": code_now(shown_key(page))})


# --- Adding ----------------------------------------------------------------------------------------------------------------


def test_an_app_is_added_with_its_first_code_and_recovery_codes_come_with_it(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    client = confirmed(signed_in(lumiere.claire))
    assert add_app(client)["Location"] == HOME + "recovery-codes/"
    assert steps_of(lumiere.claire) == ["recovery_codes", "totp"]
    assert len(client.get(HOME + "recovery-codes/").context["unused_codes"]) == 10
    assert changes_of(lumiere.firm) == [("Claire Moreau", "application de codes ajoutée", "127.0.0.1")]


def test_a_client_s_own_line_names_the_contact(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    client = confirmed(signed_in(make_client_user(lumiere.firm, lumiere.nadia_address)))
    add_app(client)
    with firm_context(lumiere.firm.pk):
        line = ActivityLine.objects.get(verb=Verb.SIGN_IN_CHANGED)
    assert (line.actor_kind, line.actor_name, line.contact_id) == ("client", "Nadia Lefèvre", lumiere.nadia.pk)


def test_what_the_phone_shows_is_the_firm_and_the_address(two_firms: Firms) -> None:
    client = confirmed(signed_in(two_firms[0].claire))
    url = client.get(HOME + "app/add/").context["totp_url"]
    assert url.startswith("otpauth://totp/claire%40lumiere.example?secret=")
    assert url.endswith("&issuer=Cabinet%20Lumi%C3%A8re")


def test_a_wrong_first_code_adds_nothing_and_keeps_the_key(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    client = confirmed(signed_in(lumiere.claire))
    key = shown_key(client.get(HOME + "app/add/"))
    refused = client.post(HOME + "app/add/", {"code": "abc"})
    assert refused.context["form"].errors["code"] == ["This code is wrong, or was used already. Type the one that your app shows now."]
    assert shown_key(refused) == key
    assert steps_of(lumiere.claire) == []


def test_the_key_is_not_in_the_database_in_clear(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    app = give_app(lumiere.claire)
    with firm_context(lumiere.firm.pk), connection.cursor() as cursor:
        cursor.execute("SELECT data::text FROM mfa_authenticator WHERE id = %s", [app.pk])
        (kept,) = cursor.fetchone()
    assert SECRET not in kept
    assert RelanceMFAAdapter().decrypt(app.data["secret"]) == SECRET


def test_another_deployment_cannot_read_the_key(two_firms: Firms, settings: Settings) -> None:
    app = give_app(two_firms[0].claire)
    settings.SECRET_KEY = "another deployment's"
    with pytest.raises(InvalidToken):
        RelanceMFAAdapter().decrypt(app.data["secret"])


def test_a_passkey_belongs_to_the_site_and_not_to_the_host_of_a_request(two_firms: Firms, settings: Settings) -> None:
    settings.SITE_URL, settings.ALLOWED_HOSTS = "https://desk.relance.example", ["*"]
    client = confirmed(signed_in(two_firms[0].claire))
    page = client.get(HOME + "passkeys/add/", headers={"Host": "evil.example"})
    options = page.context["js_data"]["creation_options"]["publicKey"]
    assert (options["rp"]["id"], options["rp"]["name"]) == ("desk.relance.example", "Cabinet Lumière")


@pytest.mark.parametrize(
    "credential", ["", "{}", "[]", '"x"', "null", "{", '{"id": 1, "response": {}}', '{"response": {"userHandle": "AA"}}']
)
@pytest.mark.parametrize("page", ["passkeys/add/", "confirm/passkey/"])
def test_what_is_no_passkey_is_refused(two_firms: Firms, page: str, credential: str) -> None:
    lumiere, _ = two_firms
    give_passkey(lumiere.claire)
    client = confirmed(signed_in(lumiere.claire))
    with firm_context(lumiere.firm.pk):
        Authenticator.objects.all().delete()
    answer = client.post(HOME + page, {"name": "x", "credential": credential})
    assert answer.status_code in (200, 302)
    assert steps_of(lumiere.claire) == []


# --- Removing ----------------------------------------------------------------------------------------------------------------


def test_removing_the_app_takes_the_recovery_codes_with_it(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    give_app(lumiere.claire)
    give_recovery_codes(lumiere.claire)
    client = confirmed(signed_in(lumiere.claire))
    assert client.post(HOME + "app/remove/")["Location"] == HOME
    assert steps_of(lumiere.claire) == []
    assert changes_of(lumiere.firm) == [("Claire Moreau", "application de codes supprimée", "127.0.0.1")]


def test_a_passkey_is_renamed_and_removed(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    passkey = give_passkey(lumiere.claire)
    client = confirmed(signed_in(lumiere.claire))
    assert client.post(f"{HOME}passkeys/{passkey.pk}/rename/", {"name": "Phone"})["Location"] == HOME + "passkeys/"
    assert client.post(f"{HOME}passkeys/{passkey.pk}/remove/")["Location"] == HOME + "passkeys/"
    details = [detail for _name, detail, _ip in changes_of(lumiere.firm)]
    assert details == [
        "clé d’accès «\u00a0Office laptop\u00a0» renommée «\u00a0Phone\u00a0»",
        "clé d’accès «\u00a0Phone\u00a0» supprimée",
    ]
    assert steps_of(lumiere.claire) == []


def test_a_colleague_s_passkey_is_nobody_else_s(two_firms: Firms) -> None:
    lumiere, peeters = two_firms
    passkey = give_passkey(lumiere.claire)
    for other in (lumiere.amir, peeters.wim):
        client = confirmed(signed_in(other))
        for page in ("rename", "remove"):
            assert client.get(f"{HOME}passkeys/{passkey.pk}/{page}/").status_code == 404
            assert client.post(f"{HOME}passkeys/{passkey.pk}/{page}/", {"name": "Stolen"}).status_code == 404
    assert steps_of(lumiere.claire) == ["webauthn"]


def test_new_recovery_codes_make_the_earlier_ones_void(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    give_app(lumiere.claire)
    before = give_recovery_codes(lumiere.claire)
    client = confirmed(signed_in(lumiere.claire))
    client.post(HOME + "recovery-codes/new/")
    after = client.get(HOME + "recovery-codes/").context["unused_codes"]
    assert set(before) & set(after) == set()
    assert changes_of(lumiere.firm) == [("Claire Moreau", "nouveaux codes de secours créés", "127.0.0.1")]


def test_recovery_codes_without_a_second_step_are_refused_with_a_sentence(two_firms: Firms) -> None:
    client = confirmed(signed_in(two_firms[0].claire))
    refused = client.post(HOME + "recovery-codes/new/")
    assert refused.context["form"].non_field_errors() == ["Recovery codes stand in for an app or a passkey. Add one of these first."]


def test_the_file_of_recovery_codes_holds_each_on_a_line(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    codes = give_recovery_codes(lumiere.claire)
    give_app(lumiere.claire)
    file = confirmed(signed_in(lumiere.claire)).get(HOME + "recovery-codes/download/")
    assert file.content.decode().split()[-10:] == codes
    assert file.headers["Content-Disposition"] == 'attachment; filename="recovery-codes.txt"'


# --- Once more, before anything changes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["app/add/", "app/remove/", "recovery-codes/new/", "passkeys/add/"])
def test_nothing_changes_before_the_password_is_typed_once_more(two_firms: Firms, page: str) -> None:
    lumiere, _ = two_firms
    if page != "app/add/":
        give_app(lumiere.claire)
        give_recovery_codes(lumiere.claire)
    before = steps_of(lumiere.claire)
    client = Client()
    sign_in(client, "claire@lumiere.example")
    if before:
        client.post(HOME + "second-step/", {"code": code_now()})
    for answer in (client.get(HOME + page), client.post(HOME + page, {"code": code_now()})):
        assert answer["Location"] == "/account/security/confirm/password/?" + urlencode({"next": HOME + page})
    assert steps_of(lumiere.claire) == before


def test_confirmation_holds_for_five_minutes(two_firms: Firms, clock: time_machine.Traveller) -> None:
    client = confirmed(signed_in(two_firms[0].claire))
    clock.shift(299)
    assert client.get(HOME + "app/add/").status_code == 200
    clock.shift(2)
    assert client.get(HOME + "app/add/").status_code == 302


def test_a_wrong_password_confirms_nothing(two_firms: Firms) -> None:
    client = signed_in(two_firms[0].claire)
    refused = client.post(HOME + "confirm/password/", {"password": "wrong password"})
    assert refused.context["form"].errors["password"] == ["This is not your password. Type the one you sign in with."]
    assert client.get(HOME + "app/add/").status_code == 302


def test_a_code_confirms_too(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    give_app(lumiere.claire)
    client = signed_in(lumiere.claire)
    refused = client.post(HOME + "confirm/code/", {"code": wrong_code()})
    assert list(refused.context["form"].errors) == ["code"]
    assert client.post(HOME + "confirm/code/", {"code": code_now()})["Location"] == HOME
    assert client.get(HOME + "app/remove/").status_code == 200


def test_other_ways_to_confirm_stand_below_in_our_words(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    give_app(lumiere.claire)
    give_passkey(lumiere.claire)
    page = signed_in(lumiere.claire).get(HOME + "confirm/code/")
    assert [way["description"] for way in page.context["reauthentication_alternatives"]] == ["Use a passkey", "Use your password"]


# --- Whose pages ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", OWN_PAGES)
def test_nobody_sees_such_a_page_without_being_signed_in(two_firms: Firms, page: str) -> None:
    assert Client().get(HOME + page)["Location"].startswith("/sign-in/?next=")


@pytest.mark.parametrize("page", OWN_PAGES)
def test_staff_who_have_left_and_clients_without_login_are_out_at_the_next_request(two_firms: Firms, page: str) -> None:
    lumiere, _ = two_firms
    left, off = signed_in(lumiere.paulo), signed_in(make_client_user(lumiere.firm, lumiere.nadia_address))
    with firm_context(lumiere.firm.pk):
        Staff.objects.filter(pk=lumiere.paulo.pk).update(left_at=START)
        AccountAddress.objects.filter(address=lumiere.nadia_address).update(login=False)
    assert (left.get(HOME + page).status_code, off.get(HOME + page).status_code) == (403, 404)


def test_clients_see_their_firm_s_look_and_staff_the_product_s(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    client = signed_in(make_client_user(lumiere.firm, lumiere.nadia_address))
    page = client.get(HOME)
    assert page.context["brand"].name == "Cabinet Lumière"
    assert "Relance" not in page.content.decode()
    assert signed_in(lumiere.claire).get(HOME).context["brand"] is None


def test_no_browser_keeps_these_pages(two_firms: Firms) -> None:
    assert "no-store" in signed_in(two_firms[0].claire).get(HOME)["Cache-Control"]


def test_my_sign_in_names_each_way_with_its_state_and_one_action(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    give_app(lumiere.claire)
    give_recovery_codes(lumiere.claire)
    give_passkey(lumiere.claire)
    html = signed_in(lumiere.claire).get(HOME).content.decode()
    for label in ("Password: Change", "App with codes: Remove…", "Passkeys: Manage", "Recovery codes: Show"):
        assert f'aria-label="{label}"' in html
    assert "1 passkey" in html
    assert "10 left" in html


@pytest.mark.parametrize("rows", [1, 3])
def test_passkeys_cost_the_same_however_many(two_firms: Firms, django_assert_num_queries: DjangoAssertNumQueries, rows: int) -> None:
    lumiere, _ = two_firms
    for number in range(rows):
        give_passkey(lumiere.claire, f"Key {number}")
    client = signed_in(lumiere.claire)
    with django_assert_num_queries(8):
        page = client.get(HOME + "passkeys/")
    assert page.content.decode().count("Key ") == rows * 3
