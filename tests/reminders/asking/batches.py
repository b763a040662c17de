"""Short words for asking many: a batch of signatures with its document, confirmed, and worked off."""

from collections.abc import Sequence

from django.core.files.uploadedfile import SimpleUploadedFile

from clients.models import Account
from files.drafts import keep_draft
from firms.actors import Actor
from firms.models import Staff
from reminders.asking.batches import confirm_batch, start_batch, word_batch
from reminders.asking.running import take_turn
from reminders.enums import PeopleRule
from reminders.models import AskBatch
from reminders.rules import Schedule
from reminders.words import Words
from tests.factories import START
from tests.signing import make_pdf

WORDS = Words("Lettre de mission 2027", "Merci.", schedule=Schedule(on=True, every_days=5, at_most=2))


def worded(
    staff: Staff, accounts: Sequence[Account], *, words: Words = WORDS, rule: PeopleRule = PeopleRule.MAIN, usual_message: bool = False
) -> AskBatch:
    batch = start_batch(staff=staff, kind="signature", accounts=[account.pk for account in accounts], now=START)
    draft = keep_draft(staff, SimpleUploadedFile("lettre.pdf", make_pdf(1)))
    word_batch(batch=batch, words=words, usual_message=usual_message, rule=rule, payload={"document": draft.name})
    return batch


def confirmed(
    staff: Staff,
    accounts: Sequence[Account],
    *,
    words: Words = WORDS,
    rule: PeopleRule = PeopleRule.MAIN,
    usual_message: bool = False,
    asks_unheard: bool = False,
) -> AskBatch:
    batch = worded(staff, accounts, words=words, rule=rule, usual_message=usual_message)
    confirm_batch(batch=batch, asks_unheard=asks_unheard, by=Actor.staff(staff), now=START)
    return batch


def worked(batch: AskBatch) -> AskBatch:
    """As the worker leaves it."""
    take_turn(batch.firm_id, START)
    batch.refresh_from_db()
    return batch


def outcome(batch: AskBatch) -> list[tuple[str, str, str]]:
    """Each account's name, what became of it, and why."""
    return [(row.account.name, row.state, row.reason) for row in batch.rows.select_related("account").order_by("position")]
