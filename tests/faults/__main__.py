"""Faults on purpose: workers killed and stopped, database, broker and mail server broken. `make faults` prints what was lost and doubled.

python -m tests.faults [SHARE]            a share of all, from 0 to 1; exits with 1 where anything was lost, or went too often or too late
python -m tests.faults SHARE PART         one of the parts alone, as JSON
"""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from time import monotonic

from ops.processes import POLL_SECONDS
from ops.services import BASE, held_test_folder
from ops.stopping import StopFlag, Stopped, run_command
from tests.faults.line import HEAD, Line, from_json, total
from tests.faults.stage import running_stage

PARTS = ("dispatchers", "server", "product")  # side by side: each of them waits most of the time


def main(stop: StopFlag) -> int:
    share = sys.argv[1] if len(sys.argv) > 1 else "1"
    if len(sys.argv) > 2:
        return play(sys.argv[2], float(share), stop)
    begun, lines = monotonic(), list[Line]()
    print(HEAD, flush=True)
    codes = play_all(share, lines, stop)
    print(total(lines, monotonic() - begun))
    return max(codes)


def play(part: str, share: float, stop: StopFlag) -> int:
    with held_test_folder(BASE / "var" / "faults") as folder, running_stage(folder, stop) as stage:
        from tests.faults.parts import perform  # Django has just been set up

        return 0 if perform(part, stage, share) else 1


def play_all(share: str, lines: list[Line], stop: StopFlag) -> list[int]:
    """Their exit codes; adds the lines of all as they come."""
    parts = [started(part, share) for part in PARTS]
    printing = Lock()

    def read(process: "subprocess.Popen[str]") -> int:
        assert process.stdout
        for text in process.stdout:
            with printing:
                lines.append(from_json(text))
                print(lines[-1], flush=True)
        return process.wait()

    with ThreadPoolExecutor(len(parts)) as readers:
        codes = [readers.submit(read, process) for process in parts]
        try:
            while not all(code.done() for code in codes):
                stop.wait(POLL_SECONDS)
        except Stopped:
            for process in parts:
                process.terminate()
            raise
    return [abs(code.result()) for code in codes]


def started(part: str, share: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.faults", share, part]
    return subprocess.Popen(command, cwd=BASE, env=dict(os.environ), stdout=subprocess.PIPE, text=True)


if __name__ == "__main__":
    sys.exit(run_command(main))
