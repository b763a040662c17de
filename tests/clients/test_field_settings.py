import pytest

from clients.addresses import make_address
from clients.custom_fields import fields_of, set_values, values_of
from clients.enums import FieldKind
from clients.errors import FieldNameTaken
from clients.field_settings import (
    MOST_FIELDS,
    ChoiceInUse,
    TooManyFields,
    change_field,
    count_values,
    create_field,
    delete_field,
    move_field,
)
from clients.models import Address, CustomField
from firms.actors import Actor
from firms.models import ActivityLine
from tests.factories import START
from tests.people import Lumiere


def make(lumiere: Lumiere, name: str, kind: FieldKind = FieldKind.TEXT, *choices: str) -> CustomField:
    return create_field(firm=lumiere.firm, name=name, kind=kind, choices=choices, by=Actor.staff(lumiere.claire), now=START)


def told(lumiere: Lumiere) -> list[tuple[str, str, str, str]]:
    lines = ActivityLine.objects.filter(firm=lumiere.firm, verb="field_changed").order_by("pk")
    return [(line.subject, line.detail, line.old, line.new) for line in lines]


def test_fields_are_made_in_order_and_told(lumiere: Lumiere) -> None:
    make(lumiere, "Born on", FieldKind.DATE)
    make(lumiere, "Size", FieldKind.CHOICE, "Small", "Large")
    assert [(each.name, each.choices) for each in fields_of(lumiere.firm)] == [("Born on", []), ("Size", ["Small", "Large"])]
    assert told(lumiere) == [("Born on", "created", "", "Date"), ("Size", "created", "", "Choice")]


def test_a_name_is_there_once(lumiere: Lumiere) -> None:
    make(lumiere, "Born on")
    with pytest.raises(FieldNameTaken):
        make(lumiere, "Born on")
    with pytest.raises(FieldNameTaken):
        change_field(field=make(lumiere, "Size"), name="Born on", by=Actor.staff(lumiere.claire), now=START)


def test_there_are_only_so_many(lumiere: Lumiere) -> None:
    CustomField.objects.bulk_create([CustomField(firm=lumiere.firm, name=f"Field {n}", kind="text") for n in range(MOST_FIELDS)])
    with pytest.raises(TooManyFields):
        make(lumiere, "One more")


def test_a_choice_that_somebody_has_cannot_go(lumiere: Lumiere) -> None:
    size = make(lumiere, "Size", FieldKind.CHOICE, "Small", "Large")
    set_values(firm=lumiere.firm, values={lumiere.nadia.pk: {size: "Small"}})
    with pytest.raises(ChoiceInUse) as refused:
        change_field(field=size, name="Size", choices=["Large"], by=Actor.staff(lumiere.claire), now=START)
    assert refused.value.choices == {"Small": 1}
    changed = change_field(field=size, name="Shoes", choices=["Small", "Wide"], by=Actor.staff(lumiere.claire), now=START)
    assert (changed.name, changed.choices) == ("Shoes", ["Small", "Wide"])
    assert told(lumiere)[1:] == [("Shoes", "Name", "Size", "Shoes"), ("Shoes", "Choices", "Small, Large", "Small, Wide")]


@pytest.mark.parametrize(("name", "up", "order"), [("B", True, "BAC"), ("B", False, "ACB"), ("A", True, "ABC"), ("C", False, "ABC")])
def test_a_field_moves_one_place(lumiere: Lumiere, name: str, up: bool, order: str) -> None:
    fields = {each: make(lumiere, each) for each in "ABC"}
    move_field(field=fields[name], up=up, by=Actor.staff(lumiere.claire), now=START)
    assert "".join(each.name for each in fields_of(lumiere.firm)) == order


def test_deleting_a_field_loses_its_values_and_keeps_its_addresses(lumiere: Lumiere) -> None:
    note, second = make(lumiere, "Note"), make(lumiere, "Second e-mail", FieldKind.EMAIL)
    set_values(firm=lumiere.firm, values={lumiere.nadia.pk: {note: "Calls back"}, lumiere.paul.pk: {note: "Writes"}})
    make_address(lumiere.nadia, "n2@lefevre.example", START, second)
    assert count_values(lumiere.firm) == {note.pk: 2, second.pk: 1}
    by = Actor.staff(lumiere.claire)
    assert [delete_field(field=each, by=by, now=START) for each in (note, second)] == [2, 1]
    assert (list(fields_of(lumiere.firm)), values_of(lumiere.firm, [lumiere.nadia.pk])) == ([], {})
    assert Address.objects.get(email="n2@lefevre.example").field is None
