"""Whose turn it is to have a batch sent."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import connection

from lib.clock import machine_now
from notifications.dispatch.posting import Clock
from notifications.dispatch.shifts import Shift

ASKED_AGAIN = timedelta(seconds=2)  # who has something ready, while some have more than a batch; what is urgent is asked each time


class Urgent(NamedTuple):
    """What a firm has that waits for no reminders: the ids of the newest notice and of the newest code, 0 for none."""

    newest: int = 0
    code: int = 0


class Turn(NamedTuple):
    """What was urgent when it came, and whether nothing could be claimed then."""

    urgent: Urgent = Urgent()
    was_idle: bool = False


class Turns:
    """Of one tick, in rounds."""

    def __init__(self, clock: Clock, first: int | None, late: Collection[int], shift: Shift | None = None) -> None:
        """`first` comes first in each round; `late` have a turn in any case."""
        self.clock, self.first, self.late, self.shift = clock, first, late, shift or Shift()
        self.asked_at: datetime | None = None  # who has something ready; by machine time
        self.full = set[int]()  # in this round: have more than one batch
        self.urgent = dict[int, Urgent]()  # as it was asked last
        self.last = dict[int, Turn]()  # the last turn of each firm in this round

    def taken(self, firm_id: int, *, was_idle: bool, is_full: bool) -> None:
        self.last[firm_id] = Turn(self.urgent.get(firm_id, Urgent()), was_idle)
        if is_full:
            self.full.add(firm_id)

    def of_a_round(self) -> Iterator[int]:
        """The firms in turn, until the shift is over. No code and no notice waits for many firms' reminders, a batch of each."""
        for firm_id in self._in_turn():
            if self.shift.is_over:
                return
            self.shift.is_begun = True
            yield firm_id

    def _in_turn(self) -> Iterator[int]:
        """Behind those that had a turn before: `first` alone moves nobody from their place."""
        ready, behind = self._of_round(), self.shift.left_at
        self.full, self.last = set(), {}
        for firm_id in sorted(ready, key=lambda each: (each != self.first, each <= behind, each)):
            for urgent in self._urgent_before(firm_id, ready):
                yield urgent
                self.shift.left_urgent_at = urgent
            yield firm_id
            self.shift.left_at = self.shift.left_at if firm_id == self.first else firm_id

    def _of_round(self) -> Collection[int]:
        """Who is behind a line of 100,000 is not asked after each batch of it: that takes as long as making a small one."""
        if self.full and self.asked_at and machine_now() - self.asked_at < ASKED_AGAIN:
            return self.full
        self.asked_at = machine_now()
        return {*self.late, *firms_with_something_ready(self.clock())}

    def _urgent_before(self, firm_id: int, of_round: Collection[int]) -> list[int]:
        """Before one that has something urgent itself: those alone that came too late for the round, and who has a new code. Another's
        thousands wait their turn."""
        self.urgent = firms_with_something_urgent(self.clock())
        in_turn = of_round if firm_id in self.urgent else ()
        before = [each for each in self.urgent if each != firm_id and self._comes_first(each, in_turn=each in in_turn)]
        behind = self.shift.left_urgent_at
        return sorted(before, key=lambda each: (each <= behind, each))

    def _comes_first(self, firm_id: int, *, in_turn: bool) -> bool:
        found, had = self.urgent[firm_id], self.last.get(firm_id, Turn())
        if in_turn:
            return found.code > had.urgent.code
        return found.newest > had.urgent.newest or not had.was_idle


def firms_with_something_ready(at: datetime) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT firms_with_ready_notices(%s) UNION SELECT firms_with_ready_messages(%s)", [at, machine_now()])
        return sorted(row[0] for row in cursor.fetchall())


def firms_with_something_urgent(at: datetime) -> dict[int, Urgent]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM firms_with_urgent_notices(%s) ORDER BY 1", [at])
        return {firm_id: Urgent(newest, code) for firm_id, newest, code in cursor.fetchall()}
