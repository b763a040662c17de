"""Which account somebody is in who has several: asked at each sign-in, and where it can be changed."""

import pytest
from django.test import Client

from clients.models import AccountAddress
from tenancy.context import firm_context
from tests.factories import PASSWORD
from tests.people import Lumiere, Peeters
from tests.signing import asked, signed_in

Firms = tuple[Lumiere, Peeters]
BAKERY, TILLEULS = "Boulangerie Lefèvre SRL", "SCI des Tilleuls"
POP_UP = 'id="switch"'
OPENS_BY_ITSELF = "data-open-since="


def sign_in(client: Client, lumiere: Lumiere) -> Client:
    client.post(f"/c/{lumiere.firm.code}/", {"login": "nadia@lefevre.example", "password": PASSWORD})
    client.cookies["django_language"] = "en"
    return client


def opens_by_itself(client: Client, path: str = "/portal/") -> bool:
    page = client.get(path)
    assert page.status_code == 200
    return OPENS_BY_ITSELF in page.content.decode()


@pytest.mark.rule("C43")
def test_whoever_has_several_is_asked_until_they_choose_and_again_at_the_next_sign_in(nadia: Client, two_firms: Firms) -> None:
    lumiere, _ = two_firms
    browser = sign_in(Client(), lumiere)
    assert [opens_by_itself(browser), opens_by_itself(browser, "/portal/done/")] == [True, True]
    browser.post(f"/portal/account/{lumiere.tilleuls.code}/")
    assert [opens_by_itself(browser), browser.get("/portal/").context["visitor"].account] == [False, TILLEULS]
    browser.post("/sign-out/")
    sign_in(browser, lumiere)
    assert [opens_by_itself(browser), browser.get("/portal/").context["visitor"].account] == [True, BAKERY]


def test_signing_in_once_more_in_an_open_browser_asks_again(nadia: Client, two_firms: Firms) -> None:
    """A session that outlives its user: whoever signs in next begins anew."""
    lumiere, _ = two_firms
    browser = Client()
    browser.get(f"/c/{lumiere.firm.code}/")
    session = browser.session
    session["portal_account"] = lumiere.tilleuls.code
    session.save()
    assert opens_by_itself(sign_in(browser, lumiere))


@pytest.mark.rule("C43", "C44")
def test_whoever_has_one_is_not_asked(nadia: Client, two_firms: Firms) -> None:
    lumiere, _ = two_firms
    with firm_context(lumiere.firm.pk):
        AccountAddress.objects.filter(account=lumiere.tilleuls).update(login=False)
    shown = nadia.get("/portal/").content.decode()
    assert [POP_UP in shown, "Switch account" in shown, BAKERY in shown] == [False, False, True]


@pytest.mark.rule("C44", "C46")
@pytest.mark.parametrize("path", ["/portal/", "/portal/done/", "/portal/profile/", "/portal/preferences/"])
def test_notice_names_the_account_and_both_ways_lead_to_the_choice(nadia: Client, two_firms: Firms, path: str) -> None:
    lumiere, _ = two_firms
    nadia.post(f"/portal/account/{lumiere.tilleuls.code}/")
    shown = nadia.get(path).content.decode()
    way = 'href="/portal/accounts/" data-bs-toggle="modal" data-bs-target="#switch"'
    assert [f"You are in the account <strong>{TILLEULS}</strong>." in shown, shown.count(way)] == [True, 2]


@pytest.mark.rule("C43")
def test_choice_is_a_page_where_no_script_runs(nadia: Client, two_firms: Firms) -> None:
    page = nadia.get("/portal/accounts/")
    shown = page.content.decode()
    assert [name in shown for name in (BAKERY, TILLEULS, "Garage Maes")] == [True, True, False]
    assert [f'action="{each.url}"' in shown for each in page.context["accounts"]] == [True, True]


@pytest.mark.rule("A11")
def test_link_decides_the_account_before_the_choice_does(nadia: Client, two_firms: Firms) -> None:
    lumiere, _ = two_firms
    bail = asked(lumiere, title="Bail", account=lumiere.tilleuls)
    shown = nadia.get(f"/a/{bail.code}/")
    assert (shown.context["visitor"].account, OPENS_BY_ITSELF in shown.content.decode()) == (TILLEULS, False)
    assert (nadia.get("/portal/").context["visitor"].account, opens_by_itself(nadia)) == (TILLEULS, False)


@pytest.mark.rule("M32")
def test_language_is_that_of_the_account_they_are_in(nadia: Client, two_firms: Firms) -> None:
    lumiere, _ = two_firms
    with firm_context(lumiere.firm.pk):
        bail = asked(lumiere, title="Bail", account=lumiere.tilleuls)
        lumiere.tilleuls.language = "en"
        lumiere.tilleuls.save()
    nadia.cookies.pop("django_language")
    assert nadia.get("/portal/")["Content-Language"] == "fr"
    assert nadia.get(f"/a/{bail.code}/")["Content-Language"] == "en"
    assert nadia.get("/portal/")["Content-Language"] == "en"


def test_staff_have_no_account_to_choose(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    browser = signed_in(lumiere.claire)
    assert [browser.get("/portal/accounts/").status_code, browser.post(f"/portal/account/{lumiere.bakery.code}/").status_code] == [404, 404]
