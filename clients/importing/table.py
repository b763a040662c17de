"""A client list as it stands in its file: pure."""

from dataclasses import dataclass

from clients.importing.enums import Unreadable

MAX_BYTES = 20 * 1024 * 1024
MAX_ROWS = 20_000
MAX_LINES = 1_100_000  # empty ones counted: as many as a sheet has
MAX_COLUMNS = 200
LINES_OF_ONE_ROW = 25  # a row that runs over more lines than this has lost a quotation mark
ROWS_BEFORE_HEADER = 10  # a title, a date, an empty row may stand above the headings


@dataclass(frozen=True, slots=True)
class Line:
    """One row; `number` is what the person sees: the line it starts on in a text file, the row's number in a workbook."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    header: Line
    lines: tuple[Line, ...]
    empty: tuple[int, ...] = ()  # numbers of the empty rows between others
    encoding: str = ""  # Python's name of it; empty for a workbook
    separator: str = ""
    sheet: str = ""  # empty for a text file
    mended: tuple[int, ...] = ()  # lines of a UTF-8 file that were in another encoding


class UnreadableFile(Exception):
    """The file as a whole cannot be read; `why` and `details` make the sentence in `sentences.py`."""

    def __init__(self, why: Unreadable, **details: str | int) -> None:
        super().__init__(why, details)
        self.why = why
        self.details = details
