"""The checks that need no test: style, types, layers, settings, migrations, translations."""

import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from ops.environments import environment_for_tests, environment_like_production

BASE = Path(__file__).resolve().parent.parent
AT_ONCE = 2


@dataclass(frozen=True)
class Check:
    name: str
    arguments: tuple[str, ...]
    environment: Mapping[str, str]

    def run(self) -> "Outcome":
        start = monotonic()
        done = subprocess.run(
            [sys.executable, *self.arguments],
            cwd=BASE,
            env=dict(self.environment),
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        return Outcome(self.name, done.returncode == 0, done.stdout.strip(), monotonic() - start)


@dataclass(frozen=True)
class Outcome:
    name: str
    good: bool
    output: str
    seconds: float

    def __str__(self) -> str:
        line = f"{self.name:<24}{'ok' if self.good else 'FAILED':<8}{self.seconds:5.1f} s"
        return line if self.good else f"{line}\n{self.output}\n"


def all_checks(folder: Path, services: dict[str, str]) -> list[Check]:
    """The slowest first, so that it runs beside all the others."""
    tests = environment_for_tests(folder) | services
    production = environment_like_production(folder) | services
    layers = "from importlinter.cli import lint_imports_command as run; run()"
    return [
        Check("mypy", ("-m", "mypy", "."), tests),
        Check("ruff check", ("-m", "ruff", "check", "--output-format", "concise", "."), tests),
        Check("ruff format", ("-m", "ruff", "format", "--check", "--quiet", "."), tests),
        Check("layers", ("-c", layers), tests),
        Check("settings", ("manage.py", "check", "--deploy", "--fail-level", "WARNING"), production),
        Check("migrations", ("manage.py", "makemigrations", "--check", "--dry-run"), tests),
        Check("translations", ("-m", "ops.messages"), tests),
        Check("rules", ("-m", "ops.rules", "--check"), tests),
    ]


def run_checks(checks: list[Check]) -> bool:
    """Runs them two at a time and prints each outcome as soon as those before it have theirs."""
    good = True
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for outcome in pool.map(Check.run, checks):
            print(outcome, flush=True)
            good = good and outcome.good
    return good
