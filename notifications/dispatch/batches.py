"""A batch of one firm's messages: claimed and made together, then posted."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db import DatabaseError

from lib.clock import machine_now
from notifications.dispatch.claim import BATCH, claim
from notifications.dispatch.making import Made, make_all
from notifications.dispatch.places import Place
from notifications.dispatch.posting import Clock, Posting
from notifications.dispatch.queue import Queue
from notifications.dispatch.recording import put_back
from notifications.own_way import leaves_by_own_way
from ways.pacing import Pacer, pace_of, relay_of
from ways.transports import Ways


@dataclass(frozen=True, slots=True)
class Batch:
    """Ours from `claimed_at` (machine time) until its leases run out. `is_full`: there may be more where it came from."""

    firm_id: int
    ways: Ways
    made: Sequence[Made]
    claimed_at: datetime
    is_full: bool


class Posted(NamedTuple):
    """`too_late`: some were put back, as their leases would have run out."""

    sent: int
    tried: int
    too_late: bool


def next_batch(firm_id: int, ways: Ways, clock: Clock, pacer: Pacer, most: int = BATCH, place: Place | None = None) -> Batch | None:
    """None where nothing was claimed, nor decided otherwise. All are made before the first goes, so that the envelope of each can travel
    behind the one before."""
    share = pacer.share([relay_of(way) for way in ways.all], firm_id, most, pace_of(ways.own))
    if not share.at_most:
        return None
    claimed_at = machine_now()
    stays = ways.stopped or share.own_waits
    try:
        taken = claim(firm_id, clock(), claimed_at, share.at_most, own_way_stopped=stays, resting=share.resting, place=place)
    except Exception:  # else a firm in trouble would use up, tick by tick, what is everybody's
        pacer.give_back(share, 0, 0)
        raise
    by_own_way = {notice.message_id for notice in taken.notices if leaves_by_own_way(notice)}
    pacer.give_back(share, len(taken.claims), len(by_own_way))
    if not taken.claims and not taken.decided_otherwise:
        return None
    made = make_all(firm_id, taken.claims, clock())
    return Batch(firm_id, ways, made, claimed_at, is_full=len(taken.claims) >= share.at_most)


def post_batch(batch: Batch, clock: Clock, pacer: Pacer) -> Posted:
    """Where one raises, those behind it are somebody else's to take at once."""
    queue, sent = Queue(batch.made, batch.ways), 0
    try:
        with Posting(batch.firm_id, clock, pacer, batch.claimed_at) as posting:
            while queue:
                sent += queue.post_next(posting)
    except Exception:
        with suppress(DatabaseError):  # as long as that is what is amiss, their leases say when
            _put_back(batch.firm_id, queue)
        raise
    return Posted(sent, posting.tried, posting.came_too_late)


def put_all_back(batch: Batch) -> None:
    """It was not tried: somebody else may take it at once."""
    _put_back(batch.firm_id, batch.made)


def _put_back(firm_id: int, untried: Iterable[Made]) -> None:
    for message in untried:
        put_back(firm_id, message.claimed, machine_now())
