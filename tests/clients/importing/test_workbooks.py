"""XLSX: the same as text, and what a hostile or careless workbook does."""

import io
import time
import zipfile
from datetime import date, datetime

import pytest
from openpyxl import Workbook, load_workbook

from clients.importing.enums import Unreadable
from clients.importing.mapping import guess
from clients.importing.plan import make_plan
from clients.importing.rows import read_rows
from clients.importing.table import MAX_COLUMNS, Line, UnreadableFile
from clients.importing.workbooks import MAX_FRAME, MAX_STRINGS, MAX_UNPACKED, as_text
from clients.importing.world import World
from tests.clients.importing.lists import SAMPLE, read, sample_rows, workbook_of
from tests.clients.importing.worlds import STAFF, after


def refusal(file: io.BytesIO) -> Unreadable:
    with pytest.raises(UnreadableFile) as raised:
        read(file)
    return raised.value.why


def package(**parts: bytes) -> io.BytesIO:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return file


def with_part(file: io.BytesIO, name: str, content: bytes) -> io.BytesIO:
    """The same workbook with one part replaced."""
    changed = io.BytesIO()
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, content if part == name else old.read(part))
    return changed


def test_the_sample_as_a_workbook_does_what_it_does_as_text() -> None:
    text, workbook = read(SAMPLE.read_bytes()), read(workbook_of([list(row) for row in sample_rows()]))
    results = []
    for table in (text, workbook):
        rows = read_rows(table.lines, guess(table.header.cells), STAFF)
        steps = make_plan(rows, World(staff=STAFF))
        results.append((after(World(staff=STAFF), steps), [(step.verdict, step.changes) for step in steps]))
    assert results[0] == results[1]
    assert (workbook.sheet, workbook.encoding) == ("Sheet", "")


def test_values_become_text_as_people_type_it() -> None:
    row: list[object] = ["A", 1000, 32479777353.0, 0.5, date(2021, 7, 1), datetime(2021, 7, 1, 9, 30), True, None]
    table = read(workbook_of([["Compte", "Réf.", "Tél.", "x", "Client depuis", "y", "LOGIN", "Nom"], row]))
    assert table.lines == (Line(2, ("A", "1000", "32479777353", "0.5", "2021-07-01", "2021-07-01 09:30:00", "1", "")),)


@pytest.mark.parametrize(("value", "text"), [(1.0, "1"), (-3.0, "-3"), (1e300, "1e+300"), (False, "0"), ("a\0b", "a\ufffdb")])
def test_as_text(value: object, text: str) -> None:
    assert as_text(value) == text


def test_rows_have_the_numbers_of_the_sheet() -> None:
    table = read(workbook_of([["Liste des clients"], [], ["Compte", "Nom"], ["A", "a"], [], ["B", "b"]]))
    assert (table.header.number, [line.number for line in table.lines], table.empty) == (3, [4, 6], (5,))


def test_a_cell_beyond_the_headings_is_kept_and_padding_is_not() -> None:
    table = read(workbook_of([["Compte", "Nom"], ["A"], ["B", "b", None, "x"]]))
    assert [line.cells for line in table.lines] == [("A", ""), ("B", "b", "", "x")]


def formulas() -> io.BytesIO:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.append(["Compte", "Nom"])
    sheet.append(['=HYPERLINK("http://x.example","clic")', "=1+1"])
    file = io.BytesIO()
    workbook.save(file)
    return file


def test_a_formula_without_a_result_is_shown_as_its_text() -> None:
    assert read(formulas()).lines[0].cells == ('=HYPERLINK("http://x.example","clic")', "=1+1")


def test_a_formula_counts_as_its_result() -> None:
    sheet = b"""<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
      <row r="1"><c r="A1" t="str"><v>Compte</v></c><c r="B1" t="str"><v>Nom</v></c></row>
      <row r="2"><c r="A2" t="str"><f>A1&amp;"!"</f><v>Garage Maes</v></c><c r="B2"><f>1+1</f><v>2</v></c></row></sheetData></worksheet>"""
    assert read(with_part(formulas(), "xl/worksheets/sheet1.xml", sheet)).lines[0].cells == ("Garage Maes", "2")


def test_the_visible_sheet_that_looks_like_a_list_is_taken() -> None:
    workbook = Workbook()
    for title, rows in {
        "Notes": [["Bonjour"]],
        "Clients": [["Réf.", "Compte"], ["C1", "Maes"]],
        "Old": [["Réf.", "Compte", "Nom"], ["x", "y", "z"]],
    }.items():
        sheet = workbook.create_sheet(title)
        for row in rows:
            sheet.append(row)
    workbook["Old"].sheet_state = "hidden"
    file = io.BytesIO()
    workbook.save(file)
    assert (read(file).sheet, read(file).lines[0].cells) == ("Clients", ("C1", "Maes"))


def test_what_the_sheet_says_of_its_size_is_not_believed() -> None:
    file = workbook_of([["Compte", "Nom"], ["A", "a"], ["B", "b"]])
    with zipfile.ZipFile(file) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    assert b'<dimension ref="A1:B3"' in sheet
    lying = with_part(file, "xl/worksheets/sheet1.xml", sheet.replace(b'ref="A1:B3"', b'ref="A1:A1"'))
    assert [line.cells for line in read(lying).lines] == [("A", "a"), ("B", "b")]


def test_too_many_columns_are_refused() -> None:
    assert refusal(workbook_of([["Compte"] * (MAX_COLUMNS + 1), ["A"]])) == Unreadable.TOO_MANY_COLUMNS


def test_a_package_that_unpacks_to_too_much_is_refused_unread() -> None:
    bomb = package(xl__workbook_xml=b"<workbook/>", xl__worksheets__sheet1_xml=b" " * (MAX_UNPACKED + 1))
    assert len(bomb.getvalue()) < 1_000_000
    assert refusal(bomb) == Unreadable.UNPACKS_TOO_BIG


def test_a_package_of_thousands_of_parts_is_refused() -> None:
    parts = {f"xl/part{n}": b"" for n in range(2_100)}
    assert refusal(package(xl__workbook_xml=b"<workbook/>", **parts)) == Unreadable.UNPACKS_TOO_BIG


@pytest.mark.parametrize(("part", "most"), [("xl/sharedStrings.xml", MAX_STRINGS), ("xl/styles.xml", MAX_FRAME)])
def test_what_is_read_whole_may_be_smaller(part: str, most: int) -> None:
    assert refusal(package(xl__workbook_xml=b"<workbook/>", **{part: b" " * (most + 1)})) == Unreadable.UNPACKS_TOO_BIG


@pytest.mark.parametrize(("number", "lines"), [(b"1048576", [("A", "a"), ("B", "b")]), (b"2000000000", [("A", "a")])])
def test_a_row_far_below_is_reached_at_once_or_not_at_all(number: bytes, lines: list[tuple[str, ...]]) -> None:
    file = workbook_of([["Compte", "Nom"], ["A", "a"], ["B", "b"]])
    with zipfile.ZipFile(file) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    far = (
        sheet.replace(b'<row r="3"', b'<row r="%s"' % number)
        .replace(b'r="A3"', b'r="A%s"' % number)
        .replace(b'r="B3"', b'r="B%s"' % number)
    )
    begun = time.process_time()
    assert [line.cells for line in read(with_part(file, "xl/worksheets/sheet1.xml", far)).lines] == lines
    assert time.process_time() - begun < 15


def test_a_part_that_expands_itself_is_refused() -> None:
    laughs = (
        b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaaaaaaaa">'
        + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 20) for n in range(9))
        + b"]><worksheet><sheetData><row><c t='str'><v>&j;</v></c></row></sheetData></worksheet>"
    )
    assert (
        refusal(with_part(workbook_of([["Compte", "Nom"], ["A", "a"]]), "xl/worksheets/sheet1.xml", laughs)) == Unreadable.BROKEN_WORKBOOK
    )


@pytest.mark.parametrize(
    "break_it",
    [
        lambda file: io.BytesIO(file.getvalue()[: len(file.getvalue()) // 2]),
        lambda file: with_part(file, "xl/workbook.xml", b"<workbook"),
        lambda file: with_part(file, "xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row><c>"),
        lambda file: with_part(file, "[Content_Types].xml", b"<Types/>"),
    ],
)
def test_a_damaged_workbook_is_refused(break_it: object) -> None:
    assert refusal(break_it(workbook_of([["Compte", "Nom"], ["A", "a"]]))) == Unreadable.BROKEN_WORKBOOK  # type: ignore[operator]


def test_other_packages_are_told_apart() -> None:
    assert refusal(package(mimetype=b"application/vnd.oasis.opendocument.spreadsheet")) == Unreadable.OPEN_DOCUMENT
    assert refusal(package(word__document_xml=b"")) == Unreadable.OTHER_TYPE


def test_a_workbook_of_hidden_sheets_is_refused() -> None:
    file = workbook_of([["Compte", "Nom"], ["A", "a"]])
    with zipfile.ZipFile(file) as archive:
        listed = archive.read("xl/workbook.xml")
    hidden = with_part(file, "xl/workbook.xml", listed.replace(b'state="visible"', b'state="hidden"'))
    assert load_workbook(hidden).worksheets[0].sheet_state == "hidden"
    assert refusal(hidden) == Unreadable.NO_SHEET
