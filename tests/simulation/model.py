"""What ought to happen, kept as plainly as the documents say it, without a line of the product.

This is the book: what was asked, told, held and left. Both models keep it; each has ways of its own to tell the time (`Times`).
The sentences in quotes are those of docs/reminders.md, docs/notifications.md, docs/readings.md and docs/beyond.md.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from hashlib import blake2b
from typing import Protocol

from tests.simulation.world import Span, World

type Key = tuple[int, int, int, int]  # item, round, number, address
type Entry = tuple[object, ...]
type Verdict = tuple[str, str, datetime | None]  # "send", "hold" or "skip", why, until

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), 7
LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)
PATIENCE = timedelta(seconds=60)  # what a dispatcher has claimed, another takes over after that


@dataclass
class Asked:
    """An item. `counted` is the nominal instant of the last automatic e-mail, `meant_after` when its reminders were last set."""

    account: int
    named: frozenset[int]
    last_day: date | None
    on: bool
    every: int
    most: int
    counted: datetime
    meant_after: datetime
    done: set[int] = field(default_factory=set)
    ended: str = ""
    reminded: int = 0
    round: int = 0
    nobody: bool = False


@dataclass(eq=False)
class Sent:
    """An e-mail: `claimed`, and perhaps `left` for the client."""

    mail: int
    claimed: datetime
    reminder: bool
    members: list["Told"]
    left: bool = False
    held_since: datetime | None = None  # somebody has it in hand, or was killed with it
    twice: bool = False


@dataclass(eq=False)
class Told:
    """One line of the why log."""

    key: Key
    reminder: bool
    what: str
    why: str
    at: datetime
    bundled: bool
    email: Sent | None = None

    @property
    def open(self) -> bool:
        return self.what != "skip" and self.email is None


@dataclass(frozen=True)
class Waits:
    """What a reminder to one address has to wait for."""

    world: World
    account: int
    item: int
    person: int
    now: datetime
    last_told: datetime | None
    emails: list[datetime]  # with reminders, to this address
    catching_up: bool

    def pauses(self) -> Iterator[tuple[str, date, date]]:
        places = [("firm_paused", "firm", 0), ("account_paused", "account", self.account), ("action_paused", "item", self.item)]
        for why, level, number in [*places, ("contact_paused", "person", self.person)]:
            if (level, number) in self.world.pauses:
                yield why, *self.world.pauses[level, number]

    def full(self, day: date) -> bool:
        """ "At most n e-mails a day and a week over all reminders" (X08), by the recipient's clock."""
        office, zone = self.world.office, self.world.zone_of(self.person)
        days = [at.astimezone(zone).date() for at in self.emails]
        if office.cap_a_day is not None and sum(each == day for each in days) >= office.cap_a_day:
            return True
        return office.cap_a_week is not None and sum(0 <= (day - each).days < WEEK for each in days) >= office.cap_a_week


@dataclass(frozen=True)
class Rests:
    """The days on which the clock of an item stands still: those of its own `pauses`, and those of everybody who would hear of it."""

    pauses: tuple[Span, ...]
    everybody: tuple[Span | None, ...]

    def __call__(self, day: date) -> bool:
        if any(first <= day < until for first, until in self.pauses):
            return True
        return bool(self.everybody) and all(span is not None and span[0] <= day < span[1] for span in self.everybody)


class Times(Protocol):
    def instants(self, item: int, asked: Asked, rests: Rests, now: datetime) -> list[datetime]:
        """The nominal instants of an item after `counted`, up to `now`."""
        ...

    def quiet_until(self, asked: Asked, rests: Rests, now: datetime) -> datetime:
        """No instant that is meant passes before, as long as nothing happens."""
        ...

    def may_leave(self, waits: Waits) -> tuple[str, datetime] | None:
        """Why not now, and the first instant at which nothing speaks against it."""
        ...


def share_of(person: int) -> float:
    """ "A deterministic spread": where in the hours a person's slot lies, from 0 to 1."""
    return int(blake2b(person.to_bytes(8, "big"), digest_size=4).hexdigest(), 16) / 4294967296


class Model:
    def __init__(self, world: World, times: Times) -> None:
        self.world, self.times = world, times
        self.asked: dict[int, Asked] = {}
        self.told: dict[int, list[Told]] = {}
        self.emails: dict[int, list[Sent]] = defaultdict(list)  # by address
        self.in_hand: list[Sent] = []
        self.resent: set[tuple[int, int]] = set()
        self.pending: list[Told] = []
        self.quiet: dict[int, tuple[int, datetime]] = {}  # by item: until when, as the world was at a version
        self.log: list[Entry] = []

    # --- What people do ----------------------------------------------------------------------------------------------

    def ask(
        self, item: int, account: int, named: frozenset[int], schedule: tuple[bool, int, int], last: date | None, *, now: datetime
    ) -> None:
        self.asked[item], self.told[item] = Asked(account, named, last, *schedule, now, now), []
        self.tell_at_once(item, now)

    def resend(self, item: int, *, now: datetime) -> None:
        """ "Once a second: whoever clicks twice sends once." """
        if self.is_open(item) and (item, int(now.timestamp())) not in self.resent:
            self.resent.add((item, int(now.timestamp())))
            self.tell_at_once(item, now)

    def tell_at_once(self, item: int, now: datetime) -> None:
        """ "A first notice and a repetition by staff go at once." """
        for mail in self.world.uses[self.asked[item].account]:
            why = self.why_never(item, mail, reminder=False)
            verdict: Verdict = ("skip", why, None) if why else ("send", self.why_told(item), None)
            self.write((item, self.asked[item].round, 0, mail), False, verdict, now)

    def act(self, item: int, person: int, *, now: datetime) -> None:
        """ "Each stops when they have acted; the item closes when all required have" (M20)."""
        asked = self.asked.get(item)
        if asked and not asked.ended and person in asked.named and person not in asked.done:
            asked.done.add(person)
            if not asked.named - asked.done:
                self.end(item, "done", now)

    def settle(self, item: int, *, now: datetime) -> None:
        self.end(item, "done", now)

    def refuse(self, item: int, *, now: datetime) -> None:
        self.end(item, "refused", now)

    def withdraw(self, item: int, *, now: datetime) -> None:
        self.end(item, "withdrawn", now)

    def end(self, item: int, why: str, now: datetime) -> None:
        if self.is_open(item):
            self.asked[item].ended = why
            self.log.append(("ended", now, item, why))

    def schedule(self, item: int, schedule: tuple[bool, int, int], *, now: datetime) -> None:
        """ "Nothing retroactive; the next instant of the rhythm after now." What says the same as before changes nothing."""
        if self.is_open(item):
            asked = self.asked[item]
            if schedule != (asked.on, asked.every, asked.most) or asked.nobody:
                asked.on, asked.every, asked.most = schedule
                asked.meant_after, asked.nobody = now, False

    def reopen(self, item: int, schedule: tuple[bool, int, int], *, now: datetime) -> None:
        """ "Count and schedule start anew, as if the message were new" (M19); what waits of the round before goes no more."""
        if item in self.asked:
            asked = self.asked[item]
            for told in self.waiting(item):
                self.change(told, ("skip", "out_of_date", None), now)
            asked.ended, asked.last_day, asked.reminded, asked.round, asked.nobody = "", None, 0, asked.round + 1, False
            asked.counted = asked.meant_after = now
            asked.on, asked.every, asked.most = schedule

    def decide_anew(self, now: datetime) -> None:
        """ "What waits longer is looked at again at once": hours, closed days, caps or a pause have changed."""
        for told in self.pending:
            if told.open and told.reminder:
                told.at = min(told.at, now)

    def is_open(self, item: int) -> bool:
        return item in self.asked and not self.asked[item].ended

    @staticmethod
    def is_over(asked: Asked) -> bool:
        return not asked.on or asked.reminded >= asked.most

    # --- Somebody comes by and looks what is due ---------------------------------------------------------------------

    def sweep(self, now: datetime, *, killed_after: int | None = None) -> None:
        today = now.astimezone(self.world.zone).date()
        for item, asked in self.asked.items():
            if asked.last_day is not None and asked.last_day < today:
                self.end(item, "expired", now)
        if killed_after is None:
            self.remind_only([item for item, asked in self.asked.items() if not asked.ended], now)

    def remind_only(self, items: Iterable[int], now: datetime) -> None:
        """What a sweep that was killed had committed by then."""
        for item in items:
            self.remind(item, now)

    def passed(self, item: int, now: datetime) -> tuple[datetime, datetime] | None:
        """The first and the last nominal instant that has passed and is meant."""
        asked = self.asked[item]
        if asked.ended or asked.nobody or self.is_over(asked):
            return None
        if now < self.quiet_until(item, now):
            return None
        meant = [at for at in self.times.instants(item, asked, self.rests(item), now) if at > asked.meant_after]
        return (meant[0], meant[-1]) if meant else None

    def quiet_until(self, item: int, now: datetime) -> datetime:
        version, until = self.quiet.get(item, (-1, now))
        if version != self.world.version:
            until = self.times.quiet_until(self.asked[item], self.rests(item), now)
            self.quiet[item] = (self.world.version, until)
        return until

    def rests(self, item: int) -> Rests:
        """ "Pause at firm, account, contact or item; the clock stands still" (X16): on days on which nobody could be reminded."""
        asked, world = self.asked[item], self.world
        places = (("firm", 0), ("account", asked.account), ("item", item))
        heard = [mail for mail in world.uses[asked.account] if not self.why_never(item, mail, reminder=True)]
        people = sorted({world.mails[mail].person for mail in heard})
        return Rests(
            tuple(world.pauses[place] for place in places if place in world.pauses),
            tuple(world.pauses.get(("person", person)) for person in people),
        )

    def remind(self, item: int, now: datetime) -> None:
        """ "One reminder, however many instants have passed; the rhythm stays." """
        found = self.passed(item, now)
        if found is None:
            return
        asked = self.asked[item]
        self.quiet.pop(item, None)
        nominal, asked.counted = found
        asked.reminded += 1
        number, round_before = asked.reminded, asked.round
        too_late = now - nominal > DAY * self.world.office.latest_days
        verdicts: dict[int, Verdict] = {}
        for mail in self.world.uses[asked.account]:
            verdict = self.verdict(item, mail, now, catching_up=now - nominal > HOUR)
            verdicts[mail] = ("skip", "too_late", nominal) if too_late and verdict[0] != "skip" else verdict
        if all(what == "skip" and why != "too_late" for what, why, _ in verdicts.values()):
            asked.reminded, asked.round, asked.nobody = asked.reminded - 1, asked.round + 1, True
        stop = "nobody" if asked.nobody else "count_reached" if asked.reminded >= asked.most else ""
        self.log.append(("due", now, item, number, nominal, asked.counted, stop))
        for told in self.waiting(item):
            self.change(told, ("skip", "superseded", None), now)
        for mail, verdict in verdicts.items():
            self.write((item, round_before, number, mail), True, verdict, now)

    # --- Who, and when -----------------------------------------------------------------------------------------------

    def why_never(self, item: int, mail: int, *, reminder: bool) -> str:
        """The table of docs/notifications.md, rows 1 to 9; empty where none applies."""
        asked, address = self.asked[item], self.world.mails[mail]
        use = self.world.uses[asked.account][mail]
        if asked.ended:
            return "action_closed"
        if reminder and not asked.on:
            return "reminders_off"
        if self.world.people[address.person].archived:
            return "contact_archived"
        if not address.linked:
            return "unlinked"
        if asked.named and address.person not in asked.named:
            return "not_named"
        if address.person in asked.done:
            return "has_done"
        if address.suppressed:
            return "suppressed"
        if not use.notify:
            return "notify_off"
        return "" if use.wants else "preference_off"

    def why_told(self, item: int) -> str:
        return "named" if self.asked[item].named else "notify_on"

    def verdict(self, item: int, mail: int, now: datetime, *, catching_up: bool = False, but: Iterable[Told] = ()) -> Verdict:
        why = self.why_never(item, mail, reminder=True)
        if why:
            return "skip", why, None
        account, person, others = self.asked[item].account, self.world.mails[mail].person, [told.email for told in but]
        emails = [email for email in self.emails[mail] if email.reminder and email not in others]
        times = [now if email.held_since else email.claimed for email in emails]  # what somebody has in hand goes now
        last = self.last_told(item, mail, now, but)
        waits = Waits(self.world, account, item, person, now, last, [at for at in times if now - at < DAY * 9], catching_up)
        held = self.times.may_leave(waits)
        return ("hold", *held) if held else ("send", self.why_told(item), None)

    def last_told(self, item: int, mail: int, now: datetime, but: Iterable[Told]) -> datetime | None:
        """Of this item; a first notice that is about to leave is told."""
        instants = []
        for told in self.told[item]:
            if told.key[3] == mail and told.what != "skip" and told not in but:
                if told.email:
                    instants.append(now if told.email.held_since else told.email.claimed)
                elif not told.reminder:
                    instants.append(told.at)
        return max(instants, default=None)

    def waiting(self, item: int) -> list[Told]:
        return [told for told in self.told[item] if told.reminder and told.open]

    def write(self, key: Key, reminder: bool, verdict: Verdict, now: datetime) -> None:
        """ "Every address that could have been told has a row." """
        bundled = reminder and self.world.office.bundle
        told = Told(key, reminder, verdict[0], verdict[1], verdict[2] or now, bundled)
        self.told[key[0]].append(told)
        self.pending.append(told)
        self.log.append(("row", now, key, *verdict))

    def change(self, told: Told, verdict: Verdict, now: datetime) -> None:
        told.what, told.why, told.at = verdict[0], verdict[1], verdict[2] or now
        self.log.append(("changed", now, told.key, *verdict))

    # --- Somebody comes by and sends ---------------------------------------------------------------------------------

    def dispatch(self, now: datetime, *, killed: str = "") -> None:
        """Somebody who is `killed` leaves what they have claimed to whoever comes a minute later."""
        while True:
            in_hand = [email for email in self.in_hand if email.held_since and now - email.held_since >= PATIENCE]
            groups = self.leaving(now)
            new = [email for group in groups if (email := self.claim(group, now))]
            again = [email for email in in_hand if self.claim_again(email, now)]
            if new and killed:
                if killed == "handed":
                    self.leave(new[0], now)
                return
            for email in [*new, *again]:
                self.leave(email, now)
                email.claimed, email.held_since = now, None
                self.in_hand.remove(email)
            if not groups and not in_hand:
                return

    def leaving(self, now: datetime) -> list[list[Told]]:
        """What is ready, first notices before reminders; "one e-mail for all that is due", thirty at most.

        "The n+1st joins the next bundle" (X08): what a cap holds goes along. "Where not all can go, the one told longest ago is next."
        """
        self.pending = [told for told in self.pending if told.open]
        self.pending.sort(key=lambda told: (told.reminder, told.at, told.key[0], told.key[3], told.key[2]))
        ready = [told for told in self.pending if told.at <= now]
        groups = [[told] for told in ready if not told.reminder]
        held = [told for told in self.pending if told.at > now and told.why == "capped"]
        for mail, bundled in sorted({(told.key[3], told.bundled) for told in ready if told.reminder}):
            together = [told for told in [*ready, *held] if told.reminder and (told.key[3], told.bundled) == (mail, bundled)]
            together.sort(key=lambda told: (self.last_told(told.key[0], told.key[3], now, [told]) or LONG_AGO, told.key[0]))
            groups += [together[n : n + (30 if bundled else 1)] for n in range(0, len(together), 30 if bundled else 1)]
        return groups

    def looked_at(self, told: Told, together: list[Told], now: datetime) -> Verdict:
        """ "Asked again at the last moment." """
        item, round_then, number, mail = told.key
        if not told.reminder:
            why = self.why_never(item, mail, reminder=False)
            return ("skip", why, None) if why else ("send", self.why_told(item), None)
        verdict = self.verdict(item, mail, now, but=together)
        if verdict[0] == "skip":
            return verdict
        if round_then != self.asked[item].round:
            return "skip", "out_of_date", None
        if number > self.asked[item].most:
            return "skip", "out_of_date", None
        if number < self.asked[item].reminded:
            return "skip", "superseded", None
        if verdict[0] == "send" and now - told.at > DAY * self.world.office.latest_days:
            return "skip", "too_late", None
        return verdict

    def claim(self, group: list[Told], now: datetime) -> Sent | None:
        going = []
        for told, verdict in [(told, self.looked_at(told, group, now)) for told in group]:
            if verdict[0] == "send":
                going.append(told)
            else:
                self.change(told, verdict, now)
        if not going:
            return None
        email = Sent(going[0].key[3], now, going[0].reminder, going, held_since=now)
        for told in going:
            told.email, told.what = email, "send"
        self.emails[email.mail].append(email)
        self.in_hand.append(email)
        return email

    def claim_again(self, email: Sent, now: datetime) -> bool:
        """ "Handed over and never answered: a first notice is tried once more, a reminder is not." """
        if email.left and (email.reminder or email.twice):
            email.held_since = None
            self.in_hand.remove(email)
            self.log.append(("unconfirmed", now, email.mail, sorted(told.key for told in email.members)))
            return False
        verdicts = [(told, self.looked_at(told, email.members, now)) for told in email.members]
        stays = [told for told, verdict in verdicts if verdict[0] == "send"]
        all_held = all(verdict[0] == "hold" for _, verdict in verdicts)
        for told, verdict in verdicts:
            if told not in stays:
                told.email, told.bundled = None, told.bundled and all_held
                self.pending.append(told)
                self.change(told, verdict, now)
        email.members, email.twice, email.left, email.held_since = stays, email.twice or email.left, False, now
        if not stays:
            self.emails[email.mail].remove(email)
            self.in_hand.remove(email)
        return bool(stays)

    def leave(self, email: Sent, now: datetime) -> None:
        email.left = True
        self.log.append(("sent", now, email.mail, sorted(told.key for told in email.members)))

    # --- When to come by ---------------------------------------------------------------------------------------------

    def wakes_at(self, now: datetime) -> datetime | None:
        """The first instant at which somebody who comes by would find something to do."""
        times = [told.at for told in self.pending if told.open]
        times += [email.held_since + PATIENCE for email in self.in_hand if email.held_since]
        for item, asked in self.asked.items():
            if not asked.ended and not asked.nobody and not self.is_over(asked):
                times.append(self.quiet_until(item, now))
        return min(times, default=None)
