"""Asking for signatures, signing and declining."""

from collections.abc import Sequence
from datetime import date, datetime

from django.contrib.sessions.backends.base import SessionBase
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.db import transaction

from access.codes import check_code, request_code
from access.doors import Visitor
from access.rules import Act, decide_act
from actions.enums import REQUIRED
from actions.errors import ActionClosed
from actions.models import Action, ActionParty
from clients.models import Account, Contact
from files.pdf import Pdf
from firms.actors import Actor
from firms.models import Firm, Staff
from kinds.signatures.documents import save_document
from kinds.signatures.models import Signature, SignatureRequest
from kinds.signatures.queries import request_of
from kinds.signatures.rules import is_past
from reminders.rules import Schedule
from reminders.services import ask, lock_open, refuse, settle_party

KIND = "signature"
SIGN, DECLINE = "sign", "decline"  # what a code is for


def request_signature(
    *,
    firm: Firm,
    account: Account,
    staff: Staff,
    by: Actor,
    now: datetime,
    title: str,
    pdf: Pdf,
    signers: Sequence[Contact],
    message: str = "",
    due_on: date | None = None,
    expires_on: date | None = None,
    schedule: Schedule = Schedule(),
    topic: str = "",
) -> Action:
    """Opens the request, tells the signers and keeps the document: together or not at all, the file included."""
    if not signers:
        raise ValueError("Somebody must be asked to sign.")
    saved, complete = "", False
    try:
        with transaction.atomic():
            action = ask(
                firm=firm, account=account, kind=KIND, title=title, staff=staff, by=by, now=now, parties=signers,
                message=message, due_on=due_on, expires_on=expires_on, schedule=schedule, topic=topic,
            )  # fmt: skip
            saved = save_document(firm.pk, action.code, pdf.content)
            SignatureRequest.objects.create(
                firm=firm, action=action, document=saved, filename=pdf.filename, size=len(pdf.content), pages=pdf.pages, sha256=pdf.sha256
            )
        complete = True
    finally:
        if saved and not complete:
            default_storage.delete(saved)
    return action


def send_sign_code(*, action: Action, visitor: Visitor, purpose: str, session: SessionBase, now: datetime) -> None:
    """Raises `PermissionDenied`, `ActionClosed` or `access.codes.CodeRefused`."""
    require_may_act(action, visitor, now)
    document = bytes(request_of(action).sha256)
    request_code(visitor=visitor, action=action, purpose=purpose, document_digest=document, session=session, now=now)


def sign(*, action: Action, visitor: Visitor, typed_name: str, code: str, session: SessionBase, user_agent: str, now: datetime) -> Action:
    """Signs with the code from the e-mail and keeps the evidence. Raises as `send_sign_code`; a wrong code is counted all the same."""
    request = _spend_code(action, visitor, SIGN, code, session, now)
    with transaction.atomic():
        action = settle_party(action=action, contact=visitor.contact, by=visitor.actor(), now=now)
        Signature.objects.create(
            firm=action.firm,
            party=ActionParty.objects.get(firm=action.firm, action=action, contact=visitor.contact),
            typed_name=typed_name,
            signed_at=now,
            address_email=visitor.address.email,
            document_sha256=bytes(request.sha256),
            ip=visitor.ip,
            user_agent=user_agent[:300],
        )
    return action


def decline(*, action: Action, visitor: Visitor, reason: str, code: str, session: SessionBase, now: datetime) -> Action:
    """Says no for everybody, with the code from the e-mail; the office is told the reason. Raises as `send_sign_code`."""
    request = _spend_code(action, visitor, DECLINE, code, session, now)
    with transaction.atomic():
        lock_open(action)
        require_may_act(action, visitor, now)  # once more under the lock: they may have signed meanwhile
        action = refuse(action=action, by=visitor.actor(), now=now, reason=reason)
        request.decline_reason = reason
        request.save(update_fields=["decline_reason"])
    return action


def _spend_code(action: Action, visitor: Visitor, purpose: str, code: str, session: SessionBase, now: datetime) -> SignatureRequest:
    require_may_act(action, visitor, now)
    request = request_of(action)
    digest = bytes(request.sha256)
    check_code(visitor=visitor, action=action, purpose=purpose, document_digest=digest, session=session, typed=code)
    return request


def require_may_act(action: Action, visitor: Visitor, now: datetime) -> None:
    """Raises `ActionClosed` when it is too late, `PermissionDenied` when others are meant."""
    if is_past(action.expires_on, now.astimezone(action.firm.zone).date()):
        raise ActionClosed
    act = may_act(action, visitor)
    if act in (Act.ITEM_CLOSED, Act.HAS_ACTED):
        raise ActionClosed
    if act is Act.NOT_NAMED:
        raise PermissionDenied


def may_act(action: Action, visitor: Visitor) -> Act:
    required = ActionParty.objects.filter(firm=action.firm_id, action=action, role__in=REQUIRED)
    parties = list(required.values_list("contact_id", "done_at"))
    named = {contact_id for contact_id, _ in parties}
    done = {contact_id for contact_id, done_at in parties if done_at is not None}
    return decide_act(contact_id=visitor.contact.pk, named=named, done=done, entry=visitor.entry)
