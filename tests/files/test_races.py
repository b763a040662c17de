"""Two who act on one file or one folder at once, on real transactions."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from files.enums import Area
from files.errors import FileHeld
from files.models import File
from files.services import move, rename, trash
from firms.actors import Actor
from tenancy.context import firm_context
from tests.approving import approval
from tests.documenting import kept_for
from tests.factories import START
from tests.parallel import at_once, wait_for_a_lock
from tests.people import Lumiere, Peeters

Firms = tuple[Lumiere, Peeters]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("taking_away", ["trash", "move"])
def test_file_that_is_being_asked_about_can_no_longer_be_taken_away(two_firms: Firms, taking_away: str) -> None:
    """Whoever trashes it has waited for the request, and sees it."""
    lumiere, _ = two_firms
    file, by = kept_for(lumiere.bakery, lumiere.claire), Actor.staff(lumiere.claire)
    refused: list[str] = []

    def take_away() -> None:
        with firm_context(lumiere.firm.pk):
            try:
                if taking_away == "trash":
                    trash(files=[file], by=by, now=START)
                else:
                    move(files=[file], area=Area.PRIVATE, folder=None, by=by, now=START)
            except FileHeld as held:
                refused.append(str(held))
        connection.close()

    thread = threading.Thread(target=take_away)
    with firm_context(lumiere.firm.pk):
        approval(lumiere, names=(), files=[file])
        thread.start()
        wait_for_a_lock()
    thread.join()
    assert len(refused) == 1
    with firm_context(lumiere.firm.pk):
        assert [(each.area, each.in_trash) for each in File.objects.all()] == [(Area.FIRM, False)]
    connection.close()


@pytest.mark.django_db(transaction=True)
def test_names_are_given_in_turn_at_the_top_of_an_area(two_firms: Firms) -> None:
    lumiere, _ = two_firms

    def keeping(name: str) -> Callable[[], object]:
        return lambda: kept_for(lumiere.bakery, lumiere.claire, name)

    at_once(*map(keeping, ["a.csv"] * 4))
    with firm_context(lumiere.firm.pk):
        assert [file.name for file in File.objects.order_by("name_key")] == ["a (2).csv", "a (3).csv", "a (4).csv", "a.csv"]
    connection.close()


@pytest.mark.django_db(transaction=True)
def test_renaming_writes_what_the_file_is_now(two_firms: Firms) -> None:
    """Not what it was when its page was shown."""
    lumiere, _ = two_firms
    stale, by = kept_for(lumiere.bakery, lumiere.claire), Actor.staff(lumiere.claire)
    with firm_context(lumiere.firm.pk):
        rename(file=stale, name="autre", by=by, now=START)
        move(files=[stale], area=Area.CLIENT, folder=None, by=by, now=START)
        assert [(file.name, file.area) for file in File.objects.all()] == [("autre.csv", Area.CLIENT)]
    connection.close()
