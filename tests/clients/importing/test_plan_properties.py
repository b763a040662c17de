"""Whatever a list holds: taking it in twice changes nothing more, and taking it in by parts leaves the same as at once."""

from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from clients.enums import AccountKind
from clients.importing.client_row import ClientRow
from clients.importing.enums import ProblemCode, Verdict
from clients.importing.plan import make_plan
from clients.importing.steps import Step
from clients.importing.world import World
from tests.clients.importing.worlds import CLAIRE, MARC, STAFF, a_world, after

# Few values, so that rows meet: the same reference, name, person or address again and again.
rows_of_one_list = st.lists(
    st.builds(
        ClientRow,
        number=st.just(0),
        reference=st.sampled_from(["", "", "C1", "c1", "C2", "C3"]),
        account=st.sampled_from(["", "Famille Claes", "FAMILLE CLAES", "Moreau Bart", "Atelier Öztürk"]),
        kind=st.sampled_from([None, *AccountKind]),
        first_name=st.sampled_from(["", "Chloé", "Chloe", "Bart"]),
        last_name=st.sampled_from(["", "Claes", "Moreau", "CLAES"]),
        email=st.sampled_from(["", "", "chloe@claes.example", "bart@moreau.example", "Bart@Moreau.example", "foyer@claes.example"]),
        other_emails=st.sampled_from([(), (), ("foyer@claes.example",), ("prive@claes.example", "bart@moreau.example")]),
        phone=st.sampled_from(["", "02 511 11 11", "02/511.11.11", "0479 12 34 56"]),
        language=st.sampled_from(["", "fr", "nl"]),
        login=st.sampled_from([None, True, False]),
        notify=st.sampled_from([None, True, False]),
        manager=st.sampled_from([None, CLAIRE, MARC]),
        group=st.sampled_from(["", "Familles", "familles", "PME"]),
        tags=st.sampled_from([(), ("TVA mensuelle",), ("tva mensuelle", "Dossier papier")]),
        client_since=st.sampled_from([None, date(2019, 3, 12), date(2021, 7, 1)]),
    ),
    min_size=1,
    max_size=9,
).map(lambda rows: [numbered(row, number) for number, row in enumerate(rows, start=2)])
worlds = st.sampled_from([World(staff=STAFF), a_world()])


def numbered(row: ClientRow, number: int) -> ClientRow:
    return replace(row, number=number)


def said(step: Step) -> tuple[object, ...]:
    """All but the owner's name in a problem: a row above may just have corrected its accents."""
    problems = [(found.code, found.column, found.value, {**found.details, "owner": ""}) for found in step.problems]
    return step.verdict, list(step.changes), problems


def lasting(step: Step) -> set[ProblemCode]:
    """The problems that stay when the row is read again: those of making something are told once."""
    return {found.code for found in step.problems} - {ProblemCode.MISSING_KIND, ProblemCode.MISSING_NAME}


@settings(max_examples=300, deadline=None)
@given(rows_of_one_list, worlds)
def test_a_plan_carried_out_leaves_nothing_to_do(rows: list[ClientRow], world: World) -> None:
    first = make_plan(rows, world)
    second = make_plan(rows, after(world, first))
    assert [(step.verdict, step.changes, step.made, step.linked, step.tagged) for step in second if step.verdict != Verdict.REFUSED] == [
        (Verdict.SAME, [], [], [], []) for step in first if step.verdict != Verdict.REFUSED
    ]
    assert [lasting(step) for step in second] == [lasting(step) for step in first]


@settings(max_examples=300, deadline=None)
@given(rows_of_one_list, worlds, st.integers(1, 4))
def test_a_plan_carried_out_by_parts_does_what_was_shown(rows: list[ClientRow], world: World, size: int) -> None:
    shown = make_plan(rows, world)
    done: list[Step] = []
    now = world
    for start in range(0, len(rows), size):
        part = make_plan(rows, now, until=start + size)[start:]
        now = after(now, part)
        done += part
    assert [said(step) for step in done] == [said(step) for step in shown]
    assert now == after(world, shown)
