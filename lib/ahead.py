"""Getting the next thing ready while this one is being used."""

import logging
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

from django.db import connections

logger = logging.getLogger(__name__)
SOON = 1e-4  # seconds: so long a thread that has its answer waits at most for the other one to pause; Python's own is fifty times that


@contextmanager
def one_ahead[Item](
    items: Iterator[Item], *, goes_ahead: Callable[[Item], bool], unused: Callable[[Item], object]
) -> Iterator[Iterator[Item]]:
    """The same items, taken in a thread of its own; the next one while this one is used, where it `goes_ahead` of this one.

    What they raise comes in the place of an item. The thread has database connections of its own: what is open here it does not see.
    `unused` gets the item that is left where nobody came for it.
    """
    usual = sys.getswitchinterval()
    sys.setswitchinterval(SOON)
    with ThreadPoolExecutor(1, "ahead") as thread:
        ahead = _Ahead(thread, items, goes_ahead)
        try:
            yield iter(ahead)
        finally:
            sys.setswitchinterval(usual)
            left = ahead.left()
            thread.submit(connections.close_all).result()
            for item in left:
                unused(item)


class _Ahead[Item]:
    def __init__(self, thread: ThreadPoolExecutor, items: Iterator[Item], goes_ahead: Callable[[Item], bool]) -> None:
        self.thread, self.items, self.goes_ahead = thread, items, goes_ahead
        self.following: Future[Item] | None = None

    def __iter__(self) -> Iterator[Item]:
        while True:
            self.following = self.following or self._take()  # kept until it is here: whoever is interrupted meanwhile leaves it behind
            try:
                item = self.following.result()
            except _End:
                return
            except Exception:
                self.following = None  # it has come
                raise
            self.following = self._take() if self.goes_ahead(item) else None
            yield item

    def left(self) -> list[Item]:
        """Waits for it. What it raised instead nobody came for either: that is logged, so that it hides nothing."""
        if self.following is None:
            return []
        error = self.following.exception()
        if error is None:
            return [self.following.result()]
        if not isinstance(error, _End):
            logger.error("What was to come next", exc_info=error)
        return []

    def _take(self) -> "Future[Item]":
        return self.thread.submit(_next, self.items)


class _End(Exception):
    """There is nothing more. A future gives no `StopIteration`."""


def _next[Item](items: Iterator[Item]) -> Item:
    for item in items:
        return item
    raise _End
