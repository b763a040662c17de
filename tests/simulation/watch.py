"""What must never happen, looked for in what went out: by the clock on the wall, and without asking how it was decided."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from tests.simulation.world import Happening, World

type Entry = tuple[object, ...]


class Broken(AssertionError):
    """Something happened that must never happen."""


@dataclass
class Seen:
    """An item, as a bystander knows it."""

    account: int
    named: frozenset[int]
    most: int
    on: bool
    last_day: date | None
    done: set[int] = field(default_factory=set)
    over: bool = False
    number: dict[tuple[int, int], int] = field(default_factory=dict)  # the last reminder that went, by round and address
    round: int = 0
    told: dict[int, datetime] = field(default_factory=dict)


class Watch:
    def __init__(self, world: World) -> None:
        self.world = world
        self.items: dict[int, Seen] = {}
        self.reminded: set[object] = set()
        self.nominal: dict[tuple[int, int], datetime] = {}
        self.goes_at: dict[object, datetime] = {}
        self.emails: dict[int, list[datetime]] = defaultdict(list)
        self.reminders = 0

    def happens(self, happening: Happening) -> None:
        what, values = happening.what, happening.values
        if what == "ask":
            item, account, named, schedule, last = values
            self.items[item] = Seen(account, named, schedule[2], schedule[0], last)
        seen = self.items.get(values[0]) if what in ("act", "settle", "refuse", "withdraw", "reopen", "schedule") else None
        if seen is None:
            return
        if what == "reopen":
            seen.over, seen.last_day, seen.most, seen.on = False, None, values[1][2], values[1][0]
        elif what == "schedule" and not seen.over:
            seen.most, seen.on = values[1][2], values[1][0]
        elif what == "act":
            if not seen.over and values[1] in seen.named:
                seen.done.add(values[1])
                seen.over = seen.done >= seen.named
        elif what != "schedule":
            seen.over = True

    def came_by(self, entries: Sequence[Entry], now: datetime) -> None:
        """What one sweep or dispatch did."""
        self.each_item_once_and_every_address_has_a_row(entries, now)
        for entry in entries:
            match entry:
                case ("row" | "changed", _, key, verdict, _, until):
                    if verdict != "skip":
                        self.goes_at[key] = until if isinstance(until, datetime) else now
                case ("ended", _, int(item), "expired"):
                    self.items[item].over = True
                case ("sent", _, int(mail), list(keys)):
                    self.sent(mail, keys, now)

    def each_item_once_and_every_address_has_a_row(self, entries: Sequence[Entry], now: datetime) -> None:
        due = Counter(entry[2] for entry in entries if entry[0] == "due")
        self.must(all(count == 1 for count in due.values()), "an item fell due twice at once", now)
        for entry in entries:
            if entry[0] == "due":
                _, _, item, number, nominal, *_ = entry
                assert isinstance(item, int) and isinstance(nominal, datetime)
                rows = [each for each in entries if each[0] == "row" and _begins(each[2], item, number)]
                addresses = sorted(_mail(each[2]) for each in rows)
                self.must(addresses == sorted(self.world.uses[self.items[item].account]), f"item {item}: an address without a row", now)
                late = now - nominal > timedelta(days=self.world.office.latest_days)
                self.must(not (late and any(each[3] != "skip" for each in rows)), f"item {item}: late, and nobody said yes", now)

    def sent(self, mail: int, keys: Sequence[tuple[int, int, int, int]], now: datetime) -> None:
        if any(number for _, _, number, _ in keys):
            self.at_a_good_time(mail, now)
            self.under_the_cap(mail, now)
            self.emails[mail] = [*self.emails[mail][-20:], now]
            self.must(len(keys) == len({item for item, *_ in keys}), "two of one item in one e-mail", now)
        for item, round_, number, to in keys:
            self.must(to == mail, "to somebody else", now)
            if number:
                self.reminder(item, round_, number, mail, now)
                self.reminders += 1
            self.items[item].told[mail] = now

    def reminder(self, item: int, round_: int, number: int, mail: int, now: datetime) -> None:
        seen, what = self.items[item], f"item {item}, reminder {round_}.{number} to {mail}"
        person = self.world.mails[mail].person
        today = now.astimezone(self.world.zone).date()
        self.must((item, round_, number, mail) not in self.reminded, f"{what}: twice", now)
        self.reminded.add((item, round_, number, mail))
        self.must(number > seen.number.get((round_, mail), 0), f"{what}: after a later one", now)
        seen.number[round_, mail] = number
        self.must(not seen.over and person not in seen.done, f"{what}: it is done", now)
        self.must(seen.last_day is None or today <= seen.last_day, f"{what}: it has expired", now)
        self.must(seen.on and number <= seen.most, f"{what}: more than were set", now)
        self.must(not seen.named or person in seen.named, f"{what}: to somebody who is not named", now)
        for place in (("firm", 0), ("account", seen.account), ("item", item), ("person", person)):
            first, until = self.world.pauses.get(place, (today, today))
            self.must(not first <= today < until, f"{what}: {place[0]} is paused", now)
        use, address = self.world.uses[seen.account][mail], self.world.mails[mail]
        wanted = use.notify and use.wants and address.linked and not address.suppressed and not self.world.people[person].archived
        self.must(wanted, f"{what}: not wanted", now)
        last = seen.told.get(mail)
        self.must(last is None or now - last >= timedelta(hours=24), f"{what}: twice within 24 hours", now)
        waited = now - self.goes_at[item, round_, number, mail]
        self.must(waited <= timedelta(days=self.world.office.latest_days), f"{what}: late, and nobody said yes", now)

    def at_a_good_time(self, mail: int, now: datetime) -> None:
        office, local = self.world.office, now.astimezone(self.world.zone_of(self.world.mails[mail].person))
        if not office.always:
            self.must(office.start <= local.time() < office.until, f"outside the hours: {local}", now)
            self.must(local.weekday() in office.days and local.date() not in office.closed, f"on a closed day: {local}", now)

    def under_the_cap(self, mail: int, now: datetime) -> None:
        office, zone = self.world.office, self.world.zone_of(self.world.mails[mail].person)
        ages = [(now.astimezone(zone).date() - at.astimezone(zone).date()).days for at in self.emails[mail]]
        self.must(office.cap_a_day is None or ages.count(0) < office.cap_a_day, f"over the day's cap, to {mail}", now)
        self.must(office.cap_a_week is None or sum(age < 7 for age in ages) < office.cap_a_week, f"over the week's cap, to {mail}", now)

    def must(self, holds: bool, what: str, now: datetime) -> None:
        if not holds:
            raise Broken(f"{now:%Y-%m-%d %H:%M:%S}: {what}")


def _begins(key: object, item: int, number: object) -> bool:
    return isinstance(key, tuple) and key[0] == item and key[2] == number


def _mail(key: object) -> int:
    assert isinstance(key, tuple)
    return int(key[3])
