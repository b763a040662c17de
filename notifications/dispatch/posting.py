"""One firm's messages leaving. Nothing is sent inside a transaction."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from types import TracebackType
from typing import Self

from lib.clock import machine_now, now
from notifications.dispatch.claimed import Claimed
from notifications.dispatch.lease import ENOUGH, LEASE, Dwindled, LeaseLost, NoLongerWanted, hand_over
from notifications.dispatch.ledger import Ledger
from notifications.dispatch.making import Made, make_all
from notifications.dispatch.recording import put_back, record_error
from templates_email.render import Rendered
from ways.accepted import Accepted
from ways.errors import SendError
from ways.pacing import Pacer, behind, relay_of
from ways.transports import FirmTransport, Transport

logger = logging.getLogger(__name__)
Clock = Callable[[], datetime]


class Posting:
    """By whose clock, how fast, and what is written of it; all is written when it is left."""

    def __init__(self, firm_id: int, clock: Clock = now, pacer: Pacer | None = None, claimed_at: datetime | None = None) -> None:
        """`claimed_at` by machine time: what can not be handed over within its lease is put back before a word is spoken about it."""
        self.ledger = Ledger(firm_id)
        self.clock = clock
        self.pacer = pacer or Pacer()
        self.hands_over_until = claimed_at + LEASE - ENOUGH if claimed_at else None
        self.tried, self.came_too_late, self.took = 0, False, timedelta(0)
        self.resting = set[str]()  # behind a relay: where something was put back

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.ledger.settle()

    def post(self, made: Made, transport: Transport, *, following: Rendered | None = None) -> bool:
        """True when the server has taken it. What became of it is recorded before any further message is handed over.

        What became of the one before is recorded before anybody waits for the server.
        """
        if not transport.is_ready_for(made.rendered):
            self.ledger.settle()
        if not self.may_go(made, transport):
            return False
        self.tried, begun = self.tried + 1, machine_now()
        try:
            accepted = self._try(made, transport, self.announced(transport, following))
            self.took = machine_now() - begun
        except SendError as error:
            self.refused(made, transport, error)
            return False
        if accepted:
            self.pacer.went_well(relay_of(transport), made.rendered.recipient_address)
        else:
            self.pacer.answered(relay_of(transport))  # it had taken the envelope
        return accepted is not None

    def may_go(self, made: Made, transport: Transport) -> bool:
        """Else it is put back, before a word is spoken about it."""
        if self.is_too_late():
            self._put_back(made.claimed, machine_now())
            self.came_too_late = True
            return False
        relay, to = relay_of(transport), made.rendered.recipient_address
        if until := self.pacer.waits_until(relay, to):
            self._put_back(made.claimed, until)
            self.resting.add(behind(relay, to))
            return False
        return True

    def taken(self, made: Made, transport: Transport, accepted: Accepted) -> None:
        """Noted, and written with what is written next."""
        own_way = isinstance(transport, FirmTransport)
        self.ledger.record_sent(made.claimed, made.rendered, accepted, self.clock(), copied=made.copied, own_way=own_way)

    def refused(self, made: Made, transport: Transport, error: SendError) -> None:
        self.pacer.told(relay_of(transport), made.rendered.recipient_address, error)
        self.put_off(made, error)

    def put_off(self, made: Made, error: SendError) -> None:
        """Until its next try, or for good."""
        self.ledger.settle()
        record_error(self.ledger.firm_id, made.claimed, error, self.clock())

    def lost(self, claimed: Claimed) -> None:
        logger.info("Message %s is not sent: its lease is lost", claimed.message_id)
        self._put_back(claimed, machine_now())  # where nobody has it yet

    def is_too_late(self) -> bool:
        """As long as it takes as long as the last one."""
        return self.hands_over_until is not None and machine_now() + self.took >= self.hands_over_until

    def _try(self, made: Made, transport: Transport, following: Rendered | None) -> Accepted | None:
        """None for what must not go any more. Raises `SendError`."""
        last_look = partial(self._hand_over, made.claimed)
        try:
            accepted = transport.send(made.rendered, before_data=last_look, following=following)
        except Dwindled:
            return self._try_anew(made.claimed, transport)
        except LeaseLost:
            self.lost(made.claimed)
            return None
        except NoLongerWanted:
            logger.info("Message %s is not sent: it is wanted no more", made.claimed.message_id)
            return None
        self.taken(made, transport, accepted)
        if not accepted.follows:
            self.ledger.settle()
        return accepted

    def _try_anew(self, claimed: Claimed, transport: Transport) -> Accepted | None:
        """Each time it tells of less."""
        made = make_all(self.ledger.firm_id, [claimed], self.clock())
        return self._try(made[0], transport, None) if made else None

    def announced(self, transport: Transport, following: Rendered | None) -> Rendered | None:
        """Not what would be put back when it is its turn: an envelope that went ahead then costs the connection."""
        return following if following and behind(relay_of(transport), following.recipient_address) not in self.resting else None

    def _put_back(self, claimed: Claimed, until: datetime) -> None:
        """Who comes next may go by another connection, and wait for that."""
        self.ledger.settle()
        put_back(self.ledger.firm_id, claimed, until)

    def _hand_over(self, claimed: Claimed) -> None:
        hand_over(self.ledger, claimed, self.clock(), machine_now())


def send(firm_id: int, claimed: Claimed, transport: Transport, clock: Clock = now) -> bool:
    """One message alone: True when the server has taken it."""
    with Posting(firm_id, clock) as posting:
        return any(posting.post(made, transport) for made in make_all(firm_id, [claimed], clock()))
