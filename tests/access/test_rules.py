"""The decisions at the door, by table."""

from datetime import date, timedelta

import pytest

from access.rules import (
    Act,
    CodeFacts,
    CodeVerdict,
    Entry,
    Stage,
    Standing,
    decide_act,
    decide_code,
    decide_link_entry,
    decide_login_entry,
    decide_stage,
    is_past,
    may_follow_link,
    may_use_portal,
)
from tests.factories import START

STANDINGS = [
    (Standing(linked=True, login=True, notify=True), True, True),
    (Standing(linked=True, login=True), True, True),
    (Standing(linked=True, notify=True), True, False),
    (Standing(linked=True), False, False),
    (Standing(linked=False), False, False),
    (Standing(linked=True, login=True, notify=True, suppressed=True), False, False),
    (Standing(linked=True, login=True, notify=True, archived=True), False, False),
]


@pytest.mark.parametrize(("standing", "link", "portal"), STANDINGS)
def test_standing_decides_what_an_address_may_use(standing: Standing, link: bool, portal: bool) -> None:
    assert (may_follow_link(standing), may_use_portal(standing)) == (link, portal)


@pytest.mark.parametrize(
    ("closed_days_ago", "entry"),
    [(None, Entry.OPEN), (0, Entry.READ_ONLY), (30, Entry.READ_ONLY), (30.0001, Entry.CLOSED), (400, Entry.CLOSED)],
)
def test_link_is_read_only_after_closing_and_dead_after_thirty_days(closed_days_ago: float | None, entry: Entry) -> None:
    closed_at = None if closed_days_ago is None else START - timedelta(days=closed_days_ago)
    assert decide_link_entry(Standing(linked=True, notify=True), same_email=True, closed_at=closed_at, now=START) is entry


def test_link_dies_when_its_address_has_changed() -> None:
    assert decide_link_entry(Standing(linked=True, notify=True), same_email=False, closed_at=None, now=START) is Entry.CLOSED


def test_link_dies_when_its_address_no_longer_stands_to_the_account() -> None:
    assert decide_link_entry(Standing(linked=False), same_email=True, closed_at=None, now=START) is Entry.CLOSED


def test_login_reads_closed_items_for_as_long_as_it_lasts() -> None:
    standing = Standing(linked=True, login=True)
    assert decide_login_entry(standing, closed_at=START - timedelta(days=4000)) is Entry.READ_ONLY
    assert decide_login_entry(standing, closed_at=None) is Entry.OPEN
    assert decide_login_entry(Standing(linked=True, notify=True), closed_at=None) is Entry.CLOSED


NADIA, PAUL = 1, 2


@pytest.mark.parametrize(
    ("named", "done", "entry", "act"),
    [
        ([NADIA, PAUL], [], Entry.OPEN, Act.MAY),
        ([], [], Entry.OPEN, Act.MAY),
        ([PAUL], [], Entry.OPEN, Act.NOT_NAMED),
        ([NADIA, PAUL], [NADIA], Entry.OPEN, Act.HAS_ACTED),
        ([NADIA, PAUL], [PAUL], Entry.OPEN, Act.MAY),
        ([NADIA], [], Entry.READ_ONLY, Act.ITEM_CLOSED),
        ([], [], Entry.CLOSED, Act.ITEM_CLOSED),
    ],
)
def test_acting_needs_to_be_named_or_nobody_is(named: list[int], done: list[int], entry: Entry, act: Act) -> None:
    assert decide_act(contact_id=NADIA, named=named, done=done, entry=entry) is act


def code(**changes: object) -> CodeFacts:
    facts: dict[str, object] = {"created_at": START, "tries": 0, "used": False, "same_place": True, "matches": True}
    return CodeFacts(**{**facts, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("facts", "after", "verdict"),
    [
        (code(), timedelta(), CodeVerdict.RIGHT),
        (code(), timedelta(minutes=10), CodeVerdict.RIGHT),
        (code(), timedelta(minutes=10, seconds=1), CodeVerdict.OUT_OF_DATE),
        (code(matches=False), timedelta(), CodeVerdict.WRONG),
        (code(tries=4), timedelta(), CodeVerdict.RIGHT),
        (code(tries=5), timedelta(), CodeVerdict.TRIED_TOO_OFTEN),
        (code(tries=5, matches=False), timedelta(), CodeVerdict.TRIED_TOO_OFTEN),
        (code(used=True), timedelta(), CodeVerdict.OUT_OF_DATE),
        (code(same_place=False), timedelta(), CodeVerdict.OUT_OF_DATE),
    ],
)
def test_code_is_right_once_in_time_and_where_it_was_asked_for(facts: CodeFacts, after: timedelta, verdict: CodeVerdict) -> None:
    assert decide_code(facts, START + after) is verdict


def test_last_day_is_still_good() -> None:
    assert [is_past(date(2026, 11, 2), date(2026, 11, day)) for day in (1, 2, 3)] == [False, False, True]
    assert is_past(None, date(2026, 11, 3)) is False


@pytest.mark.parametrize(
    ("state", "refused", "past", "act", "stage"),
    [
        ("open", False, False, Act.MAY, Stage.ACT),
        ("open", False, False, Act.NOT_NAMED, Stage.READER),
        ("open", False, False, Act.HAS_ACTED, Stage.ACTED),
        ("open", False, True, Act.MAY, Stage.EXPIRED),
        ("open", False, True, Act.HAS_ACTED, Stage.EXPIRED),
        ("done", False, True, Act.ITEM_CLOSED, Stage.ACTED),
        ("done", True, False, Act.ITEM_CLOSED, Stage.DECLINED),
        ("withdrawn", False, True, Act.ITEM_CLOSED, Stage.WITHDRAWN),
        ("expired", False, True, Act.ITEM_CLOSED, Stage.EXPIRED),
    ],
)
def test_stage_of_whoever_is_to_act(state: str, refused: bool, past: bool, act: Act, stage: Stage) -> None:
    assert decide_stage(state=state, refused=refused, past=past, act=act) is stage
