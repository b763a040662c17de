"""Columns that mean custom fields of the firm (C03)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from clients.enums import FieldKind
from clients.importing.custom import Custom
from clients.importing.enums import Field, ProblemCode, Verdict
from clients.importing.mapping import as_stored, from_stored, guess
from clients.importing.plan import make_plan
from clients.importing.rows import read_rows
from clients.importing.steps import Change, Step
from clients.importing.world import AddressNow, World
from tests.clients.importing.lists import file_of, read
from tests.clients.importing.worlds import STAFF, a_world, after

BIRTHDAY = Custom(1, "aaaa", "Né le", FieldKind.DATE)
SHARES = Custom(2, "bbbb", "Parts", FieldKind.NUMBER)
STATUS = Custom(3, "cccc", "Statut", FieldKind.CHOICE, ("Associé", "Gérant"))
NOTE = Custom(4, "dddd", "Remarque", FieldKind.TEXT)
PRIVATE = Custom(5, "eeee", "E-mail privé", FieldKind.EMAIL)
HOLIDAYS = Custom(6, "ffff", "E-mail de vacances", FieldKind.EMAIL)
CUSTOMS = (BIRTHDAY, SHARES, STATUS, NOTE, PRIVATE, HOLIDAYS)
HEADINGS = "Réf.;Prénom;Nom;E-mail;Né le;parts;STATUT;Remarque;E-mail privé"


def plan(*rows: str, world: World, headings: str = HEADINGS) -> list[Step]:
    table = read(file_of(*rows, headings=headings))
    return make_plan(read_rows(table.lines, guess(table.header.cells, CUSTOMS), STAFF), world)


def named(step: Step) -> list[tuple[str, int | None, str]]:
    return [(found.code.value, found.column, found.value) for found in step.problems]


@pytest.mark.rule("C03")
def test_a_heading_that_is_the_name_of_a_field_means_it() -> None:
    assert guess(HEADINGS.split(";"), CUSTOMS) == (
        Field.REFERENCE, Field.FIRST_NAME, Field.LAST_NAME, Field.EMAIL, BIRTHDAY, SHARES, STATUS, NOTE, PRIVATE,
    )  # fmt: skip
    assert guess(["E-mail privé"]) == (Field.OTHER_EMAIL,)


def test_a_mapping_is_kept_by_code_and_forgets_fields_that_have_gone() -> None:
    mapping = (Field.REFERENCE, BIRTHDAY, None, PRIVATE)
    assert as_stored(mapping) == ["reference", "custom:aaaa", "", "custom:eeee"]
    assert from_stored(as_stored(mapping), CUSTOMS) == mapping
    assert from_stored(as_stored(mapping), [PRIVATE]) == (Field.REFERENCE, None, None, PRIVATE)


@pytest.mark.rule("C03")
def test_values_are_read_by_kind_and_what_differs_is_shown() -> None:
    chloe, bart = a_world().contacts
    world = replace(a_world(), contacts=(replace(chloe, custom=frozenset({(2, Decimal("10.0000")), (4, "Végane")})), bart))
    (step,) = plan("C1;Chloé;Claes;chloe@claes.example;2/3/1980;12,5;gérant;Végane;", world=world)
    assert step.changes == [
        Change("custom:date:Né le", "Chloé Claes", "", "1980-03-02"),
        Change("custom:number:Parts", "Chloé Claes", "10", "12.5"),
        Change("custom:choice:Statut", "Chloé Claes", "", "Gérant"),
    ]
    after_it = after(world, [step]).contacts[0].custom
    assert after_it == {(1, date(1980, 3, 2)), (2, Decimal("12.5000")), (3, "Gérant"), (4, "Végane")}


@pytest.mark.rule("C03")
def test_a_value_that_its_kind_does_not_know_is_named_and_the_rest_goes_in() -> None:
    (step,) = plan("C1;Chloé;Claes;chloe@claes.example;31/2/1980;douze;Ami;=1+1;nul@part", world=a_world())
    assert named(step) == [
        ("invalid_date", 4, "31/2/1980"),
        ("invalid_number", 5, "douze"),
        ("unknown_choice", 6, "Ami"),
        ("formula", 7, "=1+1"),
        ("invalid_email", 8, "nul@part"),
    ]
    assert step.problems[2].details["choices"] == "Associé, Gérant"
    assert step.verdict == Verdict.SAME


@pytest.mark.rule("C03")
def test_an_e_mail_field_is_one_more_address_that_knows_its_field() -> None:
    row = "C1;Chloé;Claes;chloe@claes.example;;;;;prive@claes.example"
    (step,) = plan(row, world=a_world())
    assert step.changes == [
        Change("new_address", "Chloé Claes", "", "prive@claes.example"),
        Change("custom:email:E-mail privé", "Chloé Claes", "", "prive@claes.example"),
    ]
    world = after(a_world(), [step])
    assert [(now.email, now.field_id) for now in world.addresses] == [("chloe@claes.example", None), ("prive@claes.example", 5)]
    assert [(each.verdict, each.changes) for each in plan(row, world=world)] == [(Verdict.SAME, [])]


@pytest.mark.rule("C03")
def test_a_new_address_takes_the_field_and_the_old_one_stays_an_address() -> None:
    old = AddressNow(2, 1, "prive@claes.example", "prive@claes.example", field_id=5)
    world = replace(a_world(), addresses=(*a_world().addresses, old))
    (step,) = plan("C1;Chloé;Claes;chloe@claes.example;;;;;neuf@claes.example", world=world)
    assert step.changes[-1] == Change("custom:email:E-mail privé", "Chloé Claes", "prive@claes.example", "neuf@claes.example")
    assert {now.email: now.field_id for now in after(world, [step]).addresses} == {
        "chloe@claes.example": None, "prive@claes.example": None, "neuf@claes.example": 5,
    }  # fmt: skip


def test_an_address_stands_in_one_field() -> None:
    (step,) = plan(
        "C1;Chloé;Claes;chloe@claes.example;p@claes.example;p@claes.example",
        headings="Réf.;Prénom;Nom;E-mail;E-mail privé;E-mail de vacances",
        world=a_world(),
    )
    assert named(step) == [(ProblemCode.IN_ANOTHER_FIELD, 5, "p@claes.example")]


def test_rows_that_contradict_each_other_are_named() -> None:
    steps = plan(
        "C1;Chloé;Claes;chloe@claes.example;;10;;;p@claes.example",
        "C1;Chloé;Claes;chloe@claes.example;;11;;;q@claes.example",
        world=a_world(),
    )
    assert [(found.code, found.column, found.value, found.details["kept"]) for found in steps[1].problems] == [
        (ProblemCode.DIFFERS, 5, "11", "10"),
        (ProblemCode.DIFFERS, 8, "q@claes.example", "p@claes.example"),
    ]
