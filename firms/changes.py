"""What a change changed, in words for the activity log."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db import models
from django.utils import formats
from django.utils.translation import pgettext


@dataclass(frozen=True, slots=True)
class Change:
    """One field's change, as people read it."""

    label: str
    old: str
    new: str


def change_fields(row: models.Model, values: Mapping[str, object]) -> list[Change]:
    """Sets `values` on the unsaved `row` and tells which of them were different."""
    changes = []
    for name, value in values.items():
        field = row._meta.get_field(name)
        assert isinstance(field, models.Field)
        old = getattr(row, name)
        if old != value:
            setattr(row, name, value)
            changes.append(Change(str(field.verbose_name), said(field, old), said(field, value)))
    return changes


def said(field: "models.Field[object, object]", value: object) -> str:
    """A field's value in words: the name of a choice, on or off for a switch, nothing for nothing."""
    if isinstance(value, bool):
        return pgettext("switch", "on") if value else pgettext("switch", "off")
    if isinstance(value, date):
        return formats.date_format(value, "j F Y")
    if value is None:
        return ""
    return str(dict(field.flatchoices).get(value, value))
