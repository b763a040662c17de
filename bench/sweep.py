"""What a sweep costs: nothing due among a million, and a thousand due among ten thousand and among a million."""

import os
from datetime import UTC, datetime
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

from bench.database import Owner, fresh_database
from bench.practice import make_due, open_actions, settle_firms

if TYPE_CHECKING:
    from bench.__main__ import Measured

DUE = 1_000
ROUNDS = 5
NOW = datetime(2026, 11, 5, 9, 0, tzinfo=UTC)


def measure() -> "Measured":
    """Figures in milliseconds and the ratio the invariant is about: the sweep's cost follows what is due, not what exists."""
    os.environ.setdefault("RELANCE_SECRET_KEY", "bench-only")
    with fresh_database() as owner:
        settle_firms(owner)
        few = open_actions(owner, first=1, last=1, part=5)
        due_few = due_times(owner)
        many = open_actions(owner, first=2, last=21)
        due_many = due_times(owner)
        idle = idle_times()
    figures = {
        "open_few": float(few),
        "open_many": float(many),
        "due_in_few_ms": median(due_few),
        "due_in_many_ms": median(due_many),
        "idle_1m_ms": median(idle),
        "idle_1m_worst_ms": max(idle),
    }
    return {"figures": figures, "ratios": {"due_in_1m_vs_10k": figures["due_in_many_ms"] / figures["due_in_few_ms"]}}


def due_times(owner: Owner) -> list[float]:
    """Milliseconds of sweeps that remind of `DUE` actions each."""
    from reminders.sweep import sweep  # Django is set up for the fresh database only now

    times = []
    for _ in range(ROUNDS):
        make_due(owner, DUE, NOW.isoformat())
        started = perf_counter()
        count = sweep(NOW)
        times.append((perf_counter() - started) * 1000)
        if count.actions != DUE:
            raise RuntimeError(f"{count.actions} actions were reminded of instead of {DUE}")
    return times


def idle_times() -> list[float]:
    """Milliseconds of sweeps that find nothing due."""
    from reminders.sweep import sweep  # as above

    times = []
    for _ in range(21):
        started = perf_counter()
        count = sweep(NOW)
        times.append((perf_counter() - started) * 1000)
        if count.actions:
            raise RuntimeError(f"{count.actions} actions were due where none should be")
    return times
