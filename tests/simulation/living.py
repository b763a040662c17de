"""Lives a history in the engine and beside it in the models, compares what each put down, and watches what must never happen."""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tests.simulation.by_event import ByEvent
from tests.simulation.by_minute import ByMinute
from tests.simulation.engine import Engine
from tests.simulation.history import History
from tests.simulation.model import Model
from tests.simulation.watch import Broken, Watch
from tests.simulation.world import DECIDED_ANEW, OF_THE_WORLD, Happening

type Entry = tuple[object, ...]


@dataclass
class Lived:
    events: int = 0
    ticks: int = 0
    reminders: int = 0
    emails: int = 0

    def __add__(self, other: "Lived") -> "Lived":
        return Lived(self.events + other.events, self.ticks + other.ticks, self.reminders + other.reminders, self.emails + other.emails)


class Differs(AssertionError):
    """Engine and model do not put down the same."""


class Life:
    def __init__(self, history: History) -> None:
        self.history, self.world = history, deepcopy(history.world)
        self.engine = Engine(self.world)
        self.models = [Model(self.world, ByEvent(self.world))]
        if history.each_tick:
            self.models.append(Model(self.world, ByMinute(self.world)))
        self.watch = Watch(self.world)
        self.until = history.start  # of an outage
        self.kill = ""
        self.lived = Lived()

    def live(self) -> Lived:
        waiting = list(reversed(self.history.happenings))
        last = self.history.start
        while (tick := self.next_tick(last)) is not None or waiting:
            if waiting and (tick is None or waiting[-1].at <= tick):
                happening = waiting.pop()
                self.happen(happening)
                last = max(last, happening.at)
            elif tick is None or tick > self.history.end:
                break
            else:
                self.come_by(tick)
                last = tick + timedelta(microseconds=1)
        return self.lived

    # --- What happens ------------------------------------------------------------------------------------------------

    def happen(self, happening: Happening) -> None:
        self.lived.events += 1
        if happening.what == "outage":
            self.until = max(self.until, happening.at + happening.values[0])
        elif happening.what == "kill":
            self.kill = happening.values[0]
        else:
            self.apply(happening)
            self.compare(happening.at, str(happening))

    def apply(self, happening: Happening) -> None:
        self.world.version += 1
        if happening.what in OF_THE_WORLD:
            getattr(self.world, happening.what)(*happening.values, now=happening.at)
            self.engine.changed(happening.what, happening.at)
            if happening.what in DECIDED_ANEW:  # all else the models read when somebody comes by
                for model in self.models:
                    model.decide_anew(happening.at)
            return
        self.watch.happens(happening)
        for life in (self.engine, *self.models):
            getattr(life, happening.what)(*happening.values, now=happening.at)

    # --- Somebody comes by -------------------------------------------------------------------------------------------

    def next_tick(self, last: datetime) -> datetime | None:
        """The next time that somebody comes by, of those at which anybody knows of something to do."""
        wakes = [last] if self.history.each_tick else [self.engine.wakes_at(), self.models[0].wakes_at(last), self._expires(last)]
        times = [at for at in wakes if at is not None]
        if not times:
            return None
        at = max(min(times), last, self.until)
        behind = (at - self.history.start) % self.history.every
        return at + (self.history.every - behind if behind else timedelta())

    def _expires(self, last: datetime) -> datetime | None:
        days = [row.expires_on for row in self.engine.rows.values() if row.is_open and row.expires_on is not None]
        return last if any(day < last.astimezone(self.world.zone).date() for day in days) else None

    def come_by(self, now: datetime) -> None:
        self.lived.ticks += 1
        for _ in range(self.history.beats):
            self.sweep(now)
            self.compare(now, "sweep")
            if not self.is_killed("before dispatch"):
                self.dispatch(now)
                self.compare(now, "dispatch")

    def sweep(self, now: datetime) -> None:
        after = 1 if self.kill == "in the sweep" else None
        reached = self.engine.sweep(now, killed_after=after)
        if after is None or not reached:
            after = None
        else:
            self.kill = ""
        for model in self.models:
            model.sweep(now, killed_after=after)
            if after is not None:
                model.remind_only(reached, now)

    def dispatch(self, now: datetime) -> None:
        killed = self.kill if self.kill in ("claimed", "handed") else ""
        for model in self.models:
            model.dispatch(now, killed=killed)
        if self.engine.dispatch(now, killed=killed):
            self.kill = ""

    def is_killed(self, where: str) -> bool:
        if self.kill != where:
            return False
        self.kill = ""
        return True

    def compare(self, now: datetime, what: str) -> None:
        entries = self.engine.log
        for model in self.models:
            if entries != model.log and sorted(map(repr, entries)) != sorted(map(repr, model.log)):
                ours, theirs = set(map(repr, entries)), set(map(repr, model.log))
                only = [f"  engine only: {each}" for each in sorted(ours - theirs)]
                only += [f"  model only: {each}" for each in sorted(theirs - ours)]
                raise Differs("\n".join([f"{now:%Y-%m-%d %H:%M:%S}, {what}, {type(model.times).__name__}:", *only]))
            model.log.clear()
        if not entries:
            return
        self.watch.came_by(entries, now)
        self.lived.reminders = self.watch.reminders
        self.lived.emails += sum(entry[0] == "sent" for entry in entries)
        entries.clear()


def live(history: History) -> Lived:
    """Raises `Differs` or `Broken`."""
    return Life(history).live()


def lived_or_wrong(history: History) -> tuple[Lived, str]:
    """What was lived, and what is wrong; nothing where all agree."""
    life = Life(history)
    try:
        return life.live(), ""
    except (Differs, Broken) as wrong:
        return life.lived, f"{type(wrong).__name__}: {wrong}"


def what_is_wrong(history: History) -> str:
    return lived_or_wrong(history)[1]


def shrunk(history: History) -> History:
    """The same failure with as little happening as can be."""
    happenings: Sequence[Happening] = history.happenings
    size = max(1, len(happenings) // 2)
    while True:
        smaller = next(
            (
                less for n in range(0, len(happenings), size)
                if what_is_wrong(replace(history, happenings=(less := [*happenings[:n], *happenings[n + size :]])))
            ),
            None,
        )  # fmt: skip
        if smaller is not None:
            happenings = smaller
            size = min(size, max(1, len(happenings) // 2))
        elif size == 1:
            return replace(history, happenings=happenings)
        else:
            size //= 2
