"""Several processes share a sweep, and know nothing of each other."""

from datetime import timedelta

import pytest
import time_machine

from access.new_firm import open_firm
from actions.models import Action
from firms.models import Staff
from notifications.models import Notice
from reminders import tasks
from reminders.sweep import SweepCount, firms_in_turn, sweep
from tenancy.context import firm_context
from tenancy.heartbeats import SWEEP
from tests.factories import START, AccountFactory, ActionFactory, AddressFactory, ContactFactory
from tests.parallel import at_once
from tests.people import link

DUE = START + timedelta(days=3)


@pytest.fixture
def firm_ids(transactional_db: None) -> list[int]:
    """Of five firms, each with twenty requests that are due."""
    return [make_due_firm(number) for number in range(5)]


def make_due_firm(number: int) -> int:
    firm = open_firm(name=f"Cabinet {number}", owner_name="Inès Roux", owner_email=f"ines@cabinet{number}.example", now=START)
    with firm_context(firm.pk):
        account, ines = AccountFactory(firm=firm), Staff.objects.get(firm=firm)
        link(account, AddressFactory(firm=firm, contact=ContactFactory(firm=firm)))
        ActionFactory.create_batch(20, firm=firm, account=account, opened_by=ines, reminders_on=True, next_reminder_at=DUE)
    return firm.pk


def reminded_in(firm_id: int) -> tuple[int, int]:
    """Requests and notices."""
    with firm_context(firm_id):
        return Action.objects.filter(reminders_sent=1).count(), Notice.objects.filter(number=1).count()


def test_each_begins_with_firms_of_its_own(firm_ids: list[int]) -> None:
    first, second = (firms_in_turn(DUE, hand, 2) for hand in (0, 1))
    assert [next(first) for _ in range(3)] == firm_ids[::2]
    assert [next(second) for _ in range(2)] == firm_ids[1::2]


def test_one_whose_fellow_never_comes_sweeps_everything(firm_ids: list[int]) -> None:
    assert sweep(DUE, hand=1, hands=2) == SweepCount(actions=100, addresses=100)
    assert [reminded_in(firm_id) for firm_id in firm_ids] == [(20, 20)] * 5


def test_together_they_remind_of_each_request_once(firm_ids: list[int]) -> None:
    counts = at_once(*[lambda hand=hand: sweep(DUE, hand=hand, hands=3).actions for hand in range(3)])
    assert sum(count for count in counts if isinstance(count, int)) == 100
    assert [reminded_in(firm_id) for firm_id in firm_ids] == [(20, 20)] * 5


def test_the_worker_calls_the_other_hand_where_there_is_more_than_one_firm(firm_ids: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[tuple[str, int]] = []
    monkeypatch.setattr(tasks, "wake", lambda task, hand: called.append((task, hand)))
    with time_machine.travel(DUE, tick=False):
        assert tasks.sweep_reminders() == 100
        tasks.sweep_reminders()  # nothing is due any more
    assert called == [(SWEEP, 1)]
