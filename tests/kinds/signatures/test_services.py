"""Asking, signing and declining, driven through the services."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import PermissionDenied

from access.codes import CodeRefused
from access.doors import Visitor, Way
from actions.enums import ActionState
from actions.errors import ActionClosed
from actions.models import Action, ActionParty
from actions.stops import Stop
from clients.models import Address, Contact
from files.pdf import read_pdf
from firms.actors import Actor
from firms.enums import ActorKind, FailedTaskKind, Verb
from firms.models import ActivityLine, FailedTask
from kinds.signatures.models import Signature, SignatureRequest
from kinds.signatures.services import DECLINE, SIGN, decline, request_signature, send_sign_code, sign
from notifications.models import Notice
from reminders.rules import Schedule
from reminders.services import withdraw
from reminders.words import Words
from tests.factories import START
from tests.mail import Mailbox
from tests.people import Lumiere
from tests.signing import asked, fresh, make_pdf, newest_digits
from tests.story import live

DAY = timedelta(days=1)


def visitor(lumiere: Lumiere, contact: Contact | None = None, address: Address | None = None) -> Visitor:
    return Visitor(
        lumiere.firm, contact or lumiere.nadia, address or lumiere.nadia_address, lumiere.bakery,
        way=Way.BY_LINK, ip="192.0.2.7",
    )  # fmt: skip


def paul(lumiere: Lumiere) -> Visitor:
    return visitor(lumiere, lumiere.paul, lumiere.paul_address)


def sign_as(who: Visitor, action: Action, *, name: str = "Nadia Lefèvre") -> Action:
    """Asks for a code and signs with it."""
    session = SessionStore()
    send_sign_code(action=action, visitor=who, purpose=SIGN, session=session, now=START)
    typed = newest_digits(action)
    return sign(action=action, visitor=who, typed_name=name, code=typed, session=session, user_agent="Firefox", now=START)


def files(settings: Any) -> list[str]:
    return sorted(path.name for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file())


def test_request_keeps_the_document_with_its_fingerprint(lumiere: Lumiere) -> None:
    pdf = read_pdf("lettre.pdf", make_pdf(3))
    action = asked(lumiere, pdf=pdf)
    detail = SignatureRequest.objects.get(action=action)
    assert (detail.filename, detail.size, detail.pages, bytes(detail.sha256)) == ("lettre.pdf", len(pdf.content), 3, pdf.sha256)
    with detail.document.open("rb") as file:
        assert file.read() == pdf.content


def test_request_needs_a_signer(lumiere: Lumiere) -> None:
    with pytest.raises(ValueError, match="Somebody must be asked to sign"):
        request_signature(
            account=lumiere.bakery, signers=[], words=Words("Lettre"), pdf=read_pdf("a.pdf", make_pdf()), staff=lumiere.claire,
            by=Actor.staff(lumiere.claire), now=START,
        )  # fmt: skip


def test_failed_request_leaves_neither_rows_nor_file(lumiere: Lumiere, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(SignatureRequest.objects, "create", fail)
    with pytest.raises(RuntimeError, match="the disk is full"):
        asked(lumiere)
    assert (Action.objects.count(), Notice.objects.count(), files(settings)) == (0, 0, [])


@pytest.mark.rule("D24", "D13")
def test_reminders_are_switched_on_when_asking(lumiere: Lumiere, mailbox: Mailbox) -> None:
    asked(lumiere, schedule=Schedule(on=True), title="Avec rappel")
    asked(lumiere, schedule=Schedule(on=False), title="Sans rappel")
    live(START)
    live(START + 3 * DAY)
    live(START + 30 * DAY)
    assert len(mailbox.to("nadia@lefevre.example")) == 3


def test_signature_is_kept_with_its_evidence(lumiere: Lumiere) -> None:
    action = sign_as(visitor(lumiere), asked(lumiere), name="Nadia  Lefèvre, gérante")
    evidence = Signature.objects.get()
    assert (evidence.typed_name, evidence.signed_at, evidence.address_email) == ("Nadia  Lefèvre, gérante", START, "nadia@lefevre.example")
    assert (evidence.ip, evidence.user_agent) == ("192.0.2.7", "Firefox")
    assert bytes(evidence.document_sha256) == bytes(SignatureRequest.objects.get(action=action).sha256)
    assert (action.state, action.closed_by) == (ActionState.DONE, "Nadia Lefèvre")


def test_line_says_by_whom_and_how(lumiere: Lumiere) -> None:
    action = sign_as(visitor(lumiere), asked(lumiere))
    line = ActivityLine.objects.get(action_id=action.pk, verb=Verb.ACTION_DONE_BY_PARTY)
    assert (line.actor_kind, line.actor_name, line.contact_id, line.ip) == (ActorKind.LINK, "Nadia Lefèvre", lumiere.nadia.pk, "192.0.2.7")


@pytest.mark.rule("D28", "M20")
def test_who_has_signed_is_left_alone_and_the_other_is_reminded(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action = asked(lumiere, signers=[lumiere.nadia, lumiere.paul], schedule=Schedule(on=True, at_most=2))
    live(START)
    assert sign_as(paul(lumiere), action).state == ActionState.OPEN
    live(START)  # the code goes out
    mailbox.accepted.clear()
    live(START + 3 * DAY)
    assert mailbox.addresses == ["nadia@lefevre.example"]
    assert sign_as(visitor(lumiere), action).state == ActionState.DONE
    live(START + 3 * DAY)
    mailbox.accepted.clear()
    live(START + 30 * DAY)
    assert mailbox.addresses == []
    assert fresh(action).stop_reason == Stop.SIGNED


def test_nobody_signs_twice(lumiere: Lumiere) -> None:
    action = asked(lumiere, signers=[lumiere.nadia, lumiere.paul])
    sign_as(visitor(lumiere), action)
    with pytest.raises(ActionClosed):
        sign_as(visitor(lumiere), fresh(action))
    assert Signature.objects.count() == 1


def test_who_is_not_named_cannot_sign_and_gets_no_code(lumiere: Lumiere) -> None:
    action = asked(lumiere, signers=[lumiere.nadia])
    with pytest.raises(PermissionDenied):
        sign_as(paul(lumiere), action)
    assert Notice.objects.filter(event="act_code").count() == 0


def test_wrong_code_signs_nothing(lumiere: Lumiere) -> None:
    action, session, who = asked(lumiere), SessionStore(), visitor(lumiere)
    send_sign_code(action=action, visitor=who, purpose=SIGN, session=session, now=START)
    wrong = f"{(int(newest_digits(action)) + 1) % 1_000_000:06d}"
    with pytest.raises(CodeRefused, match="You have 4 tries left"):
        sign(action=action, visitor=who, typed_name="Nadia", code=wrong, session=session, user_agent="", now=START)
    assert (Signature.objects.count(), fresh(action).state) == (0, ActionState.OPEN)


def test_nothing_is_signed_after_it_was_withdrawn_meanwhile(lumiere: Lumiere) -> None:
    action, session, who = asked(lumiere), SessionStore(), visitor(lumiere)
    send_sign_code(action=action, visitor=who, purpose=SIGN, session=session, now=START)
    withdraw(action=action, by=Actor.staff(lumiere.claire), now=START)
    with pytest.raises(ActionClosed):
        sign(action=action, visitor=who, typed_name="N", code=newest_digits(action), session=session, user_agent="", now=START)
    assert Signature.objects.count() == 0


def test_last_day_holds_even_before_the_sweep_has_come(lumiere: Lumiere, clock: time_machine.Traveller) -> None:
    action, who = asked(lumiere, expires_on=START.date()), visitor(lumiere)
    evening = START.replace(hour=22, minute=59)  # 23:59 in Paris
    send_sign_code(action=action, visitor=who, purpose=SIGN, session=SessionStore(), now=evening)
    with pytest.raises(ActionClosed):
        send_sign_code(action=action, visitor=who, purpose=SIGN, session=SessionStore(), now=evening + timedelta(minutes=1))


@pytest.mark.rule("M20")
def test_declining_ends_it_for_everybody_and_tells_the_office(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action, session = asked(lumiere, signers=[lumiere.nadia, lumiere.paul]), SessionStore()
    live(START)
    send_sign_code(action=action, visitor=visitor(lumiere), purpose=DECLINE, session=session, now=START)
    live(START)
    mailbox.accepted.clear()
    digits = newest_digits(action)
    closed = decline(action=action, visitor=visitor(lumiere), reason="Les honoraires.", code=digits, session=session, now=START)
    assert (closed.state, closed.refused, closed.stop_reason) == (ActionState.DONE, True, Stop.REFUSED)
    assert SignatureRequest.objects.get(action=action).decline_reason == "Les honoraires."
    assert FailedTask.objects.get().kind == FailedTaskKind.REFUSED
    live(START + 30 * DAY)
    assert mailbox.addresses == []
    with pytest.raises(ActionClosed):
        sign_as(paul(lumiere), fresh(action))


def test_who_has_signed_cannot_decline(lumiere: Lumiere) -> None:
    action = asked(lumiere, signers=[lumiere.nadia, lumiere.paul])
    sign_as(paul(lumiere), action)
    with pytest.raises(ActionClosed):
        send_sign_code(action=action, visitor=paul(lumiere), purpose=DECLINE, session=SessionStore(), now=START)
    assert ActionParty.objects.get(contact=lumiere.nadia).done_at is None
