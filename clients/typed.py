"""What people type into fields and cells: pure. The import and the forms read it alike."""

import re
import unicodedata
from datetime import date

_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T]\d{2}:\d{2}(?::\d{2})?)?")
_DAY_FIRST = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})")


def tidy(text: str) -> str:
    """Line breaks and runs of blanks become one blank; signs that show nothing go."""
    seen = "".join(" " if _is_break(sign) else sign for sign in text if not _is_hidden(sign))
    return " ".join(unicodedata.normalize("NFC", seen).split())


def _is_break(sign: str) -> bool:
    return sign.isspace() or sign in "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"


def _is_hidden(sign: str) -> bool:
    """Controls, marks of writing direction, zero-width signs: they could disguise a name."""
    return not sign.isspace() and unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Co")


def date_of(text: str) -> date | None:
    """2021-07-01, 1/7/2021, 01.07.2021: the day before the month; years from 1900 to 2100."""
    if found := _YEAR_FIRST.fullmatch(text.strip()):
        year, month, day = map(int, found.groups())
    elif found := _DAY_FIRST.fullmatch(text.strip()):
        day, month, year = map(int, found.groups())
    else:
        return None
    try:
        return date(year, month, day) if 1900 <= year <= 2100 else None
    except ValueError:
        return None
