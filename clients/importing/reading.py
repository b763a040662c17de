"""From an uploaded file to its header and rows. A file that cannot be read raises `UnreadableFile`, whose sentence says why."""

import re
from collections.abc import Iterable, Iterator
from typing import IO

from clients.importing.enums import Unreadable
from clients.importing.headings import count_meanings
from clients.importing.table import MAX_BYTES, MAX_COLUMNS, MAX_ROWS, ROWS_BEFORE_HEADER, Line, Table, UnreadableFile
from clients.importing.text_files import TextLines
from clients.importing.workbooks import WorkbookLines

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OTHER_TYPES = {
    b"%PDF": "PDF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"Rar!": "RAR",
    b"7z\xbc\xaf": "7z",
    b"\x1f\x8b": "GZIP",
}
EMPTY_ROWS_NAMED = 1_000  # workbooks can hold a million of them
AN_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def read_table(file: IO[bytes], *, size: int) -> Table:
    """All of the list. `size` in bytes, told by whoever took the upload: a file over the limit is not read at all."""
    return _table_of(open_lines(file, size=size), MAX_ROWS)


def read_beginning(file: IO[bytes], *, size: int, rows: int) -> Table:
    """The header and the first `rows` rows, for showing which column is which."""
    return _table_of(open_lines(file, size=size), rows, cut=True)


def open_lines(file: IO[bytes], *, size: int) -> TextLines | WorkbookLines:
    if size > MAX_BYTES:
        raise UnreadableFile(Unreadable.TOO_BIG, megabytes=size // 1_000_000, most=MAX_BYTES // (1024 * 1024))
    file.seek(0)
    head = file.read(8)
    file.seek(0)
    if not head:
        raise UnreadableFile(Unreadable.EMPTY)
    if head == OLE:
        raise UnreadableFile(Unreadable.OLD_EXCEL)
    for mark, kind in OTHER_TYPES.items():
        if head.startswith(mark):
            raise UnreadableFile(Unreadable.OTHER_TYPE, type=kind)
    return WorkbookLines(file) if head.startswith(b"PK") else TextLines(file.read(MAX_BYTES + 1))


def _table_of(source: TextLines | WorkbookLines, most: int, *, cut: bool = False) -> Table:
    lines = iter(source)
    header, waiting = _find_header(lines)
    kept: list[Line] = []
    empty: list[int] = []
    for line in _chain(waiting, lines):
        if not any(cell.strip() for cell in line.cells):
            empty += [line.number] * (len(empty) < EMPTY_ROWS_NAMED)
        elif len(kept) == most and cut:
            break
        elif len(kept) == most:
            raise UnreadableFile(Unreadable.TOO_MANY_ROWS, most=most)
        else:
            kept.append(line)
    if not kept:
        raise UnreadableFile(Unreadable.NO_ROWS)
    last = kept[-1].number
    return _described(source, header, kept, [number for number in empty if number < last])


def _described(source: TextLines | WorkbookLines, header: Line, lines: list[Line], empty: list[int]) -> Table:
    if isinstance(source, WorkbookLines):
        width = len(header.cells)
        fitted = (Line(line.number, _fitted(line.cells, width)) for line in lines)
        return Table(header, tuple(fitted), tuple(empty), sheet=source.sheet)
    return Table(header, tuple(lines), tuple(empty), source.encoding, source.separator, mended=source.mended)


def _fitted(cells: tuple[str, ...], width: int) -> tuple[str, ...]:
    """A workbook's rows have no width of their own: cells beyond the header count only where something stands in them."""
    end = len(cells)
    while end > width and not cells[end - 1]:
        end -= 1
    return (*cells[:end], *[""] * (width - end))


def _find_header(lines: Iterator[Line]) -> tuple[Line, list[Line]]:
    """The row of headings, and the rows below it that were already read: a title may stand above."""
    heads: list[Line] = []
    for line in lines:
        if any(cell.strip() for cell in line.cells):
            heads.append(line)
            if count_meanings(line.cells) > 1 or len(heads) == ROWS_BEFORE_HEADER:
                break
    if not heads:
        raise UnreadableFile(Unreadable.EMPTY)
    at = next((index for index, line in enumerate(heads) if count_meanings(line.cells) > 1), 0)
    return _without_blank_end(heads[at]), heads[at + 1 :]


def _without_blank_end(header: Line) -> Line:
    end = len(header.cells)
    while not header.cells[end - 1].strip():
        end -= 1
    if end > MAX_COLUMNS:
        raise UnreadableFile(Unreadable.TOO_MANY_COLUMNS, row=header.number, most=MAX_COLUMNS)
    cells = tuple(" ".join(cell.split()) for cell in header.cells[:end])
    if not count_meanings(cells) and (found := next(filter(AN_EMAIL.search, cells), "")):
        raise UnreadableFile(Unreadable.NO_HEADER, row=header.number, value=found[:80])
    return Line(header.number, cells)


def _chain(waiting: list[Line], lines: Iterable[Line]) -> Iterator[Line]:
    yield from waiting
    yield from lines
