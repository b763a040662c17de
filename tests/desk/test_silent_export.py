"""The addresses that receive nothing as a file: what the list shows, as text that no spreadsheet runs."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from clients.models import Account, Address, Contact
from desk import silent_export
from firms.enums import Verb
from firms.models import ActivityLine
from notifications.models import Suppression
from tests.desk.conftest import NOW, SignIn
from tests.desk.reading import main_of
from tests.desk.test_activity_export import READ, csv_of
from tests.factories import AddressFactory, ContactFactory
from tests.people import Lumiere, link

HEADINGS = ["E-mail", "Contact", "Why", "Who said so", "Answer", "Since", "Lifted", "Lifted by", "Reason"]
NO_MORE = "Its reader has asked for no more e-mails."
GONE = "Its mail server says that it does not exist."


def suppress(address: Address, reason: str = "complained", origin: str = "reader", *, at: datetime = NOW, detail: str = "") -> None:
    Suppression.objects.create(firm=address.firm, address=address, reason=reason, origin=origin, detail=detail, at=at)


@pytest.fixture
def browser(lumiere: Lumiere, sign_in: SignIn) -> Client:
    suppress(lumiere.nadia_address, "unsubscribed", "reader", at=NOW)
    suppress(lumiere.paul_address, "no_such_address", "smtp", at=NOW - timedelta(days=1), detail="550 5.1.1")
    return sign_in(lumiere.claire)


def export(browser: Client, query: str = "", file_format: str = "csv") -> Any:
    return browser.post(f"/contacts/silent/export/{query}", {"format": file_format})


@pytest.mark.rule("X10")
@pytest.mark.parametrize("file_format", READ)
def test_a_file_says_of_each_address_why_and_who_said_so(lumiere: Lumiere, browser: Client, file_format: str) -> None:
    heading, *rows = READ[file_format](export(browser, file_format=file_format))
    assert heading == HEADINGS
    assert rows == [
        ["nadia@lefevre.example", "Nadia Lefèvre", NO_MORE, "The reader", "", "2026-11-03", "", "", ""],
        ["paul@lefevre.example", "Paul Lefèvre", GONE, "Answer of the mail server", "550 5.1.1", "2026-11-02", "", "", ""],
    ]


def test_one_act_has_one_verb_in_french() -> None:
    with translation.override("fr"):
        assert silent_export.headings()[6:8] == ("Levée", "Levée par")


def test_a_file_holds_what_view_filters_and_search_leave(lumiere: Lumiere, browser: Client) -> None:
    assert [row[0] for row in csv_of(export(browser, "?origin=smtp&page=3"))[1:]] == ["paul@lefevre.example"]
    assert [row[0] for row in csv_of(export(browser, "?q=nadia"))[1:]] == ["nadia@lefevre.example"]
    Suppression.objects.filter(address=lumiere.paul_address).update(lifted_at=NOW, lifted_by=lumiere.claire, lift_reason="Server was down")
    rows = csv_of(export(browser, "?view=lifted"))[1:]
    assert [row[5:] for row in rows] == [["2026-11-02", "2026-11-03", "Claire Moreau", "Server was down"]]


@pytest.mark.rule("M30")
def test_nobody_out_of_sight_is_in_a_file(lumiere: Lumiere, sign_in: SignIn) -> None:
    suppress(lumiere.nadia_address)
    suppress(lumiere.paul_address)
    Account.objects.filter(pk=lumiere.tilleuls.pk).update(manager=lumiere.paulo)  # Nadia's; Paul stands in the bakery alone
    assert [row[0] for row in csv_of(export(sign_in(lumiere.paulo)))[1:]] == ["nadia@lefevre.example"]


def test_formulas_are_disarmed(lumiere: Lumiere, browser: Client) -> None:
    Contact.objects.filter(pk=lumiere.nadia.pk).update(first_name="=HYPERLINK(1)", last_name="")
    Suppression.objects.filter(address=lumiere.paul_address).update(detail="@SUM(A1)")
    (_, nadia, paul) = csv_of(export(browser))
    assert (nadia[1], paul[4]) == ("'=HYPERLINK(1)", "'@SUM(A1)")


def test_an_export_leaves_a_line(lumiere: Lumiere, browser: Client) -> None:
    export(browser, "?view=lifted&origin=smtp&q=paul", "xlsx")
    line = ActivityLine.objects.latest("pk")
    assert (line.verb, line.staff_id) == (Verb.SILENT_EXPORTED, lumiere.claire.pk)
    assert (line.sentence, line.new) == (
        "exported the addresses that receive nothing: Excel, 0 addresses",
        "Lifted; Search addresses: paul; Who said so: Answer of the mail server",
    )


def test_one_too_long_says_so_in_its_last_line(lumiere: Lumiere, browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(silent_export, "MOST_IN_A_FILE", 1)
    rows = csv_of(export(browser))
    assert [rows[1][0], rows[2][0]] == [
        "nadia@lefevre.example", "Only the newest 1 of 2 addresses are here. Narrow the filters to export the others.",
    ]  # fmt: skip
    assert export(browser, file_format="pdf").status_code == 400


def test_the_page_offers_a_file_of_what_it_shows(browser: Client) -> None:
    assert 'action="/contacts/silent/export/?origin=smtp"' in browser.get("/contacts/silent/?origin=smtp&page=1").content.decode()
    assert "Export CSV" not in main_of(browser.get("/contacts/silent/?view=lifted")).text


@pytest.mark.parametrize("count", [1, 3])
def test_a_file_asks_as_much_for_three_as_for_one(
    lumiere: Lumiere, browser: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        address = AddressFactory(firm=lumiere.firm, contact=ContactFactory(firm=lumiere.firm), email=f"n{number}@x.example")
        link(lumiere.bakery, address)
        suppress(address)
    with django_assert_num_queries(8):
        assert len(csv_of(export(browser))) == count + 3
