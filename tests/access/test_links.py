"""The e-mailed link: it opens one item for one address, changes nothing, and dies with the address."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from access.links import KEPT_AT_MOST
from actions.models import Action
from clients.models import AccountAddress, Address, Contact
from firms.actors import Actor
from notifications.enums import SuppressionReason
from notifications.services import suppress_address
from reminders.services import withdraw
from tenancy.context import firm_context
from tests.factories import START
from tests.people import Lumiere, Peeters
from tests.signing import asked, follow_link, link_path, signed_in

Firms = tuple[Lumiere, Peeters]
POLITE = "This page cannot be opened"


def item(client: Client, action: Action) -> Any:
    return client.get(f"/a/{action.code}/")


@pytest.mark.rule("A11")
def test_link_opens_its_item_in_its_account(client: Client, two_firms: Firms) -> None:
    lumiere, _ = two_firms
    action = asked(lumiere)
    asked(lumiere, account=lumiere.tilleuls, title="Bail commercial")
    page = client.get(link_path(action, lumiere.nadia_address), follow=True)
    assert page.redirect_chain == [(f"/a/{action.code}/", 302)]
    assert (page.context["visitor"].name, page.context["visitor"].account) == ("Nadia Lefèvre", "Boulangerie Lefèvre SRL")
    assert "SCI des Tilleuls" not in page.content.decode()


@pytest.mark.rule("A11")
def test_link_of_one_item_opens_no_other(client: Client, two_firms: Firms) -> None:
    lumiere, _ = two_firms
    follow_link(client, asked(lumiere), lumiere.nadia_address)
    other = asked(lumiere, title="Bail")
    assert item(client, other).status_code == 404


def test_each_link_acts_for_its_own_addressee(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    action = asked(lumiere, signers=[lumiere.nadia, lumiere.paul])
    for address, name in [(lumiere.nadia_address, "Nadia Lefèvre"), (lumiere.paul_address, "Paul Lefèvre")]:
        assert item(follow_link(Client(), action, address), action).context["visitor"].name == name


def test_who_came_by_a_link_signs_in_at_the_firm_s_own_page(client: Client, two_firms: Firms) -> None:
    lumiere, _ = two_firms
    follow_link(client, asked(lumiere), lumiere.nadia_address)
    page = client.get("/portal/", follow=True)
    assert page.redirect_chain == [(f"/c/{lumiere.firm.code}/?next=/portal/", 302)]
    assert "Relance" not in page.content.decode()


def test_link_of_another_firm_leaves_staff_their_own_sign_in(two_firms: Firms) -> None:
    lumiere, peeters = two_firms
    browser = signed_in(peeters.wim)
    follow_link(browser, asked(lumiere), lumiere.nadia_address)
    assert "sign_in_firm" not in browser.session


def test_link_and_item_are_kept_by_nobody_on_the_way(client: Client, two_firms: Firms) -> None:
    lumiere, _ = two_firms
    action = asked(lumiere)
    followed = client.get(link_path(action, lumiere.nadia_address))
    opened = item(client, action)
    assert (followed["Referrer-Policy"], followed["Cache-Control"]) == ("no-referrer", "no-store")
    assert (opened["Referrer-Policy"], opened["Cache-Control"]) == ("same-origin", "no-store")


HOSTILE = {
    "empty": lambda token: "/l/",
    "without a slash": lambda token: "/l",
    "blank": lambda token: "/l/%20/",
    "no-break space": lambda token: "/l/%C2%A0/",
    "NUL": lambda token: "/l/%00/",
    "ends in NUL": lambda token: f"/l/{token}%00/",
    "line feed": lambda token: f"/l/{token}%0A/",
    "upper case": lambda token: f"/l/{token.upper()}/",
    "mixed case": lambda token: f"/l/{token.title()}/",
    "cut": lambda token: f"/l/{token[:-1]}/",
    "longer": lambda token: f"/l/{token}a/",
    "very long": lambda token: f"/l/{'a' * 5000}/",
    "deeper": lambda token: f"/l/{token}/more/",
    "other alphabet": lambda token: f"/l/{token[:-1]}é/",
    "not UTF-8": lambda token: f"/l/{token[:-1]}%FF/",
    "nobody's": lambda token: "/l/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/",
    "SQL": lambda token: "/l/'%20OR%20true--/",
}


@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE)
def test_hostile_tokens_get_one_polite_page(
    client: Client, two_firms: Firms, make: Callable[[str], str], caplog: pytest.LogCaptureFixture
) -> None:
    lumiere, _ = two_firms
    token = link_path(asked(lumiere), lumiere.nadia_address).split("/")[2]
    answer = client.get(make(token), HTTP_ACCEPT_LANGUAGE="en")
    known = client.get("/l/bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb/", HTTP_ACCEPT_LANGUAGE="en")
    assert (answer.status_code, answer.templates[0].name) == (404, "access/no_entry.html")
    assert heart_of(answer) == heart_of(known)
    assert "item_links" not in client.session
    assert token[:20] not in caplog.text.lower()


def heart_of(page: Any) -> str:
    """The page without what differs from one request to the next: nonce, token, its own address."""
    text = page.content.decode()
    return text[text.index("<h1") : text.index("<footer")]  # type: ignore[no-any-return]


def test_link_without_its_last_slash_still_opens(client: Client, two_firms: Firms) -> None:
    lumiere, _ = two_firms
    action = asked(lumiere)
    assert client.get(link_path(action, lumiere.nadia_address).removesuffix("/"))["Location"] == f"/a/{action.code}/"


def unlink(address: Address, **_: Any) -> None:
    AccountAddress.objects.filter(address=address).delete()


def switch_off(address: Address, **_: Any) -> None:
    AccountAddress.objects.filter(address=address).update(notify=False, login=False)


def suppress(address: Address, lumiere: Lumiere, **_: Any) -> None:
    by = Actor.staff(lumiere.claire)
    suppress_address(firm=lumiere.firm, address_id=address.pk, reason=SuppressionReason.BY_STAFF, detail="", by=by, now=START)


def change_email(address: Address, **_: Any) -> None:
    address.email = "nadia@new.example"
    address.save()


def archive(lumiere: Lumiere, **_: Any) -> None:
    Contact.objects.filter(pk=lumiere.nadia.pk).update(archived_at=START)


@pytest.mark.parametrize("kill", [unlink, switch_off, suppress, change_email, archive])
def test_link_dies_with_its_address_even_in_an_open_browser(client: Client, two_firms: Firms, kill: Callable[..., None]) -> None:
    lumiere, _ = two_firms
    action = asked(lumiere)
    follow_link(client, action, lumiere.nadia_address)
    assert item(client, action).status_code == 200
    with firm_context(lumiere.firm.pk):
        kill(address=Address.objects.get(pk=lumiere.nadia_address.pk), lumiere=lumiere)
    dead = item(client, action)
    assert (dead.status_code, dead.templates[0].name) == (404, "access/no_entry.html")
    assert client.get(f"/a/{action.code}/document.pdf").status_code == 404


def test_bounced_address_keeps_its_link(client: Client, two_firms: Firms) -> None:
    lumiere, _ = two_firms
    action = asked(lumiere)
    with firm_context(lumiere.firm.pk):
        suppress_address(
            firm=lumiere.firm, address_id=lumiere.nadia_address.pk, reason=SuppressionReason.NO_SUCH_ADDRESS, detail="550",
            by=Actor.system(), now=START,
        )  # fmt: skip
    assert item(follow_link(client, action, lumiere.nadia_address), action).status_code == 200


def test_link_reads_for_thirty_days_after_closing(client: Client, two_firms: Firms, clock: time_machine.Traveller) -> None:
    lumiere, _ = two_firms
    action = asked(lumiere)
    follow_link(client, action, lumiere.nadia_address)
    with firm_context(lumiere.firm.pk):
        withdraw(action=action, by=Actor.staff(lumiere.claire), now=START)
    assert item(client, action).context["stage"] == "withdrawn"
    clock.move_to(START + timedelta(days=30))
    client.cookies.clear()
    assert item(follow_link(client, action, lumiere.nadia_address), action).status_code == 200
    clock.move_to(START + timedelta(days=30, seconds=1))
    assert item(client, action).status_code == 404


def test_item_without_a_link_or_sign_in_is_not_there(client: Client, two_firms: Firms) -> None:
    action = asked(two_firms[0])
    assert item(client, action).status_code == 404


@pytest.mark.parametrize("who", ["wim", "claire"])
def test_link_leads_to_its_own_firm_whoever_is_signed_in(two_firms: Firms, who: str) -> None:
    lumiere, peeters = two_firms
    action = asked(lumiere)
    client = signed_in(peeters.wim if who == "wim" else lumiere.claire)
    page = item(follow_link(client, action, lumiere.nadia_address), action)
    assert (page.status_code, page.context["visitor"].name) == (200, "Nadia Lefèvre")
    shown = page.content.decode()
    assert "Wim Peeters" not in shown
    assert "account_logout" not in shown
    assert "Relance" not in shown
    assert client.get("/").status_code == 200  # their own desk is as it was


def test_item_of_another_firm_is_not_there_for_its_staff(two_firms: Firms) -> None:
    lumiere, peeters = two_firms
    action = asked(lumiere)
    assert item(signed_in(peeters.wim), action).status_code == 404


@pytest.mark.parametrize("method", ["get", "head"])
def test_following_and_reading_change_nothing(client: Client, two_firms: Firms, method: str) -> None:
    lumiere, _ = two_firms
    action = asked(lumiere)
    paths = [link_path(action, lumiere.nadia_address), *(f"/a/{action.code}/{part}" for part in PARTS)]
    with CaptureQueriesContext(connection) as queries:
        for path in paths:
            assert getattr(client, method)(path).status_code in (200, 302, 404, 405)
    writes = [query["sql"] for query in queries if query["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE")]
    assert [sql for sql in writes if "django_session" not in sql] == []


PARTS = ["", "sign/", "code/", "code/again/", "decline/", "document.pdf", "pages/1.png"]


def test_browser_remembers_a_limited_number_of_links(client: Client, two_firms: Firms) -> None:
    lumiere, _ = two_firms
    actions = [asked(lumiere, title=f"Document {number}") for number in range(KEPT_AT_MOST + 2)]
    for action in actions:
        follow_link(client, action, lumiere.nadia_address)
    assert list(client.session["item_links"]) == [action.code for action in actions[2:]]
