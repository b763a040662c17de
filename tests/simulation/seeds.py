"""Histories in which engine, models and product once differed, or something happened that must never: they stay."""

import os

SHARE = int(os.environ.get("SHARE", "1"))  # how many times the suite's share is lived; `ops.mutants` lives more

YEARS: tuple[str, ...] = (
    "7:30",  # somebody's pause brought the first instant after a change of schedule forward, and nobody looked before the later one
    "7:116",  # the last who could be told acted while paused: nobody was left, and the office heard of it days later
    "7:45",  # killed with e-mails in hand, which counted for the cap of the day before
    "y58",  # a first notice in doubt, and once more in hand as somebody was killed: tried again, since it had not left a second time
)
WEEKS: tuple[str, ...] = (
    "w35",  # the same
)
PRODUCT: tuple[str, ...] = ()
