"""Tables as files: CSV and XLSX whose cells no spreadsheet will run."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def nothing(cell: str) -> bool:
    return False


def as_csv(rows: Iterable[Sequence[object]], *, spared: Callable[[str], bool] = nothing) -> bytes:
    """UTF-8 with a mark, so that Excel reads the accents; semicolons, as where numbers have a comma."""
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows([harmless(str(cell), spared=spared) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def harmless(cell: str, *, spared: Callable[[str], bool] = nothing) -> str:
    """A cell that no spreadsheet will run: an apostrophe before what could be a formula, unless it is one of the `spared`."""
    return f"'{cell}" if cell.startswith(RUN_BY_SPREADSHEETS) and cell != "-" and not spared(cell) else cell


# --- XLSX --------------------------------------------------------------------------------------------------------------
# The five parts that a workbook cannot be without, written as they come: fifty thousand rows take seconds, where openpyxl, which
# makes an object of every cell and element, takes a minute.

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
    ),
}
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NOT_IN_A_TITLE = re.compile(r"[\[\]:*?/\\]")


def as_xlsx(rows: Iterable[Sequence[object]], *, title: str, widths: Sequence[int]) -> bytes:
    """One sheet, its first row kept in sight; every cell is text, whatever it begins with. A width, in characters, for each column."""
    content = io.BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as book:
        for name, part in _PARTS.items():
            book.writestr(name, _HEAD + part)
        sheet = f'<sheet name={quoteattr(_NOT_IN_A_TITLE.sub(" ", title)[:31])} sheetId="1" r:id="rId1"/>'
        book.writestr("xl/workbook.xml", f'{_HEAD}<workbook xmlns="{_SPREADSHEET}" xmlns:r="{_OFFICE}"><sheets>{sheet}</sheets></workbook>')
        with book.open("xl/worksheets/sheet1.xml", "w") as sheet1:
            sheet1.write(_before_the_rows(widths).encode())
            sheet1.writelines(f"<row>{''.join(map(_cell, row))}</row>".encode() for row in rows)
            sheet1.write(b"</sheetData></worksheet>")
    return content.getvalue()


def _before_the_rows(widths: Sequence[int]) -> str:
    pane = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    cols = "".join(f'<col min="{at}" max="{at}" width="{width}" customWidth="1"/>' for at, width in enumerate(widths, start=1))
    return (
        f'{_HEAD}<worksheet xmlns="{_SPREADSHEET}"><sheetViews><sheetView workbookViewId="0">{pane}</sheetView></sheetViews>'
        f"<cols>{cols}</cols><sheetData>"
    )


def _cell(value: object) -> str:
    text = escape(_NOT_IN_XML.sub("�", str(value)), {"\r": "&#13;"})
    return f'<c t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
