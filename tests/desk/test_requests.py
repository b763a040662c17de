"""The list of requests, and the door of each."""

from datetime import date

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from actions.models import Action
from clients.models import Account, AccountAddress, Contact
from firms.enums import Right
from firms.models import Staff
from notifications.models import Suppression
from tenancy.context import firm_context
from tests.desk.conftest import DAY, NOW, TODAY, SignIn, closed_action, open_action
from tests.desk.reading import Node, main_of
from tests.factories import AccountFactory, ActionPartyFactory
from tests.people import Lumiere, Peeters


def titles(main: Node) -> list[str]:
    return [row.find_all("a")[0].text for body in main.find_all("tbody") for row in body.find_all("tr")]


def listed(browser: Client, query: str = "") -> list[str]:
    return titles(main_of(browser.get(f"/requests/{query}")))


def menus(main: Node) -> list[list[str]]:
    return [
        list(row.find_all("div", **{"class": "dropdown-menu dropdown-menu-end"})[0].links)
        for row in main.find_all("tbody")[0].find_all("tr")
    ]


@pytest.fixture
def browser(lumiere: Lumiere, sign_in: SignIn) -> Client:
    return sign_in(lumiere.claire)


def test_requests_send_whoever_is_not_signed_in_to_the_sign_in_page(client: Client, db: None) -> None:
    assert client.get("/requests/?view=done").headers["Location"] == "/sign-in/?next=/requests/%3Fview%3Ddone"


def test_requests_show_what_each_is_and_what_happens_next(lumiere: Lumiere, browser: Client) -> None:
    late = open_action(lumiere.bakery, lumiere.claire, due_on=TODAY - 4 * DAY, remind_max=3, reminders_sent=2)
    for contact, done_at in [(lumiere.paul, NOW - DAY), (lumiere.nadia, None)]:
        ActionPartyFactory.create(firm=lumiere.firm, action=late, contact=contact, done_at=done_at)
    main = main_of(browser.get("/requests/"))
    assert main.rows == [
        [
            "",
            "Signature",
            "Lettre de mission 2027 Boulangerie Lefèvre SRL",
            "1 of 2 signed",
            "Mon 2 Nov",
            "Fri 30 Oct 4 days late",
            "CM Claire Moreau",
            "Reminder 3 of 3 goes out Thu 5 Nov, 14:02",
            "Open Resend… Withdraw…",
        ]
    ]
    assert main.links["Lettre de mission 2027"] == f"/requests/{late.code}/"


def nobody_told(lumiere: Lumiere, how: str) -> None:
    match how:
        case "switch":
            AccountAddress.objects.filter(account=lumiere.bakery).update(notify=False)
        case "preference":
            AccountAddress.objects.filter(account=lumiere.bakery).update(wants_signatures=False)
        case "bounced":
            for address in (lumiere.nadia_address, lumiere.paul_address):
                Suppression.objects.create(firm=lumiere.firm, address=address, reason="bounced", at=NOW)
        case "archived":
            Contact.objects.filter(firm=lumiere.firm).update(archived_at=NOW)
        case "named":
            AccountAddress.objects.filter(address=lumiere.nadia_address).update(notify=False)
        case "done":
            ActionPartyFactory.create(firm=lumiere.firm, action=Action.objects.get(), contact=lumiere.paul, done_at=NOW)
            AccountAddress.objects.filter(address=lumiere.nadia_address).update(notify=False)


@pytest.mark.parametrize("how", ["switch", "preference", "bounced", "archived", "named", "done"])
def test_requests_promise_no_reminder_where_nobody_would_be_told(lumiere: Lumiere, browser: Client, how: str) -> None:
    action = open_action(lumiere.bakery, lumiere.claire)
    ActionPartyFactory.create(firm=lumiere.firm, action=action, contact=lumiere.nadia)
    next_of = [row[-2] for row in main_of(browser.get("/requests/")).rows]
    nobody_told(lumiere, how)
    assert next_of == ["Reminder 1 of 1 goes out Thu 5 Nov, 14:02"]
    assert [row[-2] for row in main_of(browser.get("/requests/")).rows] == ["No reminder, nobody to tell"]
    assert "No reminder is planned." in main_of(browser.get("/")).text


def test_requests_without_named_people_are_told_to_whoever_is_notified(lumiere: Lumiere, browser: Client) -> None:
    open_action(lumiere.bakery, lumiere.claire)
    AccountAddress.objects.filter(address=lumiere.nadia_address).update(notify=False)
    assert [row[-2] for row in main_of(browser.get("/requests/")).rows] == ["Reminder 1 of 1 goes out Thu 5 Nov, 14:02"]


# --- Views, filters, search, order -------------------------------------------------------------------------------------


@pytest.fixture
def of_every_kind(lumiere: Lumiere) -> Lumiere:
    open_action(lumiere.bakery, lumiere.claire, "late", due_on=TODAY - DAY, next_reminder_at=None, reminders_sent=1)
    open_action(lumiere.tilleuls, lumiere.claire, "today", due_on=TODAY, next_reminder_at=NOW + DAY)
    open_action(lumiere.bakery, lumiere.claire, "in a week", due_on=TODAY + 7 * DAY, reminders_on=False, next_reminder_at=None)
    open_action(lumiere.bakery, lumiere.claire, "in eight days", due_on=TODAY + 8 * DAY, next_reminder_at=NOW + 3 * DAY)
    open_action(AccountFactory.create(firm=lumiere.firm, name="Ambulances Rey"), lumiere.claire, "no day", opened_at=NOW)
    closed_action(lumiere.bakery, lumiere.claire, "done", closed_at=NOW - DAY)
    closed_action(lumiere.bakery, lumiere.claire, "withdrawn", state="withdrawn")
    closed_action(lumiere.bakery, lumiere.claire, "expired", state="expired")
    return lumiere


def test_requests_have_four_views_with_their_counts(of_every_kind: Lumiere, browser: Client) -> None:
    (tabs,) = main_of(browser.get("/requests/")).find_all("nav", aria_label="Saved views")
    assert tabs.links == {"Open 5": "?view=open", "Overdue 1": "?view=overdue", "Done 1": "?view=done", "All 8": "?view=all"}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["late", "today", "in a week", "in eight days", "no day"]),
        ("?view=nonsense", ["late", "today", "in a week", "in eight days", "no day"]),
        ("?view=overdue", ["late"]),
        ("?view=done", ["done"]),
        ("?view=all&state=withdrawn", ["withdrawn"]),
        ("?view=done&state=withdrawn", ["done"]),  # the view is a state already
        ("?due=overdue", ["late"]),
        ("?due=today", ["today"]),
        ("?due=week", ["today", "in a week"]),
        ("?due=later", ["in eight days"]),
        ("?due=none", ["no day"]),
        ("?due=nonsense", ["late", "today", "in a week", "in eight days", "no day"]),
        ("?reminders=off", ["in a week"]),
        ("?reminders=used-up", ["late"]),
        ("?reminders=on", ["today", "in eight days", "no day"]),
        ("?manager=nobody", ["no day"]),
        ("?kind=signature&due=today", ["today"]),
        ("?q=EIGHT", ["in eight days"]),
        ("?q=tilleuls", ["today"]),
        ("?q=ambul", ["no day"]),
        ("?q=nothing+like+it", []),
    ],
)
def test_requests_can_be_narrowed(of_every_kind: Lumiere, browser: Client, query: str, expected: list[str]) -> None:
    assert listed(browser, query) == expected


def test_requests_can_be_narrowed_to_a_manager(of_every_kind: Lumiere, browser: Client) -> None:
    assert listed(browser, f"?manager={of_every_kind.claire.code}") == ["late", "today", "in a week", "in eight days"]
    assert listed(browser, f"?manager={of_every_kind.amir.code}") == []


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("due", ["late", "today", "in a week", "in eight days", "no day"]),
        ("-due", ["in eight days", "in a week", "today", "late", "no day"]),
        ("-asked", ["no day", "in eight days", "in a week", "today", "late"]),
        ("next", ["today", "no day", "in eight days", "in a week", "late"]),
        ("nonsense", ["late", "today", "in a week", "in eight days", "no day"]),
    ],
)
def test_requests_can_be_sorted_and_what_has_no_day_comes_last(
    of_every_kind: Lumiere, browser: Client, sort: str, expected: list[str]
) -> None:
    assert listed(browser, f"?sort={sort}") == expected


def test_requests_say_by_what_they_are_sorted_and_turn_it_round(of_every_kind: Lumiere, browser: Client) -> None:
    main = main_of(browser.get("/requests/?sort=next&due=week&page=1"))
    (sorted_by,) = [th for th in main.find_all("th") if "aria-sort" in th.attrs]
    assert (sorted_by.text, sorted_by.attrs["aria-sort"]) == ("What happens next", "ascending")
    assert sorted_by.links == {"What happens next": "?due=week&sort=-next"}


def test_requests_come_in_pages_of_fifty(lumiere: Lumiere, browser: Client) -> None:
    for number in range(51):
        open_action(lumiere.bakery, lumiere.claire, f"number {number}")
    first, second = main_of(browser.get("/requests/")), main_of(browser.get("/requests/?page=2"))
    assert (len(titles(first)), len(titles(second))) == (50, 1)
    assert "51 to 51 of 51" in second.text
    assert len(listed(browser, "?page=99")) == 1


# --- Emptiness ---------------------------------------------------------------------------------------------------------


def test_requests_of_a_new_firm_say_what_a_request_is(lumiere: Lumiere, browser: Client) -> None:
    main = main_of(browser.get("/requests/"))
    assert main.find_all("h2")[0].text == "Nothing has been asked yet"
    assert main.find_all("form", role="search") == []
    assert main.links["Signature"] == "/requests/new/signature/"
    assert main.links["Several accounts at once"] == "/accounts/?relation=client"


def test_requests_without_a_result_lead_back(of_every_kind: Lumiere, browser: Client) -> None:
    main = main_of(browser.get("/requests/?q=nothing+like+it&view=all"))
    assert "No request answers to these filters." in main.text
    assert main.links["Clear filters"] == "?view=all"


def test_an_empty_view_says_so_without_filters_to_clear(lumiere: Lumiere, browser: Client) -> None:
    closed_action(lumiere.bakery, lumiere.claire)
    main = main_of(browser.get("/requests/"))
    assert "Nothing waits on a client." in main.text
    assert "Clear filters" not in main.links


# --- The menu at the right ---------------------------------------------------------------------------------------------


@pytest.mark.rule("D06")
def test_every_pending_request_can_be_resent_and_no_finished_one(of_every_kind: Lumiere, browser: Client) -> None:
    everything = ["Open", "Resend…", "Withdraw…"]
    assert menus(main_of(browser.get("/requests/"))) == [everything] * 5
    assert menus(main_of(browser.get("/requests/?view=done"))) == [["Open"]]
    assert menus(main_of(browser.get("/requests/?view=all&state=withdrawn"))) == [["Open"]]


def test_resend_and_withdraw_lead_to_the_dialogs_that_say_who_gets_it(lumiere: Lumiere, browser: Client) -> None:
    action = open_action(lumiere.bakery, lumiere.claire)
    links = main_of(browser.get("/requests/")).find_all("tbody")[0].links
    assert (links["Resend…"], links["Withdraw…"]) == (f"/requests/{action.code}/#resend", f"/requests/{action.code}/#withdraw")


@pytest.mark.rule("M30")
def test_whoever_may_not_change_a_request_is_not_offered_it(lumiere: Lumiere, sign_in: SignIn) -> None:
    lumiere.paulo.rights = [Right.SEE_ALL_ACCOUNTS]
    lumiere.paulo.save()
    open_action(AccountFactory.create(firm=lumiere.firm, manager=lumiere.paulo), lumiere.claire, due_on=TODAY)
    open_action(lumiere.bakery, lumiere.claire, due_on=TODAY + DAY)
    assert menus(main_of(sign_in(lumiere.paulo).get("/requests/"))) == [["Open", "Resend…", "Withdraw…"], ["Open"]]


# --- Sight and walls ---------------------------------------------------------------------------------------------------


@pytest.mark.rule("M30")
def test_an_employee_without_sight_sees_the_requests_of_their_own_accounts(lumiere: Lumiere, sign_in: SignIn) -> None:
    own = open_action(AccountFactory.create(firm=lumiere.firm, manager=lumiere.paulo), lumiere.claire, "own", due_on=TODAY - DAY)
    theirs = open_action(lumiere.bakery, lumiere.claire, "theirs", due_on=TODAY - DAY)
    browser = sign_in(lumiere.paulo)
    main = main_of(browser.get(f"/requests/?manager={lumiere.claire.code}"))
    assert titles(main) == ["own"]
    assert main.find_all("nav", aria_label="Saved views")[0].items == ["Open 1", "Overdue 1", "Done 0", "All 1"]
    assert "Manager" not in [label.text for label in main.find_all("label")]
    assert browser.get(f"/requests/{theirs.code}/").status_code == 404
    assert own.code in browser.get("/requests/?q=own").content.decode()
    assert listed(browser, "?q=lefevre") == []


def test_requests_show_nothing_of_another_firm(two_firms: tuple[Lumiere, Peeters], sign_in: SignIn) -> None:
    lumiere, peeters = two_firms
    with firm_context(lumiere.firm.pk):
        theirs = open_action(lumiere.bakery, lumiere.claire)
    with firm_context(peeters.firm.pk):
        open_action(peeters.garage, peeters.wim, "Jaarrekening 2026")
    browser = sign_in(peeters.wim)
    assert listed(browser, "?view=all") == ["Jaarrekening 2026"]
    assert listed(browser, "?view=all&q=lettre") == []
    assert listed(browser, f"?view=all&manager={lumiere.claire.code}") == ["Jaarrekening 2026"]
    assert browser.get(f"/requests/{theirs.code}/").status_code == 404


def some_requests(account: Account, by: Staff, contact: Contact, count: int) -> None:
    for number in range(count):
        other = AccountFactory.create(firm=account.firm, manager=by)
        action = open_action(other, by, f"number {number}", due_on=date(2026, 11, 1))
        ActionPartyFactory.create(firm=account.firm, action=action, contact=contact)


@pytest.mark.parametrize("count", [1, 3])
def test_requests_cost_the_same_however_many_there_are(
    lumiere: Lumiere, browser: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    some_requests(lumiere.bakery, lumiere.claire, lumiere.nadia, count)
    with django_assert_num_queries(13):
        browser.get("/requests/?q=number")


def test_requests_in_french(of_every_kind: Lumiere, browser: Client) -> None:
    browser.cookies["django_language"] = "fr"
    main = main_of(browser.get("/requests/"))
    assert main.find_all("h1")[0].text == "Demandes"
    assert main.find_all("nav", aria_label="Vues enregistrées")[0].items == ["Ouvertes 5", "En retard 1", "Faites 1", "Toutes 8"]
    assert [row[-2] for row in main.rows] == [
        "Rappels épuisés (1 sur 1)",
        "Le rappel 1 sur 1 part le mer. 4 nov. à 14:02",
        "Rappels désactivés",
        "Le rappel 1 sur 1 part le ven. 6 nov. à 14:02",
        "Pas de rappel, personne à prévenir",
    ]
