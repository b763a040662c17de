"""Counting without walking everything."""

from pytest_django import DjangoAssertNumQueries

from clients.models import Account
from lib.counts import Wanted, capped_counts
from tests.people import Lumiere


def test_counts_stop_one_after_their_bound(lumiere: Lumiere, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    accounts = Account.objects.filter(firm=lumiere.firm)
    wanted = {
        "all": Wanted(accounts, 5),
        "exactly": Wanted(accounts, 2),
        "more": Wanted(accounts, 1),
        "named": Wanted(accounts.filter(name="SCI des Tilleuls")),
        "nothing": Wanted(accounts.none()),
    }
    with django_assert_num_queries(1):
        assert capped_counts(wanted) == {"all": 2, "exactly": 2, "more": 2, "named": 1, "nothing": 0}


def test_what_is_costly_is_counted_only_among_few(lumiere: Lumiere) -> None:
    accounts = Account.objects.filter(firm=lumiere.firm)
    costly = accounts.exclude(name="SCI des Tilleuls")
    wanted = {"few": Wanted(costly, 2, few=accounts), "many": Wanted(costly, 1, few=accounts)}
    assert capped_counts(wanted) == {"few": 1, "many": None}
