"""From figures to checks: what is red when, by a clock that is an argument."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from reminders.health.rules import REFUSED, Beats, Check, Fenced, Figures, Health, Level, Name, assess, without_database
from ways.errors import ErrorKind

NOW = datetime(2026, 11, 3, 9, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
ALL = Beats(NOW, NOW, NOW, {"celery@one": NOW, "celery@two": NOW}, reads_mailbox=True, mailbox=NOW)


def health(beats: Beats = ALL, figures: Figures = Figures(), *, broker: bool = True, at: datetime = NOW) -> Health:
    return assess(broker=broker, beats=beats, figures=figures, machine_now=at)


def check(name: Name, of: Health) -> Check:
    return next(each for each in of.checks if each.name is name)


def troubles(of: Health) -> Mapping[Name, Level]:
    return {each.name: each.level for each in of.checks if each.level is not Level.OK}


def test_where_all_is_well_each_thing_says_so_and_none_gives_advice() -> None:
    assert [each.name for each in health().checks] == list(Name)
    assert (health().level, {each.advice for each in health().checks}) == (Level.OK, {""})


@pytest.mark.rule("X23")
def test_beat_that_stops_is_red_within_two_minutes() -> None:
    still = replace(ALL, sweep=NOW + 2 * MINUTE, dispatch=NOW + 2 * MINUTE, workers={"celery@one": NOW + 2 * MINUTE})
    assert troubles(health(still, at=NOW + 90 * SECOND)) == {}
    red = health(still, at=NOW + 91 * SECOND)
    assert (red.level, troubles(red)) == (Level.BAD, {Name.BEAT: Level.BAD})
    assert check(Name.BEAT, red) == Check(
        Name.BEAT, Level.BAD, "Beat has not been heard of since 2026-11-03T09:00:00+00:00.", "Start beat (celery -A config beat).", NOW,
    )  # fmt: skip


@pytest.mark.rule("X23")
def test_the_last_worker_that_goes_is_red_one_of_several_is_not() -> None:
    one = replace(ALL, workers={"celery@one": NOW - 91 * SECOND, "celery@two": NOW})
    assert troubles(health(one)) == {Name.WORKERS: Level.WARN}
    assert check(Name.WORKERS, health(one)).sentence == "1 alive; not heard of: celery@one since 2026-11-03T08:58:29+00:00."
    none = replace(ALL, workers={"celery@one": NOW - 91 * SECOND, "celery@two": NOW - 5 * MINUTE})
    assert check(Name.WORKERS, health(none)) == Check(
        Name.WORKERS, Level.BAD, "No worker has been heard of since 2026-11-03T08:58:29+00:00.",
        "Start a worker (celery -A config worker).", NOW - 91 * SECOND,
    )  # fmt: skip


def test_what_was_never_heard_of_is_red() -> None:
    assert troubles(health(Beats())) == dict.fromkeys((Name.BEAT, Name.WORKERS, Name.SWEEP, Name.DISPATCH), Level.BAD)


@pytest.mark.parametrize(("read", "level"), [(NOW - 10 * MINUTE, Level.OK), (NOW - 11 * MINUTE, Level.WARN), (None, Level.WARN)])
def test_a_mailbox_that_cannot_be_read_is_said(read: datetime | None, level: Level) -> None:
    assert check(Name.MAILBOX, health(replace(ALL, mailbox=read))).level == level


def test_where_there_is_no_mailbox_nothing_is_said_of_it() -> None:
    assert Name.MAILBOX not in [each.name for each in health(replace(ALL, reads_mailbox=False, mailbox=None)).checks]


def test_without_the_broker_it_is_the_first_thing_to_see_to() -> None:
    silent = health(Beats(NOW - 5 * MINUTE, NOW, NOW, {"celery@one": NOW}), broker=False)
    assert troubles(silent) == {Name.BROKER: Level.BAD, Name.BEAT: Level.BAD}
    assert check(Name.BEAT, silent).advice == "See to the broker first. Start beat (celery -A config beat)."


def test_without_the_database_nothing_else_is_known() -> None:
    assert troubles(without_database(broker=True)) == {Name.DATABASE: Level.BAD}
    assert [each.name for each in without_database(broker=False).checks] == [Name.DATABASE, Name.BROKER]


@pytest.mark.parametrize(("minutes", "level"), [(3, Level.OK), (4, Level.WARN), (15, Level.WARN), (16, Level.BAD)])
def test_what_is_due_and_does_not_go(minutes: int, level: Level) -> None:
    late = health(figures=Figures(due_for=minutes * MINUTE, ready_for=minutes * MINUTE))
    assert [check(name, late).level for name in (Name.DUE, Name.READY)] == [level, level]


@pytest.mark.parametrize(
    ("sent", "bounced", "level"),
    [(0, 0, Level.OK), (0, 49, Level.OK), (98, 2, Level.OK), (97, 3, Level.WARN), (95, 5, Level.WARN), (94, 6, Level.BAD)],
)
def test_a_share_of_bounces_is_judged_once_there_is_enough_to_judge(sent: int, bounced: int, level: Level) -> None:
    assert check(Name.BOUNCES, health(figures=Figures(sent_week=sent, bounced_week=bounced))).level == level


def test_errors_are_said_by_kind_and_tasks_that_nobody_looks_at() -> None:
    some = health(figures=Figures(errors_day={"deferred": 0, "bounced": 2, "failed": 1}, tasks=20))
    assert check(Name.ERRORS, some).sentence == "E-mails of the last day that went wrong: 2 bounced, 1 failed."
    assert troubles(some) == {Name.ERRORS: Level.WARN, Name.TASKS: Level.WARN}


def test_refusals_are_said_by_kind_the_gravest_first_with_its_advice() -> None:
    some = health(figures=Figures(refused_day={"soon": 3, "later": 0, "sender": 1, "address": 2}))
    assert troubles(some) == {Name.REFUSALS: Level.WARN}
    assert check(Name.REFUSALS, some) == Check(
        Name.REFUSALS, Level.WARN,
        "E-mails of the last day that were refused, some of which went later: "
        "1 the sender was refused, 3 busy or out of reach, 2 no such address.",
        "Look at the user, password and domain of the way out.",
    )  # fmt: skip


def test_each_kind_of_refusal_has_its_words() -> None:
    assert set(REFUSED) == set(ErrorKind)


def test_a_hold_of_all_is_said_with_the_way_out() -> None:
    said = "All are held since 2026-11-03 09:00Z, firms that are created meanwhile too: Move."
    held = assess(broker=True, beats=ALL, figures=Figures(), machine_now=NOW, all_held=said)
    assert check(Name.HOLD, held) == Check(Name.HOLD, Level.WARN, said, "`manage.py outbox --release` without --firm ends that.")
    assert check(Name.HOLD, health()).level is Level.OK


@pytest.mark.rule("X23")
def test_a_restored_backup_and_a_fence_that_cannot_be_read_are_red_with_what_to_do() -> None:
    restored, unreadable = Fenced(lost_from=NOW - MINUTE), Fenced(unreadable="PermissionError")
    for fenced, says in ((restored, "--accept-restore"), (unreadable, "RELANCE_FENCE_FILE")):
        seen = check(Name.FENCE, assess(broker=True, beats=ALL, figures=Figures(), machine_now=NOW, fenced=fenced))
        assert (seen.level, says in seen.advice) == (Level.BAD, True)
