"""Asking for documents, receiving them, and saying that a period is complete."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.files.base import File as Content
from django.db import transaction
from django.urls import reverse
from django.utils import translation

from access.acting import is_over
from access.doors import Visitor
from access.rules import Entry
from actions.enums import PartyRole
from actions.errors import ActionClosed
from actions.models import Action
from clients.locks import locked_account
from clients.models import Account, Contact
from clients.queries import office_of
from files.enums import Area
from files.models import File
from files.services import keep_file
from firms.actors import Actor
from firms.enums import Verb
from firms.models import Staff
from firms.services import write_activity
from kinds.documents.enums import Rhythm
from kinds.documents.models import DocumentRequest, PeriodComplete, ReceivedFile, VatRhythm
from kinds.documents.queries import KIND, document_request, open_requests_for, period_of
from kinds.documents.rules import Period
from notifications.services import notify_user
from reminders.services import ask, lock_open, lock_still_open, settle
from reminders.words import Words
from templates_email.enums import EmailEvent


class PeriodIsComplete(Exception):
    """Somebody has said so already."""

    permanent = True


def request_documents(
    *, account: Account, people: Sequence[Contact], words: Words, period: Period | None, staff: Staff, by: Actor, now: datetime
) -> Action:
    """Opens the request and tells whoever is to hear of it. Raises what `reminders.services.ask` raises."""

    def detail(action: Action) -> DocumentRequest:
        first, last = (period.first, period.last) if period else (None, None)
        return DocumentRequest.objects.create(firm=account.firm, action=action, period_from=first, period_until=last)

    return ask(
        account=account, kind=KIND, words=words, staff=staff, by=by, now=now, parties=people, role=PartyRole.ADDRESSEE, detail=detail
    )  # fmt: skip


def may_send(action: Action, visitor: Visitor, now: datetime) -> bool:
    """Anybody of the account whom a door has let in, for as long as the request is open; nobody in a preview."""
    return action.is_open and visitor.entry is Entry.OPEN and not is_over(action, now)


@transaction.atomic
def receive_file(*, action: Action, visitor: Visitor, upload: "Content[Any]", now: datetime) -> File:
    """Keeps what the client sends for a request. Raises `ActionClosed`, `files.errors.FileRefused`."""
    by = visitor.actor()
    locked_account(action.account)
    action = lock_open(action)
    if not may_send(action, visitor, now):
        raise ActionClosed
    file = keep_file(account=action.account, area=Area.CLIENT, folder=None, upload=upload, by=by, now=now)
    ReceivedFile.objects.create(firm=action.firm, request=document_request(action), file=file)
    return file


@transaction.atomic
def complete_request(*, action: Action, visitor: Visitor, now: datetime) -> Action:
    """The client says that all is sent; one for a period completes the period, with whatever else asks for it. Raises `ActionClosed`."""
    by = visitor.actor()
    account = locked_account(action.account)
    period = period_of(document_request(action))
    asked = lock_still_open([action, *open_requests_for(account, period)] if period else [action])
    said = next((each for each in asked if each.pk == action.pk), None)
    if said is None or not may_send(said, visitor, now):
        raise ActionClosed
    for each in asked:
        settle(action=each, by=by, now=now)
    if period and not _is_complete(account, period):
        _complete(account, period, by, now)
    else:  # complete before: the client has sent what was asked for since
        tell_office(account, period or said.title, by, f"request:{said.pk}", now)
    said.refresh_from_db()
    return said


@transaction.atomic
def complete_period(*, account: Account, period: Period, visitor: Visitor, now: datetime) -> PeriodComplete:
    """Once for each period; requests for its documents are settled with it. Raises `PeriodIsComplete`."""
    by = visitor.actor()
    account = locked_account(account)
    if _is_complete(account, period):
        raise PeriodIsComplete
    for action in lock_still_open(open_requests_for(account, period)):
        settle(action=action, by=by, now=now)
    return _complete(account, period, by, now)


@transaction.atomic
def reopen_period(*, complete: PeriodComplete, by: Actor, now: datetime) -> None:
    """Staff take it back: the client can say so again, and then the office hears of it again."""
    account = locked_account(complete.account)
    name = _name_in_log(account, Period(complete.period_from, complete.period_until))
    complete.delete()
    write_activity(firm=account.firm, by=by, verb=Verb.PERIOD_REOPENED, now=now, account_id=account.pk, subject=name)


@transaction.atomic
def set_rhythm(*, account: Account, rhythm: Rhythm | None, by: Actor, now: datetime) -> None:
    """None takes the periods away; what was complete stays so."""
    account = locked_account(account)
    kept = VatRhythm.objects.filter(firm=account.firm_id, account=account)
    old = kept.values_list("rhythm", flat=True).first()
    if old == (rhythm.value if rhythm else None):
        return
    kept.delete()
    if rhythm:
        VatRhythm.objects.create(firm=account.firm, account=account, rhythm=rhythm)
    with translation.override(account.firm.language):
        was, said = _said(Rhythm(old) if old else None), _said(rhythm)
    write_activity(
        firm=account.firm, by=by, verb=Verb.VAT_RHYTHM_CHANGED, now=now, account_id=account.pk, detail=said, old=was, new=said
    )  # fmt: skip


def _said(rhythm: Rhythm | None) -> str:
    return str(rhythm.label) if rhythm else translation.gettext("None")


def _is_complete(account: Account, period: Period) -> bool:
    complete = PeriodComplete.objects.filter(firm=account.firm_id, account=account)
    return complete.filter(period_from=period.first, period_until=period.last).exists()


def _complete(account: Account, period: Period, by: Actor, now: datetime) -> PeriodComplete:
    complete = PeriodComplete.objects.create(
        firm=account.firm, account=account, period_from=period.first, period_until=period.last, at=now, by_name=by.name,
        by_contact_id=by.contact_id, by_kind=by.kind,
    )  # fmt: skip
    name = _name_in_log(account, period)
    write_activity(firm=account.firm, by=by, verb=Verb.DOCUMENTS_COMPLETE, now=now, account_id=account.pk, subject=name)
    tell_office(account, period, by, f"period:{complete.code}", now)
    return complete


def _name_in_log(account: Account, period: Period) -> str:
    """The log speaks the firm's language, whoever acts."""
    with translation.override(account.firm.language):
        return period.name


def tell_office(account: Account, what: Period | str, by: Actor, key: str, now: datetime) -> None:
    """One e-mail to the account's manager, else to each owner, in their language (B15)."""
    for staff in office_of(account):
        language = staff.language or account.firm.language
        with translation.override(language):
            period = what if isinstance(what, str) else what.name
        notify_user(
            firm=account.firm, user=staff.user, event=EmailEvent.DOCUMENTS_COMPLETE, key=f"documents-complete:{key}:{staff.pk}", now=now,
            values={
                "client": account.name, "period": period, "who": by.name, "changed_on": now.isoformat(),
                "documents_path": reverse("account_documents", args=[account.code]),
                "language": language, "zone": account.firm.time_zone,
            },
        )  # fmt: skip
