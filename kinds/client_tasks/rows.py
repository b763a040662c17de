"""The rows in which a list of tasks is typed: what stands in them, moved and added to without scripts too, and what is wrong. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from kinds.client_tasks.rules import MOST_TASKS, NewTask
from ui.forms import LineField

TEXT, DUE, DETAILS, SEVERAL = "task_text", "task_due", "task_details", "several"
AT_FIRST, MORE = 3, 5  # empty rows
LONGEST_TEXT, LONGEST_DETAILS = 200, 1000
LINE = LineField(required=False)
BULLET = re.compile(r"^\s*(?:[-*•–—·☐]|\[ ?\]|\d{1,3}[.)])\s+")


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A row as it was typed; an error is the sentence under its field."""

    text: str = ""
    due_on: str = ""
    details: str = ""
    text_error: str = ""
    due_error: str = ""
    details_error: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.text or self.due_on or self.details)

    @property
    def errors(self) -> list[str]:
        return [error for error in (self.text_error, self.due_error, self.details_error) if error]


def typed_rows(data: QueryDict) -> list[TaskRow]:
    """As the page sent them, empty ones too."""
    columns = [data.getlist(name) for name in (TEXT, DUE, DETAILS)]
    count = min(max(map(len, columns), default=0), MOST_TASKS + MORE)
    padded = [(*column, *[""] * count)[:count] for column in columns]
    return [TaskRow(_line(text), due_on.strip(), _lines(details)) for text, due_on, details in zip(*padded, strict=True)]


def lines_of(text: str) -> list[TaskRow]:
    """A task for each line, without the bullets and numbers that lists are pasted with."""
    lines = (_line(BULLET.sub("", line)) for line in text.splitlines())
    return [TaskRow(line) for line in lines if line]


def rows_of(tasks: Iterable[Mapping[str, Any]], today: date) -> list[TaskRow]:
    """Of a template, or of what was asked before: `due_in` counts days from `today`."""
    return [
        TaskRow(
            str(task.get("text", "")),
            "" if task.get("due_in") is None else (today + timedelta(days=task["due_in"])).isoformat(),
            str(task.get("details", "")),
        )
        for task in tasks
    ]


def edited(rows: Sequence[TaskRow], wanted: str, several: str = "") -> list[TaskRow]:
    """What the buttons do that work without scripts: `more`, `split`, and `up-2`, `down-2`, `remove-2` for the third row."""
    act, _, place = wanted.partition("-")
    number = int(place) if place.isdecimal() else -1
    now = list(rows)
    if act == "more":
        return [*now, *[TaskRow()] * MORE]
    if act == "split":
        return [*(row for row in now if not row.is_empty), *lines_of(several)]
    if not 0 <= number < len(now):
        return now
    if act == "remove":
        return now[:number] + now[number + 1 :]
    other = number + {"up": -1, "down": 1}.get(act, 0)
    if 0 <= other < len(now):
        now[number], now[other] = now[other], now[number]
    return now


@dataclass(frozen=True, slots=True)
class Read:
    """The tasks that were typed, the rows with what is wrong in them, and what is wrong as a whole."""

    tasks: list[NewTask]
    rows: list[TaskRow]
    problem: str = ""


def read_rows(rows: Sequence[TaskRow], today: date) -> Read:
    """Empty rows are left out."""
    typed = [_checked(row, today) for row in rows if not row.is_empty]
    tasks = [NewTask(row.text, row.details, _day(row.due_on)) for row in typed if not row.errors]
    wrong = [(number, row.errors[0]) for number, row in enumerate(typed, 1) if row.errors]
    if wrong:
        return Read(tasks, typed, _("Task %(number)d: %(error)s") % {"number": wrong[0][0], "error": wrong[0][1]})
    if not typed:
        return Read(tasks, typed, _("Write down at least one task."))
    if len(typed) > MOST_TASKS:
        said = _("A list holds at most %(most)d tasks, and these are %(count)d. Ask for the rest in another one.")
        return Read(tasks, typed, said % {"most": MOST_TASKS, "count": len(typed)})
    return Read(tasks, typed)


def _checked(row: TaskRow, today: date) -> TaskRow:
    return replace(row, text_error=text_error(row.text), due_error=due_error(row.due_on, today), details_error=details_error(row.details))


def text_error(text: str) -> str:
    if not text:
        return _("Say what is to be done, or empty the whole row.")
    if len(text) > LONGEST_TEXT:
        said = _("This is %(count)d characters long; at most %(most)d fit. Put the rest into the details.")
        return said % {"count": len(text), "most": LONGEST_TEXT}
    return ""


def due_error(typed: str, today: date) -> str:
    day = _day(typed)
    if typed and day is None:
        return _("This is no date. Type it like %(example)s.") % {"example": today.isoformat()}
    if day is not None and day < today:
        return _("This day is over. Choose today or a later one.")
    return ""


def details_error(details: str) -> str:
    if len(details) > LONGEST_DETAILS:
        return _("The details are %(count)d characters long; at most %(most)d fit.") % {"count": len(details), "most": LONGEST_DETAILS}
    return ""


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def _line(text: str) -> str:
    return LINE.to_python(text.replace("\0", ""))


def _lines(text: str) -> str:
    return text.replace("\0", "").replace("\r\n", "\n").strip()
