"""Which account and person a row means, and what it changes."""

from dataclasses import replace
from datetime import date

import pytest

from clients.enums import AccountKind
from clients.importing.enums import Field, ProblemCode, Verdict
from clients.importing.steps import Change, Step
from clients.importing.world import AccountNow, AddressNow, ContactNow, UseNow, World
from tests.clients.importing.lists import plan_of
from tests.clients.importing.worlds import a_world, after

MANY = (
    "Réf.;Nom du compte;Type;Prénom;Nom;E-mail;E-mail 2;Téléphone;Langue;LOGIN;NOTIFY;EMAIL SYNC;Gestionnaire;Groupe;Étiquettes;"
    "Client depuis"
)


def codes(step: Step) -> list[str]:
    return [found.code.value for found in step.problems]


def test_a_new_row_makes_account_person_and_address_with_the_switches_it_names() -> None:
    (step,) = plan_of("C9;Garage Maes;Société;Lotte;Maes;lotte@maes.example;non;oui")
    assert step.verdict == Verdict.NEW
    assert step.changes == [
        Change("new_account", "Garage Maes"),
        Change("new_contact", "Lotte Maes"),
        Change(Field.NOTIFY, "lotte@maes.example", "", "on"),
    ]


@pytest.mark.rule("M29")
def test_switches_of_a_new_address_are_off_where_the_list_is_silent() -> None:
    world = after(World(), plan_of("C9;Garage Maes;Société;Lotte;Maes;lotte@maes.example;lm@perso.example;;;;;;;;;", headings=MANY))
    assert [now.email for now in world.addresses] == ["lotte@maes.example", "lm@perso.example"]
    assert not any(use.login or use.notify or use.email_sync for use in world.uses)


def test_every_field_that_differs_is_changed_and_shown() -> None:
    row = "C1;Famille Claes-Maes;Société;Chloé;Claes;chloe@claes.example;;0479;NL;oui;non;oui;Marc Delvaux;PME;Dossier papier;1/9/2024"
    (step,) = plan_of(row.replace("0479", "0479 12 34 56"), headings=MANY, world=a_world())
    assert step.verdict == Verdict.CHANGED
    assert step.changes == [
        Change(Field.ACCOUNT, "Famille Claes-Maes", "Famille Claes", "Famille Claes-Maes"),
        Change(Field.KIND, "Famille Claes-Maes", "family", "company"),
        Change(Field.MANAGER, "Famille Claes-Maes", "Claire Fontenoy", "Marc Delvaux"),
        Change(Field.GROUP, "Famille Claes-Maes", "Familles", "PME"),
        Change(Field.CLIENT_SINCE, "Famille Claes-Maes", "2020-01-02", "2024-09-01"),
        Change(Field.TAGS, "Famille Claes-Maes", "TVA mensuelle", "TVA mensuelle, Dossier papier"),
        Change(Field.PHONE, "Chloé Claes", "02 511 11 11", "0479 12 34 56"),
        Change(Field.LANGUAGE, "Chloé Claes", "fr", "nl"),
        Change(Field.LOGIN, "chloe@claes.example", "off", "on"),
        Change(Field.NOTIFY, "chloe@claes.example", "on", "off"),
        Change(Field.EMAIL_SYNC, "chloe@claes.example", "off", "on"),
    ]


def test_an_empty_cell_leaves_what_is_there() -> None:
    (step,) = plan_of("C1;;;;;chloe@claes.example;;;;;;;;;;", headings=MANY, world=a_world())
    assert (step.verdict, step.changes, codes(step)) == (Verdict.SAME, [], ["name_from_reference"])


@pytest.mark.parametrize("reference", ["C1", "c1"])
def test_an_account_is_known_by_its_reference_whatever_its_name(reference: str) -> None:
    (step,) = plan_of(f"{reference};Tout autre nom;;Chloé;Claes;chloe@claes.example;;", world=a_world())
    assert (step.account and step.account.id, step.verdict) == (1, Verdict.CHANGED)


def test_a_reference_that_nobody_has_and_no_name_is_refused() -> None:
    (step,) = plan_of("C9;;;Lotte;Maes;lotte@maes.example;;")
    assert (step.verdict, codes(step), step.changes) == (Verdict.REFUSED, ["unknown_reference"], [])


def test_neither_name_nor_reference_is_refused() -> None:
    assert codes(plan_of(";;;Lotte;Maes;lotte@maes.example;;")[0]) == ["no_account"]


def test_a_name_on_another_row_of_the_reference_will_do() -> None:
    first, second = plan_of("C9;;;Lotte;Maes;lotte@maes.example;;", "C9;Garage Maes;Société;Jan;Maes;jan@maes.example;;")
    assert (first.account, first.account and first.account.name) == (second.account, "Garage Maes")
    assert codes(first) == ["name_from_reference"]


def test_without_a_reference_name_and_kind_decide() -> None:
    person, company = plan_of(";moreau bart;Particulier;Bart;Moreau;;;", ";Moreau Bart;Société;Bart;Moreau;;;", world=a_world())
    assert (person.account and person.account.id, company.account and company.account.id) == (2, None)


def test_a_name_that_several_accounts_bear_is_refused() -> None:
    world = replace(a_world(), accounts=(*a_world().accounts, AccountNow(3, "Moreau Bart", AccountKind.COMPANY, "C7")))
    (step,) = plan_of(";Moreau Bart;;Bart;Moreau;bart@moreau.example;;", world=world)
    assert (step.verdict, codes(step)) == (Verdict.REFUSED, ["several_accounts"])


def test_an_account_made_by_hand_gets_the_reference_of_the_only_rows_that_bear_its_name() -> None:
    (step,) = plan_of("C8;Moreau Bart;Particulier;Bart;Moreau;;;", world=a_world())
    assert (step.account and step.account.id, step.changes) == (2, [Change(Field.REFERENCE, "Moreau Bart", "", "C8")])
    two = plan_of("C8;Moreau Bart;Particulier;Bart;Moreau;;;", "C9;Moreau Bart;Particulier;Bart;Moreau;;;", world=a_world())
    assert [step.account and step.account.id for step in two] == [None, None]


@pytest.mark.rule("A05")
def test_a_new_account_without_anybody_is_refused() -> None:
    assert [codes(step) for step in plan_of("C9;Garage Maes;Société;;;;;")] == [["nobody"]]
    known, *_ = plan_of("C1;Famille Claes;;;;;;", world=a_world())
    assert known.verdict == Verdict.SAME


def test_a_new_account_without_a_kind_is_a_company_and_says_so() -> None:
    (step,) = plan_of("C9;Garage Maes;;Lotte;Maes;lotte@maes.example;;")
    assert (step.account and step.account.kind, codes(step)) == (AccountKind.COMPANY, ["missing_kind"])


def test_the_first_row_decides_and_later_ones_that_differ_are_named() -> None:
    rows = ["C9;Garage Maes;Société;Lotte;Maes;lotte@maes.example;oui;", "C9;Garage Maas;Famille;Lotte;Mees;lotte@maes.example;non;oui"]
    world = after(World(), steps := plan_of(*rows))
    assert codes(steps[1]) == ["differs"] * 4
    assert [found.column for found in steps[1].problems] == [1, 2, 4, 6]
    assert (world.accounts[0].name, world.accounts[0].kind, world.contacts[0].last_name) == ("Garage Maes", "company", "Maes")
    assert [(use.login, use.notify) for use in world.uses] == [(True, True)]


def test_spelling_and_spacing_do_not_contradict() -> None:
    rows = ["C9;Crèche;Société;Lotte;Maes;lotte@maes.example;;", "C9;CRECHE;Société;lotte;MAES;lotte@maes.example;;"]
    assert codes(plan_of(*rows)[1]) == []


def test_a_person_is_known_by_any_of_their_addresses() -> None:
    world = replace(a_world(), addresses=(*a_world().addresses, AddressNow(2, 1, "prive@claes.example", "prive@claes.example")))
    rows = [
        "C5;A;Société;Chloé;Claes;PRIVE@claes.example;;;;;;;;;;",
        "C6;B;Société;Chloé;Claes;neuve@claes.example;chloe@claes.example;;;;;;;;;",
    ]
    assert [step.contact and step.contact.id for step in plan_of(rows[0], headings=MANY, world=world)] == [1]
    (step,) = plan_of(rows[1], headings=MANY, world=world)
    assert (step.contact and step.contact.id, step.changes[-1]) == (1, Change("new_address", "Chloé Claes", "", "neuve@claes.example"))


def test_without_a_known_address_the_name_inside_the_account_decides() -> None:
    inside, outside = plan_of(
        "C1;;;CHLOE;Claes;autre@claes.example;;", "C9;Autre;Société;Bart;Moreau;bart@moreau.example;;", world=a_world()
    )
    assert (inside.contact and inside.contact.id, outside.contact and outside.contact.id) == (1, None)


def test_father_and_son_with_one_name_and_two_addresses_stay_two() -> None:
    rows = ["C1;;;Chloé;Claes;chloe@claes.example;;", "C1;;;Chloé;Claes;fille@claes.example;;", "C1;;;Chloé;Claes;;;"]
    first, second, third = plan_of(*rows, world=a_world())
    assert (first.contact and first.contact.id, second.contact and second.contact.id) == (1, None)
    assert (third.contact, "several_people" in codes(third)) == (None, True)


def test_a_mailbox_that_two_people_share_is_the_first_ones() -> None:
    rows = ["C9;Famille Maes;Famille;Jan;Maes;maes@maes.example;;oui", "C9;Famille Maes;Famille;Lotte;Maes;maes@maes.example;;oui"]
    world = after(World(), steps := plan_of(*rows))
    assert codes(steps[1]) == ["email_of_another"]
    assert [(now.first_name, [each.email for each in world.addresses if each.contact_id == now.id]) for now in world.contacts] == [
        ("Jan", ["maes@maes.example"]),
        ("Lotte", []),
    ]


def test_an_address_of_somebody_else_never_changes_their_name() -> None:
    (step,) = plan_of("C1;;;Marie;Claes;chloe@claes.example;non;non", world=a_world())
    assert (step.contact and step.contact.id, codes(step), step.contact and step.contact.first_name) == (
        None, ["name_from_reference", "email_of_another"], "Marie",
    )  # fmt: skip


def test_a_new_last_name_is_a_change() -> None:
    (step,) = plan_of("C1;;;Chloé;Maes;chloe@claes.example;;", world=a_world())
    assert step.changes == [Change(Field.LAST_NAME, "Chloé Maes", "Claes", "Maes")]


def test_a_further_address_of_somebody_else_is_left_out() -> None:
    (step,) = plan_of(
        "C2;Moreau Bart;Particulier;Bart;Moreau;bart@moreau.example;chloe@claes.example;;;;;;;;;", headings=MANY, world=a_world()
    )
    (found,) = step.problems
    assert (found.code, found.column, found.details) == (ProblemCode.EMAIL_OF_ANOTHER, 6, {"owner": "Chloé Claes"})


def test_somebody_without_a_name_goes_in_under_their_address() -> None:
    (step,) = plan_of("C9;Garage Maes;Société;;;lotte@maes.example;;")
    assert (step.contact and step.contact.name, codes(step)) == ("lotte@maes.example", ["missing_name"])


def test_linking_somebody_known_is_shown() -> None:
    (step,) = plan_of("C2x;Autre;Société;Chloé;Claes;chloe@claes.example;;oui", world=a_world())
    assert step.changes[1:] == [Change("linked", "Chloé Claes", "", "Autre"), Change(Field.NOTIFY, "chloe@claes.example", "", "on")]


def test_tags_are_added_and_never_taken_away() -> None:
    headings = "Réf.;Compte;Étiquettes"
    world = after(a_world(), plan_of("C1;;Dossier papier", "C1;;tva mensuelle, Paie", headings=headings, world=a_world()))
    assert world.accounts[0].tags == {"TVA mensuelle", "Dossier papier", "Paie"}


def test_groups_and_tags_keep_the_spelling_they_have() -> None:
    world = after(a_world(), plan_of("C2;Moreau Bart;FAMILLES;tva Mensuelle", headings="Réf.;Compte;Groupe;Étiquettes", world=a_world()))
    assert (world.accounts[1].group, world.accounts[1].tags) == ("Familles", frozenset({"TVA mensuelle"}))


def test_an_archived_account_stays_so_and_says_so() -> None:
    first, *others = a_world().accounts
    world = replace(a_world(), accounts=(replace(first, archived=True), *others))
    (step,) = plan_of("C1;Famille Claes;;Chloé;Claes;chloe@claes.example;;", world=world)
    assert codes(step) == ["archived"]


def test_a_refused_row_touches_nothing() -> None:
    steps = plan_of("C1;Famille Claes;Famille;Chloé;Claes;chloe@claes.example;oui;oui;x", "C1;;;;;;;", world=a_world())
    assert (steps[0].verdict, after(a_world(), steps)) == (Verdict.REFUSED, a_world())


def test_the_world_of_these_tests_is_what_they_say() -> None:
    assert a_world().accounts[0].client_since == date(2020, 1, 2)
    assert a_world().contacts == (ContactNow(1, "Chloé", "Claes", "02 511 11 11", "fr"), ContactNow(2, "Bart", "Moreau"))
    assert a_world().uses == (UseNow(1, 1, notify=True),)
