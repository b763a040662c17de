"""The worker that asks many accounts: once each, whatever befalls it."""

from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from actions.models import Action, ActionParty
from clients.models import Account, AccountAddress, Contact
from clients.services import archive_account
from firms.actors import Actor
from firms.enums import FailedTaskKind, Verb
from firms.models import ActivityLine, FailedTask, Staff
from kinds.signatures.models import SignatureRequest
from notifications.models import Notice
from notifications.verdicts import Verdict
from reminders.asking import running, tasks
from reminders.asking.batches import NotNow, confirm_batch, start_batch, stop_batch
from reminders.asking.many import meant_of
from reminders.asking.running import ask_next, ask_row, claim, firms_with_waiting_batches, take_turn
from reminders.asking.showing_many import preview_of
from reminders.enums import BatchState, LeftOut, PeopleRule, RowState
from reminders.models import AskBatch, AskBatchRow
from tenancy.context import firm_context
from tests.factories import START, AccountFactory
from tests.parallel import at_once
from tests.people import Lumiere, make_lumiere
from tests.reminders.asking.batches import confirmed, outcome, worded, worked

BAKERY, TILLEULS = "Boulangerie Lefèvre SRL", "SCI des Tilleuls"


def test_each_account_is_asked_in_the_words_of_the_batch(lumiere: Lumiere) -> None:
    batch = worked(confirmed(lumiere.claire, [lumiere.tilleuls, lumiere.bakery]))
    assert outcome(batch) == [(BAKERY, RowState.ASKED, ""), (TILLEULS, RowState.ASKED, "")]
    assert batch.state == BatchState.DONE
    actions = Action.objects.order_by("account__name_key")
    assert [(a.account, a.title, a.message, a.reminders_on, a.remind_every_days, a.remind_max) for a in actions] == [
        (lumiere.bakery, "Lettre de mission 2027", "Merci.", True, 5, 2),
        (lumiere.tilleuls, "Lettre de mission 2027", "Merci.", True, 5, 2),
    ]
    assert SignatureRequest.objects.count() == 2
    assert set(ActionParty.objects.values_list("contact__first_name", flat=True)) == {"Nadia"}
    assert default_storage.listdir(f"files/{lumiere.firm.pk}/drafts/{lumiere.claire.pk}")[1]  # goes on commit


def test_everybody_who_hears_of_it_is_named_where_people_must_be(lumiere: Lumiere) -> None:
    worked(confirmed(lumiere.claire, [lumiere.bakery], rule=PeopleRule.EVERYBODY))
    assert set(ActionParty.objects.values_list("contact__first_name", flat=True)) == {"Nadia", "Paul"}


def test_the_main_contact_is_the_first_who_hears_of_it(lumiere: Lumiere) -> None:
    AccountAddress.objects.filter(pk=lumiere.nadia_at_bakery.pk).update(notify=False)
    worked(confirmed(lumiere.claire, [lumiere.bakery]))
    assert list(ActionParty.objects.values_list("contact__first_name", flat=True)) == ["Paul"]


def test_the_usual_message_speaks_the_language_of_whom_it_is_to(lumiere: Lumiere) -> None:
    Contact.objects.filter(pk=lumiere.nadia.pk).update(language="en")
    worked(confirmed(lumiere.claire, [lumiere.bakery], usual_message=True))
    assert Action.objects.get().message == "Please read the document and sign it. If anything is unclear, just ask us."


def left_out(lumiere: Lumiere, **changes: Any) -> str:
    """Why the bakery is left out once its account was changed after the confirmation."""
    batch = confirmed(lumiere.claire, [lumiere.bakery])
    Account.objects.filter(pk=lumiere.bakery.pk).update(**changes)
    return outcome(worked(batch))[0][2]


def test_what_was_archived_or_became_a_supplier_since_is_left_out(lumiere: Lumiere) -> None:
    assert left_out(lumiere, archived_at=START) == LeftOut.ARCHIVED
    assert left_out(lumiere, archived_at=None, relation="supplier") == LeftOut.SUPPLIER
    assert Action.objects.count() == 0


def test_what_is_archived_at_the_very_moment_is_left_out(lumiere: Lumiere, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the worker's look and its asking."""

    def archived_after_the_look(staff: Staff, *args: Any) -> Any:
        meant = meant_of(staff, *args)
        archive_account(account=lumiere.bakery, by=Actor.system(), now=START)
        return meant

    monkeypatch.setattr(running, "meant_of", archived_after_the_look)
    assert outcome(worked(confirmed(lumiere.claire, [lumiere.bakery]))) == [(BAKERY, RowState.LEFT_OUT, LeftOut.ARCHIVED)]


@pytest.mark.rule("M30")
def test_rights_that_were_lost_meanwhile_count(lumiere: Lumiere) -> None:
    batch = confirmed(lumiere.emma, [lumiere.bakery, lumiere.tilleuls])
    assert ask_next(lumiere.firm.pk, START)
    Staff.objects.filter(pk=lumiere.emma.pk).update(rights=["see_all_accounts"])
    assert outcome(worked(batch)) == [(BAKERY, RowState.ASKED, ""), (TILLEULS, RowState.LEFT_OUT, LeftOut.NOT_ALLOWED)]


def test_nobody_asks_in_the_name_of_who_has_left(lumiere: Lumiere) -> None:
    batch = confirmed(lumiere.emma, [lumiere.bakery])
    Staff.objects.filter(pk=lumiere.emma.pk).update(left_at=START)
    assert outcome(worked(batch)) == [(BAKERY, RowState.LEFT_OUT, LeftOut.NOT_ALLOWED)]


@pytest.mark.rule("M28")
@pytest.mark.parametrize(("asks_unheard", "state", "reason"), [(False, RowState.LEFT_OUT, LeftOut.NOBODY), (True, RowState.ASKED, "")])
def test_where_nobody_is_told_it_takes_a_yes_of_its_own(lumiere: Lumiere, asks_unheard: bool, state: str, reason: str) -> None:
    AccountAddress.objects.filter(account=lumiere.bakery).update(notify=False)
    batch = worked(confirmed(lumiere.claire, [lumiere.bakery], asks_unheard=asks_unheard))
    assert outcome(batch) == [(BAKERY, state, reason)]
    assert FailedTask.objects.filter(kind=FailedTaskKind.NOBODY_TO_NOTIFY).count() == (1 if asks_unheard else 0)


def test_an_account_without_anybody_cannot_sign(lumiere: Lumiere) -> None:
    nobody = AccountFactory(firm=lumiere.firm, name="Atelier Vide", manager=lumiere.claire)
    batch = worked(confirmed(lumiere.claire, [nobody], asks_unheard=True))
    assert outcome(batch) == [("Atelier Vide", RowState.LEFT_OUT, LeftOut.NO_CONTACT)]


def test_a_document_that_is_gone_is_said_and_nothing_is_asked(lumiere: Lumiere) -> None:
    batch = confirmed(lumiere.claire, [lumiere.bakery])
    default_storage.delete(f"files/{lumiere.firm.pk}/drafts/{lumiere.claire.pk}/{batch.payload['document']}.json")
    assert outcome(worked(batch)) == [(BAKERY, RowState.LEFT_OUT, LeftOut.REFUSED)]
    assert batch.rows.get().why == "Le document n’est plus là. Choisissez-le de nouveau."


# --- What befalls a worker ------------------------------------------------------------------------------------------------


def test_a_poison_account_is_set_aside_and_told_to_the_office(lumiere: Lumiere, monkeypatch: pytest.MonkeyPatch) -> None:
    def poisoned(row: AskBatchRow, now: Any) -> None:
        if row.account == lumiere.bakery:
            raise ZeroDivisionError
        ask_row(row, now)

    monkeypatch.setattr(running, "ask_row", poisoned)
    batch = worked(confirmed(lumiere.claire, [lumiere.bakery, lumiere.tilleuls]))
    assert outcome(batch) == [(BAKERY, RowState.LEFT_OUT, LeftOut.FAILED), (TILLEULS, RowState.ASKED, "")]
    task = FailedTask.objects.get(kind=FailedTaskKind.ASK_FAILED)
    assert (task.subject, task.detail, task.account_id) == (BAKERY, "Lettre de mission 2027", lumiere.bakery.pk)
    assert (batch.state, batch.rows.get(account=lumiere.bakery).tries) == (BatchState.DONE, 3)


def test_a_worker_killed_in_the_middle_is_taken_over(lumiere: Lumiere, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = confirmed(lumiere.claire, [lumiere.bakery, lumiere.tilleuls])

    def killed(row: AskBatchRow, now: Any) -> None:
        ask_row(row, now)
        raise KeyboardInterrupt  # after it was asked, before that was committed

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(running, "ask_row", killed)
        take_turn(lumiere.firm.pk, START)
    assert (Action.objects.count(), Notice.objects.count()) == (0, 0)
    worked(batch)
    worked(batch)  # the task comes once more
    assert (Action.objects.count(), batch.state) == (2, BatchState.DONE)


def test_a_worker_killed_after_the_last_account_leaves_the_end_to_the_next(lumiere: Lumiere) -> None:
    batch = confirmed(lumiere.claire, [lumiere.bakery])
    assert ask_next(lumiere.firm.pk, START)
    assert firms_with_waiting_batches() == [lumiere.firm.pk]
    assert worked(batch).state == BatchState.DONE
    assert firms_with_waiting_batches() == []


def test_a_database_that_is_away_costs_no_try(lumiere: Lumiere, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(row: AskBatchRow, now: Any) -> None:
        raise OperationalError

    batch = confirmed(lumiere.claire, [lumiere.bakery])
    monkeypatch.setattr(running, "ask_row", away)
    with pytest.raises(OperationalError):
        take_turn(lumiere.firm.pk, START)
    assert batch.rows.get().tries == 0


def test_a_turn_ends_and_asks_for_the_next(lumiere: Lumiere, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = confirmed(lumiere.claire, [lumiere.bakery, lumiere.tilleuls])
    woken: list[object] = []
    monkeypatch.setattr(running, "TURN_SECONDS", -1.0)
    monkeypatch.setattr(running, "wake", lambda task, **arguments: woken.append((task, arguments)))
    worked(batch)
    assert (Action.objects.count(), woken) == (1, [("reminders.ask_many", {"firm_id": lumiere.firm.pk})])


@pytest.mark.django_db(transaction=True)
def test_four_workers_ask_each_account_once() -> None:
    lumiere = make_lumiere()
    with firm_context(lumiere.firm.pk):
        accounts = [AccountFactory(firm=lumiere.firm, name=f"Garage {n}", manager=lumiere.claire) for n in range(6)]
        for account in accounts:
            lumiere.nadia.links.create(firm=lumiere.firm, account=account)
        batch = confirmed(lumiere.claire, accounts, asks_unheard=True)
    at_once(*[lambda: take_turn(lumiere.firm.pk, START)] * 4)
    with firm_context(lumiere.firm.pk):
        assert sorted(Action.objects.values_list("account__name", flat=True)) == [f"Garage {n}" for n in range(6)]
        assert AskBatch.objects.get().state == BatchState.DONE
        assert ActivityLine.objects.filter(verb=Verb.MANY_ASKED).count() == 1
        assert batch.rows.filter(state=RowState.ASKED).count() == 6
    assert default_storage.listdir(f"files/{lumiere.firm.pk}/drafts/{lumiere.claire.pk}")[1] == []


def test_the_older_batch_is_worked_off_first_and_what_went_wrong_comes_last(lumiere: Lumiere) -> None:
    older = confirmed(lumiere.claire, [lumiere.bakery, lumiere.tilleuls])
    confirmed(lumiere.claire, [lumiere.bakery])
    older.rows.filter(account=lumiere.bakery).update(tries=1)
    order = []
    while row := claim(lumiere.firm.pk):
        order.append((row.batch_id == older.pk, row.account.name))
        AskBatchRow.objects.filter(pk=row.pk).update(state=RowState.LEFT_OUT, reason=LeftOut.STOPPED)
    assert order == [(True, TILLEULS), (False, BAKERY), (True, BAKERY)]


def test_the_next_of_many_accounts_is_found_without_sorting_them(lumiere: Lumiere) -> None:
    accounts = Account.objects.bulk_create(Account(firm=lumiere.firm, name=f"Garage {n}", created_at=START) for n in range(1_000))
    confirmed(lumiere.claire, accounts)
    with CaptureQueriesContext(connection) as asked:
        claim(lumiere.firm.pk)
    (locking,) = [query["sql"] for query in asked.captured_queries if "SKIP LOCKED" in query["sql"]]
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE reminders_askbatchrow, reminders_askbatch")
        cursor.execute("EXPLAIN " + locking)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert ("askbatchrow_next" in plan, "Sort" in plan) == (True, False), plan


# --- Confirming and stopping ----------------------------------------------------------------------------------------------


def test_of_two_confirmations_one_counts(lumiere: Lumiere) -> None:
    batch = confirmed(lumiere.claire, [lumiere.bakery])
    with pytest.raises(NotNow):
        confirm_batch(batch=batch, asks_unheard=False, by=Actor.staff(lumiere.claire), now=START)
    worked(batch)
    assert Action.objects.count() == 1
    assert [line.sentence for line in ActivityLine.objects.filter(verb=Verb.MANY_ASKED)] == [
        "asked several accounts for “Lettre de mission 2027”: 1 account"
    ]


def test_what_is_not_confirmed_is_never_asked(lumiere: Lumiere) -> None:
    batch = worked(worded(lumiere.claire, [lumiere.bakery]))
    assert (Action.objects.count(), batch.state) == (0, BatchState.READY)


def test_what_is_asked_before_a_stop_stays_asked(lumiere: Lumiere) -> None:
    batch = confirmed(lumiere.claire, [lumiere.bakery, lumiere.tilleuls])
    assert ask_next(lumiere.firm.pk, START)
    stop_batch(batch=batch, by=Actor.staff(lumiere.claire), now=START)
    assert outcome(worked(batch)) == [(BAKERY, RowState.ASKED, ""), (TILLEULS, RowState.LEFT_OUT, LeftOut.STOPPED)]
    assert batch.state == BatchState.STOPPED
    with pytest.raises(NotNow):
        stop_batch(batch=batch, by=Actor.staff(lumiere.claire), now=START)


def test_what_somebody_left_unfinished_goes_after_a_day(lumiere: Lumiere) -> None:
    start_batch(staff=lumiere.claire, kind="signature", accounts=[lumiere.bakery.pk], now=START)
    start_batch(staff=lumiere.emma, kind="signature", accounts=[lumiere.bakery.pk], now=START)
    later = start_batch(staff=lumiere.claire, kind="signature", accounts=[lumiere.bakery.pk], now=START.replace(day=START.day + 2))
    assert set(AskBatch.objects.values_list("created_by", flat=True)) == {lumiere.claire.pk, lumiere.emma.pk}
    assert AskBatch.objects.filter(created_by=lumiere.claire).get() == later


@pytest.mark.rule("X22")
def test_whom_the_preview_says_is_whom_the_outbox_then_holds(lumiere: Lumiere) -> None:
    AccountAddress.objects.filter(pk=lumiere.nadia_at_tilleuls.pk).update(wants_signatures=False)
    batch = worded(lumiere.claire, [lumiere.bakery, lumiere.tilleuls], rule=PeopleRule.EVERYBODY)
    preview = preview_of(batch, START)
    assert preview.unheard is not None
    assert (preview.accounts, preview.people, list(preview.unheard.names)) == (1, 2, [TILLEULS])
    confirm_batch(batch=batch, asks_unheard=True, by=Actor.staff(lumiere.claire), now=START)
    worked(batch)
    told = Notice.objects.exclude(verdict=Verdict.SKIP)
    assert set(told.values_list("contact__first_name", "account__name")) == {("Nadia", BAKERY), ("Paul", BAKERY)}
    assert preview.first is not None
    assert {(row.address, row.gets_it) for row in preview.first.gets} == {
        (notice.email, notice.verdict != Verdict.SKIP) for notice in Notice.objects.filter(account=lumiere.bakery)
    }


def test_the_tick_wakes_each_firm_where_accounts_wait(lumiere: Lumiere, monkeypatch: pytest.MonkeyPatch) -> None:
    woken: list[object] = []
    monkeypatch.setattr(tasks, "wake", lambda task, **arguments: woken.append(arguments["firm_id"]))
    tasks.ask_many()
    batch = confirmed(lumiere.claire, [lumiere.bakery])
    tasks.ask_many()
    assert woken == [lumiere.firm.pk]
    tasks.ask_many(lumiere.firm.pk)
    tasks.ask_many()
    assert (outcome(batch), woken) == ([(BAKERY, RowState.ASKED, "")], [lumiere.firm.pk])
