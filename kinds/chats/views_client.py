"""The conversation behind an e-mailed link. Whoever is signed in finds it in the portal, where more can be done."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from access.doors import Visitor, accounts_of, client_page, get_item_for
from actions.models import Action
from kinds.chats import pages_client as pages
from kinds.chats.pages_client import Seat
from kinds.chats.queries import thread_of_action
from kinds.chats.services import KIND


def client_view(request: HttpRequest, action: Action, visitor: Visitor) -> HttpResponse:
    """For somebody whom the item's door has let through."""
    thread = thread_of_action(action)
    if visitor.previewed or any(each.account.pk == action.account_id for each in accounts_of(request)):
        return redirect("portal_chat", thread.code)
    return pages.show_thread(request, Seat(thread, visitor, action))


def seat_at(request: HttpRequest, code: str) -> Seat:
    action, visitor = get_item_for(request, code)
    if action.kind != KIND:
        raise Http404
    return Seat(thread_of_action(action), visitor, action)


@client_page
@require_safe
def item_since(request: HttpRequest, code: str) -> HttpResponse:
    return pages.show_since(request, seat_at(request, code))


@client_page
@require_safe
def item_earlier(request: HttpRequest, code: str) -> HttpResponse:
    return pages.show_earlier(request, seat_at(request, code))


@client_page
@require_POST
def item_write(request: HttpRequest, code: str) -> HttpResponse:
    """The answer: with it the request is done, and the page reads only."""
    wrong = pages.say(request, seat_at(request, code))
    return wrong or pages.said(request, seat_at(request, code))


@client_page
@require_POST
def item_read(request: HttpRequest, code: str) -> HttpResponse:
    return pages.read(request, seat_at(request, code))


@client_page
@require_safe
def item_file(request: HttpRequest, code: str, file_code: str) -> HttpResponse:
    return pages.send_file(seat_at(request, code), file_code)
