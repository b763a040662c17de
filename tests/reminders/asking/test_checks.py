"""Every kind says how it is asked."""

import pytest

from actions.kinds import all_kinds
from reminders.asking import checks
from reminders.asking.checks import check_askings
from reminders.asking.registry import Asking, get_asking, register_asking


def test_every_kind_is_asked_in_one_way() -> None:
    assert check_askings(None) == []
    assert [get_asking(kind.key).kind for kind in all_kinds()] == [kind.key for kind in all_kinds()]


def test_a_kind_that_nobody_can_ask_for_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "find_asking", lambda kind: None if kind == "signature" else get_asking(kind))
    assert [str(error.msg) for error in check_askings(None)] == ["signature: no Asking is registered, so that nobody can ask for it."]


def test_two_ways_of_asking_a_kind_are_refused() -> None:
    taken = get_asking("signature")
    other = Asking(**{field: getattr(taken, field) for field in taken.__slots__})
    with pytest.raises(ValueError, match="'signature' is asked in two ways"):
        register_asking(other)
    assert get_asking("signature") is taken
