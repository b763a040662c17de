"""The messages of a batch, posted several at once where nothing speaks against it, else one after the other."""

from collections import deque
from collections.abc import Iterator, Sequence
from itertools import chain, filterfalse, islice, takewhile

from notifications.dispatch.abreast import Became, Going, post_abreast
from notifications.dispatch.making import Made
from notifications.dispatch.posting import Posting
from notifications.dispatch.versions import still_holds
from ways.pacing import relay_of
from ways.smtp import SmtpTransport
from ways.transports import Ways

WORTH_IT = 10  # messages: for fewer no further connection is opened


class Queue:
    """Iterating gives that of which nothing has left.

    Each connection has its place in a row: the envelope of the message that comes next there has gone ahead. `alone` go, once all others
    have, those that always want a look, those that somebody has acted on, and those whose connection was given up.
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
        """No further ones where few are to go, where a firm has its own way, or while anything is amiss with the server."""
        lanes, own = self.ways.beside, self.ways.own
        if lanes is None or (own and any(made.by_own_way for made in self.untried)):
            return []
        if (
            sum(map(_may_go_unseen, self.untried)) < WORTH_IT
            or posting.is_too_late()
            or not posting.pacer.is_at_ease(relay_of(lanes.first))
        ):
            return []
        opened = lanes.open()
        if len(opened) > 1:
            self._set_apart()
        return opened

    def _set_apart(self) -> None:
        """What would stand in a row's way, but for the first: they may be urgent."""
        first = list(takewhile(lambda made: not _may_go_unseen(made), self.untried))
        others = list(islice(self.untried, len(first), None))
        self.untried = deque([*first, *filter(_may_go_unseen, others)])
        self.alone.extend(filterfalse(_may_go_unseen, others))

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
        self.alone.extend(each.made for each in going if each.by in self.given_up)
        became = Became()
        try:
            post_abreast(posting, [each for each in going if each.by not in self.given_up], became)
        finally:
            self.alone.extend(became.alone)
            self._give_up(became.given_up)
        return len(became.taken)

    def _give_up(self, lanes: Sequence[SmtpTransport]) -> None:
        """Where even the first is, the others are out of its way before anything goes by it again."""
        beside = self.ways.beside
        assert beside is not None  # rows leave by its connections alone
        for lane in lanes:
            self.given_up |= beside.give_up(lane)
            if lane is beside.first:
                self.lanes = []


def _may_go_unseen(made: Made) -> bool:
    """Unless somebody acts: else it is always looked at before it goes, as it is about no request."""
    return bool(made.claimed.versions)
