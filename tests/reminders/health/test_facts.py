"""The figures, of a database in which two firms send: sums over both, and of one inside it."""

from collections.abc import Iterator
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from actions.models import Action
from firms.holding_all import begin_hold_of_all, end_hold_of_all
from firms.models import Firm
from lib.codes import new_code
from notifications.enums import Outcome
from notifications.models import Message, Notice
from notifications.tasks import dispatch
from reminders.health import facts
from reminders.health.facts import DayOfMail, days_of_mail, figures, figures_of, look
from reminders.health.rules import Figures, Level, Name
from reminders.tasks import sweep_reminders
from tenancy.context import firm_context
from tenancy.heartbeats import BEAT, all_beats, beat, beat_of_worker, forget_worker
from tenancy.models import Heartbeat
from tests.factories import START
from tests.mail import Mailbox, free_port
from tests.people import Lumiere, Peeters
from tests.story import ask_signature

NOW = START
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def stopped_clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


NO_REFUSALS = dict.fromkeys(("soon", "later", "address", "sender", "never", "doubt"), 0)


def mailed(firm: Firm, outcome: Outcome, ago: timedelta, error: str = "") -> None:
    at = NOW - ago
    with firm_context(firm.pk):
        Message.objects.create(
            firm=firm, message_id=new_code(), to_email="nadia@lefevre.example", language="fr", outcome=outcome, error=error, created_at=at,
            sent_at=at if outcome in (Outcome.SENT, Outcome.COMPLAINED) else None,
            next_try_at=NOW - 2 * MINUTE if outcome == Outcome.WAITING else None,
            lease_until=NOW - 4 * MINUTE if outcome == Outcome.SENDING else None,
        )  # fmt: skip


def test_where_nothing_was_ever_sent(two_firms: tuple[Lumiere, Peeters]) -> None:
    assert figures(NOW, NOW).sent_week == 0
    assert (figures(NOW, NOW).due_for, figures(NOW, NOW).ready_for, figures(NOW, NOW).bounce_rate) == (None, None, 0.0)


def test_figures_are_sums_over_all_firms_and_each_firm_s_are_its_own(two_firms: tuple[Lumiere, Peeters]) -> None:
    lumiere, peeters = two_firms[0].firm, two_firms[1].firm
    for outcome, ago in (
        (Outcome.SENT, 30 * MINUTE), (Outcome.SENT, 5 * HOUR), (Outcome.SENT, 3 * DAY), (Outcome.SENT, 8 * DAY), (Outcome.BOUNCED, HOUR),
        (Outcome.BOUNCED, 2 * DAY), (Outcome.FAILED, HOUR), (Outcome.WAITING, HOUR),
    ):  # fmt: skip
        mailed(lumiere, outcome, ago)
    for outcome in (Outcome.SENT, Outcome.COMPLAINED, Outcome.UNCONFIRMED, Outcome.SENDING):
        mailed(peeters, outcome, 10 * MINUTE)
    wrong = {"deferred": 1, "bounced": 1, "failed": 1, "unconfirmed": 1, "complained": 1}
    assert figures(NOW, NOW) == Figures(
        ready_for=4 * MINUTE, sent_hour=3, sent_day=4, sent_week=5, bounced_week=2, errors_day=wrong, refused_day=NO_REFUSALS,
    )  # fmt: skip
    with firm_context(lumiere.pk):
        assert figures_of(lumiere, NOW, NOW) == Figures(
            ready_for=2 * MINUTE, sent_hour=1, sent_day=2, sent_week=3, bounced_week=2,
            errors_day={"waiting": 1, "bounced": 1, "failed": 1, "unconfirmed": 0, "complained": 0}, refused_day=NO_REFUSALS,
        )  # fmt: skip


def test_refusals_of_a_day_by_kind_whatever_became_of_them(two_firms: tuple[Lumiere, Peeters]) -> None:
    lumiere, peeters = two_firms[0].firm, two_firms[1].firm
    for firm, outcome, ago, error in (
        (lumiere, Outcome.SENT, HOUR, "later"), (lumiere, Outcome.BOUNCED, HOUR, "address"), (lumiere, Outcome.SENT, 2 * DAY, "soon"),
        (peeters, Outcome.WAITING, HOUR, "later"), (peeters, Outcome.SENT, HOUR, ""),
    ):  # fmt: skip
        mailed(firm, outcome, ago, error)
    assert figures(NOW, NOW).refused_day == {**NO_REFUSALS, "later": 2, "address": 1}
    with firm_context(lumiere.pk):
        assert figures_of(lumiere, NOW, NOW).refused_day == {**NO_REFUSALS, "later": 1, "address": 1}


def test_what_is_due_and_what_is_ready_age_from_their_own_instant(lumiere: Lumiere) -> None:
    action = ask_signature(lumiere)
    Action.objects.filter(pk=action.pk).update(next_reminder_at=NOW - 7 * MINUTE)
    Notice.objects.exclude(verdict="skip").update(not_before=NOW - 6 * MINUTE)
    assert (figures(NOW, NOW).due_for, figures(NOW, NOW).ready_for) == (7 * MINUTE, 6 * MINUTE)
    assert (figures_of(lumiere.firm, NOW, NOW).due_for, figures_of(lumiere.firm, NOW, NOW).ready_for) == (7 * MINUTE, 6 * MINUTE)


def test_days_of_mail_are_days_of_the_firm(lumiere: Lumiere) -> None:
    for outcome, ago in ((Outcome.SENT, MINUTE), (Outcome.BOUNCED, MINUTE), (Outcome.SENT, DAY), (Outcome.SENT, 3 * DAY)):
        mailed(lumiere.firm, outcome, ago)
    today = NOW.astimezone(lumiere.firm.zone).date()
    assert days_of_mail(lumiere.firm, NOW, 3) == [
        DayOfMail(today - 2 * DAY, 0, 0), DayOfMail(today - DAY, 1, 0), DayOfMail(today, 1, 1),
    ]  # fmt: skip


# --- Heartbeats --------------------------------------------------------------------------------------------------------


def test_each_tick_leaves_a_sign_of_life(lumiere: Lumiere, mailbox: Mailbox) -> None:
    sweep_reminders()
    dispatch()
    beat(BEAT)
    beat_of_worker("celery@one")
    assert all_beats() == dict.fromkeys(("reminders.sweep", "notifications.dispatch", "beat", "worker:celery@one"), NOW)
    assert facts.beats().workers == {"celery@one": NOW}


def test_a_worker_that_ended_well_is_forgotten_and_so_is_one_of_long_ago(db: None) -> None:
    beat_of_worker("celery@" + "long" * 20)
    beat_of_worker("celery@two")
    Heartbeat.objects.filter(name__contains="long").update(at=NOW - 25 * HOUR)
    beat_of_worker("celery@three")
    forget_worker("celery@two")
    assert list(all_beats()) == ["worker:celery@three"]


# --- The whole ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def broker_gone(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("celery.current_app.conf.broker_write_url", f"redis://127.0.0.1:{free_port()}/0")


def doctor() -> tuple[int, list[str]]:
    out = StringIO()
    try:
        call_command("doctor", stdout=out)
    except CommandError as error:
        return error.returncode, out.getvalue().splitlines()
    return 0, out.getvalue().splitlines()


@pytest.mark.rule("X23")
def test_the_doctor_says_what_is_bad_and_exits_with_one(lumiere: Lumiere, broker_gone: None) -> None:
    code, lines = doctor()
    assert (code, [line.split(" | ")[:2] for line in lines if line.startswith("bad")]) == (
        1, [["bad ", "broker"], ["bad ", "beat"], ["bad ", "workers"], ["bad ", "sweep"], ["bad ", "dispatch"]],
    )  # fmt: skip
    assert lines[0] == "ok   | database | The database answers."


def test_the_doctor_says_that_all_are_held(lumiere: Lumiere) -> None:
    begin_hold_of_all(reason="Move", now=NOW)
    said = "All are held since 2026-11-02 09:00Z, firms that are created meanwhile too: Move."
    assert f"warn | hold of all | {said} `manage.py outbox --release` without --firm ends that." in doctor()[1]
    end_hold_of_all()
    assert "ok   | hold of all | The e-mails of all firms are not held." in doctor()[1]


@pytest.mark.rule("X23")
def test_beat_that_has_stopped_for_two_minutes_is_bad_and_no_sooner(lumiere: Lumiere) -> None:
    for name in (BEAT, "reminders.sweep", "notifications.dispatch"):
        beat(name)
    beat_of_worker("celery@one")

    def levels(at: timedelta) -> list[Level]:
        checks = {check.name: check.level for check in look(NOW + at, NOW + at).checks}
        return [checks[name] for name in (Name.BEAT, Name.WORKERS, Name.SWEEP, Name.DISPATCH)]

    assert levels(MINUTE) == [Level.OK] * 4
    assert levels(2 * MINUTE) == [Level.BAD, Level.BAD, Level.OK, Level.OK]
