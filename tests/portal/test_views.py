"""The clients' own pages."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from clients.models import AccountAddress
from firms.actors import Actor
from reminders.services import resend, settle_party, withdraw
from tenancy.context import firm_context
from tests.factories import START
from tests.people import Lumiere, Peeters
from tests.signing import asked, signed_in

Firms = tuple[Lumiere, Peeters]
MINUTE = timedelta(minutes=1)


def titles(items: list[Any]) -> list[str]:
    return [item.action.title for item in items]


def test_what_was_asked_last_comes_first_and_a_repetition_lifts(nadia: Client, two_firms: Firms) -> None:
    lumiere, _ = two_firms
    first = asked(lumiere, title="Premier")
    asked(lumiere, title="Second", now=START + MINUTE)
    assert titles(nadia.get("/portal/").context["mine"]) == ["Second", "Premier"]
    with firm_context(lumiere.firm.pk):
        resend(action=first, by=Actor.staff(lumiere.claire), now=START + 2 * MINUTE)
    assert titles(nadia.get("/portal/").context["mine"]) == ["Premier", "Second"]


def test_list_parts_what_waits_for_her_for_others_and_for_nobody(nadia: Client, two_firms: Firms) -> None:
    lumiere, _ = two_firms
    both = asked(lumiere, title="Les deux", signers=[lumiere.nadia, lumiere.paul])
    asked(lumiere, title="Paul seul", signers=[lumiere.paul])
    asked(lumiere, title="Nadia seule")
    gone = asked(lumiere, title="Retirée")
    with firm_context(lumiere.firm.pk):
        settle_party(action=both, contact=lumiere.nadia, by=Actor.staff(lumiere.claire), now=START)
        withdraw(action=gone, by=Actor.staff(lumiere.claire), now=START)
    page = nadia.get("/portal/")
    shown = {part: titles(page.context[part]) for part in ("mine", "others", "done")}
    assert shown == {"mine": ["Nadia seule"], "others": ["Paul seul", "Les deux"], "done": ["Retirée"]}
    assert [item.badge for item in page.context["nav"]] == ["1", *[""] * 5]


def test_empty_list_says_that_nothing_is_to_be_watched(nadia: Client) -> None:
    page = nadia.get("/portal/").content.decode()
    assert "Nothing to do at the moment" in page
    assert "nadia@lefevre.example" in page


def test_each_account_shows_its_own(nadia: Client, two_firms: Firms) -> None:
    lumiere, _ = two_firms
    asked(lumiere, title="Lettre")
    asked(lumiere, title="Bail", account=lumiere.tilleuls)
    page = nadia.get("/portal/")
    assert (titles(page.context["mine"]), [(a.name, a.note, a.current) for a in page.context["accounts"]]) == (
        ["Lettre"],
        [("Boulangerie Lefèvre SRL", "1 thing to do", True), ("SCI des Tilleuls", "1 thing to do", False)],
    )
    assert nadia.post(f"/portal/account/{lumiere.tilleuls.code}/")["Location"] == "/portal/"
    assert titles(nadia.get("/portal/").context["mine"]) == ["Bail"]


def test_nobody_changes_to_an_account_of_somebody_else(nadia: Client, two_firms: Firms) -> None:
    lumiere, peeters = two_firms
    with firm_context(lumiere.firm.pk):
        AccountAddress.objects.filter(account=lumiere.tilleuls).update(login=False)
    for account in (lumiere.tilleuls, peeters.garage):
        assert nadia.post(f"/portal/account/{account.code}/").status_code == 404
    assert nadia.get("/portal/").context["visitor"].account == "Boulangerie Lefèvre SRL"


@pytest.mark.rule("A11")
def test_link_opens_the_right_account_whichever_was_chosen(nadia: Client, two_firms: Firms) -> None:
    lumiere, _ = two_firms
    action = asked(lumiere)
    nadia.post(f"/portal/account/{lumiere.tilleuls.code}/")
    for path in (f"/a/{action.code}/", "/portal/"):  # and stays there
        assert nadia.get(path).context["visitor"].account == "Boulangerie Lefèvre SRL"


def test_login_switched_off_is_out_at_the_next_request(nadia: Client, two_firms: Firms) -> None:
    lumiere, _ = two_firms
    action = asked(lumiere)
    assert nadia.get(f"/a/{action.code}/").status_code == 200
    with firm_context(lumiere.firm.pk):
        AccountAddress.objects.filter(address=lumiere.nadia_address).update(login=False)
    assert [nadia.get(path).status_code for path in ("/portal/", f"/a/{action.code}/")] == [404, 404]


def test_item_of_an_account_without_login_is_not_there(nadia: Client, two_firms: Firms) -> None:
    lumiere, _ = two_firms
    bail = asked(lumiere, title="Bail", account=lumiere.tilleuls)
    with firm_context(lumiere.firm.pk):
        AccountAddress.objects.filter(account=lumiere.tilleuls).update(login=False)
    assert nadia.get(f"/a/{bail.code}/").status_code == 404


def test_portal_is_for_signed_in_clients(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    assert Client().get("/portal/")["Location"] == "/sign-in/?next=/portal/"
    assert signed_in(lumiere.claire).get("/portal/").status_code == 404


def test_way_home_leads_a_client_to_the_portal(nadia: Client) -> None:
    assert nadia.get("/")["Location"] == "/portal/"


def test_sign_in_is_the_firm_s_where_it_is_known(client: Client, two_firms: Firms) -> None:
    lumiere, _ = two_firms
    client.get(f"/c/{lumiere.firm.code}/")
    assert client.get("/portal/")["Location"] == f"/c/{lumiere.firm.code}/?next=/portal/"


def test_portal_names_the_firm_and_not_the_product(nadia: Client, two_firms: Firms) -> None:
    asked(two_firms[0])
    shown = nadia.get("/portal/").content.decode()
    assert ("Cabinet Lumière" in shown, "Relance" in shown) == (True, False)


@pytest.mark.parametrize("count", [1, 3])
def test_lists_cost_the_same_however_long(nadia: Client, two_firms: Firms, count: int, django_assert_num_queries: Any) -> None:
    lumiere, _ = two_firms
    for number in range(count):
        asked(lumiere, title=f"Document {number}", signers=[lumiere.nadia, lumiere.paul])
        with firm_context(lumiere.firm.pk):
            withdraw(action=asked(lumiere, title=f"Retiré {number}"), by=Actor.staff(lumiere.claire), now=START)
    nadia.get("/portal/")
    for path, queries in (("/portal/", 13), ("/portal/done/", 12)):  # three of them the tests' own: a savepoint in their transaction
        with django_assert_num_queries(queries):
            nadia.get(path)


def test_logo_is_a_picture_or_nothing(client: Client, two_firms: Firms) -> None:
    lumiere, _ = two_firms
    path = f"/logo/{lumiere.firm.code}/1/"
    assert client.get(path).status_code == 404
    for name, content, answer in [("logo.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 9, 200), ("logo.png", b"<svg onload=alert(1)>", 404)]:
        with firm_context(lumiere.firm.pk):
            lumiere.firm.logo.save(name, ContentFile(content))
        assert client.get(path).status_code == answer
