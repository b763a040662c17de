"""Six digits: to whom, for how long, how often, and for what alone."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection

from access.codes import CodeRefused, check_code, masked, request_code
from access.doors import Visitor, Way
from access.models import ActCode
from actions.models import Action
from notifications.dispatch.send import dispatch_ready
from notifications.enums import Priority
from notifications.models import Message, Notice
from notifications.verdicts import Reason, Verdict
from tenancy.context import firm_context
from tests.factories import START
from tests.mail import Mailbox, text_of
from tests.people import Lumiere, make_lumiere
from tests.signing import newest_digits
from tests.story import ask_signature

DOCUMENT = b"\1" * 32


def visitor_of(lumiere: Lumiere, **changes: object) -> Visitor:
    nadia = Visitor(lumiere.firm, lumiere.nadia, lumiere.nadia_address, lumiere.bakery, Way.BY_LINK)
    return replace(nadia, **changes)  # type: ignore[arg-type]


def send(lumiere: Lumiere, action: Action, session: SessionBase, *, purpose: str = "sign", document: bytes = DOCUMENT) -> str:
    """Asks for a code; its digits."""
    request_code(visitor=visitor_of(lumiere), action=action, purpose=purpose, document_digest=document, session=session, now=START)
    return newest_digits(action)


def refusal(
    lumiere: Lumiere, action: Action, session: SessionBase, typed: str, *, purpose: str = "sign", document: bytes = DOCUMENT
) -> str | None:
    """What is said to whoever types this; nothing when the code is right."""
    try:
        check_code(visitor=visitor_of(lumiere), action=action, purpose=purpose, document_digest=document, session=session, typed=typed)
    except CodeRefused as refused:
        return str(refused)
    return None


def wrong(digits: str) -> str:
    return f"{(int(digits) + 1) % 1_000_000:06d}"


OLD = "This code is no longer valid. Please ask for a new one."
VOID = "That was the fifth wrong try, so the code is void. Please ask for a new one."


def test_code_goes_to_the_addressee_and_is_right_once(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action, session = ask_signature(lumiere), SessionStore()
    digits = send(lumiere, action, session)
    dispatch_ready(lambda: START)
    code_mail = next(m for m in mailbox.to("nadia@lefevre.example") if digits in text_of(m))
    assert digits not in str(code_mail["Subject"])
    assert refusal(lumiere, action, session, digits) is None
    assert refusal(lumiere, action, session, digits) == OLD


def test_code_is_a_row_that_does_not_hold_it(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action, session = ask_signature(lumiere), SessionStore()
    digits = send(lumiere, action, session)
    notice = Notice.objects.get(event="act_code")
    assert (notice.email, notice.verdict, notice.reason, notice.priority) == (
        "nadia@lefevre.example",
        Verdict.SEND,
        Reason.ASKED_FOR_IT,
        Priority.ACCESS,
    )
    dispatch_ready(lambda: START)
    kept = [str(row) for model in (Notice, Message, ActCode) for row in model._default_manager.values()]
    assert [row for row in kept if digits in row] == []


def test_code_goes_although_notify_is_off(lumiere: Lumiere) -> None:
    action = ask_signature(lumiere)
    lumiere.nadia_at_bakery.notify = False
    lumiere.nadia_at_bakery.save()
    send(lumiere, action, SessionStore())
    assert Notice.objects.get(event="act_code").verdict == Verdict.SEND


def test_code_lasts_ten_minutes_by_the_machine_s_clock(lumiere: Lumiere, clock: time_machine.Traveller) -> None:
    action, session = ask_signature(lumiere), SessionStore()
    digits = send(lumiere, action, session)
    clock.move_to(START + timedelta(minutes=10))
    assert refusal(lumiere, action, session, wrong(digits)) == "This is not the code. You have 4 tries left."
    clock.move_to(START + timedelta(minutes=10, seconds=1))
    assert refusal(lumiere, action, session, digits) == OLD


def test_five_wrong_tries_make_a_code_void(lumiere: Lumiere) -> None:
    action, session = ask_signature(lumiere), SessionStore()
    digits = send(lumiere, action, session)
    said = [refusal(lumiere, action, session, wrong(digits)) for _ in range(6)]
    left = "This is not the code. You have {} left.".format
    assert said == [left("4 tries"), left("3 tries"), left("2 tries"), left("1 try"), VOID, VOID]
    assert refusal(lumiere, action, session, digits) == VOID


def test_newer_code_makes_the_older_void(lumiere: Lumiere, clock: time_machine.Traveller) -> None:
    action, session = ask_signature(lumiere), SessionStore()
    first = send(lumiere, action, session)
    clock.shift(timedelta(seconds=1))
    second = send(lumiere, action, session)
    assert first != second
    assert refusal(lumiere, action, session, first) == "This is not the code. You have 4 tries left."
    assert refusal(lumiere, action, session, second) is None


def test_code_is_bound_to_its_browser(lumiere: Lumiere) -> None:
    action, session = ask_signature(lumiere), SessionStore()
    digits = send(lumiere, action, session)
    assert refusal(lumiere, action, SessionStore(), digits) == OLD
    assert refusal(lumiere, action, session, digits) is None


def test_code_is_bound_to_its_action(lumiere: Lumiere) -> None:
    action, other, session = ask_signature(lumiere), ask_signature(lumiere, title="Bail"), SessionStore()
    digits = send(lumiere, action, session)
    assert refusal(lumiere, other, session, digits) == OLD
    assert refusal(lumiere, action, session, digits) is None


def test_code_is_bound_to_its_document(lumiere: Lumiere) -> None:
    action, session = ask_signature(lumiere), SessionStore()
    digits = send(lumiere, action, session)
    assert refusal(lumiere, action, session, digits, document=b"\2" * 32) == OLD
    assert refusal(lumiere, action, session, digits) is None


def test_code_to_decline_does_not_sign(lumiere: Lumiere) -> None:
    action, session = ask_signature(lumiere), SessionStore()
    digits = send(lumiere, action, session, purpose="decline")
    assert refusal(lumiere, action, session, digits) == OLD
    assert refusal(lumiere, action, session, digits, purpose="decline") is None


def test_code_is_bound_to_its_addressee(lumiere: Lumiere) -> None:
    action, session = ask_signature(lumiere, signers=[lumiere.nadia, lumiere.paul]), SessionStore()
    digits = send(lumiere, action, session)
    paul = visitor_of(lumiere, contact=lumiere.paul, address=lumiere.paul_address)
    with pytest.raises(CodeRefused, match="no longer valid"):
        check_code(visitor=paul, action=action, purpose="sign", document_digest=DOCUMENT, session=session, typed=digits)


def test_sixth_code_within_an_hour_is_refused(lumiere: Lumiere, clock: time_machine.Traveller) -> None:
    action, session = ask_signature(lumiere), SessionStore()
    for _ in range(5):
        send(lumiere, action, session)
        clock.shift(timedelta(minutes=1))
    with pytest.raises(CodeRefused, match="Five codes went to this address"):
        send(lumiere, ask_signature(lumiere, title="Bail"), SessionStore())
    assert Notice.objects.filter(event="act_code").count() == 5
    clock.move_to(START + timedelta(hours=1))
    send(lumiere, action, session)
    assert Notice.objects.filter(event="act_code").count() == 6


@pytest.mark.parametrize(
    ("email", "shown"), [("nadia@lefevre.example", "n•••a@lefevre.example"), ("n@lefevre.example", "n•••@lefevre.example")]
)
def test_masked_address_shows_first_and_last_letter(email: str, shown: str) -> None:
    assert masked(email) == shown


@pytest.mark.django_db(transaction=True)
def test_fifty_parallel_wrong_tries_count_to_five(transactional_db: None) -> None:
    lumiere, session = make_lumiere(), SessionStore()
    with firm_context(lumiere.firm.pk):
        action = ask_signature(lumiere)
        digits = send(lumiere, action, session)
    kept = dict(session.items())

    def try_once(_: int) -> str | None:
        own = SessionStore()
        own.update(kept)
        try:
            with firm_context(lumiere.firm.pk):
                return refusal(lumiere, action, own, wrong(digits))
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        said = list(pool.map(try_once, range(50)))
    left = "This is not the code. You have {} left.".format
    assert sorted(map(str, said)) == sorted([left("4 tries"), left("3 tries"), left("2 tries"), left("1 try"), *[VOID] * 46])
    with firm_context(lumiere.firm.pk):
        assert ActCode.objects.get().tries == 5
        assert refusal(lumiere, action, session, digits) == VOID
