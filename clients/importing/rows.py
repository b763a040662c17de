"""From the cells of a row to typed values and problems: pure. What each field forgives is a table in docs/import.md."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from clients.custom_fields import LONGEST_TEXT, parse
from clients.enums import FieldKind
from clients.importing.client_row import SWITCHES, ClientRow, StaffMember
from clients.importing.custom import Custom, CustomText, Target
from clients.importing.emails import is_email, split_emails, undressed
from clients.importing.enums import Field, ProblemCode
from clients.importing.headings import fold
from clients.importing.mapping import Mapping, columns_of
from clients.importing.problems import Problem, problem
from clients.importing.table import Line
from clients.importing.values import (
    NOTHING,
    SPREADSHEET_ERRORS,
    has_line_break,
    is_formula,
    kind_of,
    language_of,
    phone_of,
    relation_of,
    switch_of,
    tags_of,
)
from clients.names import email_key
from clients.typed import date_of, tidy

# What the database's columns hold.
LONGEST = {
    Field.REFERENCE: 40, Field.ACCOUNT: 160, Field.FIRST_NAME: 80, Field.LAST_NAME: 80, Field.PHONE: 40, Field.GROUP: 80, Field.TAGS: 60,
}  # fmt: skip
WRONG = {
    FieldKind.TEXT: ProblemCode.TOO_LONG, FieldKind.NUMBER: ProblemCode.INVALID_NUMBER, FieldKind.DATE: ProblemCode.INVALID_DATE,
    FieldKind.CHOICE: ProblemCode.UNKNOWN_CHOICE,
}  # fmt: skip


def read_rows(lines: Iterable[Line], mapping: Mapping, staff: Iterable[StaffMember]) -> list[ClientRow]:
    """Every row of the list in its order; rows that say again exactly what an earlier one says are marked."""
    read = RowReader(mapping, staff)
    first_with: dict[tuple[str, ...], int] = {}
    rows: list[ClientRow] = []
    for line in lines:
        row = read(line)
        cells = tuple(cell.strip() for cell in line.cells)
        if (earlier := first_with.setdefault(cells, line.number)) != line.number:
            row = row.with_problems(problem(ProblemCode.REPEATED, row=earlier))
        rows.append(row)
    return rows


class RowReader:
    """Reads rows of one file under one mapping."""

    def __init__(self, mapping: Mapping, staff: Iterable[StaffMember]) -> None:
        self._width = len(mapping)
        self._columns = columns_of(mapping)
        self._staff = _staff_by_name(staff)

    def __call__(self, line: Line) -> ClientRow:
        if any(cell.strip() for cell in line.cells[self._width :]):
            too_many = problem(ProblemCode.TOO_MANY_CELLS, cells=len(line.cells), columns=self._width)
            return ClientRow(line.number, columns=self._firsts(), problems=(too_many,))
        return _Cells(line, self._width, self._columns, self._staff).row(self._firsts())

    def _firsts(self) -> dict[Target, int]:
        return {field: columns[0] for field, columns in self._columns.items()}


class _Cells:
    """One row while it is read; problems are gathered in the order of the columns."""

    def __init__(self, line: Line, width: int, columns: dict[Target, tuple[int, ...]], staff: dict[str, list[StaffMember]]) -> None:
        self._line = line
        self._columns = columns
        self._staff = staff
        self._problems: list[Problem] = []
        if 0 < len(line.cells) < width:
            self._problems.append(problem(ProblemCode.SHORT_ROW, len(line.cells) - 1, missing=width - len(line.cells)))

    def row(self, columns: dict[Target, int]) -> ClientRow:
        email, more = self._emails()
        customs = [field for field in columns if isinstance(field, Custom)]
        custom_emails = tuple(self._custom_emails(customs))
        row = ClientRow(
            number=self._line.number,
            reference=self._reference(),
            account=self._name(Field.ACCOUNT),
            kind=self._parsed(Field.KIND, kind_of, ProblemCode.UNKNOWN_KIND),
            first_name=self._name(Field.FIRST_NAME),
            last_name=self._name(Field.LAST_NAME),
            email=email,
            other_emails=self._other_emails(email, (*more, *(address for _, address in custom_emails))),
            phone=self._fitting(Field.PHONE, self._parsed(Field.PHONE, phone_of, ProblemCode.INVALID_PHONE) or ""),
            language=self._parsed(Field.LANGUAGE, language_of, ProblemCode.UNKNOWN_LANGUAGE) or "",
            login=self._parsed(Field.LOGIN, switch_of, ProblemCode.UNKNOWN_SWITCH),
            notify=self._parsed(Field.NOTIFY, switch_of, ProblemCode.UNKNOWN_SWITCH),
            email_sync=self._parsed(Field.EMAIL_SYNC, switch_of, ProblemCode.UNKNOWN_SWITCH),
            manager=self._manager(),
            group=self._name(Field.GROUP),
            tags=self._tags(),
            client_since=self._parsed(Field.CLIENT_SINCE, date_of, ProblemCode.INVALID_DATE),
            relation=self._parsed(Field.RELATION, relation_of, ProblemCode.UNKNOWN_RELATION),
            custom=tuple(self._custom_values(customs)),
            custom_emails=custom_emails,
            columns=columns,
        )
        return row.with_problems(*self._problems, *_about_switches(row))

    def _raw(self, field: Target) -> str:
        for column in self._columns.get(field, ())[:1]:
            if column < len(self._line.cells):
                return self._line.cells[column]
        return ""

    def _blame(self, code: ProblemCode, field: Target, value: str, **details: str | int) -> None:
        self._problems.append(problem(code, self._columns[field][0], value, **details))

    def _cell(self, field: Target) -> str:
        """The tidied cell; empty when nothing usable stands in it, after naming why."""
        raw = self._raw(field)
        text = tidy(raw)
        if text in NOTHING:
            return ""
        if text.upper() in SPREADSHEET_ERRORS:
            self._blame(ProblemCode.SPREADSHEET_ERROR, field, text)
            return ""
        if "\ufffd" in text:
            self._blame(ProblemCode.UNREADABLE_CHARACTER, field, text)
        return text

    def _parsed[T](self, field: Field, parse: Callable[[str], T | None], code: ProblemCode) -> T | None:
        text = self._cell(field)
        if not text:
            return None
        value = parse(text)
        if value is None:
            self._blame(code, field, text)
        return value

    def _name(self, field: Field) -> str:
        text = self._cell(field)
        if is_formula(text):
            self._blame(ProblemCode.FORMULA, field, text)
            return ""
        if has_line_break(self._raw(field)):
            self._blame(ProblemCode.LINE_BREAK, field, text)
        return self._fitting(field, text)

    def _fitting(self, field: Field, text: str) -> str:
        if len(text) <= LONGEST[field]:
            return text
        self._blame(ProblemCode.TOO_LONG, field, text, most=LONGEST[field])
        return ""

    def _reference(self) -> str:
        text = self._cell(Field.REFERENCE)
        if is_formula(text) or len(text) > LONGEST[Field.REFERENCE]:
            self._blame(ProblemCode.UNUSABLE_REFERENCE, Field.REFERENCE, text, most=LONGEST[Field.REFERENCE])
            return ""
        return text

    def _emails(self) -> tuple[str, tuple[str, ...]]:
        """The row's address, and further ones that stand in the same cell."""
        text = self._cell(Field.EMAIL)
        if not text:
            self._miss_email()
            return "", ()
        first, *more = split_emails(text)
        if not is_email(first):
            self._blame(ProblemCode.INVALID_EMAIL, Field.EMAIL, text)
            return "", ()
        if more:
            self._blame(ProblemCode.SEVERAL_EMAILS, Field.EMAIL, text, first=first)
        elif first != self._raw(Field.EMAIL):
            self._blame(ProblemCode.TIDIED_EMAIL, Field.EMAIL, self._raw(Field.EMAIL), kept=first)
        return first, tuple(more)

    def _miss_email(self) -> None:
        names_somebody = any(tidy(self._raw(field)) not in NOTHING for field in (Field.FIRST_NAME, Field.LAST_NAME))
        if names_somebody and Field.EMAIL in self._columns:
            self._blame(ProblemCode.MISSING_EMAIL, Field.EMAIL, "")

    def _other_emails(self, email: str, more: tuple[str, ...]) -> tuple[str, ...]:
        found = list(more)
        for column in self._columns.get(Field.OTHER_EMAIL, ()):
            raw = self._line.cells[column] if column < len(self._line.cells) else ""
            for address in split_emails(raw) if tidy(raw) not in NOTHING else ():
                if is_email(address):
                    found.append(address)
                else:
                    self._problems.append(problem(ProblemCode.INVALID_EMAIL, column, undressed(raw)))
        by_key: dict[str, str] = {}
        for address in found:
            by_key.setdefault(email_key(address), address)
        by_key.pop(email_key(email), None)
        return tuple(by_key.values())

    def _manager(self) -> StaffMember | None:
        text = self._cell(Field.MANAGER)
        if not text:
            return None
        found = self._staff.get(fold(text), [])
        if len(found) == 1:
            return found[0]
        self._blame(ProblemCode.SEVERAL_MANAGERS if found else ProblemCode.UNKNOWN_MANAGER, Field.MANAGER, text)
        return None

    def _custom_values(self, customs: Iterable[Custom]) -> Iterator[tuple[Custom, CustomText]]:
        for custom in customs:
            text = self._cell(custom) if custom.kind != FieldKind.EMAIL else ""
            if is_formula(text):
                self._blame(ProblemCode.FORMULA, custom, text)
            elif text and (parsed := parse(custom.kind, custom.choices, text)).value is not None:
                yield custom, parsed.value
            elif text:
                self._blame(WRONG[custom.kind], custom, text, most=LONGEST_TEXT, choices=", ".join(custom.choices))

    def _custom_emails(self, customs: Iterable[Custom]) -> Iterator[tuple[Custom, str]]:
        for custom in customs:
            text = self._cell(custom) if custom.kind == FieldKind.EMAIL else ""
            if text and is_email(undressed(text)):
                yield custom, undressed(text)
            elif text:
                self._blame(ProblemCode.INVALID_EMAIL, custom, text)

    def _tags(self) -> tuple[str, ...]:
        text = self._cell(Field.TAGS)
        tags = tags_of(self._raw(Field.TAGS)) if text else ()
        if any(map(is_formula, tags)):
            self._blame(ProblemCode.FORMULA, Field.TAGS, text)
        return tuple(filter(partial(self._fitting, Field.TAGS), (tag for tag in tags if not is_formula(tag))))


def _about_switches(row: ClientRow) -> list[Problem]:
    """A switch cannot be on where there is no address to switch it on for."""
    wanted = zip(SWITCHES, (row.login, row.notify, row.email_sync), strict=True)
    return [] if row.email else [problem(ProblemCode.SWITCH_WITHOUT_EMAIL, row.columns[field]) for field, on in wanted if on]


def _staff_by_name(staff: Iterable[StaffMember]) -> dict[str, list[StaffMember]]:
    """Folded name, name with its last word first, and e-mail -> who that is."""
    found: dict[str, list[StaffMember]] = {}
    for member in staff:
        *first, last = fold(member.name).split() or [""]
        for word in {fold(member.name), " ".join([last, *first]), fold(member.email)}:
            found.setdefault(word, []).append(member)
    return found
