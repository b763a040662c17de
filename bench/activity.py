"""What an activity line costs: its digest, writing it, sealing it, and checking it again."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from time import perf_counter
from typing import TYPE_CHECKING

from bench.database import fresh_database

if TYPE_CHECKING:
    from bench.__main__ import Measured
    from firms.models import ActivityLine, Firm

LINES = 20_000
NOW = datetime(2026, 11, 5, 9, 0, tzinfo=UTC)


def measure() -> "Measured":
    """Microseconds a line, as the sweep writes them: many at once."""
    os.environ.setdefault("RELANCE_SECRET_KEY", "bench-only")
    with fresh_database():
        return measure_lines()


def measure_lines() -> "Measured":
    from firms.models import ActivityLine  # Django is set up for the fresh database only now
    from firms.sealing import digest_of_line, new_salt
    from firms.seals import seal_lines
    from firms.services import create_firm
    from tenancy.context import firm_context

    firm = create_firm(name="Bench", owner_name="Claire", owner_email="claire@bench.example", owner_password=None, now=NOW)
    with firm_context(firm.pk):
        lines: list[ActivityLine] = []
        figures = {"made_us": a_line(lambda: lines.extend(made(firm)))}
        figures["of_it_digest_us"] = a_line(lambda: [digest_of_line(line) for line in lines])
        figures["of_it_salt_us"] = a_line(lambda: [new_salt() for _ in lines])
        figures["written_us"] = a_line(lambda: ActivityLine.objects.bulk_create(lines))
    figures["sealed_us"] = a_line(lambda: seal_lines(firm.pk, NOW))
    figures["checked_us"] = a_line(lambda: check(firm))
    digesting = figures["of_it_digest_us"] + figures["of_it_salt_us"]
    return {"figures": figures, "ratios": {"digesting_of_writing": digesting / (figures["made_us"] + figures["written_us"])}}


def a_line(work: Callable[[], object]) -> float:
    started = perf_counter()
    work()
    return (perf_counter() - started) * 1_000_000 / LINES


def made(firm: "Firm") -> "list[ActivityLine]":
    from firms.actors import Actor  # as above
    from firms.enums import Verb
    from firms.services import activity_line

    about = {"subject": "Lettre de mission 2027", "detail": "1/3 (Nadia Lefèvre, Paul Lefèvre)"}
    return [
        activity_line(firm=firm, by=Actor.system(), verb=Verb.ACTION_REMINDED, now=NOW, account_id=7, action_id=number, **about)
        for number in range(LINES)
    ]


def check(firm: "Firm") -> None:
    from firms.verifying import Walk  # as above

    walk = Walk(firm)
    if wrong := list(walk.findings()):
        raise RuntimeError(wrong[0].sentence)
    if walk.lines != LINES + 1:
        raise RuntimeError(f"{walk.lines} lines were right instead of {LINES + 1}")
