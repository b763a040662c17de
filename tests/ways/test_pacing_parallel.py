"""Several workers at once, on real transactions: they share one limit, and one of them takes the probe."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from pytest_django.fixtures import Settings

from lib.clock import machine_now
from tests.factories import START
from tests.parallel import at_once
from ways.errors import ErrorKind, SendError
from ways.models import Pace
from ways.pacing import Pacer, Share
from ways.rules import BREAKS_AT

pytestmark = pytest.mark.django_db(transaction=True)
RELAY, PAUL = "mail.example:587", "paul@lefevre.example"
UNREACHABLE = SendError(ErrorKind.SOON, "timed out")


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def test_five_workers_share_one_limit(settings: Settings) -> None:
    settings.PACE_RELAY, settings.PACE_FIRM = 60, 30
    shares = at_once(*[lambda: Pacer().share([RELAY], 1, 4).at_most] * 5)
    assert sorted(share for share in shares if isinstance(share, int)) == [0, 0, 2, 4, 4]
    assert {row.place: row.tokens for row in Pace.objects.all()} == {RELAY: 10, "firm:1": 0}


def test_failures_of_five_workers_are_counted_together(clock: time_machine.Traveller) -> None:
    at_once(*[lambda: Pacer().told(RELAY, PAUL, UNREACHABLE)] * BREAKS_AT)
    (row,) = Pace.objects.all()
    assert (row.failures, row.level, row.rests_until is not None) == (BREAKS_AT, 1, True)


def test_one_of_five_takes_the_probe() -> None:
    Pace.objects.create(place=RELAY, level=1, failures=BREAKS_AT, rests_until=machine_now() - timedelta(seconds=1))

    def waits() -> bool:
        pacer = Pacer()
        pacer.share([RELAY], 1, 4)
        return pacer.waits_until(RELAY, PAUL) is not None

    assert sorted(map(bool, at_once(*[waits] * 5))) == [False, True, True, True, True]


def test_five_workers_share_the_pace_of_a_firm_s_own_way(settings: Settings) -> None:
    settings.PACE_FIRM = 60
    shares = at_once(*[lambda: Pacer().share([RELAY, "way:7"], 1, 4, {"way:7": 30})] * 5)
    assert sorted((share.at_most, share.own_waits) for share in shares if isinstance(share, Share)) == [
        (2, False), (4, False), (4, False), (4, True), (4, True),
    ]  # fmt: skip
    assert {row.place: row.tokens for row in Pace.objects.all()} == {"way:7": 0, "firm:1": 2}
