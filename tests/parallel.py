"""Several at once, on real transactions."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import connection


def at_once(*works: Callable[[], object]) -> list[object]:
    """Runs them in as many threads, each with a connection of its own."""

    def closing(work: Callable[[], object]) -> object:
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(closing, works))


def wait_until(holds: Callable[[], bool], what: str, seconds: float = 20) -> None:
    """Raises TimeoutError."""
    until = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > until:
            raise TimeoutError(what)


def wait_for_a_lock(seconds: float = 20) -> None:
    """Until somebody waits for what this transaction holds. Raises TimeoutError."""
    wait_until(_somebody_waits, "Nobody waits for a lock.", seconds)


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))")
        return bool(cursor.fetchone() != (0,))
