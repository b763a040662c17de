"""Pacing: limits of a minute, rests when a server says that it is too much, and a breaker for one that cannot be reached.

Every worker on every machine sees the same rows (`ways.Pace`), which are of no firm. Where no limit is set and nothing is amiss it costs
one statement a second and worker, and none for a message.
"""

import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from lib.clock import machine_now
from ways.errors import SendError
from ways.models import IN_USE, Pace, Way
from ways.providers import AnymailTransport
from ways.rules import (
    A_MINUTE,
    BREAKS_AT,
    PROBE,
    Bucket,
    Pass,
    Told,
    Trouble,
    after_error,
    after_success,
    passes,
    take,
    told_by,
    worth_a_batch_at,
)
from ways.smtp import SmtpTransport
from ways.transports import FirmTransport, Transport

READ_AGAIN = timedelta(seconds=1)
SPREAD = timedelta(seconds=10)  # those that waited for the same instant do not come all at once
TROUBLED = Q(level__gt=0) | Q(failures__gt=0)


@dataclass(frozen=True, slots=True)
class Share:
    """How many of a batch may be claimed now; none of them for the `resting` domains."""

    at_most: int
    resting: frozenset[str] = frozenset()
    counted: tuple[str, ...] = ()  # places that the share was taken from
    paced: str = ""  # the firm's own way, where the share was taken from its pace too
    own_waits: bool = False  # nothing more by the firm's own way now


@dataclass(slots=True)
class Pacer:
    """Of one worker's round: asked for a share before a batch is claimed, told of each message, which may be in two threads."""

    clock: Callable[[], datetime] = machine_now
    known: dict[str, Trouble] = field(default_factory=dict)
    used_up: dict[str, datetime] = field(default_factory=dict)  # domains whose minute is, and until when nothing is claimed for them
    read_at: datetime | None = None

    def share(self, relays: Iterable[str], firm_id: int, most: int, own: Mapping[str, int] | None = None) -> Share:
        """Before a claim. `relays`: the deployment's, then the firm's own where it has one; what cannot go by the first alone is put back
        later.

        `own` is the pace of the firm's own way: once that is used up, or the way rests, what leaves by the deployment's goes all the same.
        Where most of it would be a probe, one is claimed: the rest would be put back.
        """
        now, relays = self.clock(), list(relays)
        self._read(now)
        seen = [passes(self.known.get(relay, Trouble()), now) for relay in relays]
        if seen and all(each is Pass.NONE for each in seen):
            return Share(0)
        most = min(most, 1) if seen and seen[-1] is Pass.PROBE else most
        resting = frozenset(domain for relay in relays for domain in self._resting_behind(relay, now))
        limits = limits_of(relays[0] if len(relays) == 1 else "", firm_id)  # a firm with a way of its own uses the deployment's little
        own_rests = Pass.NONE in seen[1:]
        if own and not own_rests and (granted := take_share({**limits, **own}, most, now)):
            return Share(granted, resting, tuple(limits), paced=next(iter(own)))
        granted = take_share(limits, most, now) if limits else most
        return Share(granted, resting, tuple(limits), own_waits=own_rests or bool(own))

    def give_back(self, share: Share, claimed: int, by_own_way: int) -> None:
        """Of a share, what was not claimed after all. What leaves by the deployment's way is none of the own one's pace."""
        for places, unused in (
            (share.counted, share.at_most - claimed),
            ((share.paced,) if share.paced else (), share.at_most - by_own_way),
        ):
            for place in places if unused > 0 else ():  # one after the other: they are locked in another order than they stand in
                Pace.objects.filter(place=place).update(tokens=F("tokens") + unused)

    def is_at_ease(self, relay: str) -> bool:
        """Nothing is amiss with it, as far as is known."""
        return relay not in self.known

    def waits_until(self, relay: str, email: str) -> datetime | None:
        """Just before a message goes: none where it may; else when it is worth another look. Its try is not counted."""
        now = self.clock()
        for place in (relay, behind(relay, email)):
            trouble = self.known.get(place)
            if trouble is None:
                continue
            seen = passes(trouble, now)
            if seen is Pass.NONE or (seen is Pass.PROBE and not self._take_probe(place, now)):
                waits = [until for until in (trouble.rests_until, trouble.probe_until) if until and until > now]
                return max(waits, default=now + PROBE) + SPREAD * random.random()
        return self._domain_full(relay, email, now)

    def told(self, relay: str, email: str, error: SendError) -> None:
        """What an error says of the way, for everybody."""
        told = told_by(error.kind, error.answer, answered=error.answered, step=error.step)
        if told is Told.ANSWERED:
            self.answered(relay)
        elif relay and told is Told.SLOW_DOMAIN:
            self._note(behind(relay, email), told, error.answer)
            self.answered(relay)
        elif relay and told is not Told.NOTHING:
            self._note(relay, told, error.answer)

    def answered(self, relay: str) -> None:
        """It is there, whatever it said. No statement where nobody thought otherwise."""
        known = self.known.get(relay)
        if known and (known.failures or known.probe_until):
            self._note(relay, Told.ANSWERED, "")

    def _note(self, place: str, told: Told, answer: str) -> None:
        with transaction.atomic():
            row = locked(place)
            self.known[place] = after_error(trouble_of(row), told, self.clock(), random.random())
            keep(row, self.known[place], answer or row.answer)

    def went_well(self, relay: str, email: str) -> None:
        """No statement where nothing was amiss."""
        for place in (relay, behind(relay, email)):
            before = self.known.get(place)
            if before is None or (after := after_success(before, self.clock())) == before:
                continue
            with transaction.atomic():
                row = locked(place)
                after = after_success(trouble_of(row), self.clock())
                keep(row, after, "")
            self.known[place] = after
            if after == Trouble():
                self.known.pop(place, None)

    def _read(self, now: datetime) -> None:
        read_at = self.read_at
        if read_at is None or now - read_at >= READ_AGAIN or now < read_at:
            self.known = {row.place: trouble_of(row) for row in Pace.objects.filter(TROUBLED)}
            self.used_up = find_domains_used_up(settings.PACE_DOMAIN, now) if settings.PACE_DOMAIN else {}
            self.read_at = now

    def _resting_behind(self, relay: str, now: datetime) -> Iterable[str]:
        beginning = f"{relay} "
        places = [place for place, trouble in list(self.known.items()) if passes(trouble, now) is Pass.NONE]
        places += [place for place, until in list(self.used_up.items()) if until > now]  # lists: another thread may learn of one meanwhile
        return [place.removeprefix(beginning) for place in places if place.startswith(beginning)]

    def _take_probe(self, place: str, now: datetime) -> bool:
        free = Q(probe_until=None) | Q(probe_until__lte=now)
        if Pace.objects.filter(free, place=place, failures__gte=BREAKS_AT).update(probe_until=now + PROBE):
            return True
        self.read_at = None  # somebody else has it, or it is closed again
        return False

    def _domain_full(self, relay: str, email: str, now: datetime) -> datetime | None:
        """One statement for a message, where domains have a limit alone."""
        limit, place = settings.PACE_DOMAIN, behind(relay, email)
        if not limit or not relay or take_share({place: limit}, 1, now):
            return None
        self.used_up[place] = worth_a_batch_at(Bucket(0, now), limit)
        return now + timedelta(minutes=1) * (1 / limit + random.random())


# --- Places --------------------------------------------------------------------------------------------------------------


def relay_of(transport: Transport) -> str:
    """By what a way out is known here; empty for one that is not paced."""
    if isinstance(transport, FirmTransport):
        return f"way:{transport.way.pk}"
    if isinstance(transport, SmtpTransport):
        return f"{transport.url.hostname or 'localhost'}:{transport.url.port or 25}"
    return settings.ANYMAIL_BACKEND if isinstance(transport, AnymailTransport) else ""


def behind(relay: str, email: str) -> str:
    return f"{relay} {email.rpartition('@')[2].lower()}"


def limits_of(relay: str, firm_id: int) -> Mapping[str, int]:
    """Of e-mails in a minute, where there are any."""
    limits = {relay: settings.PACE_RELAY, f"firm:{firm_id}": settings.PACE_FIRM}
    return {place: limit for place, limit in limits.items() if place and limit}


def pace_of(transport: Transport | None) -> Mapping[str, int]:
    """What a firm has set for its own way; nothing where it has neither."""
    if not isinstance(transport, FirmTransport) or not transport.way.per_minute:
        return {}
    return {relay_of(transport): transport.way.per_minute}


def find_pace_used_up(firm_id: int, now: datetime) -> int | None:
    """How many e-mails a minute the firm lets go by its own way, while others wait for that. `now` is machine time.

    Where nobody has asked for a minute, what waits waits for a worker.
    """
    way = Way.objects.filter(IN_USE, firm=firm_id, per_minute__isnull=False, broken_at=None).first()
    used_up = way and Pace.objects.filter(place=f"way:{way.pk}", tokens__lt=1, filled_at__gt=now - A_MINUTE).exists()
    return way.per_minute if way and used_up else None


def find_domains_used_up(per_minute: int, now: datetime) -> dict[str, datetime]:
    """Places of the domains that somebody has found used up, and when a batch for them is worth its claim. One query."""
    longest = worth_a_batch_at(Bucket(0, now), per_minute) - now
    rows = Pace.objects.filter(place__contains=" ", tokens__lt=1, filled_at__gt=now - longest)
    return {row.place: worth_a_batch_at(Bucket(row.tokens, row.filled_at), per_minute) for row in rows if row.filled_at}


# --- Rows ----------------------------------------------------------------------------------------------------------------


@transaction.atomic
def take_share(limits: Mapping[str, int], wanted: int, now: datetime) -> int:
    """As many as all of the limits allow."""
    rows = {place: locked(place) for place in sorted(limits)}
    granted = min(take(bucket_of(row), limits[place], wanted, now)[0] for place, row in rows.items())
    for place, row in rows.items():
        _, left = take(bucket_of(row), limits[place], granted, now)
        row.tokens, row.filled_at = left.tokens, left.at
        row.save(update_fields=["tokens", "filled_at"])
    return granted


def locked(place: str) -> Pace:
    Pace.objects.bulk_create([Pace(place=place)], ignore_conflicts=True)
    return Pace.objects.select_for_update().get(place=place)


def keep(row: Pace, trouble: Trouble, answer: str) -> None:
    row.level, row.failures = trouble.level, trouble.failures
    row.rests_until, row.probe_until = trouble.rests_until, trouble.probe_until
    row.answer = answer[:500]
    row.save(update_fields=["level", "failures", "rests_until", "probe_until", "answer"])


def trouble_of(row: Pace) -> Trouble:
    return Trouble(row.level, row.failures, row.rests_until, row.probe_until)


def bucket_of(row: Pace) -> Bucket | None:
    return Bucket(row.tokens, row.filled_at) if row.filled_at else None


def troubled(now: datetime) -> Iterable[Pace]:
    """Relays that are cut off, and whatever rests; for whoever watches."""
    return Pace.objects.filter(Q(failures__gte=BREAKS_AT) | Q(rests_until__gt=now)).order_by("place")
