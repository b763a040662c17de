"""The page of a request to approve, for staff, and its documents behind the action's door."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from actions.models import Action
from actions.queries import get_action_for, with_parties
from firms.doors import staff_of, staff_only
from kinds.approvals.pages import STAFF, document_context, documents_for, send_file, send_page, send_picture
from kinds.approvals.queries import approvers_of, files_offered, files_picked, require_approval
from lib import clock
from reminders.asking.queries import get_account_to_ask
from reminders.page import MenuItem, page_context
from ui.filters import search_of


def staff_view(request: HttpRequest, action: Action) -> HttpResponse:
    """For staff whom the action's door has let through."""
    require_approval(action)
    documents = documents_for(with_parties(action), STAFF)
    context = {
        **page_context(request, action, clock.now()),
        "documents": documents,
        "approvers": approvers_of(action),
        "menu_items": [MenuItem("download", _("Download document"), documents[0].file_url)] if len(documents) == 1 else [],
    }
    return render(request, "approvals/staff.html", context)


@staff_only
@require_safe
def approval_document(request: HttpRequest, code: str, position: int) -> HttpResponse:
    """One document, all its pages and what they say."""
    action = get_action_for(staff_of(request), code)
    require_approval(action)
    return render(request, "approvals/document.html", {"action": action, **document_context(action, position, STAFF)})


@staff_only
@require_safe
def approval_file(request: HttpRequest, code: str, position: int) -> HttpResponse:
    return send_file(get_action_for(staff_of(request), code), position, STAFF)


@staff_only
@require_safe
def approval_page(request: HttpRequest, code: str, position: int, number: int) -> HttpResponse:
    return send_page(get_action_for(staff_of(request), code), position, number, STAFF)


@staff_only
@require_safe
def approval_picture(request: HttpRequest, code: str, position: int) -> HttpResponse:
    return send_picture(get_action_for(staff_of(request), code), position, STAFF)


@staff_only
@require_safe
def approval_files(request: HttpRequest) -> HttpResponse:
    """Files of the account that answer to what is typed, below those ticked; a part of the form, asked for by htmx."""
    account, text = get_account_to_ask(staff_of(request), request.GET.get("account", "")), search_of(request.GET)
    picks = files_picked(account, request.GET.getlist("file"))
    offered = files_offered(account, text, but=[file.code for file in picks])
    return render(request, "approvals/_files_found.html", {"picks": picks, "offered": offered, "q": text})
