"""What only a real mailbox does: others use it while it is read, and its e-mails are read, moved and deleted by hand."""

import imaplib
import os
from collections.abc import Iterator

import pytest

from tests.tracking.dovecot import RealBox, find_dovecot, serving_dovecot
from tests.tracking.imap import PASSWORD, USER
from tests.tracking.letters import away, report
from tracking.mailbox import MOST_BYTES, opened

ASKED_FOR = os.environ.get("MAILBOX") == "dovecot"  # `make dovecot`: where it is missing then, each of these fails
pytestmark = pytest.mark.skipif(not ASKED_FOR and find_dovecot() is None, reason="Dovecot 2.3 is missing")


@pytest.fixture
def box() -> Iterator[RealBox]:
    with serving_dovecot() as box:
        yield box


@pytest.fixture
def person(box: RealBox) -> Iterator[imaplib.IMAP4]:
    """Somebody who has the same mailbox open in a mail program."""
    connection = imaplib.IMAP4("127.0.0.1", box.port, timeout=10)
    connection.login(USER, PASSWORD)
    connection.select("INBOX")
    yield connection
    connection.logout()


def flags(person: imaplib.IMAP4) -> list[str]:
    person.noop()
    return sorted(str(each, "ascii").partition("FLAGS (")[2].partition(")")[0] for each in person.fetch("1:*", "(FLAGS)")[1])  # type: ignore[arg-type]


def test_what_is_read_stays_unseen_and_where_it_is(box: RealBox, person: imaplib.IMAP4) -> None:
    box.put(report(tag="x"))
    box.put(away(""))
    person.noop()
    person.store("2", "+FLAGS", "\\Seen")
    with opened(box.url) as mailbox:
        assert [len(mailbox.fetch(number) or b"") > 100 for number in mailbox.after(0)] == [True, True]
    assert [flag.replace("\\Recent", "").strip() for flag in flags(person)] == ["", "\\Seen"]


def test_one_that_is_deleted_while_others_are_read_is_nobody_s(box: RealBox, person: imaplib.IMAP4) -> None:
    for tag in "xyz":
        box.put(report(tag=tag))
    with opened(box.url) as mailbox:
        assert mailbox.after(0) == [1, 2, 3]
        person.noop()
        person.store("2", "+FLAGS", "\\Deleted")
        person.expunge()
        assert mailbox.fetch(2) is None
        assert b"bounces+z@" in (mailbox.fetch(3) or b"")
    with opened(box.url) as mailbox:
        assert (mailbox.after(0), mailbox.after(1), mailbox.after(3)) == ([1, 3], [3], [])


def test_one_that_is_moved_away_and_back_is_another(box: RealBox, person: imaplib.IMAP4) -> None:
    box.put(report(tag="x"))
    person.noop()
    person.create("Read")
    person.copy("1", "Read")
    person.store("1", "+FLAGS", "\\Deleted")
    person.expunge()
    person.select("Read")
    person.copy("1", "INBOX")
    with opened(box.url) as mailbox:
        assert mailbox.after(1) == [2]
    with opened(box.url.replace("INBOX", "Read")) as mailbox:
        assert mailbox.after(0) == [1]


def test_of_a_large_one_no_more_is_read_than_is_needed(box: RealBox) -> None:
    box.put(report(tag="x") + b"x" * 900_000)
    with opened(box.url) as mailbox:
        assert len(mailbox.fetch(1) or b"") == MOST_BYTES


def test_a_mailbox_made_anew_says_so(box: RealBox) -> None:
    box.put(report(tag="x"))
    with opened(box.url) as mailbox:
        before = mailbox.validity
        assert mailbox.after(0) == [1]
    box.make_anew()
    with opened(box.url) as mailbox:
        assert mailbox.validity > before
        assert mailbox.after(0) == [1]
