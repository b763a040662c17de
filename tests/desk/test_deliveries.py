"""How far the last e-mail to somebody has come, beside the address on the pages of contact, account and request (X10)."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from clients.models import Account
from firms.models import Firm
from notifications.deliveries import REACHED, Reached, how_far, last_deliveries
from notifications.enums import Outcome
from notifications.models import Message, Visit
from tenancy.context import firm_context
from tests.desk.conftest import NOW, SignIn
from tests.desk.reading import main_of
from tests.mail import Mailbox
from tests.people import Lumiere
from tests.signing import asked, follow_link, link_path, sign_through
from tests.story import ask_signature, live


@pytest.fixture
def browser(lumiere: Lumiere, sign_in: SignIn) -> Client:
    return sign_in(lumiere.claire)


@pytest.mark.parametrize(
    ("outcome", "word"),
    [
        (Outcome.SENT, "Sent"),
        (Outcome.UNCONFIRMED, "Sent"),
        (Outcome.DELIVERED, "Delivered"),
        (Outcome.BOUNCED, "Bounced"),
        (Outcome.COMPLAINED, "Complained"),
        (Outcome.FAILED, "Failed"),
    ],
)
@pytest.mark.rule("X10")
def test_each_page_says_how_far_the_last_e_mail_has_come(
    lumiere: Lumiere, mailbox: Mailbox, browser: Client, outcome: Outcome, word: str
) -> None:
    action = asked(lumiere, now=NOW)
    live(NOW)
    Message.objects.update(outcome=outcome)
    contact, account = main_of(browser.get(f"/contacts/{lumiere.nadia.code}/")), main_of(browser.get(f"/accounts/{lumiere.bakery.code}/"))
    request = main_of(browser.get(f"/requests/{action.code}/"))
    assert f"Last e-mail: {word}, Tue 3 Nov, 14:02" in contact.text
    assert f"Last e-mail: {word}, Tue 3 Nov, 14:02" in account.text
    assert f"Who was told nadia@lefevre.example Nadia Lefèvre · Tue 3 Nov, 14:02 {word}" in request.text


def test_opening_the_link_and_acting_are_seen(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action = asked(lumiere, now=NOW)
    live(NOW)
    client = follow_link(Client(), action, lumiere.nadia_address)
    for _ in range(2):
        assert touch(client, action.code) == 204
        assert reached(lumiere) == Reached.OPENED
    with firm_context(lumiere.firm.pk):
        assert Visit.objects.count() == 1
    sign_through(client, action)
    assert reached(lumiere) == Reached.ACTED


def reached(people: Lumiere) -> Reached:
    with firm_context(people.firm.pk):
        return last_deliveries(people.firm, [people.nadia_address.pk])[people.nadia_address.pk].reached


def touch(client: Client, code: str, seen: str | None = None) -> int:
    """As the script of the page does, once somebody moves the mouse."""
    return client.post(f"/a/{code}/opened/", {"seen": code[::-1] if seen is None else seen}).status_code


def test_a_scanner_that_follows_the_link_and_posts_what_it_finds_opens_nothing(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action = asked(lumiere, now=NOW)
    live(NOW)
    Client().head(link_path(action, lumiere.nadia_address))
    scanner = follow_link(Client(), action, lumiere.nadia_address)
    page = scanner.get(f"/a/{action.code}/").content.decode()
    assert f'data-url="/a/{action.code}/opened/" data-code="{action.code}"' in page
    assert [touch(scanner, action.code, seen) for seen in ("", action.code)] == [204, 204]
    assert (scanner.get(f"/a/{action.code}/opened/").status_code, reached(lumiere)) == (405, Reached.SENT)


def test_whoever_has_followed_no_link_says_nothing(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action, other = asked(lumiere, now=NOW), ask_signature(lumiere, title="Other", now=NOW)
    live(NOW)
    assert [touch(Client(), action.code), touch(follow_link(Client(), action, lumiere.nadia_address), other.code)] == [404, 404]
    assert reached(lumiere) == Reached.SENT


def test_who_sees_one_account_is_told_of_its_e_mails_alone(lumiere: Lumiere, mailbox: Mailbox, sign_in: SignIn) -> None:
    ask_signature(lumiere, account=lumiere.tilleuls, title="Bail", now=NOW)
    live(NOW)
    Message.objects.update(outcome=Outcome.DELIVERED)
    ask_signature(lumiere, title="Secret", now=NOW)
    live(NOW)
    Account.objects.filter(pk=lumiere.tilleuls.pk).update(manager=lumiere.paulo)
    assert "Last e-mail: Delivered" in main_of(sign_in(lumiere.paulo).get(f"/contacts/{lumiere.nadia.code}/")).text


@pytest.mark.parametrize("outcome", Outcome)
def test_what_failed_stays_so_whatever_was_opened(outcome: Outcome) -> None:
    found = how_far(outcome, opened=True, acted=True)
    assert found == (Reached.ACTED if REACHED[outcome] in (Reached.SENT, Reached.DELIVERED) else REACHED[outcome])


@pytest.mark.parametrize("count", [1, 3])
def test_one_query_for_many(lumiere: Lumiere, mailbox: Mailbox, count: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for number in range(count):
        ask_signature(lumiere, signers=[lumiere.nadia, lumiere.paul], title=f"Lettre {number}", now=NOW)
    live(NOW)
    firm = Firm.objects.get(pk=lumiere.firm.pk)
    with django_assert_num_queries(1):
        assert len(last_deliveries(firm, [lumiere.nadia_address.pk, lumiere.paul_address.pk])) == 2
