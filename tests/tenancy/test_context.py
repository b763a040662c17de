"""Entering a firm: inside another, again, and in what runs on commit, where nothing is entered any more."""

from collections.abc import Callable

import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries

from firms.models import Firm
from tenancy.context import OtherFirmEntered, current_firm_id, firm_context, firm_round_trip
from tests.people import Lumiere, Peeters

pytestmark = pytest.mark.django_db(transaction=True)

SEEN = "SELECT count(*) FROM firms_firm"


def seen_after_commit(firm: Firm, look: Callable[[], object]) -> list[object]:
    """What `look` gives once the transaction in which the firm was entered is committed."""
    seen = list[object]()
    with firm_context(firm.pk):
        transaction.on_commit(lambda: seen.append(look()))
    return seen


def names_seen() -> list[str]:
    return sorted(Firm.objects.values_list("name", flat=True))


def names_in(firm: Firm) -> list[str]:
    with firm_context(firm.pk):
        return names_seen()


def names_in_a_transaction_of(firm: Firm) -> list[list[str]]:
    """Inside the firm, and after it."""
    with transaction.atomic():
        return [names_in(firm), names_seen()]


def round_trip_in_a_transaction_of(firm: Firm) -> list[object]:
    """What one statement sees, and what is seen after it."""
    with transaction.atomic():
        (answer,) = firm_round_trip(firm.pk, [(SEEN, [])])
        return [answer.rows, names_seen()]


def test_what_runs_on_commit_is_in_no_firm(two_firms: tuple[Lumiere, Peeters]) -> None:
    assert seen_after_commit(two_firms[0].firm, current_firm_id) == [None]
    assert seen_after_commit(two_firms[0].firm, names_seen) == [[]]


def test_a_firm_is_entered_anew_on_commit(two_firms: tuple[Lumiere, Peeters]) -> None:
    firm = two_firms[0].firm
    assert seen_after_commit(firm, lambda: names_in(firm)) == [[firm.name]]
    assert seen_after_commit(firm, lambda: names_in_a_transaction_of(firm)) == [[[firm.name], []]]


def test_another_firm_may_be_entered_on_commit(two_firms: tuple[Lumiere, Peeters]) -> None:
    one, other = two_firms[0].firm, two_firms[1].firm
    assert seen_after_commit(one, lambda: names_in(other)) == [[other.name]]
    assert seen_after_commit(one, lambda: names_in_a_transaction_of(other)) == [[[other.name], []]]


def test_a_round_trip_enters_its_firm_anew_on_commit_and_leaves_it(two_firms: tuple[Lumiere, Peeters]) -> None:
    one, other = two_firms[0].firm, two_firms[1].firm
    assert seen_after_commit(one, lambda: round_trip_in_a_transaction_of(one)) == [[[(1,)], []]]
    assert seen_after_commit(one, lambda: round_trip_in_a_transaction_of(other)) == [[[(1,)], []]]


def test_another_firm_is_refused_inside_a_firm(two_firms: tuple[Lumiere, Peeters]) -> None:
    one, other = two_firms[0].firm, two_firms[1].firm
    with firm_context(one.pk):
        with pytest.raises(OtherFirmEntered):
            names_in(other)
        with pytest.raises(OtherFirmEntered):
            firm_round_trip(other.pk, [(SEEN, [])])
        assert (current_firm_id(), names_seen()) == (one.pk, [one.name])


def test_entering_costs_one_question_and_entering_again_none(
    two_firms: tuple[Lumiere, Peeters], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    firm = two_firms[0].firm
    with django_assert_num_queries(5), firm_context(firm.pk), firm_context(firm.pk):  # BEGIN, the firm, SAVEPOINT, RELEASE, COMMIT
        pass
