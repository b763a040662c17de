"""The benchmarks that need the whole product, at a size at which their figures say nothing but that they are there."""

import json
import os
import subprocess
import sys
from urllib.parse import urlsplit

import psycopg

from bench.database import BASE
from tests.database import migrated_template

RUN = "import json, bench.{0}; print(json.dumps(bench.{0}.measure()))"


def figures_of(benchmark: str, **sizes: str) -> dict[str, float]:
    """In a process of its own, with a database of its own."""
    owner_url = os.environ["DATABASE_OWNER_URL"]
    with psycopg.connect(owner_url, autocommit=True) as owner:
        template = migrated_template(owner, owner_url)
    broker = urlsplit(os.environ["REDIS_URL"])._replace(path="/9").geturl()  # other tests wake whoever listens at theirs
    own = {"BENCH_DATABASE": f"bench_{benchmark}_{os.getpid()}", "BENCH_TEMPLATE": template, "REDIS_URL": broker, "SINK": "own"}
    command = [sys.executable, "-c", RUN.format(benchmark)]
    ended = subprocess.run(command, cwd=BASE, env=os.environ | own | sizes, capture_output=True, text=True, timeout=300, check=False)
    assert ended.returncode == 0, ended.stderr
    measured: dict[str, dict[str, float]] = json.loads(ended.stdout.splitlines()[-1])
    return measured["figures"]


def test_a_small_firms_notices_leave_while_others_are_in_line() -> None:
    figures = figures_of("behind", BEHIND="3000", SINGLE="5", EVERY="0.05")

    assert figures["behind"] == 3000
    assert 0 < figures["left_in_the_end"] < 3000
    for part in ("alone", "behind"):
        assert 0 < figures[f"{part}_p50_ms"] <= figures[f"{part}_p99_ms"] <= figures[f"{part}_worst_ms"]


def test_what_a_dispatcher_holds_is_read_after_each_share() -> None:
    figures = figures_of("memory", MESSAGES_MEMORY="400")

    assert figures["messages"] == 400
    held = [figures[f"after_{sent}_mb"] for sent in (20, 100, 200, 300, 400)]
    assert 0 < max(held) <= figures["peak_mb"]
