"""A task is woken once for each transaction, however much of it asks for that."""

import pytest
from django.db import connection, transaction

from lib.jobs import wake


@pytest.fixture
def in_transaction(db: None) -> None:
    """As every test is."""


def calls() -> int:
    return len(connection.run_on_commit)


@pytest.mark.usefixtures("in_transaction")
def test_a_task_is_woken_once_and_another_too() -> None:
    before = calls()
    for firm_id in (1, 1, 2):
        wake("notifications.dispatch", firm_id=firm_id)
    wake("reminders.sweep", firm_id=1)
    assert calls() - before == 3


@pytest.mark.usefixtures("in_transaction")
def test_what_was_asked_for_by_a_part_that_failed_is_asked_for_again() -> None:
    before = calls()
    with pytest.raises(LookupError), transaction.atomic():
        wake("notifications.dispatch", firm_id=1)
        raise LookupError
    with transaction.atomic():
        wake("notifications.dispatch", firm_id=1)
        wake("notifications.dispatch", firm_id=1)
    assert calls() - before == 1
