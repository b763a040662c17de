"""What people do with an import: choose a file, match its columns, confirm, stop. The rest is the worker's, see `running.py`."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import partial
from typing import IO

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction

from clients.importing import mapping as columns
from clients.importing.custom import Target
from clients.importing.enums import ImportState, RemovalOutcome
from clients.importing.mapping import Mapping, MappingFault
from clients.importing.models import WAITING, WORKING, ClientImport
from clients.importing.queries import find_remembered_mapping, removals_of
from clients.importing.reading import read_beginning
from clients.importing.snapshot import customs_of
from clients.importing.table import Line
from firms.actors import Actor
from firms.enums import Verb
from firms.models import Firm, Staff
from firms.services import write_activity
from lib.jobs import wake

ROWS_LOOKED_AT = 60
SAMPLES = 3
TASK = "clients.importing.go_on"


class WrongMapping(ValueError):
    """The columns cannot be read as they are matched; `faults` says why."""

    def __init__(self, faults: dict[MappingFault, tuple[Target, ...]]) -> None:
        super().__init__(faults)
        self.faults = faults


class NotNow(Exception):
    """The import has moved on meanwhile: another colleague, or the worker, was faster."""


@transaction.atomic
def upload_list(*, firm: Firm, file: IO[bytes], name: str, size: int, staff: Staff, now: datetime) -> ClientImport:
    """Keeps the file and matches its columns as the firm did last, or as the headings suggest. Raises `UnreadableFile`."""
    beginning = read_beginning(file, size=size, rows=ROWS_LOOKED_AT)
    headings = list(beginning.header.cells)
    customs = customs_of(firm)
    file.seek(0)
    return ClientImport.objects.create(
        firm=firm,
        created_at=now,
        created_by=staff,
        file_name=name[-200:],
        file=File(file, name="list"),
        headings=headings,
        headings_key=columns.key_of(headings),
        samples=_samples(beginning.lines, len(headings)),
        mapping=columns.as_stored(find_remembered_mapping(firm, headings, customs) or columns.guess(headings, customs)),
        source={"encoding": beginning.encoding, "separator": beginning.separator, "sheet": beginning.sheet},
    )


def _samples(lines: Sequence[Line], width: int) -> list[list[str]]:
    found: list[dict[str, None]] = [{} for _ in range(width)]
    for line in lines:
        for column, cell in zip(found, line.cells, strict=False):
            if cell.strip() and len(column) < SAMPLES:
                column[" ".join(cell.split())[:80]] = None
    return [list(column) for column in found]


@transaction.atomic
def match_columns(*, client_import: ClientImport, mapping: Mapping, is_complete: bool = False) -> None:
    """Has the list checked under this mapping; one that is complete proposes to take away what it has no longer.

    Raises `WrongMapping`, or `NotNow` when it is being imported already.
    """
    if faults := columns.faults(mapping):
        raise WrongMapping(faults)
    _advance(client_import, WAITING, ImportState.CHECKING, mapping=columns.as_stored(mapping), is_complete=is_complete, tries=0)
    wake(TASK, firm_id=client_import.firm_id)


@transaction.atomic
def confirm_import(*, client_import: ClientImport, by: Actor, staff: Staff, now: datetime, removals: Collection[int] = ()) -> None:
    """Lets the worker write what was shown, and take away the proposals at these positions alone.

    Raises `NotNow` when that has begun already, or was stopped.
    """
    _advance(client_import, (ImportState.CHECKED,), ImportState.IMPORTING, confirmed_by=staff, confirmed_at=now, tries=0)
    _tick(client_import, removals)
    write_activity(firm=client_import.firm, by=by, verb=Verb.IMPORT_CONFIRMED, now=now, subject=client_import.file_name)
    wake(TASK, firm_id=client_import.firm_id)


@transaction.atomic
def tick_removals(*, client_import: ClientImport, removals: Collection[int]) -> None:
    """Keeps what is ticked while somebody looks through the check, so that another page of it shows the same. Raises `NotNow`."""
    _advance(client_import, (ImportState.CHECKED,), ImportState.CHECKED)
    _tick(client_import, removals)


def _tick(client_import: ClientImport, removals: Collection[int]) -> None:
    proposed = removals_of(client_import).filter(outcome=RemovalOutcome.WAITING)
    proposed.update(is_ticked=False)
    proposed.filter(position__in=removals).update(is_ticked=True)


@transaction.atomic
def stop_import(*, client_import: ClientImport, by: Actor, now: datetime) -> None:
    """Ends it where it is: rows that have gone in stay, the others do not go in. Raises `NotNow` when it has ended already."""
    _advance(client_import, (*WAITING, *WORKING), ImportState.STOPPED, ended_at=now)
    forget_file(client_import)
    if client_import.confirmed_at is not None:
        write_activity(firm=client_import.firm, by=by, verb=Verb.IMPORT_STOPPED, now=now, subject=client_import.file_name)


def forget_file(client_import: ClientImport) -> None:
    """The uploaded file goes as soon as it is not needed; whoever calls is inside a transaction."""
    if name := client_import.file.name:
        transaction.on_commit(partial(default_storage.delete, name), robust=True)
        client_import.file = ""
        client_import.save(update_fields=["file"])


def _advance(client_import: ClientImport, states: Sequence[ImportState], to: ImportState, **values: object) -> None:
    """From one of `states` to `to`, once: of two who ask at the same time the second is told `NotNow`."""
    rows = ClientImport.objects.filter(firm=client_import.firm_id, pk=client_import.pk, state__in=states)
    if not rows.update(state=to, **values):
        raise NotNow
    client_import.refresh_from_db()
