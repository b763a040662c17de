"""No more e-mails with reminders than the firm allows for one address, in a day and in seven, by its reader's clock (X08)."""

import re
from datetime import UTC, date, datetime, time, timedelta
from html import unescape

import pytest
import time_machine
from django.test import Client

from actions.models import Action
from clients.models import Contact
from firms.actors import Actor
from firms.models import Firm
from notifications.dispatch.send import dispatch_ready
from notifications.enums import REASON_SENTENCES, Priority
from notifications.models import Notice
from notifications.verdicts import Reason, Verdict
from reminders.rules import Schedule
from reminders.services import resend
from reminders.sweep import sweep
from tenancy.context import firm_context
from tests.factories import START
from tests.mail import Mailbox, text_of
from tests.parallel import at_once
from tests.people import Lumiere, make_lumiere
from tests.signing import asked, signed_in
from tests.story import ask_signature, evening, live, own_minute

NADIA = "nadia@lefevre.example"
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
DUE = START + 3 * DAY  # a Thursday
FRIDAY = date(2026, 11, 6)
DAILY = Schedule(on=True, every_days=1)
CAPPED = (Verdict.HOLD, Reason.CAPPED)
pytestmark = pytest.mark.rule("X08")


def change_firm(people: Lumiere, **columns: object) -> None:
    Firm.objects.filter(pk=people.firm.pk).update(**columns)


def ask_at(people: Lumiere, *instants: datetime, schedule: Schedule = Schedule(on=True)) -> list[Action]:
    """One request at each, of which Nadia is told at once."""
    actions: list[Action] = []
    for at in instants:
        actions.append(ask_signature(people, title=f"Document {len(actions)}", now=at, schedule=schedule))
        dispatch_ready(lambda at=at: at)  # type: ignore[misc]
    return actions


def reminders(*actions: Action) -> list[tuple[str, str]]:
    """What was decided for Nadia's reminder of each; what went stands as `sent`."""
    notices = Notice.objects.filter(action__in=actions, priority=Priority.REMINDER, email=NADIA).order_by("action_id")
    return [("sent", "") if notice.message_id else (notice.verdict, notice.reason) for notice in notices]


def held_until(action: Action) -> datetime | None:
    return Notice.objects.get(action=action, priority=Priority.REMINDER, email=NADIA).not_before


SENT = ("sent", "")


def test_one_of_two_goes_and_the_other_waits_for_tomorrow(lumiere: Lumiere, mailbox: Mailbox) -> None:
    change_firm(lumiere, bundle_reminders=False)
    first, second = ask_at(lumiere, START, START)
    live(DUE)
    live(DUE + HOUR)
    assert (len(mailbox.to(NADIA)), reminders(first, second)) == (3, [SENT, CAPPED])
    assert held_until(second) == own_minute(lumiere.nadia, FRIDAY)
    live(own_minute(lumiere.nadia, FRIDAY) - timedelta(minutes=1))
    assert len(mailbox.to(NADIA)) == 3
    live(own_minute(lumiere.nadia, FRIDAY))
    assert (len(mailbox.to(NADIA)), reminders(first, second)) == (4, [SENT, SENT])


def test_the_page_says_why_it_waits(lumiere: Lumiere, mailbox: Mailbox) -> None:
    change_firm(lumiere, bundle_reminders=False)
    ask_at(lumiere, START)
    second = asked(lumiere, title="Bail", schedule=Schedule(on=True))
    live(START)
    live(DUE)
    with time_machine.travel(DUE, tick=False):
        page = " ".join(unescape(signed_in(lumiere.claire, Client()).get(f"/requests/{second.code}/").content.decode()).split())
    until = f"{own_minute(lumiere.nadia, FRIDAY):%H:%M}"
    assert [words in page for words in (str(REASON_SENTENCES[Reason.CAPPED]), f"Fri 6 Nov, {until}")] == [True, True]


def test_the_second_of_a_day_joins_the_next_bundle(lumiere: Lumiere, mailbox: Mailbox) -> None:
    """It does not wait for its own minute on the next day if others go before: they would leave no room for it."""
    change_firm(lumiere, show_context=True, send_from=time(10))  # nobody's own minute comes before the third is due
    actions = ask_at(lumiere, START, START + HOUR, START + DAY)
    mailbox.accepted.clear()
    live(DUE)
    live(DUE + HOUR)
    assert (len(mailbox.to(NADIA)), reminders(*actions[:2])) == (1, [SENT, CAPPED])
    live(DUE + DAY)
    _, bundle = mailbox.to(NADIA)
    assert re.findall(r"Document \d", text_of(bundle)) == ["Document 1", "Document 2"]
    live(evening(DUE + DAY))
    assert (len(mailbox.to(NADIA)), reminders(*actions)) == (2, [SENT] * 3)


def test_of_two_that_come_at_the_same_minute_each_has_its_turn(lumiere: Lumiere, mailbox: Mailbox) -> None:
    change_firm(lumiere, bundle_reminders=False)
    actions = ask_at(lumiere, START, START, schedule=Schedule(True, 1, 9))
    for day in range(1, 5):
        live(START + day * DAY)
    told = Notice.objects.filter(priority=Priority.REMINDER, email=NADIA, message__isnull=False).order_by("message__created_at")
    assert list(told.values_list("action_id", flat=True)) == [actions[n % 2].pk for n in range(4)]


def test_where_nothing_is_bundled_the_one_that_waits_goes_first(lumiere: Lumiere, mailbox: Mailbox) -> None:
    change_firm(lumiere, bundle_reminders=False, send_from=time(10))
    actions = ask_at(lumiere, START, START, START + DAY)
    live(DUE)
    assert reminders(*actions) == [SENT, CAPPED]
    live(DUE + DAY)
    assert reminders(*actions) == [SENT, SENT, CAPPED]


@pytest.mark.parametrize(("cap", "sent"), [(1, 1), (2, 2), (None, 3)])
def test_as_many_as_the_firm_says_go_in_a_day(lumiere: Lumiere, mailbox: Mailbox, cap: int | None, sent: int) -> None:
    change_firm(lumiere, bundle_reminders=False, cap_a_day=cap)
    actions = ask_at(lumiere, START, START, START)
    live(DUE)
    assert reminders(*actions) == [SENT] * sent + [CAPPED] * (3 - sent)


def test_as_many_as_the_firm_says_go_in_seven_days(lumiere: Lumiere, mailbox: Mailbox) -> None:
    change_firm(lumiere, bundle_reminders=False, cap_a_week=2)
    actions = ask_at(lumiere, START, START + DAY, START + 2 * DAY, schedule=DAILY)
    for days in (1, 2, 3):  # Tuesday, Wednesday, Thursday
        live(START + days * DAY)
    assert reminders(*actions) == [SENT, SENT, CAPPED]
    assert held_until(actions[2]) == own_minute(lumiere.nadia, date(2026, 11, 10))  # the first of the two is seven days old
    live(evening(START + 7 * DAY))
    assert len(mailbox.to(NADIA)) == 5
    live(evening(START + 8 * DAY))
    assert len(mailbox.to(NADIA)) == 6


def test_days_are_those_of_the_reader(lumiere: Lumiere, mailbox: Mailbox) -> None:
    """In Auckland it is Friday from 12:00 of Thursday in Paris on: the first two are of two days, the third is one too many."""
    Contact.objects.update(time_zone="Pacific/Auckland")
    change_firm(lumiere, bundle_reminders=False)
    thursday, friday = datetime(2026, 11, 5, 4, tzinfo=UTC), datetime(2026, 11, 5, 20, tzinfo=UTC)
    instants = (thursday, friday, friday + 7 * HOUR)
    actions = ask_at(lumiere, *(at - 3 * DAY for at in instants))
    for at in instants:
        live(at)
    assert reminders(*actions) == [SENT, SENT, CAPPED]
    until = held_until(actions[2])
    assert until is not None and datetime(2026, 11, 8, 19, 30, tzinfo=UTC) <= until < datetime(2026, 11, 9, 5, tzinfo=UTC)  # their Monday


def test_what_staff_send_is_neither_held_nor_counted(lumiere: Lumiere, mailbox: Mailbox) -> None:
    change_firm(lumiere, bundle_reminders=False)
    reminded, asked = ask_at(lumiere, START, START + 2 * DAY)
    resend(action=asked, by=Actor.staff(lumiere.claire), now=DUE - HOUR)
    live(DUE - HOUR)
    live(DUE)
    resend(action=asked, by=Actor.staff(lumiere.claire), now=DUE + HOUR)
    live(DUE + HOUR)
    assert (reminders(reminded), len(mailbox.to(NADIA))) == ([SENT], 5)


def test_one_person_s_cap_is_nobody_else_s(lumiere: Lumiere, mailbox: Mailbox) -> None:
    change_firm(lumiere, bundle_reminders=False)
    ask_signature(lumiere)
    ask_signature(lumiere, signers=[lumiere.paul])
    live(START)
    mailbox.accepted.clear()
    live(DUE)
    assert sorted(mailbox.addresses) == [NADIA, "paul@lefevre.example"]


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    @pytest.fixture
    def people(self, transactional_db: None) -> Lumiere:
        return make_lumiere()

    def test_dispatchers_at_once_send_no_more_than_the_cap(self, people: Lumiere, mailbox: Mailbox) -> None:
        with firm_context(people.firm.pk):
            change_firm(people, bundle_reminders=False)
            actions = ask_at(people, *[START] * 4)
        dispatch_ready(lambda: START)
        mailbox.accepted.clear()
        sweep(DUE)
        at_once(*[lambda: dispatch_ready(lambda: DUE)] * 4)
        dispatch_ready(lambda: DUE)  # whoever found the address locked has left it to the next round
        assert mailbox.addresses == [NADIA]
        with firm_context(people.firm.pk):
            assert sorted(reminders(*actions)) == [*[CAPPED] * 3, SENT]
