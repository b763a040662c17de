"""Worker and beat as they run in production, beside the broker that REDIS_URL names."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from bench.mail.tools import BASE
from ops.demo_programs import beat, worker
from ops.processes import Crew
from ops.services import held_test_folder


@contextmanager
def running_worker(way_out: Mapping[str, str]) -> Iterator[Crew]:
    """Its folder keeps what they log. What a worker has in hand at the end is left where it is."""
    environment = os.environ | way_out
    with held_test_folder(BASE / "var" / "bench-worker") as folder:
        for file in folder.glob("beat-schedule*"):  # of an earlier run's beat, which gave out what this one is to
            file.unlink()
        crew = Crew(folder)
        try:
            crew.start(worker(environment))
            crew.start(beat(folder, environment))
            yield crew
        finally:
            crew.stop("beat", "worker", seconds=5)
