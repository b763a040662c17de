"""Reminders that are later than the firm allows go only with somebody's yes (M33)."""

from datetime import timedelta

import pytest

from actions.models import Action
from clients.models import AccountAddress
from firms.actors import Actor
from firms.enums import FailedTaskKind, Verb
from firms.models import ActivityLine, FailedTask
from notifications.models import Notice
from notifications.verdicts import Reason, Verdict
from reminders.anew import restart
from reminders.late import Decided, late_among, late_notices, leave_out_late, send_late
from reminders.rules import Schedule
from reminders.services import change_reminders, withdraw
from reminders.taking_up import take_up
from tests.factories import START
from tests.mail import Mailbox
from tests.people import Lumiere
from tests.story import ask_signature, live

DAY = timedelta(days=1)
DUE = START + 3 * DAY
BACK = START + 14 * DAY  # a Monday, at the same hour: nothing ran for two weeks
EVENING = timedelta(hours=7, minutes=59)  # until the end of the firm's hours


@pytest.fixture
def late(lumiere: Lumiere, mailbox: Mailbox) -> Action:
    action = ask_signature(lumiere, schedule=Schedule(on=True, at_most=3))
    live(START)
    live(BACK)
    return action


def tasks() -> list[str]:
    """The failed tasks that are open."""
    return list(FailedTask.objects.filter(resolved_at=None).values_list("kind", flat=True))


def by(lumiere: Lumiere) -> Actor:
    return Actor.staff(lumiere.emma)


def lines(*verbs: Verb) -> list[str]:
    return [line.sentence for line in ActivityLine.objects.filter(verb__in=verbs)]


@pytest.mark.rule("M33")
def test_what_is_too_late_waits_and_says_since_when(lumiere: Lumiere, mailbox: Mailbox, late: Action) -> None:
    assert mailbox.addresses == ["nadia@lefevre.example"]
    assert tasks() == [FailedTaskKind.REMINDERS_LATE]
    waiting = late_among(lumiere.firm, [late])[late.pk]
    assert (waiting.number, waiting.names, waiting.since) == (1, ("Nadia Lefèvre",), DUE)


@pytest.mark.rule("M33")
def test_with_a_yes_it_goes_once_spread_over_the_day(lumiere: Lumiere, mailbox: Mailbox, late: Action) -> None:
    other = ask_signature(lumiere, title="À temps", now=BACK)
    assert send_late(actions=[late, other], by=by(lumiere), now=BACK) == Decided(1, 1)
    notice = Notice.objects.get(action=late, number=1, contact=lumiere.nadia)
    assert notice.verdict in (Verdict.HOLD, Verdict.SEND)
    live(BACK + EVENING)
    reminders = [m["Subject"] for m in mailbox.to("nadia@lefevre.example") if "Rappel" in m["Subject"]]
    assert len(reminders) == 1
    assert reminders[0].startswith("Rappel 1 sur 3")
    assert tasks() == []
    assert send_late(actions=[late], by=by(lumiere), now=BACK + EVENING) == Decided(0, 0)
    assert lines(Verb.LATE_SENT) == ["let late reminder 1/3 of “Lettre de mission 2027” go out"]


@pytest.mark.rule("M33")
def test_outside_the_hours_it_waits_for_the_next_one(lumiere: Lumiere, mailbox: Mailbox, late: Action) -> None:
    night = BACK + timedelta(hours=12)
    send_late(actions=[late], by=by(lumiere), now=night)
    live(night)
    assert len(mailbox.accepted) == 1
    live(BACK + DAY + EVENING)
    assert len(mailbox.accepted) == 2


@pytest.mark.rule("M33")
def test_its_link_opens_the_request(lumiere: Lumiere, mailbox: Mailbox, late: Action) -> None:
    assert Notice.objects.get(action=late, number=1, contact=lumiere.nadia).link_digest is None
    send_late(actions=[late], by=by(lumiere), now=BACK)
    live(BACK + EVENING)
    assert Notice.objects.get(action=late, number=1, contact=lumiere.nadia).link_digest is not None


@pytest.mark.rule("M33")
def test_left_out_it_never_goes_and_the_next_comes_in_its_time(lumiere: Lumiere, mailbox: Mailbox, late: Action) -> None:
    assert leave_out_late(actions=[late], by=by(lumiere), now=BACK) == 1
    notice = Notice.objects.get(action=late, number=1, contact=lumiere.nadia)
    assert (notice.verdict, notice.reason) == (Verdict.SKIP, Reason.LEFT_OUT)
    assert tasks() == []
    assert lines(Verb.LATE_LEFT_OUT) == ["left out late reminder 1/3 of “Lettre de mission 2027”"]
    for number in range(15, 30):
        live(START + number * DAY)
    subjects = [m["Subject"].partition(":")[0].strip() for m in mailbox.to("nadia@lefevre.example")[1:]]
    assert subjects == ["Rappel 2 sur 3", "Rappel 3 sur 3"]


@pytest.mark.rule("M33")
def test_whoever_may_no_longer_be_told_is_not(lumiere: Lumiere, mailbox: Mailbox, late: Action) -> None:
    AccountAddress.objects.filter(pk=lumiere.nadia_at_bakery.pk).update(notify=False)
    assert send_late(actions=[late], by=by(lumiere), now=BACK) == Decided(1, 0)
    live(BACK + EVENING)
    assert len(mailbox.accepted) == 1
    assert Notice.objects.get(action=late, number=1, contact=lumiere.nadia).reason == Reason.NOTIFY_OFF


@pytest.mark.rule("M33")
def test_what_was_settled_switched_off_or_begun_anew_waits_no_more(lumiere: Lumiere, mailbox: Mailbox) -> None:
    on = Schedule(on=True, at_most=3)
    closed, off, anew, stays = (ask_signature(lumiere, title=title, schedule=on) for title in ("Clos", "Muet", "Neuf", "Reste"))
    live(START)
    live(BACK)
    assert late_notices(lumiere.firm).count() == 4
    withdraw(action=closed, by=by(lumiere), now=BACK)
    change_reminders(action=off, schedule=Schedule(on=False), by=by(lumiere), now=BACK)
    restart(action=anew, message="Neuf", schedule=on, now=BACK)
    assert list(late_notices(lumiere.firm).values_list("action__title", flat=True)) == ["Reste"]
    withdraw(action=stays, by=by(lumiere), now=BACK)
    assert tasks() == [FailedTaskKind.REMINDERS_LATE]
    take_up(BACK)  # every ten minutes
    assert tasks() == []


@pytest.mark.rule("D15", "M33")
def test_what_is_one_too_many_by_now_waits_no_more(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action = ask_signature(lumiere, schedule=Schedule(on=True, at_most=3))
    for day in (0, 3, 20):
        live(START + day * DAY)
    late = late_among(lumiere.firm, [action])
    assert [each.number for each in late.values()] == [2]
    change_reminders(action=action, schedule=Schedule(on=True), by=by(lumiere), now=START + 20 * DAY)
    assert late_among(lumiere.firm, [action]) == {}
    assert send_late(actions=[action], by=by(lumiere), now=START + 20 * DAY) == Decided(0, 0)
