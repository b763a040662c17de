"""Holding all e-mails to clients and releasing them, as owner and admins do it; what everybody sees meanwhile."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from firms.actors import Actor
from firms.enums import HoldOrigin, Role
from firms.models import Firm
from notifications import holding
from notifications.holding import hold_mail, release_mail
from notifications.models import Notice
from notifications.verdicts import Reason
from tests.desk.conftest import DAY, NOW, SignIn, open_action
from tests.desk.reading import card, main_of, read
from tests.mail import Mailbox
from tests.people import Lumiere
from tests.signing import asked
from tests.story import ask_signature, live
from tests.ways.making import api_input, in_use
from ways.enums import Provider
from ways.services import change_pace

HOLD, RELEASE, UNDO = "/outbox/hold/", "/outbox/release/", "/outbox/hold/undo/"
NADIA = "nadia@lefevre.example"


@pytest.fixture
def browser(lumiere: Lumiere, sign_in: SignIn) -> Client:
    return sign_in(lumiere.claire)


@pytest.fixture
def held(lumiere: Lumiere, mailbox: Mailbox) -> None:
    asked(lumiere, now=NOW)
    hold_mail(firm=lumiere.firm, origin=HoldOrigin.STAFF, reason="We move", by=Actor.staff(lumiere.claire), now=NOW)


def test_the_page_says_how_many_would_be_held_and_wants_a_day_to_come(lumiere: Lumiere, browser: Client) -> None:
    assert "No e-mail is about to leave now." in main_of(browser.get(HOLD)).text
    ask_signature(lumiere, now=NOW)
    assert "1 e-mail is about to leave, and would be held." in main_of(browser.get(HOLD)).text
    assert "Choose a day after today" in main_of(browser.post(HOLD, {"reason": "We move", "until": "2026-11-03"})).text
    assert "This field is required" in main_of(browser.post(HOLD, {"reason": ""})).text


def test_holding_says_so_on_outbox_and_start_page_with_the_way_out(lumiere: Lumiere, browser: Client, mailbox: Mailbox) -> None:
    ask_signature(lumiere, now=NOW)
    page = read(browser.post(HOLD, {"reason": "We move", "until": "2026-11-05"}, follow=True)).text
    assert "All e-mails to clients are held Since Tue 3 Nov, 14:02, by Claire Moreau. They go again from Thu 5 Nov, 08:30 on." in page
    for where in ("/outbox/", "/"):
        assert "We move" in main_of(browser.get(where)).text
        assert main_of(browser.get(where)).links["Release…"] == RELEASE
    live(NOW)
    assert mailbox.addresses == []


def test_it_can_be_undone_at_once_and_not_later(lumiere: Lumiere, browser: Client, held: None, mailbox: Mailbox) -> None:
    lumiere.firm.mail_held_at = NOW - timedelta(minutes=11)
    lumiere.firm.save()
    assert browser.post(UNDO).headers["Location"] == RELEASE
    lumiere.firm.mail_held_at = NOW
    lumiere.firm.save()
    assert "E-mails to clients go out again." in read(browser.post(UNDO, follow=True)).text
    live(NOW)
    assert mailbox.addresses == [NADIA]


def test_what_is_held_stands_in_the_outbox_and_in_the_history_with_that_reason(lumiere: Lumiere, browser: Client, held: None) -> None:
    (row,) = main_of(browser.get("/outbox/?view=held")).rows
    assert row[2] == "Held All e-mails to clients are held."
    assert main_of(browser.get("/outbox/?view=waiting")).rows == []
    notice = Notice.objects.get(address=lumiere.nadia_address)
    assert notice.action
    assert "All e-mails to clients are held." in main_of(browser.get(f"/requests/{notice.action.code}/")).text
    assert "All e-mails to clients are held." in main_of(browser.get(f"/contacts/{lumiere.nadia.code}/")).text


def test_the_day_s_count_and_the_why_log_say_held_too(lumiere: Lumiere, browser: Client, held: None) -> None:
    assert "0 On the way 1 Held" in card(browser.get("/"), "mails").text
    assert "All e-mails to clients are held." in main_of(browser.get(f"/accounts/{lumiere.bakery.code}/emails/")).text


def test_releasing_says_how_long_it_takes_at_the_firm_s_own_pace(lumiere: Lumiere, browser: Client) -> None:
    in_use(lumiere.firm, api_input(Provider.POSTMARK))
    change_pace(firm=lumiere.firm, per_minute=2, by=Actor.system(), now=NOW)
    for number in range(5):
        ask_signature(lumiere, title=f"Lettre {number}", now=NOW)
    hold_mail(firm=lumiere.firm, origin=HoldOrigin.STAFF, reason="We move", by=Actor.staff(lumiere.claire), now=NOW)
    assert "These go out within about 3 minutes" in main_of(browser.get(RELEASE)).text


def test_releasing_says_first_how_many_go_by_what_they_are(lumiere: Lumiere, browser: Client, held: None, mailbox: Mailbox) -> None:
    text = main_of(browser.get(RELEASE)).text
    assert "These go out within about 1 minute" in text
    assert "1 first notice or repetition" in text
    assert "older" not in text
    assert "1 e-mail goes out." in read(browser.post(RELEASE, follow=True)).text
    live(NOW)
    assert mailbox.addresses == [NADIA]


@pytest.mark.rule("M33")
def test_late_first_notices_are_sent_or_left_out_as_is_chosen_and_late_reminders_wait(
    lumiere: Lumiere, browser: Client, held: None, mailbox: Mailbox
) -> None:
    Notice.objects.filter(address=lumiere.nadia_address).update(not_before=NOW - 4 * DAY)
    text = main_of(browser.get(RELEASE)).text
    assert "1 other e-mail is older than 3 days" in text
    assert "0 e-mails go out." in read(browser.post(RELEASE, {"late": "leave_out"}, follow=True)).text
    live(NOW)
    assert (mailbox.addresses, Notice.objects.get(address=lumiere.nadia_address).reason) == ([], Reason.LEFT_OUT)


def test_late_reminders_are_counted_apart(lumiere: Lumiere, browser: Client, held: None) -> None:
    Notice.objects.filter(address=lumiere.nadia_address).update(not_before=NOW - 4 * DAY, priority=30, number=1)
    assert "1 reminder is older than your maximum lateness (3 days)." in main_of(browser.get(RELEASE)).text
    assert "0 e-mails go out." in read(browser.post(RELEASE, follow=True)).text


def test_the_failed_task_of_a_backlog_leads_to_the_release(lumiere: Lumiere, browser: Client, mailbox: Mailbox) -> None:
    ask_signature(lumiere, now=NOW - 5 * DAY)
    live(NOW)
    assert main_of(browser.get("/needs-a-person/")).links["See how many"] == RELEASE
    assert "some have waited longer than your firm allows" in main_of(browser.get("/outbox/")).text


def test_what_the_operator_holds_is_the_operator_s(lumiere: Lumiere, browser: Client, mailbox: Mailbox) -> None:
    hold_mail(firm=lumiere.firm, origin=HoldOrigin.OPERATOR, reason="Move", by=Actor.system(), now=NOW)
    assert "by whoever runs Relance for you" in main_of(browser.get(RELEASE)).text
    assert "Release…" not in main_of(browser.get("/outbox/")).links
    assert browser.post(RELEASE).status_code == 200
    lumiere.firm.refresh_from_db()
    assert lumiere.firm.holds_mail(NOW)


def test_the_firm_begins_and_ends_its_own_hold_under_the_operator_s(lumiere: Lumiere, browser: Client) -> None:
    ask_signature(lumiere, now=NOW)
    hold_mail(firm=lumiere.firm, origin=HoldOrigin.OPERATOR, reason="Servers move", by=Actor.system(), now=NOW)
    assert main_of(browser.get("/outbox/")).links["Hold them after that too…"] == HOLD
    text = main_of(browser.get(HOLD)).text
    assert "Your firm’s own hold takes effect when theirs ends" in text
    assert "1 e-mail waits, and would go on waiting." in text
    page = read(browser.post(HOLD, {"reason": "We move"}, follow=True)).text
    assert "They stay held once whoever runs Relance for you releases them." in page
    assert "After that your firm still holds them itself" in page
    assert main_of(browser.get("/outbox/")).links["Let them go after that…"] == RELEASE
    text = main_of(browser.get(RELEASE)).text
    assert "Nothing goes before whoever runs Relance for you ends theirs. Then these go" in text
    assert "within about" not in text
    assert "Let them go" not in text
    assert "Your firm no longer holds them." in read(browser.post(RELEASE, follow=True)).text
    lumiere.firm.refresh_from_db()
    assert (lumiere.firm.held_by_operator(NOW), lumiere.firm.has_own_hold(NOW)) == (True, False)


def test_what_was_begun_under_the_operator_s_hold_can_be_undone_at_once_and_not_later(lumiere: Lumiere, browser: Client) -> None:
    hold_mail(firm=lumiere.firm, origin=HoldOrigin.OPERATOR, reason="Servers move", by=Actor.system(), now=NOW - DAY)
    hold_mail(firm=lumiere.firm, origin=HoldOrigin.STAFF, reason="We move", by=Actor.staff(lumiere.claire), now=NOW)
    lumiere.firm.mail_own_at = NOW - timedelta(minutes=11)
    lumiere.firm.save()
    assert browser.post(UNDO).headers["Location"] == RELEASE
    lumiere.firm.mail_own_at = NOW
    lumiere.firm.save()
    assert "Your firm no longer holds them." in read(browser.post(UNDO, follow=True)).text
    lumiere.firm.refresh_from_db()
    assert (lumiere.firm.held_by_operator(NOW), lumiere.firm.has_own_hold(NOW)) == (True, False)


@pytest.mark.parametrize(("page", "act"), [(HOLD, "hold_mail"), (UNDO, "release_mail")])
def test_an_operator_who_holds_meanwhile_goes_on(
    lumiere: Lumiere, browser: Client, held: None, monkeypatch: pytest.MonkeyPatch, page: str, act: str
) -> None:
    """Between the page's look and its lock."""
    do, operator = getattr(holding, act), Firm.objects.get()
    if act == "hold_mail":
        release_mail(firm=lumiere.firm, by=Actor.staff(lumiere.claire), now=NOW)

    def a_moment_later(**said: object) -> object:
        hold_mail(firm=operator, origin=HoldOrigin.OPERATOR, reason="moves", by=Actor.system(), now=NOW)
        return do(**said)

    monkeypatch.setattr(f"desk.mail_hold.{act}", a_moment_later)
    browser.post(page, {"reason": "We move", "until": "2026-11-05"})
    assert "moves" in main_of(browser.get(RELEASE)).text
    lumiere.firm.refresh_from_db()
    assert (lumiere.firm.held_by_operator(NOW), lumiere.firm.has_own_hold(NOW)) == (True, act == "hold_mail")


def test_the_firm_s_own_hold_stands_under_the_operator_s_with_its_reason(lumiere: Lumiere, browser: Client, held: None) -> None:
    lumiere.firm.mail_held_until = NOW + 2 * DAY
    lumiere.firm.save()
    hold_mail(firm=lumiere.firm, origin=HoldOrigin.OPERATOR, reason="Servers move", by=Actor.system(), now=NOW)
    for where in ("/outbox/", "/", RELEASE):
        assert (
            "by whoever runs Relance for you: ask there. Codes and links to sign in still go. Servers move "
            "After that your firm still holds them itself: since Tue 3 Nov, 14:02, by Claire Moreau. That ends on Thu 5 Nov, 14:02. We move"
        ) in main_of(browser.get(where)).text


def test_both_holds_are_said_in_french(lumiere: Lumiere, browser: Client, held: None) -> None:
    hold_mail(firm=lumiere.firm, origin=HoldOrigin.OPERATOR, reason="Move", by=Actor.system(), now=NOW)
    browser.cookies["django_language"] = "fr"
    text = main_of(browser.get("/outbox/")).text
    assert "Ensuite, votre cabinet les retient toujours lui-même : depuis le mar. 3 nov." in text.replace("\N{NO-BREAK SPACE}", " ")


def test_a_backlog_stands_under_the_operator_s_hold(lumiere: Lumiere, browser: Client) -> None:
    hold_mail(firm=lumiere.firm, origin=HoldOrigin.BACKLOG, reason="Late", by=Actor.system(), now=NOW)
    hold_mail(firm=lumiere.firm, origin=HoldOrigin.OPERATOR, reason="Servers move", by=Actor.system(), now=NOW)
    text = main_of(browser.get("/outbox/")).text
    assert "After that some still wait for your yes: since Tue 3 Nov, 14:02, as they have waited longer than your firm allows." in text


@pytest.mark.parametrize("address", [HOLD, RELEASE, UNDO])
def test_employees_see_that_it_is_held_and_do_nothing_about_it(lumiere: Lumiere, held: None, sign_in: SignIn, address: str) -> None:
    assert lumiere.paulo.role == Role.EMPLOYEE
    browser = sign_in(lumiere.paulo)
    assert browser.post(address).status_code == 403
    assert "All e-mails to clients are held" in main_of(browser.get("/outbox/")).text
    assert "Release…" not in main_of(browser.get("/outbox/")).links


def test_there_is_nothing_to_release_where_nothing_is_held(lumiere: Lumiere, browser: Client) -> None:
    assert browser.get(RELEASE).headers["Location"] == "/outbox/"


@pytest.mark.parametrize("count", [1, 3])
def test_the_release_asks_as_much_for_three_as_for_one(
    lumiere: Lumiere, browser: Client, held: None, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        ask_signature(lumiere, title=f"Lettre {number}", now=NOW)
    with django_assert_num_queries(8):
        browser.get(RELEASE)


def test_the_banner_costs_the_start_page_nothing(lumiere: Lumiere, browser: Client) -> None:
    open_action(lumiere.bakery, lumiere.claire)
    asked = list[int]()
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            browser.get("/")
        asked.append(len(queries))
        hold_mail(firm=lumiere.firm, origin=HoldOrigin.STAFF, reason="We move", by=Actor.staff(lumiere.claire), now=NOW)
    assert asked[0] == asked[1]
