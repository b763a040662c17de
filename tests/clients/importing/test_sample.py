"""The list of a firm: all that is right in it goes in, and each of its mistakes is named at its row and column."""

import pytest

from clients.importing.enums import Verdict
from clients.importing.mapping import guess
from clients.importing.plan import make_plan
from clients.importing.rows import read_rows
from clients.importing.sentences import why
from clients.importing.steps import Step
from clients.importing.world import World
from tests.clients.importing.lists import SAMPLE, read
from tests.clients.importing.worlds import CLAIRE, MARC, STAFF, after

TABLE = read(SAMPLE.read_bytes())

# Row, column, what is wrong. "Client since" and switches that contradict an earlier row are one kind each.
MISTAKES = [
    (5, "LOGIN", "differs"),
    (8, "Client depuis", "differs"),
    (9, "E-mail", "invalid_email"),
    (9, "LOGIN", "switch_without_email"),
    (9, "NOTIFY", "switch_without_email"),
    (13, "Client depuis", "differs"),
    (18, "Client depuis", "differs"),
    (19, "Client depuis", "differs"),
    (20, "E-mail", "invalid_email"),
    (20, "NOTIFY", "switch_without_email"),
    (22, "", "repeated"),
    (23, "Client depuis", "differs"),
    (33, "E-mail", "tidied_email"),
    (33, "Client depuis", "differs"),
    (43, "Langue", "short_row"),
    (45, "E-mail", "invalid_email"),
    (45, "NOTIFY", "switch_without_email"),
    (56, "Nom du compte", "name_from_reference"),
    (56, "Client depuis", "differs"),
    (60, "Client depuis", "differs"),
    (63, "Client depuis", "differs"),
    (65, "Client depuis", "differs"),
    (67, "Type", "unknown_kind"),
    (72, "Client depuis", "differs"),
    (78, "LOGIN", "unknown_switch"),
    (81, "Client depuis", "differs"),
    (89, "Client depuis", "invalid_date"),
    (100, "Langue", "unknown_language"),
    (106, "Client depuis", "differs"),
    (109, "Client depuis", "differs"),
    (111, "Prénom", "formula"),
    (122, "Nom du compte", "line_break"),
    (128, "Client depuis", "differs"),
    (132, "Client depuis", "differs"),
    (134, "E-mail", "missing_email"),
    (134, "NOTIFY", "switch_without_email"),
    (145, "Gestionnaire", "unknown_manager"),
    (149, "Client depuis", "differs"),
    (159, "Client depuis", "differs"),
    (161, "E-mail 2", "email_of_another"),
    (170, "Client depuis", "differs"),
    (179, "Client depuis", "differs"),
]


@pytest.fixture(scope="module")
def steps() -> list[Step]:
    rows = read_rows(TABLE.lines, guess(TABLE.header.cells), STAFF)
    return make_plan(rows, World(staff=STAFF))


@pytest.fixture(scope="module")
def world(steps: list[Step]) -> World:
    return after(World(staff=STAFF), steps)


def step_of(steps: list[Step], number: int) -> Step:
    return next(step for step in steps if step.row.number == number)


def test_each_mistake_is_named_at_its_row_and_column(steps: list[Step]) -> None:
    headings = TABLE.header.cells
    found = [
        (step.row.number, "" if each.column is None else headings[each.column], each.code.value) for step in steps for each in step.problems
    ]
    assert found == MISTAKES
    assert TABLE.empty == (32,)


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (5, "“on” contradicts row 4, which says “off”. The earlier row decides."),
        (20, "“deux@@client.example” is not an e-mail address; it is left out."),
        (22, "The row says the same as row 21; it counts once."),
        (56, "The account name is empty; by its reference C1031 the row goes to “Fleuriste Kowalczyk SAS”."),
        (111, '“=HYPERLINK("http://x.example";"clic")” is a formula that a spreadsheet would run; it is left out.'),
        (161, "xdhondt@perso.example is the address of Xavier D'Hondt; in one firm an address is one person’s. It is left out here."),
    ],
)
def test_each_mistake_is_said_in_words(steps: list[Step], row: int, sentence: str) -> None:
    assert sentence in [why(each) for each in step_of(steps, row).problems]


def test_no_row_is_refused_and_rows_that_repeat_others_do_nothing(steps: list[Step]) -> None:
    assert [step.row.number for step in steps if step.verdict == Verdict.SAME] == [5, 22, 43]
    assert {step.verdict for step in steps} == {Verdict.NEW, Verdict.CHANGED, Verdict.SAME}


def test_all_that_is_right_goes_in(world: World) -> None:
    accounts = {now.reference: now for now in world.accounts}
    assert (len(world.accounts), len(world.contacts), len(world.links)) == (110, 151, 174)
    assert sorted(accounts) == [f"C{number}" for number in range(1000, 1110)]
    assert (accounts["C1038"].name, accounts["C1038"].kind) == ("Moreau Benoît", "company")
    assert (accounts["C1072"].name, accounts["C1085"].manager) == ("Leclercq Amélie suite du nom", None)
    assert (accounts["C1050"].client_since, accounts["C1004"].client_since.isoformat()) == (None, "2021-07-01")  # type: ignore[union-attr]
    assert accounts["C1004"].tags == {"TVA trimestrielle", "Dossier papier", "TVA mensuelle"}
    assert [accounts[reference].name for reference in ("C1000", "C1082", "C1096")] == ["Famille D'Hondt"] * 3
    assert {accounts[reference].manager for reference in accounts} == {CLAIRE, MARC, None}


def people(world: World, reference: str) -> dict[str, list[str]]:
    """Name of each person of an account -> their addresses."""
    (account,) = [now.id for now in world.accounts if now.reference == reference]
    ids = {contact for linked, contact in world.links if linked == account}
    return {
        f"{now.first_name} {now.last_name}".strip(): [each.email for each in world.addresses if each.contact_id == now.id]
        for now in world.contacts
        if now.id in ids
    }


def test_the_rest_of_a_wrong_row_goes_in(world: World) -> None:
    assert people(world, "C1004")["Mathieu Vermeulen"] == []
    assert people(world, "C1065") == {"Peeters": ["valerie.peeters78@client.example"], "Ugo Peeters": ["ugo.peeters@client.example"]}
    assert people(world, "C1031")["Philippe Marchand"] == ["philippe.marchand@entreprise.example", "pmarchand@perso.example"]
    assert people(world, "C1079")["Océane Kowalczyk"] == []
    assert people(world, "C1096")["Xavier D'Hondt"] == ["xavier.dhondt@entreprise.example"]
    assert {now.first_name: now.language for now in world.contacts if now.last_name == "Marchand"}["Yasmina"] == ""


@pytest.mark.rule("C01")
def test_one_person_in_several_accounts_is_one_contact_with_switches_of_its_own_in_each(world: World) -> None:
    (zoe,) = [now.id for now in world.addresses if now.key == "zoe.nguyen@mail.example"]
    names = {now.id: now.reference for now in world.accounts}
    uses = {names[use.account_id]: (use.login, use.notify, use.email_sync) for use in world.uses if use.address_id == zoe}
    assert uses == {
        "C1012": (False, True, False),
        "C1015": (False, True, True),
        "C1041": (True, True, True),
        "C1044": (False, True, False),  # "peut-être" leaves LOGIN off
    }


def test_the_list_once_more_changes_nothing(world: World) -> None:
    rows = read_rows(TABLE.lines, guess(TABLE.header.cells), STAFF)
    assert {(step.verdict, len(step.changes), len(step.made)) for step in make_plan(rows, world)} == {(Verdict.SAME, 0, 0)}
