"""Tables as files: what a spreadsheet reads of them is text, as it was written."""

import csv
import io

import pytest
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape

from lib.tables import as_csv, as_xlsx, harmless

HOSTILE = ["=1+1", "+cmd|'/c calc'!A0", "-1+1", "@SUM(A1)", "\tx", "\rx", "\nx", "＝1+1", "<script>", "a&b", '"quoted"; and more']


@pytest.mark.parametrize("cell", HOSTILE[:8])
def test_what_a_spreadsheet_would_run_is_disarmed_in_csv(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize(
    ("cell", "disarmed"),
    [
        ('Dupont,=HYPERLINK("https://evil.example")', 'Dupont,\'=HYPERLINK("https://evil.example")'),
        ("Dupont; \t@SUM(A1)", "Dupont; \t'@SUM(A1)"),
        ("Dupont\r\n-1+1", "Dupont\r\n'-1+1"),
        ("=1,+1", "'=1,'+1"),
        (",=1", ",'=1"),
        ("\t=1", "'\t'=1"),
    ],
)
def test_what_another_list_separator_would_make_a_cell_is_disarmed_too(cell: str, disarmed: str) -> None:
    assert harmless(cell) == disarmed


@pytest.mark.parametrize("cell", ["", "-", "Maes", "a=b", "1-1", "éàü", "<b>", "Lefèvre; et fils", "a, b = c", "a,b\nc"])
def test_everything_else_stays_in_csv(cell: str) -> None:
    assert harmless(cell) == cell


def test_csv_is_read_back_with_its_accents() -> None:
    content = as_csv([["Nom", "Prénom"], ["Lefèvre; et fils", 'dit "le Grand"\nde Lyon']])
    assert content.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";")) == [
        ["Nom", "Prénom"],
        ["Lefèvre; et fils", 'dit "le Grand"\nde Lyon'],
    ]


def test_xlsx_is_read_back_as_text_whatever_a_cell_begins_with() -> None:
    rows: list[list[object]] = [["Cell", "Number"], *([cell, number] for number, cell in enumerate(HOSTILE))]
    sheet = load_workbook(io.BytesIO(as_xlsx(rows, title="Activité: [2026]", widths=[20, 8]))).active
    assert sheet is not None
    assert [[unescape(str(cell.value)) for cell in row] for row in sheet.rows] == [[str(value) for value in row] for row in rows]
    assert {cell.data_type for row in sheet.rows for cell in row} == {"s"}
    assert (sheet.title, sheet.freeze_panes, int(sheet.column_dimensions["A"].width)) == ("Activité   2026 ", "A2", 20)


def test_signs_that_a_workbook_writes_otherwise_break_nothing() -> None:
    sheet = load_workbook(io.BytesIO(as_xlsx([["a\x00b\x1b[2J"]], title="A", widths=[9]))).active
    assert sheet is not None
    assert unescape(str(sheet["A1"].value)) == "a\x00b\x1b[2J"
