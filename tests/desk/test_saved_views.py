"""Views of a list that somebody saves for themself."""

import pytest
from django.test import Client

from clients.enums import ListName
from clients.models import SavedView
from clients.saved_views import kept_query, save_view
from tests.desk.conftest import SignIn
from tests.desk.reading import Node, main_of, read
from tests.people import Lumiere

FAMILIES = "kind=family&sort=-open"


@pytest.fixture
def browser(lumiere: Lumiere, sign_in: SignIn) -> Client:
    return sign_in(lumiere.claire)


@pytest.fixture
def view(lumiere: Lumiere) -> SavedView:
    return save_view(staff=lumiere.claire, of=ListName.ACCOUNTS, name="Families", query=FAMILIES)


def tabs(main: Node) -> dict[str, str]:
    (views,) = main.find_all("nav", aria_label="Saved views")
    return views.links


def test_a_view_is_saved_shown_as_a_tab_and_opened(lumiere: Lumiere, browser: Client) -> None:
    answer = browser.post("/views/accounts/save/", {"name": "Families", "query": f"?{FAMILIES}&page=3"[1:]}, follow=True)
    view = SavedView.objects.get()
    assert (view.name, view.query, view.staff) == ("Families", FAMILIES, lumiere.claire)
    assert tabs(main_of(answer))["Families"] == f"?{FAMILIES}&saved={view.code}"
    assert "The view Families was saved. Only you see it." in read(answer).text
    current = main_of(answer).find_all("nav", aria_label="Saved views")[0].find_all("a", aria_current="page")
    assert [tab.text for tab in current] == ["Families"]


def test_saving_is_offered_once_something_is_set(lumiere: Lumiere, browser: Client, view: SavedView) -> None:
    def offers(query: str) -> bool:
        return "Save this view" in main_of(browser.get(f"/accounts/{query}")).text

    assert [offers(query) for query in ("", "?page=2", "?kind=family", "?q=lef", "?sort=open", f"?{FAMILIES}&saved={view.code}")] == [
        False, False, True, True, True, False,
    ]  # fmt: skip


def test_a_name_that_is_taken_is_refused_with_a_sentence(lumiere: Lumiere, browser: Client, view: SavedView) -> None:
    answer = browser.post("/views/accounts/save/", {"name": "Families", "query": "kind=person"}, follow=True)
    assert "You have a view called “Families” already." in main_of(answer).text
    assert answer.redirect_chain == [("/accounts/?kind=person", 302)]
    save_view(staff=lumiere.amir, of=ListName.ACCOUNTS, name="Persons", query="kind=person")
    browser.post(f"/views/{view.code}/change/", {"name": "Persons"})
    view.refresh_from_db()
    assert view.name == "Persons"  # another's view of that name is no hindrance


@pytest.mark.parametrize(
    "body", [{"name": "", "query": "kind=family"}, {"name": "x" * 61, "query": "kind=family"}, {"name": "All", "query": ""}]
)
def test_without_a_name_or_anything_set_nothing_is_saved(lumiere: Lumiere, browser: Client, body: dict[str, str]) -> None:
    assert "The view was not saved" in main_of(browser.post("/views/accounts/save/", body, follow=True)).text
    assert SavedView.objects.count() == 0


def test_a_view_is_renamed_given_other_filters_and_deleted(browser: Client, view: SavedView) -> None:
    browser.post(f"/views/{view.code}/change/", {"name": "Households"})
    browser.post(f"/views/{view.code}/change/", {"query": "kind=person"})
    view.refresh_from_db()
    assert (view.name, view.query) == ("Households", "kind=person")
    answer = browser.post(f"/views/{view.code}/delete/", follow=True)
    assert "The view Households was deleted." in read(answer).text
    assert "Households" not in tabs(main_of(answer))


def test_nobody_sees_or_changes_another_s_view(lumiere: Lumiere, sign_in: SignIn, view: SavedView) -> None:
    browser = sign_in(lumiere.amir)
    assert "Families" not in tabs(main_of(browser.get(f"/accounts/?{FAMILIES}&saved={view.code}")))
    posted = [browser.post(f"/views/{view.code}/{act}/", {"name": "Mine"}).status_code for act in ("change", "delete")]
    assert posted == [404, 404]
    assert browser.post("/views/invoices/save/", {"name": "x", "query": "a=b"}).status_code == 404


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("kind=family&page=7&saved=AB&csrfmiddlewaretoken=x", "kind=family"),
        ("kind=&q=%00lef&tag=a%26b", "q=lef&tag=a%26b"),
        ("https://evil.example/", "https%3A%2F%2Fevil.example%2F="),
    ],
)
def test_a_view_keeps_filters_search_and_order_alone(typed: str, kept: str) -> None:
    assert kept_query(typed) == (kept if "=" in typed else "")
