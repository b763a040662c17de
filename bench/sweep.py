"""What a sweep costs: nothing due among a million, a thousand due among ten thousand and among a million, and a hundred thousand."""

import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

from bench.database import Owner, fresh_database, start_django
from bench.practice import make_due, open_actions, settle_firms

if TYPE_CHECKING:
    from bench.__main__ import Measured
    from reminders.sweep import SweepCount

ROUNDS = 5
NOW = datetime(2026, 11, 5, 9, 0, tzinfo=UTC)
EVERY_ACCOUNT, A_HUNDREDTH = 1, 100  # two due on each: 100,000, and 1,000


def measure() -> "Measured":
    """Figures and ratios: the sweep's cost follows what is due, not what exists; and how near it comes to the bare writing of its rows."""
    os.environ.setdefault("RELANCE_SECRET_KEY", "bench-only")
    with fresh_database() as owner, other_hands() as others:
        settle_firms(owner)
        few = open_actions(owner, first=1, last=2, part=10)
        due_few = [seconds for _, seconds in due_times(owner, others)]
        many = open_actions(owner, first=3, last=22)
        due_many = [seconds for _, seconds in due_times(owner, others)]
        idle = idle_times(others)
        due = make_due(owner, EVERY_ACCOUNT, NOW.isoformat())
        swept, seconds = timed_sweep(due, others)
        notices, copied = copy_time(owner)
    figures = {
        "open_few": float(few),
        "open_many": float(many),
        "due_in_few_ms": median(due_few) * 1000,
        "due_in_many_ms": median(due_many) * 1000,
        "idle_1m_ms": median(idle) * 1000,
        "idle_1m_worst_ms": max(idle) * 1000,
        "due_at_once": float(swept.actions),
        "notices_at_once": float(notices),
        "due_at_once_s": seconds,
        "copy_s": copied,
    }
    ratios = {"due_in_1m_vs_10k": figures["due_in_many_ms"] / figures["due_in_few_ms"], "vs_copy": copied / seconds}
    return {"figures": figures, "ratios": ratios}


def other_hands() -> ProcessPoolExecutor:
    """Processes that share a sweep with this one, as those of a worker do: they have long been started when one begins."""
    from reminders.tasks import HANDS  # Django is set up for the fresh database only now

    others = ProcessPoolExecutor(HANDS - 1, get_context("spawn"), start_django)
    others.submit(start_django).result()
    return others


def due_times(owner: Owner, others: ProcessPoolExecutor) -> "Iterator[tuple[SweepCount, float]]":
    """Sweeps that remind of a thousand actions each."""
    for _ in range(ROUNDS):
        yield timed_sweep(make_due(owner, A_HUNDREDTH, NOW.isoformat()), others)


def timed_sweep(due: int, others: ProcessPoolExecutor) -> "tuple[SweepCount, float]":
    """What a sweep did, and its seconds; it must have told two addresses of each of the `due` actions."""
    from reminders.tasks import HANDS

    started = perf_counter()
    helping = [others.submit(sweep_as, hand) for hand in range(1, HANDS)] if due else []
    count = sum((other.result() for other in helping), sweep_as(0))
    seconds = perf_counter() - started
    if (count.actions, count.addresses) != (due, 2 * due):
        raise RuntimeError(f"{count.actions} actions were reminded of at {count.addresses} addresses instead of {due}")
    return count, seconds


def sweep_as(hand: int) -> "SweepCount":
    from reminders.sweep import sweep
    from reminders.tasks import HANDS

    return sweep(NOW, hand=hand, hands=HANDS)


def idle_times(others: ProcessPoolExecutor) -> list[float]:
    """Seconds of sweeps that find nothing due, and call nobody."""
    return [seconds for _, seconds in (timed_sweep(0, others) for _ in range(21))]


def copy_time(owner: Owner) -> tuple[int, float]:
    """How many notices of reminders there are, and the seconds of COPY for the same rows into a like table with its indexes and checks."""
    owner.execute("CREATE TABLE like_notice (LIKE notifications_notice INCLUDING ALL)")
    with owner.cursor() as cursor:
        with cursor.copy("COPY (SELECT * FROM notifications_notice WHERE number > 0) TO STDOUT") as reading:
            rows = b"".join(bytes(part) for part in reading)
        started = perf_counter()
        with cursor.copy("COPY like_notice FROM STDIN") as writing:
            writing.write(rows)
        seconds = perf_counter() - started
        count = cursor.rowcount
    owner.execute("DROP TABLE like_notice")
    return count, seconds
