"""Sending what is ready: firms in turn, a batch each."""

from collections import defaultdict
from collections.abc import Iterator
from time import perf_counter

from django.db import connection

from lib.ahead import one_ahead
from lib.clock import machine_now, now
from notifications.dispatch.batches import Batch, next_batch, post_batch, put_all_back
from notifications.dispatch.places import Place
from notifications.dispatch.posting import Clock
from notifications.dispatch.shifts import Shift
from notifications.dispatch.sizes import Sizes
from notifications.dispatch.turns import Turns
from notifications.holding import firms_with_backlog, hold_backlog
from tenancy import fence
from tenancy.ticks import Rounds
from ways.pacing import Pacer
from ways.transports import Transport, Ways, WaysOut


def dispatch_ready(clock: Clock = now, *, first: int | None = None, shift: Shift | None = None) -> int:
    """Sends what is ready in every firm, that of `first` first; the number of messages handed over. Any number may run at once.

    Until nothing is left, or the `shift` is over.

    In rounds, a batch for each firm that has something then, and before each of them one for whoever has something urgent by then: what
    somebody has just written leaves while others send their thousands. The fence is asked before each claim and before each batch
    leaves, for a backup may be restored meanwhile. A firm with a backlog that cannot be held now has no turn.
    """
    shift = shift or Shift()
    shift.begin()
    if not fence.may_send():
        return 0
    with WaysOut() as ways_out:
        return Dispatcher(clock, first, ways_out, shift).run()


class Dispatcher:
    """Of one tick: whose turn it is, and what was learnt of ways and firms in the turns before."""

    def __init__(self, clock: Clock, first: int | None, ways_out: WaysOut, shift: Shift) -> None:
        self.clock, self.ways_out = clock, ways_out
        self.pacer, self.sizes, self.gate, self.places = Pacer(), Sizes(), Gate(), defaultdict[int, Place](Place)
        self.late = firms_with_backlog(clock(), machine_now())
        self.turns = Turns(clock, first, self.late, shift)
        self.rounds = Rounds(self.turns.of_a_round, self.take_turn)
        self.sent = 0

    def run(self) -> int:
        """Once a batch was full, the next is claimed and made while one leaves fast; then it is looked whether anything has come meanwhile.

        Inside a transaction nothing goes ahead: no other connection would see its rows.
        """
        goes_ahead = not connection.in_atomic_block
        while self._post_until_full(turns := iter(self.rounds), goes_ahead=goes_ahead):
            with one_ahead(turns, goes_ahead=self._leaves_fast, unused=put_all_back) as batches:
                for batch in batches:
                    self._post(batch)
        self.rounds.raise_all()
        return self.sent

    def take_turn(self, firm_id: int) -> Batch | None:
        batch = self._next_batch(firm_id)
        self.turns.taken(firm_id, was_idle=batch is None, is_full=batch is not None and batch.is_full)
        return batch

    def _next_batch(self, firm_id: int) -> Batch | None:
        if not self.gate.lets_pass() or (firm_id in self.late and not hold_backlog(firm_id, self.clock())):
            return None
        self.late.discard(firm_id)
        ways = self.ways_out.of(firm_id)
        most = self.sizes.of(firm_id, own_way=ways.own is not None)
        return next_batch(firm_id, ways, self.clock, self.pacer, most, self.places[firm_id])

    def _post_until_full(self, turns: Iterator[Batch], *, goes_ahead: bool) -> bool:
        for batch in turns:
            self._post(batch)
            if goes_ahead and batch.is_full:
                return True
        return False

    def _leaves_fast(self, batch: Batch) -> bool:
        """Behind one that does not, the next would stay here under its leases, where another worker might send it."""
        return batch.ways.own is None and self.sizes.is_fast(batch.firm_id)

    def _post(self, batch: Batch) -> None:
        """Unless, since it was claimed, the fence has closed or its firm got into trouble."""
        if batch.firm_id in self.rounds.raised or not self.gate.lets_pass():
            put_all_back(batch)
            return
        self.ways_out.close_left(but=batch.ways.own)
        begun = perf_counter()
        done = self.rounds.by_itself(batch.firm_id, lambda _: post_batch(batch, self.clock, self.pacer))
        if done:
            self.sizes.learn(batch.firm_id, done.tried, perf_counter() - begun, own_way=batch.ways.own is not None, too_late=done.too_late)
            self.sent += done.sent


class Gate:
    """The fence, asked before each claim of one tick and before each batch leaves; once it has said no it is asked no more."""

    def __init__(self) -> None:
        self.open = True

    def lets_pass(self) -> bool:
        self.open = self.open and fence.may_send()
        return self.open


def dispatch_firm(firm_id: int, transport: Transport, clock: Clock = now) -> int:
    """Sends what is ready in one firm by `transport` alone, batch by batch, until a round finds nothing more to claim."""
    ways, pacer, sent = Ways(transport), Pacer(), 0
    while batch := next_batch(firm_id, ways, clock, pacer):
        sent += post_batch(batch, clock, pacer).sent
    return sent
