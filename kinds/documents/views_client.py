"""The client's page of a request for documents: what is asked, the upload, what has come, and “all sent”."""

from contextlib import suppress
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from access.doors import Visitor, client_page, get_item_for, get_shared_for
from access.look import page_around
from access.rules import is_past
from actions.errors import ActionClosed
from actions.models import Action
from files.models import File
from files.queries import last_version
from files.serving import file_response
from files.stored import Stored
from kinds.documents.forms import CompleteForm
from kinds.documents.lookup import get_among, shared
from kinds.documents.queries import document_request, files_of_batch, files_shown_to_client, period_of
from kinds.documents.services import complete_request, may_send, receive_file
from kinds.documents.uploading import Uploaded, answer, keep_each
from lib import clock
from reminders.page import zone_name


def client_view(request: HttpRequest, action: Action, visitor: Visitor) -> HttpResponse:
    """For somebody whom the item's door has let through."""
    return show(request, action, visitor, CompleteForm(what=what_of(action)))


@client_page
@require_POST
def item_upload(request: HttpRequest, code: str) -> HttpResponse:
    action, visitor = get_item_for(request, code)
    document_request(action)

    def keep(upload: Any) -> File:
        return receive_file(action=action, visitor=visitor, upload=upload, now=clock.now())

    try:
        uploaded = keep_each(request, keep)
    except ActionClosed:
        uploaded = Uploaded(refused=[_("This request is over: nothing can be sent here any more.")])
    return answer(request, uploaded, reverse("item_page", args=[code]))


@client_page
@require_POST
def item_complete(request: HttpRequest, code: str) -> HttpResponse:
    """All is sent: the tick, and the request is done."""
    action, visitor = get_item_for(request, code)
    document_request(action)
    form = CompleteForm(request.POST, what=what_of(action))
    if not form.is_valid():
        return show(request, action, visitor, form)
    with suppress(ActionClosed):  # somebody else was faster: the page says how it stands
        complete_request(action=action, visitor=visitor, now=clock.now())
    return redirect("item_page", code)


@client_page
@require_safe
def item_received_file(request: HttpRequest, code: str, file: str) -> HttpResponse:
    action, _visitor = get_item_for(request, code)
    document_request(action)
    return file_response(Stored.version(last_version(get_among(files_shown_to_client(action), file))))


def what_of(action: Action) -> str:
    period = period_of(document_request(action))
    return period.name if period else action.title


def show(request: HttpRequest, action: Action, visitor: Visitor, form: CompleteForm) -> HttpResponse:
    now, detail = clock.now(), document_request(action)
    today = now.astimezone(action.firm.zone).date()
    context = {
        **page_around(request, visitor),
        "action": action,
        "me": visitor,
        "period": period_of(detail),
        "files": list(files_shown_to_client(action)),
        "open": may_send(action, visitor, now) or (visitor.previewed and action.is_open),
        "over": is_past(action.expires_on, today),
        "late": bool(action.due_on and action.is_open and action.due_on < today),
        "form": form,
        "zone": zone_name(),
    }
    return render(request, "documents/client.html", context)


# --- What the firm has put there, by the link of the e-mail that told of it ------------------------------------------------


@client_page
@require_safe
def shared_show(request: HttpRequest, code: str) -> HttpResponse:
    batch, visitor = get_shared_for(request, code, shared)
    context = {**page_around(request, visitor, at="portal_documents"), "me": visitor, "batch": batch, "files": list(files_of_batch(batch))}
    return render(request, "documents/shared.html", context)


@client_page
@require_safe
def shared_file(request: HttpRequest, code: str, file: str) -> HttpResponse:
    batch, _visitor = get_shared_for(request, code, shared)
    return file_response(Stored.version(last_version(get_among(files_of_batch(batch), file))))
