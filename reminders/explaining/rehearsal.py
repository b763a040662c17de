"""What reminders will do if nothing changes: sweep and dispatcher played forward in memory, with the very decisions that they will take.

Pages and lists say what follows from it, so that no second reckoning can contradict what then happens.
"""

import heapq
from collections.abc import Collection, Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import batched

from actions.enums import ActionState
from actions.models import Action
from actions.stops import Stop
from firms.calendar import Span
from firms.models import Firm
from notifications.dispatch.bundles import MOST
from notifications.facts import Recipient
from notifications.resolver import Known, Resolved, decisions
from notifications.rules import turn, why_left_behind
from notifications.verdicts import Reason, Verdict
from reminders.explaining.scene import Scene, Waiting, scene_of
from reminders.resting import rests_of
from reminders.rules import next_reminder
from reminders.standing import rhythm_of, standing_of
from reminders.sweep import decide_batch, stop_where_nobody_hears

MOST_STEPS = 20_000  # instants that are looked at; what lies behind them is said as it stands then
SWEEP, DISPATCH = 0, 1  # of one instant, in this order

type Place = tuple[int, int]  # an action, and an address


@dataclass(frozen=True, slots=True)
class Going:
    """A reminder on its way to an address: nominally at `due_at`, leaving at `at`; `reasons` are what puts it off in between."""

    number: int
    recipient: Recipient
    due_at: datetime
    at: datetime
    reasons: tuple[Reason, ...] = ()
    written: bool = False  # it stands in the history already


@dataclass(slots=True)
class Ahead:
    """What comes of one action: the reminder that goes first, to everybody who gets that one, or why none does.

    `late_number` is that of one that waits for somebody's yes (M33), `nobody_at` the instant of one that would tell nobody.
    """

    going: list[Going] = field(default_factory=list)
    late_number: int = 0
    nobody_at: datetime | None = None
    superseded: int = 0  # the number of a written one whose place the next takes before it may leave
    paused_until: date | None = None  # of pauses that last today, the end of the longest
    stop: Stop | None = None  # where nothing goes

    @property
    def first(self) -> Going | None:
        return self.going[0] if self.going else None

    @property
    def waits_for_yes(self) -> bool:
        return self.late_number > 0


def look_ahead(firm: Firm, actions: Collection[Action], *, now: datetime) -> dict[int, Ahead]:
    """What comes of these open actions, by id; two queries however many, none where no reminders are on."""
    wanted = [action for action in actions if action.is_open and action.reminders_on]
    return rehearse_scene(firm, scene_of(firm, wanted, now=now), [action.pk for action in wanted], now) if wanted else {}


def rehearse_scene(firm: Firm, scene: Scene, wanted: Collection[int], now: datetime) -> dict[int, Ahead]:
    ahead = rehearse(firm, scene.known, scene.actions, scene.waiting, wanted=wanted, now=now)
    for pk in scene.late.keys() & ahead.keys():
        ahead[pk].late_number = scene.late[pk]
    return ahead


def rehearse(
    firm: Firm, known: Known, actions: Iterable[Action], waiting: Iterable[Waiting], *, wanted: Collection[int], now: datetime
) -> dict[int, Ahead]:
    """What comes of the `wanted` actions, by id. The other `actions` count for the caps of addresses that they share (X08).

    Rows are copied, and `known` is left as it is.
    """
    return _Rehearsal(firm, known, actions, waiting, wanted, now).play()


class _Rehearsal:
    def __init__(
        self, firm: Firm, known: Known, actions: Iterable[Action], waiting: Iterable[Waiting], wanted: Collection[int], now: datetime
    ) -> None:
        self.firm, self.now, self.rhythm = firm, now, rhythm_of(firm)
        self.told, self.reminded = dict(known.told), dict(known.reminded)
        self.known = replace(known, told=self.told, reminded=self.reminded)
        self.actions = {action.pk: copy(action) for action in actions}
        self.common = {pk: self._common_of(action) for pk, action in self.actions.items()}
        self.ahead = {pk: Ahead(paused_until=self._paused_until(pk)) for pk in wanted}
        self.open = set(wanted)
        self.addresses = {who.address_id for pk in wanted for who in known.recipients.get(self.actions[pk].account_id, ())}
        self.waiting: dict[int, dict[int, Waiting]] = {pk: {} for pk in self.actions}  # by action and address
        self.clock: list[tuple[datetime, int, Place]] = []
        for notice in waiting:
            self._wait(notice)
        for action in self.actions.values():
            self._look_at(action)

    def play(self) -> dict[int, Ahead]:
        for pk in list(self.open):
            self._settle(pk)
        for _ in range(MOST_STEPS):
            if not self.open or not self.clock:
                break
            at = self.clock[0][0]
            due = [self.actions[pk] for pk, _ in self._taken(at, SWEEP) if self._is_due(pk, at)]
            self._sweep(sorted(due, key=lambda action: (action.next_reminder_at or at, action.pk)), at)
            waiting = (self.waiting[pk].get(address_id) for pk, address_id in self._taken(at, DISPATCH))
            self._dispatch([notice for notice in waiting if notice and notice.not_before <= at], at)
        return self.ahead

    # --- The clock -----------------------------------------------------------------------------------------------------

    def _taken(self, at: datetime, what: int) -> list[Place]:
        """Whoever is to be looked at then, each once."""
        taken: dict[Place, None] = {}
        while self.clock and self.clock[0][:2] == (at, what):
            taken[heapq.heappop(self.clock)[2]] = None
        return list(taken)

    def _look_at(self, action: Action) -> None:
        if action.next_reminder_at is not None:
            heapq.heappush(self.clock, (max(action.next_reminder_at, self.now), SWEEP, (action.pk, 0)))

    def _wait(self, notice: Waiting) -> None:
        self.waiting[notice.action_id][notice.address_id] = notice
        heapq.heappush(self.clock, (max(notice.not_before, self.now), DISPATCH, (notice.action_id, notice.address_id)))

    def _is_due(self, pk: int, at: datetime) -> bool:
        action = self.actions[pk]
        if self._expires(action, at):
            self._settle(pk)
        return action.next_reminder_at is not None and action.next_reminder_at <= at

    def _expires(self, action: Action, at: datetime) -> bool:
        """As the sweep sees to first, by the firm's own calendar."""
        if action.expires_on is None or action.expires_on >= at.astimezone(self.rhythm.zone).date():
            return False
        action.state, action.next_reminder_at, action.stop_reason = ActionState.EXPIRED, None, Stop.EXPIRED
        return True

    # --- The sweep -----------------------------------------------------------------------------------------------------

    def _common_of(self, action: Action) -> tuple[Span, ...]:
        return rests_of(self.known, action, self.now)

    def _paused_until(self, pk: int) -> date | None:
        today = self.now.astimezone(self.rhythm.zone).date()
        spans = standing_of(self.actions[pk], self.common[pk]).pauses
        return max((until for first, until in spans if first <= today < until), default=None)

    def _sweep(self, due: Sequence[Action], at: datetime) -> None:
        nominal = {action.pk: next_reminder(standing_of(action, self.common[action.pk]), self.rhythm).at or at for action in due}
        resolved = decide_batch(self.known, due, self.rhythm, at)
        stop_where_nobody_hears(resolved)
        for pk in {r.action.pk: None for r in resolved}:
            self._supersede(pk)
        for r in resolved:
            self._write(r, nominal[r.action.pk], at)
        for action in due:
            if action.stop_reason == Stop.NOBODY and action.pk in self.open:
                self.ahead[action.pk].nobody_at = nominal[action.pk]
            self._look_at(action)
            self._settle(action.pk)

    def _supersede(self, pk: int) -> None:
        for notice in self.waiting[pk].values():
            if pk in self.open and notice.written:
                self.ahead[pk].superseded = notice.number
        self.waiting[pk].clear()

    def _write(self, resolved: Resolved, due_at: datetime, at: datetime) -> None:
        action, address_id, decision = resolved.action, resolved.recipient.address_id, resolved.decision
        if decision.reason == Reason.TOO_LATE and action.pk in self.open:
            self.ahead[action.pk].late_number = action.reminders_sent
        if decision.verdict != Verdict.SKIP and address_id in self.addresses:
            bundle = f"reminders:{address_id}" if self.firm.bundle_reminders else ""
            reasons = (decision.reason,) if decision.verdict == Verdict.HOLD else ()
            number, in_round = action.reminders_sent, action.round
            self._wait(Waiting(action.pk, address_id, number, in_round, bundle, due_at, decision.until or at, reasons))

    # --- The dispatcher ------------------------------------------------------------------------------------------------

    def _dispatch(self, ready: Sequence[Waiting], at: datetime) -> None:
        for notices in self._in_bundles(ready, at):
            going = [notice for notice in notices if self._look(notice, at)]
            for notice in going:
                self.told[notice.action_id, notice.address_id] = at
            if going:
                address_id = going[0].address_id
                self.reminded[address_id] = (*self.reminded.get(address_id, ()), at)
            for notice in notices:
                self._settle(notice.action_id)

    def _in_bundles(self, ready: Sequence[Waiting], at: datetime) -> list[list[Waiting]]:
        """As `notifications.dispatch.bundles`: what is alone first, then what one address gets together; what a cap holds joins them."""
        groups: list[list[Waiting]] = []
        for address_id, bundle in sorted({(notice.address_id, notice.bundle) for notice in ready}, key=lambda place: place[1]):
            together = [notice for notice in ready if (notice.address_id, notice.bundle) == (address_id, bundle)]
            together += self._held_by_cap(address_id, bundle, at)
            together.sort(key=lambda notice: turn(self.told, notice.action_id, notice.address_id))
            groups += [list(part) for part in batched(together, MOST if bundle else 1)]
        return groups

    def _held_by_cap(self, address_id: int, bundle: str, at: datetime) -> list[Waiting]:
        waiting = [some[address_id] for some in self.waiting.values() if address_id in some]
        held = [notice for notice in waiting if notice.bundle == bundle and notice.reasons[-1:] == (Reason.CAPPED,)]
        return [notice for notice in held if notice.not_before > at]

    def _look(self, notice: Waiting, at: datetime) -> bool:
        """Whether it leaves; else it waits on, or is not told at all."""
        action = self.actions[notice.action_id]
        del self.waiting[action.pk][notice.address_id]
        self._expires(action, at)
        found = next((r for r in self._decided(action, at) if r.recipient.address_id == notice.address_id), None)
        if found is None or found.decision.verdict == Verdict.SKIP or _left_behind(notice, action):
            return False
        if found.decision.until is not None:
            self._wait(replace(notice, not_before=found.decision.until, reasons=(*notice.reasons, found.decision.reason)))
            return False
        if self.known.terms.is_too_late(notice.not_before, at):
            if notice.action_id in self.open:
                self.ahead[notice.action_id].late_number = notice.number
            return False
        if notice.action_id in self.open:
            reasons = tuple(dict.fromkeys(notice.reasons))
            self.ahead[notice.action_id].going.append(Going(notice.number, found.recipient, notice.due_at, at, reasons, notice.written))
        return True

    def _decided(self, action: Action, at: datetime) -> Iterator[Resolved]:
        return decisions(self.known, [action], is_reminder=True, now=at)

    def _settle(self, pk: int) -> None:
        """Done with an action once the first reminder that leaves has left for everybody, or nothing is left to come."""
        if pk not in self.open:
            return
        ahead, action = self.ahead[pk], self.actions[pk]
        waiting = {notice.number for notice in self.waiting[pk].values()}
        if ahead.first.number in waiting if ahead.first else waiting or action.next_reminder_at:
            return
        self.open.discard(pk)
        if not ahead.going:
            ahead.stop = Stop(action.stop_reason) if action.stop_reason else Stop.SWITCHED_OFF


def _left_behind(notice: Waiting, action: Action) -> bool:
    sent, at_most = action.reminders_sent, action.remind_max
    return why_left_behind(notice.number, notice.round, asked_round=action.round, at_most=at_most, sent=sent) is not None
