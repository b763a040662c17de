"""The time of the model that looks at every minute, for weeks: it walks and reads the clock, and asks for no hour ahead."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from tests.simulation.model import Asked, Rests, Waits, share_of
from tests.simulation.world import World

A_MINUTE = timedelta(minutes=1)
type Clock = tuple[int, int]  # the day's number, and the minute that the clock shows
UNIX_DAY = date(1970, 1, 1).toordinal()


@cache
def hour_of_clock(zone: ZoneInfo, quarter: int) -> Clock:
    """What a clock there shows at the beginning of a quarter of an hour: no clock on earth changes within one in these years."""
    local = datetime.fromtimestamp(quarter * 900, UTC).astimezone(zone)
    return local.toordinal(), local.hour * 60 + local.minute


def clock(zone: ZoneInfo, minute: int) -> Clock:
    day, shown = hour_of_clock(zone, minute // 15)
    return day, shown + minute % 15


def minute_of(at: datetime) -> int:
    assert not at.second and not at.microsecond, "this model knows whole minutes only"
    return int(at.timestamp()) // 60


def instant_of(minute: int) -> datetime:
    return datetime.fromtimestamp(minute * 60, UTC)


class Walk:
    """Through the days of one item, from its last nominal instant on."""

    def __init__(self, times: "ByMinute", given: object, counted: datetime, every: int, rests: Rests) -> None:
        self.times, self.given, self.every, self.rests = times, given, every, rests
        self.zone = times.world.zone
        self.minute = minute_of(counted)
        self.day, self.hour = clock(self.zone, self.minute)
        self.left, self.came, self.expected = every, True, self.hour + 1
        self.strikes = -1  # the minute at which an hour that was left out comes after all
        self.found: list[datetime] = []

    def on(self, until: int) -> None:
        while self.minute < until:
            self.minute += 1
            day, shown = clock(self.zone, self.minute)
            if day != self.day:
                self._new_day(day)
            if not self.came and self.expected <= self.hour < shown:
                self.strikes, self.came = self.minute + self.hour - self.expected, True
            if (not self.came and shown == self.hour) or self.minute == self.strikes:
                self.found.append(instant_of(self.minute))
                self.came, self.left, self.hour, self.strikes = True, self.every, shown, -1
            self.expected = shown + 1

    def _new_day(self, day: int) -> None:
        if not self.came and self.expected <= self.hour:
            self.strikes = self.minute + self.hour - self.expected
        self.day, self.expected = day, 0
        resting, is_open = self.rests(date.fromordinal(day)), self.times.is_open(day)
        if not resting and (is_open or not self.times.world.office.open_days_only):
            self.left -= 1
        self.came = resting or self.left > 0 or not is_open


class ByMinute:
    def __init__(self, world: World) -> None:
        self.world = world
        self.walks: dict[int, Walk] = {}  # by item

    def is_open(self, day: int) -> bool:
        office = self.world.office
        return office.always or (date.fromordinal(day).weekday() in office.days and date.fromordinal(day) not in office.closed)

    # --- Nominal instants --------------------------------------------------------------------------------------------

    def instants(self, item: int, asked: Asked, rests: Rests, now: datetime) -> list[datetime]:
        """From the last one on, minute after minute, until now; anew where anything has changed since it was last asked."""
        walk = self.walks.get(item)
        given = (asked.counted, asked.every, rests, self.world.office.zone, self.world.office.open_days_only, self._days())
        if walk is None or walk.given != given:
            walk = self.walks[item] = Walk(self, given, asked.counted, asked.every, rests)
        walk.on(minute_of(now))
        return walk.found

    def _days(self) -> tuple[object, ...]:
        return self.world.office.always, self.world.office.days, self.world.office.closed

    def quiet_until(self, asked: Asked, rests: Rests, now: datetime) -> datetime:
        """It looks every time."""
        return now

    # --- May it leave ------------------------------------------------------------------------------------------------

    def may_leave(self, waits: Waits) -> tuple[str, datetime] | None:
        now, zone = minute_of(waits.now), self.world.zone_of(waits.person)
        why, minute = self._rested(waits, now)
        if not self._is_in_hours(zone, minute):
            if not why:
                why = "outside_hours" if self.is_open(clock(zone, minute)[0]) else "closed_day"
            minute = self._slot(zone, waits.person, minute)
        while waits.full(date.fromordinal(clock(zone, minute)[0])):
            why, minute = "capped", self._next_day(zone, minute)
            if not self._is_in_hours(zone, minute):
                minute = self._slot(zone, waits.person, minute)
        if minute == now and waits.catching_up and not self.world.office.always:
            slot = self._slot_of_day(zone, waits.person, minute)
            why, minute = ("catching_up", slot) if slot > now else (why, minute)
        return (why, instant_of(minute)) if minute > now else None

    def _rested(self, waits: Waits, now: int) -> tuple[str, int]:
        """Walks on while anything rests; the last to rest says why."""
        zone, why, minute = self.world.zone, "", now
        today = clock(zone, now)[0]
        resting = [(name, until.toordinal()) for name, first, until in waits.pauses() if first.toordinal() <= today < until.toordinal()]
        told = minute_of(waits.last_told) if waits.last_told else None
        while True:
            day = clock(zone, minute)[0]
            still = [name for name, until in resting if day < until]
            if told is not None and minute - told < 24 * 60:
                still.append("told_today")
            if not still:
                return why, minute
            why, minute = still[0], minute + 1

    def _is_in_hours(self, zone: ZoneInfo, minute: int) -> bool:
        if self.world.office.always:
            return True
        opens, closes = self._hours(zone, minute)
        return self.is_open(clock(zone, minute)[0]) and opens <= minute < closes

    def _hours(self, zone: ZoneInfo, minute: int) -> tuple[int, int]:
        """Of the day of this minute: the first minutes at which the clock has reached the beginning and the end."""
        return hours_of(zone, clock(zone, minute)[0], self.world.office.start, self.world.office.until)

    def _slot_of_day(self, zone: ZoneInfo, person: int, minute: int) -> int:
        opens, closes = self._hours(zone, minute)
        return opens + int((closes - opens) * share_of(person))

    def _slot(self, zone: ZoneInfo, person: int, minute: int) -> int:
        """The person's place in the next hours that are yet to begin."""
        opens, closes = self._hours(zone, minute)
        while not (self.is_open(clock(zone, minute)[0]) and minute < opens < closes):
            minute = self._next_day(zone, minute)
            opens, closes = self._hours(zone, minute)
            if self.is_open(clock(zone, minute)[0]) and opens < closes:
                break
        return opens + int((closes - opens) * share_of(person))

    def _next_day(self, zone: ZoneInfo, minute: int) -> int:
        day = clock(zone, minute)[0]
        while clock(zone, minute)[0] == day:
            minute += 1
        return minute


@cache
def hours_of(zone: ZoneInfo, day: int, start: time, until: time) -> tuple[int, int]:
    noon = (day - UNIX_DAY) * 1440 + 720
    minutes = [minute for minute in range(noon - 2400, noon + 2400) if clock(zone, minute)[0] == day]
    return _first(zone, minutes, start), _first(zone, minutes, until)


def _first(zone: ZoneInfo, minutes: Sequence[int], at: time) -> int:
    reached = (minute for minute in minutes if clock(zone, minute)[1] >= at.hour * 60 + at.minute)
    return next(reached, minutes[-1] + 1)
