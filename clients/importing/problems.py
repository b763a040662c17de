"""A mistake in a row: where it stands, what stands there, and what it costs. Kept as data, said in words by `sentences.py`."""

from dataclasses import dataclass, field
from typing import TypedDict

from clients.importing.enums import ProblemCode, Severity

_ERRORS = frozenset(
    {
        ProblemCode.NO_ACCOUNT,
        ProblemCode.UNKNOWN_REFERENCE,
        ProblemCode.UNUSABLE_REFERENCE,
        ProblemCode.SEVERAL_ACCOUNTS,
        ProblemCode.TOO_MANY_CELLS,
        ProblemCode.NOBODY,
        ProblemCode.REFUSED_BY_DATABASE,
    }
)
_NOTES = frozenset(
    {
        ProblemCode.NAME_FROM_REFERENCE,
        ProblemCode.MISSING_KIND,
        ProblemCode.MISSING_EMAIL,
        ProblemCode.MISSING_NAME,
        ProblemCode.REPEATED,
        ProblemCode.SHORT_ROW,
        ProblemCode.LINE_BREAK,
        ProblemCode.TIDIED_EMAIL,
        ProblemCode.SEVERAL_EMAILS,
        ProblemCode.UNREADABLE_CHARACTER,
        ProblemCode.ARCHIVED,
        ProblemCode.ARCHIVED_PERSON,
    }
)
SHOWN = 80  # characters of a cell that a sentence repeats


class StoredProblem(TypedDict):
    code: str
    column: int | None
    value: str
    details: dict[str, str]


@dataclass(frozen=True, slots=True)
class Problem:
    """`column` counts the file's columns from 0; None concerns the whole row."""

    code: ProblemCode
    column: int | None = None
    value: str = ""
    details: dict[str, str] = field(default_factory=dict)

    @property
    def severity(self) -> Severity:
        if self.code in _ERRORS:
            return Severity.ERROR
        return Severity.NOTE if self.code in _NOTES else Severity.WARNING

    def as_stored(self) -> StoredProblem:
        return {"code": self.code.value, "column": self.column, "value": self.value, "details": self.details}

    @classmethod
    def from_stored(cls, stored: StoredProblem) -> "Problem":
        return cls(ProblemCode(stored["code"]), stored["column"], stored["value"], stored["details"])


def problem(code: ProblemCode, column: int | None = None, value: str = "", **details: str | int) -> Problem:
    shown = value if len(value) <= SHOWN else f"{value[:SHOWN]}…"
    return Problem(code, column, shown, {name: str(detail) for name, detail in details.items()})
