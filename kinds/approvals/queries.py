"""Reads about requests to approve."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.http import Http404

from actions.enums import ActionState, PartyRole
from actions.kinds import Description, Row
from actions.models import Action
from actions.queries import visible_actions
from clients.models import Account
from files.holding import Held
from files.models import File, FileVersion
from files.queries import client_files, files_matching
from firms.models import Firm, Staff
from kinds.approvals.models import Approval, ApprovalDocument, ApprovalRequest
from kinds.approvals.rules import Progress, State, describe_progress
from lib.codes import is_code

KIND = "approval"
STATES: Mapping[State, Q] = {
    State.PENDING: Q(state=ActionState.OPEN),
    State.APPROVED: Q(state=ActionState.DONE, refused=False),
    State.REFUSED: Q(state=ActionState.DONE, refused=True),
    State.WITHDRAWN: Q(state=ActionState.WITHDRAWN),
    State.EXPIRED: Q(state=ActionState.EXPIRED),
}


# --- One request -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Approver:
    """Somebody who has answered, or is named and has not."""

    name: str
    answer: Approval | None
    contact_id: int | None = None

    @property
    def answered_at(self) -> datetime | None:
        return self.answer.answered_at if self.answer else None


def require_approval(action: Action) -> None:
    """404 for an action of another kind, which somebody's door has let through."""
    if action.kind != KIND:
        raise Http404


def approval_request(action: Action) -> ApprovalRequest:
    """The detail; 404 when the action is of another kind."""
    require_approval(action)
    return ApprovalRequest.objects.get(firm=action.firm_id, action=action)


def documents_of(action: Action) -> list[ApprovalDocument]:
    """In their order, each with its version; one query."""
    documents = ApprovalDocument.objects.filter(firm=action.firm_id, request=action.pk)
    return list(documents.select_related("version__file"))


def get_version(action: Action, position: int) -> FileVersion:
    """The document at that place, from 1; 404 for a place where there is none."""
    document = (
        ApprovalDocument.objects.filter(firm=action.firm_id, request=action.pk, position=position).select_related("version__file").first()
    )
    if document is None:
        raise Http404
    version: FileVersion = document.version
    return version


def approvers_of(action: Action) -> list[Approver]:
    """Whoever has answered, in that order, then those named who have not; one query where the parties are read already."""
    approvers = [party for party in action.parties.all() if party.role == PartyRole.APPROVER]
    waiting = [party for party in approvers if party.done_at is None]
    may_have_answers = not action.is_open or len(waiting) < len(approvers)
    given = Approval.objects.filter(firm=action.firm_id, request=action.pk) if may_have_answers else []
    answers = [Approver(answer.name, answer, answer.contact_id) for answer in given]
    have = {each.contact_id for each in answers}
    return answers + [Approver(party.contact.name, None, party.contact_id) for party in waiting if party.contact_id not in have]


# --- Lists -------------------------------------------------------------------------------------------------------------


def visible_approvals(staff: Staff) -> QuerySet[Action]:
    """Requests to approve, of the accounts that this member of staff may see."""
    return visible_actions(staff).filter(kind=KIND)


def progress_of(action: Action) -> Progress:
    """Asks nothing where `parties` has been prefetched, as lists do."""
    approvers = [party for party in action.parties.all() if party.role == PartyRole.APPROVER]
    return Progress(action.state, action.refused, sum(party.done_at is not None for party in approvers), len(approvers))


def describe(action: Action) -> Description:
    """The action's state in this kind's words."""
    return describe_progress(progress_of(action))


def names_of_documents(actions: Collection[Action]) -> dict[int, list[str]]:
    """Action id -> the names of its documents, in order; one query however many."""
    found: dict[int, list[str]] = {action.pk: [] for action in actions}
    if found:
        firm = next(iter(actions)).firm_id
        documents = ApprovalDocument.objects.filter(firm=firm, request__in=found).order_by("request", "position")
        for request, name in documents.values_list("request", "version__name"):
            found[request].append(name)
    return found


def email_rows(actions: Sequence[Action]) -> Mapping[int, Sequence[Row]]:
    """What stands in the e-mails about them: the names of their documents."""
    return {pk: [{"ITEM": name, "ITEM_NOTE": ""} for name in names] for pk, names in names_of_documents(actions).items()}


# --- What becomes of the files -----------------------------------------------------------------------------------------


def held(firm: Firm, files: Collection[int]) -> Held:
    """Documents of an open request cannot be trashed."""
    rows = _with_file(firm, files).filter(request__action__state=ActionState.OPEN).values_list("version__file", "request__action__title")
    return dict(rows)


def kept_for_good(firm: Firm, files: Collection[int]) -> set[int]:
    """What has been asked about is evidence, however it ended."""
    return set(_with_file(firm, files).values_list("version__file", flat=True))


def titles_asked_about(firm: Firm, files: Collection[int]) -> list[str]:
    """Of the requests whose documents are among these files, each once, the oldest first."""
    rows = _with_file(firm, files).order_by("request").values_list("request", "request__action__title").distinct()
    return [title for _, title in rows]


def _with_file(firm: Firm, files: Collection[int]) -> QuerySet[ApprovalDocument]:
    return ApprovalDocument.objects.filter(firm=firm, version__file__in=files).order_by()


# --- Files that can be asked about -------------------------------------------------------------------------------------

OFFERED = 12


def files_picked(account: Account, codes: Sequence[str]) -> list[File]:
    """Those of `codes`, in their order, that the account's clients see; nothing is said of others."""
    found = {file.code: file for file in client_files(account).filter(code__in=[code for code in codes if is_code(code)])}
    return [found[code] for code in codes if code in found]


def files_offered(account: Account, text: str, but: Collection[str] = ()) -> list[File]:
    """What the account's clients see: the newest, or those whose names answer to `text`."""
    files = client_files(account).exclude(code__in=[code for code in but if is_code(code)])
    files = files_matching(files, text).order_by("name_key", "pk") if text else files.order_by("-uploaded_at", "-pk")
    return list(files[:OFFERED])
