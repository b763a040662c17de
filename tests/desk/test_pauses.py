"""Pausing from the pages of firm, account, contact and request, and ending it (X16)."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from actions.models import Action
from clients.models import AccountContact
from firms.actors import Actor
from firms.enums import Right
from firms.models import ActivityLine, Staff
from reminders.paused import OF, Target
from reminders.pausing import pause
from reminders.rules import Schedule
from tests.desk.conftest import DAY, NOW, TODAY, SignIn
from tests.desk.reading import card, main_of, read
from tests.factories import START
from tests.mail import Mailbox
from tests.people import Lumiere
from tests.signing import asked
from tests.story import live

UNTIL = date(2026, 11, 20)
WORDS = {"until": "2026-11-20", "reason": "Congé"}


@pytest.fixture
def action(lumiere: Lumiere) -> Action:
    return asked(lumiere, schedule=Schedule(on=True, at_most=2))


@pytest.fixture
def browser(lumiere: Lumiere, sign_in: SignIn) -> Client:
    return sign_in(lumiere.claire)


TARGETS: dict[str, Callable[[Lumiere, Action], Target]] = {
    "firm": lambda lumiere, action: lumiere.firm,
    "account": lambda lumiere, action: lumiere.bakery,
    "contact": lambda lumiere, action: lumiere.nadia,
    "request": lambda lumiere, action: action,
}
PAGES = {"firm": "/settings/reminders/", "account": "/accounts/{code}/", "contact": "/contacts/{code}/", "request": "/requests/{code}/"}


def url(target: Target, end: str = "") -> str:
    return f"/reminders/pauses/{OF[type(target)]}/{target.code}/{end}"


def paused_until(target: Target) -> date | None:
    target.refresh_from_db()
    return target.paused_until


def is_on(lumiere: Lumiere, target: Target) -> None:
    pause(target=target, until=UNTIL, reason="Congé", by=Actor.staff(lumiere.emma), now=NOW)


@pytest.mark.rule("X16")
@pytest.mark.parametrize("of", TARGETS)
def test_its_page_says_since_when_until_when_by_whom_and_why(lumiere: Lumiere, action: Action, browser: Client, of: str) -> None:
    target = TARGETS[of](lumiere, action)
    answer = browser.post(url(target), WORDS)
    assert (answer.status_code, answer.headers["Location"]) == (302, PAGES[of].format(code=target.code))
    assert paused_until(target) == UNTIL
    page = read(browser.get(answer.headers["Location"])).text
    for said in ("Reminders are paused", "Since Tue 3 Nov", "by Claire Moreau", "Fri 20 Nov", "Congé"):
        assert said in page
    if of != "request":
        assert "1 request waits." in page


@pytest.mark.rule("X16")
@pytest.mark.parametrize("of", TARGETS)
def test_ending_it_asks_where_reminders_would_go_within_a_week(lumiere: Lumiere, action: Action, browser: Client, of: str) -> None:
    target = TARGETS[of](lumiere, action)
    is_on(lumiere, target)
    page = main_of(browser.post(url(target, "end/")))
    assert "up to 1 reminder goes out within 7 days" in page.text
    assert paused_until(target) == UNTIL
    (form,) = page.find_all("form", action=url(target, "end/"))
    body = {field.attrs["name"]: field.attrs.get("value", "") for field in form.find_all("input")}
    assert browser.post(url(target, "end/"), body).status_code == 302
    assert paused_until(target) == TODAY


@pytest.mark.rule("X16")
def test_ending_it_asks_nothing_where_nothing_would_go(lumiere: Lumiere, browser: Client) -> None:
    is_on(lumiere, lumiere.tilleuls)
    assert browser.post(url(lumiere.tilleuls, "end/")).status_code == 302
    assert paused_until(lumiere.tilleuls) == TODAY


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"until": "2026-11-03", "reason": "x"}, "Choose a day after today."),
        ({"until": "2030-01-01", "reason": "x"}, "Choose a day within two years."),
        ({"until": "", "reason": "x"}, "This field is required."),
        ({"until": "2026-11-20", "reason": " "}, "This field is required."),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(lumiere: Lumiere, browser: Client, words: dict[str, str], said: str) -> None:
    answer = browser.post(url(lumiere.bakery), words)
    assert said in read(answer).text
    assert paused_until(lumiere.bakery) is None


def test_one_that_is_on_is_changed_on_the_same_page(lumiere: Lumiere, browser: Client) -> None:
    is_on(lumiere, lumiere.bakery)
    page = main_of(browser.get(url(lumiere.bakery)))
    (until,), (reason,) = page.find_all("input", name="until"), page.find_all("input", name="reason")
    assert (until.attrs["value"], reason.attrs["value"]) == ("2026-11-20", "Congé")
    browser.post(url(lumiere.bakery), {"until": "2026-12-01", "reason": "Congé"})
    assert paused_until(lumiere.bakery) == date(2026, 12, 1)


@pytest.mark.rule("X16")
def test_the_request_says_that_its_account_is_paused_and_the_resend_dialog_that_it_goes_all_the_same(
    lumiere: Lumiere, action: Action, browser: Client
) -> None:
    assert "What you send here goes out all the same" not in read(browser.get(f"/requests/{action.code}/")).text
    is_on(lumiere, lumiere.bakery)
    page = read(browser.get(f"/requests/{action.code}/")).text
    assert "All reminders of Boulangerie Lefèvre SRL are paused until Fri 20 Nov, by Emma Girard." in page
    assert "What you send here goes out all the same" in page


def test_a_request_that_was_closed_meanwhile_is_not_paused(lumiere: Lumiere, action: Action, browser: Client) -> None:
    Action.objects.filter(pk=action.pk).update(state="withdrawn", closed_at=NOW, next_reminder_at=None)
    assert "was closed in the meantime" in read(browser.post(url(action), WORDS, follow=True)).text


# --- Who may -------------------------------------------------------------------------------------------------------------

# Owner, admin, an employee with both rights and sight of all, the account's manager without rights, one who sees all, one who does not.
WHO = ("claire", "amir", "emma", "manager", "onlooker", "paulo")
MAY = {
    "firm": (302, 302, 403, 403, 403, 403),
    "account": (302, 302, 302, 302, 403, 404),
    "contact": (302, 302, 302, 302, 403, 404),
    "request": (302, 302, 302, 302, 403, 404),
}


def somebody(lumiere: Lumiere, who: str) -> Staff:
    if who == "manager":
        for account in (lumiere.bakery, lumiere.tilleuls):
            account.manager = lumiere.paulo
            account.save()
    if who == "onlooker":
        lumiere.paulo.rights = [Right.SEE_ALL_ACCOUNTS]
        lumiere.paulo.save()
    return {"manager": lumiere.paulo, "onlooker": lumiere.paulo}.get(who) or getattr(lumiere, who)


@pytest.mark.rule("X16")
@pytest.mark.parametrize("of", TARGETS)
@pytest.mark.parametrize("who", WHO)
def test_who_may_pause(lumiere: Lumiere, action: Action, sign_in: SignIn, who: str, of: str) -> None:
    browser, target = sign_in(somebody(lumiere, who)), TARGETS[of](lumiere, action)
    wanted = MAY[of][WHO.index(who)]
    assert browser.post(url(target), WORDS).status_code == wanted
    assert paused_until(target) == (UNTIL if wanted == 302 else None)
    is_on(lumiere, target)
    assert browser.post(url(target, "end/"), {"yes": "on"}).status_code == wanted
    assert paused_until(target) == (TODAY if wanted == 302 else UNTIL)


def test_a_person_who_stands_elsewhere_too_is_paused_by_whoever_may_change_each_of_their_accounts(
    lumiere: Lumiere, sign_in: SignIn
) -> None:
    lumiere.bakery.manager = lumiere.paulo
    lumiere.bakery.save()
    assert AccountContact.objects.filter(contact=lumiere.nadia).count() == 2
    browser = sign_in(lumiere.paulo)
    assert browser.post(url(lumiere.nadia), WORDS).status_code == 403
    assert browser.post(url(lumiere.paul), WORDS).status_code == 302


@pytest.mark.parametrize("path", ["/reminders/pauses/firms/nobody/", "/reminders/pauses/staff/x/", "/reminders/pauses/accounts/x/"])
def test_what_does_not_exist_is_404(lumiere: Lumiere, browser: Client, path: str) -> None:
    assert browser.get(path).status_code == 404


@pytest.mark.rule("X16")
def test_the_start_page_says_so_to_everybody_and_lets_the_owner_end_it(
    lumiere: Lumiere, mailbox: Mailbox, action: Action, sign_in: SignIn
) -> None:
    live(START)
    pause(target=lumiere.firm, until=UNTIL, reason="Déménagement", by=Actor.staff(lumiere.claire), now=NOW - DAY)
    for staff, buttons in ((lumiere.claire, 1), (lumiere.emma, 0)):
        page = main_of(sign_in(staff).get("/"))
        assert "Déménagement" in page.text
        assert len([button for button in page.find_all("button") if button.text == "End the pause"]) == buttons


@pytest.mark.rule("X16")
@pytest.mark.parametrize("of", ["firm", "account", "request"])
def test_what_is_paused_is_not_said_to_go_out_this_week(lumiere: Lumiere, action: Action, browser: Client, of: str) -> None:
    assert "1 reminder is planned" in card(browser.get("/"), "next7").text
    is_on(lumiere, TARGETS[of](lumiere, action))
    assert "1 reminder is planned" not in card(browser.get("/"), "next7").text


@pytest.mark.rule("X16")
@pytest.mark.parametrize("of", TARGETS)
def test_only_requests_of_which_somebody_would_be_reminded_are_counted(lumiere: Lumiere, action: Action, browser: Client, of: str) -> None:
    """Nobody of the other account has NOTIFY; of a person's the ones that would reach them."""
    asked(lumiere, account=lumiere.tilleuls, schedule=Schedule(on=True))
    lumiere.nadia_at_tilleuls.notify = False
    lumiere.nadia_at_tilleuls.save()
    asked(lumiere, signers=[lumiere.paul], schedule=Schedule(on=True))
    counted = {"firm": 2, "account": 2, "contact": 1, "request": 1}[of]
    assert f"Requests of which somebody is to be reminded: {counted}" in read(browser.get(url(TARGETS[of](lumiere, action)))).text


@pytest.mark.rule("X16")
@pytest.mark.parametrize(("of", "named"), [("account", "Boulangerie Lefèvre SRL"), ("request", "“Lettre de mission 2027”")])
def test_a_title_stands_in_quotes_and_a_name_does_not(lumiere: Lumiere, action: Action, browser: Client, of: str, named: str) -> None:
    target = TARGETS[of](lumiere, action)
    assert f"Pause the reminders of {named}" in read(browser.get(url(target))).text
    assert f"The reminders of {named} are paused." in read(browser.post(url(target), WORDS, follow=True)).text
    assert f"Change the pause of {named}" in read(browser.get(url(target))).text
    assert f"End the pause of {named}?" in read(browser.post(url(target, "end/"))).text
    assert f"The reminders of {named} go on." in read(browser.post(url(target, "end/"), {"yes": "on"}, follow=True)).text
    lines = [line.sentence.partition(":")[0] for line in ActivityLine.objects.filter(verb__startswith="reminders_").order_by("pk")]
    assert lines == [f"paused the reminders of {named}", f"ended the pause of {named}"]


@pytest.mark.rule("X16")
def test_in_french_it_stands_in_guillemets(lumiere: Lumiere, action: Action, browser: Client) -> None:
    browser.cookies["django_language"] = "fr"
    said = read(browser.post(url(action), WORDS, follow=True)).text
    assert "Les rappels de « Lettre de mission 2027 » sont suspendus." in said
