"""Writes about addresses that concern several accounts at once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clients.addresses import change_switches, make_address, make_primary, remove_address, replace_address
from clients.enums import Relation
from clients.errors import NoPortal
from clients.models import Account, AccountAddress, Address
from clients.people import unlink_contact
from clients.services import change_account
from firms.actors import Actor
from firms.models import ActivityLine
from tests.factories import START
from tests.people import Lumiere
from tests.signing import make_client_user


def change_all(lumiere: Lumiere) -> int:
    """Each act once; how many statements they took."""
    by = Actor.staff(lumiere.claire)
    with CaptureQueriesContext(
        connection,
    ) as taken:
        new = replace_address(account=lumiere.bakery, old=lumiere.nadia_address, email="n@new.example", by=by, now=START)
        other = make_address(lumiere.nadia, "n@other.example", START)
        make_primary(address=other, account=lumiere.bakery, by=by, now=START)
        remove_address(account=lumiere.bakery, address=new, by=by, now=START)
    return len(taken)


@pytest.mark.rule("X23")
def test_each_account_of_the_person_is_told(lumiere: Lumiere) -> None:
    change_all(lumiere)
    told = ActivityLine.objects.filter(verb__in=["address_replaced", "address_primary", "address_removed"]).order_by("account_id", "pk")
    of_each = [("address_replaced", "n@new.example"), ("address_primary", "n@other.example"), ("address_removed", "n@new.example")]
    assert list(told.values_list("account_id", "verb", "detail")) == [
        (account.pk, *line) for account in (lumiere.bakery, lumiere.tilleuls) for line in of_each
    ]


@pytest.mark.rule("M24")
@pytest.mark.parametrize("switch", ["login", "notify"])
def test_who_became_a_supplier_meanwhile_gets_neither_login_nor_notify(lumiere: Lumiere, switch: str) -> None:
    AccountAddress.objects.filter(account=lumiere.tilleuls).update(login=False, notify=False)
    stale, by = Account.objects.get(pk=lumiere.tilleuls.pk), Actor.staff(lumiere.claire)
    change_account(account=lumiere.tilleuls, name="SCI", relation=Relation.SUPPLIER, by=by, now=START)
    with pytest.raises(NoPortal):
        change_switches(account=stale, address=lumiere.nadia_address, by=by, now=START, **{switch: True})
    assert change_switches(account=stale, address=lumiere.nadia_address, by=by, now=START, email_sync=True).email_sync


@pytest.mark.rule("M15", "C40")
def test_a_replaced_address_goes_with_the_account_where_it_signed_in(lumiere: Lumiere) -> None:
    by = Actor.staff(lumiere.claire)
    user = make_client_user(lumiere.firm, lumiere.nadia_address)
    AccountAddress.objects.filter(account=lumiere.tilleuls).update(login=False)
    replace_address(account=lumiere.bakery, old=lumiere.nadia_address, email="nadia@new.example", by=by, now=START)
    unlink_contact(account=lumiere.bakery, contact=lumiere.nadia, by=by, now=START)
    user.refresh_from_db()
    assert (Address.with_removed.get(pk=lumiere.nadia_address.pk).removed_at, user.is_active) == (START, False)
    assert make_address(lumiere.paul, "nadia@lefevre.example", START).contact == lumiere.paul
