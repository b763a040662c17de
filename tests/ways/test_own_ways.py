"""A firm's own way out, over real SMTP: what leaves by it, what stops it, and that nobody else is touched."""

import logging
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.management import call_command
from pytest_django.fixtures import DjangoAssertNumQueries, Settings

from firms.actors import Actor
from firms.enums import FailedTaskKind
from firms.models import ActivityLine, FailedTask
from firms.queries import open_failed_tasks
from lib.clock import machine_now
from notifications.dispatch.send import dispatch_ready
from notifications.enums import Outcome
from notifications.models import Message, Suppression
from notifications.outbox import Entry
from notifications.outbox_acts import retry_message
from notifications.services import notify_user
from reminders.health.facts import figures
from tenancy.context import firm_context
from tests.factories import START
from tests.mail import Mailbox
from tests.people import Lumiere, Peeters
from tests.story import ask_signature
from tests.ways.making import IN_ONE_WORD, PASSWORD, FirmServer, firm_server, in_use, smtp_input
from ways.credentials import Credentials
from ways.models import Way
from ways.services import forget_ended_ways, start_way, switch_back, take_up_again
from ways.transports import WaysOut

SENDER = "bonjour@cabinet-lumiere.example"


@pytest.fixture
def server(settings: Settings) -> Iterator[FirmServer]:
    settings.OUTGOING_ALLOWED = ["127.0.0.0/8"]
    with firm_server() as running:
        yield running


def dispatch(minutes: int = 0) -> int:
    return dispatch_ready(lambda: START + timedelta(minutes=minutes))


def test_clients_hear_by_the_firm_s_own_server_from_its_own_address(lumiere: Lumiere, mailbox: Mailbox, server: FirmServer) -> None:
    in_use(lumiere.firm, smtp_input(server, sender=SENDER))
    ask_signature(lumiere)
    assert dispatch() == 1
    ((_, arrived),) = server.accepted
    assert (mailbox.accepted, server.senders) == ([], [SENDER])
    assert str(arrived["From"]).endswith(f"<{SENDER}>")
    assert Message.objects.get().sender == SENDER


def test_without_a_sender_of_its_own_the_platform_s_address_stays(
    lumiere: Lumiere, mailbox: Mailbox, server: FirmServer, settings: Settings
) -> None:
    in_use(lumiere.firm, smtp_input(server))
    ask_signature(lumiere)
    dispatch()
    assert (server.senders, Message.objects.get().sender) == ([settings.MAIL_FROM], settings.MAIL_FROM)


def test_what_opens_a_login_and_what_the_firm_is_told_never_pass_its_server(lumiere: Lumiere, mailbox: Mailbox, server: FirmServer) -> None:
    in_use(lumiere.firm, smtp_input(server))
    user = lumiere.claire.user
    notify_user(firm=lumiere.firm, user=user, event="password_reset", key="password_reset:1", now=START, values={})
    assert dispatch() == 1
    assert (server.accepted, mailbox.addresses) == ([], [user.email])


def test_wrong_credentials_stop_that_firm_alone_and_are_tried_once(lumiere: Lumiere, mailbox: Mailbox, server: FirmServer) -> None:
    in_use(lumiere.firm, smtp_input(server))
    server.accounts.clear()
    for number in range(3):
        ask_signature(lumiere, title=f"Document {number}")
    dispatch()
    dispatch(minutes=10)
    way, (task,) = Way.objects.get(), open_failed_tasks(lumiere.firm)
    assert (way.is_stopped, task.kind, len(server.visits)) == (True, FailedTaskKind.SENDER_BROKEN, 1)
    assert set(Message.objects.values_list("outcome", "tries")) == {(Outcome.WAITING, 0)}


def test_a_stopped_way_keeps_what_is_new_and_goes_on_when_told(lumiere: Lumiere, mailbox: Mailbox, server: FirmServer) -> None:
    in_use(lumiere.firm, smtp_input(server))
    server.accounts.clear()
    ask_signature(lumiere, title="One")
    dispatch()
    ask_signature(lumiere, title="Two")
    assert (dispatch(minutes=1), Message.objects.count()) == (0, 1)
    server.accounts["cabinet"] = PASSWORD
    start_way(firm=lumiere.firm, now=START)
    assert (dispatch(minutes=2), mailbox.accepted, open_failed_tasks(lumiere.firm).count()) == (2, [], 0)


def test_what_waits_for_one_firm_s_way_is_no_alarm_of_the_deployment(lumiere: Lumiere, mailbox: Mailbox, server: FirmServer) -> None:
    in_use(lumiere.firm, smtp_input(server))
    server.accounts.clear()
    ask_signature(lumiere)
    dispatch()
    machine = machine_now() + timedelta(hours=1)
    assert figures(START + timedelta(hours=1), machine).ready_for is None
    switch_back(firm=lumiere.firm, by=Actor.system(), now=START)
    assert figures(START + timedelta(hours=1), machine).ready_for is not None


def test_switched_back_everything_leaves_by_the_deployment_s(lumiere: Lumiere, mailbox: Mailbox, server: FirmServer) -> None:
    in_use(lumiere.firm, smtp_input(server))
    server.accounts.clear()
    ask_signature(lumiere)
    dispatch()
    switch_back(firm=lumiere.firm, by=Actor.system(), now=START)
    assert (dispatch(minutes=1), len(mailbox.accepted), server.accepted) == (1, 1, [])


def test_a_refused_recipient_is_not_the_way_s_trouble(lumiere: Lumiere, mailbox: Mailbox, server: FirmServer) -> None:
    in_use(lumiere.firm, smtp_input(server))
    server.refuse[lumiere.nadia_address.email] = "550 5.1.1 No such user"
    ask_signature(lumiere)
    dispatch()
    assert (Message.objects.get().outcome, Way.objects.get().is_stopped) == (Outcome.BOUNCED, False)


# --- Refused of one recipient, as if the way were broken ---------------------------------------------------------------------

NOT_YOU = "554 5.7.1 Recipient address rejected: Access denied"


@pytest.fixture
def asked(lumiere: Lumiere, mailbox: Mailbox, server: FirmServer) -> list[str]:
    """Nadia first, then Paul, by the firm's own way."""
    in_use(lumiere.firm, smtp_input(server))
    for person in (lumiere.nadia, lumiere.paul):
        ask_signature(lumiere, signers=[person])
    return [lumiere.nadia_address.email, lumiere.paul_address.email]


def test_it_stops_the_way_once_and_fails_the_second_time(lumiere: Lumiere, server: FirmServer, asked: list[str]) -> None:
    nadia, paul = asked
    server.refuse[nadia] = NOT_YOU
    dispatch()
    assert (Way.objects.get().is_stopped, Message.objects.get(to_email=nadia).outcome) == (True, Outcome.WAITING)
    start_way(firm=lumiere.firm, now=START)
    dispatch(minutes=1)
    (task,) = open_failed_tasks(lumiere.firm)
    assert (Way.objects.get().is_stopped, server.addresses) == (False, [paul])
    assert (Message.objects.get(to_email=nadia).outcome, task.kind, task.subject) == (Outcome.FAILED, FailedTaskKind.NOT_SENT, nadia)


def test_it_goes_once_the_way_is_mended(lumiere: Lumiere, server: FirmServer, asked: list[str]) -> None:
    server.refuse[asked[0]] = NOT_YOU
    dispatch()
    server.refuse.clear()
    start_way(firm=lumiere.firm, now=START)
    dispatch(minutes=1)
    assert (server.addresses, open_failed_tasks(lumiere.firm).count()) == (asked, 0)


def test_one_that_was_tried_again_by_hand_stops_the_way_no_more(lumiere: Lumiere, server: FirmServer, asked: list[str]) -> None:
    nadia, _paul = asked
    server.refuse[nadia] = NOT_YOU
    for minutes in (0, 1):
        dispatch(minutes)
        start_way(firm=lumiere.firm, now=START)
    message = Message.objects.get(to_email=nadia)
    retry_message(firm=lumiere.firm, entry=Entry(message, []), by=Actor.system(), now=START)
    dispatch(minutes=2)
    message.refresh_from_db()
    assert (Way.objects.get().is_stopped, message.outcome) == (False, Outcome.FAILED)


def test_after_three_in_a_row_nobody_else_is_asked_about_and_of_them_alone_the_try_counts(
    lumiere: Lumiere, mailbox: Mailbox, server: FirmServer
) -> None:
    in_use(lumiere.firm, smtp_input(server))
    server.refuse[lumiere.nadia_address.email] = NOT_YOU
    for number in range(5):
        ask_signature(lumiere, title=f"Document {number}")
    dispatch()
    assert (len(server.named), sorted(Message.objects.values_list("tries", flat=True))) == (3, [0, 0, 1, 1, 1])
    start_way(firm=lumiere.firm, now=START)
    dispatch(minutes=1)
    outcomes = sorted(Message.objects.values_list("outcome", flat=True))
    assert (Way.objects.get().is_stopped, outcomes) == (True, [*[Outcome.FAILED] * 3, *[Outcome.WAITING] * 2])


def test_a_server_that_does_not_relay_for_us_silences_nobody(lumiere: Lumiere, server: FirmServer, asked: list[str]) -> None:
    server.refuse = dict.fromkeys(asked, "550 relay not permitted")
    dispatch()
    assert (Way.objects.get().is_stopped, Suppression.objects.count()) == (True, 0)


# --- Which way it is ------------------------------------------------------------------------------------------------------


def test_a_saved_way_is_used_from_the_next_batch_on(lumiere: Lumiere, mailbox: Mailbox, server: FirmServer, settings: Settings) -> None:
    way = in_use(lumiere.firm, smtp_input(server))
    with WaysOut() as ways_out:
        before = ways_out.of(lumiere.firm.pk).own
        assert ways_out.of(lumiere.firm.pk).own is before
        in_use(lumiere.firm, smtp_input(server, sender=SENDER))
        after = ways_out.of(lumiere.firm.pk).own
    assert (after is before, Way.objects.get().version) == (False, way.version + 1)


def test_another_firm_s_way_is_nobody_else_s(two_firms: tuple[Lumiere, Peeters], mailbox: Mailbox, server: FirmServer) -> None:
    lumiere, peeters = two_firms
    with firm_context(lumiere.firm.pk):
        in_use(lumiere.firm, smtp_input(server))
    with WaysOut() as ways_out:
        assert (ways_out.of(peeters.firm.pk).own, ways_out.of(lumiere.firm.pk).own is None) == (None, False)


def test_the_way_of_a_firm_costs_one_query_a_batch(
    lumiere: Lumiere, server: FirmServer, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    in_use(lumiere.firm, smtp_input(server))
    with WaysOut() as ways_out, firm_context(lumiere.firm.pk), django_assert_num_queries(3):  # with a savepoint around it
        ways_out.of(lumiere.firm.pk)


SAYS_BACK = [
    f"535 5.7.8 You said {PASSWORD}",
    f"454 4.7.0 You said {PASSWORD}",
    f"501 cannot decode AUTH PLAIN {IN_ONE_WORD}",
    f"535 {'x' * 469} {IN_ONE_WORD}",  # no more than 500 characters are kept
]


@pytest.mark.parametrize("answer", SAYS_BACK)
def test_the_password_is_nowhere_to_be_read(
    lumiere: Lumiere, mailbox: Mailbox, server: FirmServer, caplog: pytest.LogCaptureFixture, answer: str
) -> None:
    caplog.set_level(logging.DEBUG)
    way = in_use(lumiere.firm, smtp_input(server))
    server.accounts.clear()
    server.turns_away = answer
    ask_signature(lumiere)
    dispatch()
    way.refresh_from_db()
    logged = [caplog.handler.format(each) for each in caplog.records if each.name != "mail.log"]  # the server's own
    told = [*FailedTask.objects.values_list("detail", "subject"), *ActivityLine.objects.values_list("detail", "old", "new")]
    written = f"{told} {Message.objects.get().answer} {way.broken_answer} {way!r} {way.credentials!r} {bytes(way.sealed)!r} {logged}"
    assert (answer[:15] in written, way.credentials == Credentials.unsealed(way.sealed)) == (True, True)
    assert (PASSWORD in written, IN_ONE_WORD[:20] in written, way.credentials.secret) == (False, False, PASSWORD)


@pytest.mark.parametrize("told", [PASSWORD, IN_ONE_WORD, f"{PASSWORD[:5]}\0{PASSWORD[5:]}"])
def test_nor_where_the_server_says_it_back_as_it_takes_a_message(lumiere: Lumiere, mailbox: Mailbox, server: FirmServer, told: str) -> None:
    in_use(lumiere.firm, smtp_input(server))
    server.takes_with = f"250 2.0.0 Kept for {told}"
    ask_signature(lumiere)
    dispatch()
    assert (Message.objects.get().outcome, Message.objects.get().answer) == (Outcome.SENT, "2.0.0 Kept for …")


def test_a_new_key_reads_every_way_after_the_command_and_without_it_the_firm_types_again(
    lumiere: Lumiere, mailbox: Mailbox, server: FirmServer, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    in_use(lumiere.firm, smtp_input(server))
    settings.CREDENTIAL_KEYS = ["a new key", settings.SECRET_KEY]
    call_command("reseal_credentials")
    settings.CREDENTIAL_KEYS = ["a new key"]
    assert (Way.objects.get().credentials.secret, capsys.readouterr().out) == (PASSWORD, "Every credential is under the first key.\n")
    settings.CREDENTIAL_KEYS = ["another key"]
    ask_signature(lumiere)
    dispatch()
    assert (Way.objects.get().is_stopped, server.accepted) == (True, [])
    assert in_use(lumiere.firm, smtp_input(server)).credentials.secret == PASSWORD


def test_a_way_that_was_left_is_forgotten_after_thirty_days(lumiere: Lumiere, server: FirmServer) -> None:
    in_use(lumiere.firm, smtp_input(server))
    switch_back(firm=lumiere.firm, by=Actor.system(), now=START)
    kept = [forget_ended_ways(firm_id=lumiere.firm.pk, now=START + timedelta(days=days)) for days in (29, 30, 31)]
    assert (kept, bytes(Way.objects.get().sealed)) == ([0, 1, 0], b"")
    take_up_again(firm=lumiere.firm, by=Actor.system(), now=START)
    assert Way.objects.get().ended_at is not None
