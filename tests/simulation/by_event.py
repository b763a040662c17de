"""The time of the model that goes from event to event, for years: days are counted, and an hour is looked for on its day."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from tests.simulation.model import DAY, Asked, Rests, Waits, share_of
from tests.simulation.world import Office, World

AROUND = timedelta(hours=30)


@lru_cache(maxsize=200_000)
def moments(zone: ZoneInfo, day: date, at: time) -> tuple[datetime, datetime]:
    """When a clock there shows this hour: the first instant. Where the clock's change leaves it out: an hour on, and the change itself."""
    wall = datetime.combine(day, at)
    noon = wall.replace(tzinfo=UTC)
    offsets = [(noon + shift).astimezone(zone).utcoffset() or timedelta() for shift in (-AROUND, AROUND)]
    shown = [found for found in ((wall - offset).replace(tzinfo=UTC) for offset in offsets) if _wall(found, zone) == wall]
    if shown:
        return min(shown), min(shown)
    later = (wall - offsets[0]).replace(tzinfo=UTC)
    change = later
    while _wall(change - timedelta(minutes=1), zone) > wall:
        change -= timedelta(minutes=1)
    return later, change.replace(second=0, microsecond=0)


def _wall(at: datetime, zone: ZoneInfo) -> datetime:
    return at.astimezone(zone).replace(tzinfo=None)


def hour_on(zone: ZoneInfo, day: date, at: time) -> datetime:
    """ "An hour that does not exist becomes the one after it." """
    return moments(zone, day, at)[0]


def first_on(zone: ZoneInfo, day: date, at: time) -> datetime:
    """The first instant of the day at which the clock shows this hour or a later one."""
    return moments(zone, day, at)[1]


def is_open(office: Office, day: date) -> bool:
    return office.always or (day.weekday() in office.days and day not in office.closed)


class ByEvent:
    def __init__(self, world: World) -> None:
        self.world = world

    def instants(self, item: int, asked: Asked, rests: Rests, now: datetime) -> list[datetime]:
        found: list[datetime] = []
        at = asked.counted
        while (at := self._following(at, asked.every, rests)) <= now:
            found.append(at)
        return found

    def quiet_until(self, asked: Asked, rests: Rests, now: datetime) -> datetime:
        at = asked.counted
        while at <= asked.meant_after or at == asked.counted:
            at = self._following(at, asked.every, rests)
        return at

    def _following(self, at: datetime, every: int, rests: Rests) -> datetime:
        office, zone = self.world.office, self.world.zone
        wall = at.astimezone(zone)
        day, counted = wall.date(), 0
        while True:
            day += DAY
            if rests(day):
                continue
            counted += not office.open_days_only or is_open(office, day)
            if counted >= every and is_open(office, day):
                return hour_on(zone, day, wall.time().replace(fold=0))

    def may_leave(self, waits: Waits) -> tuple[str, datetime] | None:
        office, zone = self.world.office, self.world.zone_of(waits.person)
        why, at = self._rested(waits)
        if office.always:
            return self._always(waits, why, at)
        for opens, closes, day in self._hours(zone, at):
            if closes <= at:
                continue
            slot = opens + timedelta(minutes=int(((closes - opens) / timedelta(minutes=1)) * share_of(waits.person)))
            leaves = slot if at < opens else at
            if not why and leaves > at:
                why = "outside_hours" if is_open(office, at.astimezone(zone).date()) else "closed_day"
            if waits.full(day):
                why, at = "capped", first_on(zone, day + DAY, time())
            elif leaves == waits.now and waits.catching_up and slot > waits.now:
                return "catching_up", slot
            else:
                return (why, leaves) if leaves > waits.now else None
        raise AssertionError("no end of days")

    def _rested(self, waits: Waits) -> tuple[str, datetime]:
        """When pauses and the day's rest after the same item was told are over, and which of them ends last."""
        today = waits.now.astimezone(self.world.zone).date()
        ends = [(why, first_on(self.world.zone, until, time())) for why, first, until in waits.pauses() if first <= today < until]
        if waits.last_told:
            ends.append(("told_today", waits.last_told + timedelta(hours=24)))
        last = max((end for _, end in ends), default=waits.now)
        return (next(why for why, end in ends if end == last), last) if last > waits.now else ("", waits.now)

    def _always(self, waits: Waits, why: str, at: datetime) -> tuple[str, datetime] | None:
        zone = self.world.zone_of(waits.person)
        while waits.full(at.astimezone(zone).date()):
            why, at = "capped", first_on(zone, at.astimezone(zone).date() + DAY, time())
        return (why, at) if at > waits.now else None

    def _hours(self, zone: ZoneInfo, at: datetime) -> Iterator[tuple[datetime, datetime, date]]:
        office, day = self.world.office, at.astimezone(zone).date()
        while True:
            opens, closes = first_on(zone, day, office.start), first_on(zone, day, office.until)
            if is_open(office, day) and opens < closes:
                yield opens, closes, day
            day += DAY
