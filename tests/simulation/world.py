"""The world in which a firm lives: plain facts, and what happens to them. It decides nothing, and every life reads the same one."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

type Span = tuple[date, date]


@dataclass(frozen=True)
class Happening:
    """`what` names a method of `World` or of a life; printed, it can be typed in again."""

    at: datetime
    what: str
    values: tuple[Any, ...] = ()


@dataclass
class Office:
    """The firm, and on which terms it reminds."""

    zone: str = "Europe/Paris"
    start: time = time(8, 30)
    until: time = time(18, 0)
    days: frozenset[int] = frozenset(range(5))
    closed: frozenset[date] = frozenset()
    open_days_only: bool = False
    always: bool = False
    bundle: bool = True
    cap_a_day: int | None = 1
    cap_a_week: int | None = None
    latest_days: int = 3


@dataclass
class Person:
    zone: str | None = None
    archived: bool = False


@dataclass
class Mail:
    """An e-mail address."""

    person: int
    suppressed: bool = False
    linked: bool = True


@dataclass
class Use:
    """Of an address in an account."""

    notify: bool = True
    wants: bool = True


@dataclass
class World:
    """`uses` by account and address, `pauses` by level and number: "firm" 0, "account", "person", "item"."""

    office: Office
    people: dict[int, Person]  # by the number that their place in the hours comes from
    mails: list[Mail]
    uses: dict[int, dict[int, Use]]
    pauses: dict[tuple[str, int], Span] = field(default_factory=dict)
    version: int = 0  # one more at each change

    def zone_of(self, person: int) -> ZoneInfo:
        return ZoneInfo(self.people[person].zone or self.office.zone)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.office.zone)

    # --- What happens ------------------------------------------------------------------------------------------------

    def switch(self, account: int, mail: int, name: str, on: bool, *, now: datetime) -> None:
        setattr(self.uses[account][mail], name, on)

    def bounce(self, mail: int, *, now: datetime) -> None:
        """The server knows no such address; its webhook may come twice."""
        self.mails[mail].suppressed = True

    def lift(self, mail: int, *, now: datetime) -> None:
        self.mails[mail].suppressed = False

    def archive(self, person: int, on: bool, *, now: datetime) -> None:
        self.people[person].archived = on

    def unlink(self, mail: int, on: bool, *, now: datetime) -> None:
        self.mails[mail].linked = not on

    def move(self, person: int, zone: str | None, *, now: datetime) -> None:
        self.people[person].zone = zone

    def close_days(self, first: date, count: int, *, now: datetime) -> None:
        self.office.closed |= {first + timedelta(days=n) for n in range(count)}

    def terms(self, name: str, value: Any, *, now: datetime) -> None:
        if name == "hours":
            self.office.start, self.office.until = value
        else:
            setattr(self.office, name, value)

    def pause(self, level: str, number: int, days: int, *, now: datetime) -> None:
        """From today; it takes the place of the one before."""
        today = now.astimezone(self.zone).date()
        self.pauses[level, number] = (today, today + timedelta(days=days))

    def end_pause(self, level: str, number: int, *, now: datetime) -> None:
        """Reminders go on today."""
        today = now.astimezone(self.zone).date()
        if (level, number) in self.pauses:
            first, until = self.pauses[level, number]
            self.pauses[level, number] = (first, max(first, min(until, today)))


DECIDED_ANEW = ("close_days", "terms", "pause", "end_pause")  # whoever changes these has what waits looked at again
OF_THE_WORLD = ("switch", "bounce", "lift", "archive", "unlink", "move", *DECIDED_ANEW)
