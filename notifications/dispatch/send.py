"""Sending what is ready: firms in turn, a batch each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from time import perf_counter

from django.db import connection

from lib.clock import machine_now, now
from notifications.dispatch.claim import BATCH, claim
from notifications.dispatch.making import Made, make_all
from notifications.dispatch.posting import Clock, Posting
from notifications.dispatch.sizes import Sizes
from notifications.holding import firms_with_backlog, hold_backlog
from templates_email.render import Rendered
from tenancy import fence
from tenancy.ticks import in_rounds
from ways.pacing import Pacer, relay_of
from ways.transports import Transport, Ways, WaysOut


@dataclass(frozen=True, slots=True)
class Round:
    """What one batch did: messages handed over, tried, and whether there was anything to do."""

    sent: int
    tried: int
    moved: bool


def dispatch_ready(clock: Clock = now, *, first: int | None = None) -> int:
    """Sends what is ready in every firm, that of `first` first; the number of messages handed over. Any number may run at once.

    In rounds, a batch for each firm that has something then: what one has just written leaves while another sends its thousands. Before
    each turn the fence is asked, for a backup may be restored meanwhile. A firm with a backlog that cannot be held now has no turn.
    """
    if not fence.may_send():
        return 0
    sent, pacer, sizes, gate, late = 0, Pacer(), Sizes(), Gate(), firms_with_backlog(clock(), machine_now())

    def firms() -> list[int]:
        return sorted(late.union(firms_with_something_ready(clock())), key=lambda firm_id: (firm_id != first, firm_id))

    def take_turn(firm_id: int) -> bool:
        nonlocal sent
        if not gate.lets_pass() or (firm_id in late and not hold_backlog(firm_id, clock())):
            return False
        late.discard(firm_id)
        begun = perf_counter()
        done = dispatch_batch(firm_id, ways_out.of(firm_id), clock, pacer, sizes.of[firm_id])
        sizes.learn(firm_id, done.tried, perf_counter() - begun)
        sent += done.sent
        return done.moved

    with WaysOut() as ways_out:
        in_rounds(firms, take_turn)
    return sent


class Gate:
    """The fence, asked before each turn of one tick; once it has said no it is asked no more."""

    def __init__(self) -> None:
        self.open = True

    def lets_pass(self) -> bool:
        self.open = self.open and fence.may_send()
        return self.open


def firms_with_something_ready(at: datetime) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT firms_with_ready_notices(%s) UNION SELECT firms_with_ready_messages(%s)", [at, machine_now()])
        return sorted(row[0] for row in cursor.fetchall())


def dispatch_firm(firm_id: int, transport: Transport, clock: Clock = now) -> int:
    """Sends what is ready in one firm by `transport` alone, batch by batch, until a round finds nothing more to claim."""
    ways, sent = Ways(transport), 0
    while (done := dispatch_batch(firm_id, ways, clock)).moved:
        sent += done.sent
    return sent


def dispatch_batch(firm_id: int, ways: Ways, clock: Clock = now, pacer: Pacer | None = None, most: int = BATCH) -> Round:
    """All are made before the first goes, so that the envelope of each can travel behind the one before."""
    pacer = pacer or Pacer()
    share = pacer.share([relay_of(way) for way in ways.all], firm_id, most)
    if not share.at_most:
        return Round(0, 0, moved=False)
    claimed_at = machine_now()
    taken = claim(firm_id, clock(), claimed_at, share.at_most, own_way_stopped=ways.stopped, resting=share.resting)
    pacer.give_back(share, share.at_most - len(taken.claims))
    made = make_all(firm_id, taken.claims, clock())
    with Posting(firm_id, clock, pacer, claimed_at) as posting:
        pairs = zip(made, followers_of(made), strict=True)
        sent = sum(posting.post(message, ways.of(message.by_own_way), following=after) for message, after in pairs)
    return Round(sent, posting.tried, moved=bool(taken.claims or taken.decided_otherwise))


def followers_of(made: Sequence[Made]) -> list[Rendered | None]:
    """For each the next one, where that leaves by the same way."""
    pairs = zip_longest(made, made[1:])
    return [after.rendered if after and after.by_own_way == message.by_own_way else None for message, after in pairs]
