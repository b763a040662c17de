"""What is done to the product while it runs: worker and beat, which nobody helps. Each fault is followed until all goes again."""

import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from ops.stopping import Deadline
from tests.faults.office import Office
from tests.faults.product import Product
from tests.faults.scenes import NeverEnds, Played, forget_connection, lasted
from tests.faults.stage import Stage

REQUESTS = 5  # of two people each, before the fault, and as many while it lasts or once it is over
PATIENCE = 300.0  # seconds, until all must have left
LOOKS = 0.1
SILENCE = (22.0, 35.0)  # seconds: longer than anybody waits for an answer, too short for a third try
VISITS = 30  # while the broker is gone for long

type Ended = float  # the second since 1970 at which a fault was over


@dataclass
class Life:
    product: Product
    dice: random.Random
    played: Played = field(default_factory=Played)

    @property
    def stage(self) -> Stage:
        return self.product.stage

    @property
    def office(self) -> Office:
        return self.product.office

    def days(self, times: int, strike: Callable[[], Ended]) -> Played:
        """Requests, of which one is withdrawn; `strike` while they leave."""
        for _ in range(times):
            asked = self.office.ask_now(REQUESTS)
            self.office.withdraw_beside(self.dice.choice(asked), self.stage.taken_so_far, self.wait_until)
            ended = strike()
            self.played.faults += 1
            self.see_all_leave(ended)
        return self.played

    def ask_more(self) -> None:
        self.office.ask_now(REQUESTS)

    def see_all_leave(self, ended: Ended) -> None:
        on_their_way = self.office.handed_over()  # by those that did not survive, too
        self.office.ask_now(1)  # all else may have left before the fault was over
        self.wait_until(lambda: self.stage.first_taken_after(ended, on_their_way) is not None)
        self.played.again.append((self.stage.first_taken_after(ended, on_their_way) or ended) - ended)
        self.wait_until(lambda: not self.office.still_to_go())
        self.played.all_gone.append(time.time() - ended)
        if not self.product.still_lives():
            raise NeverEnds("Worker or beat has ended, and nobody had asked it to.")

    def wait_until(self, true: Callable[[], bool]) -> None:
        deadline = Deadline(PATIENCE)
        while not true():
            if deadline.has_passed:
                raise NeverEnds(f"{self.office.still_to_go()} are left after {PATIENCE:.0f} s.")
            self.stage.stop.wait(LOOKS)


def broker_kills(life: Life, times: int) -> Played:
    """Gone for some seconds, in which more is asked; it comes back empty."""

    def strike() -> Ended:
        life.stage.broker.kill()
        life.ask_more()
        life.stage.stop.wait(life.dice.uniform(0, 3))
        life.stage.broker.start()
        return time.time()

    return life.days(times, strike)


def broker_flushes(life: Life, times: int) -> Played:
    """In turns with all that wakes a worker still in it, and while messages leave."""

    def strike() -> Ended:
        if life.played.faults % 2:
            life.ask_more()
            life.stage.broker.flush()
            return time.time()
        with life.product.frozen_worker():
            life.ask_more()
            assert life.stage.broker.flush(), "The broker held nothing."
            return time.time()

    return life.days(times, strike)


def broker_gone(life: Life, seconds: int) -> Played:
    """For long: staff go on opening pages and asking."""
    asking, pages = list[float](), list[float]()

    def strike() -> Ended:
        life.stage.broker.kill()
        until = Deadline(seconds)
        while not until.has_passed:
            asking.append(lasted(lambda: life.office.ask_now(1)))
            pages.append(lasted(life.product.open_pages))
            life.stage.stop.wait(seconds / VISITS)
        life.stage.broker.start()
        return time.time()

    played = life.days(1, strike)
    played.notes.append(f"gone for {seconds} s; at worst {max(asking):.1f} s to ask, {max(pages):.1f} s for four pages")
    return played


def worker_kills(life: Life, times: int) -> Played:
    """With all its processes; it is started again at once. What it had in hand waits for its lease."""

    def strike() -> Ended:
        life.product.kill_worker()
        ended = time.time()
        life.product.start_worker()
        life.ask_more()
        return ended

    return life.days(times, strike)


def database_stops(life: Life, times: int) -> Played:
    def strike() -> Ended:
        life.stage.break_postgres()
        ended = time.time()
        forget_connection()
        life.ask_more()
        return ended

    return life.days(times, strike)


def silences(life: Life, times: int) -> Played:
    """The mail server takes connections and says nothing, for longer than anybody waits for it."""

    def strike() -> Ended:
        life.stage.mail_server.send_signal(signal.SIGUSR1)
        life.ask_more()
        life.stage.stop.wait(life.dice.uniform(*SILENCE))
        life.stage.mail_server.send_signal(signal.SIGUSR2)
        return time.time()

    return life.days(times, strike)
