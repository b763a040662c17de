"""The list of accounts."""

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from clients.models import Account, AccountAddress, AccountTag, Group, Tag
from firms.models import Staff
from notifications.enums import SuppressionReason
from notifications.models import Suppression
from tenancy.context import firm_context
from tests.desk.conftest import DAY, NOW, TODAY, SignIn, open_action
from tests.desk.reading import Node, main_of, read
from tests.factories import START, AccountFactory, ActionFactory, AddressFactory, ContactFactory
from tests.people import Lumiere, Peeters, link


def cells(main: Node) -> list[list[str]]:
    """Account, notify, manager, group, open, next: without the tick before them and the menu after them."""
    return [row[1:-1] for row in main.rows]


def names(main: Node) -> list[str]:
    """Where somebody may act there is a tick before the name."""
    return [row[0] or row[1] for row in main.rows]


def notify_off(*uses: AccountAddress) -> None:
    AccountAddress.objects.filter(pk__in=[use.pk for use in uses]).update(notify=False)


def test_the_list_says_who_is_notified_what_is_open_and_what_comes_next(lumiere: Lumiere, sign_in: SignIn) -> None:
    Account.objects.filter(pk=lumiere.bakery.pk).update(group=Group.objects.create(firm=lumiere.firm, name="Commerces"))
    notify_off(lumiere.nadia_at_bakery)
    open_action(lumiere.bakery, lumiere.claire, due_on=TODAY - DAY, next_reminder_at=NOW + 9 * DAY)
    open_action(lumiere.bakery, lumiere.claire, next_reminder_at=NOW + DAY)
    main = main_of(sign_in(lumiere.claire).get("/accounts/"))
    assert cells(main) == [
        ["Boulangerie Lefèvre SRL", "1 of 2", "CM Claire Moreau", "Commerces", "2 1 overdue", "Wed 4 Nov"],
        ["SCI des Tilleuls", "1 of 1", "CM Claire Moreau", "–", "–", "–"],
    ]


@pytest.mark.rule("A07")
def test_the_notify_column_flips_to_nobody_and_can_be_filtered(lumiere: Lumiere, sign_in: SignIn) -> None:
    browser = sign_in(lumiere.claire)
    browser.post(f"/accounts/{lumiere.bakery.code}/addresses/{lumiere.nadia_address.code}/switch/?switch=notify")
    assert cells(main_of(browser.get("/accounts/")))[0][1] == "1 of 2"
    assert names(main_of(browser.get("/accounts/?notify=all"))) == ["SCI des Tilleuls"]
    browser.post(f"/accounts/{lumiere.bakery.code}/addresses/{lumiere.paul_address.code}/switch/?switch=notify")
    assert cells(main_of(browser.get("/accounts/")))[0][1] == "Nobody"
    assert names(main_of(browser.get("/accounts/?notify=nobody"))) == ["Boulangerie Lefèvre SRL"]
    assert names(main_of(browser.get("/accounts/?view=nobody"))) == ["Boulangerie Lefèvre SRL"]


@pytest.mark.parametrize(
    ("action", "said"),
    [
        ({"reminders_on": False, "next_reminder_at": None}, "None, reminders off"),
        ({"next_reminder_at": None, "reminders_sent": 1}, "None, used up"),
        ({"next_reminder_at": NOW - DAY}, "Tue 3 Nov"),
    ],
)
def test_the_list_says_why_no_e_mail_comes(lumiere: Lumiere, sign_in: SignIn, action: dict[str, object], said: str) -> None:
    open_action(lumiere.tilleuls, lumiere.claire, "Bilan 2025", **action)
    browser = sign_in(lumiere.claire)
    assert cells(main_of(browser.get("/accounts/")))[1][5] == said
    notify_off(lumiere.nadia_at_tilleuls)
    assert cells(main_of(browser.get("/accounts/")))[1][5] == "None, nobody to tell"


def test_an_address_that_bounced_is_marked(lumiere: Lumiere, sign_in: SignIn) -> None:
    open_action(lumiere.tilleuls, lumiere.claire)
    Suppression.objects.create(firm=lumiere.firm, address=lumiere.nadia_address, reason=SuppressionReason.NO_SUCH_ADDRESS, at=START)
    rows = cells(main_of(sign_in(lumiere.claire).get("/accounts/")))
    assert [(row[1], row[5]) for row in rows] == [("2 of 2 1 bounced", "–"), ("1 of 1 1 bounced", "None, nobody to tell")]
    Suppression.objects.update(lifted_at=START)
    assert cells(main_of(sign_in(lumiere.claire).get("/accounts/")))[1][1] == "1 of 1"


def test_the_list_costs_the_same_with_one_row_and_with_three(
    lumiere: Lumiere, sign_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    browser = sign_in(lumiere.claire)
    Account.objects.filter(pk=lumiere.tilleuls.pk).update(archived_at=START)
    open_action(lumiere.bakery, lumiere.claire)
    browser.get("/accounts/")
    with django_assert_num_queries(12):
        assert len(main_of(browser.get("/accounts/")).rows) == 1
    group = Group.objects.create(firm=lumiere.firm, name="Artisans")
    for manager in (lumiere.emma, lumiere.amir):
        account = AccountFactory(firm=lumiere.firm, manager=manager, group=group)
        link(account, AddressFactory(firm=lumiere.firm))
        open_action(account, lumiere.claire)
    with django_assert_num_queries(12):
        assert len(main_of(browser.get("/accounts/")).rows) == 3


def test_the_views_count_what_they_hold(lumiere: Lumiere, sign_in: SignIn) -> None:
    AccountFactory(firm=lumiere.firm, manager=lumiere.emma)
    (views,) = main_of(sign_in(lumiere.emma).get("/accounts/?view=mine")).find_all("nav", aria_label="Saved views")
    assert views.links == {"All 3": "?view=all", "My accounts 1": "?view=mine", "Nobody notified 1": "?view=nobody"}
    assert [a.text for a in views.find_all("a", aria_current="page")] == ["My accounts 1"]


def test_who_sees_only_their_own_has_no_other_in_list_count_or_search(lumiere: Lumiere, sign_in: SignIn) -> None:
    Account.objects.filter(pk=lumiere.tilleuls.pk).update(manager=lumiere.paulo)
    browser = sign_in(lumiere.paulo)
    main = main_of(browser.get("/accounts/"))
    assert names(main) == ["SCI des Tilleuls"]
    assert list(main.find_all("nav", aria_label="Saved views")[0].links) == ["All 1", "Nobody notified 0"]
    assert "Boulangerie" not in main_of(browser.get("/accounts/?q=boul")).text
    assert "New account" not in main.links


@pytest.mark.parametrize("typed", ["nguye", "NGUYỄN", "minh@", "cabinet n"])
def test_search_finds_with_and_without_accents(lumiere: Lumiere, sign_in: SignIn, typed: str) -> None:
    account = AccountFactory(firm=lumiere.firm, name="Cabinet Nguyễn")
    link(
        account, AddressFactory(firm=lumiere.firm, email="minh@nguyen.example", contact=ContactFactory(firm=lumiere.firm, last_name="Trần"))
    )
    main = main_of(sign_in(lumiere.claire).get("/accounts/", {"q": typed}))
    assert names(main) == ["Cabinet Nguyễn"]
    assert "1 of 3" in main.text


def test_filters_narrow_and_say_so(lumiere: Lumiere, sign_in: SignIn) -> None:
    tag = Tag.objects.create(firm=lumiere.firm, name="TVA & paie")
    AccountTag.objects.create(firm=lumiere.firm, account=lumiere.tilleuls, tag=tag)
    group = Group.objects.create(firm=lumiere.firm, name="Rhône")
    Account.objects.filter(pk=lumiere.tilleuls.pk).update(kind="family", manager=None, group=group)
    browser = sign_in(lumiere.claire)
    for query in ({"tag": tag.code}, {"kind": "family"}, {"manager": "-"}, {"group": group.code}):
        assert names(main_of(browser.get("/accounts/", query))) == ["SCI des Tilleuls"]
    main = main_of(browser.get("/accounts/", {"tag": tag.code, "kind": "company"}))
    assert main.find_all("ul", aria_label="Active filters")[0].items == ["Kind: Company", "Tag: TVA & paie"]
    assert "No account answers to these filters." in main.text
    assert names(main_of(browser.get("/accounts/", {"manager": lumiere.claire.code}))) == ["Boulangerie Lefèvre SRL"]
    assert names(main_of(browser.get("/accounts/", {"group": "-"}))) == ["Boulangerie Lefèvre SRL"]


@pytest.mark.parametrize("query", ["?tag=unknown&kind=x&manager=y&view=z&sort=code&page=99", "?page=-1", "?q=%00", "?sort=--name"])
def test_an_address_that_nobody_would_write_shows_the_list(lumiere: Lumiere, sign_in: SignIn, query: str) -> None:
    response = sign_in(lumiere.claire).get(f"/accounts/{query}")
    assert response.status_code == 200
    assert names(main_of(response)) == ["Boulangerie Lefèvre SRL", "SCI des Tilleuls"]


def test_the_list_sorts_by_name_manager_group_and_open_requests(lumiere: Lumiere, sign_in: SignIn) -> None:
    AccountFactory(firm=lumiere.firm, name="Zinc", manager=lumiere.amir, group=Group.objects.create(firm=lumiere.firm, name="Artisans"))
    AccountFactory(firm=lumiere.firm, name="Alma", group=Group.objects.create(firm=lumiere.firm, name="Commerces"))
    open_action(lumiere.tilleuls, lumiere.claire)
    browser = sign_in(lumiere.claire)
    bakery, tilleuls = "Boulangerie Lefèvre SRL", "SCI des Tilleuls"
    orders = {
        "": ["Alma", bakery, tilleuls, "Zinc"],
        "?sort=-name": ["Zinc", tilleuls, bakery, "Alma"],
        "?sort=manager": ["Zinc", bakery, tilleuls, "Alma"],
        "?sort=-manager": [bakery, tilleuls, "Zinc", "Alma"],
        "?sort=group": ["Zinc", "Alma", bakery, tilleuls],
        "?sort=-group": ["Alma", "Zinc", bakery, tilleuls],
        "?sort=open": ["Alma", bakery, "Zinc", tilleuls],
        "?sort=-open": [tilleuls, "Alma", bakery, "Zinc"],
    }
    assert {query: names(main_of(browser.get(f"/accounts/{query}"))) for query in orders} == orders


def test_the_list_goes_on_after_fifty(lumiere: Lumiere, sign_in: SignIn) -> None:
    for _n in range(50):
        AccountFactory(firm=lumiere.firm)
    browser = sign_in(lumiere.claire)
    assert len(names(main_of(browser.get("/accounts/")))) == 50
    assert len(names(main_of(browser.get("/accounts/?page=2")))) == 2


def test_archived_accounts_stand_in_a_view_of_their_own(lumiere: Lumiere, sign_in: SignIn) -> None:
    Account.objects.filter(pk=lumiere.bakery.pk).update(archived_at=START)
    browser = sign_in(lumiere.claire)
    assert names(main_of(browser.get("/accounts/"))) == ["SCI des Tilleuls"]
    archive = main_of(browser.get("/accounts/?view=archived"))
    assert names(archive) == ["Boulangerie Lefèvre SRL Archived"]
    assert list(archive.find_all("nav", aria_label="Saved views")[0].links) == ["All 1", "My accounts 1", "Nobody notified 0", "Archived 1"]


def test_a_firm_without_accounts_is_told_how_to_begin(two_firms: tuple[Lumiere, Peeters], sign_in: SignIn) -> None:
    _lumiere, peeters = two_firms
    remove_everything(peeters)
    main = main_of(sign_in(peeters.wim).get("/accounts/"))
    assert "No account yet" in main.text
    assert main.links["Create an account"] == "/accounts/new/"
    assert main.rows == []


def remove_everything(peeters: Peeters) -> None:
    with firm_context(peeters.firm.pk):
        Account.objects.all().delete()


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "{{ 7|add:7 }}", '"><img src=x onerror=alert(1)>', "a' OR '1'='1"])
def test_a_name_is_only_a_name(lumiere: Lumiere, sign_in: SignIn, name: str) -> None:
    Account.objects.filter(pk=lumiere.bakery.pk).update(name=name, group=Group.objects.create(firm=lumiere.firm, name=name))
    Staff.objects.filter(pk=lumiere.claire.pk).update(name=name)
    response = sign_in(lumiere.claire).get("/accounts/", {"group": Group.objects.get().code, "q": ""})
    page = read(response)
    assert name in page.text
    assert not page.find_all("img") and "alert(1)" not in "".join(script.text for script in page.find_all("script"))


def test_the_menu_offers_what_one_may(lumiere: Lumiere, sign_in: SignIn) -> None:
    lumiere.paulo.rights = ["see_all_accounts", "manage_actions"]
    lumiere.paulo.save()
    menu = main_of(sign_in(lumiere.paulo).get("/accounts/")).find_all("div", **{"class": "dropdown-menu dropdown-menu-end"})
    assert [link for each in menu for link in each.links.values() if "edit" in link] == []
    assert len(menu) == 2


def test_the_next_e_mail_is_the_first_of_those_planned_and_held(lumiere: Lumiere, sign_in: SignIn) -> None:
    ActionFactory(
        firm=lumiere.firm, account=lumiere.bakery, opened_by=lumiere.claire, reminders_on=True, next_reminder_at=NOW + timedelta(days=4)
    )
    assert cells(main_of(sign_in(lumiere.claire).get("/accounts/")))[0][5] == "Mon 9 Nov"
