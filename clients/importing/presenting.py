"""An import as its pages show it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from clients.importing.custom import kind_and_name
from clients.importing.enums import Field, ImportState, Severity, Unreadable, Verdict
from clients.importing.models import ClientImport, ImportRow
from clients.importing.problems import Problem
from clients.importing.queries import TO_CORRECT, Counts
from clients.importing.sentences import change_label, custom_in_words, in_words, remedy, unreadable, why
from clients.importing.steps import Change
from ui.shell import Tab

VERDICT_COLORS = {Verdict.NEW: "green", Verdict.CHANGED: "azure", Verdict.SAME: "grey", Verdict.REFUSED: "red"}
SEVERITY_COLORS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "grey"}
STATE_COLORS = {
    ImportState.MATCHING: "yellow", ImportState.CHECKING: "azure", ImportState.CHECKED: "yellow", ImportState.IMPORTING: "azure",
    ImportState.DONE: "green", ImportState.STOPPED: "grey", ImportState.FAILED: "red",
}  # fmt: skip
ENCODINGS = {"utf-8": "UTF-8", "utf-16": "UTF-16", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16", "cp1252": "Windows-1252"}
TO_CORRECT_FILTER, ALL, DIFFERENCES = "to-correct", "all", "differences"


@dataclass(frozen=True, slots=True)
class ChangeShown:
    label: str
    whose: str
    old: str
    new: str
    is_field: bool


@dataclass(frozen=True, slots=True)
class ProblemShown:
    column: str  # its heading; empty for the whole row
    why: str
    remedy: str
    word: str
    color: str


@dataclass(frozen=True, slots=True)
class RowShown:
    number: int
    account: str
    person: str
    verdict: str
    color: str
    changes: tuple[ChangeShown, ...]
    problems: tuple[ProblemShown, ...]


def show_rows(rows: Iterable[ImportRow], headings: Sequence[str]) -> list[RowShown]:
    return [_show_row(row, headings) for row in rows]


def _show_row(row: ImportRow, headings: Sequence[str]) -> RowShown:
    verdict = Verdict(row.verdict)
    changes = tuple(_show_change(Change(**change)) for change in row.changes)
    problems = tuple(show_problem(Problem.from_stored(stored), headings) for stored in row.problems)
    return RowShown(row.number, row.account, row.person, str(verdict.label), VERDICT_COLORS[verdict], changes, problems)


def _show_change(change: Change) -> ChangeShown:
    if custom := kind_and_name(change.what):
        kind, name = custom
        return ChangeShown(name, change.whose, custom_in_words(kind, change.old), custom_in_words(kind, change.new), is_field=True)
    if change.what not in Field:
        return ChangeShown(change_label(change.what), change.whose, change.old, change.new, is_field=False)
    field = Field(change.what)
    return ChangeShown(str(field.label), change.whose, in_words(field, change.old), in_words(field, change.new), is_field=True)


def show_problem(problem: Problem, headings: Sequence[str]) -> ProblemShown:
    column = "" if problem.column is None else heading_of(headings, problem.column)
    return ProblemShown(column, why(problem), remedy(problem), str(problem.severity.label), SEVERITY_COLORS[problem.severity])


def heading_of(headings: Sequence[str], column: int) -> str:
    return headings[column] or _("Column %(number)s") % {"number": column + 1}


def verdict_tabs(query: QueryDict, counts: Counts) -> list[Tab]:
    """The counts of a check, each a filter."""
    differing = [(DIFFERENCES, pgettext("rows", "All but unchanged"), counts.differing, "grey")] if opens_on_differences(counts) else []
    tabs = [
        *differing,
        (ALL, pgettext("rows", "All"), counts.total, "grey"),
        (Verdict.NEW.value, pgettext("rows", "New"), counts.new, "green"),
        (Verdict.CHANGED.value, pgettext("rows", "Changed"), counts.changed, "azure"),
        (Verdict.SAME.value, pgettext("rows", "Unchanged"), counts.same, "grey"),
        (Verdict.REFUSED.value, pgettext("rows", "Left out"), counts.refused, "red"),
        (TO_CORRECT_FILTER, pgettext("rows", "To correct"), counts.to_correct, "yellow"),
    ]
    chosen = query.get("rows", "")
    active = chosen if chosen in [value for value, *_rest in tabs] else tabs[0][0]
    return [Tab(title, f"?rows={value}", value == active, count, color) for value, title, count, color in tabs]


def opens_on_differences(counts: Counts) -> bool:
    """Whether a list has both: rows that say what stands already, and others, which are what somebody wants to see first."""
    return bool(counts.same and counts.differing)


def conditions_of(query: QueryDict, counts: Counts) -> dict[str, object]:
    """What the chosen tab asks of a row."""
    chosen = query.get("rows", "")
    if chosen == TO_CORRECT_FILTER:
        return {"severity__in": TO_CORRECT}
    if chosen in Verdict:
        return {"verdict": chosen}
    return {"verdict__in": [each for each in Verdict if each is not Verdict.SAME]} if opens_on_differences(counts) and chosen != ALL else {}


def outcome_of(client_import: ClientImport, counts: Counts, removed: int) -> str:
    """What an import has made, changed and removed; nothing of what there was none."""
    made = [
        (client_import.accounts_made, ngettext("%(n)s account is new.", "%(n)s accounts are new.", client_import.accounts_made)),
        (client_import.contacts_made, ngettext("%(n)s person is new.", "%(n)s people are new.", client_import.contacts_made)),
        (counts.changed, ngettext(
            "%(n)s row changed what stood here.", "%(n)s rows changed what stood here.", counts.changed)),
        (removed, ngettext(
            "%(n)s person or address was removed.", "%(n)s people or addresses were removed.", removed)),
    ]  # fmt: skip
    said = [text % {"n": n} for n, text in made if n]
    return " ".join([*(said or [_("Nothing was to change: what the list says stood here already.")]), _("No e-mail was sent.")])


def to_be_invited(people: int) -> str:
    """Of those whom the list gave LOGIN and who cannot sign in yet; empty where there is nobody."""
    if not people:
        return ""
    text = ngettext(
        "%(n)s person has LOGIN by this list and cannot sign in yet: an import invites nobody.",
        "%(n)s people have LOGIN by this list and cannot sign in yet: an import invites nobody.",
        people,
    )
    return text % {"n": people}


def remarks_of(client_import: ClientImport) -> list[str]:
    """What is worth knowing of the file as a whole."""
    source = client_import.source
    remarks = []
    if empty := source.get("empty"):
        listed = ", ".join(map(str, empty[:10])) + (" …" if len(empty) > 10 else "")
        text = ngettext("Row %(rows)s is empty and was passed over.", "Rows %(rows)s are empty and were passed over.", len(empty))
        remarks.append(text % {"rows": listed})
    if mended := source.get("mended"):
        listed = ", ".join(map(str, mended[:10])) + (" …" if len(mended) > 10 else "")
        remarks.append(_("Lines %(lines)s are in another encoding than the rest; look at their accents.") % {"lines": listed})
    return remarks


def source_words(client_import: ClientImport) -> str:
    """How the file was read, so that a wrong guess is seen."""
    source = client_import.source
    if source.get("sheet"):
        return _("Excel workbook, sheet “%(sheet)s”") % {"sheet": source["sheet"]}
    encoding = ENCODINGS.get(source["encoding"], source["encoding"])
    separator = _("tab") if source["separator"] == "\t" else f"“{source['separator']}”"
    return _("Text in %(encoding)s, columns separated by %(separator)s") % {"encoding": encoding, "separator": separator}


def trouble_of(client_import: ClientImport) -> str:
    """The sentence of an import that failed; empty for others."""
    if not client_import.trouble:
        return ""
    return unreadable(Unreadable(client_import.trouble["why"]), client_import.trouble["details"])


def time_left(client_import: ClientImport, machine_now: datetime) -> str:
    """“about 20 seconds left”, from how long the rows so far took; nothing before the first are through."""
    since, done = client_import.running_since, client_import.rows_done
    if client_import.state != ImportState.IMPORTING or since is None or not done:
        return ""
    seconds = (machine_now - since).total_seconds() / done * (client_import.rows_total - done)
    if seconds < 60:
        rounded = max(5, round(seconds / 5) * 5)
        return ngettext("about %(n)s second left", "about %(n)s seconds left", rounded) % {"n": rounded}
    minutes = round(seconds / 60)
    return ngettext("about %(n)s minute left", "about %(n)s minutes left", minutes) % {"n": minutes}
