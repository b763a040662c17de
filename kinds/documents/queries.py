"""Reads about requests for documents, periods and batches."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime

from django.db.models import Count, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from actions.enums import ActionState
from actions.kinds import Description
from actions.models import Action
from clients.models import Account
from clients.queries import get_account_to_change
from files.enums import OPEN_AREAS
from files.holding import Held
from files.models import File
from files.queries import RIGHT
from firms.models import Firm, Staff
from kinds.documents.enums import Rhythm
from kinds.documents.models import DocumentRequest, PeriodComplete, ReceivedFile, UploadBatch, VatRhythm
from kinds.documents.rules import Period, Progress, describe_progress, periods_to_send

KIND = "documents"


def document_request(action: Action) -> DocumentRequest:
    """The detail of an action that somebody's door has let through; 404 when it is of another kind."""
    if action.kind != KIND:
        raise Http404
    return DocumentRequest.objects.get(firm=action.firm_id, action=action)


def period_of(request: DocumentRequest) -> Period | None:
    if request.period_from is None or request.period_until is None:
        return None
    return Period(request.period_from, request.period_until)


def received_files(action: Action) -> QuerySet[File]:
    """What the client sent for the request, in that order; what has gone to the trash is not among it."""
    received = ReceivedFile.objects.filter(firm=action.firm_id, request=action.pk).order_by().values("file")
    return File.objects.filter(firm=action.firm_id, pk__in=received, trashed_at=None).order_by("uploaded_at", "pk")


def files_shown_to_client(action: Action) -> QuerySet[File]:
    """As `received_files`, but for what the firm has made private since."""
    return received_files(action).filter(area__in=OPEN_AREAS)


def describe(action: Action) -> Description:
    """The action's state in this kind's words."""
    return describe_all([action])[action.pk]


def describe_all(actions: Sequence[Action]) -> dict[int, Description]:
    """By action id; one query."""
    open_ones = [action.pk for action in actions if action.is_open]
    counts = count_received(actions[0].firm_id, open_ones) if open_ones else {}
    return {action.pk: describe_progress(Progress(action.state, counts.get(action.pk, 0))) for action in actions}


def count_received(firm_id: int, actions: Collection[int]) -> dict[int, int]:
    received = ReceivedFile.objects.filter(firm=firm_id, request__in=actions, file__trashed_at=None).order_by()
    return dict(received.values_list("request").annotate(Count("pk")))


def held_by_requests(firm: Firm, files: Collection[int]) -> Held:
    """Files that were received for a request which is still open: the client sees them there."""
    received = ReceivedFile.objects.filter(firm=firm, file__in=files, request__action__state=ActionState.OPEN)
    return dict(received.values_list("file", "request__action__title"))


def none_kept_for_good(firm: Firm, files: Collection[int]) -> set[int]:
    return set()


# --- Periods -------------------------------------------------------------------------------------------------------------


def rhythm_of(account: Account) -> Rhythm | None:
    found = VatRhythm.objects.filter(firm=account.firm_id, account=account).values_list("rhythm", flat=True).first()
    return Rhythm(found) if found else None


def completed_among(account: Account, periods: Iterable[Period]) -> Mapping[Period, PeriodComplete]:
    """Which of the periods the client has said to be complete; one query."""
    wanted = list(periods)
    found = PeriodComplete.objects.filter(firm=account.firm_id, account=account, period_from__in=[period.first for period in wanted])
    return {Period(each.period_from, each.period_until): each for each in found}


def states_of_periods(account: Account, rhythm: Rhythm | None, today: date) -> list[tuple[Period, PeriodComplete | None]]:
    """The period before and the one under way, and whether each is complete; nothing for an account without a rhythm."""
    periods = periods_to_send(rhythm, today) if rhythm else []
    complete = completed_among(account, periods) if periods else {}
    return [(period, complete.get(period)) for period in periods]


def open_requests_for(account: Account, period: Period) -> QuerySet[Action]:
    """Requests for the documents of this very period that are still open."""
    asked = DocumentRequest.objects.filter(firm=account.firm_id, period_from=period.first, period_until=period.last)
    return Action.objects.filter(
        firm=account.firm_id, account=account, state=ActionState.OPEN, pk__in=asked.order_by().values("action")
    ).order_by("pk")


def newest_open_requests(account: Account) -> Mapping[Period, Action]:
    """The periods that are asked for already, each with the newest request of those that are open; one query."""
    asked = DocumentRequest.objects.filter(
        firm=account.firm_id, action__account=account, action__state=ActionState.OPEN, period_from__isnull=False, period_until__isnull=False
    )
    rows = asked.select_related("action").order_by("action__opened_at", "action")
    return {period: request.action for request in rows if (period := period_of(request))}


def get_complete_to_change(staff: Staff, account_code: str, code: str) -> PeriodComplete:
    """404 when it is another account's; 403 without the right."""
    account = get_account_to_change(staff, account_code, RIGHT)
    return get_object_or_404(PeriodComplete.objects.select_related("account__firm"), firm=staff.firm_id, account=account, code=code)


# --- Batches -------------------------------------------------------------------------------------------------------------


def find_batch(firm: Firm, code: str) -> UploadBatch | None:
    return UploadBatch.objects.select_related("firm", "account__firm", "account__manager").filter(firm=firm, code=code).first()


def files_of_batch(batch: UploadBatch) -> QuerySet[File]:
    """What the client still sees of it: neither trashed since nor taken away from them."""
    files = batch.files.order_by().values("file")
    return File.objects.filter(firm=batch.firm_id, pk__in=files, trashed_at=None, area__in=OPEN_AREAS).order_by("uploaded_at", "pk")


def last_batch(account: Account, since: datetime) -> UploadBatch | None:
    return UploadBatch.objects.filter(firm=account.firm_id, account=account, opened_at__gt=since).first()
