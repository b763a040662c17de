"""The firm's custom fields in a form: one control each, checked as `clients.custom_fields.parse` says."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.custom_fields import LONGEST_EMAIL, LONGEST_TEXT, Value, fields_of, parse, values_of
from clients.enums import FieldKind
from clients.models import Address, Contact, CustomField
from firms.models import Firm

MANY = 3  # more of them are folded away where somebody new is typed in
LONGEST: Mapping[str, int] = {FieldKind.TEXT: LONGEST_TEXT, FieldKind.EMAIL: LONGEST_EMAIL, FieldKind.NUMBER: 40, FieldKind.DATE: 40}


class CustomControl(forms.CharField):
    """What is typed comes out as a value of the field's kind, None for nothing."""

    def __init__(self, of: CustomField) -> None:
        super().__init__(label=of.name, required=False, strip=False, widget=_widget(of), show_hidden_initial=True)
        self.of = of

    def clean(self, value: Any) -> Any:
        text = str(super().clean(value) or "")
        parsed = parse(self.of.kind, self.of.choices, text)
        if parsed.error:
            raise forms.ValidationError(str(parsed.error))
        return parsed.value


class CustomFieldsForm(forms.Form):
    """Every custom field of the firm; with `contact` as they have them. `changed` alone is saved, so that nobody undoes a colleague."""

    def __init__(self, data: Any = None, *, firm: Firm, contact: Contact | None = None) -> None:
        self.controls = {f"field_{each.code}": CustomControl(each) for each in fields_of(firm)}
        super().__init__(data, prefix="custom", initial=initial_of(contact) if contact and self.controls else None)
        self.fields.update(self.controls)

    @property
    def has_many(self) -> bool:
        return len(self.controls) > MANY

    @property
    def values(self) -> dict[CustomField, Value]:
        """What is filled in."""
        return {field: value for field, value in self._cleaned.items() if value is not None}

    @property
    def changed(self) -> dict[CustomField, Value | None]:
        """What was changed on this page; None where it was emptied."""
        return {field: value for field, value in self._cleaned.items() if name_of(field) in self.changed_data}

    @property
    def _cleaned(self) -> dict[CustomField, Value | None]:
        return {control.of: self.cleaned_data[name] for name, control in self.controls.items()}

    def refuse(self, field: CustomField, sentence: str) -> None:
        """Says at its field what the services found."""
        self.add_error(name_of(field), sentence)


def name_of(field: CustomField) -> str:
    return f"field_{field.code}"


def initial_of(contact: Contact) -> dict[str, str]:
    """As it is typed: a day by year, month and day, a number with a point. Three queries."""
    values = values_of(contact.firm, [contact.pk]).get(contact.pk, {})
    emails = Address.objects.filter(firm=contact.firm_id, contact=contact, field__isnull=False, unlinked_at=None)
    filled = {**values, **dict(emails.values_list("field_id", "email"))}
    return {name_of(field): as_typed(filled[field.pk]) for field in fields_of(contact.firm) if field.pk in filled}


def as_typed(value: Value) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.isoformat() if isinstance(value, date) else value


def _widget(field: CustomField) -> forms.Widget:
    attrs = {"autocomplete": "off"}
    if field.kind == FieldKind.CHOICE:
        return forms.Select(choices=[("", _("Nothing chosen")), *((choice, choice) for choice in field.choices)])
    if field.kind == FieldKind.DATE:
        return forms.DateInput(attrs={**attrs, "type": "date"})
    if field.kind == FieldKind.EMAIL:
        return forms.EmailInput(attrs={**attrs, "maxlength": LONGEST[field.kind]})
    number = {"inputmode": "decimal"} if field.kind == FieldKind.NUMBER else {}
    return forms.TextInput(attrs={**attrs, **number, "maxlength": LONGEST[field.kind]})
