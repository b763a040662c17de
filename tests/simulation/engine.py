"""The product in memory: what sweep, outbox and dispatch do, with lists for tables, by the very functions that decide in the product."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import batched

from actions.stops import Stop
from firms.calendar import Calendar, Span
from notifications.rules import A_WEEK, AddressFacts, Decision, Event, Pause, Terms, decide, turn
from notifications.verdicts import Reason, Verdict
from reminders.rules import Due, Rhythm, Schedule, Standing, catches_up, common_days, hears, hold_back, look, next_reminder
from tests.simulation.world import DECIDED_ANEW, World

LEASE = timedelta(seconds=60)
FIRST, REMINDER = 20, 30  # what leaves first
MOST = 30  # requests in one e-mail
PAUSED = {
    "firm": Reason.FIRM_PAUSED, "account": Reason.ACCOUNT_PAUSED, "item": Reason.ACTION_PAUSED, "person": Reason.CONTACT_PAUSED,
}  # fmt: skip

type Key = tuple[int, int, int, int]  # item, round, number, address
type Entry = tuple[object, ...]


@dataclass
class Row:
    """An action."""

    account: int
    named: frozenset[int]
    expires_on: date | None
    schedule: Schedule
    counted_from: datetime
    set_at: datetime
    done: set[int] = field(default_factory=set)
    is_open: bool = True
    sent: int = 0
    round: int = 0
    next_at: datetime | None = None
    stop: str = ""


@dataclass(eq=False)
class Letter:
    """A message."""

    mail: int
    at: datetime
    lease_until: datetime | None
    is_reminder: bool
    slips: list["Slip"]
    state: str = "sending"  # sent, cancelled, unconfirmed
    sent_at: datetime | None = None
    handed: bool = False
    in_doubt: bool = False


@dataclass(eq=False)
class Slip:
    """A notice."""

    item: int
    round: int
    number: int
    mail: int
    priority: int
    decision: Decision
    not_before: datetime | None
    bundle: str = ""
    letter: Letter | None = None

    @property
    def key(self) -> Key:
        return self.item, self.round, self.number, self.mail

    @property
    def waits(self) -> bool:
        return self.letter is None and self.decision.verdict != Verdict.SKIP


@dataclass(frozen=True)
class Plan:
    """What a sweep is about to write of one item."""

    item: int
    row: Row
    due: Due | None
    slips: Sequence[Slip]


class Engine:
    def __init__(self, world: World) -> None:
        self.world = world
        self.rows: dict[int, Row] = {}
        self.slips: dict[int, list[Slip]] = defaultdict(list)  # by item
        self.waiting: list[Slip] = []
        self.letters: dict[int, list[Letter]] = defaultdict(list)  # of the last days, by address
        self.leased: list[Letter] = []
        self._terms: tuple[int, Terms] | None = None  # as the world was at a version
        self.resent: set[tuple[int, int]] = set()
        self.log: list[Entry] = []

    # --- What the core is asked about --------------------------------------------------------------------------------

    @property
    def calendar(self) -> Calendar:
        return self.terms.calendar

    @property
    def rhythm(self) -> Rhythm:
        return Rhythm(self.calendar, self.world.zone)

    @property
    def terms(self) -> Terms:
        if self._terms is None or self._terms[0] != self.world.version:
            office = self.world.office
            calendar = Calendar(office.start, office.until, office.days, office.closed, office.open_days_only, office.always)
            latest = timedelta(days=office.latest_days)
            self._terms = self.world.version, Terms(calendar, self.world.zone, office.cap_a_day, office.cap_a_week, latest)
        return self._terms[1]

    def pauses(self, *places: tuple[str, int]) -> tuple[Pause, ...]:
        return tuple(Pause(PAUSED[place[0]], *self.world.pauses[place]) for place in places if place in self.world.pauses)

    def spans(self, item: int, row: Row) -> list[Span]:
        return [(p.first, p.until) for p in self.pauses(("item", item), ("account", row.account), ("firm", 0))]

    def standing(self, item: int, row: Row, common: Sequence[Span] = ()) -> Standing:
        return Standing(row.schedule, row.counted_from, row.set_at, row.sent, (*self.spans(item, row), *common))

    def decisions(
        self,
        item: int,
        row: Row,
        now: datetime,
        *,
        is_reminder: bool,
        late: bool = False,
        but: Sequence[Slip] = (),
        only: int | None = None,
    ) -> dict[int, Decision]:
        """By address, of all of the account or of one."""
        world, terms = self.world, self.terms
        pauses = self.pauses(("firm", 0), ("account", row.account), ("item", item))
        event = Event(is_reminder, row.is_open, row.schedule.on, row.named, frozenset(row.done), pauses, late)
        found = {}
        for number, use in world.uses[row.account].items():
            if only is not None and number != only:
                continue
            mail = world.mails[number]
            facts = AddressFacts(
                number, mail.person, use.notify, use.wants, mail.linked, mail.suppressed, world.people[mail.person].archived,
                world.zone_of(mail.person),
                self.told(item, number, now, but) if is_reminder else None,
                self.reminded(number, now, but) if is_reminder and terms.has_caps else (),
                self.pauses(("person", mail.person)),
            )  # fmt: skip
            found[number] = decide(event, facts, terms, now)
        return found

    def told(self, item: int, mail: int, now: datetime, but: Iterable[Slip]) -> datetime | None:
        told = [_told_at(slip, now) for slip in self.slips[item] if slip.mail == mail and slip not in but]
        return max((at for at in told if at), default=None)

    def reminded(self, mail: int, now: datetime, but: Sequence[Slip]) -> tuple[datetime, ...]:
        own = {slip.letter for slip in but}
        since = now - A_WEEK - timedelta(days=1)
        counted = [each for each in self.letters[mail] if each.is_reminder and each.state != "cancelled" and each not in own]
        times = [now if each.state == "sending" else each.sent_at or each.at for each in counted]
        return tuple(at for at in times if at > since)

    # --- What people do ----------------------------------------------------------------------------------------------

    def ask(
        self, item: int, account: int, named: frozenset[int], schedule: tuple[bool, int, int], expires_on: date | None, *, now: datetime
    ) -> None:
        row = self.rows[item] = Row(account, named, expires_on, Schedule(*schedule), now, now)
        self._set_next(item, row)
        self._write_all(item, row, now)

    def resend(self, item: int, *, now: datetime) -> None:
        """Once a second: whoever clicks twice sends once."""
        row, second = self._open(item), (item, int(now.timestamp()))
        if row and second not in self.resent:
            self.resent.add(second)
            self._write_all(item, row, now)

    def _write_all(self, item: int, row: Row, now: datetime) -> None:
        for mail, decision in self.decisions(item, row, now, is_reminder=False).items():
            self._write(Slip(item, row.round, 0, mail, FIRST, decision, _goes_at(decision, now)), now)

    def act(self, item: int, person: int, *, now: datetime) -> None:
        """Somebody who is named has done their part."""
        row = self._open(item)
        if row and person in row.named - row.done:
            row.done.add(person)
            if row.done >= row.named:
                self._close(item, row, "done", now)
            self._look_where_people_pause(row, now)

    def settle(self, item: int, *, now: datetime) -> None:
        if row := self._open(item):
            self._close(item, row, "done", now)

    def refuse(self, item: int, *, now: datetime) -> None:
        if row := self._open(item):
            self._close(item, row, "refused", now)

    def withdraw(self, item: int, *, now: datetime) -> None:
        if row := self._open(item):
            self._close(item, row, "withdrawn", now)

    def schedule(self, item: int, schedule: tuple[bool, int, int], *, now: datetime) -> None:
        row = self._open(item)
        if row and (Schedule(*schedule) != row.schedule or row.stop == Stop.NOBODY):
            row.schedule, row.set_at = Schedule(*schedule), now
            self._set_next(item, row)
            self._look_where_people_pause(row, now)

    def reopen(self, item: int, schedule: tuple[bool, int, int], *, now: datetime) -> None:
        """As if it were new, also where it was open still: a conversation's next message."""
        if row := self.rows.get(item):
            for slip in [each for each in self.waiting if each.item == item and each.priority == REMINDER]:
                self._change(slip, Decision(Verdict.SKIP, Reason.OUT_OF_DATE), now)
            row.is_open, row.expires_on, row.sent, row.round = True, None, 0, row.round + 1
            row.counted_from, row.schedule, row.set_at = now, Schedule(*schedule), now
            self._set_next(item, row)

    def changed(self, what: str, now: datetime) -> None:
        """What puts reminders off has changed: all that are to come are looked at again, and what is held, where it may be held by that."""
        for row in self.rows.values():
            if row.next_at is not None and row.next_at > now:
                row.next_at = now
        if what in DECIDED_ANEW:
            for slip in self.waiting:
                if slip.priority == REMINDER and slip.not_before is not None:
                    slip.not_before = min(slip.not_before, now)

    def _open(self, item: int) -> Row | None:
        row = self.rows.get(item)
        return row if row and row.is_open else None

    def _look_where_people_pause(self, row: Row, now: datetime) -> None:
        """Their days decide too: the next instant may come sooner than it was thought."""
        people = {self.world.mails[mail].person for mail in self.world.uses[row.account]}
        if row.next_at is not None and row.next_at > now and self.pauses(*(("person", person) for person in people)):
            row.next_at = now

    def _set_next(self, item: int, row: Row) -> None:
        following = next_reminder(self.standing(item, row), self.rhythm)
        row.next_at, row.stop = following.at, following.stop or ""

    def _close(self, item: int, row: Row, why: str, now: datetime) -> None:
        row.is_open, row.next_at, row.stop = False, None, why
        self.log.append(("ended", now, item, why))

    # --- The sweep ---------------------------------------------------------------------------------------------------

    def sweep(self, now: datetime, *, killed_after: int | None = None) -> list[int]:
        """The items that it looked at. `killed_after` so many, each a batch of its own: the others are left as they were."""
        self._expire(now)
        due = sorted((row.next_at, item) for item, row in self.rows.items() if row.next_at is not None and row.next_at <= now)
        for plan in [self._plan(item, replace(self.rows[item]), now) for _, item in due[:killed_after]]:
            self._commit(plan, now)
        return [item for _, item in due[:killed_after]]

    def _expire(self, now: datetime) -> None:
        today = now.astimezone(self.world.zone).date()
        for item, row in self.rows.items():
            if row.is_open and row.expires_on is not None and row.expires_on < today:
                self._close(item, row, "expired", now)

    def _plan(self, item: int, row: Row, now: datetime) -> Plan:
        reached = self.decisions(item, row, now, is_reminder=True)
        rest = [[(p.first, p.until) for p in self.pauses(("person", self.world.mails[mail].person))] for mail in _told(reached)]
        seen = look(self.standing(item, row, common_days(rest)), self.rhythm, now)
        following = seen.next if isinstance(seen, Due) else seen
        row.next_at, row.stop = following.at, following.stop or ""
        if not isinstance(seen, Due):
            return Plan(item, row, None, ())
        row.sent, row.counted_from = seen.number, seen.counted_from
        decided = self.decisions(item, row, now, is_reminder=True, late=True) if catches_up(seen, now) else reached
        if self.terms.is_too_late(seen.nominal, now):
            decided = {mail: hold_back(decision, seen.nominal) for mail, decision in decided.items()}
        bundle = "reminders" if self.world.office.bundle else ""
        slips = [Slip(item, row.round, row.sent, mail, REMINDER, d, _goes_at(d, now), bundle) for mail, d in decided.items()]
        if not any(hears(decision) for decision in decided.values()):
            row.sent, row.round, row.next_at, row.stop = row.sent - 1, row.round + 1, None, Stop.NOBODY
        return Plan(item, row, seen, slips)

    def _commit(self, plan: Plan, now: datetime) -> None:
        self.rows[plan.item] = plan.row
        if plan.due is None:
            return
        self.log.append(("due", now, plan.item, plan.due.number, plan.due.nominal, plan.due.counted_from, str(plan.row.stop)))
        for slip in [each for each in self.waiting if each.item == plan.item and each.priority == REMINDER]:
            self._change(slip, Decision(Verdict.SKIP, Reason.SUPERSEDED), now)
        for slip in plan.slips:
            self._write(slip, now)

    def _write(self, slip: Slip, now: datetime) -> None:
        """A key that stands already is left as it is."""
        if slip.priority == REMINDER and slip.key in {each.key for each in self.slips[slip.item] if each.priority == REMINDER}:
            return
        self.slips[slip.item].append(slip)
        if slip.waits:
            self.waiting.append(slip)
        self.log.append(("row", now, slip.key, *_said(slip.decision)))

    def _change(self, slip: Slip, decision: Decision, now: datetime) -> None:
        slip.decision = decision
        slip.not_before = decision.until if decision.verdict == Verdict.HOLD else None
        self.log.append(("changed", now, slip.key, *_said(decision)))
        self._keep_waiting(slip)

    def _keep_waiting(self, slip: Slip) -> None:
        if slip.waits != (slip in self.waiting):
            (self.waiting.append if slip.waits else self.waiting.remove)(slip)

    # --- Dispatch ----------------------------------------------------------------------------------------------------

    def dispatch(self, now: datetime, *, killed: str = "") -> bool:
        """`killed` once it has "claimed", or has "handed" the first over: whether that happened."""
        looked = True
        while looked:
            groups = self._in_bundles(now)
            left = [letter for letter in self.leased if letter.lease_until is not None and letter.lease_until <= now]
            claims = [letter for slips in groups if (letter := self._claim(slips, now))]
            fresh = bool(claims)
            claims += [letter for each in left if (letter := self._claim_again(each, now))]
            looked = bool(groups or left)
            if killed and fresh:
                if killed == "handed":
                    self._hand_over(claims[0], now)
                return True
            for letter in claims:
                self._hand_over(letter, now)
                letter.state, letter.sent_at, letter.lease_until = "sent", now, None
                self.leased.remove(letter)
        return False

    def _in_bundles(self, now: datetime) -> list[list[Slip]]:
        """What a cap holds goes along with what is ready; each has its turn."""
        ready = sorted((slip for slip in self.waiting if slip.not_before is not None and slip.not_before <= now), key=_order)
        held = [slip for slip in self.waiting if slip.decision.reason == Reason.CAPPED and slip not in ready]
        groups = [[slip] for slip in ready if slip.priority != REMINDER]
        for mail, bundle in sorted({(slip.mail, slip.bundle) for slip in ready if slip.priority == REMINDER}):
            together = [slip for slip in [*ready, *held] if (slip.mail, slip.bundle, slip.priority) == (mail, bundle, REMINDER)]
            told = {(slip.item, mail): at for slip in together if (at := self.told(slip.item, mail, now, ()))}
            together.sort(key=lambda slip: turn(told, slip.item, slip.mail))
            groups += map(list, batched(together, MOST if bundle else 1))
        return groups

    def _claim(self, slips: Sequence[Slip], now: datetime) -> Letter | None:
        going = []
        for slip, decision in self._look_at(slips, now):
            if decision.verdict == Verdict.SEND:
                going.append(slip)
                slip.decision = decision
            else:
                self._change(slip, decision, now)
        if not going:
            return None
        letter = Letter(slips[0].mail, now, now + LEASE, slips[0].priority == REMINDER, going)
        for slip in going:
            slip.letter = letter
            self.waiting.remove(slip)
        self.letters[letter.mail].append(letter)
        self.leased.append(letter)
        return letter

    def _claim_again(self, letter: Letter, now: datetime) -> Letter | None:
        if letter.handed and (letter.in_doubt or letter.is_reminder):
            letter.state, letter.lease_until = "unconfirmed", None
            self.leased.remove(letter)
            self.log.append(("unconfirmed", now, letter.mail, _keys(letter)))
            return None
        looked = self._look_at(letter.slips, now)
        out = [(slip, decision) for slip, decision in looked if decision.verdict != Verdict.SEND]
        all_held = all(decision.verdict == Verdict.HOLD for _, decision in looked)
        for slip, decision in out:
            slip.letter, slip.bundle = None, slip.bundle if all_held else ""
            self._change(slip, decision, now)
        letter.slips = [slip for slip in letter.slips if slip.letter is letter]
        if len(out) == len(looked):
            letter.state, letter.lease_until = "cancelled", None
            self.leased.remove(letter)
            return None
        letter.in_doubt, letter.handed, letter.lease_until = letter.in_doubt or letter.handed, False, now + LEASE
        return letter

    def _look_at(self, slips: Sequence[Slip], now: datetime) -> list[tuple[Slip, Decision]]:
        return [(slip, self._look_again(slip, slips, now)) for slip in slips]

    def _look_again(self, slip: Slip, together: Sequence[Slip], now: datetime) -> Decision:
        row, is_reminder = self.rows[slip.item], slip.priority == REMINDER
        decision = self.decisions(slip.item, row, now, is_reminder=is_reminder, but=together, only=slip.mail)[slip.mail]
        if not is_reminder or decision.verdict == Verdict.SKIP:
            return decision
        if slip.round != row.round:
            return Decision(Verdict.SKIP, Reason.OUT_OF_DATE)
        if slip.number > row.schedule.at_most:
            return Decision(Verdict.SKIP, Reason.OUT_OF_DATE)
        if slip.number < row.sent:
            return Decision(Verdict.SKIP, Reason.SUPERSEDED)
        if decision.verdict == Verdict.SEND and slip.not_before and self.terms.is_too_late(slip.not_before, now):
            return Decision(Verdict.SKIP, Reason.TOO_LATE)
        return decision

    def _hand_over(self, letter: Letter, now: datetime) -> None:
        letter.handed = True
        self.log.append(("sent", now, letter.mail, _keys(letter)))

    # --- When to come by ---------------------------------------------------------------------------------------------

    def wakes_at(self) -> datetime | None:
        """The first instant at which a sweep or a dispatch would find something."""
        times = [row.next_at for row in self.rows.values()] + [slip.not_before for slip in self.waiting]
        return min((at for at in [*times, *(letter.lease_until for letter in self.leased)] if at), default=None)

    def state(self) -> dict[object, object]:
        """As `Product.state`."""
        found: dict[object, object] = {}
        for item, row in self.rows.items():
            found["item", item] = (row.is_open, row.sent, row.round, row.counted_from, row.next_at is not None)
        for slip in (each for some in self.slips.values() for each in some if each.priority == REMINDER):
            verdict, reason, _ = _said(slip.decision)
            sent = slip.letter.sent_at if slip.letter else None
            found["reminder", slip.key] = (verdict, reason, slip.not_before if slip.letter is None else None, sent)
        sent_to = {mail: sorted(letter.sent_at for letter in some if letter.sent_at) for mail, some in self.letters.items()}
        found["e-mails"] = {f"mail{mail}@client.example": times for mail, times in sorted(sent_to.items()) if times}
        return found


def _keys(letter: Letter) -> list[Key]:
    return sorted(slip.key for slip in letter.slips)


def _told(decided: dict[int, Decision]) -> list[int]:
    return [mail for mail, decision in decided.items() if decision.verdict != Verdict.SKIP]


def _told_at(slip: Slip, now: datetime) -> datetime | None:
    if slip.decision.verdict == Verdict.SKIP or (slip.letter and slip.letter.state == "cancelled"):
        return None
    if slip.letter is None:
        return None if slip.priority == REMINDER else slip.not_before
    return now if slip.letter.state == "sending" else slip.letter.sent_at or slip.letter.at


def _goes_at(decision: Decision, now: datetime) -> datetime | None:
    return None if decision.verdict == Verdict.SKIP else decision.until or now


def _said(decision: Decision) -> tuple[str, str, datetime | None]:
    return decision.verdict.value, decision.reason.value, decision.until


def _order(slip: Slip) -> tuple[object, ...]:
    return slip.priority, slip.not_before, slip.item, slip.mail, slip.number
