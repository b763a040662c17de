"""The messages of a batch in their order, posted several at once where nothing speaks against it, else one after the other."""

from collections import deque
from collections.abc import Iterator, Sequence
from itertools import chain, islice

from notifications.dispatch.abreast import Going, post_abreast
from notifications.dispatch.making import Made
from notifications.dispatch.posting import Posting
from notifications.dispatch.versions import still_holds
from ways.smtp import SmtpTransport
from ways.transports import Ways

WORTH_IT = 10  # messages: for fewer no further connection is opened


class Queue:
    """Iterating gives what nobody has tried yet.

    Each connection has its place: the envelope of the message that comes next there has gone ahead. What cannot go in its place waits
    until all others have left.
    """

    def __init__(self, made: Sequence[Made], ways: Ways) -> None:
        self.ways = ways
        self.untried = deque(made)
        self.alone = deque[Made]()
        self.lanes = ways.lanes() if len(made) >= WORTH_IT and not self._uses_own_way() else []
        self.closed = set[SmtpTransport]()

    def _uses_own_way(self) -> bool:
        return self.ways.own is not None and any(message.by_own_way for message in self.untried)

    def __iter__(self) -> Iterator[Made]:
        return chain(self.untried, self.alone)

    def __bool__(self) -> bool:
        return bool(self.untried or self.alone)

    def post_next(self, posting: Posting) -> int:
        """How many were taken."""
        row = list(islice(self.untried, len(self.lanes)))
        now = posting.clock()
        if len(row) > 1 and all(still_holds(made.claimed, now) for made in row):
            return self._post_several(posting, row)
        return self._post_one(posting)

    def _post_one(self, posting: Posting) -> int:
        queue = self.untried or self.alone
        made = queue.popleft()
        after = queue[0] if queue else None
        goes_on = after is not None and after.by_own_way == made.by_own_way
        return posting.post(made, self.ways.of(made.by_own_way), following=after.rendered if after and goes_on else None)

    def _post_several(self, posting: Posting, row: Sequence[Made]) -> int:
        for _ in row:
            self.untried.popleft()
        following = (made.rendered for made in islice(self.untried, len(row)))
        going = [Going(made, lane, next(following, None), lane is not self.lanes[0]) for made, lane in zip(row, self.lanes, strict=False)]
        became = post_abreast(posting, [each for each in going if each.by not in self.closed])
        self.alone.extend(each.made for each in going if each.by in self.closed)
        self.alone.extend(became.alone)
        for lane in became.closed:
            self.closed.add(lane)
            self.ways.close_lane(lane)
        return len(became.taken)
