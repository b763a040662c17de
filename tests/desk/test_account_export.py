"""The list of accounts as a file that can be imported again."""

import io
from datetime import date
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from clients.importing.mapping import from_stored
from clients.importing.models import ImportRow
from clients.importing.running import Turn
from clients.importing.services import match_columns, upload_list
from clients.models import Account, AccountTag, Contact, Group, Tag
from desk import account_export
from firms.enums import Verb
from firms.models import ActivityLine
from tests.desk.conftest import NOW, SignIn
from tests.desk.reading import main_of
from tests.desk.test_activity_export import READ, csv_of
from tests.factories import AccountFactory, AddressFactory, ContactFactory
from tests.people import Lumiere, link

HEADINGS = [
    "Ref.", "Account name", "Kind", "Client or supplier", "First name", "Last name", "E-mail", "Phone", "Language", "LOGIN", "NOTIFY",
    "EMAIL SYNC", "Manager", "Group", "Tags", "Client since",
]  # fmt: skip
NADIA = ["Nadia", "Lefèvre", "nadia@lefevre.example", "+33 4 72 00 00 00", "FR", "no", "yes", "no"]
PAUL = ["Paul", "Lefèvre", "paul@lefevre.example", "", "", "no", "yes", "no"]


@pytest.fixture
def browser(lumiere: Lumiere, sign_in: SignIn) -> Client:
    Contact.objects.filter(pk=lumiere.nadia.pk).update(phone="+33 4 72 00 00 00", language="fr")
    group, tag = Group.objects.create(firm=lumiere.firm, name="Commerces"), Tag.objects.create(firm=lumiere.firm, name="TVA")
    Account.objects.filter(pk=lumiere.bakery.pk).update(reference="C1", group=group, client_since=date(2023, 2, 28))
    AccountTag.objects.create(firm=lumiere.firm, account=lumiere.bakery, tag=tag)
    return sign_in(lumiere.claire)


def export(browser: Client, query: str = "", file_format: str = "csv") -> Any:
    return browser.post(f"/accounts/export/{query}", {"format": file_format})


@pytest.mark.parametrize("file_format", READ)
def test_a_file_has_a_row_for_each_address(lumiere: Lumiere, browser: Client, file_format: str) -> None:
    heading, *rows = READ[file_format](export(browser, file_format=file_format))
    assert heading == HEADINGS
    bakery = ["C1", "Boulangerie Lefèvre SRL", "Company", "Client"]
    about = ["Claire Moreau", "Commerces", "TVA", "2023-02-28"]
    assert rows == [
        [*bakery, *NADIA, *about],
        [*bakery, *PAUL, *about],
        ["", "SCI des Tilleuls", "Company", "Client", *NADIA, "Claire Moreau", "", "", ""],
    ]


def test_a_file_holds_what_the_list_shows_in_its_order(lumiere: Lumiere, browser: Client) -> None:
    assert next(row[1] for row in csv_of(export(browser, "?sort=-name"))[1:]) == "SCI des Tilleuls"
    assert [row[1] for row in csv_of(export(browser, "?q=tilleuls&page=4"))[1:]] == ["SCI des Tilleuls"]


@pytest.mark.rule("M30")
def test_nothing_out_of_sight_is_in_a_file(lumiere: Lumiere, browser: Client, sign_in: SignIn) -> None:
    Account.objects.filter(pk=lumiere.tilleuls.pk).update(manager=lumiere.paulo)
    rows = csv_of(export(sign_in(lumiere.paulo)))[1:]
    assert [(row[1], row[6]) for row in rows] == [("SCI des Tilleuls", "nadia@lefevre.example")]


def test_an_exported_list_imported_again_changes_nothing(lumiere: Lumiere, browser: Client) -> None:
    AddressFactory(firm=lumiere.firm, contact=lumiere.nadia, email="second@lefevre.example")
    link(AccountFactory(firm=lumiere.firm, name="Zinc & Cie", relation="supplier"), AddressFactory(firm=lumiere.firm), notify=False)
    content = export(browser).content
    uploaded = upload_list(firm=lumiere.firm, file=io.BytesIO(content), name="a.csv", size=len(content), staff=lumiere.claire, now=NOW)
    match_columns(client_import=uploaded, mapping=from_stored(uploaded.mapping))
    turn = Turn(lumiere.firm.pk, NOW)
    while turn.do_next_part():
        pass
    rows = ImportRow.objects.filter(client_import=uploaded).order_by("number")
    assert [(row.verdict, row.problems) for row in rows] == [("same", [])] * 6


def test_formulas_are_disarmed_and_phones_are_not(lumiere: Lumiere, browser: Client) -> None:
    Account.objects.filter(pk=lumiere.tilleuls.pk).update(name="=HYPERLINK(1)")
    rows = csv_of(export(browser, "?q=%3Dhyperlink"))[1:] or csv_of(export(browser))[1:]
    assert "'=HYPERLINK(1)" in [row[1] for row in rows]
    assert {row[7] for row in rows} <= {"+33 4 72 00 00 00", ""}


def test_an_export_leaves_a_line(lumiere: Lumiere, browser: Client) -> None:
    export(browser, "?q=tilleuls&kind=company", "xlsx")
    line = ActivityLine.objects.latest("pk")
    assert (line.verb, line.staff_id) == (Verb.ACCOUNTS_EXPORTED, lumiere.claire.pk)
    assert (line.sentence, line.new) == (
        "exported the list of accounts: Excel, 1 account", "Search accounts: tilleuls; Kind: Company",
    )  # fmt: skip


def test_a_list_too_long_for_a_file_is_refused_with_what_to_do(lumiere: Lumiere, browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(account_export, "MOST_IN_A_FILE", 1)
    assert "Narrow the filters" in main_of(browser.post("/accounts/export/", {"format": "csv"}, follow=True)).text
    assert export(browser, file_format="pdf").status_code == 400


def test_people_without_an_address_and_accounts_of_nobody_have_a_row_too(lumiere: Lumiere, browser: Client) -> None:
    AccountFactory(firm=lumiere.firm, name="Zinc")
    lumiere.paul_address.delete()
    rows = {(row[1], row[4]): row[6:12] for row in csv_of(export(browser))[1:]}
    assert rows["Boulangerie Lefèvre SRL", "Paul"] == ["", "", "", "", "", ""]
    assert rows["Zinc", ""] == ["", "", "", "", "", ""]


def test_a_file_costs_the_same_with_two_accounts_and_with_four(
    lumiere: Lumiere, browser: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    export(browser)
    with django_assert_num_queries(14):
        assert len(csv_of(export(browser))) == 4
    for _number in range(2):
        link(AccountFactory(firm=lumiere.firm), AddressFactory(firm=lumiere.firm, contact=ContactFactory(firm=lumiere.firm)))
    with django_assert_num_queries(14):
        assert len(csv_of(export(browser))) == 6
