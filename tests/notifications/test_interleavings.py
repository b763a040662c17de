"""Somebody acts while their reminder is on its way: at every point between sweep and send, from another connection, by seeded dice.

A two-hundredth here; `make interleavings` runs ten thousand, half from each of two seeds, and prints the
tallies. Messages go through the transport's own seam: what happens at the server's side of it is shown in test_dispatch.py.
"""

import os
import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from math import inf
from pathlib import Path
from time import perf_counter

import pytest
from django.db import connection

from actions.errors import ActionClosed
from actions.models import Action
from clients.addresses import change_switches
from clients.models import Contact
from firms.actors import Actor
from lib.clock import machine_now
from notifications.dispatch.claim import claim
from notifications.dispatch.posting import send
from notifications.enums import Outcome, SuppressionReason
from notifications.models import Notice, Suppression
from notifications.services import suppress_address
from notifications.verdicts import Verdict
from reminders.rules import Schedule
from reminders.services import lock_open, refuse, settle_party, withdraw
from reminders.sweep import sweep
from templates_email.render import Rendered
from tenancy.context import firm_context
from tests.factories import START
from tests.people import Lumiere, make_lumiere
from tests.story import ask_signature
from ways.accepted import Accepted

pytestmark = pytest.mark.django_db(transaction=True)
INTERLEAVINGS = int(os.environ.get("INTERLEAVINGS", "50"))
SEEDS = os.environ.get("SEEDS", "20261105").split()  # each on a worker of its own
EVERY_DAYS, PAUSE = 3, timedelta(days=2)
ACTS_A_ROUND = 5
type Told = tuple[int, int]  # action and address


class Point(StrEnum):
    """Where the dispatcher stands when somebody acts."""

    SWEPT = "after the sweep"
    CLAIMED = "after the claim"
    RENDERED = "before the hand-over"
    HANDED = "after the hand-over"
    SENT = "after the send"


class Deed(StrEnum):
    SIGNS = "signs"
    REFUSES = "refuses"
    WITHDRAWS = "withdraws"
    SWITCHES_OFF = "switches NOTIFY off"
    SUPPRESSES = "is suppressed"
    PAUSES = "is paused"


@dataclass
class Act:
    """What somebody does: `point` and `skip` say when, `races` that the dispatcher does not wait for it.

    `done` is its commit, by perf_counter; infinite until it has returned, and for what was refused since it came too late.
    """

    deed: Deed
    point: Point
    skip: int
    races: bool
    action: Action
    address_id: int
    done: float | None = None
    at: datetime = START  # by the product's clock

    def speaks_against(self, told: Told, handed: "Handed") -> bool:
        """Once it is committed, what must not be handed over any more."""
        if self.deed is Deed.PAUSES:
            return handed.is_reminder and told[0] == self.action.pk and handed.now.date() < self.at.date() + PAUSE
        if self.deed in (Deed.SWITCHES_OFF, Deed.SUPPRESSES):
            return told[1] == self.address_id
        return told[0] == self.action.pk and (self.deed is not Deed.SIGNS or told[1] == self.address_id)


@dataclass
class Handed:
    """One hand-over: when its last look began, and what it told."""

    began: float
    told: list[Told]
    is_reminder: bool
    now: datetime


def sign(people: Lumiere, act: Act) -> None:
    settle_party(action=act.action, contact=people.nadia, by=Actor.system(), now=act.at)


def switch_off(people: Lumiere, act: Act) -> None:
    address = people.nadia_address if act.address_id == people.nadia_address.pk else people.paul_address
    change_switches(account=people.bakery, address=address, by=Actor.system(), now=act.at, notify=False)


def suppress(people: Lumiere, act: Act) -> None:
    firm, reason = people.firm, SuppressionReason.NO_SUCH_ADDRESS
    suppress_address(firm=firm, address_id=act.address_id, reason=reason, detail="", by=Actor.system(), now=act.at)


def pause(people: Lumiere, act: Act) -> None:
    action, today = lock_open(act.action), act.at.date()
    action.paused_from, action.paused_until = today, today + PAUSE
    action.save(update_fields=["paused_from", "paused_until"])


DEEDS: dict[Deed, Callable[[Lumiere, Act], object]] = {
    Deed.SIGNS: sign,
    Deed.REFUSES: lambda _, act: refuse(action=act.action, by=Actor.system(), now=act.at, reason="No."),
    Deed.WITHDRAWS: lambda _, act: withdraw(action=act.action, by=Actor.system(), now=act.at),
    Deed.SWITCHES_OFF: switch_off,
    Deed.SUPPRESSES: suppress,
    Deed.PAUSES: pause,
}


@dataclass
class Seam:
    """A way out that stops at the points, and takes every message."""

    round: "Round"
    message_id: int

    def send(self, rendered: Rendered, *, before_data: Callable[[], None], following: Rendered | None = None) -> Accepted:
        self.round.at(Point.RENDERED)
        began = perf_counter()
        before_data()
        self.round.note(self.message_id, began)
        self.round.at(Point.HANDED)
        return Accepted("250 2.0.0 Taken")

    def is_ready_for(self, rendered: Rendered) -> bool:
        return False

    def close(self) -> None:
        """There is nothing to close."""


@dataclass
class Round:
    """A few requests of one firm, from asking to the last word about them, and the acts that fall in between."""

    people: Lumiere
    dice: random.Random
    now: datetime
    acts: list[Act] = field(default_factory=list)
    handed: list[Handed] = field(default_factory=list)
    racing: list[Future[None]] = field(default_factory=list)

    def live(self) -> list[Act]:
        """All of it; the acts that fell where they were meant to."""
        with firm_context(self.firm_id):
            schedule = Schedule(on=True, every_days=EVERY_DAYS)
            actions = [ask_signature(self.people, signers=self._signers(), schedule=schedule, now=self.now) for _ in range(3)]
        self.acts = [self._plan(self.dice.choice(actions)) for _ in range(ACTS_A_ROUND)]
        with ThreadPoolExecutor(ACTS_A_ROUND) as pool:
            self.pool = pool
            self.deliver()
            self.now += timedelta(days=EVERY_DAYS)
            sweep(self.now)
            self.deliver()
            fell = [act for act in self.acts if act.done]
            while waiting := self._waits_until():
                self.now = max(self.now, waiting)
                self.deliver()
        return fell

    @property
    def firm_id(self) -> int:
        return self.people.firm.pk

    def _signers(self) -> list[Contact]:
        return self.dice.choice(([self.people.nadia], [self.people.nadia, self.people.paul]))

    def _plan(self, action: Action) -> Act:
        dice = self.dice
        deed, addresses = dice.choice(list(Deed)), (self.people.nadia_address, self.people.paul_address)
        address = addresses[0] if deed is Deed.SIGNS else dice.choice(addresses)
        return Act(deed, dice.choice(list(Point)), dice.randrange(4), dice.random() < 0.5, action, address.pk)

    def deliver(self) -> None:
        """As the dispatcher does it, stopping at each point."""
        self.at(Point.SWEPT)
        while True:
            taken = claim(self.firm_id, self.now, machine_now())
            self.at(Point.CLAIMED)
            for claimed in taken.claims:
                send(self.firm_id, claimed, Seam(self, claimed.message_id), lambda: self.now)
                self.at(Point.SENT)
            for racing in self.racing:
                racing.result()
            self.racing.clear()
            if not taken.claims and not taken.decided_otherwise:
                return

    def note(self, message_id: int, began: float) -> None:
        with firm_context(self.firm_id):
            notices = list(Notice.objects.filter(message=message_id))
        told = [(notice.action_id or 0, notice.address_id or 0) for notice in notices]
        self.handed.append(Handed(began, told, notices[0].number > 0, self.now))

    def at(self, point: Point) -> None:
        """Lets those act whose moment this is."""
        for act in self.acts:
            if act.point is point and not act.done:
                act.skip -= 1
                if act.skip < 0:
                    self._let(act)

    def _let(self, act: Act) -> None:
        act.done, act.at = inf, self.now
        begun = self.pool.submit(self._do, act)
        if act.races:
            self.racing.append(begun)
        else:
            begun.result()

    def _do(self, act: Act) -> None:
        try:
            with firm_context(self.firm_id):
                DEEDS[act.deed](self.people, act)
            act.done = perf_counter()
        except ActionClosed:
            pass  # another act came first
        finally:
            connection.close()

    def _waits_until(self) -> datetime | None:
        with firm_context(self.firm_id):
            waiting = Notice.objects.filter(message=None, not_before__isnull=False).order_by("not_before")
            return waiting.values_list("not_before", flat=True).first()


def overtaken(round: Round) -> list[tuple[Act, Handed]]:
    """Acts that were followed by a message about what they spoke against."""
    return [
        (act, handed)
        for act in round.acts
        for handed in round.handed
        if act.done is not None and act.done < handed.began and any(act.speaks_against(told, handed) for told in handed.told)
    ]


def lost(round: Round) -> list[str]:
    """What was neither handed over, once, nor has a row that says why not."""
    told = Counter((told, handed.is_reminder) for handed in round.handed for told in handed.told)
    with firm_context(round.firm_id):
        notices = Notice.objects.filter(action__in={act.action.pk for act in round.acts}).select_related("message")
        return [notice.key for notice in notices if not is_accounted_for(notice, told)]


def is_accounted_for(notice: Notice, told: Counter[tuple[Told, bool]]) -> bool:
    times = told[(notice.action_id or 0, notice.address_id or 0), notice.number > 0]
    if notice.message is not None and notice.message.outcome == Outcome.SENT:
        return times == 1
    return times == 0 and notice.verdict == Verdict.SKIP and bool(notice.reason)


def unwritten(round: Round) -> list[Told]:
    """Addresses without a row of what became of them, of the request or of its reminder."""
    people, actions = round.people, {act.action.pk for act in round.acts}
    with firm_context(round.firm_id):
        reminded = set(Action.objects.filter(pk__in=actions, reminders_sent=1).values_list("pk", flat=True))
        rows = set(Notice.objects.filter(action__in=actions).values_list("action_id", "address_id", "number"))
    meant = {(action, address.pk, 0) for action in actions for address in (people.nadia_address, people.paul_address)}
    meant |= {(action, address, 1) for action, address, _ in meant if action in reminded}
    return sorted((action, address) for action, address, number in meant - rows)


def begin_again(people: Lumiere, now: datetime) -> None:
    """Both addresses may be written to, for the next round."""
    with firm_context(people.firm.pk):
        Suppression.objects.filter(lifted_at=None).update(lifted_at=now)
        for use in (people.nadia_at_bakery, people.paul_at_bakery):
            change_switches(account=people.bakery, address=use.address, by=Actor.system(), now=now, notify=True)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_message_goes_out_after_an_act_against_it_and_none_is_lost(seed: str, transactional_db: None) -> None:
    people, dice = make_lumiere(), random.Random(int(seed))
    tally, number = Counter[tuple[str, str, str]](), 0
    while tally.total() < INTERLEAVINGS:
        now = START + timedelta(days=7 * number)
        begin_again(people, now)
        played = Round(people, dice, now)
        for act in played.live():
            tally[act.deed, act.point, "racing" if act.races else "waited for"] += 1
        assert (overtaken(played), lost(played), unwritten(played)) == ([], [], []), f"round {number}: {played.acts}"
        number += 1
    written = Path("var/interleavings", f"{seed}.txt")
    written.parent.mkdir(parents=True, exist_ok=True)
    written.write_text(said(tally, number))
    assert {deed for deed, _, _ in tally} == set(Deed) and {point for _, point, _ in tally} == set(Point)


def said(tally: Counter[tuple[str, str, str]], rounds: int) -> str:
    lines = [f"{count:>6}  {deed} {point}, {how}" for (deed, point, how), count in sorted(tally.items())]
    return "\n".join([*lines, f"{tally.total():>6}  in {rounds} rounds; no message after an act against it, none lost", ""])
