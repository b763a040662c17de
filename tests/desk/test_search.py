"""Search everything."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tenancy.context import firm_context
from tests.chatting import thread_in, wrote
from tests.desk.conftest import SignIn, open_action
from tests.desk.reading import Node, main_of
from tests.documenting import kept_for
from tests.factories import AccountFactory, ActionPartyFactory, AddressFactory, ContactFactory
from tests.people import Lumiere, Peeters, link


def found(browser: Client, text: str) -> dict[str, list[str]]:
    """The items under each heading."""
    main = main_of(browser.get("/search/", {"q": text}))
    return {section.find_all("h2")[0].text: section.items for section in main.find_all("section")}


def sections(browser: Client, text: str) -> dict[str, Node]:
    main = main_of(browser.get("/search/", {"q": text}))
    return {section.find_all("h2")[0].text: section for section in main.find_all("section")}


@pytest.fixture
def browser(lumiere: Lumiere, sign_in: SignIn) -> Client:
    return sign_in(lumiere.claire)


def test_search_sends_whoever_is_not_signed_in_to_the_sign_in_page(client: Client, db: None) -> None:
    assert client.get("/search/?q=lefevre").headers["Location"] == "/sign-in/?next=/search/%3Fq%3Dlefevre"


def test_search_finds_accounts_people_and_requests(lumiere: Lumiere, browser: Client) -> None:
    action = open_action(lumiere.bakery, lumiere.claire)
    shown = sections(browser, "lefev")
    assert {title: section.items for title, section in shown.items()} == {
        "Accounts": ["Boulangerie Lefèvre SRL Claire Moreau", "SCI des Tilleuls Claire Moreau"],
        "People": [
            "Nadia Lefèvre nadia@lefevre.example Boulangerie Lefèvre SRL SCI des Tilleuls",
            "Paul Lefèvre paul@lefevre.example Boulangerie Lefèvre SRL",
        ],
        "Requests": ["Lettre de mission 2027 Signature · Boulangerie Lefèvre SRL Waiting"],
    }
    assert shown["Accounts"].links["Boulangerie Lefèvre SRL"] == f"/accounts/{lumiere.bakery.code}/"
    assert shown["Requests"].links == {"Lettre de mission 2027": f"/requests/{action.code}/"}


@pytest.mark.parametrize(
    ("text", "headings"),
    [
        ("nadia@", ["Accounts", "People", "Requests"]),
        ("mission", ["Requests"]),
        ("Tilleuls", ["Accounts"]),
        ("nothing like it", []),
        ("\0", []),
    ],
)
def test_search_finds_by_address_title_and_name(lumiere: Lumiere, browser: Client, text: str, headings: list[str]) -> None:
    open_action(lumiere.bakery, lumiere.claire)
    assert list(found(browser, text)) == headings


def test_search_says_when_nothing_is_found_and_shows_what_was_typed_as_text(browser: Client) -> None:
    main = main_of(browser.get("/search/", {"q": "<b>Zoé</b>"}))
    assert "Nothing is called “<b>Zoé</b>”: no account, no person, no request, no document, no conversation." in main.text


def test_search_without_a_word_says_what_can_be_found(browser: Client) -> None:
    main = main_of(browser.get("/search/", {"q": "  "}))
    assert main.find_all("h2")[0].text == "Search everything"


def test_search_shows_ten_of_each_and_the_way_to_the_others(lumiere: Lumiere, browser: Client) -> None:
    for number in range(11):
        account = AccountFactory.create(firm=lumiere.firm, name=f"Zeste & Fils {number}")
        open_action(account, lumiere.claire, f"Zeste & Fils {number}")
        ContactFactory.create(firm=lumiere.firm, first_name="Zoé", last_name=f"Zeste & Fils {number}")
    shown = sections(browser, "zeste &")
    assert [len(section.items) for section in shown.values()] == [10, 10, 10]
    assert shown["Accounts"].links["All of them"] == "/accounts/?q=zeste+%26"
    assert shown["Requests"].links["All of them"] == "/requests/?view=all&q=zeste+%26"
    assert shown["People"].text.endswith("There are more: type more of the name.")


def test_search_finds_documents_and_conversations(lumiere: Lumiere, browser: Client) -> None:
    file = kept_for(lumiere.bakery, lumiere.claire, "bilan-2026.csv")
    thread = thread_in(wrote(lumiere, title="Bilan 2026"))
    shown = sections(browser, "bilan")
    assert {title: list(section.links.items()) for title, section in shown.items()} == {
        "Requests": [("Bilan 2026", f"/requests/{thread.action.code}/")],
        "Documents": [("bilan-2026.csv", f"/documents/files/{file.code}/")],
        "Messages": [("Bilan 2026", f"/messages/{thread.code}/")],
    }


@pytest.mark.rule("M30")
def test_search_finds_no_documents_and_conversations_out_of_sight(lumiere: Lumiere, sign_in: SignIn) -> None:
    kept_for(lumiere.bakery, lumiere.claire, "bilan-2026.csv")
    wrote(lumiere, title="Bilan 2026")
    assert found(sign_in(lumiere.paulo), "bilan") == {}


@pytest.mark.rule("M30")
def test_search_of_an_employee_without_sight_finds_their_own_alone(lumiere: Lumiere, sign_in: SignIn) -> None:
    own = AccountFactory.create(firm=lumiere.firm, name="Lefèvre Conseil", manager=lumiere.paulo)
    zoe = AddressFactory.create(
        firm=lumiere.firm, contact=ContactFactory.create(firm=lumiere.firm, first_name="Zoé", last_name="Lefèvre"), email="zoe@z.example"
    )
    link(own, zoe)
    link(lumiere.tilleuls, zoe)  # an account that is not theirs to see
    open_action(own, lumiere.claire, "Lefèvre own")
    open_action(lumiere.bakery, lumiere.claire, "Lefèvre theirs")
    assert found(sign_in(lumiere.paulo), "lefevre") == {
        "Accounts": ["Lefèvre Conseil Paulo Silva"],
        "People": ["Zoé Lefèvre zoe@z.example Lefèvre Conseil"],
        "Requests": ["Lefèvre own Signature · Lefèvre Conseil Waiting"],
    }


def test_search_finds_nothing_of_another_firm(two_firms: tuple[Lumiere, Peeters], sign_in: SignIn) -> None:
    lumiere, peeters = two_firms
    with firm_context(lumiere.firm.pk):
        open_action(lumiere.bakery, lumiere.claire)
    browser = sign_in(peeters.wim)
    assert [found(browser, text) for text in ("lefevre", "nadia@", "lettre", "boulangerie")] == [{}, {}, {}, {}]
    assert list(found(browser, "maes")) == ["Accounts", "People"]


@pytest.mark.parametrize("count", [1, 3])
def test_search_costs_the_same_however_much_is_found(
    lumiere: Lumiere, browser: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        contact = ContactFactory.create(firm=lumiere.firm, last_name=f"Zeste {number}")
        account = AccountFactory.create(firm=lumiere.firm, name=f"Zeste {number}", manager=lumiere.claire)
        link(account, AddressFactory.create(firm=lumiere.firm, contact=contact))
        ActionPartyFactory.create(firm=lumiere.firm, action=open_action(account, lumiere.claire), contact=contact)
        kept_for(account, lumiere.claire, f"zeste-{number}.csv")
        wrote(lumiere, account=account)
    with django_assert_num_queries(16):
        browser.get("/search/?q=zeste")


def test_search_in_french(lumiere: Lumiere, browser: Client) -> None:
    browser.cookies["django_language"] = "fr"
    main = main_of(browser.get("/search/", {"q": "lefevre"}))
    assert main.find_all("h1")[0].text == "Recherche de « lefevre »"
    assert [h.text for h in main.find_all("h2")] == ["Comptes", "Personnes"]
