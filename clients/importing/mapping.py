"""Which column is which field: guessed from the headings, corrected by a person, remembered: pure."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from enum import StrEnum

from clients.enums import FieldKind
from clients.importing.custom import PREFIX, Custom, Target
from clients.importing.enums import Field
from clients.importing.headings import fold, meaning_of

Mapping = tuple[Target | None, ...]  # one entry a column of the file, in its order; None is a column that is left out

SEVERAL_COLUMNS = frozenset({Field.OTHER_EMAIL})
NAMES_THE_ACCOUNT = (Field.REFERENCE, Field.ACCOUNT)


class MappingFault(StrEnum):
    NO_ACCOUNT = "no_account"  # neither account name nor reference has a column
    TWICE = "twice"  # two columns for one field


def guess(headings: Sequence[str], customs: Iterable[Custom] = ()) -> Mapping:
    """The first column that means a field gets it; a second e-mail column is another e-mail, other repetitions are left out.

    A heading that is the name of one of the firm's custom fields means that field, whatever else it could mean.
    """
    named = {fold(custom.name): custom for custom in customs}
    guessed: list[Target | None] = []
    for heading in headings:
        field = named.get(fold(heading)) or meaning_of(heading)
        if field is Field.EMAIL and field in guessed:
            field = Field.OTHER_EMAIL
        guessed.append(field if field in SEVERAL_COLUMNS or field not in guessed else None)
    return tuple(guessed)


def faults(mapping: Mapping) -> dict[MappingFault, tuple[Target, ...]]:
    """What a person has to correct before the file can be checked, with the fields concerned; empty when all is well."""
    columns = Counter(field for field in mapping if field is not None)
    found: dict[MappingFault, tuple[Target, ...]] = {}
    if not any(columns[field] for field in NAMES_THE_ACCOUNT):
        found[MappingFault.NO_ACCOUNT] = NAMES_THE_ACCOUNT
    if twice := tuple(field for field, count in columns.items() if count > 1 and field not in SEVERAL_COLUMNS):
        found[MappingFault.TWICE] = twice
    return found


def key_of(headings: Sequence[str]) -> str:
    """The same for every file with the same headings in the same order, so that the firm's last mapping is found again."""
    return hashlib.sha256("\x1f".join(fold(heading) for heading in headings).encode()).hexdigest()


def as_stored(mapping: Mapping) -> list[str]:
    return ["" if field is None else field.stored if isinstance(field, Custom) else field.value for field in mapping]


def from_stored(stored: Sequence[str], customs: Iterable[Custom] = ()) -> Mapping:
    """Columns of custom fields that the firm does not have any more are left out."""
    known = {custom.stored: custom for custom in customs}
    return tuple(known.get(value) if value.startswith(PREFIX) else Field(value) if value else None for value in stored)


def customs_in(mapping: Mapping) -> list[Custom]:
    return [field for field in mapping if isinstance(field, Custom)]


def names_people(mapping: Mapping) -> bool:
    """Whether the list says who stands in an account."""
    return bool({Field.FIRST_NAME, Field.LAST_NAME, Field.EMAIL, Field.OTHER_EMAIL} & set(mapping))


def lists_addresses(mapping: Mapping) -> bool:
    """Whether the list has a column in which further addresses of a person would stand."""
    return Field.OTHER_EMAIL in mapping or any(custom.kind == FieldKind.EMAIL for custom in customs_in(mapping))


def columns_of(mapping: Mapping) -> dict[Target, tuple[int, ...]]:
    """Field -> its columns, first one 0."""
    found: dict[Target, tuple[int, ...]] = {}
    for column, field in enumerate(mapping):
        if field is not None:
            found[field] = (*found.get(field, ()), column)
    return found
