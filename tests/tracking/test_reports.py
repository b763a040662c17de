"""What an e-mail that came back says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tracking.letters import GONE, away, complaint, old_fashioned, report
from tracking.reports import Kind, read_report

OURS = f"<{'0123456789abcdef' * 2}@relance.example>"


@pytest.mark.parametrize(
    ("action", "status", "said", "kind"),
    [
        ("failed", "5.1.1", GONE, Kind.GONE),
        ("failed", "5.0.0", GONE, Kind.GONE),
        ("failed", "5.0.0", "smtp; 550 5.7.1 Message rejected as spam", Kind.LOST),  # the answer says more than the status
        ("failed", "5.0.0", "smtp; 550 blocked by our list", Kind.LOST),
        ("failed", "5.0.0", "smtp; 550 relay not permitted", Kind.LOST),
        ("failed", "5.0.0", "smtp; 550 No such user", Kind.GONE),
        ("failed", "5.0.0", "smtp; 554 Transaction failed", Kind.LOST),
        ("failed", "5.0.0", "", Kind.LOST),
        ("failed", "", "smtp; 550 Rejected as spam", Kind.LOST),
        ("failed", "5.2.1", "smtp; 550 5.2.1 Mailbox disabled", Kind.GONE),
        ("failed", "5.2.2", "smtp; 552 5.2.2 Mailbox full", Kind.LOST),
        ("failed", "5.7.1", "smtp; 550 5.7.1 Not trusted", Kind.LOST),
        ("failed", "5.3.4", "smtp; 552 5.3.4 Too large", Kind.LOST),
        ("failed", "5.1.8", "smtp; 553 5.1.8 Sender's domain does not exist", Kind.LOST),
        ("failed", "4.4.7", "smtp; 451 4.4.7 Given up after five days", Kind.LOST),
        ("failed", "", "smtp; 550 No such user", Kind.GONE),
        ("failed", "", "smtp; 450 Greylisted", Kind.LOST),
        ("failed", "", "", Kind.LOST),
        ("delayed", "4.2.2", "smtp; 452 4.2.2 Mailbox full", Kind.DELAYED),
        ("Delivered", "2.0.0", "", Kind.DELIVERED),
        ("relayed", "2.0.0", "", Kind.UNKNOWN),
        ("nonsense", "5.1.1", GONE, Kind.UNKNOWN),
    ],
)
def test_action_and_status_decide(action: str, status: str, said: str, kind: Kind) -> None:
    assert read_report(report(message_id=OURS, action=action, status=status, said=said)).kind == kind


def test_what_the_server_said_is_kept() -> None:
    assert read_report(report(message_id=OURS)).detail == GONE.removeprefix("smtp; ")


@pytest.mark.parametrize("headers_only", [False, True])
def test_the_e_mail_is_found_by_what_comes_back_of_it(headers_only: bool) -> None:
    assert read_report(report(message_id=OURS, headers_only=headers_only)).message_id == OURS


def test_the_e_mail_is_found_by_the_return_path() -> None:
    found = read_report(report(tag="0123456789abcdef" * 2))
    assert (found.tag, found.message_id) == ("0123456789abcdef" * 2, "")


@pytest.mark.parametrize("guessed", ["<1@relance.example>", "<x" * 2000, "0123456789abcdef", ""])
def test_what_is_no_keyed_hash_names_nothing(guessed: str) -> None:
    assert read_report(report(message_id=guessed)).message_id == ""


def test_an_automatic_reply_is_no_bounce() -> None:
    found = read_report(away(OURS))
    assert (found.kind, found.message_id) == (Kind.AUTO_REPLY, OURS)


def test_words_for_a_person_are_left_to_one() -> None:
    assert read_report(old_fashioned(OURS)).kind == Kind.UNKNOWN


def test_a_report_of_abuse_is_a_complaint() -> None:
    found = read_report(complaint(OURS))
    assert (found.kind, found.message_id) == (Kind.COMPLAINED, OURS)


def test_a_date_that_is_none_is_left_out() -> None:
    assert read_report(report(date="yesterday")).at is None


@given(st.binary(max_size=400), st.integers(0, 2000), st.integers(0, 2000))
def test_whatever_is_broken_is_read_or_refused_as_no_e_mail(junk: bytes, start: int, length: int) -> None:
    whole = report(message_id=OURS)
    try:
        found = read_report(whole[:start] + junk + whole[start + length :])
    except (ValueError, LookupError, TypeError, AttributeError):
        return  # the reader leaves it to a person
    assert len(found.detail) <= 500
