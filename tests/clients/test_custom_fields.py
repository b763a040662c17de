from datetime import date
from decimal import Decimal

import pytest
from pytest_django.fixtures import DjangoAssertNumQueries

from clients.custom_fields import Parsed, Value, fields_of, in_words, parse, set_values, values_of
from clients.enums import FieldKind
from clients.models import CustomField
from firms.changes import Change
from tests.people import Lumiere

SIZES = ("Small", "Very large")
NUMBER = "Type a number like 1234.5, with at most 14 digits before the point and 4 behind it."
DATE = "Type a date like 2026-11-30 or 30/11/2026, between 1900 and 2100."
EMAIL = "Type an e-mail address like name@example.com."


def make_field(lumiere: Lumiere, name: str, kind: str = FieldKind.TEXT, **values: object) -> CustomField:
    field: CustomField = CustomField.objects.create(firm=lumiere.firm, name=name, kind=kind, **values)
    return field


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("text", "  Ask for\n Paul ", "Ask for Paul"),
        ("text", "<b>=1+1</b>", "<b>=1+1</b>"),
        ("text", " ", None),
        ("number", "1 234,5", Decimal("1234.5")),
        ("number", "1,234.5", Decimal("1234.5")),
        ("number", "1.234.567", Decimal(1234567)),
        ("number", "-0.0001", Decimal("-0.0001")),
        ("date", "30/11/2026", date(2026, 11, 30)),
        ("date", "2026-11-30", date(2026, 11, 30)),
        ("choice", "very LARGE", "Very large"),
        ("email", " Paul@Lefevre.example ", "Paul@Lefevre.example"),
    ],
)
def test_parse_gives_the_value_of_the_kind(kind: str, text: str, value: Value | None) -> None:
    assert parse(kind, SIZES, text) == Parsed(value)


@pytest.mark.parametrize(
    ("kind", "text", "error"),
    [
        ("text", "x" * 10_000, "At most 500 characters; these are 10000."),
        ("text", "a\0b", "This holds a sign that no text has. Type it anew."),
        ("number", "=1+1", NUMBER),
        ("number", "1e9", NUMBER),
        ("number", "1.23456", NUMBER),
        ("number", "9" * 10_000, NUMBER),
        ("number", "1.2.", NUMBER),
        ("number", "NaN", NUMBER),
        ("date", "31/02/2026", DATE),
        ("date", "0001-01-01", DATE),
        ("choice", "Medium", "Choose one of: Small, Very large."),
        ("email", "paul@", EMAIL),
        ("email", "<b>@x.example", EMAIL),
    ],
)
def test_parse_says_what_is_wrong(kind: str, text: str, error: str) -> None:
    parsed = parse(kind, SIZES, text)
    assert (parsed.value, str(parsed.error)) == (None, error)


@pytest.mark.parametrize(
    ("value", "words"),
    [(None, ""), ("Small", "Small"), (Decimal("1200.0000"), "1200"), (Decimal("0.5000"), "0.5"), (date(2026, 11, 30), "30 November 2026")],
)
def test_a_value_in_words(value: Value | None, words: str) -> None:
    assert in_words(value) == words


def test_fields_come_in_the_firms_order(lumiere: Lumiere) -> None:
    make_field(lumiere, "Birthday", FieldKind.DATE, position=2)
    make_field(lumiere, "Shoe size", FieldKind.NUMBER, position=1)
    assert [field.name for field in fields_of(lumiere.firm)] == ["Shoe size", "Birthday"]


def test_set_values_of_many_contacts_tells_what_was_different(lumiere: Lumiere) -> None:
    born, note, size = (
        make_field(lumiere, "Born", FieldKind.DATE),
        make_field(lumiere, "Note"),
        make_field(lumiere, "Size", FieldKind.NUMBER),
    )
    nadia, paul = lumiere.nadia.pk, lumiere.paul.pk
    set_values(firm=lumiere.firm, values={nadia: {born: date(1980, 2, 1), note: "Calls back", size: Decimal(2)}})
    new: dict[int, dict[CustomField, Value | None]] = {
        nadia: {born: date(1980, 2, 2), note: None, size: Decimal(2)},
        paul: {note: "Writes"},
    }
    changes = set_values(firm=lumiere.firm, values=new)
    assert changes == {
        nadia: [Change("Born", "1 February 1980", "2 February 1980"), Change("Note", "Calls back", "")],
        paul: [Change("Note", "", "Writes")],
    }
    assert values_of(lumiere.firm, [nadia, paul]) == {nadia: {born.pk: date(1980, 2, 2), size.pk: Decimal(2)}, paul: {note.pk: "Writes"}}


def test_set_values_costs_the_same_for_many(lumiere: Lumiere, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    note = make_field(lumiere, "Note")
    for values in ({lumiere.nadia.pk: {note: "a"}}, {lumiere.nadia.pk: {note: "b"}, lumiere.paul.pk: {note: "c"}}):
        with django_assert_num_queries(5):
            set_values(firm=lumiere.firm, values=values)
