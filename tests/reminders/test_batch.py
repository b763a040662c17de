"""A batch of the sweep: what it costs follows what is due, in rows and not in statements."""

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from notifications.models import Notice
from reminders.rules import Schedule
from reminders.sweep import remind_batch
from tests.factories import START
from tests.people import Lumiere
from tests.story import ask_signature


@pytest.mark.parametrize("due", [1, 50])
def test_a_batch_takes_as_many_statements_however_many_are_due(
    lumiere: Lumiere, due: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(due):
        ask_signature(lumiere, title=f"Document {number}", schedule=Schedule(on=True, at_most=2))
    with django_assert_num_queries(10):
        _, actions = remind_batch(lumiere.firm, START + timedelta(days=3))
    assert len(actions) == due
    assert Notice.objects.filter(number=1, email="nadia@lefevre.example").count() == due
