"""One address: why nothing goes to it, stopping and beginning again by hand, and the list of all that receive nothing."""

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from clients.models import Account
from firms.enums import FailedTaskKind, Verb
from firms.models import ActivityLine, FailedTask
from firms.services import raise_failed_task
from notifications.bounces import bounce_key
from notifications.enums import SuppressionReason
from notifications.models import Notice, Suppression
from notifications.verdicts import Reason
from tests.desk.conftest import DAY, NOW, SignIn
from tests.desk.reading import main_of, read
from tests.factories import AddressFactory, ContactFactory
from tests.mail import Mailbox
from tests.people import Lumiere, link
from tests.story import ask_signature, live

GONE = "550 5.1.1 No such user"
NADIA = "nadia@lefevre.example"


@pytest.fixture
def browser(lumiere: Lumiere, sign_in: SignIn) -> Client:
    return sign_in(lumiere.claire)


def url_of(people: Lumiere, act: str = "") -> str:
    return f"/contacts/{people.nadia.code}/addresses/{people.nadia_address.code}/{act}"


def bounced(people: Lumiere, mailbox: Mailbox) -> None:
    mailbox.refuse[NADIA] = GONE
    ask_signature(people, now=NOW)
    live(NOW)
    mailbox.refuse.clear()


def suppressed(people: Lumiere, reason: SuppressionReason) -> Suppression:
    return Suppression.objects.create(firm=people.firm, address=people.nadia_address, reason=reason, origin="reader", at=NOW)


def test_a_bounced_address_says_why_and_what_was_decided(lumiere: Lumiere, mailbox: Mailbox, browser: Client) -> None:
    bounced(lumiere, mailbox)
    page = main_of(browser.get(url_of(lumiere)))
    assert "Its mail server says that it does not exist. Who said so Answer of the mail server" in page.text
    assert f"In their words {GONE}" in page.text
    assert f"Bounced Request Lettre de mission 2027 Boulangerie Lefèvre SRL {GONE}" in page.text


def test_lifting_lets_the_next_reminder_go_and_settles_the_task(lumiere: Lumiere, mailbox: Mailbox, browser: Client) -> None:
    bounced(lumiere, mailbox)
    answer = browser.post(url_of(lumiere, "again/"), {"why": "Their server was down"}, follow=True)
    assert "E-mails go to nadia@lefevre.example again, from the next on." in read(answer).text
    assert not FailedTask.objects.filter(resolved_at=None).exists()
    live(NOW + 3 * DAY)
    assert mailbox.addresses == [NADIA]
    assert Notice.objects.get(number=1, email=NADIA).reason == Reason.NAMED
    assert ActivityLine.objects.get(verb=Verb.ADDRESS_WRITTEN_TO_AGAIN).detail == "Their server was down"
    stood = Suppression.objects.get()
    assert (stood.lifted_by, stood.lift_reason) == (lumiere.claire, "Their server was down")


@pytest.mark.parametrize("reason", [SuppressionReason.COMPLAINED, SuppressionReason.UNSUBSCRIBED])
def test_a_reader_s_no_is_asked_twice(lumiere: Lumiere, browser: Client, reason: SuppressionReason) -> None:
    suppressed(lumiere, reason)
    assert "The reader said no." in main_of(browser.get(url_of(lumiere))).text
    answer = browser.post(url_of(lumiere, "again/"), {"why": "We would like to"})
    assert answer.status_code == 422
    assert "Ask the reader first" in main_of(answer).text
    assert Suppression.objects.filter(lifted_at=None).exists()
    browser.post(url_of(lumiere, "again/"), {"why": "She rang us", "sure": "on"})
    assert not Suppression.objects.filter(lifted_at=None).exists()


def test_without_a_reason_nothing_is_lifted_or_stopped(lumiere: Lumiere, browser: Client) -> None:
    assert browser.post(url_of(lumiere, "stop/"), {"why": ""}).status_code == 422
    assert not Suppression.objects.exists()
    suppressed(lumiere, SuppressionReason.NO_SUCH_ADDRESS)
    assert browser.post(url_of(lumiere, "again/"), {"why": " "}).status_code == 422
    assert Suppression.objects.filter(lifted_at=None).exists()


def test_stopping_by_hand_can_be_taken_back(lumiere: Lumiere, mailbox: Mailbox, browser: Client) -> None:
    browser.post(url_of(lumiere, "stop/"), {"why": "Asked us by telephone"})
    stood = Suppression.objects.get()
    assert (stood.reason, stood.origin, stood.detail) == ("by_staff", "staff", "Asked us by telephone")
    ask_signature(lumiere, now=NOW)
    live(NOW)
    assert mailbox.addresses == []
    assert "It is as it was before." in read(browser.post(url_of(lumiere, "undo/"), follow=True)).text
    assert not Suppression.objects.filter(lifted_at=None).exists()


def test_lifting_can_be_taken_back(lumiere: Lumiere, browser: Client) -> None:
    suppressed(lumiere, SuppressionReason.NO_SUCH_ADDRESS)
    browser.post(url_of(lumiere, "again/"), {"why": "x"})
    browser.post(url_of(lumiere, "undo/"))
    stood = Suppression.objects.get()
    assert (stood.lifted_at, stood.lifted_by, stood.lift_reason) == (None, None, "")


def test_what_a_server_said_is_not_taken_back_with_a_click(lumiere: Lumiere, browser: Client) -> None:
    suppressed(lumiere, SuppressionReason.NO_SUCH_ADDRESS)
    assert "something else has happened since" in read(browser.post(url_of(lumiere, "undo/"), follow=True)).text
    assert Suppression.objects.filter(lifted_at=None).exists()


def test_whoever_may_not_change_all_of_the_person_s_accounts_may_look_only(lumiere: Lumiere, sign_in: SignIn) -> None:
    Account.objects.filter(pk=lumiere.tilleuls.pk).update(manager=lumiere.paulo)  # Nadia stands in the bakery too, which is not his
    browser = sign_in(lumiere.paulo)
    page = main_of(browser.get(url_of(lumiere)))
    assert "Stop writing to it" not in page.text
    assert browser.post(url_of(lumiere, "stop/"), {"why": "x"}).status_code == 403
    assert browser.get(f"/contacts/{lumiere.paul.code}/addresses/{lumiere.paul_address.code}/").status_code == 404


def test_the_log_of_an_address_shows_accounts_in_sight_alone(lumiere: Lumiere, mailbox: Mailbox, sign_in: SignIn) -> None:
    ask_signature(lumiere, title="Secret", now=NOW)
    ask_signature(lumiere, account=lumiere.tilleuls, title="Bail", now=NOW)
    Account.objects.filter(pk=lumiere.tilleuls.pk).update(manager=lumiere.paulo)
    text = main_of(sign_in(lumiere.paulo).get(url_of(lumiere))).text
    assert "Bail" in text
    assert "Secret" not in text


# --- The list ----------------------------------------------------------------------------------------------------------


def rows(browser: Client, query: str = "") -> list[list[str]]:
    return main_of(browser.get(f"/contacts/silent/{query}")).rows


def test_the_list_says_why_and_who_said_so(lumiere: Lumiere, mailbox: Mailbox, browser: Client) -> None:
    assert "Every address receives its e-mails" in main_of(browser.get("/contacts/silent/")).text
    bounced(lumiere, mailbox)
    assert rows(browser) == [
        [
            f"{NADIA} Nadia Lefèvre",
            f"Its mail server says that it does not exist. {GONE}",
            "Answer of the mail server",
            "Tue 3 Nov, 14:02",
        ]
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?q=nadia@", 1), ("?q=Lefèvre", 1), ("?q=paul@", 0), ("?q=%00", 1), ("?reason=complained", 1), ("?reason=by_staff", 0),
        ("?origin=reader", 1), ("?origin=smtp", 0), ("?reason=nonsense", 1), ("?view=lifted", 0), ("?view=nonsense", 1),
    ],
)  # fmt: skip
def test_the_list_is_narrowed(lumiere: Lumiere, browser: Client, query: str, found: int) -> None:
    suppressed(lumiere, SuppressionReason.COMPLAINED)
    assert len(rows(browser, query)) == found


def test_lifted_ones_stand_apart_with_who_lifted_them(lumiere: Lumiere, browser: Client) -> None:
    suppressed(lumiere, SuppressionReason.NO_SUCH_ADDRESS)
    browser.post(url_of(lumiere, "again/"), {"why": "Server was down"})
    assert rows(browser) == []
    assert rows(browser, "?view=lifted")[0][3] == "Tue 3 Nov, 14:02 Claire Moreau: Server was down"


def test_an_employee_sees_those_of_the_people_in_sight(lumiere: Lumiere, sign_in: SignIn) -> None:
    suppressed(lumiere, SuppressionReason.COMPLAINED)
    assert rows(sign_in(lumiere.paulo)) == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_as_much_for_three_as_for_one(
    lumiere: Lumiere, browser: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        address = AddressFactory(firm=lumiere.firm, contact=ContactFactory(firm=lumiere.firm), email=f"n{number}@x.example")
        link(lumiere.bakery, address)
        Suppression.objects.create(firm=lumiere.firm, address=address, reason="complained", origin="reader", at=NOW)
    with django_assert_num_queries(8):
        assert len(rows(browser)) == count


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_as_much_for_three_as_for_one(
    lumiere: Lumiere, browser: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    suppressed(lumiere, SuppressionReason.NO_SUCH_ADDRESS)
    for number in range(count):
        ask_signature(lumiere, title=f"Lettre {number}", now=NOW + timedelta(minutes=number))
    with django_assert_num_queries(15):
        browser.get(url_of(lumiere))


def test_a_task_of_another_address_stays(lumiere: Lumiere, browser: Client) -> None:
    raise_failed_task(firm=lumiere.firm, kind=FailedTaskKind.BOUNCED, key=bounce_key(lumiere.paul_address.pk), subject="paul", now=NOW)
    suppressed(lumiere, SuppressionReason.NO_SUCH_ADDRESS)
    browser.post(url_of(lumiere, "again/"), {"why": "x"})
    assert FailedTask.objects.filter(resolved_at=None).count() == 1
