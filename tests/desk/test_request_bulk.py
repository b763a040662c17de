"""Acting on the requests that are ticked in a list."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from actions.models import Action
from desk import request_bulk
from reminders.rules import Schedule
from reminders.standing import schedule_of
from tenancy.context import firm_context
from tests.desk.conftest import TODAY, SignIn
from tests.desk.reading import main_of, read
from tests.people import Lumiere, Peeters
from tests.story import ask_signature


@pytest.fixture
def browser(lumiere: Lumiere, sign_in: SignIn) -> Client:
    return sign_in(lumiere.claire)


@pytest.fixture
def two(lumiere: Lumiere) -> list[Action]:
    return [ask_signature(lumiere, title="One"), ask_signature(lumiere, title="Two", account=lumiere.tilleuls)]


def ask(browser: Client, act: str, *actions: Action, query: str = "", **more: str) -> Any:
    return browser.post(f"/requests/bulk/{query}", {"bulk": act, "row": [action.code for action in actions], **more})


def do(browser: Client, act: str, *actions: Action, query: str = "", **more: str) -> str:
    """What the list says afterwards."""
    body = {"bulk": act, "row": [action.code for action in actions], **more}
    return read(browser.post(f"/requests/bulk/do/{query}", body, follow=True)).text


def states() -> list[str]:
    return list(Action.objects.order_by("title").values_list("state", flat=True))


def test_ticks_stand_beside_what_can_be_acted_on(lumiere: Lumiere, two: list[Action], browser: Client, sign_in: SignIn) -> None:
    for page in ("/requests/", f"/accounts/{lumiere.bakery.code}/requests/"):
        main = main_of(browser.get(page))
        assert [button.text for button in main.find_all("button", name="bulk")] == [
            "Resend",
            "Reminders on",
            "Reminders off",
            "Pause",
            "End pause",
            "Withdraw",
        ]
    lumiere.paulo.rights = ["see_all_accounts"]
    lumiere.paulo.save()
    assert main_of(sign_in(lumiere.paulo).get("/requests/")).find_all("input", type="checkbox") == []


def test_a_dialog_says_how_many_are_told_and_changes_nothing(two: list[Action], browser: Client) -> None:
    page = main_of(ask(browser, "resend", *two))
    assert "Resend 2 requests?" in page.text
    assert "1 person is told, at once." in page.text
    assert [button.text for button in page.find_all("button", type="submit")] == ["Send to 1 person"]
    fragment = read(browser.post("/requests/bulk/", {"bulk": "withdraw", "row": [two[0].code]}, headers={"HX-Request": "true"}))
    assert [h.text for h in fragment.find_all("h2")] == ["Withdraw 1 request?"]
    assert states() == ["open", "open"]


def test_a_dialog_names_the_first_requests_with_their_accounts(two: list[Action], browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    named = [line.text for line in main_of(ask(browser, "withdraw", *two)).find_all("li") if "·" in line.text]
    assert named == [f"{action.title} · {action.account.name}" for action in two]
    monkeypatch.setattr(request_bulk, "NAMED", 1)
    page = main_of(ask(browser, "withdraw", *two)).text
    assert ["One ·" in page, "Two ·" in page, "and 1 more" in page] == [True, False, True]


@pytest.mark.rule("D06", "D07")
def test_requests_are_resent_while_reminders_are_on(two: list[Action], browser: Client) -> None:
    assert "2 requests were sent again." in do(browser, "resend", *two)
    assert [schedule_of(action).on for action in Action.objects.all()] == [True, True]


def test_what_is_left_out_is_said(two: list[Action], browser: Client) -> None:
    assert "2 requests were withdrawn." in do(browser, "withdraw", *two)
    said = main_of(ask(browser, "resend", *two)).text
    assert "Nothing was changed" in said
    assert "2 requests are left out. It is closed." in said
    assert "1 request is left out. It does not exist any more." in main_of(ask(browser, "resend", Action(code="AAAAAAAAAAAA"))).text
    assert "Tick the requests first." in main_of(ask(browser, "resend")).text


def test_reminders_are_set_for_all_and_put_back(two: list[Action], browser: Client) -> None:
    page = browser.post(
        "/requests/bulk/do/?kind=signature",
        {"bulk": "remind_on", "row": [a.code for a in two], "every_days": "9", "at_most": "4"}, follow=True,
    )  # fmt: skip
    assert page.redirect_chain == [("/requests/?kind=signature", 302)]
    assert "Reminders of 2 requests are on." in read(page).text
    assert {(a.remind_every_days, a.remind_max) for a in Action.objects.all()} == {(9, 4)}
    (undo,) = [action for action in read(page).actions if "/undo/" in action]
    assert "Undone: 2 requests are as they were." in read(browser.post(undo, follow=True)).text
    assert {(a.remind_every_days, a.remind_max) for a in Action.objects.all()} == {(3, 1)}
    assert "This was undone already" in read(browser.post(undo, follow=True)).text


def test_numbers_that_are_none_change_nothing(two: list[Action], browser: Client) -> None:
    assert "Nothing was changed: give both numbers." in do(browser, "remind_on", *two, every_days="0", at_most="x")
    assert {(a.remind_every_days, a.remind_max) for a in Action.objects.all()} == {(3, 1)}


def test_an_act_from_an_account_s_page_leads_back_there(lumiere: Lumiere, two: list[Action], browser: Client) -> None:
    body = {"bulk": "remind_off", "row": [two[0].code], "account": lumiere.bakery.code}
    answer = browser.post("/requests/bulk/do/", body)
    assert answer["Location"] == f"/accounts/{lumiere.bakery.code}/requests/"


@pytest.mark.parametrize("account", ["²", "１２３"])
def test_digits_of_another_script_are_no_account(two: list[Action], browser: Client, account: str) -> None:
    assert ask(browser, "resend", two[0], account=account).status_code == 200
    answer = browser.post("/requests/bulk/do/", {"bulk": "remind_off", "row": [two[0].code], "account": account})
    assert answer["Location"].rstrip("?") == "/requests/"


def test_all_that_match_are_acted_on_but_not_too_many(two: list[Action], browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Withdraw 1 request?" in main_of(browser.post("/requests/bulk/?q=Two", {"bulk": "withdraw", "all": "on"})).text
    monkeypatch.setattr(request_bulk, "MOST", 1)
    said = "at most that many are changed at once. Narrow the filters, and choose again."
    assert said in main_of(browser.post("/requests/bulk/", {"bulk": "withdraw", "all": "on"})).text
    assert said in do(browser, "withdraw", *two)
    assert states() == ["open", "open"]


@pytest.mark.rule("X20", "M30")
def test_nobody_acts_on_what_is_not_theirs(two_firms: tuple[Lumiere, Peeters], sign_in: SignIn) -> None:
    lumiere, peeters = two_firms
    with firm_context(lumiere.firm.pk):
        action = ask_signature(lumiere)
        lumiere.emma.rights = ["see_all_accounts"]
        lumiere.emma.save()
    assert "does not exist any more" in do(sign_in(peeters.wim), "withdraw", action)
    assert "does not exist any more" in do(sign_in(lumiere.paulo), "withdraw", action)
    assert "You may not act on it." in do(sign_in(lumiere.emma), "withdraw", action)
    with firm_context(lumiere.firm.pk):
        assert states() == ["open"]


@pytest.mark.parametrize("act", ["", "delete", "\x00"])
def test_an_act_that_is_none_is_not_found(two: list[Action], browser: Client, act: str) -> None:
    assert ask(browser, act, *two).status_code == 404


@pytest.mark.rule("X16")
def test_several_are_paused_until_a_day_for_a_reason(lumiere: Lumiere, two: list[Action], browser: Client) -> None:
    silent = ask_signature(lumiere, title="Three", schedule=Schedule(on=False))
    page = main_of(ask(browser, "pause", *two, silent)).text
    assert "Pause the reminders of 2 requests" in page
    assert "1 request is left out. Its reminders are off." in page
    said = do(browser, "pause", *two, silent, until="2026-11-20", reason="Congé")
    assert "Reminders of 2 requests are paused." in said
    assert set(Action.objects.values_list("title", "paused_until", "pause_reason")) == {
        ("One", date(2026, 11, 20), "Congé"), ("Two", date(2026, 11, 20), "Congé"), ("Three", None, ""),
    }  # fmt: skip


@pytest.mark.rule("X16")
def test_without_a_day_or_a_reason_nothing_is_paused(two: list[Action], browser: Client) -> None:
    assert "Nothing was changed. Choose a day after today." in do(browser, "pause", *two, until="2026-11-03", reason="Congé")
    assert set(Action.objects.values_list("paused_until", flat=True)) == {None}


def rests() -> list[tuple[str, date | None, str]]:
    return list(Action.objects.order_by("title").values_list("title", "paused_until", "pause_reason"))


def undo(browser: Client, act: str, *actions: Action, **more: str) -> str:
    """What the list says once the act is done and undone; a second time it is too late."""
    body = {"bulk": act, "row": [action.code for action in actions], **more}
    (url,) = [url for url in read(browser.post("/requests/bulk/do/", body, follow=True)).actions if "/undo/" in url]
    said = read(browser.post(url, follow=True)).text
    assert "This was undone already" in read(browser.post(url, follow=True)).text
    return said


@pytest.mark.rule("X16")
def test_a_pause_of_several_is_undone_to_what_each_had(lumiere: Lumiere, two: list[Action], browser: Client) -> None:
    do(browser, "pause", two[1], until="2026-12-01", reason="Déménagement")
    assert "Undone: 2 requests are as they were." in undo(browser, "pause", *two, until="2026-11-20", reason="Congé")
    assert rests() == [("One", TODAY, "Congé"), ("Two", date(2026, 12, 1), "Déménagement")]  # the first is paused no more


@pytest.mark.rule("X16")
def test_the_pauses_of_several_are_ended_once_it_is_said_how_many_reminders_then_go(
    lumiere: Lumiere, two: list[Action], browser: Client
) -> None:
    do(browser, "pause", two[0], until="2026-11-20", reason="Congé")
    page = main_of(ask(browser, "end_pause", *two)).text
    assert "End the pause of 1 request?" in page
    assert "Up to 1 reminder goes out within 7 days. What another pause holds stays held." in page
    assert "1 request is left out. Its reminders are not paused." in page
    assert rests()[0] == ("One", date(2026, 11, 20), "Congé")
    Action.objects.filter(pk=two[0].pk).update(remind_every_days=30)
    assert "No reminder goes out within 7 days." in main_of(ask(browser, "end_pause", *two)).text
    assert "Reminders of 1 request go on." in do(browser, "end_pause", *two)
    assert rests()[0] == ("One", TODAY, "Congé")


@pytest.mark.rule("X16")
def test_ended_pauses_come_back_and_no_day_is_lost(lumiere: Lumiere, two: list[Action], browser: Client) -> None:
    do(browser, "pause", *two, until="2026-11-20", reason="Congé")
    assert "Undone: 2 requests are as they were." in undo(browser, "end_pause", *two)
    assert rests() == [("One", date(2026, 11, 20), "Congé"), ("Two", date(2026, 11, 20), "Congé")]


@pytest.mark.rule("X16")
def test_a_pause_that_was_changed_since_is_left_alone(lumiere: Lumiere, two: list[Action], browser: Client) -> None:
    body = {"bulk": "pause", "row": [action.code for action in two], "until": "2026-11-20", "reason": "Congé"}
    (url,) = [url for url in read(browser.post("/requests/bulk/do/", body, follow=True)).actions if "/undo/" in url]
    browser.post(f"/reminders/pauses/requests/{two[0].code}/", {"until": "2026-12-01", "reason": "Congé"})
    assert "Undone: 1 request is as it was." in read(browser.post(url, follow=True)).text
    assert rests() == [("One", date(2026, 12, 1), "Congé"), ("Two", TODAY, "Congé")]
