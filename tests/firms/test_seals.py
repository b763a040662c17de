"""Sealing, on real transactions: each line once, one chain a firm."""

from datetime import timedelta

import pytest
from django.db import connection

from firms import seals
from firms.actors import Actor
from firms.enums import Verb
from firms.models import ActivityLine, Firm, LogSeal
from firms.sealing import BEFORE_THE_FIRST, digest_of_seal
from firms.seals import seal_lines, seal_log
from firms.services import create_firm, write_activity
from firms.tasks import seal_log as tick
from tenancy.context import firm_context
from tests.factories import START
from tests.parallel import at_once

pytestmark = pytest.mark.django_db(transaction=True)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def firm(transactional_db: None) -> Firm:
    """With the one line that says it was created."""
    return make_firm("claire@lumiere.example")


def make_firm(email: str) -> Firm:
    return create_firm(name="Cabinet Lumière", owner_name="Claire Moreau", owner_email=email, owner_password=None, now=START)


def tell(firm: Firm, count: int = 1) -> None:
    with firm_context(firm.pk):
        for number in range(count):
            write_activity(firm=firm, by=Actor.system(), verb=Verb.FIRM_CHANGED, now=START, detail=f"Setting {number}")


def chain_of(firm: Firm) -> list[tuple[int, int]]:
    """Number and size of each seal, after looking whether each follows from the one before and holds just its lines."""
    with firm_context(firm.pk):
        previous, found = BEFORE_THE_FIRST, list[tuple[int, int]]()
        for seal in LogSeal.objects.order_by("number"):
            lines = [(line.pk, bytes(line.digest or b"")) for line in seal.lines.order_by("pk")]
            assert seal.line_ids == [pk for pk, _ in lines]
            assert seal.digest == digest_of_seal(previous, seal.number, seal.sealed_at, lines)
            previous = bytes(seal.digest)
            found.append((seal.number, len(lines)))
        return found


def unsealed(firm: Firm) -> int:
    with firm_context(firm.pk):
        return ActivityLine.objects.filter(seal=None).count()


@pytest.mark.rule("X21")
def test_the_lines_of_a_minute_become_a_link_of_the_chain(firm: Firm) -> None:
    assert seal_log(START) == 1
    tell(firm, 2)
    assert seal_log(START + MINUTE) == 2
    assert seal_log(START + 2 * MINUTE) == 0
    assert chain_of(firm) == [(1, 1), (2, 2)]
    assert unsealed(firm) == 0


def test_each_firm_has_a_chain_of_its_own(firm: Firm) -> None:
    other = make_firm("wim@peeters.example")
    tell(firm)
    assert seal_log(START) == 3
    assert (chain_of(firm), chain_of(other)) == ([(1, 2)], [(1, 1)])


def test_many_lines_are_sealed_in_parts(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seals, "BATCH", 2)
    tell(firm, 4)
    assert seal_lines(firm.pk, START) == 5
    assert chain_of(firm) == [(1, 2), (2, 2), (3, 1)]


def test_a_line_that_commits_late_comes_into_a_later_seal(firm: Firm) -> None:
    with firm_context(firm.pk):
        write_activity(firm=firm, by=Actor.system(), verb=Verb.FIRM_CHANGED, now=START, detail="late")
        at_once(lambda: tell(firm))
        assert at_once(lambda: seal_log(START)) == [2]
    assert seal_log(START + MINUTE) == 1
    assert chain_of(firm) == [(1, 2), (2, 1)]


@pytest.mark.rule("X21")
def test_five_sealers_at_once_give_one_unforked_chain(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seals, "BATCH", 3)
    tell(firm, 29)
    counts = at_once(*[lambda: seal_log(START)] * 5, lambda: tell(firm, 10))
    sealed = sum(count for count in counts if isinstance(count, int)) + seal_log(START + MINUTE)
    assert (sealed, unsealed(firm)) == (40, 0)
    chain = chain_of(firm)
    assert [number for number, _ in chain] == list(range(1, len(chain) + 1))
    assert sum(size for _, size in chain) == 40


def test_while_one_seals_another_does_not_wait(firm: Firm) -> None:
    with firm_context(firm.pk):
        assert seals.seal_batch(firm.pk, START) == 1
        assert at_once(lambda: seal_log(START)) == [0]
    assert chain_of(firm) == [(1, 1)]


def test_the_trouble_of_one_firm_is_its_own(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    other = make_firm("wim@peeters.example")
    real = seals.seal_lines

    def troubled(firm_id: int, at: object) -> int:
        if firm_id == firm.pk:
            raise RuntimeError("no")
        return real(firm_id, START)

    monkeypatch.setattr(seals, "seal_lines", troubled)
    with pytest.raises(ExceptionGroup):
        seal_log(START)
    assert (chain_of(firm), chain_of(other)) == ([], [(1, 1)])


def test_the_tick_seals(firm: Firm) -> None:
    assert tick() == 1
    assert chain_of(firm) == [(1, 1)]


def test_lines_from_before_the_log_was_sealed_are_left_alone(firm: Firm) -> None:
    with firm_context(firm.pk):
        ActivityLine.objects.create(firm=firm, at=START, verb=Verb.FIRM_CHANGED, actor_kind="system")
    assert seal_log(START) == 1
    assert unsealed(firm) == 1


def test_finding_the_firms_costs_no_walk_through_what_is_sealed(firm: Firm) -> None:
    tell(firm, 200)
    seal_log(START)
    with firm_context(firm.pk), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN SELECT DISTINCT firm_id FROM firms_activityline WHERE seal_id IS NULL AND digest IS NOT NULL")
        assert "activity_to_seal" in " ".join(row[0] for row in cursor.fetchall())
