"""Why somebody was told or not, of an account and of a person: a sentence for each decision, and the way to the setting."""

import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from clients.addresses import change_switches
from clients.models import Account
from firms.actors import Actor
from notifications.models import Notice
from notifications.verdicts import Reason, Verdict
from tests.desk.conftest import DAY, NOW, SignIn
from tests.desk.reading import main_of
from tests.mail import Mailbox
from tests.people import Lumiere
from tests.story import ask_signature, live


@pytest.fixture
def browser(lumiere: Lumiere, sign_in: SignIn) -> Client:
    return sign_in(lumiere.claire)


def account_log(browser: Client, people: Lumiere, query: str = "") -> str:
    return main_of(browser.get(f"/accounts/{people.bakery.code}/emails/{query}")).text


def titles(text: str) -> list[str]:
    return re.findall(r"Lettre \d+", text)


@pytest.mark.rule("X01")
def test_each_decision_has_its_sentence_and_the_way_to_its_setting(lumiere: Lumiere, mailbox: Mailbox, browser: Client) -> None:
    by = Actor.staff(lumiere.claire)
    change_switches(account=lumiere.bakery, address=lumiere.paul_address, by=by, now=NOW, notify=False)
    ask_signature(lumiere, signers=[lumiere.nadia, lumiere.paul], now=NOW)
    live(NOW)
    page = browser.get(f"/accounts/{lumiere.bakery.code}/emails/")
    assert (
        "Sent Request Lettre de mission 2027 Nadia Lefèvre · nadia@lefevre.example Named in the request, and NOTIFY is on."
        in main_of(page).text
    )
    assert (
        "Skipped Request Lettre de mission 2027 Paul Lefèvre · paul@lefevre.example Not sent: NOTIFY is off for this address."
        in main_of(page).text
    )
    assert f'href="/accounts/{lumiere.bakery.code}/">Boulangerie Lefèvre SRL</a>' in page.content.decode()


def test_a_suppressed_address_leads_to_its_page(lumiere: Lumiere, mailbox: Mailbox, browser: Client) -> None:
    mailbox.refuse["nadia@lefevre.example"] = "550 5.1.1 Gone"
    ask_signature(lumiere, now=NOW)
    live(NOW)
    live(NOW + 3 * DAY)
    page = browser.get(f"/contacts/{lumiere.nadia.code}/emails/").content.decode()
    assert page.count(f'class="inline-link" href="/contacts/{lumiere.nadia.code}/addresses/{lumiere.nadia_address.code}/"') == 2


@pytest.mark.parametrize(
    ("query", "found"),
    [("", 3), ("?verdict=sent", 1), ("?verdict=waiting", 1), ("?verdict=skipped", 1), ("?verdict=failed", 0), ("?verdict=x", 3)],
)
def test_the_log_is_narrowed(lumiere: Lumiere, mailbox: Mailbox, browser: Client, query: str, found: int) -> None:
    ask_signature(lumiere, title="Lettre 1", now=NOW)
    live(NOW)
    ask_signature(lumiere, title="Lettre 2", now=NOW)
    ask_signature(lumiere, title="Lettre 3", now=NOW)
    skipped = {"verdict": Verdict.SKIP, "reason": Reason.NOTIFY_OFF, "not_before": None}
    Notice.objects.filter(action__title="Lettre 3").update(**skipped)
    Notice.objects.exclude(email="nadia@lefevre.example").delete()
    assert len(titles(account_log(browser, lumiere, query))) == found


def test_pages_go_on_after_the_last_line_whatever_comes_meanwhile(
    lumiere: Lumiere, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desk.why_log.PER_PAGE", 2)
    for number in range(5):  # in the same instant: the order is theirs all the same
        ask_signature(lumiere, title=f"Lettre {number}", now=NOW)
    Notice.objects.exclude(email="nadia@lefevre.example").delete()
    seen, url = list[str](), f"/accounts/{lumiere.bakery.code}/emails/"
    while url:
        answer = browser.get(url)
        seen += titles(main_of(answer).text)
        older = re.search(r'rel="next" href="([^"]*)#why"', answer.content.decode())
        url = f"/accounts/{lumiere.bakery.code}/emails/{older[1].replace('&amp;', '&')}" if older else ""
        ask_signature(lumiere, title="Nouvelle", now=NOW + DAY)
    assert seen == [f"Lettre {number}" for number in (4, 3, 2, 1, 0)]


def test_a_log_of_a_person_keeps_to_accounts_in_sight(lumiere: Lumiere, sign_in: SignIn) -> None:
    ask_signature(lumiere, title="Secret", now=NOW)
    ask_signature(lumiere, account=lumiere.tilleuls, title="Bail", now=NOW)
    Account.objects.filter(pk=lumiere.tilleuls.pk).update(manager=lumiere.paulo)
    text = main_of(sign_in(lumiere.paulo).get(f"/contacts/{lumiere.nadia.code}/emails/")).text
    assert ("Bail" in text, "Secret" in text) == (True, False)


def test_an_empty_log_says_so(lumiere: Lumiere, browser: Client) -> None:
    assert "no e-mail was wanted" in account_log(browser, lumiere)
    assert "No e-mail of this kind." in account_log(browser, lumiere, "?verdict=failed")


@pytest.mark.parametrize(("page", "queries"), [("accounts", 8), ("contacts", 9)])
@pytest.mark.parametrize("count", [1, 3])
def test_the_log_asks_as_much_for_three_as_for_one(
    lumiere: Lumiere, browser: Client, page: str, queries: int, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        ask_signature(lumiere, title=f"Lettre {number}", now=NOW)
    code = lumiere.bakery.code if page == "accounts" else lumiere.nadia.code
    with django_assert_num_queries(queries):
        browser.get(f"/{page}/{code}/emails/")
