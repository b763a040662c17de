"""What is done to dispatchers, each scene as often as it is told. After each fault others take over until nothing is left to send."""

import random
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic

from tests.faults.nursery import End, Order
from tests.faults.office import Office, let_many_sign, messages_after, newest
from tests.faults.points import Point
from tests.faults.stage import Stage

REQUESTS = 3  # of two people each: six messages, and their reminders
REQUESTS_ABREAST = 8
MANY, SIGNERS = 40, 20  # where nobody is killed: requests in a week, each of so many people
FLEET, ROUNDS = 8, 4
MISSES = 10  # for each fault
PATIENCE = 60  # rounds until everything must have left


@dataclass
class Played:
    """How often the fault struck. Where the product ran, the seconds from each fault's end until a message was taken, until all were."""

    faults: int = 0
    missed: int = 0  # all was sent before it struck
    again: list[float] = field(default_factory=list)
    all_gone: list[float] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class NeverEnds(AssertionError):
    """Something is left that no dispatcher sends."""


@dataclass
class Scene:
    stage: Stage
    office: Office
    dice: random.Random
    abreast: bool = False  # as many messages as leave by several connections at once, from the first on
    played: Played = field(default_factory=Played)

    @property
    def requests(self) -> int:
        return REQUESTS_ABREAST if self.abreast else REQUESTS

    def dispatch(self, **fate: object) -> End:
        return self.stage.dispatch(self.office.now, abreast=self.abreast, **fate)

    def weeks(self, faults: int, strike: Callable[[], None]) -> Played:
        """Requests, then their reminders, and `strike` while each are sent, until there have been so many faults."""
        while self.played.faults < faults:
            if self.played.missed > MISSES + MISSES * self.played.faults:
                raise NeverEnds(f"All was sent before the fault could strike, {self.played.missed} times.")
            asked = self.office.ask(self.requests)
            strike()
            self.stage.wait_until_server_has_read()
            self.office.withdraw(self.dice.choice(asked), self.stage.taken_so_far())
            self.deliver()
            self.office.remind()
            strike()
            self.deliver()
        return self.played

    def deliver(self, fleet: int = 1) -> None:
        """What the next ticks do, with the waits between them left out."""
        for _ in range(PATIENCE):
            if not self.office.still_to_go():
                return
            self.office.let_leases_run_out()
            self.dispatch(fleet=fleet, rounds=ROUNDS if fleet > 1 else 1)
        raise NeverEnds(f"{self.office.still_to_go()} are left at {self.office.now}.")

    def wait_for_other_days(self) -> None:
        """Until what was held has gone too."""
        for _ in range(PATIENCE):
            if not self.office.waits_for_another_day():
                return
            self.office.now += timedelta(days=1)
            self.deliver(FLEET)
        raise NeverEnds(f"Something is held for longer than {self.office.now}.")

    def tell(self, how: str, *, struck: str = "killed") -> None:
        """How a dispatcher ended. Raises RuntimeError for one that was not struck but failed by itself, whose fault would show nothing."""
        if how not in (struck, "done"):
            raise RuntimeError(f"A dispatcher that was to be {struck} is {how}.")
        if how == struck:
            self.played.faults += 1
        else:
            self.played.missed += 1


def kills_at(scene: Scene, point: Point, times: int) -> Played:
    """Killed there, at one of its first passings."""

    def strike() -> None:
        end = scene.dispatch(point=point, passing=scene.dice.randint(1, 1 if once_a_batch(point) else 5))
        scene.tell(end.how)

    return scene.weeks(times, strike)


def once_a_batch(point: Point) -> bool:
    return point in (Point.LOOKED, Point.CLAIMED)


def kills_at_random(scene: Scene, times: int) -> Played:
    """At any moment of the time that it takes to send everything."""
    scene.office.ask(scene.requests)
    longest = lasted(scene.dispatch)

    def strike() -> None:
        nonlocal longest
        ends = list[str]()
        took = lasted(lambda: ends.append(scene.dispatch(after_ms=scene.dice.uniform(0, 1000 * longest)).how))
        scene.tell(ends[0])
        longest = took if ends == ["done"] else longest

    return scene.weeks(times, strike)


def lasted(act: Callable[[], object]) -> float:
    """Seconds."""
    begun = monotonic()
    act()
    return monotonic() - begun


def sleeps(scene: Scene, times: int) -> Played:
    """Stopped at some point, woken only once its leases have run out and others have sent everything."""

    def strike() -> None:
        point = scene.dice.choice(list(Point))
        passing = scene.dice.randint(1, 1 if once_a_batch(point) else 5)
        end = scene.dispatch(point=point, passing=passing, signal=signal.SIGSTOP)
        scene.tell(end.how, struck="stopped")
        if end.how == "stopped":
            if point is not Point.LOOKED:  # there it holds locks, and whoever else is waits for nothing
                scene.deliver()
            scene.stage.send_order(Order(wake=end.pid))
            scene.stage.end()

    return scene.weeks(times, strike)


def database_stops(scene: Scene, times: int) -> Played:
    """PostgreSQL is stopped at once while messages leave, and started again."""

    def strike() -> None:
        scene.stage.send_order(Order(scene.office.now.isoformat(), abreast=scene.abreast))
        scene.stage.stop.wait(scene.dice.uniform(0.05, 0.4))
        scene.stage.break_postgres()
        scene.tell(scene.stage.end().how, struck="failed")
        forget_connection()

    return scene.weeks(times, strike)


def forget_connection() -> None:
    """Ours went with the server."""
    from django.db import connection

    connection.close()


def bad_server(scene: Scene, messages: int) -> Played:
    """As `tests.faults.server` misbehaves; a fault is a message that it was to take."""
    let_many_sign(scene.office, SIGNERS)
    while scene.played.faults < messages:
        before = newest(scene.office)
        asked = scene.office.ask(MANY)
        scene.office.withdraw(scene.dice.choice(asked), scene.stage.taken_so_far())
        scene.deliver(FLEET)
        scene.office.remind()
        scene.deliver(FLEET)
        scene.office.write_to_all_again()
        scene.played.faults += messages_after(scene.office, before)
    scene.wait_for_other_days()
    return scene.played
