"""What staff change on the page of any request: its reminders, a repetition, its withdrawal; and the history beside them."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from actions.enums import ActionState, ScheduleFrom
from actions.models import Action
from actions.stops import Stop
from clients.models import AccountAddress
from firms.actors import Actor
from firms.enums import Right
from firms.models import ActivityLine, Staff
from notifications.models import Notice
from reminders.models import ReminderSetting
from reminders.rules import Schedule
from reminders.services import settle_party
from tenancy.context import firm_context
from tests.factories import START
from tests.mail import Mailbox
from tests.people import Lumiere, Peeters
from tests.signing import asked, fresh, signed_in
from tests.story import live, own_minute

Firms = tuple[Lumiere, Peeters]
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def claire(two_firms: Firms) -> Client:
    return signed_in(two_firms[0].claire)


def page(action: Action) -> str:
    return f"/requests/{action.code}/"


def save(client: Client, action: Action, *, on: bool = True, every_days: object = 3, at_most: object = 1) -> Any:
    words = {"every_days": every_days, "at_most": at_most, **({"on": "on"} if on else {})}
    return client.post(f"{page(action)}reminders/", words)


@pytest.mark.rule("D12")
def test_reminders_are_switched_off_and_on_at_any_time(claire: Client, two_firms: Firms) -> None:
    action = asked(two_firms[0])
    assert save(claire, action, on=False)["Location"] == page(action)
    off = fresh(action)
    assert (off.reminders_on, off.next_reminder_at, off.stop_reason) == (False, None, Stop.SWITCHED_OFF)
    save(claire, action, every_days=2, at_most=5)
    on = fresh(action)
    assert (on.next_reminder_at, on.remind_every_days, on.remind_max, on.stop_reason) == (START + 2 * DAY, 2, 5, "")


@pytest.mark.rule("D25")
def test_reminders_are_changed_when_one_of_two_has_signed(claire: Client, two_firms: Firms, mailbox: Mailbox) -> None:
    lumiere, _ = two_firms
    action = asked(lumiere, signers=[lumiere.nadia, lumiere.paul], schedule=Schedule(on=False))
    live(START)
    with firm_context(lumiere.firm.pk):
        settle_party(action=action, contact=lumiere.paul, by=Actor.system(), now=START)
    save(claire, action, every_days=5, at_most=2)
    mailbox.accepted.clear()
    for day in range(40):
        live(START + day * DAY)
    assert mailbox.addresses == ["nadia@lefevre.example"] * 2


@pytest.mark.rule("D12", "X17")
def test_request_says_whose_setting_it_follows_and_may_follow_it_again(claire: Client, two_firms: Firms) -> None:
    lumiere = two_firms[0]
    with firm_context(lumiere.firm.pk):
        ReminderSetting.objects.create(firm=lumiere.firm, kind="signature", on=True, every_days=4, at_most=2)
    action = asked(lumiere, schedule=Schedule(True, 4, 2))
    shown = claire.get(page(action)).content.decode()
    assert ("From the firm." in shown, "follow-setting" in shown) == (True, False)
    save(claire, action, every_days=9)
    assert "Set here. From the firm: every 4 days, at most 2." in claire.get(page(action)).content.decode()
    assert claire.post(f"{page(action)}reminders/follow/")["Location"] == page(action)
    again = fresh(action)
    assert (again.schedule_from, again.remind_every_days, again.remind_max) == (ScheduleFrom.FIRM, 4, 2)


@pytest.mark.rule("D26")
def test_change_that_is_not_saved_has_no_effect(claire: Client, two_firms: Firms) -> None:
    action = asked(two_firms[0], schedule=Schedule(on=True, at_most=4))
    before = fresh(action)
    shown = claire.get(f"{page(action)}reminders/preview/", {"every_days": "1", "at_most": "6", "on": "on"})
    assert "Your change adds 2 e-mails for each of them. It holds once you save." in shown.content.decode()
    assert (shown.context["next"].due_at, shown.context["preview"].more) == (START + DAY, 2)
    after = fresh(action)
    assert (after.next_reminder_at, after.remind_max) == (before.next_reminder_at, before.remind_max)
    with firm_context(action.firm_id):
        assert ActivityLine.objects.filter(verb="reminders_changed").count() == 0


@pytest.mark.rule("D26")
def test_page_warns_before_it_is_left(claire: Client, two_firms: Firms) -> None:
    action = asked(two_firms[0])
    assert "data-guard" in claire.get(page(action)).content.decode()
    refused = save(claire, action, every_days="often").content.decode()
    assert 'data-guard="dirty"' in refused


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"on": "on", "every_days": "3", "at_most": "1"}, "because it is not signed yet."),
        ({"every_days": "3", "at_most": "1"}, "Your change takes away 1 e-mail for each of them."),
        ({"on": "on", "every_days": "", "at_most": "1"}, "Give a number of days and a number of times."),
        ({"on": "on", "every_days": "9" * 30, "at_most": "1"}, "Give a number of days and a number of times."),
        ({"on": "on", "every_days": "4", "at_most": "1"}, "This holds once you save."),
    ],
)
def test_preview_says_what_a_change_would_do(claire: Client, two_firms: Firms, query: dict[str, str], said: str) -> None:
    action = asked(two_firms[0])
    assert said in claire.get(f"{page(action)}reminders/preview/", query).content.decode()


@pytest.mark.parametrize(("every_days", "at_most"), [(0, 1), (61, 1), (3, 0), (3, 11), ("x", "y"), ("", "")])
def test_rhythm_out_of_bounds_is_refused_and_kept_on_the_form(
    claire: Client, two_firms: Firms, every_days: object, at_most: object
) -> None:
    action = asked(two_firms[0])
    answer = save(claire, action, every_days=every_days, at_most=at_most)
    assert answer.context["schedule_form"]["every_days"].value() == str(every_days)
    assert (fresh(action).remind_every_days, fresh(action).remind_max) == (3, 1)


@pytest.mark.rule("D05")
def test_repetition_tells_who_has_not_acted(claire: Client, two_firms: Firms, mailbox: Mailbox) -> None:
    lumiere, _ = two_firms
    action = asked(lumiere, signers=[lumiere.nadia, lumiere.paul])
    live(START)
    with firm_context(lumiere.firm.pk):
        settle_party(action=action, contact=lumiere.paul, by=Actor.system(), now=START)
    shown = claire.get(page(action))
    assert [(row.address, row.gets_it) for row in shown.context["resend"]] == [
        ("nadia@lefevre.example", True),
        ("paul@lefevre.example", False),
    ]
    assert "Resend to 1 person" in shown.content.decode()
    mailbox.accepted.clear()
    answer = claire.post(f"{page(action)}resend/", follow=True)
    assert [str(message) for message in answer.context["messages"]] == ["Sent again to 1 address."]
    live(START)
    assert mailbox.addresses == ["nadia@lefevre.example"]


def test_repetition_to_nobody_says_so(claire: Client, two_firms: Firms) -> None:
    lumiere, _ = two_firms
    action = asked(lumiere)
    with firm_context(lumiere.firm.pk):
        AccountAddress.objects.update(notify=False)
    answer = claire.post(f"{page(action)}resend/", follow=True)
    assert [str(message) for message in answer.context["messages"]] == ["Nothing was sent: nobody of this account can be told."]


def test_withdrawing_closes_and_stops(claire: Client, two_firms: Firms) -> None:
    action = asked(two_firms[0])
    claire.post(f"{page(action)}withdraw/", follow=True)
    assert (fresh(action).state, fresh(action).next_reminder_at) == (ActionState.WITHDRAWN, None)
    for part, words in [("reminders/", {"every_days": 3, "at_most": 1}), ("resend/", {}), ("withdraw/", {})]:
        answer = claire.post(page(action) + part, words, follow=True)
        said = ["Nothing was changed: “Lettre de mission 2027” was closed in the meantime."]
        assert [str(message) for message in answer.context["messages"]] == said


POSTS = ["reminders/", "resend/", "withdraw/"]


@pytest.mark.parametrize("part", POSTS)
def test_reading_changes_nothing(claire: Client, two_firms: Firms, part: str) -> None:
    assert claire.get(page(asked(two_firms[0])) + part).status_code == 405


@pytest.mark.parametrize("part", POSTS)
def test_changing_needs_the_right_or_to_manage_the_account(two_firms: Firms, part: str) -> None:
    lumiere, peeters = two_firms
    action = asked(lumiere)
    words = {"every_days": 3, "at_most": 2, "on": "on"}

    def answer(who: Staff | None) -> int:
        return (signed_in(who) if who else Client()).post(page(action) + part, words).status_code

    assert [answer(who) for who in (lumiere.paulo, peeters.wim, None)] == [404, 404, 302]
    with firm_context(lumiere.firm.pk):
        Staff.objects.filter(pk=lumiere.paulo.pk).update(rights=[Right.SEE_ALL_ACCOUNTS])
    assert answer(lumiere.paulo) == 403
    assert (fresh(action).state, fresh(action).remind_max) == (ActionState.OPEN, 1)


def test_who_may_only_see_gets_no_forms(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    action = asked(lumiere)
    with firm_context(lumiere.firm.pk):
        Staff.objects.filter(pk=lumiere.paulo.pk).update(rights=[Right.SEE_ALL_ACCOUNTS])
    shown = signed_in(lumiere.paulo).get(page(action))
    assert shown.status_code == 200
    assert [part for part in POSTS if f"{page(action)}{part}" in shown.content.decode()] == []


# --- The history ---------------------------------------------------------------------------------------------------------


def told(answer: Any) -> list[tuple[str, str, str]]:
    return [(str(entry.mark.word), entry.what, entry.people) for entry in answer.context["entries"]]


@pytest.mark.rule("X01")
def test_history_tells_each_decision_with_its_reason(
    claire: Client, two_firms: Firms, mailbox: Mailbox, clock: time_machine.Traveller
) -> None:
    lumiere, _ = two_firms
    with firm_context(lumiere.firm.pk):
        AccountAddress.objects.filter(pk=lumiere.paul_at_bakery.pk).update(notify=False)
    action = asked(lumiere, signers=[lumiere.nadia, lumiere.paul], schedule=Schedule(on=True, at_most=2))
    live(START)
    clock.shift(3 * DAY)
    live(START + 3 * DAY)
    shown = claire.get(page(action))
    assert told(shown) == [
        ("Planned", "Reminder 2 of 2", "Nadia Lefèvre"),
        ("Sent", "Reminder 1 of 2", "Nadia Lefèvre"),
        ("Skipped", "Reminder 1 of 2", "Paul Lefèvre"),
        ("Sent", "Request", "Nadia Lefèvre"),
        ("Skipped", "Request", "Paul Lefèvre"),
        ("Asked", "Claire Moreau asked for “Lettre de mission 2027”", ""),
    ]
    skipped = shown.context["entries"][2]
    assert (skipped.why, skipped.setting) == ("Not sent: NOTIFY is off for this address.", "contacts")


def test_history_of_one_person(claire: Client, two_firms: Firms) -> None:
    lumiere, _ = two_firms
    action = asked(lumiere, signers=[lumiere.nadia])
    shown = claire.get(page(action), {"who": lumiere.paul.code})
    assert told(shown) == [("Skipped", "Request", "Paul Lefèvre")]
    assert [person.name for person in shown.context["people"]] == ["Nadia Lefèvre", "Paul Lefèvre"]


def test_held_reminder_says_until_when(claire: Client, two_firms: Firms, clock: time_machine.Traveller) -> None:
    action = asked(two_firms[0], now=START - timedelta(days=2), schedule=Schedule(on=True, at_most=2))  # a Saturday: due on Tuesday
    with firm_context(action.firm_id):
        Notice.objects.filter(action=action).update(decided_at=START - timedelta(days=2))
    night = START + timedelta(days=1, hours=11)  # Tuesday, 21:00 in Paris
    clock.move_to(night)
    live(night)
    shown = claire.get(page(action))
    assert f"Held until Wed 4 Nov, {own_minute(two_firms[0].nadia, date(2026, 11, 4)):%H:%M}." in shown.content.decode()


def test_unknown_person_in_the_address_shows_everybody(claire: Client, two_firms: Firms) -> None:
    action = asked(two_firms[0])
    for code in ("x", "\x00", two_firms[1].lotte.code):
        assert len(claire.get(page(action), {"who": code}).context["entries"]) == len(claire.get(page(action)).context["entries"])
