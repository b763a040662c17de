"""A worker's claims go on where the last one has come to, and leave nothing out."""

from datetime import datetime, timedelta

import pytest

from lib.clock import machine_now
from notifications.dispatch import claim as claiming
from notifications.dispatch.claim import claim
from notifications.dispatch.places import FROM_THE_FRONT, LEFT, Place
from notifications.enums import Outcome, Priority
from notifications.models import Message, Notice
from notifications.verdicts import Verdict
from tests.factories import START
from tests.people import Lumiere
from tests.story import ask_signature

LATER = START + timedelta(hours=2)


def ask_several(people: Lumiere, count: int, *, now: datetime = START) -> list[int]:
    """The notices of theirs that go."""
    going = Notice.objects.exclude(verdict=Verdict.SKIP)
    before = set(going.values_list("pk", flat=True))
    for number in range(count):
        ask_signature(people, title=f"Document {now:%H} {number}", now=now)
    return sorted(set(going.values_list("pk", flat=True)) - before)


def claimed(people: Lumiere, place: Place, most: int, *, after: timedelta = timedelta(0)) -> list[int]:
    """The notices of the next claim, `after` so long by machine time."""
    taken = claim(people.firm.pk, LATER, machine_now() + after, most, place=place)
    return [notice.pk for notice in taken.notices]


@pytest.fixture
def place() -> Place:
    return Place()


def test_each_claim_goes_on_and_all_of_it_goes_once(lumiere: Lumiere, place: Place) -> None:
    line = ask_several(lumiere, 7)
    assert [claimed(lumiere, place, 3) for _ in range(4)] == [line[:3], line[3:6], line[6:], []]


def test_what_is_more_urgent_comes_first(lumiere: Lumiere, place: Place) -> None:
    letters = ask_several(lumiere, 5)
    Notice.objects.update(priority=Priority.LETTER)
    assert claimed(lumiere, place, 2) == letters[:2]
    (notice,) = ask_several(lumiere, 1, now=LATER)
    assert claimed(lumiere, place, 2) == [notice, letters[2]]
    assert claimed(lumiere, place, 2) == letters[3:]


def test_what_has_come_behind_goes_once_the_line_ends(lumiere: Lumiere, place: Place) -> None:
    line = ask_several(lumiere, 5, now=LATER)
    assert claimed(lumiere, place, 2) == line[:2]
    (behind,) = ask_several(lumiere, 1)
    assert claimed(lumiere, place, 2) == line[2:4]
    assert claimed(lumiere, place, 2) == [behind, line[4]]


def test_or_after_half_a_minute_however_long_the_line(lumiere: Lumiere, place: Place) -> None:
    line = ask_several(lumiere, 5, now=LATER)
    assert claimed(lumiere, place, 2) == line[:2]
    (behind,) = ask_several(lumiere, 1)
    assert claimed(lumiere, place, 2, after=FROM_THE_FRONT) == [behind, line[2]]


def test_where_earlier_tries_left_nothing_it_is_asked_again_only_after_a_while(lumiere: Lumiere, place: Place) -> None:
    line = ask_several(lumiere, 3)
    assert claimed(lumiere, place, 2) == line[:2]
    let_them_be_tried_again()
    assert claimed(lumiere, place, 2, after=LEFT - timedelta(seconds=1)) == line[2:]
    assert claimed(lumiere, place, 2, after=LEFT + timedelta(seconds=1)) == line[:1]
    assert claimed(lumiere, place, 2, after=LEFT + timedelta(seconds=1)) == line[1:2]  # there was something: it is asked at once


@pytest.mark.parametrize("lot", [0, 1])
def test_one_at_a_time_neither_what_is_left_nor_what_is_new_waits_for_all_of_the_other(
    lumiere: Lumiere, monkeypatch: pytest.MonkeyPatch, lot: int
) -> None:
    """As where a firm lets a few leave a minute: each tick, with a place of its own, claims a single one."""
    monkeypatch.setattr(claiming, "getrandbits", lambda _: lot)
    left = ask_several(lumiere, 2)
    assert claimed(lumiere, Place(), 2) == left
    let_them_be_tried_again()
    new = ask_several(lumiere, 2, now=LATER)
    assert [claimed(lumiere, Place(), 1) for _ in range(5)] == [[each] for each in (left + new if lot else new + left)] + [[]]


def let_them_be_tried_again() -> None:
    Message.objects.update(outcome=Outcome.WAITING, lease_until=None, next_try_at=machine_now())
