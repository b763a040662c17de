"""What clients see of a conversation and do in it: by an e-mailed link under its item, and in the portal."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from access.doors import Visitor, Way
from access.look import page_around
from access.queries import standing_of
from access.rules import Entry, may_use_portal
from actions.models import Action
from files.queries import last_version
from files.serving import file_response
from files.stored import Stored
from kinds.chats.conversation import Addresses, Stream, conversation_context, later_of, stream_of
from kinds.chats.errors import AnsweredMeanwhile, ThreadArchived
from kinds.chats.forms import MessageForm
from kinds.chats.models import ChatMessage, Thread
from kinds.chats.queries import Span, get_client_file_in, messages_of, span_of
from kinds.chats.reading import was_seen
from kinds.chats.saying import mark_read
from kinds.chats.services import write_as_client
from lib import clock


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody of the client's before a thread. `item` is the request that a link leads to: it reads what belongs to that."""

    thread: Thread
    visitor: Visitor
    item: Action | None = None

    @property
    def span(self) -> Span:
        return span_of(self.item) if self.item else Span()

    @property
    def messages(self) -> QuerySet[ChatMessage]:
        return messages_of(self.thread, self.span)

    @property
    def may_write(self) -> bool:
        """In a preview the page shows what the client could do, and lets nobody do it."""
        if self.thread.is_archived:
            return False
        return self.item is None or (self.visitor.entry is Entry.OPEN and self.item.is_open)

    @property
    def addresses(self) -> Addresses:
        prefix, code = ("item_chat", self.item.code) if self.item else ("portal_chat", self.thread.code)
        urls = {name: reverse(f"{prefix}_{name}", args=[code]) for name in ("since", "earlier", "write", "read")}
        show = reverse("item_page" if self.item else "portal_chat", args=[code])
        return Addresses(show=show, **urls, file=f"{prefix}_file", code=code, asked="item_page")


def show_thread(request: HttpRequest, seat: Seat, *, form: MessageForm | None = None, status: int = 200) -> HttpResponse:
    stream = stream_of(seat.thread, seat.messages, for_firm=False, before=request.GET.get("before", ""), with_asked=seat.item is None)
    around = page_around(request, seat.visitor, at="portal_chats")
    context = {**around, **context_of(request, seat, stream), "form": form or MessageForm()}
    return render(request, "chats/client.html", context, status=status)


def context_of(request: HttpRequest, seat: Seat, stream: Stream) -> dict[str, Any]:
    return {
        **conversation_context(request, seat.thread, stream, seat.addresses, clock.now()),
        "action": seat.item or seat.thread.action,
        "for_firm": False,
        "me": seat.visitor,
        "may_write": seat.may_write,
        "area_url": "" if seat.may_write else way_into_the_area(seat),
    }


def way_into_the_area(seat: Seat) -> str:
    """Where whoever came by a link goes on with the thread: by the sign-in page. Empty without LOGIN, and for whoever is there already."""
    visitor = seat.visitor
    if visitor.way is not Way.BY_LINK or not may_use_portal(standing_of(visitor.firm, seat.thread.account_id, visitor.address)):
        return ""
    query = urlencode({"next": reverse("portal_chat", args=[seat.thread.code])})
    return f"{reverse('client_sign_in', args=[visitor.firm.code])}?{query}"


def show_since(request: HttpRequest, seat: Seat, **more: Any) -> HttpResponse:
    """What was said after the message of the code `after`; nothing (204) where nothing was."""
    query = request.POST if request.method == "POST" else request.GET
    stream = later_of(seat.messages, query.get("after", ""), for_firm=False)
    if not stream.lines and not more:
        return HttpResponse(status=204)
    return render(request, "chats/_since.html", {**context_of(request, seat, stream), **more})


def show_earlier(request: HttpRequest, seat: Seat) -> HttpResponse:
    stream = stream_of(seat.thread, seat.messages, for_firm=False, before=request.GET.get("before", "-"), with_asked=seat.item is None)
    return render(request, "chats/_earlier.html", context_of(request, seat, stream))


def say(request: HttpRequest, seat: Seat) -> HttpResponse | None:
    """What the form says is written: nothing then, and the caller looks at the thread anew; else what is wrong."""
    form = MessageForm(request.POST, request.FILES)
    if not form.is_valid():
        return refuse(request, seat, form)
    data = form.cleaned_data
    try:
        write_as_client(thread=seat.thread, visitor=seat.visitor, text=data["text"], uploads=data["uploads"], now=clock.now())
    except ThreadArchived:
        form.add_error(
            None,
            _("This conversation was closed in the meantime. Please reply to our e-mail.")
            if seat.item
            else _("This conversation was closed in the meantime. Please begin a new message."),
        )
    except AnsweredMeanwhile:
        form.add_error(
            None, _("This was answered or closed in the meantime. If you would like to add something, please reply to our e-mail.")
        )
    return refuse(request, seat, form) if form.errors else None


def refuse(request: HttpRequest, seat: Seat, form: MessageForm) -> HttpResponse:
    """Beside the field, which keeps what was typed and chosen; without htmx the page, with what was typed."""
    if not request.htmx:  # type: ignore[attr-defined]
        return show_thread(request, seat, form=form, status=422)
    response = render(request, "chats/_errors.html", {"form": form}, status=422)
    response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#composer-errors", "innerHTML"
    return response


def said(request: HttpRequest, seat: Seat) -> HttpResponse:
    """After a message: with htmx what is new and what stands below it now, else the page anew."""
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect(seat.addresses.show)
    return show_since(request, seat, composer=True, form=MessageForm())


def read(request: HttpRequest, seat: Seat) -> HttpResponse:
    message = was_seen(request, seat.messages)
    if message is not None and not seat.visitor.previewed:
        mark_read(message=message, contact=seat.visitor.contact, now=clock.now())
    return HttpResponse(status=204)


def send_file(seat: Seat, code: str) -> HttpResponse:
    return file_response(Stored.version(last_version(get_client_file_in(seat.thread, code, seat.span).file)))
