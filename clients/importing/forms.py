"""Choosing a file, and saying which column is which."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.importing.custom import Custom
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

    complete = forms.BooleanField(
        label=_("This list is complete: propose what is missing"),
        help_text=_(
            "For the accounts of the list you then see which people and addresses it has no longer. Nothing is removed unless you tick it."
        ),
        required=False,
    )

    def __init__(
        self, data: Any = None, *, headings: Sequence[str], mapping: Sequence[str], customs: Sequence[Custom], is_complete: bool = False
    ) -> None:
        super().__init__(data, initial={"complete": is_complete})
        self._customs = customs
        choices: list[Any] = [LEFT_OUT, *Field.choices]
        if customs:
            choices.append((_("Custom fields"), [(custom.stored, custom.name) for custom in customs]))
        known = {custom.stored for custom in customs} | set(Field)
        for column, (heading, chosen) in enumerate(zip(headings, mapping, strict=True)):
            label = heading or _("Column %(number)s") % {"number": column + 1}
            self.fields[name_of(column)] = forms.ChoiceField(
                label=label, choices=choices, initial=chosen if chosen in known else "", required=False
            )

    @property
    def mapping(self) -> Mapping:
        return from_stored([self.cleaned_data[column.name] for column in self.columns], self._customs)

    @property
    def columns(self) -> list[forms.BoundField]:
        """The choices alone, one a column."""
        return [field for field in self if field.name != "complete"]


def name_of(column: int) -> str:
    return f"column-{column}"
