"""A firm's history by chance: who is there, what happens, and how often somebody comes by. The same dice give the same history."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from tests.simulation.world import Happening, Mail, Office, Person, Use, World

ZONES = (
    "Europe/Paris", "Europe/Paris", "Europe/Brussels", "Indian/Reunion", "America/New_York", "America/Havana", "America/Nuuk",
    "America/Santiago", "Atlantic/Azores", "Africa/Cairo", "Africa/Casablanca", "Asia/Beirut", "Asia/Kolkata", "Antarctica/Troll",
    "Australia/Lord_Howe", "Pacific/Auckland", "Pacific/Chatham", "Pacific/Kiritimati", "UTC",
)  # fmt: skip
PERIODS = tuple(timedelta(seconds=s) for s in (1, 20, 20, 60, 600, 3600, 6 * 3600, 86400))
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class History:
    world: World  # as it begins: whoever lives it takes a copy
    start: datetime
    end: datetime
    every: timedelta  # how often somebody comes by
    beats: int  # how many at once
    happenings: Sequence[Happening]
    each_tick: bool = False  # somebody comes by though nobody knows of anything to do

    def __str__(self) -> str:
        lines = [f"from {self.start} to {self.end}, every {self.every}, {self.beats} at once", str(self.world)]
        return "\n".join([*lines, *(f"{h.at}  {h.what} {h.values}" for h in self.happenings)])


def a_year(seed: str) -> History:
    return _Dice(seed).history(timedelta(days=365), per_week=3.5)


def some_weeks(seed: str) -> History:
    """In whole minutes, more of it, and somebody comes by again and again, whether there is anything to do or not."""
    dice = _Dice(seed, grain=timedelta(minutes=1))
    history = dice.history(timedelta(weeks=3), per_week=14)
    every = max(history.every, timedelta(minutes=dice.choice((1, 5, 20, 60))))
    return replace(history, every=every, each_tick=True)


def a_short_one(seed: str, keys: Sequence[int]) -> History:
    """For the real database: `keys` are the people's.

    Each sweep is one transaction there; and where nothing is bundled there is no cap, which would go to whichever PostgreSQL finds first.
    """
    dice = _Dice(seed, keys=keys)
    history = dice.history(timedelta(days=21), per_week=12)
    office = history.world.office
    if not office.bundle:
        office.cap_a_day = office.cap_a_week = None
    happenings = [each for each in history.happenings if _is_for_the_database(each, office)]
    return replace(history, happenings=happenings, every=timedelta(minutes=dice.choice((1, 7, 60, 1440))), beats=1)


def _is_for_the_database(happening: Happening, office: Office) -> bool:
    if happening.what == "terms":
        return happening.values[0] != "bundle" and (office.bundle or not happening.values[0].startswith("cap"))
    return happening.values != ("in the sweep",)


class _Dice(Random):
    def __init__(self, seed: str, grain: timedelta = timedelta(seconds=1), keys: Sequence[int] = ()) -> None:
        super().__init__()
        self.seed(seed)
        self.grain, self.keys, self.items = grain, keys, 0

    def __new__(cls, *_: object, **__: object) -> "_Dice":
        return super().__new__(cls)

    # --- Who is there ------------------------------------------------------------------------------------------------

    def history(self, length: timedelta, per_week: float) -> History:
        start = self.moment(datetime(2024, 1, 1, tzinfo=UTC), timedelta(days=365 * 13))
        world, beats = self.world(start, length), self.choice((1, 1, 2))
        times = sorted(self.moment(start, length) for _ in range(int(length / timedelta(weeks=1) * per_week)))
        happenings = [h for at in times for h in self.happens(world, at)]
        return History(world, start, start + length + timedelta(days=14), self.choice(PERIODS), beats, happenings)

    def moment(self, start: datetime, length: timedelta) -> datetime:
        """Any, but often a round one: where rules meet, they meet at full hours."""
        at = start + self.grain * self.randrange(length // self.grain)
        return at.replace(minute=self.choice((0, 30)), second=0) if self.random() < 0.3 else at

    def world(self, start: datetime, length: timedelta) -> World:
        keys = self.keys or self.sample(range(1, 100_000), self.randint(2, 5))
        zone = self.choice(ZONES)
        people = {key: Person(None if self.random() < 0.6 else self.choice(ZONES)) for key in keys}
        mails = [Mail(key) for key in people for _ in range(1 if self.random() < 0.8 else 2)]
        accounts = range(self.randint(1, 3))
        uses: dict[int, dict[int, Use]] = {account: {} for account in accounts}
        for person in people:
            for account in self.sample(accounts, self.randint(1, len(accounts))):
                uses[account] |= {n: Use(self.random() < 0.9, self.random() < 0.9) for n, m in enumerate(mails) if m.person == person}
        for number in accounts:
            uses[number] = uses[number] or {0: Use()}
        return World(self.office(zone, start, length), people, mails, uses)

    def office(self, zone: str, start: datetime, length: timedelta) -> Office:
        opens, closes = self.hours()
        days = frozenset(range(5)) if self.random() < 0.6 else frozenset(self.sample(range(7), self.randint(1, 7)))
        closed = {(start + A_DAY * self.randrange(length.days)).date() for _ in range(self.randrange(2 + length.days // 20))}
        return Office(
            zone, opens, closes, days, frozenset(closed), open_days_only=self.random() < 0.3, always=self.random() < 0.05,
            bundle=self.random() < 0.7, cap_a_day=self.choice((None, 1, 1, 2)), cap_a_week=self.choice((None, None, 1, 2, 4)),
            latest_days=self.choice((1, 3, 3, 7)),
        )  # fmt: skip

    def hours(self) -> tuple[time, time]:
        if self.random() < 0.6:
            return time(8, 30), time(18)
        first, second = sorted(self.sample(range(0, 1440, 15), 2))
        return time(first // 60, first % 60), time(second // 60, second % 60)

    # --- What happens ------------------------------------------------------------------------------------------------

    def happens(self, world: World, at: datetime) -> Iterator[Happening]:
        """One thing, or two at once."""
        what: Sequence[tuple[int, Callable[[World, datetime], tuple[str, tuple[Any, ...]]]]] = (
            (40, self.ask), (10, self.act), (6, self.end), (8, self.anew), (10, self.set), (6, self.resend), (8, self.switch),
            (4, self.bounce), (3, self.person), (4, self.move), (4, self.close), (6, self.terms), (12, self.pause), (5, self.outage),
            (8, self.kill),
        )  # fmt: skip
        chosen = self.ask if not self.items else self.choices([each for _, each in what], [weight for weight, _ in what])[0]
        happening = Happening(at, *chosen(world, at))
        yield happening
        if self.random() < 0.05 and happening.what != "ask":
            yield happening  # a webhook that comes twice, a button that is pressed twice
        elif self.random() < 0.1:
            yield from self.happens(world, at)

    def ask(self, world: World, at: datetime) -> tuple[str, tuple[Any, ...]]:
        account = self.choice(list(world.uses))
        people = sorted({world.mails[mail].person for mail in world.uses[account]})
        named = frozenset(self.sample(people, self.randint(1, len(people)))) if self.random() < 0.5 else frozenset()
        last = (at + A_DAY * self.randint(1, 20)).astimezone(ZoneInfo(world.office.zone)).date() if self.random() < 0.15 else None
        self.items += 1
        return "ask", (self.items, account, named, self.a_schedule(0.9), last)

    def a_schedule(self, on: float) -> tuple[bool, int, int]:
        return self.random() < on, self.choice((1, 1, 2, 3, 3, 5, 7, 14)), self.choice((1, 1, 2, 3, 5, 20))

    def item(self) -> int:
        """Rather a late one."""
        return max(1, self.items - int(self.expovariate(0.5)))

    def act(self, world: World, at: datetime) -> tuple[str, tuple[Any, ...]]:
        return "act", (self.item(), self.choice(list(world.people)))

    def end(self, world: World, at: datetime) -> tuple[str, tuple[Any, ...]]:
        return self.choice(("settle", "refuse", "withdraw")), (self.item(),)

    def anew(self, world: World, at: datetime) -> tuple[str, tuple[Any, ...]]:
        return "reopen", (self.item(), self.a_schedule(0.9))

    def set(self, world: World, at: datetime) -> tuple[str, tuple[Any, ...]]:
        return "schedule", (self.item(), self.a_schedule(0.7))

    def resend(self, world: World, at: datetime) -> tuple[str, tuple[Any, ...]]:
        return "resend", (self.item(),)

    def switch(self, world: World, at: datetime) -> tuple[str, tuple[Any, ...]]:
        account = self.choice(list(world.uses))
        return "switch", (account, self.choice(list(world.uses[account])), self.choice(("notify", "wants")), self.random() < 0.75)

    def bounce(self, world: World, at: datetime) -> tuple[str, tuple[Any, ...]]:
        return self.choice(("bounce", "lift", "lift")), (self.randrange(len(world.mails)),)

    def person(self, world: World, at: datetime) -> tuple[str, tuple[Any, ...]]:
        if self.random() < 0.5:
            return "archive", (self.choice(list(world.people)), self.random() < 0.3)
        return "unlink", (self.randrange(len(world.mails)), self.random() < 0.3)

    def move(self, world: World, at: datetime) -> tuple[str, tuple[Any, ...]]:
        return "move", (self.choice(list(world.people)), self.choice((None, *ZONES)))

    def close(self, world: World, at: datetime) -> tuple[str, tuple[Any, ...]]:
        return "close_days", ((at + A_DAY * self.randint(0, 6)).date(), self.choice((1, 1, 2, 10)))

    def terms(self, world: World, at: datetime) -> tuple[str, tuple[Any, ...]]:
        start, until = self.hours()
        return "terms", self.choice((
            ("days", frozenset(self.sample(range(7), self.randint(1, 7)))),
            ("cap_a_day", self.choice((None, 1, 2))), ("cap_a_week", self.choice((None, 1, 3))), ("latest_days", self.choice((1, 3, 7))),
            ("bundle", self.random() < 0.5), ("open_days_only", self.random() < 0.5), ("hours", (start, until)),
        ))  # fmt: skip

    def pause(self, world: World, at: datetime) -> tuple[str, tuple[Any, ...]]:
        level = self.choice(("firm", "account", "person", "person", "item"))
        number = {"firm": 0, "account": self.choice(list(world.uses)), "person": self.choice(list(world.people)), "item": self.item()}[
            level
        ]
        return ("pause", (level, number, self.choice((0, 1, 2, 4, 7, 20)))) if self.random() < 0.7 else ("end_pause", (level, number))

    def outage(self, world: World, at: datetime) -> tuple[str, tuple[Any, ...]]:
        """For hours, days or weeks."""
        return "outage", (timedelta(seconds=int(self.choice((1, 24, 24, 24 * 7)) * 3600 * self.uniform(0.5, 3))),)

    def kill(self, world: World, at: datetime) -> tuple[str, tuple[Any, ...]]:
        return "kill", (self.choice(("in the sweep", "before dispatch", "claimed", "handed")),)
