import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ops.processes import Child, Crew, Program, run_to_end
from ops.stopping import Deadline, StopFlag, Trouble
from tests.ops.waiting import wait_until

STUBBORN = "import signal, sys; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); signal.pause()"
PARENT = f"import subprocess, sys, signal; print(subprocess.Popen([sys.executable, '-c', {STUBBORN!r}]).pid, flush=True); signal.pause()"


def python(name: str, script: str) -> Program:
    return Program(name, (sys.executable, "-c", script))


@pytest.fixture
def crew(tmp_path: Path) -> Iterator[Crew]:
    crew = Crew(tmp_path)
    yield crew
    crew.stop("first", "second", seconds=0)


def lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_run_to_end_returns_when_it_ended_well(tmp_path: Path) -> None:
    run_to_end(python("first", "print('done')"), tmp_path, StopFlag())
    assert (tmp_path / "logs" / "first.log").read_text() == "done\n"


def test_run_to_end_shows_the_log_of_what_failed(tmp_path: Path) -> None:
    with pytest.raises(Trouble) as trouble:
        run_to_end(python("first", "raise SystemExit('no database')"), tmp_path, StopFlag())
    assert str(trouble.value).splitlines() == [f"first failed ({tmp_path / 'logs' / 'first.log'}):", "no database"]


def test_last_lines_are_those_of_this_run(crew: Crew) -> None:
    for text in ("old", "new"):
        child = crew.start(python("first", f"print('{text}')"))
        wait_until(lambda child=child: child.poll() is not None)  # type: ignore[misc]
    assert child.last_lines() == "new"


def test_stop_kills_what_does_not_listen(crew: Crew) -> None:
    child = crew.start(python("first", STUBBORN))
    wait_until(lambda: child.last_lines() == "up")
    crew.stop("first", seconds=0.2)
    assert child.poll() == -signal.SIGKILL


def test_stop_ends_what_a_child_left_behind(crew: Crew) -> None:
    child = crew.start(python("first", PARENT))
    wait_until(lambda: child.last_lines().endswith("up"))
    grandchild = int(child.last_lines().split()[0])
    crew.stop("first")
    wait_until(lambda: not lives(grandchild))


def test_a_new_start_ends_what_the_dead_one_left_behind(crew: Crew) -> None:
    child = crew.start(python("first", PARENT))
    wait_until(lambda: child.last_lines().endswith("up"))
    grandchild = int(child.last_lines().split()[0])
    os.kill(child.pid, signal.SIGKILL)
    wait_until(lambda: child.poll() is not None)
    crew.start(python("first", STUBBORN))
    wait_until(lambda: not lives(grandchild))


def test_dead_names_those_that_ended_by_themselves(crew: Crew) -> None:
    crew.start(python("first", STUBBORN))
    second = crew.start(python("second", "pass"))
    wait_until(lambda: second.poll() is not None)
    assert crew.dead() == [second]


def test_a_start_ends_what_an_earlier_run_left_running(crew: Crew, tmp_path: Path) -> None:
    leftover = Child(python("first", STUBBORN), tmp_path)
    wait_until(lambda: leftover.last_lines() == "up")
    again = crew.start(Program("first", (sys.executable, "-c", STUBBORN), stop_signal=signal.SIGKILL))
    assert (leftover.poll(), again.poll()) == (-signal.SIGKILL, None)
    leftover.end(Deadline(0))


def test_a_number_in_an_unlocked_file_is_nobody(crew: Crew, tmp_path: Path) -> None:
    bystander = crew.start(python("second", STUBBORN))
    (tmp_path / "first.pid").write_text(str(bystander.pid))
    crew.start(python("first", STUBBORN))
    assert crew.dead() == []
