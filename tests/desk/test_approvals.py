"""The lists of approvals: of the firm, and of one account."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from actions.enums import ActionState
from actions.models import Action
from firms.actors import Actor
from firms.enums import Right
from firms.models import Staff
from reminders.services import refuse, settle_party, withdraw
from tests.approving import approval
from tests.factories import START
from tests.people import Lumiere
from tests.signing import signed_in

FIRM = "/approvals/"


@pytest.fixture
def claire(lumiere: Lumiere) -> Client:
    return signed_in(lumiere.claire)


def of_account(lumiere: Lumiere) -> str:
    return f"/accounts/{lumiere.bakery.code}/approvals/"


def titles(page: Any) -> list[str]:
    return [each.row.action.title for each in page.context["rows"]]


def one_of_each(lumiere: Lumiere) -> None:
    by = Actor.staff(lumiere.claire)
    for title in ("approved", "refused", "withdrawn", "expired", "pending"):
        action = approval(lumiere, title=title, names=("bilan.csv",))
        if title == "approved":
            settle_party(action=action, contact=lumiere.nadia, by=by, now=START)
        elif title == "refused":
            refuse(action=action, by=by, now=START, reason="Non")
        elif title == "withdrawn":
            withdraw(action=action, by=by, now=START)
        elif title == "expired":
            Action.objects.filter(pk=action.pk).update(
                state=ActionState.EXPIRED, closed_at=START, next_reminder_at=None, stop_reason="expired"
            )


def test_before_anything_was_asked_the_list_says_what_it_is_for(claire: Client) -> None:
    shown = claire.get(FIRM).content.decode()
    assert ("No approval has been asked for yet" in shown, "Ask for approval" in shown) == (True, True)


@pytest.mark.rule("D32")
def test_documents_lead_to_approvals_of_the_firm_and_pending_ones_come_first(lumiere: Lumiere, claire: Client) -> None:
    one_of_each(lumiere)
    assert f'href="{FIRM}"' in claire.get("/documents/").content.decode()
    page = claire.get(FIRM)
    assert titles(page)[0] == "pending"
    assert (len(titles(page)), page.content.decode().count('name="only"'), page.context["pending"]) == (5, 1, 1)


@pytest.mark.parametrize("state", ["approved", "refused", "withdrawn", "expired", "pending"])
def test_list_can_be_narrowed_to_a_state(lumiere: Lumiere, claire: Client, state: str) -> None:
    one_of_each(lumiere)
    assert titles(claire.get(FIRM, {"state": state})) == [state]


def test_search_finds_by_title_and_by_account(lumiere: Lumiere, claire: Client) -> None:
    approval(lumiere, title="Bilan", names=("a.csv",))
    approval(lumiere, title="Liasse", names=("b.csv",), account=lumiere.tilleuls)
    assert [titles(claire.get(FIRM, {"q": q})) for q in ("bil", "tilleuls", "rien")] == [["Bilan"], ["Liasse"], []]


def test_account_s_tab_shows_its_own_and_asks_for_more_there(lumiere: Lumiere, claire: Client) -> None:
    approval(lumiere, title="Bilan", names=("a.csv",))
    approval(lumiere, title="Liasse", names=("b.csv",), account=lumiere.tilleuls)
    page = claire.get(of_account(lumiere))
    assert (titles(page), page.context["of"]) == (["Bilan"], lumiere.bakery.code)
    assert f'href="{of_account(lumiere)}"' in claire.get(f"/documents/{lumiere.bakery.code}/").content.decode()


@pytest.mark.rule("D08", "M17")
def test_below_the_pending_ones_stands_the_button_for_all(lumiere: Lumiere, claire: Client) -> None:
    approval(lumiere, title="Un", names=("a.csv",))
    assert "Request approval for all" not in claire.get(of_account(lumiere)).content.decode()
    approval(lumiere, title="Deux", names=("b.csv",))
    shown = claire.get(of_account(lumiere)).content.decode()
    assert "Request approval for all 2 pending" in shown
    assert shown.index("Request approval for all 2 pending") > shown.index("Deux")


def test_row_names_the_first_documents_and_counts_the_others(lumiere: Lumiere, claire: Client) -> None:
    approval(lumiere, names=[f"annexe-{n}.csv" for n in range(5)])
    (row,) = claire.get(FIRM).context["rows"]
    assert (row.names, row.more) == (["annexe-0.csv", "annexe-1.csv", "annexe-2.csv"], 2)


def test_markup_in_titles_and_names_is_text(lumiere: Lumiere, claire: Client) -> None:
    approval(lumiere, title='<img src=x onerror="alert(1)">', names=('"><b>=cmd.csv',))
    assert "<img src=x" not in claire.get(FIRM).content.decode()


def test_who_only_sees_is_offered_nothing_and_who_does_not_see_finds_nothing(lumiere: Lumiere) -> None:
    approval(lumiere, names=("a.csv",))
    assert titles(signed_in(lumiere.paulo).get(FIRM)) == []
    assert signed_in(lumiere.paulo).get(of_account(lumiere)).status_code == 404
    Staff.objects.filter(pk=lumiere.paulo.pk).update(rights=[Right.SEE_ALL_ACCOUNTS])
    shown = signed_in(lumiere.paulo).get(FIRM).content.decode()
    assert ('name="only"' in shown, "data-row" in shown, reverse("ask_new", args=["approval"]) in shown) == (False, False, False)


@pytest.mark.parametrize(("where", "queries"), [("firm", 12), ("account", 14)])
@pytest.mark.parametrize("count", [1, 3])
def test_lists_cost_the_same_however_long(
    lumiere: Lumiere, claire: Client, count: int, where: str, queries: int, django_assert_num_queries: Any
) -> None:
    for n in range(count):
        approval(lumiere, title=f"Document {n}", names=("a.csv", "b.csv"))
    path = FIRM if where == "firm" else of_account(lumiere)
    claire.get(path)
    with django_assert_num_queries(queries):
        assert len(titles(claire.get(path))) == count
