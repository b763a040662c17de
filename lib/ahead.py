"""Getting the next thing ready while this one is being used."""

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Final

from django.db import connections

SOON = 1e-4  # seconds: so long a thread that has its answer waits at most for the other one to pause; Python's own is fifty times that
END: Final = object()


@contextmanager
def one_ahead[Item](items: Iterator[Item], unused: Callable[[Item], object]) -> Iterator[Iterator[Item]]:
    """The same items, each taken in a thread of its own while the one before it is used; what they raise comes in its place.

    The thread has database connections of its own: what is open here it does not see. `unused` gets the item that is left where nobody
    came for it.
    """
    usual = sys.getswitchinterval()
    sys.setswitchinterval(SOON)
    with ThreadPoolExecutor(1, "ahead") as thread:
        steps = [thread.submit(next, items, END)]
        try:
            yield _each(thread, items, steps)
        finally:
            sys.setswitchinterval(usual)
            left = [item for step in steps if (item := step.result()) is not END]
            thread.submit(connections.close_all).result()
            for item in left:
                unused(item)  # type: ignore[arg-type]  # END apart, which next() gives, they are Items


def _each[Item](thread: ThreadPoolExecutor, items: Iterator[Item], steps: list[Future[Item | object]]) -> Iterator[Item]:
    while steps and (item := steps.pop().result()) is not END:
        steps.append(thread.submit(next, items, END))
        yield item  # type: ignore[misc]  # as above
