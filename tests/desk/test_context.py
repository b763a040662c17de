"""The shell around every staff page, and who does not get one."""

import pytest
from django.test import Client, RequestFactory
from pytest_django import DjangoAssertNumQueries

from desk.context import shell
from firms.enums import Right, Side
from firms.models import Staff, User
from tests.desk.conftest import DAY, NOW, TODAY, SignIn, open_action
from tests.desk.reading import nav_of, read
from tests.factories import UserFactory
from tests.people import Lumiere

PAGES = ["/", "/requests/", "/activity/", "/search/", "/needs-a-person/"]


@pytest.fixture
def client_user(lumiere: Lumiere) -> User:
    """Nadia, once she has chosen a password."""
    user: User = UserFactory.create(firm=lumiere.firm, side=Side.CLIENT, email="nadia@lefevre.example")
    lumiere.nadia_address.user = user
    lumiere.nadia_address.save()
    return user


def test_navigation_names_the_pages_that_exist_with_what_is_overdue(lumiere: Lumiere, sign_in: SignIn) -> None:
    open_action(lumiere.bakery, lumiere.claire, due_on=TODAY - DAY)
    open_action(lumiere.bakery, lumiere.claire, due_on=TODAY)
    nav = nav_of(sign_in(lumiere.claire).get("/activity/"))
    assert nav == {
        "Start": "/", "Accounts": "/accounts/", "Contacts": "/contacts/", "Requests 1 overdue": "/requests/",
        "Messages": "/messages/", "Documents": "/documents/", "Outbox": "/outbox/", "Activity": "/activity/",
        "Settings": "/settings/firm/",
    }  # fmt: skip


@pytest.mark.rule("A19")
def test_employee_s_way_to_the_settings_leads_to_their_own(lumiere: Lumiere, sign_in: SignIn) -> None:
    assert nav_of(sign_in(lumiere.emma).get("/activity/"))["Settings"] == "/account/security/"


def test_navigation_has_no_badge_while_nothing_is_overdue(lumiere: Lumiere, sign_in: SignIn) -> None:
    shown = list(nav_of(sign_in(lumiere.claire).get("/activity/")))
    assert shown == ["Start", "Accounts", "Contacts", "Requests", "Messages", "Documents", "Outbox", "Activity", "Settings"]


@pytest.mark.parametrize(
    ("url", "current"),
    [
        ("/", ["Start"]),
        ("/requests/", ["Requests"]),
        ("/activity/?day=2026-11-03", ["Activity"]),
        ("/settings/firm/", ["Settings"]),
        ("/search/", []),
        ("/needs-a-person/", []),
    ],
)
def test_navigation_marks_the_page_one_is_on(lumiere: Lumiere, sign_in: SignIn, url: str, current: list[str]) -> None:
    (nav,) = read(sign_in(lumiere.claire).get(url)).find_all("nav", aria_label="Main")
    assert [a.text for a in nav.find_all("a", aria_current="page")] == current


@pytest.mark.rule("M30")
def test_badge_counts_what_its_reader_may_see(lumiere: Lumiere, sign_in: SignIn) -> None:
    open_action(lumiere.bakery, lumiere.claire, due_on=TODAY - DAY)
    assert list(nav_of(sign_in(lumiere.paulo).get("/activity/")))[3] == "Requests"


def test_shell_says_who_is_signed_in_and_searches(lumiere: Lumiere, sign_in: SignIn) -> None:
    page = read(sign_in(lumiere.claire).get("/"))
    assert "Claire Moreau Cabinet Lumière · Owner" in page.text
    (header,) = page.find_all("header")
    (form,) = header.find_all("form", role="search")
    assert form.attrs["action"] == "/search/"
    assert [(field.attrs["name"], field.attrs["accesskey"]) for field in form.find_all("input")] == [("q", "/")]


@pytest.mark.parametrize("url", PAGES)
def test_a_client_may_not_open_the_desk(client: Client, client_user: User, url: str) -> None:
    client.force_login(client_user, backend="allauth.account.auth_backends.AuthenticationBackend")
    answer = client.get(url)
    assert (answer.status_code, answer.headers.get("Location")) == ((302, "/portal/") if url == "/" else (404, None))


@pytest.mark.parametrize("url", PAGES)
def test_whoever_has_left_may_not_open_the_desk(lumiere: Lumiere, sign_in: SignIn, url: str) -> None:
    lumiere.emma.left_at = NOW - DAY
    lumiere.emma.save()
    assert sign_in(lumiere.emma).get(url).status_code == 403


def test_shell_is_empty_for_anonymous_clients_and_requests_without_a_user(client_user: User) -> None:
    request = RequestFactory().get("/")
    assert shell(request) == {}
    request.user = client_user
    assert shell(request) == {}


def test_shell_is_empty_on_a_page_that_was_not_found_or_failed(lumiere: Lumiere, sign_in: SignIn) -> None:
    browser = sign_in(lumiere.claire)
    response = browser.get("/requests/NOSUCHCODE22/")
    assert response.status_code == 404
    assert "Claire Moreau" not in response.content.decode()
    request = RequestFactory().get("/nowhere/")
    request.user = lumiere.claire.user
    assert (request.resolver_match, shell(request)) == (None, {})


def test_losing_a_right_works_at_the_next_request(lumiere: Lumiere, sign_in: SignIn) -> None:
    open_action(lumiere.bakery, lumiere.claire, "theirs", due_on=TODAY)
    browser = sign_in(lumiere.emma)
    assert "theirs" in browser.get("/requests/").content.decode()
    lumiere.emma.rights = [Right.MANAGE_ACTIONS]
    lumiere.emma.save()
    assert "theirs" not in browser.get("/requests/").content.decode()


def test_a_fragment_pays_nothing_for_the_shell(lumiere: Lumiere, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    request = RequestFactory().get("/")
    request.user = lumiere.claire.user
    request.resolver_match = object()  # type: ignore[assignment]
    request.staff = Staff.objects.select_related("firm").get(pk=lumiere.claire.pk)  # type: ignore[attr-defined]
    with django_assert_num_queries(0):
        context = shell(request)
    with django_assert_num_queries(1):
        assert len(context["nav"]) == 9  # type: ignore[arg-type]
