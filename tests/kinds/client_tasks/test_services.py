"""Lists of tasks: asked, ticked off, taken back, changed while they are open, and over."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from actions.enums import ActionState
from actions.errors import ActionClosed
from actions.models import Action, ActionParty
from actions.stops import Stop
from files.enums import Area
from firms.actors import Actor
from firms.enums import ActorKind, Verb
from firms.models import ActivityLine
from kinds.client_tasks.attached import attach, detach
from kinds.client_tasks.errors import ListRefused
from kinds.client_tasks.forms import TaskForm
from kinds.client_tasks.models import Task
from kinds.client_tasks.rules import MOST_TASKS, NewTask
from kinds.client_tasks.services import add_task, change_task, remove_task, request_tasks, tick, untick
from notifications.models import Notice
from reminders.rules import Schedule
from reminders.services import change_reminders, withdraw
from reminders.words import Words
from tenancy.context import firm_context
from tests.factories import START
from tests.mail import Mailbox
from tests.parallel import at_once
from tests.people import Lumiere, Peeters
from tests.story import live
from tests.tasking import DAY, THREE, TODAY, tasked, tasks

NADIA = Actor(ActorKind.CLIENT, "Nadia Lefèvre")
BY_LINK = Actor(ActorKind.LINK, "Nadia Lefèvre")
SECOND = timedelta(seconds=1)


def tick_all(action: Action, *, but: int = 0, at: timedelta = SECOND) -> Action:
    """Ticks all tasks but the last few."""
    found = tasks(action)
    for task in found[: len(found) - but]:
        action = tick(action=action, code=task.code, by=NADIA, now=START + at)
    return action


def fresh(action: Action) -> Action:
    return Action.objects.select_related("firm").get(pk=action.pk)


@pytest.mark.rule("A02", "C28")
def test_asking_keeps_the_tasks_in_their_order_and_tells_whoever_is_named(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action = tasked(lumiere)
    live(START)
    assert [(task.text, task.due_on, task.is_open) for task in tasks(action)] == [(task.text, task.due_on, True) for task in THREE]
    assert (mailbox.addresses, list(ActionParty.objects.values_list("role", flat=True))) == (["nadia@lefevre.example"], ["addressee"])


def test_without_names_everybody_with_notify_is_told(lumiere: Lumiere, mailbox: Mailbox) -> None:
    tasked(lumiere, people=())
    live(START)
    assert sorted(mailbox.addresses) == ["nadia@lefevre.example", "paul@lefevre.example"]


@pytest.mark.parametrize("count", [0, MOST_TASKS + 1])
def test_a_list_has_one_task_at_least_and_fifty_at_most(lumiere: Lumiere, count: int) -> None:
    with pytest.raises(ValueError):
        tasked(lumiere, tasks=[NewTask("x")] * count)
    assert Action.objects.count() == 0


def test_it_is_due_with_the_earliest_open_task_unless_it_has_a_day_of_its_own(lumiere: Lumiere) -> None:
    follows, own = tasked(lumiere), tasked(lumiere, due_on=TODAY + 9 * DAY)
    first, second, _ = tasks(follows)
    ticked = [tick(action=follows, code=task.code, by=NADIA, now=START) for task in (second, first)]
    tick(action=own, code=tasks(own)[1].code, by=NADIA, now=START)
    assert [action.due_on for action in (tasked(lumiere), *ticked)] == [TODAY + 2 * DAY, TODAY + 4 * DAY, None]
    assert fresh(own).due_on == TODAY + 9 * DAY


@pytest.mark.rule("D05")
def test_ticking_the_last_one_ends_the_list_with_its_reason(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action = tasked(lumiere)
    assert tick_all(action, but=1).is_open
    ended = tick_all(action)
    assert (ended.state, ended.stop_reason, ended.closed_by, ended.next_reminder_at) == (ActionState.DONE, Stop.DONE, "Nadia Lefèvre", None)
    verbs = ActivityLine.objects.filter(action_id=action.pk).order_by("pk").values_list("verb", "detail")
    ticked = [(Verb.TASK_DONE, task.text) for task in THREE]
    assert list(verbs) == [(Verb.ACTION_OPENED, "Nadia Lefèvre"), *ticked, (Verb.ACTION_DONE, "")]


def test_who_ticked_is_kept_with_the_side_they_stand_on(lumiere: Lumiere) -> None:
    action = tasked(lumiere)
    for task, by in zip(tasks(action), (NADIA, BY_LINK), strict=False):
        tick(action=action, code=task.code, by=by, now=START + SECOND)
    found = [(task.done_by, task.done_at, task.by_link, task.by_firm) for task in tasks(action)]
    assert found == [
        ("Nadia Lefèvre", START + SECOND, False, False),
        ("Nadia Lefèvre", START + SECOND, True, False),
        ("", None, False, False),
    ]


def test_a_second_tick_changes_nothing_and_one_can_be_taken_back(lumiere: Lumiere) -> None:
    action = tasked(lumiere)
    code = tasks(action)[1].code
    for by, at in ((NADIA, START), (BY_LINK, START + DAY)):
        tick(action=action, code=code, by=by, now=at)
    assert [(task.done_at, task.doer) for task in tasks(action)][1] == (START, ActorKind.CLIENT)
    untick(action=action, code=code, by=NADIA, now=START)
    untick(action=action, code=code, by=NADIA, now=START)
    assert (tasks(action)[1].is_open, fresh(action).due_on) == (True, TODAY + 2 * DAY)
    lines = ActivityLine.objects.filter(action_id=action.pk, verb__in=[Verb.TASK_DONE, Verb.TASK_UNDONE])
    assert sorted(lines.values_list("verb", flat=True)) == [Verb.TASK_DONE, Verb.TASK_UNDONE]


def test_after_the_list_is_closed_or_its_last_day_over_nothing_changes(lumiere: Lumiere) -> None:
    done, past, gone = tasked(lumiere), tasked(lumiere, expires_on=TODAY + 5 * DAY), tasked(lumiere)
    tick_all(done)
    withdraw(action=gone, by=Actor.staff(lumiere.claire), now=START)
    for action, at in ((done, START), (past, START + 6 * DAY), (gone, START)):
        first = tasks(action)[0]
        for act in (tick, untick, remove_task):
            with pytest.raises(ActionClosed):
                act(action=action, code=first.code, by=NADIA, now=at)
        with pytest.raises(ActionClosed):
            add_task(action=action, task=NewTask("One more"), by=NADIA, now=at)


def test_a_task_of_another_list_is_not_found(lumiere: Lumiere) -> None:
    action, other = tasked(lumiere), tasked(lumiere)
    with pytest.raises(Task.DoesNotExist):
        tick(action=action, code=tasks(other)[0].code, by=NADIA, now=START)


# --- Changing a list ----------------------------------------------------------------------------------------------------


def test_tasks_are_added_at_the_end_and_changed_with_a_line_each(lumiere: Lumiere) -> None:
    action, claire = tasked(lumiere), Actor.staff(lumiere.claire)
    add_task(action=action, task=NewTask("Sign the lease", due_on=TODAY + DAY), by=claire, now=START)
    assert fresh(action).due_on == TODAY + DAY
    for text in ("Send the lease", "Send the lease"):
        change_task(action=action, code=tasks(action)[3].code, task=NewTask(text), by=claire, now=START)
    assert [task.text for task in tasks(action)] == [*(task.text for task in THREE), "Send the lease"]
    lines = ActivityLine.objects.filter(action_id=action.pk, verb__in=[Verb.TASK_ADDED, Verb.TASK_CHANGED]).order_by("pk")
    assert [(line.verb, line.detail) for line in lines] == [(Verb.TASK_ADDED, "Sign the lease"), (Verb.TASK_CHANGED, "Send the lease")]
    assert fresh(action).due_on == TODAY + 2 * DAY


def test_a_full_list_takes_no_more(lumiere: Lumiere) -> None:
    action = tasked(lumiere, tasks=[NewTask("x")] * MOST_TASKS)
    with pytest.raises(ListRefused, match="at most 50 tasks"):
        add_task(action=action, task=NewTask("y"), by=NADIA, now=START)


def test_no_task_is_due_after_the_list_s_last_day(lumiere: Lumiere) -> None:
    action, claire = tasked(lumiere, expires_on=TODAY + 5 * DAY), Actor.staff(lumiere.claire)
    late = NewTask("Too late", due_on=TODAY + 6 * DAY)
    with pytest.raises(ListRefused, match="still be possible"):
        add_task(action=action, task=late, by=claire, now=START)
    with pytest.raises(ListRefused, match="still be possible"):
        change_task(action=action, code=tasks(action)[0].code, task=late, by=claire, now=START)
    form = TaskForm({"text": "Too late", "due_on": late.due_on}, today=TODAY, last=action.expires_on)
    assert (form.is_valid(), list(form.errors)) == (False, ["due_on"])
    add_task(action=action, task=NewTask("In time", due_on=TODAY + 5 * DAY), by=claire, now=START)
    assert len(tasks(action)) == 4


def test_a_file_taken_off_a_task_has_its_line(lumiere: Lumiere) -> None:
    action, claire = tasked(lumiere), Actor.staff(lumiere.claire)
    code = tasks(action)[0].code
    upload = SimpleUploadedFile("liste.csv", b"a;b\n")
    file = attach(action=action, code=code, area=Area.FIRM, upload=upload, by=claire, now=START)
    for _ in range(2):
        detach(action=action, code=code, file=file, by=claire, now=START)
    (line,) = ActivityLine.objects.filter(action_id=action.pk, verb=Verb.TASK_CHANGED)
    assert (line.actor_name, line.detail, line.old, line.new) == ("Claire Moreau", THREE[0].text, "liste.csv", "")


def test_a_list_keeps_one_task_and_is_done_when_all_that_remain_are(lumiere: Lumiere) -> None:
    action, claire = tasked(lumiere), Actor.staff(lumiere.claire)
    first, second, third = tasks(action)
    remove_task(action=action, code=first.code, by=claire, now=START)
    tick(action=action, code=second.code, by=NADIA, now=START)
    ended = remove_task(action=action, code=third.code, by=claire, now=START)
    assert (ended.state, ended.closed_by) == (ActionState.DONE, "Claire Moreau")
    single = tasked(lumiere, tasks=THREE[:1])
    with pytest.raises(ListRefused, match="keeps at least one task"):
        remove_task(action=single, code=tasks(single)[0].code, by=claire, now=START)
    assert len(tasks(single)) == 1


# --- Reminders ----------------------------------------------------------------------------------------------------------


@pytest.mark.rule("A03", "C28")
def test_the_reminder_names_what_is_still_open_with_its_days(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action = tasked(lumiere)
    live(START)
    tick(action=action, code=tasks(action)[1].code, by=NADIA, now=START + DAY)
    live(START + 3 * DAY)
    request, reminder = (Notice.objects.get(number=number, contact=lumiere.nadia).values["rows"] for number in (0, 1))
    assert [row["ITEM"] for row in request] == [task.text for task in THREE]
    assert reminder == [
        {"ITEM": "Send the bank statements", "ITEM_NOTE": "Of both accounts. …", "ITEM_DUE_ON": "2026-11-06"},
        {"ITEM": "Count the stock", "ITEM_NOTE": "", "ITEM_DUE_ON": ""},
    ]
    assert len(mailbox.accepted) == 2


@pytest.mark.rule("D05")
def test_the_last_tick_a_second_before_the_reminder_stops_it(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action = tasked(lumiere)
    live(START)
    tick_all(action, but=1)
    due_at = fresh(action).next_reminder_at
    assert due_at is not None
    tick_all(action, at=due_at - START - SECOND)
    live(due_at)
    live(due_at + 9 * DAY)
    assert (len(mailbox.accepted), fresh(action).stop_reason) == (1, Stop.DONE)


@pytest.mark.rule("D05")
def test_other_stops_say_why(lumiere: Lumiere, mailbox: Mailbox) -> None:
    counted, off, over = tasked(lumiere), tasked(lumiere), tasked(lumiere, expires_on=TODAY + DAY)
    change_reminders(action=off, schedule=Schedule(on=False), by=Actor.staff(lumiere.claire), now=START)
    live(START + 2 * DAY)
    live(START + 3 * DAY)
    assert [fresh(action).stop_reason for action in (counted, off, over)] == [Stop.COUNT_REACHED, Stop.SWITCHED_OFF, Stop.EXPIRED]


@pytest.mark.django_db(transaction=True)
def test_two_who_tick_the_last_two_at_once_end_the_list_once(two_firms: tuple[Lumiere, Peeters]) -> None:
    lumiere, _ = two_firms
    action = tasked(lumiere)
    first, *last_two = tasks(action)
    with firm_context(lumiere.firm.pk):
        tick(action=action, code=first.code, by=NADIA, now=START)

    def ticking(code: str) -> None:
        with firm_context(lumiere.firm.pk):
            tick(action=action, code=code, by=NADIA, now=START + SECOND)

    at_once(*(lambda code=task.code: ticking(code) for task in last_two))
    with firm_context(lumiere.firm.pk):
        assert fresh(action).state == ActionState.DONE
        assert ActivityLine.objects.filter(action_id=action.pk, verb=Verb.ACTION_DONE).count() == 1
        assert ActivityLine.objects.filter(action_id=action.pk, verb=Verb.TASK_DONE).count() == 3
    connection.close()


def test_asking_leaves_nothing_behind_where_it_fails(lumiere: Lumiere) -> None:
    with pytest.raises(AttributeError):
        request_tasks(
            account=lumiere.bakery, people=[], words=Words("x"), staff=lumiere.claire, by=Actor.staff(lumiere.claire), now=START,
            tasks=[None],  # type: ignore[list-item]
        )  # fmt: skip
    assert (Action.objects.count(), Notice.objects.count()) == (0, 0)
