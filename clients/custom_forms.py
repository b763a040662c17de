"""The firm's custom fields in a form: one control each, checked as `clients.custom_fields.parse` says."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clients.custom_fields import LONGEST_EMAIL, LONGEST_TEXT, Value, fields_of, parse, values_of
from clients.enums import FieldKind
from clients.forms import EMAIL_IN_USE
from clients.models import Address, Contact, CustomField
from clients.names import email_key
from clients.queries import find_own_address, find_owner_of_email, visible_contacts
from firms.models import Staff

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
    """Every custom field of the firm; with `contact` as they have them. `changed` alone is saved, so that nobody undoes a colleague.

    `besides` is an address that is typed elsewhere on the page. With `fixed` the addresses that stand in it are shown alone.
    """

    def __init__(self, data: Any = None, *, staff: Staff, contact: Contact | None = None, besides: str = "", fixed: bool = False) -> None:
        self.staff, self.contact, self.besides = staff, contact, besides
        self.controls = {name_of(each): CustomControl(each) for each in fields_of(staff.firm)}
        super().__init__(data, prefix="custom", initial=initial_of(contact) if contact and self.controls else None)
        self.fields.update(self.controls)
        emails = [name for name, control in self.controls.items() if control.of.kind == FieldKind.EMAIL]
        self.fixed = [self.controls[name] for name in emails if fixed and name in self.initial]
        for control in self.fixed:
            control.widget.attrs["readonly"] = True

    def clean(self) -> dict[str, Any]:
        """An address is one person's, and stands in one place."""
        data = super().clean() or self.cleaned_data
        seen = {email_key(self.besides)} if self.besides else set()
        for name, control in self.controls.items():
            email = data.get(name)
            if control.of.kind != FieldKind.EMAIL or not isinstance(email, str):
                continue
            if email_key(email) in seen:
                self.add_error(name, _("This address is typed twice. Type it once."))
            elif name in self.changed_data and (said := in_use(self.staff, email, self.contact)):
                self.add_error(name, said)
            seen.add(email_key(email))
        return data

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
    def breaks_fixed(self) -> bool:
        """Whether something came for an address that is only shown: not from this page."""
        return any(name in self.changed_data for name, control in self.controls.items() if control in self.fixed)

    @property
    def _cleaned(self) -> dict[CustomField, Value | None]:
        return {control.of: self.cleaned_data[name] for name, control in self.controls.items()}

    def refuse(self, field: CustomField, sentence: str) -> None:
        """Says at its field what the services found."""
        self.add_error(name_of(field), sentence)


def in_use(staff: Staff, email: str, contact: Contact | None = None) -> str:
    """Whose the address is already, in a sentence; who is out of sight is not named. Nothing where it is free or was one of `contact`."""
    owner = find_owner_of_email(staff.firm, email)
    own = find_own_address(contact, email) if contact and owner == contact else None
    if owner is None or (own and not own.is_linked):
        return ""
    known = visible_contacts(staff).filter(pk=owner.pk).exists()
    return gettext("This is an address of %(name)s already.") % {"name": owner.name} if known else str(EMAIL_IN_USE)


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
