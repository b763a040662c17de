"""How fast a way out may be used, and when it rests: pure. A relay is a mail server or a provider's account, with domains behind it."""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from ways.errors import ErrorKind, Step

BREAKS_AT = 5  # failures to connect in a row
SHORTEST_REST = timedelta(seconds=1)
FIRST_REST, LONGEST_REST = timedelta(seconds=10), timedelta(minutes=30)  # of what says that it is too much
FIRST_PROBE, LAST_PROBE = timedelta(seconds=5), timedelta(seconds=45)  # of what is out of reach: all goes within a minute of its return
PROBE = timedelta(seconds=30)  # so long one worker's try may take, until another may
A_TICK = timedelta(seconds=20)  # beat's: what has gathered since the last one may go at once
A_MINUTE = timedelta(minutes=1)
HALF_A_TICK = A_TICK / 2
SMTP_CODE = re.compile(r"[245]\d\d(?:[ -]|$)")


class Told(StrEnum):
    """What an error says of the way, apart from the message."""

    NOTHING = "nothing"
    ANSWERED = "answered"  # whatever it says of the message: it is not out of reach
    SLOW_RELAY = "slow relay"  # too much at once for the relay
    SLOW_DOMAIN = "slow domain"  # too much at once for this recipient domain
    UNREACHABLE = "unreachable"


class Pass(StrEnum):
    ALL = "all"
    PROBE = "probe"  # one alone, to see whether it works again
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is known of a relay, or of a domain behind it. `level` grows with each rest and shrinks with what goes well."""

    level: int = 0
    failures: int = 0  # to connect, in a row
    rests_until: datetime | None = None
    probe_until: datetime | None = None

    @property
    def is_open(self) -> bool:
        """The breaker: nothing passes but a probe."""
        return self.failures >= BREAKS_AT


@dataclass(frozen=True, slots=True)
class Bucket:
    """What may go at once: it fills as time passes."""

    tokens: float
    at: datetime


def told_by(kind: ErrorKind, answer: str, *, answered: bool = False, step: Step | None = None) -> Told:
    """A mail server says with which code; what has none comes from the connection, or from a provider's API, which may have `answered`.

    What is put off ahead of the recipient is put off for us all: each further e-mail would only sign in anew.
    """
    code = SMTP_CODE.match(answer)
    if answer.startswith("421"):
        return Told.SLOW_RELAY
    if kind is ErrorKind.LATER:
        return Told.SLOW_DOMAIN if code and step not in (Step.ENTRY, Step.MAIL) else Told.SLOW_RELAY
    if code or answered:
        return Told.ANSWERED
    return Told.UNREACHABLE if kind is ErrorKind.SOON else Told.NOTHING


def after_error(trouble: Trouble, told: Told, now: datetime, jitter: float) -> Trouble:
    """`jitter` from 0 to 1. A rest that somebody else has begun meanwhile stays as it is. Whoever answers closes the breaker."""
    if told is Told.NOTHING:
        return trouble
    rests_already = trouble.rests_until is not None and trouble.rests_until > now
    failures = trouble.failures + 1 if told is Told.UNREACHABLE else trouble.failures if rests_already else 0
    counted = replace(trouble, failures=failures, probe_until=None)
    if rests_already or told is Told.ANSWERED or (told is Told.UNREACHABLE and not counted.is_open):
        return counted
    return replace(counted, level=trouble.level + 1, rests_until=now + rest(told, trouble.level, jitter))


def after_success(trouble: Trouble, now: datetime) -> Trouble:
    """What was on its way when a rest began says nothing against it."""
    if trouble.rests_until is not None and trouble.rests_until > now:
        return trouble
    return Trouble(level=max(0, trouble.level - 1))


def rest(told: Told, level: int, jitter: float) -> timedelta:
    """Full jitter below a bound that doubles."""
    first, longest = (FIRST_PROBE, LAST_PROBE) if told is Told.UNREACHABLE else (FIRST_REST, LONGEST_REST)
    bound = min(longest, first * (1 << min(level, 12)))
    return max(SHORTEST_REST, bound * jitter)


def passes(trouble: Trouble, now: datetime) -> Pass:
    if trouble.rests_until is not None and trouble.rests_until > now:
        return Pass.NONE
    if not trouble.is_open:
        return Pass.ALL
    return Pass.NONE if trouble.probe_until is not None and trouble.probe_until > now else Pass.PROBE


def take(bucket: Bucket | None, per_minute: int, wanted: int, now: datetime) -> tuple[int, Bucket]:
    """How many of those `wanted` may go now, and what is left: in any span its share at most, and once what gathers in a tick."""
    most = max(1.0, per_minute * (A_TICK / A_MINUTE))
    held = most if bucket is None else min(most, bucket.tokens + max(0.0, per_minute * ((now - bucket.at) / A_MINUTE)))
    granted = min(wanted, int(held + 1e-9))
    return granted, Bucket(held - granted, now)


def worth_a_batch_at(bucket: Bucket, per_minute: int) -> datetime:
    """When one that is used up holds half of what it may: earlier, a batch would be claimed for the sake of one e-mail."""
    enough = max(1.0, per_minute * (HALF_A_TICK / A_MINUTE))
    return bucket.at + A_MINUTE * (max(0.0, enough - bucket.tokens) / per_minute)
