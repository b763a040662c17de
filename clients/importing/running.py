"""The worker's half of an import: checking a list, and carrying it out part by part.

Each part is one transaction that holds the import's row: a second worker passes it by, and a worker that is killed leaves
nothing half done. The rows say how far it has come; tasks only say that there is something to do.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from time import monotonic
from types import MappingProxyType

from django.db import InterfaceError, OperationalError
from django.utils import translation
from django.utils.translation import ngettext

from clients.importing.client_row import ClientRow
from clients.importing.enums import ImportState, ProblemCode, RemovalOutcome, Severity, Unreadable, Verdict
from clients.importing.mapping import Mapping as Columns
from clients.importing.mapping import customs_in, from_stored
from clients.importing.missing import Missing, find_missing
from clients.importing.models import PART_ROWS, ClientImport
from clients.importing.plan import make_plan
from clients.importing.problems import problem
from clients.importing.queries import count_removed, rows_of
from clients.importing.reading import read_table
from clients.importing.removing import Remover, forget_unlinked, ids_of_removals, next_removals, save_missing
from clients.importing.rows import read_rows
from clients.importing.sentences import unreadable
from clients.importing.services import TASK, forget_file
from clients.importing.snapshot import customs_of, is_still_so, staff_to_assign, taken_logins, world_of
from clients.importing.stored_rows import save_steps, save_what_differs
from clients.importing.table import Line, UnreadableFile
from clients.importing.world import World
from clients.importing.writing import ids_of, write
from firms.actors import Actor
from firms.enums import FailedTaskKind, Verb
from firms.login_refusals import count_refusal
from firms.models import Firm
from firms.services import raise_failed_task, write_activity
from lib.clock import machine_now
from lib.jobs import wake
from tenancy.context import firm_context

logger = logging.getLogger(__name__)

TURN_SECONDS = 60.0  # well below the broker's patience, after which it would hand the task to a second worker
MOST_TRIES = 12  # failures in a row, while parts shrink to single rows


class Turn:
    """What one worker does in one firm, in one go; rows are read once and kept for all their parts."""

    def __init__(self, firm_id: int, now: datetime) -> None:
        self._firm_id = firm_id
        self._now = now
        self._rows: dict[int, list[ClientRow]] = {}

    def take(self) -> None:
        """Goes on until nothing is left to do, or the turn is over and the next is asked for."""
        until = monotonic() + TURN_SECONDS
        while self.do_next_part():
            if monotonic() > until:
                wake(TASK, firm_id=self._firm_id)
                return

    def do_next_part(self) -> bool:
        """One transaction; False when there is nothing to do here, or others are doing it."""
        client_import = None
        try:
            with firm_context(self._firm_id):
                client_import = claim(self._firm_id)
                if client_import is None:
                    return False
                with translation.override(client_import.firm.language):
                    self._do(client_import)
        except (OperationalError, InterfaceError):
            raise  # the database is away, or chose us as a deadlock's victim: the next tick goes on where this one stood
        except Exception:
            logger.exception("A part of import %s went wrong", client_import)
            self._note_failure(client_import)
        return True

    def _do(self, client_import: ClientImport) -> None:
        if client_import.state == ImportState.CHECKING:
            check(client_import, self._now)
        elif client_import.rows_done < client_import.rows_total:
            self._carry_out_part(client_import)
        else:
            self._remove_part(client_import)

    def _carry_out_part(self, client_import: ClientImport) -> None:
        firm = client_import.firm
        rows = self._rows_of(client_import)
        start, until = client_import.rows_done, client_import.rows_done + client_import.part_rows
        world = world_for(client_import, rows[start:until])
        steps = make_plan(rows, world, until=until)[start:]
        if not is_still_so(firm, world, ids_of(steps)):
            steps = make_plan(rows, world_for(client_import, rows[start:until]), until=until)[start:]
        assert client_import.confirmed_by is not None
        made = write(steps, firm=firm, by=Actor.staff(client_import.confirmed_by), now=self._now)
        save_what_differs(client_import, list(rows_of(client_import)[start:until]), steps)
        client_import.rows_done = start + len(steps)
        client_import.accounts_made += made.accounts
        client_import.contacts_made += made.contacts
        client_import.running_since = client_import.running_since or machine_now()
        client_import.tries = 0
        client_import.part_rows = min(PART_ROWS, client_import.part_rows * 2)
        self._end_or_save(client_import)

    def _remove_part(self, client_import: ClientImport) -> None:
        """What is ticked goes, where the list and the firm as they are now still say so."""
        assert client_import.confirmed_by is not None
        removals = next_removals(client_import)
        world, missing = self._missing(client_import)
        if not is_still_so(client_import.firm, world, ids_of_removals(removals)):
            _world, missing = self._missing(client_import)
        remover = Remover(client_import.firm, Actor.staff(client_import.confirmed_by), self._now)
        remover.carry_out(removals, missing or ())
        client_import.tries = 0
        self._end_or_save(client_import)

    def _missing(self, client_import: ClientImport) -> tuple[World, list[Missing] | None]:
        rows = self._rows_of(client_import)
        world = world_for(client_import, rows)
        return world, find_missing(make_plan(rows, world), world, mapping_of(client_import))

    def _end_or_save(self, client_import: ClientImport) -> None:
        if client_import.rows_done == client_import.rows_total and not next_removals(client_import):
            finish(client_import, self._now)
        client_import.save()

    def _rows_of(self, client_import: ClientImport) -> list[ClientRow]:
        if client_import.pk not in self._rows:
            lines = [row.line for row in rows_of(client_import)]
            self._rows[client_import.pk] = read_rows(lines, mapping_of(client_import), staff_to_assign(client_import.firm))
        return self._rows[client_import.pk]

    def _note_failure(self, claimed: ClientImport | None) -> None:
        """The next part is smaller; a single row that cannot be written stays out; too many of them end the import."""
        if claimed is None:
            return
        with firm_context(self._firm_id):
            client_import = claim(self._firm_id)
            if client_import is None or client_import.pk != claimed.pk:
                return
            client_import.tries += 1
            if client_import.tries >= (3 if client_import.state == ImportState.CHECKING else MOST_TRIES):
                with translation.override(client_import.firm.language):
                    fail(client_import, Unreadable.INTERRUPTED, self._now)
            elif client_import.state == ImportState.IMPORTING and client_import.part_rows == 1:
                refuse_next(client_import)
                self._end_or_save(client_import)
            else:
                client_import.part_rows = max(1, client_import.part_rows // 4)
                client_import.save()


def claim(firm_id: int) -> ClientImport | None:
    """Locks what a worker is to do next in this firm: checks first, they are short; of imports the oldest alone."""
    waiting = ClientImport.objects.filter(firm=firm_id).select_for_update(skip_locked=True, of=("self",), no_key=True)
    waiting = waiting.select_related("firm", "confirmed_by")
    checking = waiting.filter(state=ImportState.CHECKING).order_by("id").first()
    if checking is not None:
        return checking
    importing = ClientImport.objects.filter(firm=firm_id, state=ImportState.IMPORTING)
    oldest = importing.order_by("confirmed_at", "id").values_list("pk", flat=True).first()
    return None if oldest is None else waiting.filter(pk=oldest, state=ImportState.IMPORTING).first()


def check(client_import: ClientImport, now: datetime) -> None:
    """Reads the list, if that has not been done, and finds out what each row will do. Writes nothing but the import's own rows."""
    try:
        lines = lines_of(client_import)
    except UnreadableFile as error:
        fail(client_import, error.why, now, error.details)
        return
    mapping = mapping_of(client_import)
    rows = read_rows(lines, mapping, staff_to_assign(client_import.firm))
    world = world_to_check(client_import, rows)
    steps = make_plan(rows, world)
    save_steps(client_import, lines, steps)
    save_missing(client_import, find_missing(steps, world, mapping) if client_import.is_complete else [], world)
    client_import.rows_total = len(rows)
    client_import.state = ImportState.CHECKED
    client_import.tries = 0
    client_import.save()
    forget_file(client_import)


def lines_of(client_import: ClientImport) -> list[Line]:
    """The list's rows: of the file at the first check, afterwards of what was kept of it."""
    if not client_import.file:
        return [row.line for row in rows_of(client_import)]
    with client_import.file.open("rb") as file:
        table = read_table(file, size=client_import.file.size)
    client_import.source |= {"empty": list(table.empty), "mended": list(table.mended)}
    return list(table.lines)


def mapping_of(client_import: ClientImport) -> Columns:
    """Each column's field; those of custom fields that have gone meanwhile are left out."""
    return from_stored(client_import.mapping, customs_of(client_import.firm))


def world_for(client_import: ClientImport, rows: Sequence[ClientRow]) -> World:
    """What the firm has, and which addresses of these rows sign in elsewhere."""
    world = world_of(client_import.firm, with_custom=bool(customs_in(mapping_of(client_import))))
    return replace(world, taken=taken_logins(rows, world), hides_taken=client_import.hides_logins)


def world_to_check(client_import: ClientImport, rows: Sequence[ClientRow]) -> World:
    """As `world_for`; each address that is told to sign in elsewhere counts, and beyond what a firm may be told it is told of none."""
    client_import.hides_logins = False
    world = world_for(client_import, rows)
    client_import.hides_logins = not all(count_refusal(client_import.firm) for _ in world.taken)
    return replace(world, hides_taken=client_import.hides_logins)


def finish(client_import: ClientImport, now: datetime) -> None:
    client_import.state = ImportState.DONE
    client_import.ended_at = now
    forget_unlinked(client_import.firm, now)
    removed = count_removed(client_import)
    told = [
        ngettext("%(n)s row", "%(n)s rows", client_import.rows_total) % {"n": client_import.rows_total},
        ngettext("%(n)s new account", "%(n)s new accounts", client_import.accounts_made) % {"n": client_import.accounts_made},
        ngettext("%(n)s new person", "%(n)s new people", client_import.contacts_made) % {"n": client_import.contacts_made},
    ]
    if removed:
        told.append(ngettext("%(n)s removed", "%(n)s removed", removed) % {"n": removed})
    assert client_import.confirmed_by is not None
    by = Actor.staff(client_import.confirmed_by)
    write_activity(firm=client_import.firm, by=by, verb=Verb.IMPORT_DONE, now=now, subject=client_import.file_name, detail=", ".join(told))


def fail(client_import: ClientImport, why: Unreadable, now: datetime, details: Mapping[str, str | int] = MappingProxyType({})) -> None:
    """Ends it with a sentence on its page, and tells the firm when it was not the file's doing."""
    client_import.state = ImportState.FAILED
    client_import.ended_at = now
    client_import.trouble = {"why": why.value, "details": dict(details)}
    client_import.save()
    forget_file(client_import)
    if why == Unreadable.INTERRUPTED:
        tell_office(client_import.firm, client_import, now)


def tell_office(firm: Firm, client_import: ClientImport, now: datetime) -> None:
    raise_failed_task(
        firm=firm,
        kind=FailedTaskKind.IMPORT_FAILED,
        key=client_import.code,
        subject=client_import.file_name,
        detail=unreadable(Unreadable.INTERRUPTED, {}),
        now=now,
    )


def refuse_next(client_import: ClientImport) -> None:
    """What has failed all by itself stays out: the next row, or the next removal once the rows are through."""
    if client_import.rows_done == client_import.rows_total:
        for removal in next_removals(client_import):
            removal.outcome = RemovalOutcome.FAILED
            removal.save(update_fields=["outcome"])
        return
    row = rows_of(client_import).get(position=client_import.rows_done)
    row.verdict, row.severity, row.changes = Verdict.REFUSED, Severity.ERROR, []
    row.problems = [*row.problems, problem(ProblemCode.REFUSED_BY_DATABASE).as_stored()]
    row.save()
    client_import.rows_done += 1
