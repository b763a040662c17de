"""What e-mails said goes after the firm's term; that they went stays."""

from datetime import UTC, datetime, timedelta

import pytest

from firms.models import Firm
from notifications.enums import Outcome
from notifications.keeping import count_beyond, drop_old, term_of
from notifications.models import Message, Notice
from notifications.outbox import Entry, may_be_tried_again
from notifications.verdicts import Reason, Verdict
from reminders.late import ROUND
from tenancy.context import firm_context
from tests.factories import START
from tests.mail import Mailbox
from tests.people import Lumiere, Peeters
from tests.story import ask_signature, evening, live

DAY = timedelta(days=1)
AFTER = START + 24 * 31 * DAY


@pytest.fixture
def reminded(lumiere: Lumiere, mailbox: Mailbox) -> Lumiere:
    ask_signature(lumiere)
    live(START)
    live(evening(START + 3 * DAY))
    Message.objects.update(answer="250 Kept for nadia@lefevre.example")
    return lumiere


@pytest.mark.parametrize(
    ("months", "now", "term"),
    [
        (24, datetime(2026, 11, 26, tzinfo=UTC), datetime(2024, 11, 26, tzinfo=UTC)),
        (3, datetime(2026, 2, 28, tzinfo=UTC), datetime(2025, 11, 28, tzinfo=UTC)),
        (6, datetime(2026, 8, 31, tzinfo=UTC), datetime(2026, 2, 28, tzinfo=UTC)),
        (12, datetime(2024, 2, 29, tzinfo=UTC), datetime(2023, 2, 28, tzinfo=UTC)),
    ],
)
def test_a_term_ends_on_the_same_day_of_an_earlier_month(months: int, now: datetime, term: datetime) -> None:
    assert term_of(Firm(), now, months) == term


def test_what_they_said_goes_and_the_rows_stay(reminded: Lumiere) -> None:
    before = (Message.objects.count(), Notice.objects.count())
    assert drop_old(AFTER) == 2
    assert (Message.objects.count(), Notice.objects.count()) == before
    assert set(Message.objects.values_list("subject", "answer", "outcome")) == {("", "", Outcome.SENT)}
    reminder = Notice.objects.get(number=1, message__isnull=False)
    assert (reminder.values, reminder.dropped_at) == ({"of": "1"}, AFTER)


def test_those_that_were_never_sent_go_too(reminded: Lumiere) -> None:
    skipped = Notice.objects.filter(verdict=Verdict.SKIP)
    assert all(notice.values for notice in skipped)
    drop_old(AFTER)
    assert {notice.dropped_at for notice in skipped.all()} == {AFTER}


def test_until_the_term_nothing_goes_and_twice_drops_once(reminded: Lumiere) -> None:
    assert drop_old(START + 720 * DAY) == 0
    assert [bool(notice.values.get("title")) for notice in Notice.objects.filter(message__isnull=False)] == [True, True]
    assert (drop_old(AFTER), drop_old(AFTER), drop_old(AFTER + DAY)) == (2, 0, 0)


def test_batches_go_on_where_the_last_one_ended(reminded: Lumiere, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("notifications.keeping.BATCH", 1)
    assert drop_old(AFTER) == 2
    assert not Notice.objects.filter(dropped_at=None).exists()


def test_what_is_not_finished_is_kept(reminded: Lumiere) -> None:
    Message.objects.filter(notices__number=0).update(outcome=Outcome.WAITING, next_try_at=START)
    assert drop_old(AFTER) == 1
    assert Notice.objects.get(number=0, message__isnull=False).dropped_at is None


@pytest.mark.parametrize("batch", [1, 1000])
def test_what_was_unfinished_when_others_went_goes_once_it_has_ended(
    reminded: Lumiere, batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("notifications.keeping.BATCH", batch)
    late = Message.objects.filter(notices__number=0)
    late.update(outcome=Outcome.WAITING, next_try_at=START)
    assert (drop_old(AFTER), drop_old(AFTER)) == (1, 0)
    late.update(outcome=Outcome.SENT, next_try_at=None)
    assert (count_beyond(Firm.objects.get(), 3, AFTER), drop_old(AFTER), drop_old(AFTER)) == (1, 1, 0)
    assert not Notice.objects.filter(dropped_at=None).exists()
    assert set(Message.objects.values_list("subject", "answer", "passed_by")) == {("", "", False)}


def test_what_ended_late_is_kept_as_long_as_the_firm_says_by_then(reminded: Lumiere) -> None:
    late = Message.objects.filter(notices__number=0)
    late.update(outcome=Outcome.WAITING, next_try_at=START)
    assert drop_old(AFTER) == 1
    late.update(outcome=Outcome.SENT, next_try_at=None)
    Firm.objects.filter(pk=reminded.firm.pk).update(keep_months=36)
    assert (drop_old(AFTER), drop_old(AFTER + 366 * DAY)) == (0, 1)


def test_each_firm_has_its_own_term(two_firms: tuple[Lumiere, Peeters], mailbox: Mailbox) -> None:
    lumiere, peeters = two_firms
    with firm_context(lumiere.firm.pk):
        ask_signature(lumiere)
        live(START)
        Firm.objects.filter(pk=lumiere.firm.pk).update(keep_months=36)
    with firm_context(peeters.firm.pk):
        Firm.objects.filter(pk=peeters.firm.pk).update(keep_months=3)
    assert drop_old(AFTER) == 0


def test_a_shorter_term_says_first_of_how_many(reminded: Lumiere) -> None:
    assert [count_beyond(reminded.firm, months, START + 100 * DAY) for months in (3, 4)] == [2, 0]


def test_one_that_failed_is_not_tried_again_once_nobody_knows_what_it_said(reminded: Lumiere) -> None:
    Message.objects.update(outcome=Outcome.FAILED)
    message = Message.objects.filter(notices__number=0).get()
    assert may_be_tried_again(Entry(message, list(message.notices.all())))
    drop_old(AFTER)
    assert not may_be_tried_again(Entry(message, list(message.notices.all())))


def test_which_round_of_the_schedule_a_reminder_was_of_is_kept(reminded: Lumiere) -> None:
    Notice.objects.filter(number=1).update(values={"round": 2, "of": 3, "title": "Lettre"}, reason=Reason.TOO_LATE)
    drop_old(AFTER)
    assert set(Notice.objects.filter(number=1).annotate(of_round=ROUND).values_list("of_round", flat=True)) == {2}
