"""One act on many accounts, and its undoing."""

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from clients.bulk import Chosen, change_in_bulk
from clients.bulk_undo import TooLate, Undone, undo_in_bulk
from clients.enums import BulkAct
from clients.models import Account, AccountAddress, AccountTag, Address, BulkChange, Contact, Group, Tag
from firms.actors import Actor
from firms.models import ActivityLine, Staff
from tests.factories import START, AccountFactory, AddressFactory
from tests.people import Lumiere, link
from tests.signing import make_client_user

LATER = START + timedelta(minutes=3)


def act(
    lumiere: Lumiere, what: BulkAct, chosen: Chosen = None, *, staff: Staff | None = None, only: list[Account] | None = None
) -> BulkChange | None:
    accounts = [account.pk for account in only or [lumiere.bakery, lumiere.tilleuls]]
    staff = staff or lumiere.claire
    return change_in_bulk(staff=staff, act=what, accounts=accounts, chosen=chosen, by=Actor.staff(staff), now=START)


def undo(lumiere: Lumiere, change: BulkChange | None, *, busy: tuple[int, ...] = ()) -> Undone | None:
    assert change is not None
    return undo_in_bulk(change=change, staff=lumiere.claire, by=Actor.staff(lumiere.claire), now=LATER, busy=busy)


def column(name: str) -> list[object]:
    return list(Account.objects.order_by("name_key").values_list(name, flat=True))


def notified() -> list[tuple[str, str]]:
    uses = AccountAddress.objects.filter(notify=True).order_by("account__name_key", "address__email")
    return list(uses.values_list("account__name", "address__email"))


def lines(account: Account) -> list[tuple[str, str, str]]:
    found = ActivityLine.objects.filter(account_id=account.pk).order_by("pk")
    return [(line.sentence, line.old, line.new) for line in found]


def test_a_manager_is_set_told_and_put_back(lumiere: Lumiere) -> None:
    Account.objects.filter(pk=lumiere.tilleuls.pk).update(manager=None)
    change = act(lumiere, BulkAct.MANAGER, lumiere.emma)
    assert column("manager__name") == ["Emma Girard", "Emma Girard"]
    assert lines(lumiere.bakery) == [("changed Manager of Boulangerie Lefèvre SRL", "Claire Moreau", "Emma Girard")]
    assert undo(lumiere, change) == Undone(2, 0)
    assert column("manager__name") == ["Claire Moreau", None]
    assert lines(lumiere.tilleuls)[-1] == ("changed Manager of SCI des Tilleuls", "Emma Girard", "")


def test_undo_leaves_alone_what_was_changed_since(lumiere: Lumiere) -> None:
    change = act(lumiere, BulkAct.MANAGER, lumiere.emma)
    Account.objects.filter(pk=lumiere.bakery.pk).update(manager=lumiere.amir)
    assert undo(lumiere, change) == Undone(1, 1)
    assert column("manager__name") == ["Amir Benali", "Claire Moreau"]
    assert undo(lumiere, change) is None


def test_undo_ends_after_a_quarter_of_an_hour(lumiere: Lumiere) -> None:
    change, by = act(lumiere, BulkAct.MANAGER, lumiere.emma), Actor.staff(lumiere.claire)
    assert change is not None
    with pytest.raises(TooLate):
        undo_in_bulk(change=change, staff=lumiere.claire, by=by, now=START + timedelta(minutes=15, seconds=1))
    assert column("manager__name") == ["Emma Girard", "Emma Girard"]
    assert undo_in_bulk(change=change, staff=lumiere.claire, by=by, now=START + timedelta(minutes=15)) == Undone(2, 0)


def test_a_group_is_set_and_put_back_unless_it_has_gone(lumiere: Lumiere) -> None:
    shops, holding = (Group.objects.create(firm=lumiere.firm, name=name) for name in ("Commerces", "Holding"))
    Account.objects.filter(pk=lumiere.bakery.pk).update(group=holding)
    change = act(lumiere, BulkAct.GROUP, shops)
    assert column("group__name") == ["Commerces", "Commerces"]
    holding.delete()
    assert undo(lumiere, change) == Undone(1, 1)
    assert column("group__name") == ["Commerces", None]


def test_a_tag_is_added_where_it_is_missing_and_taken_away_again(lumiere: Lumiere) -> None:
    vat = Tag.objects.create(firm=lumiere.firm, name="TVA")
    AccountTag.objects.create(firm=lumiere.firm, account=lumiere.bakery, tag=vat)
    change = act(lumiere, BulkAct.TAG, vat)
    assert lines(lumiere.bakery) == []
    assert lines(lumiere.tilleuls) == [("changed Tags of SCI des Tilleuls", "", "TVA")]
    assert undo(lumiere, change) == Undone(1, 0)
    assert list(AccountTag.objects.values_list("account", flat=True)) == [lumiere.bakery.pk]


def test_a_tag_is_taken_away_and_given_back(lumiere: Lumiere) -> None:
    vat = Tag.objects.create(firm=lumiere.firm, name="TVA")
    AccountTag.objects.create(firm=lumiere.firm, account=lumiere.bakery, tag=vat)
    change = act(lumiere, BulkAct.UNTAG, vat)
    assert AccountTag.objects.count() == 0
    assert undo(lumiere, change) == Undone(1, 0)
    assert list(AccountTag.objects.values_list("account", flat=True)) == [lumiere.bakery.pk]


@pytest.mark.rule("A07")
def test_notify_off_silences_every_address_and_comes_back(lumiere: Lumiere) -> None:
    before = notified()
    change = act(lumiere, BulkAct.NOTIFY_OFF)
    assert notified() == []
    assert lines(lumiere.bakery) == [("switched NOTIFY off for nadia@lefevre.example, paul@lefevre.example", "", "")]
    assert undo(lumiere, change) == Undone(2, 0)
    assert notified() == before


def test_notify_on_takes_the_primary_address_of_whoever_hears_nothing(lumiere: Lumiere) -> None:
    AddressFactory(firm=lumiere.firm, contact=lumiere.paul, email="second@lefevre.example")
    AccountAddress.objects.filter(account=lumiere.bakery, address=lumiere.paul_address).delete()  # no row: all off
    AccountAddress.objects.filter(pk=lumiere.nadia_at_tilleuls.pk).update(notify=False)
    change = act(lumiere, BulkAct.NOTIFY_ON)
    assert notified() == [
        ("Boulangerie Lefèvre SRL", "nadia@lefevre.example"),
        ("Boulangerie Lefèvre SRL", "paul@lefevre.example"),
        ("SCI des Tilleuls", "nadia@lefevre.example"),
    ]
    assert undo(lumiere, change) == Undone(2, 0)
    assert notified() == [("Boulangerie Lefèvre SRL", "nadia@lefevre.example")]


def test_notify_on_passes_over_suppliers_the_archived_and_the_unlinked(lumiere: Lumiere) -> None:
    act(lumiere, BulkAct.NOTIFY_OFF)
    Account.objects.filter(pk=lumiere.tilleuls.pk).update(relation="supplier")
    Contact.objects.filter(pk=lumiere.paul.pk).update(archived_at=START)
    Address.objects.filter(pk=lumiere.nadia_address.pk).update(is_primary=False, unlinked_at=START)
    assert act(lumiere, BulkAct.NOTIFY_ON) is None
    assert notified() == []


def test_undoing_notify_off_wakes_no_address_that_was_replaced(lumiere: Lumiere) -> None:
    change = act(lumiere, BulkAct.NOTIFY_OFF)
    Address.objects.filter(pk=lumiere.nadia_address.pk).update(is_primary=False, unlinked_at=LATER)
    assert undo(lumiere, change) == Undone(1, 1)
    assert notified() == [("Boulangerie Lefèvre SRL", "paul@lefevre.example")]


def test_the_archive_takes_logins_along_and_gives_them_back(lumiere: Lumiere) -> None:
    user = make_client_user(lumiere.firm, lumiere.paul_address)
    change = act(lumiere, BulkAct.ARCHIVE)
    user.refresh_from_db()
    assert (column("archived_at"), user.is_active) == ([START, START], False)
    assert lines(lumiere.bakery)[-1][1:] == ("in use", "archived")
    assert undo(lumiere, change) == Undone(2, 0)
    user.refresh_from_db()
    assert (column("archived_at"), user.is_active) == ([None, None], True)


def test_undoing_a_restore_puts_back_each_day_and_passes_over_the_busy(lumiere: Lumiere) -> None:
    Account.objects.filter(pk=lumiere.bakery.pk).update(archived_at=START - timedelta(days=9))
    Account.objects.filter(pk=lumiere.tilleuls.pk).update(archived_at=START - timedelta(days=5))
    change = act(lumiere, BulkAct.RESTORE)
    assert column("archived_at") == [None, None]
    assert undo(lumiere, change, busy=(lumiere.tilleuls.pk,)) == Undone(1, 1)
    assert column("archived_at") == [START - timedelta(days=9), None]


@pytest.mark.rule("M30")
def test_accounts_that_one_may_not_change_are_passed_over(lumiere: Lumiere) -> None:
    Account.objects.filter(pk=lumiere.tilleuls.pk).update(manager=lumiere.paulo)
    change = act(lumiere, BulkAct.NOTIFY_OFF, staff=lumiere.paulo)
    assert change is not None and change.before["accounts"] == 1
    assert [name for name, _email in notified()] == ["Boulangerie Lefèvre SRL"] * 2


def test_who_gave_their_accounts_away_can_take_them_back(lumiere: Lumiere) -> None:
    Account.objects.filter(pk=lumiere.tilleuls.pk).update(manager=lumiere.paulo)
    change = act(lumiere, BulkAct.MANAGER, lumiere.emma, staff=lumiere.paulo)
    assert change is not None
    by = Actor.staff(lumiere.paulo)
    assert undo_in_bulk(change=change, staff=lumiere.paulo, by=by, now=LATER) == Undone(1, 0)
    assert column("manager__name") == ["Claire Moreau", "Paulo Silva"]


@pytest.mark.parametrize(
    ("what", "queries"), [(BulkAct.MANAGER, 6), (BulkAct.NOTIFY_OFF, 8), (BulkAct.NOTIFY_ON, 10), (BulkAct.ARCHIVE, 8)]
)
def test_statements_are_as_many_for_two_accounts_as_for_five(
    lumiere: Lumiere, django_assert_num_queries: DjangoAssertNumQueries, what: BulkAct, queries: int
) -> None:
    if what == BulkAct.NOTIFY_ON:
        AccountAddress.objects.update(notify=False)
    more: list[Account] = [AccountFactory.create(firm=lumiere.firm, manager=lumiere.claire) for _number in range(3)]
    for account in more:
        link(account, AddressFactory(firm=lumiere.firm), notify=what != BulkAct.NOTIFY_ON)
    chosen = lumiere.emma if what == BulkAct.MANAGER else None
    assert lumiere.claire.firm == lumiere.firm  # read before anything is counted
    for accounts in ([lumiere.bakery, more[0]], [lumiere.tilleuls, *more[1:]]):
        with django_assert_num_queries(queries):
            assert act(lumiere, what, chosen, only=accounts) is not None
