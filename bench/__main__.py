"""Runs the benchmarks that are asked for, prints their figures, and keeps them in var/bench.json."""

import json
import os
import platform
import sys
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import NotRequired, TypedDict

BENCHMARKS = ["sweep", "importing", "activity", "build", "pages", "dispatch", "behind", "memory", "claim"]
RESULTS = Path("var/bench.json")


class Measured(TypedDict):
    """`figures` carry their unit in their name; `ratios` compare two figures of the same run; `missing` says why one is not there."""

    figures: dict[str, float]
    ratios: dict[str, float]
    missing: NotRequired[dict[str, str]]


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        print(f"There is no benchmark {unknown[0]!r}; there are: {', '.join(BENCHMARKS)}.")
        return 2
    os.environ.setdefault("RELANCE_FENCE_FILE", "off")  # each run has a database of its own
    measured: dict[str, Measured] = {}
    for name in names or BENCHMARKS:
        measured[name] = import_module(f"bench.{name}").measure()
        show(name, measured[name])
    keep(measured)
    return 0


def show(name: str, measured: Measured) -> None:
    print(f"{name}  ({datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {os.cpu_count()} cores, Python {platform.python_version()})")
    for title, value in [*measured["figures"].items(), *measured["ratios"].items()]:
        print(f"  {title:<32} {value:>12.3f}")
    for title, why in measured.get("missing", {}).items():
        print(f"  {title:<32}      missing: {why}")


def keep(measured: dict[str, Measured]) -> None:
    """Replaces what was measured now and leaves what was measured before."""
    before = json.loads(RESULTS.read_text()) if RESULTS.is_file() else {}
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps({**before, **measured}, indent=2) + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
