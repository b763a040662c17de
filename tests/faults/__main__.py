"""Faults on purpose: dispatchers killed and stopped, the database and the server broken. `make faults` prints what was lost and doubled.

python -m tests.faults [SHARE]       a share of all, from 0 to 1; exits with 1 where anything was lost, or went too often or too late
"""

import logging
import random
import sys
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

from ops.services import BASE, held_test_folder
from ops.stopping import StopFlag, run_command
from tests.faults.points import Point
from tests.faults.stage import Stage, running_stage

if TYPE_CHECKING:
    from tests.faults.office import Office, Reckoning
    from tests.faults.scenes import Played, Scene

KILLS, KILLS_AT_A_POINT, SLEEPS, STOPS, MESSAGES, RECOVERIES = 500, 20, 100, 50, 100_000, 2
BADLY = 0.15  # of the messages
SEED = 20261126


@dataclass(frozen=True, slots=True)
class Act:
    name: str
    play: "Callable[[Scene, int], Played]"
    times: int
    badly: float = 0.0


def acts(share: float) -> list[Act]:
    from tests.faults import scenes  # Django is set up only now

    def at(point: Point) -> "Callable[[Scene, int], Played]":
        return lambda scene, times: scenes.kills_at(scene, point, times)

    every = [Act(f"killed {point}", at(point), KILLS_AT_A_POINT) for point in Point]
    every += [
        Act("killed at random", scenes.kills_at_random, KILLS),
        Act("stopped past the lease", scenes.sleeps, SLEEPS),
        Act("PostgreSQL stopped at once", scenes.database_stops, STOPS),
        Act("a server that misbehaves", scenes.bad_server, MESSAGES, BADLY),
    ]
    scaled = [Act(each.name, each.play, max(1, round(each.times * share)), each.badly) for each in every]
    return [*scaled, Act("recovery", scenes.recovery, RECOVERIES)] if share == 1 else scaled


def play(stage: Stage, office: "Office", act: Act) -> "tuple[Played, Reckoning]":
    from tests.faults.office import newest, reckon
    from tests.faults.scenes import Scene

    stage.book.unlink(missing_ok=True)
    before = newest(office)
    office.withdrawn.clear()
    with stage.server(seed=SEED, badly=act.badly):
        played = act.play(Scene(stage, office, random.Random(SEED)), act.times)
    return played, reckon(office, stage.taken(), before)


def main(stop: StopFlag) -> int:
    share = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    with held_test_folder(BASE / "var" / "faults") as folder, running_stage(folder, stop) as stage:
        return 0 if perform(stage, share) else 1


def perform(stage: Stage, share: float) -> bool:
    """Whether all of it held."""
    from tests.faults.office import open_office  # Django has just been set up

    print(f"{'':<42}{'faults':>8}{'messages':>10}{'lost':>6}{'doubled':>9}{'too often':>11}{'settled':>9}{'in doubt':>10}{'s':>7}")
    logging.disable()  # what goes wrong was done on purpose
    office, good = open_office(), True
    for act in acts(share):
        begun = monotonic()
        played, found = play(stage, office, act)
        good = good and found.is_good and (act.badly > 0 or found.in_doubt <= played.faults)
        show(act, played, found, monotonic() - begun)
    return good


def show(act: Act, played: "Played", found: "Reckoning", seconds: float) -> None:
    counts = (len(found.lost), found.doubled, len(found.too_often), len(found.after_settled), found.in_doubt)
    lost, doubled, too_often, settled, in_doubt = counts
    print(
        f"{act.name:<42}{played.faults:>8}{found.messages:>10}{lost:>6}{doubled:>9}{too_often:>11}{settled:>9}{in_doubt:>10}{seconds:>7.0f}",
        *(f"  all had left after {waited:.0f} s" for waited in played.recovered),
        flush=True,
    )
    for line in [*found.lost, *found.too_often, *found.after_settled][:10]:
        print("   ", line, flush=True)


if __name__ == "__main__":
    sys.exit(run_command(main))
