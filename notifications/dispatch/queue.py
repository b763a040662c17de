"""The messages of a batch, posted several at once where nothing speaks against it, else one after the other."""

from collections import deque
from collections.abc import Iterator, Sequence
from itertools import chain, islice

from notifications.dispatch.abreast import Became, Going, post_abreast
from notifications.dispatch.making import Made
from notifications.dispatch.posting import Posting
from notifications.dispatch.versions import still_holds
from ways.pacing import relay_of
from ways.smtp import SmtpTransport
from ways.transports import Ways

WORTH_IT = 10  # messages: for fewer no further connection is opened


class Queue:
    """Iterating gives what nobody has tried yet.

    Each connection has its place in a row: the envelope of the message that comes next there has gone ahead. What cannot go in its place
    waits until all others have left; what is never handed over without a look goes before them.
    """

    def __init__(self, made: Sequence[Made], ways: Ways) -> None:
        self.ways = ways
        self.untried = deque(made)
        self.alone = deque[Made]()
        self.lanes: Sequence[SmtpTransport] | None = None  # not asked for yet
        self.given_up = set[SmtpTransport]()

    def __iter__(self) -> Iterator[Made]:
        return chain(self.untried, self.alone)

    def __bool__(self) -> bool:
        return bool(self.untried or self.alone)

    def post_next(self, posting: Posting) -> int:
        """How many were taken."""
        if self.lanes is None:
            self.lanes = self._open_lanes(posting)
        row = list(islice(self.untried, len(self.lanes)))
        now = posting.clock()
        if len(row) > 1 and all(still_holds(made.claimed, now) for made in row):
            return self._post_several(posting, row, self.lanes)
        return self._post_one(posting)

    def _open_lanes(self, posting: Posting) -> Sequence[SmtpTransport]:
        """None where few are to go, where a firm has its own way, or while anything is amiss with the server."""
        lanes, own = self.ways.beside, self.ways.own
        if lanes is None or len(self.untried) < WORTH_IT or (own and any(made.by_own_way for made in self.untried)):
            return []
        if posting.is_too_late() or not posting.pacer.is_at_ease(relay_of(lanes.first)):
            return []
        self.untried = deque(sorted(self.untried, key=lambda made: bool(made.claimed.versions)))
        return lanes.open()

    def _post_one(self, posting: Posting) -> int:
        queue = self.untried or self.alone
        made = queue.popleft()
        after = queue[0] if queue else None
        goes_on = after is not None and after.by_own_way == made.by_own_way
        return posting.post(made, self.ways.of(made.by_own_way), following=after.rendered if after and goes_on else None)

    def _post_several(self, posting: Posting, row: Sequence[Made], lanes: Sequence[SmtpTransport]) -> int:
        for _ in row:
            self.untried.popleft()
        following = (made.rendered for made in islice(self.untried, len(row)))
        going = [Going(made, lane, next(following, None), lane is not lanes[0]) for made, lane in zip(row, lanes, strict=False)]
        became = Became(alone=[each.made for each in going if each.by in self.given_up])
        try:
            post_abreast(posting, [each for each in going if each.by not in self.given_up], became)
        finally:
            self.alone.extend(became.alone)
            self._give_up(became.given_up)
        return len(became.taken)

    def _give_up(self, lanes: Sequence[SmtpTransport]) -> None:
        for lane in lanes:
            self.given_up.add(lane)
            if self.ways.beside:
                self.ways.beside.give_up(lane)
