"""The firm's custom fields as an import sees them: a column can mean one (C03)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from clients.enums import FieldKind
from clients.importing.enums import Field

CustomText = str | Decimal | date
CustomValueNow = tuple[int, CustomText]  # id of the field, value
PREFIX = "custom:"


@dataclass(frozen=True, slots=True)
class Custom:
    """One custom field of the firm; `code` is what a stored mapping keeps."""

    id: int
    code: str
    name: str
    kind: FieldKind
    choices: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        return self.name

    @property
    def stored(self) -> str:
        return f"{PREFIX}{self.code}"

    @property
    def word(self) -> str:
        """As a change keeps it: so that it can be shown when the field is gone."""
        return f"{PREFIX}{self.kind.value}:{self.name}"


Target = Field | Custom  # what a column of a client list can mean


def kind_and_name(word: str) -> tuple[FieldKind, str] | None:
    """What `Custom.word` holds; None for other words."""
    if not word.startswith(PREFIX):
        return None
    kind, _, name = word.removeprefix(PREFIX).partition(":")
    return FieldKind(kind), name
