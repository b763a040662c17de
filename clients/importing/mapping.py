"""Which column is which field: guessed from the headings, corrected by a person, remembered: pure."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from enum import StrEnum

from clients.importing.enums import Field
from clients.importing.headings import fold, meaning_of

Mapping = tuple[Field | None, ...]  # one entry a column of the file, in its order; None is a column that is left out

SEVERAL_COLUMNS = frozenset({Field.OTHER_EMAIL})
NAMES_THE_ACCOUNT = (Field.REFERENCE, Field.ACCOUNT)


class MappingFault(StrEnum):
    NO_ACCOUNT = "no_account"  # neither account name nor reference has a column
    TWICE = "twice"  # two columns for one field


def guess(headings: Sequence[str]) -> Mapping:
    """The first column that means a field gets it; a second e-mail column is another e-mail, other repetitions are left out."""
    guessed: list[Field | None] = []
    for heading in headings:
        field = meaning_of(heading)
        if field is Field.EMAIL and field in guessed:
            field = Field.OTHER_EMAIL
        guessed.append(field if field in SEVERAL_COLUMNS or field not in guessed else None)
    return tuple(guessed)


def faults(mapping: Mapping) -> dict[MappingFault, tuple[Field, ...]]:
    """What a person has to correct before the file can be checked, with the fields concerned; empty when all is well."""
    columns = Counter(field for field in mapping if field is not None)
    found: dict[MappingFault, tuple[Field, ...]] = {}
    if not any(columns[field] for field in NAMES_THE_ACCOUNT):
        found[MappingFault.NO_ACCOUNT] = NAMES_THE_ACCOUNT
    if twice := tuple(field for field, count in columns.items() if count > 1 and field not in SEVERAL_COLUMNS):
        found[MappingFault.TWICE] = twice
    return found


def key_of(headings: Sequence[str]) -> str:
    """The same for every file with the same headings in the same order, so that the firm's last mapping is found again."""
    return hashlib.sha256("\x1f".join(fold(heading) for heading in headings).encode()).hexdigest()


def as_stored(mapping: Mapping) -> list[str]:
    return [field or "" for field in mapping]


def from_stored(stored: Sequence[str]) -> Mapping:
    return tuple(Field(value) if value else None for value in stored)


def columns_of(mapping: Mapping) -> dict[Field, tuple[int, ...]]:
    """Field -> its columns, first one 0."""
    found: dict[Field, tuple[int, ...]] = {}
    for column, field in enumerate(mapping):
        if field is not None:
            found[field] = (*found.get(field, ()), column)
    return found
