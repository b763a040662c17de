"""The activity feed: who did what."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from clients.models import Account
from desk.feed import GROUPS, icon_of
from firms.actors import Actor
from firms.enums import ActorKind, Verb
from firms.models import ActivityLine
from firms.seals import seal_lines
from firms.services import write_activity
from tenancy.context import firm_context
from tests.desk.conftest import DAY, NOW, SignIn, open_action
from tests.desk.reading import main_of
from tests.factories import AccountFactory, StaffFactory
from tests.people import Lumiere, Peeters
from ui.icons import icon_svg


def tell(
    lumiere: Lumiere, subject: str, *, verb: Verb = Verb.ACTION_OPENED, by: Actor | None = None, at: datetime = NOW, **about: Any
) -> None:
    write_activity(firm=lumiere.firm, by=by or Actor.staff(lumiere.claire), verb=verb, now=at, subject=subject, **about)


def told(browser: Client, query: str = "") -> list[str]:
    """The subjects of requests on the page, in its order."""
    return [item.split("“")[1].split("”")[0] for item in entries(browser, query) if "“" in item]


def entries(browser: Client, query: str = "") -> list[str]:
    main = main_of(browser.get(f"/activity/{query}"))
    return [item for feed in main.find_all("ol", **{"class": "timeline log"}) for item in feed.items]


@pytest.fixture
def browser(lumiere: Lumiere, sign_in: SignIn) -> Client:
    return sign_in(lumiere.claire)


@pytest.fixture
def feed(lumiere: Lumiere) -> Lumiere:
    """Five acts: Claire's today, Amir's and the sweep's yesterday, two of Nadia's at the turn of a day in Paris."""
    tell(lumiere, "asked", account_id=lumiere.bakery.pk)
    tell(lumiere, "reminded", verb=Verb.ACTION_REMINDED, by=Actor.system(), at=NOW - DAY, account_id=lumiere.tilleuls.pk)
    tell(lumiere, "withdrawn", verb=Verb.ACTION_WITHDRAWN, by=Actor.staff(lumiere.amir), at=NOW - DAY)
    nadia = Actor(ActorKind.LINK, "Nadia Lefèvre", contact_id=lumiere.nadia.pk, ip="192.0.2.7")
    tell(lumiere, "declined", verb=Verb.ACTION_REFUSED, by=nadia, at=datetime.fromisoformat("2026-10-31T23:30:00Z"))
    tell(lumiere, "signed", verb=Verb.ACTION_DONE_BY_PARTY, by=nadia, at=datetime.fromisoformat("2026-10-31T22:59:00Z"))
    return lumiere


def test_activity_sends_whoever_is_not_signed_in_to_the_sign_in_page(client: Client, db: None) -> None:
    assert client.get("/activity/").headers["Location"] == "/sign-in/?next=/activity/"


def test_activity_tells_newest_first_by_the_firms_days(feed: Lumiere, browser: Client) -> None:
    main = main_of(browser.get("/activity/"))
    assert told(browser) == ["asked", "withdrawn", "reminded", "declined", "signed"]
    days = ["Tuesday 3 November 2026", "Monday 2 November 2026", "Sunday 1 November 2026", "Saturday 31 October 2026"]
    assert [h.text for h in main.find_all("h2")] == [f"{day} · Paris time" for day in days]


def test_activity_line_says_who_what_from_where_and_leads_there(lumiere: Lumiere, browser: Client) -> None:
    action = open_action(lumiere.bakery, lumiere.claire)
    by = Actor(ActorKind.STAFF, "Claire Moreau", staff_id=lumiere.claire.pk, ip="192.0.2.7")
    about: dict[str, Any] = {
        "account_id": lumiere.bakery.pk,
        "action_id": action.pk,
        "old": "off",
        "new": "every 3 days",
        "detail": "every 3 days",
    }
    tell(lumiere, action.title, verb=Verb.REMINDERS_CHANGED, by=by, **about)
    main = main_of(browser.get("/activity/"))
    assert entries(browser)[:1] == [
        "Claire Moreau changed the reminders of “Lettre de mission 2027”: every 3 days from “off” to “every 3 days” "
        "Team of the firm · 192.0.2.7 · Boulangerie Lefèvre SRL · Open request 14:02"
    ]
    assert main.links["Boulangerie Lefèvre SRL"] == f"/accounts/{lumiere.bakery.code}/"
    assert main.links["Open request"] == f"/requests/{action.code}/"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?what=reminders", ["reminded"]),
        ("?what=requests", ["asked", "withdrawn", "declined", "signed"]),
        ("?what=imports", []),
        ("?person=clients", ["declined", "signed"]),
        ("?person=relance", ["reminded"]),
        ("?day=2026-11-01", ["declined"]),
        ("?day=2026-11-02&what=requests", ["withdrawn"]),
        ("?day=nonsense&account=nonsense&person=nonsense", ["asked", "withdrawn", "reminded", "declined", "signed"]),
        ("?day=0001-01-01", ["asked", "withdrawn", "reminded", "declined", "signed"]),
        ("?account=%00", ["asked", "withdrawn", "reminded", "declined", "signed"]),
        ("?q=tilleuls", ["reminded"]),
        ("?q=nobody", []),
    ],
)
def test_activity_can_be_narrowed(feed: Lumiere, browser: Client, query: str, expected: list[str]) -> None:
    assert told(browser, query) == expected


def test_activity_can_be_narrowed_to_a_colleague_and_to_an_account(feed: Lumiere, browser: Client) -> None:
    assert told(browser, f"?person={feed.amir.code}") == ["withdrawn"]
    assert told(browser, f"?account={feed.bakery.code}") == ["asked"]
    (chips,) = main_of(browser.get(f"/activity/?account={feed.bakery.code}&day=2026-11-03")).find_all("ul", aria_label="Active filters")
    assert chips.items == ["Account: Boulangerie Lefèvre SRL", "Day: Tue 3 Nov"]


def test_several_days_are_chosen_by_the_first_and_the_last(feed: Lumiere, browser: Client) -> None:
    query = "?day=2026-11-01&until=2026-11-02"
    assert told(browser, query) == ["withdrawn", "reminded", "declined"]
    (chips,) = main_of(browser.get(f"/activity/{query}")).find_all("ul", aria_label="Active filters")
    assert chips.items == ["First day: Sun 1 Nov", "Last day: Mon 2 Nov"]
    assert told(browser, "?until=2026-11-01") == ["declined", "signed"]
    assert told(browser, "?day=2026-11-03&until=2026-11-02") == []
    assert told(browser, "?until=nonsense") == ["asked", "withdrawn", "reminded", "declined", "signed"]


def test_person_kind_and_days_are_chosen_in_one_form_and_an_account_is_typed(feed: Lumiere, browser: Client) -> None:
    main = main_of(browser.get("/activity/?what=requests&day=2026-11-03&page=1"))
    (form,) = main.find_all("form", role="search")
    assert [each.attrs["name"] for each in form.find_all("select")] == ["person", "what"]
    assert [(each.attrs["name"], each.attrs["value"]) for each in form.find_all("input")] == [
        ("q", ""), ("day", "2026-11-03"), ("until", ""),
    ]  # fmt: skip


def test_whoever_has_left_can_still_be_chosen(feed: Lumiere, browser: Client) -> None:
    gone = StaffFactory.create(firm=feed.firm, name="Adèle Roux", left_at=NOW - 9 * DAY)
    tell(feed, "long ago", by=Actor.staff(gone), at=NOW - 10 * DAY)
    (people,) = main_of(browser.get("/activity/")).find_all("select", name="person")
    names = [option.text for option in people.find_all("option")]
    assert names[-3:] == ["Adèle Roux (left)", "Clients", "Relance, by itself"]
    assert told(browser, f"?person={gone.code}") == ["long ago"]


@pytest.mark.rule("A20")
@pytest.mark.parametrize(
    ("verb", "old", "new", "words"),
    [
        (Verb.FIRM_CHANGED, "#2b4c9b", "#1d5546", "changed the setting Colour from “#2b4c9b” to “#1d5546” Team of the firm"),
        (Verb.FIRM_CHANGED, "", "#1d5546", "changed the setting Colour was empty, now “#1d5546” Team of the firm"),
        (Verb.FIRM_CHANGED, "#2b4c9b", "", "changed the setting Colour was “#2b4c9b”, now empty Team of the firm"),
        (Verb.FIRM_CHANGED, "", "", "changed the setting Colour Team of the firm"),
        (Verb.ADDRESS_ADDED, "", "NOTIFY, LOGIN", "added the address Colour to x NOTIFY, LOGIN Team of the firm"),
    ],
)
def test_both_values_of_a_change_are_told(lumiere: Lumiere, browser: Client, verb: Verb, old: str, new: str, words: str) -> None:
    tell(lumiere, "x", verb=verb, detail="Colour", old=old, new=new)
    assert entries(browser)[0] == f"Claire Moreau {words} 14:02"


def test_the_foot_says_what_waits_for_its_seal(lumiere: Lumiere, browser: Client) -> None:
    waiting = ActivityLine.objects.filter(seal=None).count()
    tell(lumiere, "x")
    assert f"{waiting + 1} lines wait for their seal." in main_of(browser.get("/activity/")).text
    seal_lines(lumiere.firm.pk, NOW)
    assert "None waits for its seal." in main_of(browser.get("/activity/")).text


def test_activity_without_a_result_leads_back(feed: Lumiere, browser: Client) -> None:
    main = main_of(browser.get("/activity/?what=imports"))
    assert "Nothing was done that answers to these filters." in main.text
    assert main.links["Clear filters"] == "?"


def test_activity_comes_in_pages_of_fifty(lumiere: Lumiere, browser: Client) -> None:
    already = len(entries(browser))
    for number in range(51):
        tell(lumiere, f"number {number}")
    assert len(entries(browser)) == 50
    assert len(entries(browser, "?page=2")) == 1 + already


def test_every_verb_has_a_group_and_an_icon() -> None:
    assert sorted(verb for verbs in GROUPS.values() for verb in verbs) == sorted(Verb)
    assert all(icon_svg(icon_of(verb)) for verb in Verb)


@pytest.mark.rule("M30")
def test_an_employee_without_sight_is_told_of_their_own_accounts_and_acts(lumiere: Lumiere, sign_in: SignIn) -> None:
    own = AccountFactory.create(firm=lumiere.firm, name="Ambulances Rey", manager=lumiere.paulo)
    tell(lumiere, "of an own account", account_id=own.pk)
    tell(lumiere, "own act", by=Actor.staff(lumiere.paulo), account_id=lumiere.bakery.pk)
    tell(lumiere, "theirs", account_id=lumiere.bakery.pk)
    tell(lumiere, "of nobody", by=Actor.system())
    browser = sign_in(lumiere.paulo)
    assert told(browser) == ["own act", "of an own account"]
    assert told(browser, f"?account={lumiere.bakery.code}") == ["own act", "of an own account"]
    assert "Boulangerie" not in browser.get("/activity/").content.decode()


def test_activity_tells_nothing_of_another_firm(two_firms: tuple[Lumiere, Peeters], sign_in: SignIn) -> None:
    lumiere, peeters = two_firms
    with firm_context(lumiere.firm.pk):
        tell(lumiere, "theirs", account_id=lumiere.bakery.pk)
    browser = sign_in(peeters.wim)
    assert entries(browser) == ["Relance created the firm Relance 10:00"]
    assert entries(browser, f"?account={lumiere.bakery.code}") == ["Relance created the firm Relance 10:00"]
    assert "Claire" not in browser.get("/activity/").content.decode()


def some_activity(lumiere: Lumiere, account: Account, count: int) -> None:
    for number in range(count):
        tell(lumiere, f"number {number}", account_id=account.pk, action_id=open_action(account, lumiere.claire).pk)


@pytest.mark.parametrize("count", [1, 3])
def test_activity_costs_the_same_however_much_there_is(
    lumiere: Lumiere, browser: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    some_activity(lumiere, lumiere.bakery, count)
    with django_assert_num_queries(13):
        browser.get(f"/activity/?account={lumiere.bakery.code}")


def test_activity_in_french(feed: Lumiere, browser: Client) -> None:
    browser.cookies["django_language"] = "fr"
    main = main_of(browser.get("/activity/"))
    assert main.find_all("h1")[0].text == "Activité"
    assert main.find_all("h2")[0].text == "Mardi 3 novembre 2026 · heure de Paris"
