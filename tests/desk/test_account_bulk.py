"""Acting on the accounts that are ticked, or on all that the filters show."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from clients.models import Account, AccountAddress, AccountTag, BulkChange, Tag
from desk import account_picks
from tests.desk.conftest import SignIn, open_action
from tests.desk.reading import main_of, read
from tests.people import Lumiere, Peeters


@pytest.fixture
def browser(lumiere: Lumiere, sign_in: SignIn) -> Client:
    return sign_in(lumiere.claire)


def ask(browser: Client, act: str, *accounts: Account, query: str = "", **more: str) -> Any:
    return browser.post(f"/accounts/bulk/{query}", {"bulk": act, "row": [account.code for account in accounts], **more})


def do(browser: Client, act: str, *accounts: Account, query: str = "", **more: str) -> str:
    """What the list says afterwards."""
    body = {"bulk": act, "row": [account.code for account in accounts], **more}
    return read(browser.post(f"/accounts/bulk/do/{query}", body, follow=True)).text


def managers() -> list[str | None]:
    return list(Account.objects.order_by("name_key").values_list("manager__name", flat=True))


def test_the_bar_offers_what_can_be_done_in_each_view(lumiere: Lumiere, browser: Client) -> None:
    def offered(query: str) -> list[str]:
        return [button.text for button in main_of(browser.get(f"/accounts/{query}")).find_all("button", name="bulk")]

    assert offered("") == [
        "Ask…", "Manager", "Group", "Add a tag", "Take a tag away", "NOTIFY on", "NOTIFY off", "Send invitations", "Archive",
    ]  # fmt: skip
    Account.objects.filter(pk=lumiere.bakery.pk).update(archived_at="2026-11-02T09:00Z")
    assert offered("?view=archived") == ["Take out of the archive"]


def test_who_may_change_nothing_gets_no_ticks(lumiere: Lumiere, sign_in: SignIn) -> None:
    lumiere.paulo.rights = ["see_all_accounts"]
    lumiere.paulo.save()
    assert main_of(sign_in(lumiere.paulo).get("/accounts/")).find_all("input", type="checkbox") == []


def test_a_dialog_says_how_many_and_changes_nothing(lumiere: Lumiere, browser: Client) -> None:
    page = main_of(ask(browser, "manager", lumiere.bakery, lumiere.tilleuls))
    assert "Change the manager of 2 accounts" in page.text
    assert [option.text for option in page.find_all("option")] == [
        "Choose…", "Amir Benali", "Claire Moreau", "Emma Girard", "Paulo Silva", "Nobody",
    ]  # fmt: skip
    assert managers() == ["Claire Moreau", "Claire Moreau"]
    fragment = read(browser.post("/accounts/bulk/", {"bulk": "archive", "row": [lumiere.bakery.code]}, headers={"HX-Request": "true"}))
    assert [h.text for h in fragment.find_all("h2")] == ["Archive 1 account"]


def test_what_was_done_is_said_and_can_be_undone(lumiere: Lumiere, browser: Client) -> None:
    text = do(browser, "manager", lumiere.bakery, lumiere.tilleuls, chosen=lumiere.emma.code)
    assert "Emma Girard is now the manager of 2 accounts." in text
    assert managers() == ["Emma Girard", "Emma Girard"]
    change = BulkChange.objects.get()
    undone = browser.post(f"/accounts/bulk/{change.code}/undo/?kind=company", follow=True)
    assert undone.redirect_chain == [("/accounts/?kind=company", 302)]
    assert "Undone: 2 accounts are as they were." in read(undone).text
    assert managers() == ["Claire Moreau", "Claire Moreau"]
    assert "This was undone already." in read(browser.post(f"/accounts/bulk/{change.code}/undo/", follow=True)).text


def test_an_act_of_long_ago_is_not_undone(lumiere: Lumiere, browser: Client) -> None:
    do(browser, "manager", lumiere.bakery, lumiere.tilleuls, chosen=lumiere.emma.code)
    change = BulkChange.objects.get()
    BulkChange.objects.update(at=change.at - timedelta(minutes=16))
    answer = browser.post(f"/accounts/bulk/{change.code}/undo/", follow=True)
    assert "It is too late to undo this: that goes for 15 minutes." in read(answer).text
    assert managers() == ["Emma Girard", "Emma Girard"]


def test_nobody_else_undoes_it(lumiere: Lumiere, browser: Client, sign_in: SignIn) -> None:
    do(browser, "notify_off", lumiere.bakery)
    assert sign_in(lumiere.amir).post(f"/accounts/bulk/{BulkChange.objects.get().code}/undo/").status_code == 404


def test_all_that_match_are_those_that_the_filters_show(lumiere: Lumiere, browser: Client) -> None:
    Account.objects.filter(pk=lumiere.tilleuls.pk).update(kind="family")
    assert "Switch NOTIFY off in 1 account" in main_of(ask(browser, "notify_off", query="?kind=family", all="on")).text
    do(browser, "notify_off", query="?kind=family", all="on")
    assert list(AccountAddress.objects.filter(notify=False).values_list("account", flat=True)) == [lumiere.tilleuls.pk]


def test_too_many_at_once_are_refused_with_what_to_do(lumiere: Lumiere, browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(account_picks, "MOST", 1)
    assert "More than 1 accounts match" in do(browser, "notify_off", all="on")
    assert not AccountAddress.objects.filter(notify=False).exists()


def test_accounts_with_open_requests_stay_out_of_the_archive_and_are_told(lumiere: Lumiere, browser: Client) -> None:
    open_action(lumiere.bakery, lumiere.claire)
    text = do(browser, "archive", lumiere.bakery, lumiere.tilleuls)
    assert "1 account was archived. 1 account is not archived: a request to it is still open. Withdraw it first." in text
    assert list(Account.objects.filter(archived_at=None)) == [lumiere.bakery]


@pytest.mark.rule("M30")
def test_accounts_out_of_reach_are_left_out_and_told(lumiere: Lumiere, sign_in: SignIn) -> None:
    Account.objects.filter(pk=lumiere.tilleuls.pk).update(manager=lumiere.paulo)
    text = do(sign_in(lumiere.paulo), "notify_off", lumiere.bakery, lumiere.tilleuls)
    assert "NOTIFY was switched off in 1 account. 1 account is left out" in text
    assert list(AccountAddress.objects.filter(notify=False).values_list("account", flat=True)) == [lumiere.tilleuls.pk]


def test_it_is_said_how_many_stay_as_they_were(lumiere: Lumiere, browser: Client) -> None:
    Account.objects.filter(pk=lumiere.tilleuls.pk).update(manager=lumiere.emma)
    text = do(browser, "manager", lumiere.bakery, lumiere.tilleuls, chosen=lumiere.emma.code)
    assert "Emma Girard is now the manager of 1 account. 1 of 2 stays as it was: there was nothing to change." in text


def test_only_tags_that_a_ticked_account_has_can_be_taken_away(lumiere: Lumiere, browser: Client) -> None:
    tags = [Tag.objects.create(firm=lumiere.firm, name=name) for name in ("Payroll", "VAT")]
    AccountTag.objects.create(firm=lumiere.firm, account=lumiere.bakery, tag=tags[0])
    page = main_of(ask(browser, "untag", lumiere.bakery, lumiere.tilleuls))
    assert [option.text for option in page.find_all("option")] == ["Choose…", "Payroll"]
    assert "None of these accounts has a tag." in main_of(ask(browser, "untag", lumiere.tilleuls)).text


def test_nothing_ticked_and_nothing_to_change_are_said(lumiere: Lumiere, browser: Client) -> None:
    assert "Tick the accounts that you want to change." in do(browser, "archive")
    assert "Nothing was changed: it was so already." in do(browser, "manager", lumiere.bakery, chosen=lumiere.claire.code)
    assert "There is no tag yet." in main_of(ask(browser, "tag", lumiere.bakery)).text
    assert BulkChange.objects.count() == 0


@pytest.mark.parametrize(
    "body", [{"bulk": "delete"}, {}, {"bulk": "manager"}, {"bulk": "manager", "chosen": "-x"}, {"bulk": "tag", "chosen": "-"}]
)
def test_what_nobody_could_choose_is_not_found(lumiere: Lumiere, browser: Client, body: dict[str, str]) -> None:
    assert browser.post("/accounts/bulk/do/", {"row": [lumiere.bakery.code], **body}).status_code == 404


def test_tags_and_codes_of_another_firm_reach_nothing(two_firms: tuple[Lumiere, Peeters], sign_in: SignIn) -> None:
    lumiere, peeters = two_firms
    browser = sign_in(peeters.wim)
    assert (
        browser.post("/accounts/bulk/do/", {"bulk": "manager", "row": [peeters.garage.code], "chosen": lumiere.emma.code}).status_code
        == 404
    )
    assert "1 account is left out" in do(browser, "archive", lumiere.bakery)


def test_a_name_in_a_toast_is_only_a_name(lumiere: Lumiere, browser: Client) -> None:
    tag = Tag.objects.create(firm=lumiere.firm, name="<img src=x onerror=alert(1)>")
    body = {"bulk": "tag", "row": [lumiere.bakery.code], "chosen": tag.code}
    page = read(browser.post("/accounts/bulk/do/", body, follow=True))
    assert "now has the tag <img src=x" in page.text
    assert page.find_all("img") == []
