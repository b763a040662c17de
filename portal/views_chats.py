"""A client's conversations in the portal: the list, one of them, and a first message of their own."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from access.doors import Visitor
from access.look import page_around
from firms.sent_forms import lead_again, note_where_it_leads, where_it_led
from kinds.chats import pages_client as pages
from kinds.chats.forms import ClientThreadForm
from kinds.chats.pages_client import Seat
from kinds.chats.queries import get_thread_of, ordered, rows_of, threads_of, with_client_row
from kinds.chats.services import start_thread_as_client
from lib import clock
from portal.pages import portal_page
from ui.toasts import toast

ON_A_PAGE = 20


@portal_page
@require_safe
def portal_chats(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    page = Paginator(ordered(with_client_row(threads_of(visitor), visitor)), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "rows": rows_of(page), "me": visitor}
    return render(request, "chats/client_list.html", {**page_around(request, visitor, at="portal_chats"), **context})


@portal_page
@require_http_methods(["GET", "HEAD", "POST"])
def portal_chat_new(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    now = clock.now()
    if request.method == "POST" and (before := where_it_led(request, visitor.firm, now)):
        return lead_again(request, before)
    form = ClientThreadForm(request.POST, request.FILES) if request.method == "POST" else ClientThreadForm()
    if form.is_valid():
        data = form.cleaned_data
        thread = start_thread_as_client(visitor=visitor, title=data["title"], text=data["text"], uploads=data["uploads"], now=now)
        toast(request, _("Sent. %(firm)s will answer here, and you will be told by e-mail.") % {"firm": visitor.firm.name})
        address = reverse("portal_chat", args=[thread.code])
        note_where_it_leads(request, visitor.firm, address)
        return redirect(address)
    context = {**page_around(request, visitor, at="portal_chats"), "form": form, "me": visitor}
    return render(request, "chats/client_new.html", context, status=422 if form.errors else 200)


@portal_page
@require_safe
def portal_chat(request: HttpRequest, visitor: Visitor, code: str) -> HttpResponse:
    return pages.show_thread(request, Seat(get_thread_of(visitor, code), visitor))


@portal_page
@require_safe
def portal_chat_since(request: HttpRequest, visitor: Visitor, code: str) -> HttpResponse:
    return pages.show_since(request, Seat(get_thread_of(visitor, code), visitor))


@portal_page
@require_safe
def portal_chat_earlier(request: HttpRequest, visitor: Visitor, code: str) -> HttpResponse:
    return pages.show_earlier(request, Seat(get_thread_of(visitor, code), visitor))


@portal_page
@require_POST
def portal_chat_write(request: HttpRequest, visitor: Visitor, code: str) -> HttpResponse:
    wrong = pages.say(request, Seat(get_thread_of(visitor, code), visitor))
    return wrong or pages.said(request, Seat(get_thread_of(visitor, code), visitor))


@portal_page
@require_POST
def portal_chat_read(request: HttpRequest, visitor: Visitor, code: str) -> HttpResponse:
    return pages.read(request, Seat(get_thread_of(visitor, code), visitor))


@portal_page
@require_safe
def portal_chat_file(request: HttpRequest, visitor: Visitor, code: str, file_code: str) -> HttpResponse:
    return pages.send_file(Seat(get_thread_of(visitor, code), visitor), file_code)
