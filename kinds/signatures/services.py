"""Asking for signatures, signing and declining."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.sessions.backends.base import SessionBase
from django.core.files.storage import default_storage
from django.db import transaction

from access.acting import require_may_act, send_act_code, spend_act_code
from access.doors import Visitor
from access.pending import Given, Pending
from actions.models import Action, ActionParty
from clients.models import Account, Contact
from files.pdf import Pdf
from firms.actors import Actor
from firms.models import Staff
from kinds.signatures.documents import save_document
from kinds.signatures.models import Signature, SignatureRequest
from kinds.signatures.queries import request_of
from reminders.services import ask, lock_open, refuse, settle_party
from reminders.words import Words

KIND = "signature"
SIGN, DECLINE = "sign", "decline"  # what a code is for


def request_signature(
    *, account: Account, signers: Sequence[Contact], words: Words, pdf: Pdf, staff: Staff, by: Actor, now: datetime
) -> Action:
    """Opens the request, tells the signers and keeps the document: together or not at all, the file included."""
    if not signers:
        raise ValueError("Somebody must be asked to sign.")
    firm, saved, complete = account.firm, "", False
    try:
        with transaction.atomic():
            action = ask(account=account, kind=KIND, words=words, staff=staff, by=by, now=now, parties=signers)
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
    digest = bytes(request_of(action).sha256)
    send_act_code(action=action, visitor=visitor, purpose=purpose, document_digest=digest, session=session, now=now)


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


def finish(*, action: Action, visitor: Visitor, pending: Pending, given: Given) -> Action:
    """What was begun in this browser, now that its code has come. Raises as `send_sign_code`."""
    if pending.purpose == SIGN:
        return sign(
            action=action, visitor=visitor, typed_name=pending.text, code=given.code, session=given.session,
            user_agent=given.user_agent, now=given.now,
        )  # fmt: skip
    return decline(action=action, visitor=visitor, reason=pending.text, code=given.code, session=given.session, now=given.now)


def _spend_code(action: Action, visitor: Visitor, purpose: str, code: str, session: SessionBase, now: datetime) -> SignatureRequest:
    request = request_of(action)
    digest = bytes(request.sha256)
    spend_act_code(action=action, visitor=visitor, purpose=purpose, document_digest=digest, session=session, typed=code, now=now)
    return request
