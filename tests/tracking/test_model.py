"""Events shuffled, told twice and forged end where a model of a few lines ends that knows no order. `WEBHOOK_EVENTS` says how many."""

import os
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import pytest
from django.test import Client

from clients.models import Address
from firms.actors import Actor
from firms.models import Firm
from notifications.enums import Outcome
from notifications.models import Message, Notice, Suppression
from tenancy.context import firm_context
from tests.factories import START, AddressFactory
from tests.people import Lumiere
from tests.tracking.calls import MAKERS, SIGNING_KEY, Call, Mail, send
from tests.ways.making import api_input, in_use
from tracking.models import Report
from ways.enums import Provider
from ways.models import Way
from ways.services import switch_back

EVENTS = int(os.environ.get("WEBHOOK_EVENTS", "2000"))
SEED = int(os.environ.get("SEED", "20261126"))
EVENTS_A_MAIL, MAILS_AN_ADDRESS = 8, 4
DOUBLED, FORGED = 0.30, 0.05
WEIGHTS = {"delivered": 50, "deferred": 15, "bounced": 3, "returned": 4, "complained": 2, "unsubscribed": 2, "opened": 24}
RANKS = {"delivered": 1, "bounced": 2, "returned": 2, "complained": 3}
WORDS = [Outcome.SENT, Outcome.DELIVERED, Outcome.BOUNCED, Outcome.COMPLAINED]


@dataclass(frozen=True, slots=True)
class Event:
    """One that a provider tells, perhaps more than once; `forged` by somebody who knows the address, but not the secret."""

    mail: int
    provider: Provider
    kind: str
    number: int
    forged: bool


def ways_of(firm: Firm) -> dict[Provider, Way]:
    """One after the other: those that were left hear on."""
    ways = {}
    for provider in MAKERS:
        ways[provider] = in_use(firm, api_input(provider, signing_key=SIGNING_KEY))
        switch_back(firm=firm, by=Actor.system(), now=START)
    return ways


def make_mails(people: Lumiere, ways: Sequence[Provider], count: int) -> tuple[list[Mail], list[int]]:
    """Sent already, several to each address; the mails, and for each the address that it went to."""
    firm, addresses = people.firm, list[Address]()
    for number in range(-(-count // MAILS_AN_ADDRESS)):
        addresses.append(AddressFactory(firm=firm, email=f"client-{number}@clients.example"))
    reached = [addresses[number // MAILS_AN_ADDRESS] for number in range(count)]
    mails = [Mail(f"<{number}@provider.example>", f"<{number}@mail.example>", reached[number].email) for number in range(count)]
    messages = [
        Message(
            firm=firm, message_id=mail.our_id, to_email=mail.to, language="fr", outcome=Outcome.SENT, tries=1, fence=1,
            provider_id=mail.provider_id, created_at=START, sent_at=START,
        )
        for mail in mails
    ]  # fmt: skip
    notices = [
        Notice(
            firm=firm, event="signature_requested", key=f"model:{mail.our_id}", contact=address.contact, address=address, email=mail.to,
            verdict="send", reason="notify_on", decided_at=START, not_before=START, message=message,
        )
        for mail, address, message in zip(mails, reached, Message.objects.bulk_create(messages), strict=True)
    ]  # fmt: skip
    Notice.objects.bulk_create(notices)
    return mails, [address.pk for address in reached]


def draw_events(dice: random.Random, mails: int) -> list[Event]:
    """In the order in which they are told: shuffled, some of them twice."""
    providers, kinds = list(MAKERS), dice.choices(list(WEIGHTS), weights=list(WEIGHTS.values()), k=EVENTS)
    first = []
    for number, kind in enumerate(kinds):
        mail = dice.randrange(mails)
        first.append(Event(mail, providers[mail % len(providers)], kind, number, dice.random() < FORGED))
    told = first + [event for event in first if dice.random() < DOUBLED]
    dice.shuffle(told)
    return told


def means(event: Event) -> str:
    """SES tells of contact lists where others tell of an unsubscription."""
    return "unknown" if (event.provider, event.kind) == (Provider.AMAZON_SES, "unsubscribed") else event.kind


def outcomes_of_model(events: Iterable[Event], mails: int) -> list[str]:
    ranks = [0] * mails
    for event in events:
        if not event.forged:
            ranks[event.mail] = max(ranks[event.mail], RANKS.get(means(event), 0))
    return [WORDS[rank] for rank in ranks]


def lost_in_model(events: Iterable[Event], reached: Sequence[int]) -> set[int]:
    return {reached[each.mail] for each in events if not each.forged and means(each) in ("bounced", "complained", "unsubscribed")}


def call_of(event: Event, mails: Sequence[Mail]) -> Call:
    return MAKERS[event.provider](mails[event.mail], event.kind, event.number)


@pytest.mark.rule("X10")
@pytest.mark.slow
def test_shuffled_doubled_and_forged_events_end_in_the_state_of_the_model(lumiere: Lumiere) -> None:
    dice, ways, client = random.Random(SEED), ways_of(lumiere.firm), Client()
    mails, reached = make_mails(lumiere, list(MAKERS), max(EVENTS // EVENTS_A_MAIL, 8))
    events = draw_events(dice, len(mails))
    began = perf_counter()
    answers = Counter(
        (event.forged, send(call_of(event, mails), ways[event.provider], secret="guessed" if event.forged else None, client=client))
        for event in events
    )
    seconds = perf_counter() - began
    forged = sum(event.forged for event in events)
    assert answers == {(False, 200): len(events) - forged, (True, 403): forged}
    with firm_context(lumiere.firm.pk):
        assert list(Message.objects.order_by("pk").values_list("outcome", flat=True)) == outcomes_of_model(events, len(mails))
        assert set(Suppression.objects.values_list("address_id", flat=True)) == lost_in_model(events, reached)
        assert Report.objects.count() == len({event.number for event in events if not event.forged and event.kind != "opened"})
        assert not Report.objects.filter(applied_at=None).exists()
    write_down(events, len(mails), seconds)


def write_down(events: Sequence[Event], mails: int, seconds: float) -> None:
    forged, twice = sum(event.forged for event in events), len(events) - len({event.number for event in events})
    written = Path("var/webhooks.txt")
    written.parent.mkdir(exist_ok=True)
    written.write_text(
        f"seed {SEED}: {len(events):,} calls of four providers about {mails:,} e-mails, {twice:,} told twice, {forged:,} forged, shuffled: "
        f"the state of the model; {len(events) / seconds:,.0f} calls a second from one client.\n"
    )
