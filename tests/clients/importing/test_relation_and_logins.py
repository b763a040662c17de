"""Clients and suppliers, addresses that were replaced, and LOGIN in a list: what is decided before anything is written."""

from dataclasses import replace

import pytest

from clients.enums import Relation
from clients.importing.enums import Field, ProblemCode, Verdict
from clients.importing.steps import Change, Step
from clients.importing.world import AddressNow, UseNow, World
from tests.clients.importing.lists import plan_of
from tests.clients.importing.worlds import a_world, after

HEADINGS = "Réf.;Nom du compte;Relation;Type;Prénom;Nom;E-mail;LOGIN;NOTIFY"
CHLOE = "Chloé;Claes;chloe@claes.example"


def codes(step: Step) -> list[ProblemCode]:
    return [found.code for found in step.problems]


def with_login() -> World:
    """Chloé has LOGIN and NOTIFY on for her address."""
    return replace(a_world(), uses=(UseNow(1, 1, login=True, notify=True),))


def with_replaced() -> World:
    """Chloé's earlier address, with which she still signs in."""
    old = AddressNow(2, 1, "vieille@claes.example", "vieille@claes.example", unlinked=True, signs_in=True)
    return replace(a_world(), addresses=(*a_world().addresses, old), uses=(*a_world().uses, UseNow(1, 2, login=True)))


@pytest.mark.rule("M24")
def test_a_new_account_is_a_client_unless_the_list_says_supplier() -> None:
    world = after(
        World(),
        plan_of(
            "F1;Imprimerie Bala;Fournisseur;Société;Ana;Bala;ana@bala.example;;",
            "C9;Garage Maes;;Société;Jan;Maes;jan@maes.example;;",
            headings=HEADINGS,
        ),
    )
    assert [(now.name, now.relation) for now in world.accounts] == [
        ("Imprimerie Bala", Relation.SUPPLIER),
        ("Garage Maes", Relation.CLIENT),
    ]


@pytest.mark.rule("M24")
def test_neither_login_nor_notify_goes_on_for_a_supplier() -> None:
    (step,) = plan_of("F1;Imprimerie Bala;supplier;Société;Ana;Bala;ana@bala.example;oui;oui", headings=HEADINGS)
    assert [(found.code, found.column) for found in step.problems] == [
        (ProblemCode.SWITCH_OF_SUPPLIER, 7),
        (ProblemCode.SWITCH_OF_SUPPLIER, 8),
    ]
    assert not any(use.login or use.notify for use in after(World(), [step]).uses)


@pytest.mark.rule("M24")
def test_who_becomes_a_supplier_loses_login_and_notify_and_the_check_says_so() -> None:
    rows = (f"C1;;;;{CHLOE};;", f"C1;;fournisseur;;{CHLOE};;")
    steps = plan_of(*rows, headings=HEADINGS, world=with_login())
    assert steps[1].changes == [
        Change(Field.RELATION, "Famille Claes", "client", "supplier"),
        Change(Field.LOGIN, "chloe@claes.example", "on", "off"),
        Change(Field.NOTIFY, "chloe@claes.example", "on", "off"),
    ]
    world = after(with_login(), steps)
    assert (world.accounts[0].relation, world.uses[0].login) == (Relation.SUPPLIER, False)
    assert {step.verdict for step in plan_of(*rows, headings=HEADINGS, world=world)} == {Verdict.SAME}


@pytest.mark.rule("M24")
def test_an_account_of_which_something_is_asked_stays_a_client_and_the_check_says_so() -> None:
    claes, moreau = with_login().accounts
    world = replace(with_login(), accounts=(replace(claes, has_open=True), moreau))
    row = f"C1;;fournisseur;;{CHLOE};oui;oui"
    (step,) = plan_of(row, headings=HEADINGS, world=world)
    assert (step.verdict, step.changes) == (Verdict.SAME, [])
    said = [(found.code, found.value) for found in step.problems if found.column == 2]
    assert said == [(ProblemCode.STILL_ASKED, "Famille Claes")]
    (later,) = plan_of(row, headings=HEADINGS, world=with_login())
    assert later.changes[0] == Change(Field.RELATION, "Famille Claes", "client", "supplier")


def test_what_is_neither_client_nor_supplier_is_named() -> None:
    (step,) = plan_of(f"C1;;Ami;;{CHLOE};;", headings=HEADINGS, world=a_world())
    assert [(found.code, found.column, found.value) for found in step.problems if found.column == 2] == [
        (ProblemCode.UNKNOWN_RELATION, 2, "Ami")
    ]


@pytest.mark.rule("M15")
def test_a_replaced_address_of_the_same_person_comes_back_and_the_check_says_so() -> None:
    row = "C1;;;;Chloé;Claes;vieille@claes.example;;oui"
    (step,) = plan_of(row, headings=HEADINGS, world=with_replaced())
    assert (step.verdict, step.changes) == (
        Verdict.CHANGED,
        [
            Change("brought_back", "Chloé Claes", "", "vieille@claes.example"),
            Change(Field.NOTIFY, "vieille@claes.example", "off", "on"),
        ],
    )
    world = after(with_replaced(), [step])
    assert [now.unlinked for now in world.addresses] == [False, False]
    assert [each.changes for each in plan_of(row, headings=HEADINGS, world=world)] == [[]]


@pytest.mark.rule("M15")
def test_a_replaced_address_stays_its_persons_and_is_nobody_elses() -> None:
    (step,) = plan_of("C2;Moreau Bart;;Particulier;Bart;Moreau;vieille@claes.example;;", headings=HEADINGS, world=with_replaced())
    assert ProblemCode.EMAIL_OF_ANOTHER in codes(step)
    assert step.brought_back == []


@pytest.mark.rule("B10", "B11")
def test_login_stays_off_for_an_address_that_signs_in_elsewhere() -> None:
    world = replace(a_world(), taken=frozenset({"chloe@claes.example"}))
    (step,) = plan_of(f"C1;Famille Claes;;;{CHLOE};oui;non", headings=HEADINGS, world=world)
    assert [(found.code, found.column, found.value) for found in step.problems] == [(ProblemCode.LOGIN_IN_USE, 7, "chloe@claes.example")]
    assert step.changes == [Change(Field.NOTIFY, "chloe@claes.example", "on", "off")]


@pytest.mark.rule("B10")
def test_a_login_that_is_on_already_is_not_asked_about() -> None:
    world = replace(with_login(), taken=frozenset({"chloe@claes.example"}), hides_taken=True)
    (step,) = plan_of(f"C1;Famille Claes;;;{CHLOE};oui;oui", headings=HEADINGS, world=world)
    assert (step.verdict, codes(step)) == (Verdict.SAME, [])


@pytest.mark.rule("B10")
def test_where_too_many_sign_in_elsewhere_no_login_goes_on_and_none_is_told() -> None:
    world = replace(a_world(), taken=frozenset({"chloe@claes.example"}), hides_taken=True)
    rows = (f"C1;Famille Claes;;;{CHLOE};oui;", "C2;Moreau Bart;;Particulier;Bart;Moreau;bart@moreau.example;oui;")
    steps = plan_of(*rows, headings=HEADINGS, world=world)
    assert [codes(step) for step in steps] == [[ProblemCode.LOGIN_NOT_TOLD]] * 2
    assert not any(use.login for use in after(world, steps).uses)


def test_an_archived_person_stays_so_and_is_named() -> None:
    chloe, bart = a_world().contacts
    world = replace(a_world(), contacts=(replace(chloe, archived=True), bart))
    (step,) = plan_of(f"C1;Famille Claes;;;{CHLOE};;", headings=HEADINGS, world=world)
    assert codes(step) == [ProblemCode.ARCHIVED_PERSON]
