"""Lists for tests: the sample that a firm exported, and lists written row by row."""

import csv
import io
from pathlib import Path
from typing import IO

from openpyxl import Workbook

from clients.importing.client_row import ClientRow
from clients.importing.mapping import guess
from clients.importing.plan import make_plan
from clients.importing.reading import read_table
from clients.importing.rows import read_rows
from clients.importing.steps import Step
from clients.importing.table import Table
from clients.importing.world import World
from tests.clients.importing.worlds import STAFF

SAMPLE = Path(__file__).parent / "clients.csv"
HEADINGS = "Réf.;Nom du compte;Type;Prénom;Nom;E-mail;LOGIN;NOTIFY"


def file_of(*rows: str, headings: str = HEADINGS, encoding: str = "utf-8") -> io.BytesIO:
    return io.BytesIO("\r\n".join([headings, *rows, ""]).encode(encoding))


def read(file: IO[bytes] | bytes | str) -> Table:
    if isinstance(file, str):
        file = file.encode()
    stream = io.BytesIO(file) if isinstance(file, bytes) else file
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    return read_table(stream, size=size)


def rows_in(*rows: str, headings: str = HEADINGS) -> list[ClientRow]:
    table = read(file_of(*rows, headings=headings))
    return read_rows(table.lines, guess(table.header.cells), STAFF)


def plan_of(*rows: str, headings: str = HEADINGS, world: World | None = None) -> list[Step]:
    return make_plan(rows_in(*rows, headings=headings), world or World(staff=STAFF))


def sample_rows() -> list[list[str]]:
    """The cells of the sample, its header first."""
    with SAMPLE.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file, delimiter=";"))


def workbook_of(rows: list[list[object]]) -> io.BytesIO:
    """Texts stay texts: what begins with "=" is no formula."""
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    for number, cells in enumerate(rows, start=1):
        for column, value in enumerate(cells, start=1):
            if value not in ("", None):
                cell = sheet.cell(number, column, value)  # type: ignore[call-overload]
                cell.data_type = "s" if isinstance(value, str) else cell.data_type
    file = io.BytesIO()
    workbook.save(file)
    return file
