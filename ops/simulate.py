"""Lives firm-years in virtual time: `make simulate YEARS=2000 SEED=7`. Exits with 1 and a shrunk history where engine and models differ.

python -m ops.simulate YEARS SEED         so many firm-years by the model that goes event by event, a fortieth as many histories of
                                          three weeks by the one that looks at every minute, and every change of every clock
"""

import os
import sys
from collections.abc import Callable, Sequence
from multiprocessing import Pool
from time import monotonic

from tests.simulation.changes import all_places, every_change
from tests.simulation.history import History, a_year, some_weeks
from tests.simulation.living import Lived, lived_or_wrong, shrunk, what_is_wrong

JOBS = min(2, os.cpu_count() or 1)
WEEKS = 3
HISTORIES: dict[str, Callable[[str], History]] = {"year": a_year, "weeks": some_weeks}

type Job = tuple[str, str]  # which history, and its seed


def run(job: Job) -> tuple[Job, Lived, str]:
    return job, *lived_or_wrong(HISTORIES[job[0]](job[1]))


def main(years: int, seed: str) -> int:
    begun = monotonic()
    jobs = [("year", f"{seed}:{number}") for number in range(years)]
    jobs += [("weeks", f"{seed}:{number}") for number in range(max(1, years // 40))]
    sums, wrong = {"year": Lived(), "weeks": Lived()}, []
    with Pool(JOBS) as pool:
        for done, (job, lived, what) in enumerate(pool.imap_unordered(run, jobs, chunksize=4), 1):
            sums[job[0]] += lived
            if what:
                wrong.append(job)
                print(f"\n{job[0]} {job[1]}: {what}", flush=True)
            if done % 100 == 0:
                print(f"{done} of {len(jobs)} histories, {monotonic() - begun:.0f} s", flush=True)
        changes = list(pool.imap_unordered(every_change, all_places()))
    report(years, seed, sums, monotonic() - begun)
    bad = [day for _, days in changes for day in days]
    print("\n".join([f"{len(changes)} clocks, {sum(count for count, _ in changes)} changes of them: {len(bad)} days wrong", *bad]))
    print(f"Disagreements: {len(wrong)}")
    if wrong:
        kind, at = min(wrong)
        least = shrunk(HISTORIES[kind](at))
        print(f"\nThe least of {kind} {at!r} that fails (keep it in tests/simulation/seeds.py):\n{least}\n{what_is_wrong(least)}")
    return 1 if wrong or bad else 0


def report(years: int, seed: str, sums: dict[str, Lived], seconds: float) -> None:
    whole = sums["year"] + sums["weeks"]
    weeks = max(1, years // 40) * WEEKS
    print(f"Seed {seed}: {years} firm-years event by event, {weeks} firm-weeks minute by minute, in {seconds:.0f} s")
    print(f"{whole.events} events, {whole.ticks} sweeps and dispatches, {whole.reminders} reminders in {whole.emails} e-mails")


if __name__ == "__main__":
    arguments: Sequence[str] = sys.argv[1:]
    sys.exit(main(int(arguments[0]) if arguments else 100, arguments[1] if len(arguments) > 1 else "1"))
