"""Random histories of addresses that come and go: whoever may hear of an open request has, once, whatever was lost in between."""

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from actions.models import Action
from clients.addresses import change_switches
from clients.models import Address
from firms.actors import Actor
from notifications.bounces import record_bounce
from notifications.enums import SuppressionReason
from notifications.models import Message, Suppression
from notifications.suppressions import lift_suppression
from reminders.services import ask, withdraw
from reminders.words import Words
from tests.factories import START, AddressFactory, ContactFactory
from tests.mail import Mailbox
from tests.people import Lumiere, link
from tests.story import live

STEPS, PEOPLE = 40, 4
MINUTE = timedelta(minutes=1)
REASONS = (SuppressionReason.NO_SUCH_ADDRESS, SuppressionReason.COMPLAINED, SuppressionReason.UNSUBSCRIBED)


@dataclass
class Believed:
    """What must be so, kept beside the product: who is notified, who is lost, who has been told of what."""

    notified: set[str] = field(default_factory=set)
    lost: set[str] = field(default_factory=set)
    told: dict[int, set[str]] = field(default_factory=dict)  # of each open request
    written: Counter[str] = field(default_factory=Counter)  # e-mails in each one's mailbox

    @property
    def reachable(self) -> set[str]:
        return self.notified - self.lost

    def ask(self, action: int) -> None:
        self.told[action] = set(self.reachable)
        self.written.update(self.reachable)

    def lose(self, email: str) -> None:
        """What an address takes over at once is one e-mail, however many requests that are."""
        self.lost.add(email)
        heirs = {
            action: self.reachable - told for action, told in self.told.items() if email in told
        }  # fmt: skip
        self.written.update(set().union(*heirs.values()))
        for action, names in heirs.items():
            self.told[action] |= names


class History:
    """A firm, an account of four people with an address each, and what befalls them."""

    def __init__(self, people: Lumiere, mailbox: Mailbox, dice: random.Random) -> None:
        self.people, self.mailbox, self.dice, self.now = people, mailbox, dice, START
        self.by = Actor.staff(people.claire)
        self.believed = Believed()
        self.actions: dict[int, Action] = {}
        for use in (people.nadia_at_bakery, people.paul_at_bakery):
            change_switches(account=people.bakery, address=use.address, by=self.by, now=START, notify=False)
        self.addresses = [self._somebody(number) for number in range(PEOPLE)]

    def _somebody(self, number: int) -> Address:
        address: Address = AddressFactory(
            firm=self.people.firm, contact=ContactFactory(firm=self.people.firm), email=f"p{number}@lefevre.example"
        )
        link(self.people.bakery, address, notify=True)
        self.believed.notified.add(address.email)
        return address

    def step(self) -> None:
        self.now += MINUTE
        act = self.dice.choice([self.ask, self.switch, self.switch, self.lose, self.lose, self.lift, self.withdraw])
        act(self.dice.choice(self.addresses))
        live(self.now)

    def ask(self, _: Address) -> None:
        action = ask(
            account=self.people.bakery, kind="client_task", words=Words("Pièces"), staff=self.people.claire, by=self.by, now=self.now
        )
        self.actions[action.pk] = action
        self.believed.ask(action.pk)

    def switch(self, address: Address) -> None:
        on = address.email not in self.believed.notified
        change_switches(account=self.people.bakery, address=address, by=self.by, now=self.now, notify=on)
        self.believed.notified ^= {address.email}

    def lose(self, address: Address) -> None:
        """By a report about any e-mail that it got, once or twice; an old one of before a lifting is told again too."""
        message = Message.objects.filter(to_email=address.email).order_by("?").first()
        if message is None:
            return
        reason = self.dice.choice(REASONS)
        for _ in range(self.dice.choice([1, 2])):
            record_bounce(
                firm=self.people.firm, message=message, address_ids=[address.pk], reason=reason, detail="", at=self.now, now=self.now
            )  # fmt: skip
        if address.email not in self.believed.lost:
            self.believed.lose(address.email)

    def lift(self, address: Address) -> None:
        lift_suppression(firm=self.people.firm, address=address, why="x", staff=self.people.claire, by=self.by, now=self.now)
        self.believed.lost.discard(address.email)

    def withdraw(self, _: Address) -> None:
        if self.actions:
            pk = self.dice.choice(sorted(self.actions))
            withdraw(action=self.actions.pop(pk), by=self.by, now=self.now)
            del self.believed.told[pk]

    def check(self) -> None:
        assert Counter(rcpt for rcpt, _ in self.mailbox.accepted) == self.believed.written
        assert set(Suppression.objects.filter(lifted_at=None).values_list("address__email", flat=True)) == self.believed.lost


@pytest.mark.rule("X10", "M34")
@pytest.mark.parametrize("seed", range(12))
def test_whoever_may_hear_of_it_has_once_whatever_is_lost(lumiere: Lumiere, mailbox: Mailbox, seed: int) -> None:
    history = History(lumiere, mailbox, random.Random(seed))
    for _ in range(STEPS):
        history.step()
        history.check()
    assert history.believed.written  # something was at stake
