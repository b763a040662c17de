"""Is everything well? Pure: from figures to checks, each with a level, a sentence and advice, for whoever runs the deployment."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from ways.errors import ErrorKind

SILENT = timedelta(seconds=90)  # beat and workers show that they live every 20 s: red within two minutes of their end
STALLED = timedelta(minutes=2)  # a sweep or a dispatch may take a minute where there is much
UNREAD = timedelta(minutes=10)
LATE, VERY_LATE = timedelta(minutes=3), timedelta(minutes=15)  # of what is due, and nobody has come
BOUNCES, TOO_MANY_BOUNCES = 0.02, 0.05  # providers frown at 2 % and close the account at 5 %
ENOUGH_TO_JUDGE = 50  # e-mails, of which a share says something
MANY_TASKS = 20
OWN_WAY = "way:"  # begins the name of a way out that is a firm's own, as ways.pacing.relay_of gives it
MOST_NAMED = 5


class Level(StrEnum):
    OK = "ok"
    WARN = "warn"
    BAD = "bad"


class Name(StrEnum):
    """What is looked at, in the order in which it is mended."""

    DATABASE = "database"
    BROKER = "broker"
    BEAT = "beat"
    WORKERS = "workers"
    SWEEP = "sweep"
    DISPATCH = "dispatch"
    FENCE = "fence"
    HOLD = "hold of all"
    WAYS = "ways out"
    MAILBOX = "mailbox"
    DUE = "oldest due reminder"
    READY = "oldest ready e-mail"
    SENT = "sent"
    ERRORS = "errors"
    REFUSALS = "refusals"
    BOUNCES = "bounces"
    TASKS = "failed tasks"


@dataclass(frozen=True, slots=True)
class Check:
    name: Name
    level: Level
    sentence: str
    advice: str = ""
    since: datetime | None = None  # machine time: since when it has been silent or late


@dataclass(frozen=True, slots=True)
class Beats:
    """When each was last heard of, in machine time; `workers` by name."""

    beat: datetime | None = None
    sweep: datetime | None = None
    dispatch: datetime | None = None
    workers: Mapping[str, datetime] = field(default_factory=dict)
    reads_mailbox: bool = False  # whether the deployment has one for what comes back
    mailbox: datetime | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one firm or of all. The oldest are by the clock that they wait for, and are none where nothing is due."""

    due_for: timedelta | None = None
    ready_for: timedelta | None = None
    sent_hour: int = 0
    sent_day: int = 0
    sent_week: int = 0
    bounced_week: int = 0
    errors_day: Mapping[str, int] = field(default_factory=dict)  # by what became of them
    refused_day: Mapping[str, int] = field(default_factory=dict)  # by the kind of the last refusal; some went after all
    tasks: int = 0

    @property
    def bounce_rate(self) -> float:
        """Of what mail servers took or refused for good in seven days; nothing sent, nothing bounced."""
        tried = self.sent_week + self.bounced_week
        return self.bounced_week / tried if tried else 0.0


@dataclass(frozen=True, slots=True)
class Fenced:
    """What the file beside the database says of it: since when it knows nothing of what was sent, or why the file cannot be read."""

    lost_from: datetime | None = None
    unreadable: str = ""


NO_RESTORE = Fenced()


@dataclass(frozen=True, slots=True)
class Slowed:
    """A relay, or a domain behind it (after a blank): cut off, since it could not be reached again and again, or resting."""

    place: str
    cut_off: bool
    until: datetime | None = None
    answer: str = ""

    @property
    def of_a_firm(self) -> bool:
        """Its own way out: nobody else's e-mails wait for that."""
        return self.place.startswith(OWN_WAY)


@dataclass(frozen=True, slots=True)
class Health:
    checks: Sequence[Check]

    @property
    def level(self) -> Level:
        """The worst of all."""
        levels = {check.level for check in self.checks}
        return next((level for level in (Level.BAD, Level.WARN) if level in levels), Level.OK)


def assess(
    *,
    broker: bool,
    beats: Beats,
    figures: Figures,
    machine_now: datetime,
    fenced: Fenced = NO_RESTORE,
    all_held: str = "",
    slowed: Sequence[Slowed] = (),
) -> Health:
    """Where the database has answered, for the figures come from there. `all_held` says since when and why, or nothing."""
    return Health([
        Check(Name.DATABASE, Level.OK, "The database answers."),
        _broker(answers=broker),
        *runs(beats, machine_now, broker=broker),
        fence(fenced),
        _hold_of_all(all_held),
        ways(slowed),
        *mailbox(beats, machine_now),
        *flows(figures, machine_now),
        *_rates(figures),
    ])  # fmt: skip


def without_database(*, broker: bool) -> Health:
    gone = Check(Name.DATABASE, Level.BAD, "The database does not answer.", "Start PostgreSQL, and look at its log; nothing works without.")
    return Health([gone, _broker(answers=broker)])


def _broker(*, answers: bool) -> Check:
    if answers:
        return Check(Name.BROKER, Level.OK, "The broker answers.")
    advice = "Start Valkey or Redis (REDIS_URL). Pages work without; nothing is lost, and what waits goes out once it is back."
    return Check(Name.BROKER, Level.BAD, "The broker does not answer: nothing is sent until it does.", advice)


def runs(beats: Beats, now: datetime, *, broker: bool = True) -> Iterator[Check]:
    """Whether what works by itself has shown itself lately."""
    first = "" if broker else "See to the broker first. "
    yield _alive(Name.BEAT, "Beat", beats.beat, SILENT, now, f"{first}Start beat (celery -A config beat).")
    yield _workers(beats.workers, now, first)
    advice = f"{first}See that beat and a worker run, and what the worker's log says."
    yield _alive(Name.SWEEP, "The sweep for due reminders", beats.sweep, STALLED, now, advice)
    yield _alive(Name.DISPATCH, "The dispatcher", beats.dispatch, STALLED, now, f"{advice} Busy with a long send it may be silent too.")


def _alive(name: Name, what: str, at: datetime | None, patience: timedelta, now: datetime, advice: str) -> Check:
    if at is None:
        return Check(name, Level.BAD, f"{what} has never been heard of.", advice)
    if now - at > patience:
        return Check(name, Level.BAD, f"{what} has not been heard of since {_instant(at)}.", advice, since=at)
    return Check(name, Level.OK, f"{what} was heard of {_length(now - at)} ago.")


def _workers(workers: Mapping[str, datetime], now: datetime, first: str) -> Check:
    silent = {name: at for name, at in sorted(workers.items()) if now - at > SILENT}
    start = f"{first}Start a worker (celery -A config worker)."
    if not workers:
        return Check(Name.WORKERS, Level.BAD, "No worker has ever been heard of.", start)
    if len(silent) == len(workers):
        at = max(workers.values())
        return Check(Name.WORKERS, Level.BAD, f"No worker has been heard of since {_instant(at)}.", start, since=at)
    if silent:
        gone = ", ".join(f"{name} since {_instant(at)}" for name, at in silent.items())
        advice = "Those that were taken away for good are forgotten after a day."
        alive = len(workers) - len(silent)
        return Check(Name.WORKERS, Level.WARN, f"{alive} alive; not heard of: {gone}.", advice, since=min(silent.values()))
    return Check(Name.WORKERS, Level.OK, f"{len(workers)} alive.")


def fence(fenced: Fenced) -> Check:
    """Whether this database is the one that ran last."""
    if fenced.unreadable:
        advice = "Mend RELANCE_FENCE_FILE and its rights; take it away only if you know that no backup was restored."
        return Check(Name.FENCE, Level.BAD, f"The fence file cannot be read, so that nothing is sent: {fenced.unreadable}.", advice)
    if fenced.lost_from:
        sentence = f"A backup was restored: nothing is sent, as nothing is known of what went since {_instant(fenced.lost_from)}."
        advice = "`manage.py outbox --accept-restore` says how many e-mails may have gone; with --yes the others go."
        return Check(Name.FENCE, Level.BAD, sentence, advice, since=fenced.lost_from)
    return Check(Name.FENCE, Level.OK, "This database is the one that ran last.")


def _hold_of_all(all_held: str) -> Check:
    """No trouble, but forgotten it is some."""
    if not all_held:
        return Check(Name.HOLD, Level.OK, "The e-mails of all firms are not held.")
    return Check(Name.HOLD, Level.WARN, all_held, "`manage.py outbox --release` without --firm ends that.")


def mailbox(beats: Beats, now: datetime) -> Iterator[Check]:
    """Nothing is lost while it cannot be read: what has come back waits there."""
    if not beats.reads_mailbox:
        return
    advice = "See RELANCE_BOUNCES_IMAP_URL, and what manage.py read_bounces says."
    if beats.mailbox is None:
        yield Check(Name.MAILBOX, Level.WARN, "The mailbox for what comes back has never been read.", advice)
    elif now - beats.mailbox > UNREAD:
        said = f"The mailbox for what comes back has not been read since {_instant(beats.mailbox)}."
        yield Check(Name.MAILBOX, Level.WARN, said, advice, since=beats.mailbox)
    else:
        yield Check(Name.MAILBOX, Level.OK, f"The mailbox for what comes back was read {_length(now - beats.mailbox)} ago.")


def ways(slowed: Sequence[Slowed], *, of_firms: Level = Level.WARN) -> Check:
    """Whether mail servers take what they are given. `of_firms`: how bad it is where one that is cut off is a firm's own."""
    if not slowed:
        return Check(Name.WAYS, Level.OK, "No way out is cut off or rests.")
    cut_off = [each for each in slowed if each.cut_off]
    said = ", ".join(f"{each.place} {'is cut off' if each.cut_off else 'rests'}{_until(each)}" for each in slowed[:MOST_NAMED])
    answer = f" Its last answer: {(cut_off or slowed)[0].answer}" if (cut_off or slowed)[0].answer else ""
    advice = "What waits for it keeps its tries, and goes once it answers."
    if cut_off and all(each.of_a_firm for each in cut_off):
        return Check(Name.WAYS, of_firms, f"{said}.{answer}", f"It is a firm's own: that firm's e-mails to clients wait. {advice}")
    if cut_off:
        return Check(Name.WAYS, Level.BAD, f"{said}.{answer}", f"See that this machine reaches the server. {advice}")
    return Check(Name.WAYS, Level.WARN, f"{said}.{answer}", f"It said that it is too much: see RELANCE_PACE_RELAY. {advice}")


def _until(slowed: Slowed) -> str:
    return f" until {_instant(slowed.until)}" if slowed.until else ""


def flows(figures: Figures, now: datetime) -> Iterator[Check]:
    """Whether what is due goes."""
    advice = "See that beat and a worker run; `manage.py reminders_doctor` says more."
    yield _late(Name.DUE, "The oldest due reminder", figures.due_for, now, advice)
    yield _late(Name.READY, "The oldest e-mail that might go", figures.ready_for, now, "See that a worker runs, and what its log says.")


def _late(name: Name, what: str, waiting: timedelta | None, now: datetime, advice: str) -> Check:
    if waiting is None:
        return Check(name, Level.OK, f"{what}: there is none.")
    level = Level.BAD if waiting > VERY_LATE else Level.WARN if waiting > LATE else Level.OK
    sentence = f"{what} has waited for {_length(waiting)}."
    return Check(name, level, sentence) if level is Level.OK else Check(name, level, sentence, advice, since=now - waiting)


def _rates(figures: Figures) -> Iterator[Check]:
    yield Check(Name.SENT, Level.OK, f"{figures.sent_hour} e-mails sent in the last hour, {figures.sent_day} in the last day.")
    yield _errors(figures.errors_day)
    yield _refusals(figures.refused_day)
    yield bounces(figures)
    tasks = f"{figures.tasks} failed tasks are open."
    if figures.tasks >= MANY_TASKS:
        yield Check(Name.TASKS, Level.WARN, tasks, "Firms see them under “Needs a person”: ask whether they do.")
    else:
        yield Check(Name.TASKS, Level.OK, tasks)


def _errors(errors: Mapping[str, int]) -> Check:
    some = {kind: count for kind, count in errors.items() if count}
    if not some:
        return Check(Name.ERRORS, Level.OK, "No e-mail of the last day went wrong.")
    sentence = "E-mails of the last day that went wrong: " + ", ".join(f"{count} {kind}" for kind, count in some.items()) + "."
    return Check(Name.ERRORS, Level.WARN, sentence, "Each is listed under “Needs a person” of its firm, with the mail server's answer.")


REFUSED = {  # the gravest first: what it says, and what to do
    ErrorKind.SENDER: ("the sender was refused", "Look at the user, password and domain of the way out."),
    ErrorKind.NEVER: ("could not be made", "The worker's log says why."),
    ErrorKind.DOUBT: ("handed over and never answered", "Look for time-outs between here and the mail server."),
    ErrorKind.LATER: ("told to slow down", "Ask the mail server's operator how many it takes a minute."),
    ErrorKind.SOON: ("busy or out of reach", "They are tried again; see that the mail server can be reached."),
    ErrorKind.ADDRESS: ("no such address", "Each firm sees whose."),
}


def _refusals(refused: Mapping[str, int]) -> Check:
    some = [(refused[kind], *said) for kind, said in REFUSED.items() if refused.get(kind)]
    if not some:
        return Check(Name.REFUSALS, Level.OK, "No mail server refused an e-mail of the last day.")
    sentence = "E-mails of the last day that were refused, some of which went later: "
    return Check(Name.REFUSALS, Level.WARN, sentence + ", ".join(f"{count} {said}" for count, said, _ in some) + ".", some[0][2])


def bounces(figures: Figures) -> Check:
    rate = figures.bounce_rate
    sentence = f"{figures.bounced_week} of {figures.sent_week + figures.bounced_week} e-mails of seven days bounced ({rate:.1%})."
    if figures.sent_week + figures.bounced_week < ENOUGH_TO_JUDGE or rate <= BOUNCES:
        return Check(Name.BOUNCES, Level.OK, sentence)
    level = Level.BAD if rate > TOO_MANY_BOUNCES else Level.WARN
    return Check(Name.BOUNCES, level, sentence, "Look for a list of addresses that is out of date: providers close accounts that bounce.")


def _instant(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


def _length(length: timedelta) -> str:
    seconds = max(0, int(length.total_seconds()))
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
