"""The page of a request for documents, for staff."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from actions.models import Action
from kinds.documents.queries import document_request, period_of, received_files
from lib import clock
from reminders.page import page_context

SHOWN = 200  # files on the page; the account's documents have them all


def staff_view(request: HttpRequest, action: Action) -> HttpResponse:
    """For staff whom the action's door has let through."""
    detail = document_request(action)
    files = list(received_files(action)[: SHOWN + 1])
    context = {
        **page_context(request, action, clock.now()),
        "period": period_of(detail),
        "files": files[:SHOWN],
        "more": len(files) > SHOWN,
    }
    return render(request, "documents/staff.html", context)
