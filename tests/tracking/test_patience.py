"""A mailbox that dribbles, says no end or says no holds no worker, and a person hears why. Over TCP."""

import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django.fixtures import Settings

from tenancy.heartbeats import RETURNED, last_beat
from tests.certificates import make_certificate
from tests.factories import START
from tests.tracking.imap import CONNECTED, Box, Oddity, dribbles, floods, says, serving
from tests.tracking.letters import away
from tracking import mailbox, returned
from tracking.mailbox import MailboxError, name_of, opened
from tracking.models import ReturnedMail
from tracking.patience import PatientImap
from tracking.returned import read_mailbox
from tracking.tasks import read

SHORT, LONG = 0.4, 60.0  # seconds
EXCHANGES = (CONNECTED, "CAPABILITY", "LOGIN", "EXAMINE", "SEARCH", "FETCH")


@pytest.fixture
def box() -> Iterator[Box]:
    with serving() as box:
        box.put(away(""))
        yield box


@pytest.mark.parametrize("when", EXCHANGES)
def test_a_mailbox_that_dribbles_is_left_at_the_deadline_of_the_exchange(
    box: Box, when: str, settings: Settings, monkeypatch: pytest.MonkeyPatch, db: None
) -> None:
    monkeypatch.setattr(mailbox, "PATIENCE", SHORT)
    settings.BOUNCES_IMAP_URL, box.odd[when] = box.url, dribbles
    assert (read(), last_beat(RETURNED)) == (0, None)
    with pytest.raises(CommandError, match=r"The server has not answered to the end within 0\.4 seconds\."):
        call_command("read_bounces")
    assert not box.left_to_itself


@pytest.mark.parametrize("when", EXCHANGES)
def test_an_answer_without_end_is_not_read_to_its_end(box: Box, when: str, monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    monkeypatch.setattr(mailbox, "PATIENCE", LONG)
    box.odd[when] = floods
    with pytest.raises(MailboxError, match="The server says too much in one answer"):
        read_mailbox(box.url, START)
    assert not box.left_to_itself


def test_a_goodbye_has_no_more_time_than_what_was_said_last(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailbox, "PATIENCE", SHORT)
    box.odd["LOGOUT"] = dribbles
    with opened(box.url) as open_one:
        assert open_one.after(0) == [1]
    assert not box.left_to_itself


def test_each_exchange_has_its_own_time(box: Box) -> None:
    connection = PatientImap("127.0.0.1", box.port, seconds=LONG, tls=None)
    connection.ends_at = 0
    with pytest.raises(connection.abort, match="has not answered to the end within 60 seconds"):
        connection.noop()
    connection.begin()
    assert connection.left() > LONG - 5
    connection.shutdown()


@dataclass(frozen=True)
class Refusal:
    answer: Oddity
    sentence: str


@pytest.mark.parametrize(
    "refusal",
    [
        Refusal(says("NO [NONEXISTENT] Unknown mailbox"), r"The server answers NO to the mailbox INBOX: \[NONEXISTENT\] Unknown mailbox"),
        Refusal(says("OK done"), r"The server does not say what the numbers in the mailbox INBOX belong to \(UIDVALIDITY\)\."),
    ],
)
def test_a_mailbox_that_is_not_given_is_said_in_words(box: Box, refusal: Refusal, settings: Settings, db: None) -> None:
    settings.BOUNCES_IMAP_URL, box.odd["EXAMINE"] = box.url, refusal.answer
    assert (read(), last_beat(RETURNED)) == (0, None)
    with pytest.raises(CommandError, match=f"The mailbox cannot be read: {refusal.sentence}"):
        call_command("read_bounces")


def test_over_tls_nobody_is_told_the_password_whom_nobody_vouches_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    certificate, context = make_certificate(tmp_path), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with serving(context) as box:
        box.put(away(""))
        url = box.url.replace("imap://", "imaps://")
        with pytest.raises(MailboxError, match="CERTIFICATE_VERIFY_FAILED"):
            read_mailbox(url, START)
        assert box.asked == []
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert sum(read_mailbox(url, START).values()) == 1


def test_a_reading_ends_in_time_and_the_next_goes_on(box: Box, monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    monkeypatch.setattr(returned, "LONGEST", 0)
    box.put(away(""))
    assert [sum(read_mailbox(box.url, START).values()) for _ in range(3)] == [1, 1, 0]
    assert list(ReturnedMail.objects.order_by("uid").values_list("uid", flat=True)) == [1, 2]


def test_whoever_finds_it_being_read_leaves_it_alone(box: Box, settings: Settings, db: None) -> None:
    settings.BOUNCES_IMAP_URL = box.url
    with psycopg.connect(**connection.get_connection_params()) as another_worker:
        another_worker.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [f"relance.tracking.{name_of(box.url)}"])
        assert (read(), box.asked, last_beat(RETURNED)) == (0, [], None)
        with pytest.raises(CommandError, match=r"The mailbox cannot be read: It is being read already\."):
            call_command("read_bounces")
        another_worker.execute("SELECT pg_advisory_unlock_all()")
        assert (read(), read()) == (1, 0)


def test_a_reading_that_failed_keeps_the_next_from_nothing(box: Box, db: None) -> None:
    box.odd["SEARCH"] = says("NO not now")
    with pytest.raises(MailboxError):
        read_mailbox(box.url, START)
    box.odd.clear()
    with psycopg.connect(**connection.get_connection_params()) as another_worker:
        row = another_worker.execute(
            "SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [f"relance.tracking.{name_of(box.url)}"]
        ).fetchone()
    assert row == (True,)
