"""What the demo's story is written in: people, accounts, requests, and what becomes of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from itertools import accumulate
from typing import Protocol
from zoneinfo import ZoneInfo

from clients.enums import AccountKind
from firms.enums import Right, Role

APART = timedelta(minutes=1)  # at least, what follows one another


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who works in a firm."""

    name: str
    email: str
    job_title: str = ""
    role: Role = Role.EMPLOYEE
    rights: tuple[Right, ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody behind an account. `uses` are the switches that are on: L (LOGIN), N (NOTIFY), E (EMAIL SYNC).

    An e-mail address that has stood in an account before means the same person once more.
    """

    first_name: str
    last_name: str
    email: str = ""
    uses: str = "N"
    function: str = ""
    language: str = ""
    phone: str = ""
    other_email: str = ""  # a second address, used for nothing
    signs_in: bool = False
    wants_signatures: bool = True


@dataclass(frozen=True, slots=True)
class ClientAccount:
    reference: str
    name: str
    people: tuple[Person, ...]
    kind: AccountKind = AccountKind.COMPANY
    manager: str = ""
    group: str = ""
    tags: tuple[str, ...] = ()
    since: int = 0  # the year


@dataclass(frozen=True, slots=True)
class At:
    """So many days before today, at an hour of the firm's clock; on a working day, the Friday before a weekend."""

    days: int
    hour: str

    def instant(self, now: datetime, zone: ZoneInfo) -> datetime:
        day = now.astimezone(zone).date() - timedelta(days=self.days)
        day -= timedelta(days=max(0, day.weekday() - 4))
        return datetime.combine(day, time.fromisoformat(self.hour), zone).astimezone(now.tzinfo)


@dataclass(frozen=True, slots=True)
class HoursAgo:
    """So many hours before now, whatever the day."""

    hours: float

    def instant(self, now: datetime, zone: ZoneInfo) -> datetime:
        return now - timedelta(hours=self.hours)


type Moment = At | HoursAgo


class Timed(Protocol):
    @property
    def at(self) -> Moment: ...


def in_order(moments: Iterable[Moment], now: datetime, zone: ZoneInfo) -> list[datetime]:
    """The instants of what is asked and of what follows, none before the one that it follows.

    Days that fall on one Friday, and hours ago beside them, would else put an answer before its question.
    """
    return list(accumulate((each.instant(now, zone) for each in moments), lambda before, at: max(at, before + APART)))


@dataclass(frozen=True, slots=True)
class Signs:
    """A client signs, with the code from the e-mail. `who` is an e-mail address."""

    who: str
    at: Moment


@dataclass(frozen=True, slots=True)
class Declines:
    who: str
    reason: str
    at: Moment


@dataclass(frozen=True, slots=True)
class Withdraws:
    """Somebody of the firm, by name, takes the request back."""

    who: str
    at: Moment


@dataclass(frozen=True, slots=True)
class Resends:
    who: str
    at: Moment


@dataclass(frozen=True, slots=True)
class SwitchesOff:
    """Somebody of the firm switches the reminders off."""

    who: str
    at: Moment


@dataclass(frozen=True, slots=True)
class Bounces:
    """The server of an address says that it does not exist."""

    email: str
    answer: str
    at: Moment


type Deed = Signs | Declines | Withdraws | Resends | SwitchesOff


@dataclass(frozen=True, slots=True)
class Request:
    """A signature that is asked for. Days of `due` and `expires` count from today; negative ones have passed.

    In texts `{year}` is the year that is prepared now, `{past}` the one before it.
    """

    account: str  # its reference
    paper: str  # a key of demo.seed.texts.PAPERS
    signers: tuple[str, ...]  # e-mail addresses
    by: str
    at: Moment
    title: str = ""  # the paper's own when left out
    every: int = 3
    at_most: int = 0  # 0: reminders off
    message: str = ""
    due: int | None = None
    expires: int | None = None
    then: tuple[Deed, ...] = field(default=())
