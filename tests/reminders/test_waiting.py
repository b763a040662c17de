"""A reminder that is held: its page says what the list says."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client

from actions.models import Action
from clients.models import AccountAddress
from reminders.rules import Schedule
from tenancy.context import firm_context
from tests.factories import START
from tests.people import Lumiere, Peeters
from tests.signing import asked, signed_in
from tests.story import live, own_minute

Firms = tuple[Lumiere, Peeters]
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
ONCE = Schedule(on=True, at_most=1)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def claire(two_firms: Firms) -> Client:
    return signed_in(two_firms[0].claire)


def said(client: Client, path: str) -> str:
    return " ".join(client.get(path).content.decode().split())


def page_of(client: Client, action: Action) -> str:
    return said(client, f"/requests/{action.code}/")


@pytest.mark.rule("M16")
def test_written_reminder_that_is_held_is_what_happens_next(claire: Client, two_firms: Firms, clock: time_machine.Traveller) -> None:
    action = asked(two_firms[0], now=START - 2 * DAY, schedule=ONCE)  # a Saturday: due on Tuesday
    live(START - 2 * DAY)  # the first notice is on its way since then
    night = START + DAY + 11 * HOUR  # Tuesday, 21:00 in Paris
    clock.move_to(night)
    live(night)
    page, listed = page_of(claire, action), said(claire, "/requests/")
    held_until = f"Wed 4 Nov, {own_minute(two_firms[0].nadia, date(2026, 11, 4)):%H:%M}"
    assert f"tomorrow, <strong>{held_until}</strong>" in page
    assert "It is due on Tue 3 Nov, 21:00, but reminders go from 08:30 to 18:00 by the reader&#x27;s clock." in page
    assert "All reminders have been sent" not in page
    assert f"held until {held_until}" in listed
    with firm_context(action.firm_id):
        AccountAddress.objects.filter(account=action.account_id).update(notify=False)
    assert held_until not in page_of(claire, action).split("What happened and why")[0]


@pytest.mark.rule("M16", "D05")
def test_list_and_page_name_the_moment_a_day_after_a_repetition(claire: Client, two_firms: Firms) -> None:
    action = asked(two_firms[0], now=START - 3 * DAY + HOUR, schedule=ONCE)  # due at 11:00
    assert "Mon 2 Nov, 11:00" in said(claire, "/requests/")
    claire.post(f"/requests/{action.code}/resend/", {"message": ""})
    live(START)
    assert ["Tue 3 Nov, 10:00" in text for text in (page_of(claire, action), said(claire, "/requests/"))] == [True, True]
