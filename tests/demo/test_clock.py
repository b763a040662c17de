"""The clock: a week forward behaves like a week."""

import fcntl
import os
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from kombu.exceptions import OperationalError

from demo.clock import find_move, make_move, plan_move
from demo.tasks import move_clock
from demo.ticks import HOUR, ticks
from firms.actors import Actor
from lib import clock
from notifications.dispatch.send import dispatch_ready
from notifications.models import Notice
from reminders.rules import Schedule
from reminders.services import ask
from reminders.sweep import sweep
from reminders.words import Words
from tenancy.context import firm_context
from tests.factories import START
from tests.mail import Mailbox
from tests.people import Lumiere, Peeters
from tests.story import ask_signature

WEEK = timedelta(days=7)


def ask_of_everybody(firm: Lumiere, now: datetime) -> None:
    """Reminders at several rhythms, held outside the firm's hours, and an expiry."""
    ask_signature(firm, signers=[firm.nadia, firm.paul], schedule=Schedule(True, 2, 3), now=now - timedelta(hours=30), title="Mandat")
    ask_signature(firm, schedule=Schedule(True, 1, 5), now=now - timedelta(hours=11, minutes=7), title="Procuration")
    day = now.date() + timedelta(days=3)
    ask_signature(firm, account=firm.tilleuls, schedule=Schedule(True, 1, 9), now=now, title="Procès-verbal", expires_on=day)


def told() -> list[tuple[object, ...]]:
    columns = ("event", "number", "email", "verdict", "reason", "message__outcome", "action__title", "action__state")
    return sorted(Notice.objects.values_list(*columns))


def arrived(mailbox: Mailbox) -> list[tuple[str, str]]:
    return sorted((address, str(message["Subject"])) for address, message in mailbox.accepted)


@time_machine.travel(START)  # what an hourly tick does late, the move does when it is due: at some hours of the day a window closes between
def test_week_forward_equals_seven_days_of_hourly_ticks(
    demo: Path, lumiere: Lumiere, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Half of the hours from eight to six: everybody's own minute is a tick of both.
    monkeypatch.setattr("notifications.rules.place_of", lambda _key: 0.5)
    now = clock.now()
    with transaction.atomic():
        ask_of_everybody(lumiere, now)
        for hours in range(7 * 24 + 1):
            at = now + hours * HOUR
            sweep(at)
            dispatch_ready(lambda at=at: at)  # type: ignore[misc]
        by_hours = told(), arrived(mailbox)
        transaction.set_rollback(True)
    mailbox.accepted.clear()
    ask_of_everybody(lumiere, now)
    sweep(now)
    dispatch_ready(lambda: now)
    make_move(plan_move(WEEK))
    assert (told(), arrived(mailbox)) == by_hours
    assert len({row[1] for row in by_hours[0]}) > 3


def test_ticks_are_the_hours_and_what_falls_due_between_them(demo: Path, lumiere: Lumiere) -> None:
    now = clock.now()
    due = now + timedelta(minutes=90)
    ask_signature(lumiere, now=due - timedelta(days=3))
    assert [*ticks(now, now + 3 * HOUR)] == [now + HOUR, due, due + HOUR, now + 3 * HOUR]


def test_moved_clock_stands_at_its_goal_and_tells_how_far_it_came(demo: Path, lumiere: Lumiere) -> None:
    planned = plan_move(timedelta(days=1))
    assert (planned.under_way, planned.percent) == (True, 0)
    ended = make_move(planned)
    assert (ended.ended, ended.under_way, ended.percent) == (True, False, 100)
    assert timedelta() <= clock.now() - planned.until < timedelta(minutes=1)
    assert find_move() == ended


def test_move_that_is_made_again_does_not_move_twice(demo: Path, lumiere: Lumiere) -> None:
    planned = plan_move(timedelta(days=1))
    make_move(planned)
    make_move(planned)
    assert clock.now() - planned.until < timedelta(minutes=1)
    move_clock(planned.id)
    move_clock("another")
    assert clock.now() - planned.until < timedelta(minutes=1)


def test_move_that_fails_says_so(demo: Path, lumiere: Lumiere, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(at: datetime) -> None:
        raise RuntimeError("The database is gone.")

    monkeypatch.setattr("demo.ticks.sweep", fail)
    with pytest.raises(RuntimeError):
        make_move(plan_move(WEEK))
    move = find_move()
    assert move is not None
    assert (move.failed, move.under_way) == (True, False)


def test_move_that_was_left_half_way_can_be_begun_anew(client: Client, demo: Path, db: None) -> None:
    planned = plan_move(timedelta(days=1))
    assert find_move() == planned
    long_ago = clock.machine_now().timestamp() - 60
    os.utime(demo / "clock-move.json", (long_ago, long_ago))
    left = find_move()
    assert left is not None
    assert (left.failed, "disabled" in client.get("/demo/clock/panel/").content.decode()) == (True, False)
    with (demo / "clock-move.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert find_move() == planned
    assert make_move(left) == replace(planned, at=planned.until, ended=True)


def test_scripts_read_and_move_the_clock(client: Client, demo: Path, db: None) -> None:
    begin = datetime.fromisoformat(client.get("/demo/clock/").json()["now"])
    after = datetime.fromisoformat(client.post("/demo/clock/", {"seconds": "259200"}).json()["now"])
    assert timedelta(days=3) <= after - begin < timedelta(days=3, minutes=1)


def test_script_needs_no_token_and_another_site_is_refused(demo: Path, db: None) -> None:
    script = Client(enforce_csrf_checks=True)
    assert script.post("/demo/clock/", {"seconds": "60"}).status_code == 200
    assert script.post("/demo/clock/", {"seconds": "60"}, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert script.post("/demo/clock/move/", {"seconds": "3600"}).status_code == 403


@pytest.mark.parametrize("seconds", ["", "0", "-60", "1.5", "1e3", "²", "2678401", "9" * 40, "soon"])
def test_clock_refuses_what_is_no_number_of_seconds(client: Client, demo: Path, db: None, seconds: str) -> None:
    assert client.post("/demo/clock/", {"seconds": seconds}).status_code == 400
    assert client.post("/demo/clock/move/", {"seconds": seconds}).status_code == 400
    assert not (demo / "clock-offset").exists()


def test_browser_that_opens_the_clock_gets_the_page(client: Client, demo: Path, db: None) -> None:
    response = client.get("/demo/clock/", headers={"Accept": "text/html,*/*;q=0.8"})
    assert (response.status_code, response.headers["Location"]) == (302, "/demo/")


def test_button_leaves_the_move_to_a_worker_and_shows_how_far_it_is(
    client: Client, demo: Path, lumiere: Lumiere, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    three_days_ago = clock.now() - timedelta(days=2, hours=23)
    ask_signature(lumiere, now=three_days_ago)
    dispatch_ready(lambda: three_days_ago)
    asked: list[dict[str, Any]] = []
    monkeypatch.setattr(move_clock, "apply_async", lambda **options: asked.append(options))
    panel = client.post("/demo/clock/move/", {"seconds": "604800"}, headers={"HX-Request": "true"}).content.decode()
    assert ("<progress" in panel, 'hx-trigger="every 1s"' in panel, panel.count(" disabled>")) == (True, True, 4)
    ((kwargs, retry),) = [(options["kwargs"], options["retry"]) for options in asked]
    assert retry is False
    move_clock(**kwargs)
    panel = client.get("/demo/clock/panel/").content.decode()
    assert ("<progress" in panel, 'hx-trigger="every 1s"' in panel, panel.count(" disabled>")) == (False, False, 0)
    assert len(mailbox.to("nadia@lefevre.example")) == 2


def test_button_says_when_no_worker_can_be_reached(client: Client, demo: Path, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**options: object) -> None:
        raise OperationalError

    monkeypatch.setattr(move_clock, "apply_async", refuse)
    response = client.post("/demo/clock/move/", {"seconds": "3600"})
    assert (response.status_code, response.headers["Location"]) == (302, "/demo/")
    assert "The clock was not moved to the end" in client.get("/demo/").content.decode()


def test_panel_names_the_reminders_that_went_out(client: Client, demo: Path, lumiere: Lumiere) -> None:
    begun = clock.now()
    make_move(plan_move(WEEK))
    folder = demo / "mail"
    folder.mkdir()
    for number, extra in enumerate(("In-Reply-To: <1@r.example>\r\n", "")):
        date = (begun + timedelta(days=3 + number)).strftime("%a, %d %b %Y %H:%M:%S +0000")
        (folder / f"{number}.eml").write_bytes(f"Subject: Rappel {number}\r\nDate: {date}\r\n{extra}\r\nBonjour\r\n".encode())
    panel = client.get("/demo/clock/panel/").content.decode()
    assert ("1 reminder went out between" in panel, "1 other e-mail did." in panel, "Rappel 0" in panel) == (True, True, True)


def test_staff_who_are_signed_in_move_the_clock_for_every_firm(
    client: Client, demo: Path, two_firms: tuple[Lumiere, Peeters], mailbox: Mailbox
) -> None:
    lumiere, peeters = two_firms
    now = clock.now()
    with firm_context(lumiere.firm.pk):
        ask_signature(lumiere, now=now)
    with firm_context(peeters.firm.pk):
        ask(
            account=peeters.garage, kind="signature", words=Words("Engagement letter", schedule=Schedule(True)), staff=peeters.wim,
            by=Actor.staff(peeters.wim), parties=[peeters.lotte], now=now,
        )  # fmt: skip
    client.force_login(lumiere.claire.user)
    assert client.get("/demo/").status_code == 200
    assert client.post("/demo/clock/", {"seconds": "604800"}).status_code == 200
    assert mailbox.addresses == ["lotte@maes.example"] * 2 + ["nadia@lefevre.example"] * 2
