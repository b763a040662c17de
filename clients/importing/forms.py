"""Choosing a file, and saying which column is which."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.importing.enums import Field
from clients.importing.mapping import Mapping, from_stored

LEFT_OUT = ("", _("Leave this column out"))


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("Client list"),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.tsv,.txt"}),
        allow_empty_file=True,  # the reader says what to do about it
        error_messages={"required": _("Choose the file that holds the clients.")},
    )


class ColumnsForm(forms.Form):
    """One choice a column, in the order of the file."""

    def __init__(self, data: Any = None, *, headings: Sequence[str], mapping: Sequence[str]) -> None:
        super().__init__(data)
        choices = [LEFT_OUT, *Field.choices]
        for column, (heading, chosen) in enumerate(zip(headings, mapping, strict=True)):
            label = heading or _("Column %(number)s") % {"number": column + 1}
            self.fields[name_of(column)] = forms.ChoiceField(label=label, choices=choices, initial=chosen, required=False)

    @property
    def mapping(self) -> Mapping:
        return from_stored([self.cleaned_data[name] for name in self.fields])


def name_of(column: int) -> str:
    return f"column-{column}"
