"""Whatever a list holds: taking it in twice changes nothing more, and taking it in by parts leaves the same as at once."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from clients.enums import AccountKind, Relation
from clients.importing.client_row import ClientRow
from clients.importing.enums import Field, ProblemCode, Verdict
from clients.importing.missing import Missing, find_missing
from clients.importing.plan import make_plan
from clients.importing.steps import Step
from clients.importing.world import AddressNow, UseNow, World
from clients.names import email_key
from tests.clients.importing.test_custom_columns import HOLIDAYS, PRIVATE, SHARES
from tests.clients.importing.worlds import CLAIRE, MARC, STAFF, a_world, after, without

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
        relation=st.sampled_from([None, None, *Relation]),
        custom=st.sampled_from([(), ((SHARES, Decimal(10)),), ((SHARES, Decimal(12)),)]),
        custom_emails=st.sampled_from(
            [(), ((PRIVATE, "prive@claes.example"),), ((PRIVATE, "foyer@claes.example"), (HOLIDAYS, "foyer@claes.example"))]
        ),
    ),
    min_size=1,
    max_size=9,
).map(lambda rows: [numbered(row, number) for number, row in enumerate(rows, start=2)])


def a_world_with_more() -> World:
    """Chloé signs in with an address that was replaced; Bart's stands in a custom field; somebody else signs in with a third."""
    old = AddressNow(2, 1, "foyer@claes.example", "foyer@claes.example", unlinked=True)
    bart = AddressNow(3, 2, "prive@moreau.example", "prive@moreau.example", is_primary=True, field_id=PRIVATE.id)
    world = a_world()
    return replace(
        world,
        addresses=(*world.addresses, old, bart),
        uses=(*world.uses, UseNow(1, 2, login=True), UseNow(2, 3, login=True, notify=True)),
        taken=frozenset({"bart@moreau.example"}),
    )


worlds = st.sampled_from([World(staff=STAFF), a_world(), a_world_with_more()])


def numbered(row: ClientRow, number: int) -> ClientRow:
    """Custom e-mails stand among the others, as the reader leaves them."""
    emails = dict.fromkeys([*row.other_emails, *(email for _, email in row.custom_emails)])
    return replace(row, number=number, other_emails=tuple(email for email in emails if email_key(email) != email_key(row.email)))


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


def keys_of(missing: list[Missing] | None) -> list[tuple[int, int, int]]:
    return sorted(each.key for each in missing or [])


MAPPING = (Field.REFERENCE, Field.FIRST_NAME, Field.LAST_NAME, Field.EMAIL, Field.OTHER_EMAIL, PRIVATE)


@settings(max_examples=100, deadline=None)
@given(rows_of_one_list, worlds)
def test_what_is_missing_and_removed_is_missing_no_more_and_leaves_nothing_to_do(rows: list[ClientRow], world: World) -> None:
    now = after(world, make_plan(rows, world))
    steps = make_plan(rows, now)
    missing = find_missing(steps, now, MAPPING)
    assert keys_of(missing) == keys_of(find_missing(make_plan(rows, world), world, MAPPING))  # the check shows it before
    left = without(now, missing or [])
    again = make_plan(rows, left)
    assert (find_missing(again, left, MAPPING) or []) == []
    assert [step.changes for step in again if step.verdict != Verdict.REFUSED] == [[] for step in steps if step.verdict != Verdict.REFUSED]


@settings(max_examples=100, deadline=None)
@given(rows_of_one_list, worlds)
def test_nobody_whom_the_list_names_is_missing_and_no_account_is_left_empty(rows: list[ClientRow], world: World) -> None:
    steps = make_plan(rows, world)
    missing = find_missing(steps, world, MAPPING) or []
    named = {(step.account.id, step.contact.id) for step in steps if step.account and step.contact}
    assert not named & {(each.account_id, each.contact_id) for each in missing if each.address_id is None}
    left = without(after(world, steps), missing)
    assert {account for account, _ in left.links} >= {account for account, _ in world.links}
