"""How many messages a worker claims of a firm at a time: as many as leave within seconds, whatever their server."""

from collections import defaultdict

from notifications.dispatch.claim import BATCH

WITHIN = 5.0  # seconds: a quarter of what a lease leaves until the last of a batch must be handed over
SMALLEST, LARGEST = 4, 4 * BATCH


class Sizes:
    """Of one worker's round, learnt from batch to batch. A large batch costs less for each message, and keeps other firms waiting."""

    def __init__(self) -> None:
        self.of = defaultdict[int, int](lambda: BATCH)  # by firm

    def learn(self, firm_id: int, tried: int, seconds: float) -> None:
        if tried:
            self.of[firm_id] = size_after(tried, seconds)


def size_after(tried: int, seconds: float) -> int:
    """Where so many took so long."""
    return max(SMALLEST, min(LARGEST, int(WITHIN * tried / seconds) if seconds > 0 else LARGEST))
