"""Steps of a plan as the rows of an import keep them."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict

from clients.importing.enums import Field, Severity
from clients.importing.mapping import from_stored
from clients.importing.models import ClientImport, ImportRow
from clients.importing.problems import Problem
from clients.importing.steps import Step
from clients.importing.table import Line

WORST_FIRST = (Severity.ERROR, Severity.WARNING, Severity.NOTE)
BATCH = 1_000


def save_steps(client_import: ClientImport, lines: Sequence[Line], steps: Sequence[Step]) -> None:
    """Replaces the rows of an import by what a new check has found."""
    client_import.rows.all().delete()
    rows = [
        ImportRow(firm_id=client_import.firm_id, client_import=client_import, position=position, number=line.number, cells=list(line.cells))
        for position, line in enumerate(lines)
    ]
    names = _account_column(client_import)
    for row, step in zip(rows, steps, strict=True):
        _take(row, step, names)
    ImportRow.objects.bulk_create(rows, batch_size=BATCH)


def save_what_differs(client_import: ClientImport, rows: Sequence[ImportRow], steps: Sequence[Step]) -> None:
    """Between check and import the world may have changed: the rows tell what was done, not what was foreseen."""
    names = _account_column(client_import)
    changed = [row for row, step in zip(rows, steps, strict=True) if _take(row, step, names)]
    ImportRow.objects.bulk_update(changed, ["verdict", "severity", "problems", "changes", "account", "person"], batch_size=BATCH)


def worst_of(problems: Iterable[Problem]) -> str:
    found = {problem.severity for problem in problems}
    return next((severity.value for severity in WORST_FIRST if severity in found), "")


def _take(row: ImportRow, step: Step, account_column: int | None) -> bool:
    """True when that changes what the row has told so far."""
    before = (row.verdict, row.problems, row.changes)
    row.verdict = step.verdict.value
    row.problems = [found.as_stored() for found in step.problems]
    row.changes = [asdict(change) for change in step.changes]
    row.severity = worst_of(step.problems)
    cell = row.cells[account_column] if account_column is not None and account_column < len(row.cells) else ""
    row.account = (step.account.name if step.account else " ".join(cell.split()))[:160]
    row.person = (step.row.person or step.row.email)[:254]
    return before != (row.verdict, row.problems, row.changes)


def _account_column(client_import: ClientImport) -> int | None:
    mapping = from_stored(client_import.mapping)
    return mapping.index(Field.ACCOUNT) if Field.ACCOUNT in mapping else None
