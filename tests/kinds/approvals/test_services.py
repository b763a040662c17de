"""Asking for approval, approving and refusing, driven through the services."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import PermissionDenied

from access.codes import CodeRefused
from access.doors import Visitor, Way
from access.pending import Given, Pending
from actions.enums import ActionState
from actions.errors import ActionClosed
from actions.models import Action, ActionParty
from actions.stops import Stop
from clients.models import Address, Contact
from files.enums import Area
from files.errors import FileHeld
from files.models import File, FileVersion
from files.purging import purge_in_firm
from files.services import add_version, move, trash
from firms.actors import Actor
from firms.enums import ActorKind, FailedTaskKind, Verb
from firms.models import ActivityLine, FailedTask
from kinds.approvals.models import Approval, ApprovalDocument, ApprovalRequest
from kinds.approvals.rules import digest_of
from kinds.approvals.services import APPROVE, REFUSE, DocumentGone, finish, send_approval_code
from notifications.models import Notice
from reminders.rules import Schedule
from reminders.services import NothingAskedOfArchived, withdraw
from reminders.sweep import sweep
from tests.approving import approval, kept, upload
from tests.factories import START
from tests.mail import Mailbox, text_of
from tests.people import Lumiere
from tests.signing import fresh, newest_digits
from tests.story import live

DAY = timedelta(days=1)
NADIA, PAUL = "nadia@lefevre.example", "paul@lefevre.example"


def visitor(lumiere: Lumiere, contact: Contact | None = None, address: Address | None = None) -> Visitor:
    return Visitor(
        lumiere.firm, contact or lumiere.nadia, address or lumiere.nadia_address, lumiere.bakery,
        way=Way.BY_LINK, ip="192.0.2.7",
    )  # fmt: skip


def paul(lumiere: Lumiere) -> Visitor:
    return visitor(lumiere, lumiere.paul, lumiere.paul_address)


def answer(who: Visitor, action: Action, purpose: str = APPROVE, text: str = "", now: Any = START) -> Action:
    """Asks for a code and answers with it."""
    session = SessionStore()
    send_approval_code(action=action, visitor=who, purpose=purpose, session=session, now=now)
    given = Given(newest_digits(action), session, "Firefox", now)
    return finish(action=action, visitor=who, pending=Pending(purpose, text, now), given=given)


def contents(settings: Any) -> list[str]:
    return sorted(path.name for path in Path(settings.MEDIA_ROOT).rglob("content"))


# --- Asking --------------------------------------------------------------------------------------------------------------


def test_uploads_are_kept_among_what_the_account_has_from_the_firm(lumiere: Lumiere) -> None:
    action = approval(lumiere, names=("comptes.pdf", "annexe.csv"), files=[kept(lumiere, "bilan.csv")])
    documents = ApprovalDocument.objects.filter(request=action.pk).select_related("version__file")
    assert [(each.position, each.version.name, each.version.file.area) for each in documents] == [
        (1, "bilan.csv", Area.FIRM),
        (2, "comptes.pdf", Area.FIRM),
        (3, "annexe.csv", Area.FIRM),
    ]
    assert bytes(ApprovalRequest.objects.get().sha256) == digest_of(bytes(each.version.sha256) for each in documents)


def test_what_is_approved_is_the_version_that_was_asked_about(lumiere: Lumiere) -> None:
    file = kept(lumiere)
    action = approval(lumiere, names=(), files=[file])
    add_version(file=file, upload=upload("bilan.csv", b"autre;chose\n"), by=Actor.staff(lumiere.claire), now=START)
    approved = answer(visitor(lumiere), action)
    assert ApprovalDocument.objects.get(request=approved.pk).version.number == 1
    first = FileVersion.objects.get(file=file, number=1)
    assert bytes(Approval.objects.get().documents_sha256) == digest_of([bytes(first.sha256)])


def test_failed_request_leaves_neither_rows_nor_files(lumiere: Lumiere, settings: Any) -> None:
    lumiere.bakery.archived_at = START
    lumiere.bakery.save()
    with pytest.raises(NothingAskedOfArchived):
        approval(lumiere)
    assert (Action.objects.count(), File.objects.count(), Notice.objects.count(), contents(settings)) == (0, 0, 0, [])


def test_content_goes_too_where_opening_fails_afterwards(lumiere: Lumiere, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the database is full")

    monkeypatch.setattr(ApprovalDocument.objects, "bulk_create", fail)
    with pytest.raises(RuntimeError, match="the database is full"):
        approval(lumiere)
    assert (File.objects.count(), contents(settings)) == (0, [])


def test_file_that_was_trashed_or_made_private_meanwhile_is_not_asked_about(lumiere: Lumiere) -> None:
    by = Actor.staff(lumiere.claire)
    trashed, private = kept(lumiere, "a.csv"), kept(lumiere, "b.csv")
    trash(files=[trashed], by=by, now=START)
    move(files=[private], area=Area.PRIVATE, folder=None, by=by, now=START)
    for file in (trashed, private):
        with pytest.raises(DocumentGone):
            approval(lumiere, names=(), files=[file])
    assert Action.objects.count() == 0


def test_something_must_be_there_to_approve(lumiere: Lumiere) -> None:
    with pytest.raises(ValueError, match="Something must be there"):
        approval(lumiere, names=())


@pytest.mark.rule("C27")
def test_preference_stops_requests_and_reminders_alike(lumiere: Lumiere, mailbox: Mailbox) -> None:
    lumiere.nadia_at_bakery.wants_approvals = False
    lumiere.nadia_at_bakery.save()
    approval(lumiere, approvers=[lumiere.nadia, lumiere.paul])
    for days in (0, 3, 6):
        live(START + days * DAY)
    assert mailbox.addresses == [PAUL, PAUL]


@pytest.mark.rule("D13", "D29")
def test_reminders_are_switched_on_when_asking(lumiere: Lumiere, mailbox: Mailbox) -> None:
    approval(lumiere, schedule=Schedule(on=True), title="Avec rappel")
    approval(lumiere, schedule=Schedule(on=False), title="Sans rappel")
    for days in (0, 3, 30):
        live(START + days * DAY)
    assert len(mailbox.to(NADIA)) == 3


def test_names_of_the_documents_stand_in_the_email_where_the_firm_shows_context(lumiere: Lumiere, mailbox: Mailbox) -> None:
    lumiere.firm.show_context = True
    lumiere.firm.save()
    approval(lumiere, names=("comptes.pdf", "annexe.csv"))
    live(START)
    (message,) = mailbox.to(NADIA)
    assert ["comptes.pdf" in text_of(message), "annexe.csv" in text_of(message)] == [True, True]


# --- Answering -----------------------------------------------------------------------------------------------------------


def test_approval_is_kept_with_its_evidence(lumiere: Lumiere) -> None:
    action = answer(visitor(lumiere), approval(lumiere))
    kept_answer = Approval.objects.get()
    assert (kept_answer.name, kept_answer.approved, kept_answer.answered_at, kept_answer.address_email) == (
        "Nadia Lefèvre", True, START, NADIA,
    )  # fmt: skip
    assert (kept_answer.ip, kept_answer.user_agent) == ("192.0.2.7", "Firefox")
    assert bytes(kept_answer.documents_sha256) == bytes(ApprovalRequest.objects.get().sha256)
    assert (action.state, action.closed_by, action.stop_reason) == (ActionState.DONE, "Nadia Lefèvre", Stop.APPROVED)


@pytest.mark.parametrize("named", [True, False])
def test_line_says_by_whom_and_how(lumiere: Lumiere, named: bool) -> None:
    action = answer(visitor(lumiere), approval(lumiere, approvers=None if named else ()))
    line = ActivityLine.objects.get(action_id=action.pk, verb=Verb.ACTION_APPROVED_BY_PARTY)
    assert (line.actor_kind, line.actor_name, line.contact_id, line.ip) == (ActorKind.LINK, "Nadia Lefèvre", lumiere.nadia.pk, "192.0.2.7")


@pytest.mark.rule("D31", "M20")
def test_who_has_approved_is_left_alone_and_the_other_is_reminded(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action = approval(lumiere, approvers=[lumiere.nadia, lumiere.paul], schedule=Schedule(on=True, at_most=2))
    live(START)
    assert answer(paul(lumiere), action).state == ActionState.OPEN
    live(START)  # the code goes out
    mailbox.accepted.clear()
    live(START + 3 * DAY)
    assert mailbox.addresses == [NADIA]
    assert answer(visitor(lumiere), action).state == ActionState.DONE
    live(START + 3 * DAY)
    mailbox.accepted.clear()
    live(START + 30 * DAY)
    assert mailbox.addresses == []
    assert fresh(action).stop_reason == Stop.APPROVED


def test_where_nobody_is_named_everybody_is_told_and_the_first_approval_closes_it(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action = approval(lumiere, approvers=())
    live(START)
    assert mailbox.addresses == [NADIA, PAUL]
    assert answer(paul(lumiere), action).state == ActionState.DONE
    with pytest.raises(ActionClosed):
        answer(visitor(lumiere), fresh(action))
    live(START)
    mailbox.accepted.clear()
    live(START + 30 * DAY)
    assert (mailbox.addresses, Approval.objects.get().contact, ActionParty.objects.count()) == ([], lumiere.paul, 0)


@pytest.mark.rule("D31", "M20")
def test_refusing_ends_it_for_everybody_and_tells_the_office(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action = approval(lumiere, approvers=[lumiere.nadia, lumiere.paul])
    live(START)
    closed = answer(visitor(lumiere), action, REFUSE, "Le stock est faux.")
    assert (closed.state, closed.refused, closed.stop_reason) == (ActionState.DONE, True, Stop.REFUSED)
    assert (Approval.objects.get().approved, Approval.objects.get().comment) == (False, "Le stock est faux.")
    task = FailedTask.objects.get()
    assert (task.kind, task.detail) == (FailedTaskKind.REFUSED, "Comptes annuels 2026 : Le stock est faux.")
    live(START)
    mailbox.accepted.clear()
    live(START + 30 * DAY)
    assert mailbox.addresses == []
    with pytest.raises(ActionClosed):
        answer(paul(lumiere), fresh(action))


@pytest.mark.rule("D30")
def test_count_that_is_reached_stops_the_reminders(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action = approval(lumiere, schedule=Schedule(on=True, at_most=2))
    for days in (0, 3, 7, 10, 30):  # the sixth day is a Sunday
        live(START + days * DAY)
    assert (len(mailbox.to(NADIA)), fresh(action).stop_reason, fresh(action).state) == (3, Stop.COUNT_REACHED, ActionState.OPEN)


@pytest.mark.rule("D31")
@pytest.mark.parametrize(("purpose", "stop"), [(APPROVE, Stop.APPROVED), (REFUSE, Stop.REFUSED)])
def test_who_answers_a_second_before_the_reminder_gets_none(lumiere: Lumiere, mailbox: Mailbox, purpose: str, stop: Stop) -> None:
    action = approval(lumiere)
    live(START)
    due = fresh(action).next_reminder_at
    assert due == START + 3 * DAY
    answer(visitor(lumiere), action, purpose, "Non." if purpose == REFUSE else "", due - timedelta(seconds=1))
    live(due)  # the code alone
    assert [notice.event for notice in Notice.objects.exclude(number=0)] == []
    assert (len(mailbox.to(NADIA)), fresh(action).stop_reason) == (2, stop)


@pytest.mark.rule("D31")
def test_reminder_that_is_written_and_not_yet_sent_does_not_go_after_the_approval(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action = approval(lumiere)
    live(START)
    sweep(START + 3 * DAY)
    answer(visitor(lumiere), action, now=START + 3 * DAY)
    mailbox.accepted.clear()
    live(START + 3 * DAY)
    assert len(mailbox.to(NADIA)) == 1  # the code alone
    assert Notice.objects.get(number=1, email=NADIA).message is None


def test_nobody_approves_twice(lumiere: Lumiere) -> None:
    action = approval(lumiere, approvers=[lumiere.nadia, lumiere.paul])
    answer(visitor(lumiere), action)
    with pytest.raises(ActionClosed):
        answer(visitor(lumiere), fresh(action))
    assert Approval.objects.count() == 1


@pytest.mark.parametrize("purpose", [APPROVE, REFUSE])
def test_reader_can_neither_approve_nor_refuse_and_gets_no_code(lumiere: Lumiere, purpose: str) -> None:
    action = approval(lumiere, approvers=[lumiere.nadia])
    with pytest.raises(PermissionDenied):
        answer(paul(lumiere), action, purpose, "Non.")
    assert (Notice.objects.filter(event="act_code").count(), Approval.objects.count()) == (0, 0)


def test_code_to_refuse_does_not_approve(lumiere: Lumiere) -> None:
    action, session, who = approval(lumiere), SessionStore(), visitor(lumiere)
    send_approval_code(action=action, visitor=who, purpose=REFUSE, session=session, now=START)
    given = Given(newest_digits(action), session, "", START)
    with pytest.raises(CodeRefused, match="no longer valid"):
        finish(action=action, visitor=who, pending=Pending(APPROVE, "", START), given=given)
    assert (Approval.objects.count(), fresh(action).state) == (0, ActionState.OPEN)


def test_code_of_another_browser_does_not_approve(lumiere: Lumiere) -> None:
    action, who = approval(lumiere), visitor(lumiere)
    send_approval_code(action=action, visitor=who, purpose=APPROVE, session=SessionStore(), now=START)
    given = Given(newest_digits(action), SessionStore(), "", START)
    with pytest.raises(CodeRefused, match="no longer valid"):
        finish(action=action, visitor=who, pending=Pending(APPROVE, "", START), given=given)


def test_nothing_is_approved_after_it_was_withdrawn_meanwhile(lumiere: Lumiere) -> None:
    action, session, who = approval(lumiere), SessionStore(), visitor(lumiere)
    send_approval_code(action=action, visitor=who, purpose=APPROVE, session=session, now=START)
    withdraw(action=action, by=Actor.staff(lumiere.claire), now=START)
    with pytest.raises(ActionClosed):
        finish(action=action, visitor=who, pending=Pending(APPROVE, "", START), given=Given(newest_digits(action), session, "", START))
    assert Approval.objects.count() == 0


def test_last_day_holds_even_before_the_sweep_has_come(lumiere: Lumiere) -> None:
    action, who = approval(lumiere, expires_on=START.date()), visitor(lumiere)
    evening = START.replace(hour=22, minute=59)  # 23:59 in Paris
    send_approval_code(action=action, visitor=who, purpose=APPROVE, session=SessionStore(), now=evening)
    with pytest.raises(ActionClosed):
        send_approval_code(action=action, visitor=who, purpose=APPROVE, session=SessionStore(), now=evening + timedelta(minutes=1))


# --- What becomes of the files -------------------------------------------------------------------------------------------


def test_documents_of_an_open_request_cannot_be_trashed(lumiere: Lumiere) -> None:
    action, by = approval(lumiere), Actor.staff(lumiere.claire)
    file = File.objects.get()
    with pytest.raises(FileHeld, match="is part of the open request “Comptes annuels 2026”"):
        trash(files=[file], by=by, now=START)
    answer(visitor(lumiere), action)
    trash(files=[file], by=by, now=START)
    assert File.objects.get().in_trash


@pytest.mark.parametrize("end", ["approved", "refused", "withdrawn"])
def test_what_was_asked_about_is_never_purged(lumiere: Lumiere, end: str) -> None:
    action, by = approval(lumiere), Actor.staff(lumiere.claire)
    other = kept(lumiere, "autre.csv")
    if end == "withdrawn":
        withdraw(action=action, by=by, now=START)
    else:
        answer(visitor(lumiere), action, APPROVE if end == "approved" else REFUSE, "" if end == "approved" else "Non.")
    trash(files=list(File.objects.all()), by=by, now=START)
    assert purge_in_firm(lumiere.firm.pk, START + 31 * DAY) == 1
    assert [file.name for file in File.objects.all()] == ["comptes-2026.pdf"] != [other.name]
