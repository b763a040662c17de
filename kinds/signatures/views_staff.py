"""The page of a request to sign, for staff."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from actions.models import Action
from actions.queries import get_action_for
from files.serving import file_response, page_response, pages_of
from firms.doors import staff_of, staff_only
from kinds.signatures.documents import stored_of
from kinds.signatures.pages import signature_request
from kinds.signatures.queries import signers_of
from lib import clock
from reminders.page import MenuItem, page_context


def staff_view(request: HttpRequest, action: Action) -> HttpResponse:
    """For staff whom the action's door has let through."""
    detail, download_url = signature_request(action), reverse("signature_file", args=[action.code])
    context = {
        **page_context(request, action, clock.now()),
        "detail": detail,
        "download_url": download_url,
        "menu_items": [MenuItem("download", _("Download document"), download_url)],
        "pages": pages_of(stored_of(detail), lambda number: reverse("signature_page", args=[action.code, number])),
        "party_list": signers_of(action),
    }
    return render(request, "signatures/staff.html", context)


@staff_only
@require_safe
def signature_file(request: HttpRequest, code: str) -> HttpResponse:
    return file_response(stored_of(signature_request(get_action_for(staff_of(request), code))))


@staff_only
@require_safe
def signature_page(request: HttpRequest, code: str, number: int) -> HttpResponse:
    return page_response(stored_of(signature_request(get_action_for(staff_of(request), code))), number)
