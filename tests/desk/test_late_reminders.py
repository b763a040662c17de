"""Late reminders: the list, and what staff do with them (M33)."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from actions.models import Action
from reminders.late import late_among
from reminders.rules import Schedule
from tests.desk.conftest import DAY, NOW, SignIn
from tests.desk.reading import main_of, read
from tests.factories import START
from tests.mail import Mailbox
from tests.people import Lumiere
from tests.story import ask_signature, live


def make_late(lumiere: Lumiere, title: str = "Lettre de mission 2027") -> Action:
    """Asked three weeks ago, and nothing has run since."""
    asked = START - 21 * DAY
    action = ask_signature(lumiere, title=title, schedule=Schedule(on=True, at_most=3), now=asked)
    live(asked)
    live(NOW)
    return action


@pytest.fixture
def late(lumiere: Lumiere, mailbox: Mailbox) -> Action:
    return make_late(lumiere)


@pytest.fixture
def browser(lumiere: Lumiere, sign_in: SignIn) -> Client:
    return sign_in(lumiere.claire)


def test_the_list_names_account_request_people_and_day(lumiere: Lumiere, late: Action, browser: Client) -> None:
    (row,) = main_of(browser.get("/reminders/late/")).rows
    assert row[1:] == ["Signature Lettre de mission 2027 Boulangerie Lefèvre SRL", "1 of 3", "Nadia Lefèvre", "Thu 15 Oct, 11:00"]


def test_the_failed_task_leads_there(late: Action, browser: Client) -> None:
    assert main_of(browser.get("/needs-a-person/")).links["See them"] == "/reminders/late/"


def test_one_is_sent_and_one_left_out(lumiere: Lumiere, mailbox: Mailbox, late: Action, browser: Client) -> None:
    other = make_late(lumiere, "Autre")
    body = {"bulk": "send", "row": [late.code]}
    assert "1 reminder goes out." in read(browser.post("/reminders/late/do/", body, follow=True)).text
    body = {"bulk": "leave_out", "row": [other.code]}
    page = read(browser.post("/reminders/late/do/", body, follow=True)).text
    assert "1 reminder is left out." in page
    assert "No reminder is late" in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_as_much_for_three_as_for_one(
    lumiere: Lumiere, mailbox: Mailbox, browser: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        make_late(lumiere, f"Lettre {number}")
    with django_assert_num_queries(9):
        browser.get("/reminders/late/")


def test_only_who_may_act_on_a_request_decides(lumiere: Lumiere, late: Action, sign_in: SignIn) -> None:
    lumiere.paulo.rights = ["see_all_accounts"]
    lumiere.paulo.save()
    browser = sign_in(lumiere.paulo)
    assert main_of(browser.get("/reminders/late/")).find_all("input", type="checkbox") == []
    body = {"bulk": "send", "row": [late.code]}
    assert "You may not act on 1 of them." in read(browser.post("/reminders/late/do/", body, follow=True)).text
    assert list(late_among(lumiere.firm, [late])) == [late.pk]
    lumiere.paulo.rights = []
    lumiere.paulo.save()
    assert "No reminder is late" in read(browser.get("/reminders/late/")).text


@pytest.mark.parametrize("bulk", ["", "delete"])
def test_an_act_that_is_none_is_404(late: Action, browser: Client, bulk: str) -> None:
    assert browser.post("/reminders/late/do/", {"bulk": bulk}).status_code == 404
