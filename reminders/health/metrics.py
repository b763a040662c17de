"""Health in Prometheus' text format, version 0.0.4."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from reminders.health.rules import NO_RESTORE, Beats, Fenced, Figures, Slowed

TYPE = "text/plain; version=0.0.4; charset=utf-8"
Labels = Mapping[str, str]
NONE: Labels = {}


def metrics(
    *,
    broker: bool,
    beats: Beats | None,
    figures: Figures | None,
    machine_now: datetime,
    fenced: Fenced = NO_RESTORE,
    all_held: bool = False,
    slowed: Sequence[Slowed] = (),
) -> str:
    """All of the deployment; without the database there is neither `beats` nor `figures`."""
    lines = [*_gauge("relance_database_up", "Whether the database answers.", [(NONE, figures is not None)])]
    lines += _gauge("relance_broker_up", "Whether the broker answers.", [(NONE, broker)])
    if beats is not None:
        lines += _beats(beats, machine_now)
    if figures is not None:
        lines += _figures(figures)
        stopped = bool(fenced.lost_from or fenced.unreadable)
        lines += _gauge("relance_fence_stops", "Whether nothing is sent, as the database may be a restored backup.", [(NONE, stopped)])
        lines += _gauge("relance_all_held", "Whether the e-mails of all firms are held, newcomers' too.", [(NONE, all_held)])
        lines += _slowed(slowed)
    return "\n".join(lines) + "\n"


def _beats(beats: Beats, now: datetime) -> Iterator[str]:
    parts = {"beat": beats.beat, "sweep": beats.sweep, "dispatch": beats.dispatch}
    heard = [({"part": part}, _seconds(now - at)) for part, at in parts.items() if at is not None]
    yield from _gauge("relance_heartbeat_age_seconds", "Since beat, the sweep and the dispatcher were last heard of.", heard)
    workers = [({"worker": name}, _seconds(now - at)) for name, at in sorted(beats.workers.items())]
    yield from _gauge("relance_worker_heartbeat_age_seconds", "Since each worker was last heard of.", workers)


def _slowed(slowed: Sequence[Slowed]) -> Iterator[str]:
    cut_off = sum(each.cut_off for each in slowed)
    yield from _gauge("relance_ways_cut_off", "Mail servers that could not be reached again and again.", [(NONE, cut_off)])
    yield from _gauge("relance_ways_resting", "Mail servers and domains behind them that asked for rest.", [(NONE, len(slowed) - cut_off)])


def _figures(figures: Figures) -> Iterator[str]:
    yield from _gauge(
        "relance_oldest_due_reminder_seconds", "How long the oldest due reminder has waited.", [(NONE, _seconds(figures.due_for))]
    )
    yield from _gauge(
        "relance_oldest_ready_message_seconds", "How long the oldest e-mail has waited.", [(NONE, _seconds(figures.ready_for))]
    )
    sent = [({"window": "1h"}, figures.sent_hour), ({"window": "1d"}, figures.sent_day), ({"window": "7d"}, figures.sent_week)]
    yield from _gauge("relance_messages_sent", "E-mails that a mail server took, in the window that ends now.", sent)
    errors = [({"kind": kind}, count) for kind, count in figures.errors_day.items()]
    yield from _gauge("relance_messages_wrong", "E-mails of the last day that went wrong, by kind.", errors)
    refused = [({"kind": kind}, count) for kind, count in figures.refused_day.items()]
    yield from _gauge("relance_messages_refused", "E-mails of the last day by the kind of their last refusal; some went later.", refused)
    yield from _gauge("relance_bounce_ratio", "Bounced of sent in seven days, from 0 to 1.", [(NONE, round(figures.bounce_rate, 6))])
    yield from _gauge("relance_failed_tasks_open", "What waits under “Needs a person” in all firms.", [(NONE, figures.tasks)])


def _gauge(name: str, what: str, samples: Iterable[tuple[Labels, float]]) -> Iterator[str]:
    yield f"# HELP {name} {what}"
    yield f"# TYPE {name} gauge"
    for labels, value in samples:
        said = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
        yield f"{name}{{{said}}} {_number(value)}" if said else f"{name} {_number(value)}"


def _seconds(length: timedelta | None) -> float:
    return round(length.total_seconds(), 3) if length else 0


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else str(value)


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
