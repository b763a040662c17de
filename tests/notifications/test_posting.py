"""What is written while messages leave one after the other, and what a lost connection costs. Over TCP."""

from collections.abc import Iterator, Sequence

import pytest
from django.conf import settings as configured
from pytest_django.fixtures import Settings

from clients.models import Address
from lib.clock import machine_now
from notifications.dispatch.claim import claim
from notifications.dispatch.making import Made, make_all
from notifications.dispatch.posting import Posting, send
from notifications.enums import Outcome
from notifications.models import Message
from tests.factories import START, AddressFactory
from tests.parallel import wait_until
from tests.people import Lumiere, link
from tests.story import ask_signature
from tests.ways.dribbling import ANSWERS, Dribbler, When, served
from tests.ways.leaving import SEVERAL, leaving
from ways.models import Pace
from ways.pacing import behind, relay_of, take_share
from ways.patience import Patient
from ways.smtp import SmtpTransport
from ways.transports import open_transport

EVA = "eva@maes.example"
AT_ONCE = {**ANSWERS, When.EHLO: SEVERAL, When.MAIL: b"", When.RCPT: b"", When.DATA: b"250 OK\r\n250 OK\r\n354 Go on\r\n"}


class Watched(SmtpTransport):
    """Notes how each message stands whenever it connects."""

    def __init__(self) -> None:
        super().__init__(configured.SMTP_URL, configured.MAIL_FROM)
        self.seen = list[list[str]]()

    def _reach(self) -> Patient:
        self.seen.append(outcomes())
        return super()._reach()


@pytest.fixture
def transport(settings: Settings) -> Iterator[Watched]:
    """To a server whose three answers to an envelope come at once: what has arrived of them is all of them, or nothing."""
    with served(Dribbler(None, answers=AT_ONCE)) as server:
        settings.SMTP_URL = f"smtp://127.0.0.1:{server.port}"
        opened = Watched()
        yield opened
        opened.close()


def outcomes() -> list[str]:
    return list(Message.objects.order_by("pk").values_list("outcome", flat=True))


def posting_of(lumiere: Lumiere) -> Posting:
    return Posting(lumiere.firm.pk, lambda: START)


def let_domain_be_full(transport: SmtpTransport, settings: Settings) -> None:
    settings.PACE_DOMAIN = 9  # three at once
    take_share({behind(relay_of(transport), EVA): 9}, 3, machine_now())


def to_nadia_and_eva(lumiere: Lumiere, count: int) -> list[Made]:
    """In turn, Nadia first."""
    eva: Address = AddressFactory(firm=lumiere.firm, email=EVA)
    link(lumiere.bakery, eva)
    for number in range(count):
        ask_signature(lumiere, title=f"Comptes {2020 + number}", signers=[lumiere.nadia, eva.contact])
    made = make_all(lumiere.firm.pk, claim(lumiere.firm.pk, START, machine_now()).claims, START)
    of_eva = [each for each in made if each.rendered.recipient_address == EVA]
    others = [each for each in made if each not in of_eva]
    return [each for pair in zip(others, of_eva, strict=True) for each in pair]


def outcome_of(made: Made) -> str:
    return Message.objects.get(pk=made.claimed.message_id).outcome


def post_all(posting: Posting, made: Sequence[Made], transport: SmtpTransport) -> list[bool]:
    following = [*(each.rendered for each in made[1:]), None]
    return [posting.post(each, transport, following=after) for each, after in zip(made, following, strict=True)]


def test_what_was_taken_is_written_before_the_one_behind_it_is_put_back(lumiere: Lumiere, transport: Watched, settings: Settings) -> None:
    nadia, eva = to_nadia_and_eva(lumiere, 1)
    let_domain_be_full(transport, settings)
    with posting_of(lumiere) as posting:
        assert posting.post(nadia, transport, following=eva.rendered)
        wait_until(lambda: transport.is_ready_for(eva.rendered), "The envelope that went ahead is not answered.")
        before = outcome_of(nadia)
        assert not posting.post(eva, transport)
        assert (before, outcome_of(nadia), outcome_of(eva)) == (Outcome.SENDING, Outcome.SENT, Outcome.WAITING)


def test_what_was_taken_is_written_before_anybody_waits_for_another_connection(lumiere: Lumiere, transport: Watched) -> None:
    first, announced, other, _ = to_nadia_and_eva(lumiere, 2)
    with posting_of(lumiere) as posting:
        posting.post(first, transport, following=announced.rendered)
        wait_until(lambda: transport.is_ready_for(announced.rendered), "The envelope that went ahead is not answered.")
        posting.post(other, transport)
    assert [seen.count(Outcome.SENT) for seen in transport.seen] == [0, 1]


def test_where_an_envelope_went_ahead_for_nothing_none_for_its_domain_does_again(
    lumiere: Lumiere, transport: Watched, settings: Settings
) -> None:
    made = to_nadia_and_eva(lumiere, 3)
    let_domain_be_full(transport, settings)
    with posting_of(lumiere) as posting:
        assert post_all(posting, made, transport) == [True, False] * 3
    assert len(transport.seen) == 2


def test_a_connection_that_was_closed_meanwhile_costs_no_try(lumiere: Lumiere, settings: Settings) -> None:
    with served(leaving(goodbye=b"421 4.4.2 Nobody said anything\r\n")) as server:
        settings.SMTP_URL = f"smtp://127.0.0.1:{server.port}"
        made, transport = to_nadia_and_eva(lumiere, 1), open_transport()
        assert [send(lumiere.firm.pk, each.claimed, transport, lambda: START) for each in made] == [True, True]
        transport.close()
    assert list(Message.objects.values_list("outcome", "tries")) == [(Outcome.SENT, 1)] * 2
    assert (server.visits, Pace.objects.count()) == (2, 0)
