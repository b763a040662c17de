"""The firm demands a second step: the page where it says so, and what follows from it."""

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from firms.enums import Verb
from firms.models import ActivityLine, Firm, Staff
from notifications.models import Notice
from templates_email.enums import EmailEvent
from tenancy.context import firm_context
from tests.desk.reading import read
from tests.factories import PASSWORD, START
from tests.people import Lumiere, Peeters
from tests.second_steps import CONFIRM, code_now, confirmed, give_app, give_passkey, give_recovery_codes, shown_key, steps_of
from tests.signing import asked, follow_link, make_client_user, signed_in

Firms = tuple[Lumiere, Peeters]
PAGE = "/settings/security/"
MINE = "/account/security/"
ONLY_ONE = (
    "Your firm asks everybody of the team to sign in with two steps, and this is your only second step. "
    "Add another one first, then remove this one."
)


@pytest.fixture(autouse=True)
def fresh_throttles(db: None) -> None:
    cache.clear()


def demand(firm: Firm, *, on: bool = True) -> None:
    with firm_context(firm.pk):
        Firm.objects.filter(pk=firm.pk).update(require_mfa=on)


def demands(firm: Firm) -> bool:
    with firm_context(firm.pk):
        return Firm.objects.get(pk=firm.pk).require_mfa


# --- The page ------------------------------------------------------------------------------------------------------------------


@pytest.mark.rule("A20")
def test_owner_switches_it_on_and_the_log_says_so(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    give_app(lumiere.claire)
    client = signed_in(lumiere.claire)
    assert client.post(PAGE, {"require_mfa": "on"})["Location"] == PAGE
    with firm_context(lumiere.firm.pk):
        line = ActivityLine.objects.get(verb=Verb.FIRM_CHANGED)
        told = Notice.objects.get(event=EmailEvent.FIRM_CHANGED)
    assert (line.actor_name, line.detail, line.old, line.new, line.ip) == (
        "Claire Moreau", "Everybody signs in with two steps", "off", "on", "127.0.0.1",
    )  # fmt: skip
    assert (told.email, told.values["page"]) == ("claire@lumiere.example", "settings_security")
    assert [str(message) for message in client.get(PAGE).context["messages"]] == ["Saved. It applies from everybody’s next click."]
    confirmed(client).post(PAGE, {})
    assert demands(lumiere.firm) is False


def test_an_open_browser_alone_does_not_switch_it_off(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    give_app(lumiere.claire)
    demand(lumiere.firm)
    client = signed_in(lumiere.claire)
    assert client.post(PAGE, {"require_mfa": "on"})["Location"] == PAGE
    asked = client.post(PAGE, {})
    assert asked["Location"] == f"{CONFIRM}?next=%2Fsettings%2Fsecurity%2F"
    assert demands(lumiere.firm) is True
    assert client.post(asked["Location"], {"password": PASSWORD, "next": PAGE})["Location"] == PAGE
    assert demands(lumiere.firm) is False


def test_whoever_demands_it_has_one(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    client = signed_in(lumiere.amir)
    assert read(client.get(PAGE)).links["Add an app with codes or a passkey"] == MINE
    refused = client.post(PAGE, {"require_mfa": "on"})
    assert refused.status_code == 200
    assert refused.context["form"].errors["require_mfa"] == [
        "You have no second step yourself. Add one under “My sign-in”, then switch this on."
    ]
    assert demands(lumiere.firm) is False


@pytest.mark.rule("A19")
def test_employees_neither_see_nor_change_it(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    give_app(lumiere.emma)
    client = signed_in(lumiere.emma)
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, {"require_mfa": "on"}).status_code == 403
    assert demands(lumiere.firm) is False


def test_the_team_stands_there_with_who_has_one(two_firms: Firms) -> None:
    lumiere, peeters = two_firms
    give_app(lumiere.claire)
    give_passkey(lumiere.emma)
    give_recovery_codes(lumiere.paulo)  # they only stand in for a second step
    give_app(peeters.wim)
    colleagues = signed_in(lumiere.claire).get(PAGE).context["colleagues"]
    assert [(each.staff.name, each.has_second_step) for each in colleagues] == [
        ("Amir Benali", False), ("Claire Moreau", True), ("Emma Girard", True), ("Paulo Silva", False),
    ]  # fmt: skip


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_however_many_there_are(
    two_firms: Firms, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    lumiere, _ = two_firms
    people = [lumiere.claire, lumiere.amir, lumiere.emma, lumiere.paulo]
    with firm_context(lumiere.firm.pk):
        Staff.objects.exclude(pk__in=[each.pk for each in people[:rows]]).update(left_at=START)
    for each in people[:rows]:
        give_app(each)
    client = signed_in(lumiere.claire)
    with django_assert_num_queries(10):
        page = client.get(PAGE)
    assert len(page.context["colleagues"]) == rows


# --- While it is demanded --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/accounts/", "/requests/?view=all", "/search/?q=x", "/settings/security/", "/no-such-page/"])
def test_staff_without_a_second_step_are_led_to_where_they_add_one(two_firms: Firms, path: str) -> None:
    lumiere, _ = two_firms
    client = signed_in(lumiere.amir)
    demand(lumiere.firm)
    assert [client.get(path)["Location"], client.post(path, {"require_mfa": ""})["Location"]] == [MINE, MINE]
    moved = client.get(path, headers={"HX-Request": "true"})
    assert (moved.status_code, moved.headers["HX-Redirect"], moved.content) == (200, MINE, b"")
    assert demands(lumiere.firm) is True
    assert read(client.get(MINE)).find_all("div", role="alert")[0].text.startswith("Your firm asks everybody of the team")


def test_nothing_that_they_post_is_done(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    client = signed_in(lumiere.claire)
    demand(lumiere.firm)
    client.post("/accounts/new/", {"kind": "company", "name": "Garage Martin"})
    client.post(f"/accounts/{lumiere.bakery.code}/archive/")
    with firm_context(lumiere.firm.pk):
        assert ActivityLine.objects.exclude(verb=Verb.FIRM_CREATED).count() == 0


@pytest.mark.parametrize("path", ["", "app/add/", "passkeys/", "passkeys/add/", "confirm/password/"])
def test_the_pages_where_one_is_added_stay_open(two_firms: Firms, path: str) -> None:
    lumiere, _ = two_firms
    client = confirmed(signed_in(lumiere.amir))
    demand(lumiere.firm)
    assert client.get(MINE + path).status_code == 200


def test_language_password_and_the_way_out_stay_open(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    client = signed_in(lumiere.amir)
    demand(lumiere.firm)
    assert client.get("/password/change/").status_code == 200
    assert client.post("/language/", {"language": "fr", "next": MINE})["Location"] == MINE
    assert client.get("/sign-out/").status_code == 200
    assert client.post("/sign-out/")["Location"] == "/sign-in/"


def test_once_it_is_added_the_desk_is_open_again(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    client = confirmed(signed_in(lumiere.amir))
    demand(lumiere.firm)
    client.post(MINE + "app/add/", {"code": code_now(shown_key(client.get(MINE + "app/add/")))})
    assert client.get("/").status_code == 200


def test_it_costs_one_query_and_none_where_it_is_not_demanded(two_firms: Firms, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    lumiere, _ = two_firms
    give_app(lumiere.claire)
    client = signed_in(lumiere.claire)
    with django_assert_num_queries(10):
        client.get("/settings/security/")
    demand(lumiere.firm)
    with django_assert_num_queries(11):
        client.get("/settings/security/")


def test_clients_and_other_firms_are_none_of_its_business(two_firms: Firms) -> None:
    lumiere, peeters = two_firms
    nadia = signed_in(make_client_user(lumiere.firm, lumiere.nadia_address))
    action = asked(lumiere)
    demand(lumiere.firm)
    assert nadia.get("/portal/").status_code == 200
    assert signed_in(peeters.wim).get("/").status_code == 200
    assert follow_link(Client(), action, lumiere.nadia_address).get(f"/a/{action.code}/").status_code == 200
    assert follow_link(signed_in(lumiere.amir), action, lumiere.nadia_address).get(f"/a/{action.code}/").status_code == 200


def test_the_last_second_step_cannot_be_removed(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    give_app(lumiere.claire)
    give_recovery_codes(lumiere.claire)
    demand(lumiere.firm)
    client = confirmed(signed_in(lumiere.claire))
    page = client.get(MINE + "app/remove/")
    assert page.context["kept"] == ONLY_ONE
    assert read(page).links["Add a passkey first"] == MINE + "passkeys/add/"
    assert client.post(MINE + "app/remove/").context["kept"] == ONLY_ONE
    assert steps_of(lumiere.claire) == ["recovery_codes", "totp"]


def test_nor_can_the_last_passkey(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    first, last = give_passkey(lumiere.claire), give_passkey(lumiere.claire)
    demand(lumiere.firm)
    client = confirmed(signed_in(lumiere.claire))
    assert client.post(f"{MINE}passkeys/{first.pk}/remove/").status_code == 302
    assert client.get(f"{MINE}passkeys/{last.pk}/remove/").context["kept"] == ONLY_ONE
    assert client.post(f"{MINE}passkeys/{last.pk}/remove/").context["kept"] == ONLY_ONE
    assert steps_of(lumiere.claire) == ["webauthn"]


def test_a_client_may_remove_the_last_one_all_the_same(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    nadia = make_client_user(lumiere.firm, lumiere.nadia_address)
    give_app(nadia)
    demand(lumiere.firm)
    confirmed(signed_in(nadia)).post(MINE + "app/remove/")
    assert steps_of(nadia) == []
