"""The desk is looked at on Tuesday 3 November 2026, 14:02 in Paris; the firm asks on the Monday before."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from actions.models import Action
from actions.stops import Stop
from clients.models import Account
from firms.models import Staff
from tests.factories import START, ActionFactory

NOW = datetime(2026, 11, 3, 13, 2, tzinfo=UTC)
TODAY = date(2026, 11, 3)
DAY = timedelta(days=1)

SignIn = Callable[[Staff], Client]


@pytest.fixture(autouse=True)
def stopped_clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def sign_in(client: Client) -> SignIn:
    """The browser of a member of staff, reading English."""

    def signed_in(staff: Staff) -> Client:
        client.force_login(staff.user, backend="allauth.account.auth_backends.AuthenticationBackend")
        client.cookies["django_language"] = "en"
        return client

    return signed_in


def open_action(account: Account, by: Staff, title: str = "Lettre de mission 2027", **values: object) -> Action:
    """An open request as a row, without notices: reminders on, the first of one in two days; none left where `next_reminder_at` is none."""
    values = {"reminders_on": True, "next_reminder_at": NOW + 2 * DAY, **values}
    following = values["next_reminder_at"]
    if isinstance(following, datetime):
        counted_from = following - 3 * DAY
        values = {"counted_from": counted_from, "scheduled_at": min(counted_from, START), **values}
    elif values["reminders_on"]:
        values = {"stop_reason": Stop.COUNT_REACHED, **values}
    return make_action(account, by, title, values)


def closed_action(account: Account, by: Staff, title: str = "Lettre de mission 2026", **values: object) -> Action:
    closed = {"state": "done", "closed_at": NOW - DAY, "closed_by": "Nadia Lefèvre"}
    return make_action(account, by, title, {**closed, **values})


def make_action(account: Account, by: Staff, title: str, values: dict[str, object]) -> Action:
    action: Action = ActionFactory.create(firm=account.firm, account=account, opened_by=by, title=title, **values)
    return action
