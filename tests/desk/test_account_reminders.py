"""Reminders of one account: its own or the firm's, said on its Info tab, and counted before open requests change."""

from typing import Any

import pytest
from django.test import Client

from actions.enums import ScheduleFrom
from actions.models import Action
from clients.models import Account
from desk.account_reminders_card import grouped
from firms.actors import Actor
from firms.enums import Verb
from firms.models import ActivityLine
from reminders.models import ReminderSetting
from reminders.nearest import Setting, own_schedule_of, settings_for
from reminders.rules import Schedule
from reminders.services import ask
from reminders.words import Words
from tests.desk.conftest import NOW, SignIn
from tests.desk.reading import main_of
from tests.people import Lumiere


def page(account: Account) -> str:
    return f"/accounts/{account.code}/reminders/"


@pytest.fixture
def browser(lumiere: Lumiere, sign_in: SignIn) -> Client:
    return sign_in(lumiere.claire)


def save(browser: Client, account: Account, whose: str = "own", **changes: Any) -> Any:
    return browser.post(page(account), {"whose": whose, "on": "on", "every_days": "5", "at_most": "2", **changes})


def asked(lumiere: Lumiere) -> Action:
    return ask(
        account=lumiere.bakery, kind="signature", words=Words("Lettre de mission 2027"), staff=lumiere.claire,
        by=Actor.staff(lumiere.claire), parties=[lumiere.nadia], now=NOW,
    )  # fmt: skip


@pytest.mark.rule("D14", "D15", "X17")
def test_info_tab_says_what_holds_and_whose_it_is(lumiere: Lumiere, browser: Client) -> None:
    ReminderSetting.objects.create(firm=lumiere.firm, kind="signature", on=True, every_days=4, at_most=2)
    shown = main_of(browser.get(f"/accounts/{lumiere.bakery.code}/")).text
    assert "Reminders of this account Change Signatures every 4 days, at most 2 " in shown
    assert save(browser, lumiere.bakery)["Location"] == f"/accounts/{lumiere.bakery.code}/"
    shown = main_of(browser.get(f"/accounts/{lumiere.bakery.code}/")).text
    assert "Reminders of this account Change All requests: every 5 days, at most 2 set here" in shown
    line = ActivityLine.objects.get(verb=Verb.USUAL_REMINDERS_CHANGED)
    assert (line.sentence, line.old, line.account_id) == (
        "changed the usual reminders of Boulangerie Lefèvre SRL: every 5 days, at most 2", "as the firm has it", lumiere.bakery.pk,
    )  # fmt: skip


def test_kinds_that_are_reminded_of_alike_stand_in_one_line(lumiere: Lumiere) -> None:
    usual = {key: setting for key, setting in settings_for(lumiere.bakery)[1].items() if key in ("signature", "documents", "approval")}
    assert grouped(usual) == [("All requests", "off")]
    usual["signature"] = Setting(Schedule(True, 4, 2), ScheduleFrom.FIRM)
    assert grouped(usual) == [("Signatures", "every 4 days, at most 2"), ("Documents, Approvals", "off")]


def test_open_requests_of_the_account_are_counted_first(lumiere: Lumiere, browser: Client) -> None:
    action = asked(lumiere)
    shown = main_of(save(browser, lumiere.bakery)).text
    assert "1 open request follows this setting. Change open ones too? The first reminders would go on Mon 9 Nov." in shown
    assert own_schedule_of(lumiere.bakery) is None
    missed = "Not answered yet: choose, or leave the page and nothing changes."
    pages = [save(browser, lumiere.bakery, "own", **sent).content.decode() for sent in ({}, {"shown-": "1"})]
    assert [missed in page for page in pages] == [False, True]
    assert save(browser, lumiere.bakery, "own", **{"open-": "keep", "shown-": "1"}).status_code == 302
    action.refresh_from_db()
    assert (action.schedule_from, action.reminders_on, own_schedule_of(lumiere.bakery)) == (ScheduleFrom.KEPT, False, Schedule(True, 5, 2))


def test_going_back_to_the_firms_needs_no_numbers(lumiere: Lumiere, browser: Client) -> None:
    save(browser, lumiere.bakery)
    assert save(browser, lumiere.bakery, "firm", every_days="", at_most="").status_code == 302
    assert own_schedule_of(lumiere.bakery) is None


@pytest.mark.parametrize("changes", [{"every_days": "0"}, {"at_most": "11"}, {"every_days": ""}, {"whose": "nobody"}])
def test_bad_input_is_refused_and_kept(lumiere: Lumiere, browser: Client, changes: dict[str, Any]) -> None:
    answer = save(browser, lumiere.bakery, **changes)
    assert (answer.status_code, 'data-guard="dirty"' in answer.content.decode()) == (200, True)
    assert ReminderSetting.objects.count() == 0


@pytest.mark.rule("M30")
def test_only_whoever_may_act_on_its_requests_changes_them(lumiere: Lumiere, sign_in: SignIn) -> None:
    paulo = sign_in(lumiere.paulo)
    assert save(paulo, lumiere.bakery).status_code == 404  # not his account, and he does not see all
    Account.objects.filter(pk=lumiere.bakery.pk).update(manager=lumiere.paulo)
    assert save(paulo, lumiere.bakery).status_code == 302
    lumiere.emma.rights = ["see_all_accounts"]
    lumiere.emma.save()
    emma = sign_in(lumiere.emma)
    assert (emma.get(page(lumiere.bakery)).status_code, save(emma, lumiere.bakery, every_days="9").status_code) == (403, 403)
    assert page(lumiere.bakery) not in emma.get(f"/accounts/{lumiere.bakery.code}/").content.decode()
    assert own_schedule_of(lumiere.bakery) == Schedule(True, 5, 2)
