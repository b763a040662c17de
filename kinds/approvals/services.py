"""Asking for approval, approving and refusing."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime

from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.db.models import F

from access.acting import require_may_act, send_act_code, spend_act_code
from access.doors import Visitor
from access.pending import Given, Pending
from actions.enums import REQUIRED, PartyRole
from actions.models import Action, ActionParty
from clients.models import Account, Contact
from files.drafts import Draft
from files.enums import OPEN_AREAS, Area
from files.models import File, FileVersion
from files.queries import last_version
from files.services import keep_file
from files.stored import remove_with_pictures
from firms.actors import Actor
from firms.enums import Verb
from firms.models import Staff
from kinds.approvals.models import Approval, ApprovalDocument, ApprovalRequest
from kinds.approvals.queries import KIND, approval_request
from kinds.approvals.rules import digest_of
from reminders.services import ask, lock_open, log_act, refuse, refuse_account, resend_many, settle, settle_party
from reminders.words import Words

APPROVE, REFUSE = "approve", "refuse"  # what a code is for
MOST_DOCUMENTS = 100


class DocumentGone(Exception):
    """A file that was to be approved was trashed, or moved out of the client's sight, meanwhile."""

    permanent = True


def request_approval(
    *,
    account: Account,
    approvers: Sequence[Contact],
    words: Words,
    uploads: Sequence[Draft] = (),
    files: Sequence[File] = (),
    staff: Staff,
    by: Actor,
    now: datetime,
) -> Action:
    """Keeps what was uploaded for the account, opens the request and tells the approvers: together or not at all, content included.

    The present version of each of `files` is meant. Without approvers everybody with NOTIFY is told, and the first answer
    closes it. Raises `DocumentGone`, `files.errors.FileRefused`, and what `reminders.services.ask` raises.
    """
    if not uploads and not files:
        raise ValueError("Something must be there to approve.")
    with ExitStack() as undo, transaction.atomic():
        refuse_account(account)
        versions = [*_present_versions(files), *(_keep(draft, account, undo, by, now) for draft in uploads)]
        action = ask(
            account=account, kind=KIND, words=words, staff=staff, by=by, now=now, parties=approvers, role=PartyRole.APPROVER,
            detail=lambda opened: _add_documents(opened, versions),
        )  # fmt: skip
        undo.pop_all()
    return action


def _present_versions(files: Sequence[File]) -> list[FileVersion]:
    """What each file holds now, in their order; none of them can be trashed until the request stands."""
    if not files:
        return []
    firm, wanted = files[0].firm_id, {file.pk for file in files}
    there = File.objects.select_for_update(no_key=True).filter(firm=firm, pk__in=wanted, trashed_at=None, area__in=OPEN_AREAS)
    if len(there.order_by("pk")) < len(wanted):
        raise DocumentGone
    last = {version.file_id: version for version in FileVersion.objects.filter(firm=firm, file__in=wanted, number=F("file__versions"))}
    return [last[pk] for pk in dict.fromkeys(file.pk for file in files)]


def _keep(draft: Draft, account: Account, undo: ExitStack, by: Actor, now: datetime) -> FileVersion:
    """Among what the account has from the firm; `undo` takes the content away again."""
    with draft.open() as upload:
        version = last_version(keep_file(account=account, area=Area.FIRM, folder=None, upload=upload, by=by, now=now))
    undo.callback(remove_with_pictures, version.stored.name or "")
    return version


def _add_documents(action: Action, versions: Sequence[FileVersion]) -> None:
    digest = digest_of(bytes(version.sha256) for version in versions)
    request = ApprovalRequest.objects.create(firm=action.firm, action=action, sha256=digest)
    ApprovalDocument.objects.bulk_create(
        ApprovalDocument(firm=action.firm, request=request, version=version, position=position)
        for position, version in enumerate(versions, 1)
    )


@transaction.atomic
def request_again(*, worded: Mapping[str, Sequence[Action]], by: Actor, now: datetime) -> int:
    """Each message with the requests that it is sent with; how many addresses that will be.

    One e-mail for each person and account lists all that goes out with the same message (M17).
    """
    return sum(resend_many(actions=actions, message=message, by=by, now=now) for message, actions in worded.items())


def send_approval_code(*, action: Action, visitor: Visitor, purpose: str, session: SessionBase, now: datetime) -> None:
    """Raises `PermissionDenied`, `ActionClosed` or `access.codes.CodeRefused`."""
    digest = bytes(approval_request(action).sha256)
    send_act_code(action=action, visitor=visitor, purpose=purpose, document_digest=digest, session=session, now=now)


def finish(*, action: Action, visitor: Visitor, pending: Pending, given: Given) -> Action:
    """Approves, or refuses for everybody, with the code from the e-mail, and keeps the evidence. Raises as `send_approval_code`.

    A wrong code is counted all the same. `pending.text` is the comment of a refusal.
    """
    digest = bytes(approval_request(action).sha256)
    spend_act_code(
        action=action, visitor=visitor, purpose=pending.purpose, document_digest=digest, session=given.session, typed=given.code,
        now=given.now,
    )  # fmt: skip
    with transaction.atomic():
        action = lock_open(action)
        require_may_act(action, visitor, given.now)  # once more under the lock: somebody may have answered meanwhile
        if pending.purpose == APPROVE:
            action = _approve(action, visitor, given.now)
        else:
            action = refuse(action=action, by=visitor.actor(), now=given.now, reason=pending.text)
        _keep_answer(action, visitor, pending, given, digest)
    return action


def _approve(action: Action, visitor: Visitor, now: datetime) -> Action:
    """For oneself where people are named, else for all (M20)."""
    by = visitor.actor()
    if ActionParty.objects.filter(firm=action.firm, action=action, role__in=REQUIRED).exists():
        return settle_party(action=action, contact=visitor.contact, by=by, now=now)
    log_act(action, by, Verb.ACTION_APPROVED_BY_PARTY, now)
    return settle(action=action, by=by, now=now)


def _keep_answer(action: Action, visitor: Visitor, pending: Pending, given: Given, digest: bytes) -> None:
    Approval.objects.create(
        firm=action.firm,
        request=approval_request(action),
        contact=visitor.contact,
        name=visitor.contact.name,
        approved=pending.purpose == APPROVE,
        comment=pending.text,
        answered_at=given.now,
        address_email=visitor.address.email,
        documents_sha256=digest,
        ip=visitor.ip,
        user_agent=given.user_agent[:300],
    )
