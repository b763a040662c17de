"""Asks the program that draws, in a process of its own which a hostile file may bring down."""

import logging
import subprocess
import sys
from pathlib import Path

logger = logging.getLogger(__name__)

PROGRAM = Path(__file__).with_name("drawing.py")  # never imported: whoever only sends e-mail has no use for PDFium
PROTECTED, BROKEN, TOO_HEAVY = 3, 4, 5  # how it ends, where it gives up; a process that ran out of time ends by a signal
SECONDS = 20  # of waiting; the program itself stops after fewer of computing


class CannotDraw(Exception):
    """There is no answer; `code` is one of those above, or whatever else a process ends with."""

    permanent = True

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def answer_of(task: str, content: bytes, *numbers: int) -> bytes:
    """What the program says to a task. It is given no environment, for that holds secrets. Raises `CannotDraw`."""
    command = [sys.executable, "-I", str(PROGRAM), task, *map(str, numbers)]
    try:
        done = subprocess.run(command, input=content, capture_output=True, env={}, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise CannotDraw(TOO_HEAVY) from None
    if done.returncode == 0:
        return done.stdout
    logger.info("Drawing gave up (%s): %s", done.returncode, done.stderr.decode(errors="replace")[-500:])
    raise CannotDraw(done.returncode)
