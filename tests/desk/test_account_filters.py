"""What the list of accounts can be narrowed by."""

import pytest
from django.test import Client

from clients.models import Account, AccountAddress
from desk import accounts
from notifications.enums import SuppressionReason
from notifications.models import Suppression
from tests.desk.conftest import SignIn
from tests.desk.reading import main_of, read
from tests.desk.test_accounts import names, notify_off
from tests.factories import START, AccountFactory
from tests.people import Lumiere
from tests.signing import make_client_user

BAKERY, TILLEULS = "Boulangerie Lefèvre SRL", "SCI des Tilleuls"


@pytest.fixture
def browser(lumiere: Lumiere, sign_in: SignIn) -> Client:
    return sign_in(lumiere.claire)


def shown(browser: Client, query: str) -> list[str]:
    return names(main_of(browser.get(f"/accounts/?{query}")))


@pytest.mark.rule("A07")
def test_notify_tells_everybody_from_some_and_from_nobody(lumiere: Lumiere, browser: Client) -> None:
    AccountFactory(firm=lumiere.firm, name="Zinc")
    notify_off(lumiere.paul_at_bakery)
    assert [shown(browser, f"notify={who}") for who in ("all", "some", "nobody")] == [[TILLEULS], [BAKERY], ["Zinc"]]


@pytest.mark.rule("M24")
def test_suppliers_show_as_such_and_can_be_filtered(lumiere: Lumiere, browser: Client) -> None:
    Account.objects.filter(pk=lumiere.tilleuls.pk).update(relation="supplier")
    assert shown(browser, "relation=supplier") == [f"{TILLEULS} Supplier"]
    assert shown(browser, "relation=client") == [BAKERY]


def test_pending_activation_is_login_without_anybody_who_signs_in(lumiere: Lumiere, browser: Client) -> None:
    assert shown(browser, "access=pending") == []
    AccountAddress.objects.filter(pk=lumiere.paul_at_bakery.pk).update(login=True)
    assert shown(browser, "access=pending") == [BAKERY]
    user = make_client_user(lumiere.firm, lumiere.paul_address)
    assert shown(browser, "access=pending") == []
    type(user).objects.filter(pk=user.pk).update(is_active=False)
    assert shown(browser, "access=pending") == [BAKERY]


def test_bounced_finds_addresses_that_receive_nothing_now(lumiere: Lumiere, browser: Client) -> None:
    Suppression.objects.create(firm=lumiere.firm, address=lumiere.paul_address, reason=SuppressionReason.NO_SUCH_ADDRESS, at=START)
    assert shown(browser, "address=bounced") == [BAKERY]
    Suppression.objects.update(lifted_at=START)
    assert shown(browser, "address=bounced") == []


def test_a_firm_with_very_many_accounts_counts_up_to_a_bound(lumiere: Lumiere, browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "MOST", 1)
    monkeypatch.setattr(accounts, "PER_PAGE", 1)
    main = main_of(browser.get("/accounts/"))
    (views,) = main.find_all("nav", aria_label="Saved views")
    assert list(views.links) == ["All 1+", "My accounts 1+", "Nobody notified"]
    (late,) = [each.attrs["hx-get"] for each in views.find_all("span") if "hx-get" in each.attrs]
    assert read(browser.get(late)).text == "0"
    notify_off(lumiere.nadia_at_tilleuls)
    assert read(browser.get(late)).text == "1"
