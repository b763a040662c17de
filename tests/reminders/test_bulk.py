"""Acts on many requests: who is left out and why, what is told, and what can be put back."""

import pytest
from pytest_django import DjangoAssertNumQueries

from actions.models import Action
from clients.models import AccountAddress
from firms.actors import Actor
from firms.enums import Verb
from firms.models import ActivityLine, Staff
from notifications.models import Notice
from reminders.bulk import (
    Left,
    RequestAct,
    Sorted,
    put_reminders_back,
    resend_requests,
    set_reminders,
    sort_requests,
    withdraw_requests,
)
from reminders.rules import Schedule
from reminders.services import withdraw
from reminders.standing import schedule_of
from tests.factories import START
from tests.mail import Mailbox
from tests.people import Lumiere
from tests.story import ask_signature, live


@pytest.fixture
def three(lumiere: Lumiere) -> list[Action]:
    """One of Nadia and one of Paul for the bakery, one of Nadia for the Tilleuls."""
    return [
        ask_signature(lumiere, title="One"),
        ask_signature(lumiere, title="Two", signers=[lumiere.paul]),
        ask_signature(lumiere, title="Three", account=lumiere.tilleuls),
    ]


def sort(
    lumiere: Lumiere, act: RequestAct, actions: list[Action], *, staff: Staff | None = None, schedule: Schedule | None = None
) -> Sorted:
    actions = list(Action.objects.filter(pk__in=[action.pk for action in actions]).select_related("account", "firm").order_by("pk"))
    return sort_requests(staff=staff or lumiere.claire, act=act, actions=actions, now=START, schedule=schedule)


def by(lumiere: Lumiere) -> Actor:
    return Actor.staff(lumiere.claire)


def test_people_are_counted_once_however_many_requests_they_have(lumiere: Lumiere, three: list[Action]) -> None:
    wanted = sort(lumiere, RequestAct.RESEND, three)
    assert ([action.title for action in wanted.able], wanted.left, wanted.people) == (["One", "Two", "Three"], {}, 2)


def test_what_cannot_be_acted_on_is_left_out_for_its_reason(lumiere: Lumiere, three: list[Action]) -> None:
    withdraw(action=three[0], by=by(lumiere), now=START)
    AccountAddress.objects.filter(account=lumiere.tilleuls).update(notify=False)
    assert sort(lumiere, RequestAct.RESEND, three).left == {Left.CLOSED: 1, Left.NOBODY: 1}
    assert sort(lumiere, RequestAct.WITHDRAW, three).left == {Left.CLOSED: 1}
    lumiere.emma.rights = ["see_all_accounts"]
    assert sort(lumiere, RequestAct.RESEND, three, staff=lumiere.emma).left == {Left.NOT_ALLOWED: 3}


def test_reminders_that_are_so_already_are_left_alone(lumiere: Lumiere, three: list[Action]) -> None:
    set_reminders(actions=three[:1], on=False, numbers=Schedule(), by=by(lumiere), now=START)
    assert sort(lumiere, RequestAct.REMIND_OFF, three).left == {Left.SAME: 1}
    assert sort(lumiere, RequestAct.REMIND_ON, three, schedule=Schedule(True, 3, 1)).left == {Left.SAME: 2}


@pytest.mark.parametrize("count", [1, 3])
def test_sorting_costs_the_same_however_many(
    lumiere: Lumiere, three: list[Action], count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    actions = list(Action.objects.filter(pk__in=[action.pk for action in three[:count]]).select_related("account", "firm"))
    with django_assert_num_queries(3):
        sort_requests(staff=lumiere.claire, act=RequestAct.RESEND, actions=actions, now=START)


@pytest.mark.rule("D05", "D09", "D10", "D11")
def test_what_is_resent_together_is_told_once_an_account(lumiere: Lumiere, three: list[Action], mailbox: Mailbox) -> None:
    live(START)
    first = mailbox.addresses
    later = START.replace(hour=15)
    done = resend_requests(actions=three, by=by(lumiere), now=later)
    live(later)
    assert (done.count, done.told, mailbox.addresses) == (3, 3, sorted(first * 2))
    assert set(Action.objects.values_list("bumped_at", flat=True)) == {later}
    lines = ActivityLine.objects.filter(verb=Verb.ACTION_RESENT).order_by("pk")
    assert [line.sentence for line in lines] == [
        "sent “One” again to Nadia Lefèvre", "sent “Two” again to Paul Lefèvre", "sent “Three” again to Nadia Lefèvre",
    ]  # fmt: skip


def test_what_was_closed_meanwhile_is_left_out(lumiere: Lumiere, three: list[Action]) -> None:
    wanted = sort(lumiere, RequestAct.WITHDRAW, three)
    withdraw(action=three[1], by=by(lumiere), now=START)
    assert withdraw_requests(actions=wanted.able, by=by(lumiere), now=START).count == 2
    assert set(Action.objects.values_list("state", flat=True)) == {"withdrawn"}
    assert ActivityLine.objects.filter(verb=Verb.ACTION_WITHDRAWN).count() == 3
    notices = Notice.objects.count()
    assert resend_requests(actions=wanted.able, by=by(lumiere), now=START).count == 0
    assert Notice.objects.count() == notices


@pytest.mark.rule("D12")
def test_reminders_can_be_put_back_where_nobody_has_changed_them_since(lumiere: Lumiere, three: list[Action]) -> None:
    numbers = Schedule(True, 7, 3)
    done = set_reminders(actions=three, on=True, numbers=numbers, by=by(lumiere), now=START)
    assert {schedule_of(action) for action in Action.objects.all()} == {numbers}
    set_reminders(actions=three[:1], on=False, numbers=numbers, by=by(lumiere), now=START)
    assert put_reminders_back(staff=lumiere.claire, changed=done.changed, by=by(lumiere), now=START) == 2
    assert [schedule_of(action) for action in Action.objects.order_by("pk")] == [
        Schedule(False, 7, 3), Schedule(True, 3, 1), Schedule(True, 3, 1),
    ]  # fmt: skip
