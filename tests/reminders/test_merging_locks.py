"""Merging people takes locks in the house's order: whoever else does waits for it, and never it for them in a circle."""

import threading

import pytest
from django.db import connection

from actions.models import Action
from clients.locks import locked_account
from firms.actors import Actor
from reminders.merging import merge_contacts
from tenancy.context import firm_context
from tests.documenting import documents_asked
from tests.factories import START
from tests.parallel import wait_for_a_lock
from tests.people import Lumiere, Peeters


@pytest.mark.django_db(transaction=True)
def test_merge_that_waits_for_an_account_holds_no_request(two_firms: tuple[Lumiere, Peeters]) -> None:
    lumiere, _ = two_firms
    action = documents_asked(lumiere, people=[lumiere.paul])

    def merge() -> None:
        with firm_context(lumiere.firm.pk):
            merge_contacts(survivor=lumiere.nadia, duplicate=lumiere.paul, theirs=[], by=Actor.staff(lumiere.claire), now=START)
        connection.close()

    merging = threading.Thread(target=merge)
    with firm_context(lumiere.firm.pk):
        locked_account(lumiere.bakery)
        merging.start()
        wait_for_a_lock()
        assert Action.objects.select_for_update(nowait=True).get(pk=action.pk).is_open
    merging.join()
    with firm_context(lumiere.firm.pk):
        lumiere.paul.refresh_from_db()
        assert lumiere.paul.merged_into_id == lumiere.nadia.pk
    connection.close()
