"""Reports that wait for their e-mail, among many that are of nobody's."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
import time_machine

from firms.models import Firm
from notifications.enums import Outcome
from notifications.models import Message
from tests.factories import START
from tests.people import Lumiere
from tracking import services
from tracking.models import Report, Stray
from tracking.rules import LATEST, SOONEST, WAITS_FOR, next_look
from tracking.services import AT_ONCE, apply_waiting, bring_strays_home, firms_with_due_reports
from tracking.tasks import apply

MINUTE = timedelta(minutes=1)


def told(number: int, at: datetime, **more: Any) -> dict[str, Any]:
    """Of an e-mail that another product sends by the same provider, unless `more` says whose it is."""
    told = {"provider": "postmark", "key": number.to_bytes(32), "kind": "delivered", "happened_at": at, "received_at": at, "look_at": at}
    return {**told, "provider_id": f"foreign-{number}", "raw": {}, **more}


def message_of(firm: Firm, provider_id: str) -> Message:
    return Message.objects.create(
        firm=firm, message_id="<abc@mail.example>", to_email="nadia@boulangerie.example", language="fr", outcome=Outcome.SENT, tries=1,
        fence=1, provider_id=provider_id, created_at=START, sent_at=START,
    )  # fmt: skip


def ticks_until(done: Callable[[], bool], tick: Callable[[datetime], object], now: datetime, most: int) -> int:
    for number in range(1, most + 1):
        tick(now + number * MINUTE)
        if done():
            return number
    raise AssertionError(f"not within {most} ticks")


def test_strays_of_nobody_keep_none_from_coming_home(lumiere: Lumiere) -> None:
    """More of them than a tick looks at came first; each tick looks at the same number at the most."""
    Stray.objects.bulk_create([Stray(**told(number, START)) for number in range(3 * AT_ONCE)])
    Stray.objects.create(**told(9_999, START + timedelta(seconds=1), provider_id="ours"))
    message_of(lumiere.firm, "ours")
    assert ticks_until(Report.objects.exists, bring_strays_home, START, 10) == 4
    assert (Report.objects.get().provider_id, Stray.objects.count()) == ("ours", 3 * AT_ONCE)


def test_reports_of_nobody_keep_none_of_the_firm_from_being_applied(lumiere: Lumiere) -> None:
    firm, late = lumiere.firm, START + timedelta(seconds=1)
    Report.objects.bulk_create([Report(firm=firm, **told(number, START)) for number in range(3 * AT_ONCE)])
    Report.objects.create(firm=firm, **told(9_999, late, provider_id="ours"))
    message = message_of(firm, "ours")
    ticks = ticks_until(
        lambda: not Report.objects.filter(message=None, provider_id="ours").exists(), lambda at: apply_waiting(firm.pk, at), START, 10
    )
    message.refresh_from_db()
    assert (ticks, message.outcome) == (4, Outcome.DELIVERED)


def test_one_that_cannot_be_applied_stops_no_other_and_comes_again(lumiere: Lumiere, monkeypatch: pytest.MonkeyPatch) -> None:
    firm, follow = lumiere.firm, services._follow
    for number in range(2):
        Report.objects.create(firm=firm, **told(number, START, provider_id="ours"))
    message_of(firm, "ours")

    def stumble(firm: Firm, report: Report, message: Message, now: datetime) -> None:
        if report.key == (0).to_bytes(32):
            raise LookupError(report.pk)
        follow(firm, report, message, now)

    monkeypatch.setattr(services, "_follow", stumble)
    with pytest.raises(ExceptionGroup):
        apply_waiting(firm.pk, START + MINUTE)
    assert [Report.objects.filter(applied_at=None).count(), firms_with_due_reports(START + MINUTE)] == [1, []]
    monkeypatch.setattr(services, "_follow", follow)
    assert (firms_with_due_reports(START + 3 * MINUTE), apply_waiting(firm.pk, START + 3 * MINUTE)) == ([firm.pk], 1)


def test_a_stray_that_cannot_come_home_stops_no_other_and_no_report_that_waits(lumiere: Lumiere, monkeypatch: pytest.MonkeyPatch) -> None:
    firm, bring_home = lumiere.firm, services._bring_home
    Report.objects.create(firm=firm, **told(9, START, provider_id="ours"))
    first, _ = (Stray.objects.create(**told(number, START, provider_id="ours")) for number in range(2))
    message_of(firm, "ours")

    def stumble(firm_id: int, stray_id: int, now: datetime) -> bool:
        if stray_id == first.pk:
            raise LookupError(stray_id)
        return bring_home(firm_id, stray_id, now)

    monkeypatch.setattr(services, "_bring_home", stumble)
    with time_machine.travel(START + MINUTE, tick=False), pytest.raises(ExceptionGroup):
        apply()
    assert (list(Stray.objects.all()), Report.objects.filter(applied_at=None).count(), Report.objects.count()) == ([first], 0, 2)


def test_what_is_of_nobody_is_looked_at_ever_more_seldom_and_then_no_more() -> None:
    looks, at = list[datetime](), START
    while (then := next_look(START, at)) is not None:
        looks.append(then)
        at = then
    assert (looks[0] - START, max(b - a for a, b in pairwise(looks))) == (SOONEST, LATEST)
    assert (len(looks) < 45, looks[-2] < START + WAITS_FOR <= looks[-1]) == (True, True)
