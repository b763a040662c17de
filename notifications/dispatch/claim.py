"""Claiming what is ready: one short transaction in which a message becomes this worker's own, under a lease and a fence."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import getrandbits

from firms.models import Firm
from notifications.dispatch.again import claim_again, messages_left
from notifications.dispatch.anew import say_anew
from notifications.dispatch.bundles import in_bundles, in_waves, lock_notices, ready_notices
from notifications.dispatch.claimed import Claimed
from notifications.dispatch.deciding import look_under_lock
from notifications.dispatch.look import write_verdicts
from notifications.dispatch.opening import open_messages
from notifications.dispatch.places import Place
from notifications.dispatch.resting import to_domains
from notifications.dispatch.versions import with_versions
from notifications.models import Message, Notice
from notifications.own_way import BY_OWN_WAY
from notifications.verdicts import Verdict
from tenancy.context import firm_context

BATCH = 50  # so many leases a worker takes at first; how many more or less is said in dispatch/sizes.py


@dataclass(slots=True)
class Taken:
    """One round: what is ours to send, and how many rows the fresh look decided otherwise."""

    claims: list[Claimed] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)  # what the messages tell
    decided_otherwise: int = 0

    def take(self, going: Sequence[tuple[Message, Sequence[Notice]]], otherwise: int = 0) -> None:
        for message, told in going:
            for notice in told:
                notice.message = message
            self.claims.append(Claimed(message.pk, message.fence))
            self.notices += told
        self.decided_otherwise += otherwise


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be claimed, and when it is asked; as of `claim`."""

    firm: Firm
    now: datetime
    machine_now: datetime
    place: Place
    own_way_stopped: bool
    resting: Collection[str]


def claim(
    firm_id: int,
    now: datetime,
    machine_now: datetime,
    most: int = BATCH,
    *,
    own_way_stopped: bool = False,
    resting: Collection[str] = (),
    place: Place | None = None,
) -> Taken:
    """Up to `most` messages of the firm, at most half of them left from earlier tries.

    `now` is the product's clock, `machine_now` counts leases.
    While the firm's own way is stopped, what would leave by it stays; and so does what is for a domain that rests. `place` is where the
    last claim has come to.
    """
    taken = Taken()
    with firm_context(firm_id):
        asked = Asked(Firm.objects.get(pk=firm_id), now, machine_now, place or Place(), own_way_stopped, resting)
        half = (most + getrandbits(1)) // 2  # the odd one by lot: a pace of one at a time starves neither
        _claim_left(asked, half, taken)
        _claim_new(asked, most, taken)
        if not half and not taken.claims:
            _claim_left(asked, most, taken)
        say_anew(taken.notices)
        taken.claims = with_versions(firm_id, taken.claims, now)
    return taken


def _claim_left(asked: Asked, most: int, taken: Taken) -> None:
    """What earlier tries have left."""
    firm, now, machine_now = asked.firm, asked.now, asked.machine_now
    if most and asked.place.may_be_left(machine_now):
        left = messages_left(firm, now, machine_now, most, own_way_stopped=asked.own_way_stopped, resting=asked.resting)
        asked.place.left(len(left), machine_now)
        taken.take(*claim_again(firm, left, now, machine_now))


def _claim_new(asked: Asked, most: int, taken: Taken) -> None:
    """What is in no message yet, as long as there are fewer than `most` in all."""
    ready = ready_notices(asked.firm, asked.now)
    ready = ready.exclude(BY_OWN_WAY) if asked.own_way_stopped else ready
    ready = ready.exclude(to_domains("email", asked.resting)) if asked.resting else ready
    batch = asked.place.next_in(lock_notices(ready), most - len(taken.claims), asked.machine_now)
    for wave in in_waves(in_bundles(asked.firm, batch, asked.now)):
        _claim_wave(asked, wave[: most - len(taken.claims)], taken)


def _claim_wave(asked: Asked, wave: Sequence[Sequence[Notice]], taken: Taken) -> None:
    """What still goes of each group, in one message; as many queries for many groups as for one."""
    firm, now = asked.firm, asked.now
    groups, looked = look_under_lock(firm, wave, now)
    goes = {notice.pk for notice, decision in looked if decision.verdict == Verdict.SEND}
    going = [kept for group in groups if (kept := [notice for notice in group if notice.pk in goes])]
    # What a cap holds on is no reason for another round.
    taken.decided_otherwise += sum(
        notice.not_before is not None and notice.not_before <= now for notice, _ in looked if notice.pk not in goes
    )
    opened = zip(open_messages(firm, going, now, asked.machine_now), going, strict=True)
    taken.take([(message, told) for message, told in opened if message])
    write_verdicts(looked)
