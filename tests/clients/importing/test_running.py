"""A worker's half: parts, failures, and what is taken over from whom."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, OperationalError, connection

from clients.importing import running
from clients.importing.enums import ImportState, ProblemCode, Verdict
from clients.importing.mapping import from_stored
from clients.importing.models import ClientImport
from clients.importing.running import Turn
from clients.importing.services import match_columns
from clients.importing.tasks import go_on
from clients.importing.writing import write
from clients.models import Account, Contact
from firms.enums import FailedTaskKind
from firms.models import FailedTask
from tenancy.context import firm_context
from tests.clients.importing.imports import THREE, checked, confirmed, uploaded, worked
from tests.clients.importing.lists import file_of
from tests.factories import START
from tests.people import Lumiere, Peeters, make_lumiere


def test_a_big_list_goes_in_by_parts_and_each_part_counts(lumiere: Lumiere) -> None:
    client_import = confirmed(lumiere, file_of(*(f"C{n};Garage {n};Société;Lotte;Maes {n};lotte{n}@maes.example;;" for n in range(25))))
    ClientImport.objects.update(part_rows=10)
    turn = Turn(lumiere.firm.pk, START)
    done = []
    while turn.do_next_part():
        client_import.refresh_from_db()
        done.append((client_import.rows_done, client_import.state, Account.objects.filter(reference__startswith="C").count()))
    assert done == [(10, ImportState.IMPORTING, 10), (25, ImportState.DONE, 25)]


def test_a_worker_killed_in_the_middle_is_taken_over(lumiere: Lumiere, monkeypatch: pytest.MonkeyPatch) -> None:
    client_import = confirmed(lumiere, file_of(*THREE))
    ClientImport.objects.update(part_rows=1)
    assert Turn(lumiere.firm.pk, START).do_next_part()

    def killed(*args: object, **kwargs: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(running, "save_what_differs", killed)  # after the part was written, before it was committed
        Turn(lumiere.firm.pk, START).do_next_part()
    client_import.refresh_from_db()
    assert (client_import.rows_done, Contact.objects.filter(last_name="Maes").count()) == (1, 1)
    worked(client_import)
    assert (client_import.state, Contact.objects.filter(last_name="Maes").count(), client_import.contacts_made) == (ImportState.DONE, 2, 2)


def test_a_turn_ends_and_asks_for_the_next(
    lumiere: Lumiere, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: object
) -> None:
    client_import = confirmed(lumiere, file_of(*THREE))
    ClientImport.objects.update(part_rows=1)
    monkeypatch.setattr(running, "TURN_SECONDS", -1.0)
    woken: list[object] = []
    monkeypatch.setattr(running, "wake", lambda task, **arguments: woken.append((task, arguments)))
    worked(client_import)
    assert (client_import.rows_done, woken) == (1, [("clients.importing.go_on", {"firm_id": lumiere.firm.pk})])


def test_a_row_that_the_database_refuses_stays_out_alone(lumiere: Lumiere, monkeypatch: pytest.MonkeyPatch) -> None:
    client_import = confirmed(lumiere, file_of(*THREE))

    def fussy(steps: list[object], **kwargs: object) -> object:
        if any(step.row.number == 3 for step in steps):  # type: ignore[attr-defined]
            raise IntegrityError("poison")
        return write(steps, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(running, "write", fussy)
    worked(client_import)
    refused = client_import.rows.get(verdict=Verdict.REFUSED)
    assert (client_import.state, client_import.rows_done) == (ImportState.DONE, 3)
    assert (refused.number, refused.problems[-1]["code"], refused.changes) == (3, ProblemCode.REFUSED_BY_DATABASE, [])
    assert sorted(Account.objects.filter(reference__startswith="C").values_list("name", flat=True)) == ["Famille Claes", "Garage Maes"]


def broken(*args: object, **kwargs: object) -> object:
    raise ZeroDivisionError


def test_an_import_that_fails_again_and_again_ends_with_a_failed_task(lumiere: Lumiere, monkeypatch: pytest.MonkeyPatch) -> None:
    client_import = confirmed(lumiere, file_of(*(f"C{n};Garage {n};Société;Lotte;Maes;l{n}@maes.example;;" for n in range(30))))
    monkeypatch.setattr(running, "write", broken)
    worked(client_import)
    task = FailedTask.objects.get(kind=FailedTaskKind.IMPORT_FAILED)
    assert (client_import.state, client_import.trouble) == (ImportState.FAILED, {"why": "interrupted", "details": {}})
    assert (task.subject, Account.objects.filter(reference__startswith="C").count()) == ("clients.csv", 0)


def test_a_check_that_fails_again_and_again_ends_too(lumiere: Lumiere, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "save_steps", broken)
    client_import = checked(lumiere, file_of(*THREE))
    assert (client_import.state, client_import.tries) == (ImportState.FAILED, 3)


def test_a_database_that_is_away_costs_no_try(lumiere: Lumiere, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*args: object, **kwargs: object) -> object:
        raise OperationalError

    client_import = confirmed(lumiere, file_of(*THREE))
    monkeypatch.setattr(running, "write", away)
    with pytest.raises(OperationalError):
        Turn(lumiere.firm.pk, START).take()
    client_import.refresh_from_db()
    assert (client_import.state, client_import.tries) == (ImportState.IMPORTING, 0)


def test_a_file_that_breaks_further_down_fails_with_its_sentence(lumiere: Lumiere) -> None:
    rows = [f"C{n};Garage {n};Société;Lotte;Maes;l{n}@maes.example;;" for n in range(80)]
    client_import = checked(lumiere, file_of(*rows, 'C99;"Garage 99;Société;;;;;'))
    assert (client_import.state, client_import.trouble) == (ImportState.FAILED, {"why": "open_quote", "details": {"row": 82}})
    assert not FailedTask.objects.exists()


def test_the_file_goes_once_its_rows_are_read(lumiere: Lumiere, django_capture_on_commit_callbacks: object) -> None:
    client_import = uploaded(lumiere, file_of(*THREE))
    name = client_import.file.name or ""
    assert default_storage.exists(name)
    match_columns(client_import=client_import, mapping=from_stored(client_import.mapping))
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        worked(client_import)
    assert (client_import.file.name, default_storage.exists(name)) == ("", False)


def test_the_tick_finds_the_firms_where_something_waits(two_firms: tuple[Lumiere, Peeters], monkeypatch: pytest.MonkeyPatch) -> None:
    lumiere, _peeters = two_firms
    woken: list[object] = []
    monkeypatch.setattr("clients.importing.tasks.wake", lambda task, firm_id: woken.append(firm_id))
    go_on()
    with firm_context(lumiere.firm.pk):
        client_import = uploaded(lumiere, file_of(*THREE))
        match_columns(client_import=client_import, mapping=from_stored(client_import.mapping))
    go_on()
    go_on(lumiere.firm.pk)
    go_on()
    assert woken == [lumiere.firm.pk]
    with firm_context(lumiere.firm.pk):
        client_import.refresh_from_db()
        assert client_import.state == ImportState.CHECKED


def test_a_part_costs_the_same_number_of_queries_however_many_rows(lumiere: Lumiere) -> None:
    counts = []
    for size in (2, 40):
        rows = (f"{size}-{n};Garage {size} {n};Société;Lotte;Maes {n};lotte{size}.{n}@maes.example;oui;non" for n in range(size))
        confirmed(lumiere, file_of(*rows))
        before = len(connection.queries_log)
        connection.force_debug_cursor = True
        Turn(lumiere.firm.pk, START).do_next_part()
        connection.force_debug_cursor = False
        counts.append(len(connection.queries_log) - before)
        connection.queries_log.clear()
    assert counts[0] == counts[1]


@pytest.mark.django_db(transaction=True)
def test_a_second_worker_passes_by_what_the_first_is_doing() -> None:
    lumiere = make_lumiere()
    with firm_context(lumiere.firm.pk):
        confirmed(lumiere, file_of(*THREE))
        Turn(lumiere.firm.pk, START).take()
        waiting = confirmed(lumiere, file_of(THREE[0].replace("C1", "C9")))
    with ThreadPoolExecutor(1) as second, firm_context(lumiere.firm.pk):
        assert running.claim(lumiere.firm.pk) == waiting
        assert second.submit(in_a_connection_of_its_own, lumiere.firm.pk).result() is False


def in_a_connection_of_its_own(firm_id: int) -> bool:
    try:
        return Turn(firm_id, START).do_next_part()
    finally:
        connection.close()
