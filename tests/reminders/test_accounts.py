"""Into the archive goes no account of which something is asked, and of an archived one nothing is asked."""

import pytest

from actions.models import Action
from clients.enums import BulkAct
from clients.models import Account
from clients.services import archive_account, restore_account
from firms.actors import Actor
from reminders import accounts as reminded_accounts
from reminders.accounts import StillAsked, archive_unless_asked, change_many_unless_asked, undo_many_unless_asked
from reminders.services import NothingAskedOfArchived
from tests.factories import START
from tests.people import Lumiere
from tests.story import ask_signature


def archived() -> list[str]:
    return list(Account.objects.exclude(archived_at=None).values_list("name", flat=True))


def ask_just_before(lumiere: Lumiere, monkeypatch: pytest.MonkeyPatch, lock: str) -> None:
    """A colleague asks something of the bakery, and is done when the lock is had."""
    real = getattr(reminded_accounts, lock)

    def later(*args: object) -> object:
        if not Action.objects.exists():
            ask_signature(lumiere)
        return real(*args)

    monkeypatch.setattr(reminded_accounts, lock, later)


def test_what_was_asked_meanwhile_keeps_an_account_out_of_the_archive(lumiere: Lumiere, monkeypatch: pytest.MonkeyPatch) -> None:
    ask_just_before(lumiere, monkeypatch, "locked_account")
    by = Actor.staff(lumiere.claire)
    with pytest.raises(StillAsked):
        archive_unless_asked(account=lumiere.bakery, by=by, now=START)
    archive_unless_asked(account=lumiere.tilleuls, by=by, now=START)
    assert archived() == ["SCI des Tilleuls"]


def test_many_go_without_those_of_which_something_was_asked_meanwhile(lumiere: Lumiere, monkeypatch: pytest.MonkeyPatch) -> None:
    ask_just_before(lumiere, monkeypatch, "locked_accounts")
    accounts, by = [lumiere.bakery.pk, lumiere.tilleuls.pk], Actor.staff(lumiere.claire)
    change_many_unless_asked(staff=lumiere.claire, act=BulkAct.ARCHIVE, accounts=accounts, by=by, now=START)
    assert archived() == ["SCI des Tilleuls"]


def test_undoing_takes_nothing_back_into_the_archive_of_which_something_was_asked(lumiere: Lumiere) -> None:
    accounts, by = [lumiere.bakery.pk, lumiere.tilleuls.pk], Actor.staff(lumiere.claire)
    Account.objects.update(archived_at=START)
    change = change_many_unless_asked(staff=lumiere.claire, act=BulkAct.RESTORE, accounts=accounts, by=by, now=START)
    assert change is not None
    ask_signature(lumiere)
    undo_many_unless_asked(change=change, staff=lumiere.claire, by=by, now=START)
    assert archived() == ["SCI des Tilleuls"]


def test_nothing_is_asked_of_an_archived_account(lumiere: Lumiere) -> None:
    by = Actor.staff(lumiere.claire)
    archive_account(account=lumiere.bakery, by=by, now=START)
    with pytest.raises(NothingAskedOfArchived):
        ask_signature(lumiere)
    restore_account(account=lumiere.bakery, by=by, now=START)
    assert ask_signature(lumiere).is_open
