"""`manage.py sweep_reminders`, as an operator calls it."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from actions.models import Action
from clients.models import AccountAddress
from firms.models import FailedTask
from notifications.models import Notice
from reminders.rules import Schedule
from tests.factories import START
from tests.mail import Mailbox
from tests.people import Lumiere
from tests.story import ask_signature, live

DUE = START + timedelta(days=3)


@pytest.fixture
def due(lumiere: Lumiere, mailbox: Mailbox) -> Action:
    """A request of Nadia and Paul whose reminder is due; Paul is not notified."""
    AccountAddress.objects.filter(pk=lumiere.paul_at_bakery.pk).update(notify=False)
    action = ask_signature(lumiere, signers=[lumiere.nadia, lumiere.paul], schedule=Schedule(on=True, at_most=2))
    live(START)
    return action


def sweep_at(at: str, *options: str) -> list[str]:
    out = StringIO()
    call_command("sweep_reminders", "--at", at, *options, stdout=out)
    return out.getvalue().splitlines()


LINES = [
    "Cabinet Lumière | Boulangerie Lefèvre SRL | reminder 1 of 2 of 'Lettre de mission 2027' | nadia@lefevre.example | "
    "send: Named in the request, and NOTIFY is on.",
    "Cabinet Lumière | Boulangerie Lefèvre SRL | reminder 1 of 2 of 'Lettre de mission 2027' | paul@lefevre.example | "
    "skip: NOTIFY is off for this address.",
]


def test_dry_run_prints_each_verdict_and_why_and_writes_nothing(due: Action) -> None:
    assert sweep_at(DUE.isoformat(), "--dry-run") == [*LINES, "2 would be decided; nothing was written."]
    assert Notice.objects.filter(number=1).count() == 0
    assert Action.objects.get(pk=due.pk).next_reminder_at == DUE


def test_the_real_run_prints_the_same_and_reminds_once(due: Action) -> None:
    assert sweep_at(DUE.isoformat()) == [*LINES, "2 decided."]
    assert sweep_at(DUE.isoformat()) == ["0 decided."]
    assert Notice.objects.filter(number=1).count() == 2


def test_nothing_is_due_a_second_before(due: Action) -> None:
    assert sweep_at((DUE - timedelta(seconds=1)).isoformat()) == ["0 decided."]


@pytest.mark.parametrize(("at", "said"), [("tomorrow", "is not an instant"), ("2026-11-05T09:00", "names no offset")])
def test_an_instant_that_is_none_is_refused_with_an_example(db: None, at: str, said: str) -> None:
    with pytest.raises(CommandError, match=said):
        sweep_at(at)


def test_one_firm_alone_is_swept_by_its_code(lumiere: Lumiere, due: Action) -> None:
    with pytest.raises(CommandError, match="No firm has the code"):
        sweep_at(DUE.isoformat(), "--firm", "nobody")
    assert sweep_at(DUE.isoformat(), "--firm", lumiere.firm.code, "--dry-run") == [*LINES, "2 would be decided; nothing was written."]
    assert sweep_at(DUE.isoformat(), "--firm", lumiere.firm.code) == [*LINES, "2 decided."]


def test_poison_in_a_dry_run_is_no_more_than_left_out(lumiere: Lumiere, due: Action) -> None:
    poison = ask_signature(lumiere, title="Gift")
    Action.objects.filter(pk=poison.pk).update(kind="nonsense", next_reminder_at=DUE)
    assert sweep_at(DUE.isoformat(), "--dry-run") == [*LINES, "2 would be decided; nothing was written."]
    assert FailedTask.objects.count() == 0
