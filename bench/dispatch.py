"""What leaves in a second: our dispatcher and others, the same branded messages to the same sink in one run."""

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from bench.database import fresh_database
from bench.mail import contest
from bench.mail.contest import Course
from bench.mail.letters import read_letters, write_letters
from bench.mail.outbox import fill_outbox, letters
from bench.mail.sink import Sink, running_sink
from bench.mail.tools import FOLDER, Missing

if TYPE_CHECKING:
    from bench.__main__ import Measured

MESSAGES = int(os.environ.get("MESSAGES", "5000"))
SINGLE = int(os.environ.get("SINGLE", "300"))  # messages that go one by one, for their latency
OTHERS: dict[str, Callable[[Course], float]] = {
    "django_per_s": contest.django_rate,
    "post_office_per_s": contest.post_office_rate,
    "post_office_best_per_s": contest.post_office_best_rate,
    "nodemailer_per_s": contest.nodemailer_rate,
    "smtplib_per_s": contest.smtplib_rate,
    "smtp_source_per_s": contest.smtp_source_rate,
}
RIVALS = {
    "vs_django": "django_per_s",
    "vs_post_office": "post_office_per_s",
    "vs_post_office_best": "post_office_best_per_s",
    "vs_nodemailer": "nodemailer_per_s",
    "vs_smtplib": "smtplib_per_s",
    "vs_smtp_source": "smtp_source_per_s",
}


def measure() -> "Measured":
    """Messages a second of each; the ratios are ours to each rival's. Who cannot be had is named with the reason."""
    os.environ.setdefault("RELANCE_SECRET_KEY", "bench-only")
    with running_sink() as sink, fresh_database() as owner:
        messages = fill_outbox(owner, MESSAGES)
        figures = our_figures(sink, messages)
        course = course_of(sink, messages)
        figures["message_kb"] = course.bytes_each / 1000
        missing = {"smtp_sink": f"{sink.replaced}; a sink of ours takes its place"} if sink.replaced else {}
        for name, rate_of in OTHERS.items():
            try:
                figures[name] = rate_of(course)
            except Missing as why:
                missing[name] = str(why)
    ratios = {name: figures["ours_per_s"] / figures[rival] for name, rival in RIVALS.items() if rival in figures}
    return {"figures": figures, "ratios": ratios, "missing": missing}


def our_figures(sink: Sink, messages: int) -> dict[str, float]:
    """Nobody can be compared with us where we fail: that ends the benchmark."""
    command = [sys.executable, "-m", "bench.mail.ours"]
    everything = contest.said_by([*command, "all"], sink.way_out)
    single = contest.said_by([*command, "one", str(SINGLE)], sink.way_out)
    return {
        "messages": float(messages),
        "ours_per_s": contest.rate(everything, messages),
        "ours_peak_mb": everything["peak_mb"],
        "commit_to_250_p50_ms": single["p50_ms"],
        "commit_to_250_p99_ms": single["p99_ms"],
        "commit_to_250_worst_ms": single["worst_ms"],
    }


def course_of(sink: Sink, messages: int) -> Course:
    file = FOLDER / "letters.jsonl"
    FOLDER.mkdir(parents=True, exist_ok=True)
    if (count := write_letters(file, letters())) != messages:
        raise RuntimeError(f"{count} messages were sent instead of {messages}.")
    average = sum(len(letter["mime"]) for letter in read_letters(str(file))) // messages
    return Course(sink.port, file, messages, average)
