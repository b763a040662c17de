"""One request that cannot be reminded of does not stop the others (fault 11 of docs/reliability.md)."""

from datetime import timedelta

from actions.models import Action
from firms.enums import FailedTaskKind
from firms.models import FailedTask
from notifications.models import Notice
from reminders.sweep import sweep
from tests.factories import START, ActionFactory
from tests.people import Lumiere

DAY = timedelta(days=1)
DUE = START + 3 * DAY
HOUR = timedelta(hours=1)


def make_due(lumiere: Lumiere, count: int) -> list[Action]:
    values = {"firm": lumiere.firm, "account": lumiere.bakery, "opened_by": lumiere.claire, "reminders_on": True, "next_reminder_at": DUE}
    made: list[Action] = ActionFactory.create_batch(count, **values)
    return made


def spoil(*actions: Action) -> None:
    """A kind that this deployment does not know, as a row of a newer version would have."""
    Action.objects.filter(pk__in=[action.pk for action in actions]).update(kind="nonsense")


def next_looks(*actions: Action) -> list[object]:
    return list(Action.objects.filter(pk__in=[action.pk for action in actions]).values_list("next_reminder_at", flat=True))


def test_one_in_a_hundred_is_set_aside_and_the_rest_are_reminded(lumiere: Lumiere) -> None:
    actions = make_due(lumiere, 200)
    poison, sound = [actions[7], actions[150]], [a for a in actions if a not in (actions[7], actions[150])]
    spoil(*poison)
    assert sweep(DUE).actions == 198
    assert Notice.objects.filter(number=1, contact=lumiere.nadia).count() == 198
    assert next_looks(*sound) == [None] * 198
    assert next_looks(*poison) == [DUE + HOUR] * 2
    assert sorted(FailedTask.objects.values_list("kind", "action_id")) == sorted(
        (FailedTaskKind.REMINDER_FAILED.value, action.pk) for action in poison
    )


def test_it_is_tried_again_in_an_hour_and_told_once(lumiere: Lumiere) -> None:
    (action,) = make_due(lumiere, 1)
    spoil(action)
    sweep(DUE)
    assert sweep(DUE + HOUR / 2).actions == 0
    assert next_looks(action) == [DUE + HOUR]
    sweep(DUE + HOUR)
    assert next_looks(action) == [DUE + 2 * HOUR]
    assert FailedTask.objects.count() == 1


def test_once_it_is_sound_again_it_is_reminded_of(lumiere: Lumiere) -> None:
    (action,) = make_due(lumiere, 1)
    spoil(action)
    sweep(DUE)
    Action.objects.filter(pk=action.pk).update(kind="signature")
    assert sweep(DUE + HOUR).actions == 1
    assert Notice.objects.filter(number=1, contact=lumiere.nadia).count() == 1


def test_what_was_done_before_the_poison_in_the_batch_is_not_done_twice(lumiere: Lumiere) -> None:
    first, poison, last = make_due(lumiere, 3)
    spoil(poison)
    sweep(DUE)
    sweep(DUE)
    assert Notice.objects.filter(action__in=[first, last], number=1, contact=lumiere.nadia).count() == 2
    assert sorted(Action.objects.filter(pk__in=[first.pk, last.pk]).values_list("reminders_sent", flat=True)) == [1, 1]


def test_once_it_is_reminded_of_it_needs_nobody_any_more(lumiere: Lumiere) -> None:
    first, second = make_due(lumiere, 2)
    spoil(first, second)
    sweep(DUE)
    Action.objects.filter(pk=first.pk).update(kind="signature")
    sweep(DUE + HOUR)
    assert list(FailedTask.objects.filter(resolved_at=None).values_list("action_id", flat=True)) == [second.pk]
