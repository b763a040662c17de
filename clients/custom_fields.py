"""What contacts have in the firm's custom fields: read from what was typed (pure), stored, and said in words (C03).

An e-mail field holds no value of its own: it is one more address of its contact, see access.contact_details.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import QuerySet
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.enums import FieldKind
from clients.models import Contact, CustomField, CustomValue
from clients.typed import date_of, tidy
from firms.changes import Change, Text
from firms.models import Firm
from ui.dates import day_in_words

type Value = str | Decimal | date

LONGEST_TEXT = 500
LONGEST_EMAIL = 254
MOST_DIGITS, DECIMALS = 14, Decimal("0.0001")  # before the point, and behind it
COLUMNS: Mapping[str, str] = {FieldKind.NUMBER: "number", FieldKind.DATE: "day"}  # all others: text
_NUMBER = re.compile(
    r"(?P<minus>-?)(?P<whole>[0-9]+|[0-9]{1,3}(?P<group>[ ,.'’])[0-9]{3}(?:(?P=group)[0-9]{3})*)"
    r"(?:(?!(?P=group))[.,](?P<decimals>[0-9]{1,4}))?"
)


def fields_of(firm: Firm) -> QuerySet[CustomField]:
    """In the order in which the firm wants to see them."""
    return CustomField.objects.filter(firm=firm)


# --- What was typed ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Parsed:
    """A value, None where nothing was typed; or the sentence that says why it is none, for the reader's language."""

    value: Value | None = None
    error: Text = ""


def parse(kind: str, choices: Collection[str], text: str) -> Parsed:
    """Pure. Texts come back on one line; a choice as the field spells it; a number with four decimals at most."""
    if "\0" in text:
        return Parsed(error=gettext_lazy("This holds a sign that no text has. Type it anew."))
    text = tidy(text)
    if not text:
        return Parsed()
    if kind == FieldKind.NUMBER:
        return _number(text)
    if kind == FieldKind.DATE:
        day = date_of(text)
        return Parsed(day) if day else Parsed(error=gettext_lazy("Type a date like 2026-11-30 or 30/11/2026, between 1900 and 2100."))
    if kind == FieldKind.CHOICE:
        return _choice(choices, text)
    return _email(text) if kind == FieldKind.EMAIL else _text(text)


def _text(text: str) -> Parsed:
    if len(text) > LONGEST_TEXT:
        return Parsed(error=_("At most %(most)s characters; these are %(count)s.") % {"most": LONGEST_TEXT, "count": len(text)})
    return Parsed(text)


def _number(text: str) -> Parsed:
    """ "1 234,5", "1,234.5" and "1234.5" alike; one sign alone begins the decimals."""
    found = _NUMBER.fullmatch(text)
    whole = "".join(sign for sign in found["whole"] if sign.isdigit()) if found else ""
    if found is None or len(whole) > MOST_DIGITS:
        return Parsed(error=gettext_lazy("Type a number like 1234.5, with at most 14 digits before the point and 4 behind it."))
    return Parsed(Decimal(f"{found['minus']}{whole}.{found['decimals'] or 0}").quantize(DECIMALS))


def _choice(choices: Collection[str], text: str) -> Parsed:
    for choice in choices:
        if choice.casefold() == text.casefold():
            return Parsed(choice)
    return Parsed(error=_("Choose one of: %(choices)s.") % {"choices": ", ".join(choices)})


def _email(text: str) -> Parsed:
    try:
        validate_email(text)
    except ValidationError:
        return Parsed(error=gettext_lazy("Type an e-mail address like name@example.com."))
    return Parsed(text) if len(text) <= LONGEST_EMAIL else Parsed(error=gettext_lazy("An e-mail address has at most 254 characters."))


# --- What is stored ------------------------------------------------------------------------------------------------------


def value_in(row: CustomValue) -> Value:
    """From whichever column is filled."""
    if row.number is not None:
        return row.number
    return row.day if row.day is not None else row.text


def in_words(value: Value | None) -> str:
    """For pages and the activity log, in the active language."""
    if isinstance(value, Decimal):
        return formats.number_format(value.normalize() if value % 1 else value.quantize(Decimal(1)), use_l10n=True)
    if isinstance(value, date):
        return day_in_words(value, "j F Y")
    return value or ""


def values_of(firm: Firm, contacts: Collection[int]) -> dict[int, dict[int, Value]]:
    """Contact id -> field id -> value, for those that have any; one query."""
    found: dict[int, dict[int, Value]] = {}
    for row in CustomValue.objects.filter(firm=firm, contact__in=contacts).order_by("pk"):
        found.setdefault(row.contact_id, {})[row.field_id] = value_in(row)
    return found


@transaction.atomic
def set_values(*, firm: Firm, values: Mapping[int, Mapping[CustomField, Value | None]]) -> dict[int, list[Change]]:
    """Sets what is given of many contacts (by id) and leaves the rest; None takes a value away. Three statements however many
    contacts, and one for each field from which something is taken away.

    Values are as `parse` gives them, of fields that are no e-mails. Gives what was different by contact, for the caller's
    activity lines.
    """
    ids = sorted(values)
    list(Contact.objects.select_for_update(no_key=True).filter(firm=firm, pk__in=ids).order_by("pk").values_list("pk"))
    before = values_of(firm, ids)
    changed = {pk: _different(before.get(pk, {}), values[pk]) for pk in ids}
    _store(firm, changed)
    return {
        pk: [Change(field.name, in_words(before.get(pk, {}).get(field.pk)), in_words(value)) for field, value in new.items()]
        for pk, new in changed.items()
        if new
    }


def _different(old: Mapping[int, Value], new: Mapping[CustomField, Value | None]) -> dict[CustomField, Value | None]:
    return {field: value for field, value in new.items() if old.get(field.pk) != value}


def _store(firm: Firm, changed: Mapping[int, Mapping[CustomField, Value | None]]) -> None:
    rows = [_row(firm, pk, field, value) for pk, new in changed.items() for field, value in new.items() if value is not None]
    gone = [(pk, field.pk) for pk, new in changed.items() for field, value in new.items() if value is None]
    CustomValue.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["firm", "contact", "field"], update_fields=["text", "number", "day"]
    )
    for field in {field for _contact, field in gone}:
        CustomValue.objects.filter(firm=firm, field=field, contact__in=_contacts_without(gone, field)).delete()


def _contacts_without(gone: Iterable[tuple[int, int]], field: int) -> list[int]:
    return [pk for pk, each in gone if each == field]


def _row(firm: Firm, contact: int, field: CustomField, value: Value) -> CustomValue:
    column = COLUMNS.get(field.kind, "text")
    return CustomValue(firm=firm, contact_id=contact, field=field, **{column: value})
