"""Acts on the same people at the same time wait for each other; none of them ends in a deadlock."""

from collections.abc import Callable
from threading import Event
from time import monotonic

import pytest
from django.db import connection

from access.client_access import change_email, invite_client
from clients.contacts import archive_contact
from clients.locks import lock_accounts_of, locked_address
from clients.models import AccountAddress
from clients.people import unlink_contact
from firms.actors import Actor
from tenancy.context import firm_context
from tests.factories import START, AccountContactFactory, ContactFactory
from tests.parallel import at_once
from tests.people import Lumiere, make_lumiere

Act = Callable[[Lumiere], object]


def by(lumiere: Lumiere) -> dict[str, object]:
    return {"by": Actor.staff(lumiere.claire), "now": START}


FIRST: dict[str, Act] = {
    "invite": lambda of: invite_client(address=of.nadia_address, **by(of)),  # type: ignore[arg-type]
    "change the address": lambda of: change_email(account=of.bakery, old=of.nadia_address, email="n@x.example", **by(of)),  # type: ignore[arg-type]
}
HELD: dict[str, Act] = {  # what each locks before all else
    "invite": lambda of: locked_address(of.nadia_address),
    "change the address": lambda of: lock_accounts_of(of.nadia),
}
SECOND: dict[str, Act] = {
    "unlink": lambda of: unlink_contact(account=of.bakery, contact=of.nadia, **by(of)),  # type: ignore[arg-type]
    "archive": lambda of: archive_contact(contact=of.nadia, **by(of)),  # type: ignore[arg-type]
}


@pytest.fixture
def lumiere_with_a_second_contact(transactional_db: None) -> Lumiere:
    lumiere = make_lumiere()
    with firm_context(lumiere.firm.pk):
        AccountAddress.objects.filter(account=lumiere.bakery, address=lumiere.nadia_address).update(login=True)
        AccountContactFactory(firm=lumiere.firm, account=lumiere.tilleuls, contact=ContactFactory(firm=lumiere.firm))
    return lumiere


def wait_until_somebody_waits_for_a_lock() -> None:
    give_up, waiting = monotonic() + 20, 0
    while not waiting:
        assert monotonic() < give_up, "nobody waits"
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")  # else a transaction sees the same picture for ever
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
            (waiting,) = cursor.fetchone()


@pytest.mark.parametrize(("first", "second"), list(zip(FIRST, SECOND, strict=True)))
def test_an_act_on_the_address_and_one_on_the_account_follow_each_other(
    lumiere_with_a_second_contact: Lumiere, first: str, second: str
) -> None:
    lumiere, held = lumiere_with_a_second_contact, Event()

    def holds_the_first() -> bool:
        with firm_context(lumiere.firm.pk):
            HELD[first](lumiere)
            held.set()
            wait_until_somebody_waits_for_a_lock()
            FIRST[first](lumiere)
        return True

    def waits_for_it() -> bool:
        held.wait()
        with firm_context(lumiere.firm.pk):
            SECOND[second](lumiere)
        return True

    assert at_once(holds_the_first, waits_for_it) == [True, True]
