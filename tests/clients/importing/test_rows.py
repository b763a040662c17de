"""A row with its typed values, and what is named of it."""

import pytest

from clients.importing.client_row import ClientRow
from clients.importing.enums import ProblemCode, Severity
from clients.importing.problems import Problem
from tests.clients.importing.lists import rows_in
from tests.clients.importing.worlds import CLAIRE, MARC


def named(row: ClientRow) -> list[tuple[str, int | None, str]]:
    return [(problem.code.value, problem.column, problem.value) for problem in row.problems]


def only(row: str, headings: str) -> ClientRow:
    return rows_in(row, headings=headings)[0]


def test_a_right_row_has_no_problem() -> None:
    (row,) = rows_in("C1;Famille Claes;Famille;Chloé;Claes;chloe@claes.example;oui;non")
    assert (row.reference, row.account, row.kind, row.person, row.email) == (
        "C1",
        "Famille Claes",
        "family",
        "Chloé Claes",
        "chloe@claes.example",
    )
    assert (row.login, row.notify, row.email_sync, row.problems) == (True, False, None, ())


@pytest.mark.parametrize("nothing", ["", " ", "-", "–", "/", "\u00a0"])
def test_an_empty_cell_says_nothing(nothing: str) -> None:
    row = only(f"C1;A;{nothing};{nothing};{nothing}", "Réf.;Compte;Type;Téléphone;LOGIN")
    assert (row.kind, row.phone, row.login, row.problems) == (None, "", None, ())


@pytest.mark.parametrize(
    ("headings", "cell", "code"),
    [
        ("Type", "Fondation privée", ProblemCode.UNKNOWN_KIND),
        ("E-mail", "nom@client", ProblemCode.INVALID_EMAIL),
        ("E-mail 2", "deux@@client.example", ProblemCode.INVALID_EMAIL),
        ("Téléphone", "voir dossier", ProblemCode.INVALID_PHONE),
        ("Langue", "Klingon", ProblemCode.UNKNOWN_LANGUAGE),
        ("LOGIN", "peut-être", ProblemCode.UNKNOWN_SWITCH),
        ("NOTIFY", "?", ProblemCode.UNKNOWN_SWITCH),
        ("EMAIL SYNC", "3", ProblemCode.UNKNOWN_SWITCH),
        ("Gestionnaire", "Personne Inconnue", ProblemCode.UNKNOWN_MANAGER),
        ("Client depuis", "31/02/2023", ProblemCode.INVALID_DATE),
        ("Prénom", "=1+1", ProblemCode.FORMULA),
        ("Nom", "=1+1", ProblemCode.FORMULA),
        ("Groupe", "@SUM(A1)", ProblemCode.FORMULA),
        ("Nom", "#REF!", ProblemCode.SPREADSHEET_ERROR),
        ("Prénom", "x" * 81, ProblemCode.TOO_LONG),
        ("Groupe", "x" * 81, ProblemCode.TOO_LONG),
        ("Nom", "Le\ufffdvre", ProblemCode.UNREADABLE_CHARACTER),
        ("Nom", '"Le\nfèvre"', ProblemCode.LINE_BREAK),
    ],
)
def test_a_wrong_cell_is_named_at_its_column_and_the_rest_stays(headings: str, cell: str, code: ProblemCode) -> None:
    (row,) = rows_in(f"C1;Famille Claes;{cell}", headings=f"Réf.;Nom du compte;{headings}")
    ((found, column, _value),) = named(row)
    assert (found, column) == (code, 2)
    assert (row.reference, row.account, row.is_refused) == ("C1", "Famille Claes", False)


def test_what_is_left_out_is_empty() -> None:
    (row,) = rows_in("C1;A;=1+1;nom@client;peut-être", headings="Réf.;Compte;Prénom;E-mail;NOTIFY")
    assert (row.first_name, row.email, row.notify) == ("", "", None)


@pytest.mark.parametrize(
    ("cells", "code"),
    [("=C1;A", ProblemCode.UNUSABLE_REFERENCE), ("x" * 41 + ";A", ProblemCode.UNUSABLE_REFERENCE), ("C1;A;x", ProblemCode.TOO_MANY_CELLS)],
)
def test_a_row_that_cannot_be_placed_is_refused(cells: str, code: ProblemCode) -> None:
    (row,) = rows_in(cells, headings="Réf.;Nom du compte")
    assert [problem.code for problem in row.problems] == [code]
    assert row.is_refused


def test_empty_cells_beyond_the_headings_are_no_mistake() -> None:
    assert rows_in("C1;A;;", headings="Réf.;Nom du compte")[0].problems == ()


def test_a_short_row_says_where_it_ends() -> None:
    assert named(only("C1;A", "Réf.;Compte;Langue;Tags")) == [("short_row", 1, "")]


def test_an_address_is_tidied_and_kept() -> None:
    row = only('C1;A;"OCEANE@MAIL.EXAMPLE "', "Réf.;Compte;E-mail")
    assert (row.email, named(row)) == ("OCEANE@MAIL.EXAMPLE", [("tidied_email", 2, "OCEANE@MAIL.EXAMPLE ")])


def test_several_addresses_in_a_cell_are_taken_apart() -> None:
    row = only('C1;A;"a@b.be, c@d.be";d@e.be', "Réf.;Compte;E-mail;E-mail 2")
    assert (row.email, row.other_emails, named(row)) == ("a@b.be", ("c@d.be", "d@e.be"), [("several_emails", 2, "a@b.be, c@d.be")])


def test_the_same_address_twice_in_a_row_counts_once() -> None:
    row = only("C1;A;a@b.be;A@B.be;x@y.be", "Réf.;Compte;E-mail;E-mail 2;E-mail 3")
    assert (row.email, row.other_emails) == ("a@b.be", ("x@y.be",))


def test_a_switch_without_an_address_is_named() -> None:
    row = only("C1;A;Chloé;;oui;non", "Réf.;Compte;Prénom;E-mail;LOGIN;NOTIFY")
    assert named(row) == [("missing_email", 3, ""), ("switch_without_email", 4, "")]


@pytest.mark.parametrize("name", ["Claire Fontenoy", "claire fontenoy", "FONTENOY Claire", "claire@fontenoy.example"])
def test_a_manager_is_found_by_name_or_address(name: str) -> None:
    assert only(f"C1;A;{name}", "Réf.;Compte;Gestionnaire").manager == CLAIRE


def test_a_row_that_repeats_another_is_marked() -> None:
    rows = rows_in("C1;A", "C2;B", "C1; A", headings="Réf.;Compte")
    assert [named(row) for row in rows] == [[], [], [("repeated", None, "")]]
    assert rows[2].problems[0].details == {"row": "2"}


def test_tags_that_are_formulas_or_too_long_are_left_out_alone() -> None:
    row = only(f"C1;A;TVA, =1+1, {'x' * 61}", "Réf.;Compte;Tags")
    assert row.tags == ("TVA",)
    assert [code for code, _column, _value in named(row)] == ["formula", "too_long"]


def test_a_problem_is_kept_as_data() -> None:
    for row in rows_in("C1;A;x;nom@client;peut-être", headings="Réf.;Compte;Type;E-mail;NOTIFY"):
        assert [Problem.from_stored(problem.as_stored()) for problem in row.problems] == list(row.problems)


def test_every_problem_has_its_weight() -> None:
    weights = {code: Problem(code).severity for code in ProblemCode}
    assert sum(severity == Severity.ERROR for severity in weights.values()) == 7
    assert weights[ProblemCode.INVALID_EMAIL] == Severity.WARNING
    assert weights[ProblemCode.REPEATED] == Severity.NOTE


def test_people_without_anything_in_common_have_no_staff() -> None:
    assert only("C1;A;Marc Delvaux", "Réf.;Compte;Responsable").manager == MARC
