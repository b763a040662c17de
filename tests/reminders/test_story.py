"""Asking, reminding, stopping: driven through the services, sent over real SMTP, read as the client reads it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from actions.enums import ActionState
from actions.errors import ActionClosed
from actions.models import Action
from actions.stops import Stop
from clients.models import AccountAddress, Address
from firms.actors import Actor
from firms.models import ActivityLine, FailedTask
from notifications.enums import Outcome
from notifications.models import Message, Notice
from notifications.verdicts import Reason, Verdict
from reminders.rules import Schedule
from reminders.services import change_reminders, expire, refuse, resend, settle_party, withdraw
from reminders.sweep import SweepCount
from tests.factories import START, AddressFactory, ContactFactory
from tests.mail import Mailbox, html_of, text_of
from tests.people import Lumiere, Peeters, link
from tests.story import ask_signature, evening, live

NBSP = "\N{NO-BREAK SPACE}"
DAY = timedelta(days=1)
THREE_DAYS = 3 * DAY


def verdicts(action: Action, number: int = 0) -> dict[str, tuple[str, str]]:
    """What was decided for each address, by its e-mail."""
    return {n.email: (n.verdict, n.reason) for n in Notice.objects.filter(action=action, number=number)}


def fresh(action: Action) -> Action:
    return Action.objects.get(pk=action.pk)


@pytest.mark.rule("A02", "M31")
def test_asking_sends_the_notice_by_itself(lumiere: Lumiere, mailbox: Mailbox) -> None:
    ask_signature(lumiere, signers=[lumiere.nadia, lumiere.paul])
    live(START)
    assert mailbox.addresses == ["nadia@lefevre.example", "paul@lefevre.example"]


@pytest.mark.rule("A03")
def test_what_is_not_done_in_time_is_reminded_of_once(lumiere: Lumiere, mailbox: Mailbox) -> None:
    ask_signature(lumiere)
    ask_signature(lumiere, title="Sans rappel", schedule=Schedule(on=False))
    live(START)
    live(START + THREE_DAYS - timedelta(seconds=1))
    assert len(mailbox.accepted) == 2
    for days in range(3, 20):
        live(START + days * DAY)
    assert [m["Subject"] for m in mailbox.to("nadia@lefevre.example")[2:]] == [f"Rappel 1 sur 1{NBSP}: un document attend votre signature"]


@pytest.mark.rule("A05")
def test_only_the_account_s_own_contacts_are_told(lumiere: Lumiere, mailbox: Mailbox) -> None:
    stranger = AddressFactory(firm=lumiere.firm, contact=ContactFactory(firm=lumiere.firm), email="stranger@client.example")
    link(lumiere.tilleuls, stranger)
    action = ask_signature(lumiere, signers=[lumiere.nadia, lumiere.paul])
    live(START)
    assert mailbox.addresses == ["nadia@lefevre.example", "paul@lefevre.example"]
    assert set(verdicts(action)) == {"nadia@lefevre.example", "paul@lefevre.example"}


@pytest.mark.rule("A06")
def test_notify_off_is_not_told_and_the_log_says_why(lumiere: Lumiere, mailbox: Mailbox) -> None:
    AccountAddress.objects.filter(pk=lumiere.paul_at_bakery.pk).update(notify=False)
    action = ask_signature(lumiere, signers=[lumiere.nadia, lumiere.paul])
    live(START)
    assert mailbox.addresses == ["nadia@lefevre.example"]
    assert verdicts(action)["paul@lefevre.example"] == (Verdict.SKIP, Reason.NOTIFY_OFF)


@pytest.mark.rule("C21")
def test_a_preference_that_is_off_holds_back_that_kind_alone(lumiere: Lumiere, mailbox: Mailbox) -> None:
    AccountAddress.objects.filter(pk=lumiere.nadia_at_bakery.pk).update(wants_signatures=False)
    AccountAddress.objects.filter(pk=lumiere.paul_at_bakery.pk).update(wants_approvals=False)
    action = ask_signature(lumiere, signers=[lumiere.nadia, lumiere.paul])
    live(START)
    live(START + THREE_DAYS)
    assert mailbox.addresses == ["paul@lefevre.example", "paul@lefevre.example"]
    assert verdicts(action, 1)["nadia@lefevre.example"] == (Verdict.SKIP, Reason.PREFERENCE_OFF)


@pytest.mark.rule("C01")
def test_the_same_contact_is_told_in_one_account_and_not_in_the_other(lumiere: Lumiere, mailbox: Mailbox) -> None:
    AccountAddress.objects.filter(pk=lumiere.nadia_at_bakery.pk).update(notify=False)
    ask_signature(lumiere)
    ask_signature(lumiere, account=lumiere.tilleuls, title="Bail")
    live(START)
    assert [m["From"] for m in mailbox.to("nadia@lefevre.example")] == ["Cabinet Lumière - SCI des Tilleuls <notifications@localhost>"]


@pytest.mark.rule("A10")
def test_the_firm_s_name_stands_at_the_top_of_both_parts(lumiere: Lumiere, mailbox: Mailbox) -> None:
    ask_signature(lumiere)
    live(START)
    (message,) = mailbox.to("nadia@lefevre.example")
    assert text_of(message).splitlines()[0] == "Cabinet Lumière"
    html = html_of(message)
    assert 0 < html.index(">Cabinet Lumière<") < html.index("<h1")


@pytest.mark.rule("D02")
def test_the_reminder_names_the_item_and_the_day_it_was_asked(lumiere: Lumiere, mailbox: Mailbox) -> None:
    lumiere.firm.show_context = True
    lumiere.firm.save()
    ask_signature(lumiere, due_on=date(2026, 11, 6))
    live(START)
    live(START + THREE_DAYS)
    notice, reminder = mailbox.to("nadia@lefevre.example")
    text = " ".join(text_of(reminder).split())  # folds no-break spaces too
    assert "Le lundi 2 novembre, nous vous avons demandé de signer « Lettre de mission 2027 », avant le vendredi 6 novembre." in text
    assert reminder["Subject"] == f"Rappel 1 sur 1{NBSP}: votre signature pour «{NBSP}Lettre de mission 2027{NBSP}»"
    assert reminder["References"] == notice["Message-ID"]


@pytest.mark.rule("D05")
def test_both_ways_of_reminding_exist_side_by_side(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action = ask_signature(lumiere)
    live(START)
    assert resend(action=action, by=Actor.staff(lumiere.claire), now=START + DAY) == 1
    live(START + DAY)
    live(START + THREE_DAYS)
    assert len(mailbox.to("nadia@lefevre.example")) == 3
    assert fresh(action).reminders_sent == 1


@pytest.mark.rule("D12", "D25")
def test_reminders_can_be_switched_off_and_on_in_mid_sequence(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action = ask_signature(lumiere, signers=[lumiere.nadia, lumiere.paul], schedule=Schedule(on=True, at_most=3))
    live(START)
    live(START + THREE_DAYS)
    settle_party(action=action, contact=lumiere.paul, by=Actor.system(), now=START + 4 * DAY)
    change_reminders(action=action, schedule=Schedule(on=False, at_most=3), by=Actor.staff(lumiere.claire), now=START + 4 * DAY)
    live(START + 6 * DAY)
    assert (fresh(action).reminders_sent, fresh(action).stop_reason) == (1, Stop.SWITCHED_OFF)
    change_reminders(action=action, schedule=Schedule(on=True, at_most=3), by=Actor.staff(lumiere.claire), now=START + 7 * DAY)
    live(START + 10 * DAY)  # a Thursday; in the rhythm Sunday became Monday, and this is three days later
    assert fresh(action).reminders_sent == 2
    assert len(mailbox.to("nadia@lefevre.example")) == 3


@pytest.mark.rule("D14", "M16")
def test_the_interval_is_three_days_from_the_notice_then_from_the_nominal_instant(lumiere: Lumiere, mailbox: Mailbox) -> None:
    tuesday = START + DAY  # neither of the two falls on a weekend
    action = ask_signature(lumiere, schedule=Schedule(on=True, at_most=2), now=tuesday)
    assert (action.remind_every_days, action.next_reminder_at) == (3, tuesday + THREE_DAYS)
    live(tuesday + THREE_DAYS + timedelta(hours=5))
    assert fresh(action).next_reminder_at == tuesday + 2 * THREE_DAYS


@pytest.mark.rule("M16")
def test_a_resend_neither_counts_nor_moves_but_holds_the_automatic_one_for_a_day(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action = ask_signature(lumiere)
    live(START)
    again = START + THREE_DAYS - timedelta(hours=1)
    resend(action=action, by=Actor.staff(lumiere.claire), now=again)
    live(again)
    assert (fresh(action).reminders_sent, fresh(action).next_reminder_at) == (0, START + THREE_DAYS)
    live(START + THREE_DAYS)
    assert verdicts(action, 1)["nadia@lefevre.example"] == (Verdict.HOLD, Reason.TOLD_TODAY)
    assert len(mailbox.accepted) == 2
    live(again + DAY)
    assert len(mailbox.accepted) == 3


@pytest.mark.rule("D15", "D27")
def test_three_reminders_and_never_a_fourth(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action = ask_signature(lumiere, schedule=Schedule(on=True, at_most=3))
    for hours in range(0, 24 * 40, 6):
        live(START + timedelta(hours=hours))
    subjects = [m["Subject"] for m in mailbox.to("nadia@lefevre.example")]
    assert [s.split(NBSP)[0] for s in subjects[1:]] == ["Rappel 1 sur 3", "Rappel 2 sur 3", "Rappel 3 sur 3"]
    assert [line.sentence for line in ActivityLine.objects.filter(verb="action_reminded").order_by("id")] == [
        f"prepared reminder {number}/3 (Nadia Lefèvre) of “Lettre de mission 2027”" for number in (1, 2, 3)
    ]
    assert (fresh(action).reminders_sent, fresh(action).stop_reason) == (3, Stop.COUNT_REACHED)


def test_one_reminder_is_the_default() -> None:
    assert Schedule() == Schedule(on=False, every_days=3, at_most=1)


@pytest.mark.rule("D28", "M20")
def test_who_has_signed_is_left_alone_and_the_co_signer_is_reminded(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action = ask_signature(lumiere, signers=[lumiere.nadia, lumiere.paul], schedule=Schedule(on=True, at_most=3))
    live(START)
    settle_party(action=action, contact=lumiere.paul, by=Actor.system(), now=START + THREE_DAYS - timedelta(seconds=1))
    live(START + THREE_DAYS)
    assert mailbox.addresses.count("nadia@lefevre.example") == 2
    assert mailbox.addresses.count("paul@lefevre.example") == 1
    assert verdicts(action, 1)["paul@lefevre.example"] == (Verdict.SKIP, Reason.HAS_DONE)
    settle_party(action=action, contact=lumiere.nadia, by=Actor.system(), now=START + 4 * DAY)
    live(START + 2 * THREE_DAYS)
    assert (fresh(action).state, fresh(action).stop_reason, len(mailbox.accepted)) == (ActionState.DONE, Stop.SIGNED, 3)


@pytest.mark.rule("M20")
@pytest.mark.parametrize("close", ["refuse", "withdraw", "expire"])
def test_refusal_withdrawal_and_expiry_stop_the_reminders_and_tell_staff(lumiere: Lumiere, mailbox: Mailbox, close: str) -> None:
    action = ask_signature(lumiere)
    live(START)
    before = START + THREE_DAYS - timedelta(seconds=1)
    if close == "refuse":
        refuse(action=action, by=Actor.system(), now=before, reason="Honoraires")
        assert FailedTask.objects.get().detail == "Lettre de mission 2027 : Honoraires"
    elif close == "withdraw":
        withdraw(action=action, by=Actor.staff(lumiere.claire), now=before)
    else:
        expire(action=action, now=before)
    live(START + THREE_DAYS)
    assert len(mailbox.accepted) == 1
    expected = {"refuse": Stop.REFUSED, "withdraw": Stop.WITHDRAWN, "expire": Stop.EXPIRED}[close]
    assert (fresh(action).next_reminder_at, fresh(action).stop_reason) == (None, expected)
    assert ActivityLine.objects.filter(action_id=action.pk).count() == 2


@pytest.mark.rule("M34")
def test_named_people_narrow_the_recipients_to_themselves(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action = ask_signature(lumiere, signers=[lumiere.paul])
    live(START)
    assert mailbox.addresses == ["paul@lefevre.example"]
    assert verdicts(action)["nadia@lefevre.example"] == (Verdict.SKIP, Reason.NOT_NAMED)


@pytest.mark.rule("M31")
def test_recipients_are_decided_again_when_the_reminder_is_sent(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action = ask_signature(lumiere)
    live(START)
    late = AddressFactory(firm=lumiere.firm, contact=lumiere.nadia, email="nadia@new.example")
    added = link_address(lumiere, late)
    AccountAddress.objects.filter(pk=lumiere.nadia_at_bakery.pk).update(notify=False)
    live(START + THREE_DAYS)
    assert [rcpt for rcpt, _ in mailbox.accepted] == ["nadia@lefevre.example", "nadia@new.example"]
    assert added.notify
    assert verdicts(action, 1)["nadia@lefevre.example"] == (Verdict.SKIP, Reason.NOTIFY_OFF)


def link_address(lumiere: Lumiere, address: Address) -> AccountAddress:
    return AccountAddress.objects.create(firm=lumiere.firm, account=lumiere.bakery, address=address, notify=True)


@pytest.mark.rule("M28")
def test_nobody_to_tell_is_a_failed_task_for_the_office(lumiere: Lumiere, mailbox: Mailbox) -> None:
    AccountAddress.objects.update(notify=False)
    ask_signature(lumiere)
    live(START)
    assert mailbox.accepted == []
    assert [(t.kind, t.subject) for t in FailedTask.objects.all()] == [("nobody_to_notify", "Boulangerie Lefèvre SRL")]


def test_a_reminder_of_another_firm_reaches_nobody_of_this_one(two_firms: tuple[Lumiere, Peeters], mailbox: Mailbox) -> None:
    from tenancy.context import firm_context

    lumiere, _ = two_firms
    with firm_context(lumiere.firm.pk):
        ask_signature(lumiere)
    live(START)
    assert live(START + THREE_DAYS) == SweepCount(actions=1, addresses=1)
    assert mailbox.addresses == ["nadia@lefevre.example"] * 2


def test_a_sweep_that_runs_five_times_reminds_once(lumiere: Lumiere, mailbox: Mailbox) -> None:
    ask_signature(lumiere)
    live(START)
    counts = [live(START + THREE_DAYS).actions for _ in range(5)]
    assert counts == [1, 0, 0, 0, 0]
    assert len(mailbox.accepted) == 2


@pytest.mark.rule("M33")
def test_after_an_outage_each_item_gets_one_reminder(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action = ask_signature(lumiere, schedule=Schedule(on=True, every_days=1, at_most=5))
    live(START)
    for minute in (0, 1):
        live(START + THREE_DAYS + timedelta(minutes=minute))  # three have fallen due
    live(evening(START + THREE_DAYS))
    assert len(mailbox.accepted) == 2
    assert (fresh(action).reminders_sent, fresh(action).next_reminder_at) == (1, START + 4 * DAY)


@pytest.mark.rule("M33")
def test_what_is_later_than_the_firm_allows_waits_for_somebody_s_yes(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action = ask_signature(lumiere, schedule=Schedule(on=True, at_most=5))
    live(START)
    live(START + 2 * THREE_DAYS + timedelta(seconds=1))  # due three days and a second ago
    live(START + 7 * DAY - timedelta(minutes=1))
    assert (len(mailbox.accepted), verdicts(action, 1)["nadia@lefevre.example"]) == (1, (Verdict.SKIP, Reason.TOO_LATE))
    assert [(task.kind, task.subject) for task in FailedTask.objects.all()] == [("reminders_late", "Cabinet Lumière")]
    assert fresh(action).next_reminder_at == START + 7 * DAY


@pytest.mark.rule("X03")
def test_reminder_due_on_saturday_waits_for_the_same_hour_of_monday(lumiere: Lumiere, mailbox: Mailbox) -> None:
    wednesday = datetime(2026, 11, 4, 9, 0, tzinfo=UTC)
    ask_signature(lumiere, now=wednesday)
    live(wednesday)
    live(wednesday + THREE_DAYS)
    assert len(mailbox.accepted) == 1
    live(datetime(2026, 11, 9, 8, 59, tzinfo=UTC))
    assert len(mailbox.accepted) == 1
    live(datetime(2026, 11, 9, 9, 0, tzinfo=UTC))
    assert len(mailbox.accepted) == 2


def test_what_expired_yesterday_closes_by_the_firm_s_calendar(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action = ask_signature(lumiere, expires_on=date(2026, 11, 4))
    live(datetime(2026, 11, 4, 22, 59, tzinfo=UTC))  # 23:59 in Paris
    assert fresh(action).state == ActionState.OPEN
    live(datetime(2026, 11, 4, 23, 0, tzinfo=UTC))
    assert fresh(action).state == ActionState.EXPIRED


def test_a_closed_request_takes_no_further_change(lumiere: Lumiere) -> None:
    action = withdraw(action=ask_signature(lumiere), by=Actor.system(), now=START)
    for change in (withdraw, resend, lambda **k: change_reminders(schedule=Schedule(), **k)):
        with pytest.raises(ActionClosed):
            change(action=action, by=Actor.system(), now=START)


def test_message_is_recorded_as_sent_with_its_subject_and_template(lumiere: Lumiere, mailbox: Mailbox) -> None:
    ask_signature(lumiere)
    live(START)
    message = Message.objects.get()
    assert (message.outcome, message.tries, message.sent_at, message.lease_until) == (Outcome.SENT, 1, START, None)
    assert message.message_id == mailbox.accepted[0][1]["Message-ID"]
    assert message.template_version != ""
