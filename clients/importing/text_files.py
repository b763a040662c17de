"""CSV and its kin: the separator is found, quoted line breaks are kept, a lost quotation mark is told: pure."""

import csv
import io
from collections import Counter
from collections.abc import Iterator

from clients.importing.encodings import decode
from clients.importing.enums import Unreadable
from clients.importing.table import LINES_OF_ONE_ROW, MAX_COLUMNS, MAX_LINES, MAX_ROWS, Line, UnreadableFile

SEPARATORS = (";", ",", "\t", "|")
SAMPLE_LINES = 60
CONTROL_SHARE = 0.02  # more control characters than this is no text
END = "\x1eend of the list\x1e"  # swallowed by a quotation mark that never closes


class TextLines:
    """The rows of a text file, in order; `encoding`, `separator` and `mended` tell how it was read."""

    def __init__(self, data: bytes) -> None:
        decoded = decode(data)
        refuse_what_is_no_text(decoded.text)
        text = decoded.text.replace("\0", "\ufffd")
        self.encoding = decoded.encoding
        self.mended = decoded.mended
        named = separator_named_by(text)
        self.separator = named or find_separator(text)
        self._skipped = 1 if named else 0
        self._text = text

    def __iter__(self) -> Iterator[Line]:
        source = io.StringIO(f"{self._text}\n{END}", newline="")
        for _ in range(self._skipped):
            source.readline()
        reader = csv.reader(source, delimiter=self.separator)
        number = self._skipped + 1
        try:
            for cells in reader:
                if cells == [END]:
                    return
                if number > MAX_LINES:
                    raise UnreadableFile(Unreadable.TOO_MANY_ROWS, most=MAX_ROWS)
                last = self._skipped + reader.line_num
                if last - number > LINES_OF_ONE_ROW or END in "".join(cells[-1:]):
                    raise UnreadableFile(Unreadable.OPEN_QUOTE, row=number)
                yield Line(number, tuple(cells[: MAX_COLUMNS + 1]))
                number = last + 1
        except csv.Error as error:  # a cell beyond all measure, for the same reason
            raise UnreadableFile(Unreadable.OPEN_QUOTE, row=number) from error


def refuse_what_is_no_text(text: str) -> None:
    head = text[:20_000]
    if head.lstrip().lower().startswith(("<!doctype html", "<html", "<table", "<?xml")):
        raise UnreadableFile(Unreadable.OTHER_TYPE, type="HTML")
    control = sum(1 for sign in head if sign < " " and sign not in "\t\r\n")
    if control > CONTROL_SHARE * len(head):
        raise UnreadableFile(Unreadable.NOT_TEXT)


def separator_named_by(text: str) -> str | None:
    """Excel's own first line, `sep=;`."""
    first = text[:8].splitlines()[:1]
    if first and first[0].lower().startswith("sep=") and len(first[0].strip("\r\n")) == 5:
        return first[0][4]
    return None


def find_separator(text: str) -> str:
    """The one under which most rows have the same number of cells, and many."""
    sample = "".join(line for _, line in zip(range(SAMPLE_LINES), io.StringIO(text, newline=""), strict=False))
    return max(SEPARATORS, key=lambda separator: _regularity(sample, separator))


def _regularity(sample: str, separator: str) -> tuple[float, int]:
    try:
        widths = Counter(len(row) for row in csv.reader(io.StringIO(sample, newline=""), delimiter=separator) if row)
    except csv.Error:
        return 0.0, 0
    if not widths:
        return 0.0, 0
    width, rows = widths.most_common(1)[0]
    return (rows / widths.total() if width > 1 else 0.0), width
