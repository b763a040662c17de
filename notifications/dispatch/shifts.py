"""How long a process sends before it is free for something else, and where it goes on then.

A line of thousands takes minutes. If whoever had begun it went on until nothing was left, soon every process of a worker would be at it,
and nobody would sweep, import or read what was reported.
"""

from dataclasses import dataclass
from datetime import timedelta
from time import monotonic


@dataclass(slots=True)
class Shift:
    """Of one process, one after the other: each `lasts` so long and gives one turn at least. Without, until there is nothing to send."""

    lasts: timedelta | None = None
    left_at: int = 0  # the firm that had the last turn in order: the next shift goes on behind it
    left_urgent_at: int = 0  # the same, of those with something urgent
    ends: float | None = None  # by `monotonic`
    is_begun: bool = False  # it has given a turn

    def begin(self) -> None:
        self.ends = monotonic() + self.lasts.total_seconds() if self.lasts else None
        self.is_begun = False

    @property
    def is_over(self) -> bool:
        return self.is_begun and self.ends is not None and monotonic() >= self.ends
