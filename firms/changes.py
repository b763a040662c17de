"""What a change changed, in words for the activity log."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, time
from functools import partial

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from ui.dates import day_in_words

type Text = str | Promise

ON, OFF = pgettext_lazy("switch", "on"), pgettext_lazy("switch", "off")


@dataclass(frozen=True, slots=True)
class Change:
    """One field's change, as people read it; lazy texts speak the language of whoever reads. `field` is empty for what is no column."""

    label: Text
    old: Text
    new: Text
    field: str = ""


def change_fields(row: models.Model, values: Mapping[str, object], *, words: Mapping[str, Callable[[object], Text]] = {}) -> list[Change]:
    """Sets `values` on the unsaved `row` and tells which of them were different; `words` names the values of columns that hold codes."""
    changes = []
    for name, value in values.items():
        field = row._meta.get_field(name)
        assert isinstance(field, models.Field)
        old = getattr(row, name)
        if old != value:
            setattr(row, name, value)
            name_of = words.get(name) or partial(said, field)
            changes.append(Change(field.verbose_name, name_of(old), name_of(value), name))
    return changes


def said(field: "models.Field[object, object]", value: object) -> Text:
    """A field's value in words: the name of a choice, on or off for a switch, nothing for nothing."""
    if isinstance(value, bool):
        return ON if value else OFF
    if isinstance(value, date):
        return day_in_words(value, "j F Y")
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if value is None:
        return ""
    named: Text = dict(field.flatchoices).get(value, str(value))
    return named
