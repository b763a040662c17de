"""Which of many accounts are asked, and why the others are not."""

from dataclasses import replace
from typing import Any

import pytest

from reminders.asking.rules import AccountFacts, decide_account
from reminders.enums import LeftOut

ABLE = AccountFacts(may_ask=True, archived=False, supplier=False, named=True, told=2)
CASES = [
    ({}, None),
    ({"may_ask": False, "archived": True}, LeftOut.NOT_ALLOWED),
    ({"archived": True, "supplier": True}, LeftOut.ARCHIVED),
    ({"supplier": True, "named": False}, LeftOut.SUPPLIER),
    ({"named": False, "told": 0}, LeftOut.NO_CONTACT),
    ({"told": 0}, LeftOut.NOBODY),
]


@pytest.mark.parametrize(("changes", "left_out"), CASES)
def test_the_weightiest_reason_is_given(changes: dict[str, Any], left_out: LeftOut | None) -> None:
    assert decide_account(replace(ABLE, **changes), people_needed=True, asks_unheard=False) == left_out


def test_a_kind_that_names_nobody_needs_no_contact() -> None:
    facts = replace(ABLE, named=False)
    assert decide_account(facts, people_needed=False, asks_unheard=False) is None


@pytest.mark.parametrize(("told", "asks_unheard", "left_out"), [(0, True, None), (0, False, LeftOut.NOBODY), (1, False, None)])
def test_where_nobody_is_told_it_takes_a_yes(told: int, asks_unheard: bool, left_out: LeftOut | None) -> None:
    facts = replace(ABLE, told=told)
    assert decide_account(facts, people_needed=False, asks_unheard=asks_unheard) == left_out
