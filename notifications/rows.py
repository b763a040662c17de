"""The rows of an e-mail, from the raw values on a notice to texts in the reader's language. Pure."""

from collections.abc import Callable, Mapping, Sequence

from templates_email.enums import EmailEvent, Kind
from templates_email.placeholders import PLACEHOLDERS, ROW_NAMES

SHOWN_AT_MOST = 20  # an e-mail stays small: the page has them all
LONGEST = 1000  # characters of one text in a row

type Row = Mapping[str, str]
type SayDay = Callable[[str], str]


def shown_rows(event: EmailEvent, rows: Sequence[Row], say_day: SayDay) -> list[dict[str, str]]:
    """The first of them, whole: what a row does not bring is empty, days are said by `say_day`, long texts are cut."""
    names = ROW_NAMES.get(event, ())
    return [{name: _shown(name, row.get(name, ""), say_day) for name in names} for row in rows[:SHOWN_AT_MOST]]


def _shown(name: str, raw: str, say_day: SayDay) -> str:
    if name.endswith("_ON"):
        return say_day(raw) if raw else ""
    if PLACEHOLDERS[name].kind == Kind.LINK or len(raw) <= LONGEST:
        return raw
    return f"{raw[:LONGEST].rstrip()}…"


def counts(rows: Sequence[Row]) -> dict[str, str]:
    """What an e-mail says about its rows as a whole; empty without any."""
    more = len(rows) - SHOWN_AT_MOST
    return {
        "COUNT": str(len(rows)) if rows else "",
        "SEVERAL": "yes" if len(rows) > 1 else "",
        "MORE": str(more) if more > 0 else "",
    }
