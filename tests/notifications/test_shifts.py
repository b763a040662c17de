"""A process that sends thousands is free for something else now and then, and goes on where it left."""

from datetime import datetime, timedelta

import pytest
from django.db import connection

from lib.clock import machine_now
from notifications import tasks
from notifications.dispatch.send import dispatch_ready
from notifications.dispatch.shifts import Shift
from tenancy.context import firm_context
from tenancy.heartbeats import DISPATCH
from tests.factories import START
from tests.mail import Mailbox
from tests.people import Lumiere, Peeters
from tests.story import ask_lotte, ask_signature

ONE_TURN = timedelta.resolution


def test_the_next_shift_goes_on_behind_the_firm_that_had_the_last_turn(two_firms: tuple[Lumiere, Peeters], mailbox: Mailbox) -> None:
    told = {two_firms[0].firm.pk: "nadia@lefevre.example", two_firms[1].firm.pk: "lotte@maes.example"}
    first, second = (told[firm_id] for firm_id in sorted(told))
    shift = Shift(ONE_TURN)
    ask_both(two_firms)
    assert dispatch_ready(lambda: START, shift=shift) == 1
    assert mailbox.addresses == [first]
    ask_both(two_firms)
    assert dispatch_ready(lambda: START, shift=shift) == 2
    assert sorted(mailbox.addresses) == sorted([first, second, second])
    assert dispatch_ready(lambda: START, shift=shift) == 1
    dispatch_ready(lambda: START, shift=shift)
    assert not shift.is_over  # there was nothing


def test_whoever_has_just_written_something_comes_first_all_the_same(two_firms: tuple[Lumiere, Peeters], mailbox: Mailbox) -> None:
    ask_both(two_firms)
    assert dispatch_ready(lambda: START, first=two_firms[1].firm.pk, shift=Shift(ONE_TURN)) == 1
    assert mailbox.addresses == ["lotte@maes.example"]


def test_what_is_left_after_a_shift_waits_behind_other_tasks(
    two_firms: tuple[Lumiere, Peeters], mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask_both(two_firms, machine_now())
    woken_before = woken(DISPATCH)
    monkeypatch.setattr(tasks, "SHIFT", Shift(ONE_TURN))
    assert tasks.dispatch() == 1
    assert woken(DISPATCH) == woken_before + 1
    monkeypatch.setattr(tasks, "SHIFT", Shift(timedelta(minutes=1)))
    assert tasks.dispatch() == 1
    assert woken(DISPATCH) == woken_before + 1


def ask_both(two_firms: tuple[Lumiere, Peeters], now: datetime = START) -> None:
    lumiere, peeters = two_firms
    with firm_context(lumiere.firm.pk):
        ask_signature(lumiere, now=now)
    ask_lotte(peeters, now)


def woken(task: str) -> int:
    """By the transaction around this test, for no firm in particular."""
    calls = [hook[1] for hook in connection.run_on_commit]
    return sum(getattr(call, "args", None) == (task, {}) for call in calls)
