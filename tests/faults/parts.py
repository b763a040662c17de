"""What each part plays, and how often. To be imported once Django has been set up for the stage's database."""

import logging
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from time import monotonic

from django.conf import settings

from tests.faults import living, scenes
from tests.faults.line import WITHIN, Line, to_json
from tests.faults.living import Life
from tests.faults.office import Office, Reckoning, newest, open_office, reckon
from tests.faults.points import Point
from tests.faults.product import Product, running_product
from tests.faults.scenes import Played, Scene
from tests.faults.stage import Stage

KILLS, KILLS_AT_A_POINT, SLEEPS, STOPS, MESSAGES = 500, 20, 100, 50, 100_000
BROKER_KILLS, BROKER_FLUSHES, SECONDS_WITHOUT_BROKER = 50, 50, 30 * 60
WHILE_IT_RUNS = 10  # workers killed, stops of the database, silences of the mail server: until all goes again
WHILE_THEY_LEAVE = (Point.MAIL, Point.RCPT, Point.HANDED, Point.DATA, Point.DOT, Point.ANSWERED, Point.RECORDED)
BADLY = 0.15  # of the messages
PAUSE = 0.05  # seconds over each message while the product runs, so that a fault finds some on their way
SEED = 20261126
SHOWN = 10  # of what went wrong


@dataclass(frozen=True, slots=True)
class Act:
    name: str
    play: Callable[[int], Played]
    times: int
    badly: float = 0.0
    pause: float = 0.0
    connections: int = 1  # of a dispatcher at a time: so many a fault leaves in doubt at most


def perform(part: str, stage: Stage, share: float) -> bool:
    """Whether all of it held. Prints each line as JSON."""
    logging.disable()  # what goes wrong was done on purpose
    office, good = open_office(), True
    with PARTS[part](stage, office) as acts:
        for act in acts:
            line = play(stage, office, act, max(1, round(act.times * share)))
            good = good and line.good
            print(to_json(line), flush=True)
    return good


def play(stage: Stage, office: Office, act: Act, times: int) -> Line:
    begun, before = monotonic(), newest(office)
    stage.book.unlink(missing_ok=True)
    office.withdrawn.clear()
    with stage.server(seed=SEED, badly=act.badly, pause=act.pause):
        played = act.play(times)
    return line_of(act, played, reckon(office, stage.taken(), before), monotonic() - begun)


def line_of(act: Act, played: Played, found: Reckoning, seconds: float) -> Line:
    told = [*played.notes, *[*found.lost, *found.too_often, *found.after_settled][:SHOWN]]
    few_in_doubt = bool(act.badly or act.pause) or found.in_doubt <= played.faults * act.connections
    good = found.is_good and few_in_doubt and max(played.again, default=0) <= WITHIN
    return Line(
        act.name, played.faults, found.messages, len(found.lost), found.doubled, len(found.too_often), len(found.after_settled),
        found.in_doubt, seconds, good, played.again, played.all_gone, told,
    )  # fmt: skip


@contextmanager
def dispatchers(stage: Stage, office: Office) -> Iterator[Sequence[Act]]:
    """Killed and stopped at points of our choice, in a nursery."""
    new = partial(Scene, stage, office)
    several = partial(new, abreast=True)
    with stage.open_nursery():
        warm_up(stage, office)
        yield [
            *(Act(f"killed {point}", partial(kills_at, new, point), KILLS_AT_A_POINT) for point in Point),
            Act("killed at random", lambda times: scenes.kills_at_random(new(dice()), times), KILLS),
            Act("stopped past the lease", lambda times: scenes.sleeps(new(dice()), times), SLEEPS),
            Act("PostgreSQL stopped at once", lambda times: scenes.database_stops(new(dice()), times), STOPS),
            *(abreast(f"killed {point}", partial(kills_at, several, point), KILLS_AT_A_POINT) for point in WHILE_THEY_LEAVE),
            abreast("killed at random", lambda times: scenes.kills_at_random(several(dice()), times), KILLS),
            abreast("stopped past the lease", lambda times: scenes.sleeps(several(dice()), times), SLEEPS),
            abreast("PostgreSQL stopped at once", lambda times: scenes.database_stops(several(dice()), times), STOPS),
        ]


def abreast(name: str, play: Callable[[int], Played], times: int) -> Act:
    """Several messages on their way at once."""
    return Act(f"{name}, abreast", play, times, connections=settings.SMTP_CONNECTIONS)


def warm_up(stage: Stage, office: Office) -> None:
    """The look of a first notice and of a reminder, compiled once."""
    with stage.server(seed=SEED):
        office.ask(1)
        stage.dispatch(office.now, here=True)
        office.remind()
        stage.dispatch(office.now, here=True)


def kills_at(new: Callable[[random.Random], Scene], point: Point, times: int) -> Played:
    return scenes.kills_at(new(dice()), point, times)


@contextmanager
def server(stage: Stage, office: Office) -> Iterator[Sequence[Act]]:
    with stage.open_nursery():
        warm_up(stage, office)
        yield [
            Act("a server that misbehaves", lambda times: scenes.bad_server(Scene(stage, office, dice()), times), MESSAGES, badly=BADLY),
        ]


@contextmanager
def product(stage: Stage, office: Office) -> Iterator[Sequence[Act]]:
    """Worker, beat and broker as they run in production."""
    with running_product(stage, office) as running:
        yield [
            living_act("Valkey killed", living.broker_kills, BROKER_KILLS, running),
            living_act("Valkey flushed", living.broker_flushes, BROKER_FLUSHES, running),
            living_act("half an hour without Valkey", living.broker_gone, SECONDS_WITHOUT_BROKER, running),
            living_act("a worker killed while it runs", living.worker_kills, WHILE_IT_RUNS, running),
            living_act("PostgreSQL stopped while it runs", living.database_stops, WHILE_IT_RUNS, running),
            living_act("a server that never answers", living.silences, WHILE_IT_RUNS, running),
        ]


def living_act(name: str, act: Callable[[Life, int], Played], times: int, running: Product) -> Act:
    return Act(name, lambda count: act(Life(running, dice()), count), times, pause=PAUSE)


def dice() -> random.Random:
    return random.Random(SEED)


PARTS = {"dispatchers": dispatchers, "server": server, "product": product}
