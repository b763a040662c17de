"""A process that sends thousands is free for something else now and then, and goes on where it left."""

from contextlib import nullcontext
from datetime import datetime, timedelta
from typing import Protocol

import pytest
from django.db import connection

from lib.clock import machine_now
from notifications import tasks
from notifications.dispatch import batches, turns
from notifications.dispatch.send import dispatch_ready
from notifications.dispatch.shifts import Shift
from notifications.models import Message
from reminders.sweep import sweep
from tenancy import fence
from tenancy.context import firm_context
from tenancy.heartbeats import DISPATCH
from tests.factories import START
from tests.mail import Mailbox
from tests.people import Lumiere, Peeters
from tests.story import ask_lotte, ask_signature, evening, live

ONE_TURN = timedelta.resolution


class Woken(Protocol):
    def __call__(self, shift: Shift, raises: type[BaseException] | None = None) -> int: ...


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


def test_who_comes_first_for_that_moves_nobody_from_their_place(two_firms: tuple[Lumiere, Peeters], mailbox: Mailbox) -> None:
    first, second = sorted(each.firm.pk for each in two_firms)
    shift = Shift(ONE_TURN, left_at=second)
    ask_both(two_firms)
    dispatch_ready(lambda: START, first=first, shift=shift)
    ask_both(two_firms)
    dispatch_ready(lambda: START, shift=shift)
    with firm_context(first):
        assert Message.objects.filter(firm=first).count() == 2


def test_what_is_urgent_elsewhere_comes_first_and_counts_as_a_turn(two_firms: tuple[Lumiere, Peeters], mailbox: Mailbox) -> None:
    lumiere, peeters = two_firms
    with firm_context(lumiere.firm.pk):
        ask_signature(lumiere)
        live(START)
    late = evening(START + timedelta(days=3))
    sweep(late)
    ask_lotte(peeters, late)
    assert dispatch_ready(lambda: late, shift=Shift(ONE_TURN)) == 1
    assert mailbox.addresses == ["lotte@maes.example", "nadia@lefevre.example"]


def test_of_those_with_something_urgent_the_next_shift_begins_behind_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "firms_with_something_ready", lambda at: [9])
    monkeypatch.setattr(turns, "firms_with_something_urgent", lambda at: dict.fromkeys((1, 2, 3), turns.Urgent(newest=1)))
    shift = Shift(left_urgent_at=1)
    assert list(turns.Turns(lambda: START, None, (), shift).of_a_round()) == [2, 3, 1, 9]
    assert (shift.left_urgent_at, shift.left_at) == (1, 9)


def test_what_is_left_after_a_shift_waits_behind_other_tasks(two_firms: tuple[Lumiere, Peeters], mailbox: Mailbox, woken: Woken) -> None:
    ask_both(two_firms, machine_now())
    assert (woken(Shift(ONE_TURN)), woken(Shift(timedelta(minutes=1)))) == (1, 0)
    assert len(mailbox.addresses) == 2


def test_what_is_left_goes_on_though_a_firm_is_in_trouble(
    two_firms: tuple[Lumiere, Peeters], mailbox: Mailbox, woken: Woken, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask_both(two_firms, machine_now())

    def raise_in_each(*_: object, **__: object) -> None:
        raise LookupError

    monkeypatch.setattr(batches, "claim", raise_in_each)
    assert woken(Shift(ONE_TURN), ExceptionGroup) == 1


def test_behind_a_closed_fence_nobody_is_woken(
    two_firms: tuple[Lumiere, Peeters], mailbox: Mailbox, woken: Woken, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask_both(two_firms, machine_now())
    shift = Shift(ONE_TURN)
    assert woken(shift) == 1
    monkeypatch.setattr(fence, "may_send", lambda: False)
    assert woken(shift) == 0


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> Woken:
    """How often the task wakes another, in such a shift."""

    def count(shift: Shift, raises: type[BaseException] | None = None) -> int:
        connection.run_on_commit.clear()
        monkeypatch.setattr(tasks, "SHIFT", shift)
        with pytest.raises(raises) if raises else nullcontext():
            tasks.dispatch()
        return sum(getattr(hook[1], "args", None) == (DISPATCH, {}) for hook in connection.run_on_commit)

    return count


def ask_both(two_firms: tuple[Lumiere, Peeters], now: datetime = START) -> None:
    lumiere, peeters = two_firms
    with firm_context(lumiere.firm.pk):
        ask_signature(lumiere, now=now)
    ask_lotte(peeters, now)
