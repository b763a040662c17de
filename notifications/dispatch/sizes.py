"""How many messages a worker claims of a firm at a time: as many as leave within seconds, whatever their server."""

from notifications.dispatch.claim import BATCH

WITHIN = 1.5  # seconds: so long somebody's notice waits behind a batch of others, and behind the next one; leases leave far more
SMALLEST, LARGEST = 4, 6 * BATCH


class Sizes:
    """Of one worker's round, learnt from batch to batch. A large batch costs less for each message, and keeps other firms waiting.

    A firm that has had no turn yet begins with what was learnt last of the way that it shares with others.
    """

    def __init__(self) -> None:
        self.of_firms = dict[int, int]()
        self.shared = 0  # nothing yet

    def of(self, firm_id: int, *, own_way: bool) -> int:
        return self.of_firms.get(firm_id, 0 if own_way else self.shared) or BATCH

    def learn(self, firm_id: int, tried: int, seconds: float, *, own_way: bool, too_late: bool = False) -> None:
        """Where some came too late, at most half of what it was: what they took says nothing, for they were not tried."""
        if tried or too_late:
            learnt = min(size_after(tried, seconds), max(BATCH, 2 * tried)) if tried else LARGEST  # one that leaves at once says little
            half = self.of(firm_id, own_way=own_way) // 2 if too_late else LARGEST
            self.of_firms[firm_id] = max(SMALLEST, min(half, learnt))
            self.shared = self.shared if own_way else self.of_firms[firm_id]

    def is_fast(self, firm_id: int) -> bool:
        """Whether a batch by the shared way is known to leave as fast as batches begin with, or faster: its last, or another firm's."""
        return self.of_firms.get(firm_id, self.shared) >= BATCH


def size_after(tried: int, seconds: float) -> int:
    """Where so many took so long."""
    return max(SMALLEST, min(LARGEST, int(WITHIN * tried / seconds) if seconds > 0 else LARGEST))
