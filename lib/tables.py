"""Tables as files: CSV and XLSX whose cells no spreadsheet will run."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence

from xlsxwriter import Workbook

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# A cell ends there where a list separator is a comma, or where a reader takes a quotation mark for a sign like others.
_BEGINS_INSIDE = re.compile(r"([,;\t\r\n]\s*)([=+\-@＝＋－＠])")
_NOT_IN_A_TITLE = re.compile(r"[\[\]:*?/\\]")


def nothing(cell: str) -> bool:
    return False


def as_csv(rows: Iterable[Sequence[object]], *, spared: Callable[[str], bool] = nothing) -> bytes:
    """UTF-8 with a mark, so that Excel reads the accents; semicolons, as where numbers have a comma."""
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows([harmless(str(cell), spared=spared) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def harmless(cell: str, *, spared: Callable[[str], bool] = nothing) -> str:
    """A cell that no spreadsheet will run: an apostrophe before what could be a formula, unless it is one of the `spared`."""
    if cell == "-" or spared(cell):
        return cell
    inside = _BEGINS_INSIDE.sub(r"\1'\2", cell)
    return f"'{inside}" if inside.startswith(RUN_BY_SPREADSHEETS) else inside


def as_xlsx(rows: Iterable[Sequence[object]], *, title: str, widths: Sequence[int]) -> bytes:
    """One sheet, its first row kept in sight; every cell is text, whatever it begins with. A width, in characters, for each column."""
    content = io.BytesIO()
    with Workbook(content, {"constant_memory": True}) as book:
        sheet = book.add_worksheet(_NOT_IN_A_TITLE.sub(" ", title)[:31])
        sheet.freeze_panes(1, 0)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                sheet.write_string(number, column, str(cell))
    return content.getvalue()
