"""XLSX: values as text, without unpacking more than a list can be."""

import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import IO, Any
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from clients.importing.enums import Unreadable
from clients.importing.headings import count_meanings
from clients.importing.table import MAX_COLUMNS, ROWS_BEFORE_HEADER, Line, UnreadableFile

MAX_UNPACKED = 150 * 1024 * 1024  # all parts together; 20,000 rows of 200 cells unpack to less
MAX_PARTS = 2_000
MAX_STRINGS = 64 * 1024 * 1024  # the texts of all sheets, which are read before the first row
MAX_FRAME = 8 * 1024 * 1024  # styles, names of sheets and what else is read whole
FRAME = ("[Content_Types].xml", "_rels/", "docProps/", "xl/_rels/", "xl/styles.xml", "xl/theme/", "xl/workbook.xml")
LAST_ROW = 1_048_576  # of a sheet; one that calls itself the two-thousand-millionth would take hours to reach
# What openpyxl and what it stands on raise when a part is missing, damaged or not what it says.
DAMAGED = (
    InvalidFileException, ParseError, zipfile.BadZipFile, EOFError, OSError, KeyError, IndexError, ValueError, TypeError, AttributeError,
    NotImplementedError, RuntimeError, AssertionError,
)  # fmt: skip


class WorkbookLines:
    """The rows of one sheet, in order: of the visible sheet that looks most like a list."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        formulas = refuse_unfit_package(file)
        try:
            self._values = _open(file, values=True)
            self.sheet = _choose_sheet(self._values)
            self._formulas = _open(file, values=False) if formulas else None
        except DAMAGED as error:
            raise UnreadableFile(Unreadable.BROKEN_WORKBOOK) from error

    def __iter__(self) -> Iterator[Line]:
        try:
            for number, cells in enumerate(self._rows(), start=1):
                if len(cells) > MAX_COLUMNS and cells[MAX_COLUMNS]:
                    raise UnreadableFile(Unreadable.TOO_MANY_COLUMNS, row=number, most=MAX_COLUMNS)
                yield Line(number, cells)
        except DAMAGED as error:
            raise UnreadableFile(Unreadable.BROKEN_WORKBOOK) from error

    def _rows(self) -> Iterator[tuple[str, ...]]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions that a list does not need
            values = _rows_of(self._values[self.sheet])
            if self._formulas is None:
                yield from map(_texts_of, values)
                return
            # A formula whose result was never saved has no value: its text stands in, so that it can be named.
            for row, formulas in zip(values, _rows_of(self._formulas[self.sheet]), strict=False):
                yield _texts_of(tuple(formula if value is None else value for value, formula in zip(row, formulas, strict=False)))


def refuse_unfit_package(file: IO[bytes]) -> bool:
    """Looks at the package's table of contents alone; True when some sheet holds formulas."""
    try:
        with zipfile.ZipFile(file) as package:
            parts = package.infolist()
            names = {part.filename for part in parts}
            if "mimetype" in names and package.read("mimetype")[:60].startswith(b"application/vnd.oasis"):
                raise UnreadableFile(Unreadable.OPEN_DOCUMENT)
            if "xl/workbook.xml" not in names:
                raise UnreadableFile(Unreadable.OTHER_TYPE, type="ZIP")
            unpacked = sum(part.file_size for part in parts)
            strings = sum(part.file_size for part in parts if part.filename == "xl/sharedStrings.xml")
            frame = sum(part.file_size for part in parts if part.filename.startswith(FRAME))
            if unpacked > MAX_UNPACKED or len(parts) > MAX_PARTS or strings > MAX_STRINGS or frame > MAX_FRAME:
                raise UnreadableFile(Unreadable.UNPACKS_TOO_BIG, megabytes=unpacked // 1_000_000)
            return any(_holds_formulas(package, part) for part in parts if part.filename.startswith("xl/worksheets/sheet"))
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise UnreadableFile(Unreadable.BROKEN_WORKBOOK) from error


def _holds_formulas(package: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    tail = b""
    with package.open(part) as sheet:
        while block := sheet.read(1 << 20):
            if b"<f>" in tail + block or b"<f " in tail + block:
                return True
            tail = block[-3:]
    return False


def _open(file: IO[bytes], *, values: bool) -> Any:
    file.seek(0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return load_workbook(file, read_only=True, data_only=values, keep_links=False)


def _rows_of(sheet: Any) -> Iterator[tuple[object, ...]]:
    sheet.reset_dimensions()  # what a sheet says of its own size is often wrong
    rows: Iterator[tuple[object, ...]] = sheet.iter_rows(max_row=LAST_ROW, max_col=MAX_COLUMNS + 1, values_only=True)
    return rows


def _texts_of(row: tuple[object, ...]) -> tuple[str, ...]:
    """Nothing at all for an empty row, for a sheet can hold a million of them."""
    return () if row.count(None) == len(row) else tuple(map(as_text, row))


def _choose_sheet(workbook: Any) -> str:
    visible = [sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible"]
    if not visible:
        raise UnreadableFile(Unreadable.NO_SHEET)
    return str(max(visible, key=_likeness_to_a_list).title)


def _likeness_to_a_list(sheet: Any) -> tuple[int, bool]:
    heads = [tuple(map(as_text, row)) for _, row in zip(range(ROWS_BEFORE_HEADER), _rows_of(sheet), strict=False)]
    return max((count_meanings(cells) for cells in heads), default=0), any(map(any, heads))


def as_text(value: object) -> str:
    """A cell's value as a person would type it: dates as 2021-07-01, 1000.0 as 1000."""
    match value:
        case None:
            return ""
        case bool():
            return "1" if value else "0"
        case datetime():
            return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
        case date():
            return value.isoformat()
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        case _:
            return str(value).replace("\0", "\ufffd")
