"""The client's documents: what the firm shares, what they send, and that all is sent for a period."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from clients.models import Account
from files.enums import Area
from files.models import File
from firms.actors import Actor
from kinds.documents.enums import Rhythm
from kinds.documents.models import PeriodComplete
from kinds.documents.rules import Period
from kinds.documents.services import set_rhythm
from notifications.models import Notice
from tenancy.context import firm_context
from tests.documenting import documents_asked, kept_for, texts
from tests.factories import START
from tests.people import Lumiere, Peeters
from tests.signing import fresh, make_client_user, signed_in

Firms = tuple[Lumiere, Peeters]
QUARTER = Period.of(Rhythm.QUARTER, date(2026, 7, 1))


@pytest.fixture
def lumiere(two_firms: Firms) -> Lumiere:
    return two_firms[0]


@pytest.fixture
def browser(lumiere: Lumiere) -> Client:
    with firm_context(lumiere.firm.pk):
        Account.objects.filter(pk=lumiere.tilleuls.pk).update(archived_at=START)
    return signed_in(make_client_user(lumiere.firm, lumiere.nadia_address))


def page_of(browser: Client, query: str = "") -> str:
    return browser.get(f"/portal/documents/{query}").content.decode()


def give_rhythm(lumiere: Lumiere) -> None:
    with firm_context(lumiere.firm.pk):
        set_rhythm(account=lumiere.bakery, rhythm=Rhythm.QUARTER, by=Actor.staff(lumiere.claire), now=START)


def complete(browser: Client, **body: str) -> Any:
    return browser.post("/portal/documents/complete/", {"period": QUARTER.key, **body}, follow=True)


def test_client_sees_what_is_shared_and_nothing_private(browser: Client, lumiere: Lumiere) -> None:
    shared = kept_for(lumiere.bakery, lumiere.claire, "bilan.csv")
    private = kept_for(lumiere.bakery, lumiere.claire, "notes.csv", area=Area.PRIVATE)
    other = kept_for(lumiere.tilleuls, lumiere.claire, "bail.csv")
    for query in ("", "?q=notes", "?area=private", "?area=client"):
        assert "notes.csv" not in page_of(browser, query)
    assert "bilan.csv" in page_of(browser)
    assert [browser.get(f"/portal/documents/{file.code}/").status_code for file in (shared, private, other)] == [200, 404, 404]


def test_client_sends_files_of_their_own(browser: Client, lumiere: Lumiere) -> None:
    page = browser.post("/portal/documents/upload/", {"files": texts("a.csv", "b.csv")}, follow=True).content.decode()
    assert ["2 files were uploaded." in page, "a.csv" in page] == [True, True]
    with firm_context(lumiere.firm.pk):
        assert [(file.area, file.by_client, file.by_link) for file in File.objects.all()] == [("client", True, False)] * 2


@pytest.mark.rule("B15", "M10")
def test_all_sent_for_a_period_tells_the_manager_once_and_settles_what_was_asked(browser: Client, lumiere: Lumiere) -> None:
    give_rhythm(lumiere)
    action = documents_asked(lumiere, period=QUARTER)
    assert "Please tick this once everything is sent." in complete(browser).content.decode()
    assert fresh(action).is_open
    for _ in range(2):
        page = complete(browser, sure="on").content.decode()
    assert "Nadia Lefèvre said on Monday 2 November that everything is sent." in page
    assert fresh(action).state == "done"
    with firm_context(lumiere.firm.pk):
        assert PeriodComplete.objects.count() == 1
        notices = Notice.objects.filter(event="documents_complete")
        assert [(notice.email, notice.values["client"], notice.values["period"]) for notice in notices] == [
            ("claire@lumiere.example", "Boulangerie Lefèvre SRL", "T3 2026")
        ]


@pytest.mark.rule("B15")
def test_account_without_a_manager_tells_every_owner(browser: Client, lumiere: Lumiere) -> None:
    give_rhythm(lumiere)
    with firm_context(lumiere.firm.pk):
        Account.objects.filter(pk=lumiere.bakery.pk).update(manager=None)
    complete(browser, sure="on")
    with firm_context(lumiere.firm.pk):
        assert list(Notice.objects.filter(event="documents_complete").values_list("email", flat=True)) == ["claire@lumiere.example"]


@pytest.mark.parametrize("period", ["", "2020-01-01/2020-03-31", "=cmd", "2026-07-01/2026-07-31"])
def test_period_that_is_not_offered_is_refused(browser: Client, lumiere: Lumiere, period: str) -> None:
    give_rhythm(lumiere)
    assert "This period is no longer offered." in complete(browser, period=period, sure="on").content.decode()
    with firm_context(lumiere.firm.pk):
        assert PeriodComplete.objects.count() == 0


def test_account_without_a_rhythm_has_no_button(browser: Client, lumiere: Lumiere) -> None:
    assert "All documents sent" not in page_of(browser)
    give_rhythm(lumiere)
    assert page_of(browser).count("All documents sent") == 2


@pytest.mark.parametrize("count", [1, 3])
def test_page_costs_the_same_however_many_files(
    browser: Client, lumiere: Lumiere, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    give_rhythm(lumiere)
    for number in range(count):
        kept_for(lumiere.bakery, lumiere.claire, f"{number}.csv")
    page_of(browser)
    with django_assert_num_queries(10 + 4):
        page_of(browser)
