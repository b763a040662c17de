"""Everything that must be true before a change lands: `make test`. The last line is pytest's own.

python -m ops.suite                 all checks, then all tests
python -m ops.suite --checks        the checks alone
python -m ops.suite tests/firms     these tests alone; whatever pytest understands
"""

import sys
from pathlib import Path

from ops.checks import all_checks, run_checks
from ops.chromium import find_chromium
from ops.environments import environment_for_tests
from ops.processes import Crew
from ops.services import BASE, held_test_folder, run_in_front, running_services
from ops.stopping import StopFlag, run_command

WORKERS = 3  # of two cores: one of them waits for browsers and servers most of the time


def run(arguments: list[str], folder: Path, services: dict[str, str], stop: StopFlag) -> int:
    """The exit code: 0 only if every check and every test passed."""
    checks_alone = arguments == ["--checks"]
    good = True
    if checks_alone or not arguments:
        good = run_checks(all_checks(folder, services))
        stop.wait(0)
    if checks_alone:
        return 0 if good else 1
    tests = run_in_front(pytest_command(arguments), environment_for_tests(folder) | services, stop)
    return tests or (0 if good else 1)


def pytest_command(arguments: list[str]) -> list[str]:
    command = [sys.executable, "-m", "pytest", "-n", str(WORKERS)]  # which worker gets what: tests/scheduling.py
    if find_chromium() is None:
        print("No Chromium here (CHROMIUM names none, and none is on the PATH): the browser tests are left out.", flush=True)
        command += ["-m", "not browser"]
    return [*command, *arguments]


def main(stop: StopFlag) -> int:
    with (
        held_test_folder(BASE / "var" / "test") as folder,
        running_services(Crew(folder), durable=False, stop=stop) as services,
    ):
        return run(sys.argv[1:], folder, services.environment(), stop)


if __name__ == "__main__":
    sys.exit(run_command(main))
