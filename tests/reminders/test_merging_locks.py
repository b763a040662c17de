"""Merging people, and ending a pause, take locks in the order of the house: whoever else does waits for it, never in a circle."""

import threading
from datetime import date, timedelta

import pytest
from django.db import connection

from actions.models import Action
from clients.locks import locked_account
from clients.models import Account
from firms.actors import Actor
from reminders.merging import merge_contacts
from reminders.paused import is_paused
from reminders.pausing import end_pause, pause
from reminders.rules import Schedule
from reminders.sweep import sweep
from tenancy.context import firm_context
from tests.documenting import documents_asked
from tests.factories import START
from tests.parallel import wait_for_a_lock
from tests.people import Lumiere, Peeters
from tests.story import ask_signature


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


@pytest.mark.django_db(transaction=True)
def test_the_end_of_a_pause_takes_requests_in_the_order_of_all_others(two_firms: tuple[Lumiere, Peeters]) -> None:
    lumiere, _ = two_firms
    with firm_context(lumiere.firm.pk):
        later = [Schedule(on=True, every_days=days) for days in (5, 1, 1)]  # the first asked is the last due
        first, *others = [ask_signature(lumiere, now=START + n * timedelta(minutes=1), schedule=each) for n, each in enumerate(later)]
        pause(target=lumiere.bakery, until=date(2026, 11, 20), reason="Fusion", by=Actor.system(), now=START + timedelta(hours=1))
    sweep(START + timedelta(days=8))
    with firm_context(lumiere.firm.pk):
        for each in (*others, first):  # and the last in the table
            Action.objects.filter(pk=each.pk).update(title="Lettre")

    def end() -> None:
        with firm_context(lumiere.firm.pk):
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL enable_indexscan = off")  # rows as they lie, like a planner that knows of many
            end_pause(target=lumiere.bakery, by=Actor.system(), now=START + timedelta(days=8))
        connection.close()

    ending = threading.Thread(target=end)
    with firm_context(lumiere.firm.pk):
        Action.objects.select_for_update().get(pk=first.pk)
        ending.start()
        wait_for_a_lock()
        assert len(Action.objects.select_for_update(nowait=True).filter(pk__in=[each.pk for each in others])) == 2
    ending.join()
    with firm_context(lumiere.firm.pk):
        assert not is_paused(Account.objects.get(pk=lumiere.bakery.pk), START + timedelta(days=8))
    connection.close()
