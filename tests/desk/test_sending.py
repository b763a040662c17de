"""Settings > Sending, and what the start page says when nothing goes any more."""

from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from firms.actors import Actor
from firms.enums import HoldOrigin
from firms.holding_all import begin_hold_of_all, end_hold_of_all
from firms.models import Firm, Staff
from lib.codes import new_code
from notifications.enums import Outcome
from notifications.holding import hold_mail
from notifications.models import Message, Notice
from reminders.health.facts import look
from reminders.health.rules import Level, Name
from tenancy import fence
from tenancy.context import firm_context
from tenancy.heartbeats import BEAT, DISPATCH, SWEEP, beat, beat_of_worker
from tenancy.models import Fence, Heartbeat
from tests.desk.conftest import DAY, NOW, SignIn, open_action
from tests.desk.reading import card, main_of, read
from tests.people import Lumiere, Peeters
from tests.ways.making import api_input, in_use
from ways.enums import Provider
from ways.models import Pace
from ways.rules import BREAKS_AT

PAGE = "/settings/sending/"
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def broker_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests have none of their own."""
    monkeypatch.setattr("reminders.health.facts.broker_answers", lambda: True)


@pytest.fixture
def alive(db: None) -> None:
    for name in (BEAT, SWEEP, DISPATCH):
        beat(name)
    beat_of_worker("celery@one")


def silence(name: str, since: timedelta) -> None:
    Heartbeat.objects.filter(name=name).update(at=NOW - since)


def mailed(firm: Firm, outcome: Outcome, ago: timedelta = MINUTE) -> None:
    at = NOW - ago
    with firm_context(firm.pk):
        Message.objects.create(
            firm=firm, message_id=new_code(), to_email="nadia@lefevre.example", language="fr", outcome=outcome, created_at=at,
            sent_at=at if outcome == Outcome.SENT else None, next_try_at=at if outcome == Outcome.WAITING else None,
        )  # fmt: skip


def test_all_runs_and_nothing_was_sent(lumiere: Lumiere, sign_in: SignIn, alive: None) -> None:
    page = sign_in(lumiere.claire).get(PAGE)
    assert card(page, "running").items == [
        "Broker, which wakes the worker up Running",
        "Clock, which starts everything Running",
        "Worker, which does it Running",
        "Search for reminders that are due Running",
        "Dispatch of e-mails Running",
    ]
    assert card(page, "waits").items == ["Reminder due the longest None", "E-mail waiting the longest to leave None"]
    assert card(page, "went").items == ["Sent 0 in the last hour 0", "Nothing went wrong."]
    assert card(page, "bounces").text == "E-mails that bounced 7 days 30 days No e-mail was sent in these days."
    assert "stopped" not in main_of(page).text


@pytest.mark.rule("X23")
def test_beat_that_has_stopped_is_red_with_its_instant(lumiere: Lumiere, sign_in: SignIn, alive: None) -> None:
    silence(BEAT, 2 * MINUTE)
    page = sign_in(lumiere.claire).get(PAGE)
    assert card(page, "running").items[1] == "Clock, which starts everything Since Tue 3 Nov, 14:00 Stopped"
    assert "Sending has stopped since Tue 3 Nov, 14:00. Nothing is lost" in main_of(page).text


def test_an_e_mail_that_does_not_leave(lumiere: Lumiere, sign_in: SignIn, alive: None) -> None:
    mailed(lumiere.firm, Outcome.WAITING, 16 * MINUTE)
    page = sign_in(lumiere.claire).get(PAGE)
    assert card(page, "waits").items[1] == "E-mail waiting the longest to leave Since Tue 3 Nov, 13:46 Late"
    assert card(page, "went").items == ["Sent 0 in the last hour 0", "Waiting for another try 1"]


def test_rates_kinds_and_bounces_are_the_firm_s_own(two_firms: tuple[Lumiere, Peeters], sign_in: SignIn, alive: None) -> None:
    lumiere, peeters = two_firms
    for outcome, ago in ((Outcome.SENT, MINUTE), (Outcome.SENT, 3 * DAY), (Outcome.BOUNCED, MINUTE), (Outcome.SENT, 20 * DAY)):
        mailed(lumiere.firm, outcome, ago)
    mailed(peeters.firm, Outcome.BOUNCED)
    mailed(peeters.firm, Outcome.FAILED)
    browser = sign_in(lumiere.claire)
    week, month = browser.get(PAGE), browser.get(PAGE + "?days=30")
    assert card(week, "went").items == ["Sent 1 in the last hour 1", "Bounced 1"]
    assert "1 of 3 e-mails bounced (33.3%)." in card(week, "bounces").text
    assert "1 of 4 e-mails bounced (25.0%)." in card(month, "bounces").text
    labels = [card(page, "bounces").find_all("svg", role="img")[0].attrs["aria-label"] for page in (week, month)]
    assert labels == [
        "E-mails: Wed 28: 0, 0 bounced; Thu 29: 0, 0 bounced; Fri 30: 0, 0 bounced; Sat 31: 1, 0 bounced; Sun 1: 0, 0 bounced; "
        "Mon 2: 0, 0 bounced; Tue 3: 2, 1 bounced",
        "E-mails: 5–9: 0, 0 bounced; 10–14: 1, 0 bounced; 15–19: 0, 0 bounced; 20–24: 0, 0 bounced; 25–29: 0, 0 bounced; "
        "30–3: 3, 1 bounced",
    ]  # fmt: skip


def test_an_employee_is_refused(lumiere: Lumiere, sign_in: SignIn) -> None:
    assert sign_in(lumiere.paulo).get(PAGE).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_however_much_there_is(
    lumiere: Lumiere, sign_in: SignIn, alive: None, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        mailed(lumiere.firm, Outcome.SENT)
        mailed(lumiere.firm, Outcome.BOUNCED)
    browser = sign_in(lumiere.claire)
    with django_assert_num_queries(15):
        browser.get(PAGE)


# --- The start page ----------------------------------------------------------------------------------------------------


def said_on_start(staff: Staff, sign_in: SignIn) -> dict[str, str]:
    return {text: url for text, url in main_of(sign_in(staff).get("/")).links.items() if url == PAGE}


@pytest.mark.rule("X23")
def test_start_says_since_when_nothing_goes_to_whoever_may_look_further(lumiere: Lumiere, sign_in: SignIn, alive: None) -> None:
    open_action(lumiere.bakery, lumiere.claire)
    assert said_on_start(lumiere.claire, sign_in) == {}
    silence(BEAT, 5 * MINUTE)
    assert said_on_start(lumiere.claire, sign_in) == {"See what has stopped": PAGE}
    assert "Sending has stopped since Tue 3 Nov, 13:57." in main_of(sign_in(lumiere.claire).get("/")).text
    assert said_on_start(lumiere.paulo, sign_in) == {}


def test_start_says_so_too_when_everything_shows_life_and_an_e_mail_stays(lumiere: Lumiere, sign_in: SignIn, alive: None) -> None:
    open_action(lumiere.bakery, lumiere.claire)
    mailed(lumiere.firm, Outcome.WAITING, 14 * MINUTE)
    assert said_on_start(lumiere.claire, sign_in) == {}
    mailed(lumiere.firm, Outcome.WAITING, 16 * MINUTE)
    assert said_on_start(lumiere.claire, sign_in) == {"See what has stopped": PAGE}


def test_a_hold_of_all_stands_there_while_the_firm_is_held_with_them(lumiere: Lumiere, sign_in: SignIn, alive: None) -> None:
    browser, line = sign_in(lumiere.claire), "E-mails to clients of all firms, by whoever runs Relance for you Since Tue 3 Nov, 14:02 Held"
    begin_hold_of_all(reason="Move", now=NOW)
    assert line not in card(browser.get(PAGE), "waits").items
    hold_mail(firm=lumiere.firm, origin=HoldOrigin.OPERATOR, reason="Move", by=Actor.system(), now=NOW)
    assert card(browser.get(PAGE), "waits").items[-1] == line
    end_hold_of_all()
    assert line not in card(browser.get(PAGE), "waits").items


def test_why_e_mails_were_refused_leads_to_them(lumiere: Lumiere, sign_in: SignIn, alive: None) -> None:
    mailed(lumiere.firm, Outcome.SENT)
    Message.objects.update(error="later")
    page = sign_in(lumiere.claire).get(PAGE)
    assert "Too many at once 1" in card(page, "went").text
    assert "/outbox/?error=later" in page.content.decode()


def test_a_firm_s_own_mail_server_out_of_reach_is_that_firm_s_trouble(
    two_firms: tuple[Lumiere, Peeters], sign_in: SignIn, alive: None
) -> None:
    lumiere, peeters = two_firms
    with firm_context(lumiere.firm.pk):
        own = in_use(lumiere.firm, api_input(Provider.POSTMARK))
    with firm_context(peeters.firm.pk):
        in_use(peeters.firm, api_input(Provider.POSTMARK))
    Pace.objects.create(place=f"way:{own.pk}", failures=BREAKS_AT, rests_until=NOW + MINUTE, level=1, answer="timed out")
    theirs = sign_in(peeters.wim).get(PAGE)
    assert card(sign_in(lumiere.claire).get(PAGE), "running").items[-1].startswith("Mail server out of reach")
    assert not any("out of reach" in item for item in card(theirs, "running").items)
    (check,) = [each for each in look(NOW, NOW).checks if each.name is Name.WAYS]
    assert (check.level, "It is a firm's own" in check.advice) == (Level.WARN, True)
    Pace.objects.create(place="mail.example:587", failures=BREAKS_AT, rests_until=NOW + MINUTE, level=1, answer="timed out")
    assert card(sign_in(peeters.wim).get(PAGE), "running").items[-1].startswith("Mail server out of reach")
    (check,) = [each for each in look(NOW, NOW).checks if each.name is Name.WAYS]
    assert check.level is Level.BAD


def test_a_restored_backup_stops_sending_and_says_so(
    lumiere: Lumiere, sign_in: SignIn, alive: None, settings: Settings, tmp_path: Path
) -> None:
    settings.FENCE_FILE = tmp_path / "fence.json"
    fence.may_send()
    Fence.objects.update(number=0)
    page = sign_in(lumiere.claire).get(PAGE)
    assert card(page, "running").items[-1].startswith("Dispatch, as a backup was restored")
    assert "Sending has stopped" in main_of(page).text


# --- How long e-mails are kept ---------------------------------------------------------------------------------------------


def test_a_longer_term_is_saved_at_once_and_the_owners_are_told(lumiere: Lumiere, sign_in: SignIn, alive: None) -> None:
    answer = sign_in(lumiere.amir).post(f"{PAGE}keep/", {"keep_months": "36"}, follow=True)
    lumiere.firm.refresh_from_db()
    assert ("Saved." in read(answer).text, lumiere.firm.keep_months) == (True, 36)
    assert [notice.email for notice in Notice.objects.filter(event="firm_changed")] == [lumiere.claire.user.email]


def test_a_shorter_term_first_says_of_how_many_e_mails_the_text_goes(lumiere: Lumiere, sign_in: SignIn, alive: None) -> None:
    mailed(lumiere.firm, Outcome.SENT, 100 * DAY)
    browser = sign_in(lumiere.claire)
    assert "What 1 older e-mail said goes within the hour" in main_of(browser.post(f"{PAGE}keep/", {"keep_months": "3"})).text
    lumiere.firm.refresh_from_db()
    assert lumiere.firm.keep_months == 24
    browser.post(f"{PAGE}keep/", {"keep_months": "3", "yes": "on"})
    lumiere.firm.refresh_from_db()
    assert lumiere.firm.keep_months == 3


@pytest.mark.parametrize("months", ["", "2", "121", "many"])
def test_a_term_that_is_none_is_said_beside_the_field(lumiere: Lumiere, sign_in: SignIn, alive: None, months: str) -> None:
    page = main_of(sign_in(lumiere.claire).post(f"{PAGE}keep/", {"keep_months": months}))
    (field,) = page.find_all("input", name="keep_months")
    assert "is-invalid" in field.attrs["class"]


def test_an_employee_changes_no_term(lumiere: Lumiere, sign_in: SignIn, alive: None) -> None:
    assert sign_in(lumiere.paulo).post(f"{PAGE}keep/", {"keep_months": "3"}).status_code == 403
