"""Conversations for staff: the list, the page of one, what is written there and who takes part."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from actions.models import Action
from files.queries import last_version
from files.serving import file_response
from files.stored import Stored
from firms.actors import Actor
from firms.doors import staff_of, staff_only
from kinds.chats.conversation import later_of, stream_of
from kinds.chats.errors import NobodyLeft, ThreadArchived
from kinds.chats.forms import PeopleForm, StaffMessageForm, composer_schedule
from kinds.chats.keeping import archive_thread, change_people, reopen_thread
from kinds.chats.models import ChatMessage, Thread
from kinds.chats.pages_staff import composer_context, stream_context, thread_context
from kinds.chats.queries import (
    colleagues_for,
    get_file_in,
    get_thread_for,
    get_thread_to_change,
    members_of,
    messages_of,
    named_in,
    people_of,
    thread_of_action,
)
from kinds.chats.reading import was_seen
from kinds.chats.saying import mark_read
from kinds.chats.services import write_as_staff
from lib import clock
from reminders.forms import ScheduleForm
from reminders.page import page_context
from reminders.services import NothingAskedOfArchived, NothingAskedOfSuppliers
from ui.forms import posted
from ui.toasts import toast


def staff_view(request: HttpRequest, action: Action) -> HttpResponse:
    """The page of one of its requests, for staff whom the action's door has let through: the conversation, and its history."""
    thread, now = thread_of_action(action), clock.now()
    context = {**thread_context(request, thread, now), **page_context(request, action, now), "asked_here": action}
    return render(request, "chats/thread.html", context)


@staff_only
@require_safe
def thread_show(request: HttpRequest, code: str) -> HttpResponse:
    thread = get_thread_for(staff_of(request), code)
    return render(request, "chats/thread.html", thread_context(request, thread, clock.now()))


@staff_only
@require_safe
def thread_side(request: HttpRequest, code: str) -> HttpResponse:
    """What is owed, its reminders and who is told; a part of the page, asked for by htmx, for it costs more than all the rest."""
    thread = get_thread_for(staff_of(request), code)
    if thread.action is None:
        return HttpResponse()
    return render(request, "chats/_side.html", {"thread": thread, **page_context(request, thread.action, clock.now())})


@staff_only
@require_safe
def thread_since(request: HttpRequest, code: str) -> HttpResponse:
    """What was said after the message of the code `after`; nothing (204) where nothing was, and nobody has read on."""
    return answer_since(request, get_thread_for(staff_of(request), code), clock.now())


def answer_since(request: HttpRequest, thread: Thread, now: datetime, **more: Any) -> HttpResponse:
    query = request.POST if request.method == "POST" else request.GET
    stream = later_of(messages_of(thread), query.get("after", ""), for_firm=True)
    context = {**stream_context(request, thread, stream, now), **more}
    if not stream.lines and query.get("seen") == context["reads"].stamp:
        return HttpResponse(status=204)
    return render(request, "chats/_since.html", context)


@staff_only
@require_safe
def thread_earlier(request: HttpRequest, code: str) -> HttpResponse:
    thread = get_thread_for(staff_of(request), code)
    stream = stream_of(thread, messages_of(thread), for_firm=True, before=request.GET.get("before", "-"))
    return render(request, "chats/_earlier.html", stream_context(request, thread, stream, clock.now()))


@staff_only
@require_POST
def thread_write(request: HttpRequest, code: str) -> HttpResponse:
    """Without htmx the page comes back; with it what is new, and an empty composer."""
    thread, now = get_thread_to_change(staff_of(request), code), clock.now()
    form, schedule = StaffMessageForm(request.POST, request.FILES), composer_schedule(thread.action, request.POST)
    if not (written := write(request, thread, form, schedule, now)):
        return answer_errors(request, thread, form, schedule, now)
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("thread_show", thread.code)
    thread = get_thread_for(staff_of(request), code)
    return answer_since(request, thread, now, written=written, composer=True, **composer_context(request, thread))


def write(
    request: HttpRequest, thread: Thread, form: StaffMessageForm, schedule: ScheduleForm, now: datetime
) -> ChatMessage | None:  # fmt: skip
    """The message, or nothing where the form has to say more."""
    if not all([form.is_valid(), schedule.is_valid()]):
        return None
    staff, data = staff_of(request), form.cleaned_data
    try:
        return write_as_staff(
            thread=thread, staff=staff, text=data["text"], schedule=schedule.schedule, answer_needed=not data["nothing_needed"],
            by=Actor.staff(staff, request), now=now, uploads=data["uploads"],
        )  # fmt: skip
    except ThreadArchived:
        form.add_error(None, _("The conversation was archived in the meantime. Reopen it, then send the message."))
    except NobodyLeft:
        form.add_error(None, _("Nobody who is named belongs to this account any more. Choose under “Who takes part” who is meant."))
    except NothingAskedOfArchived:
        form.add_error(None, _("%(account)s is archived: nothing can be asked of it.") % {"account": thread.account.name})
    except NothingAskedOfSuppliers:
        form.add_error(None, _("%(account)s is a supplier: nothing can be asked of it.") % {"account": thread.account.name})
    return None


def answer_errors(request: HttpRequest, thread: Thread, form: StaffMessageForm, schedule: ScheduleForm, now: datetime) -> HttpResponse:
    """Beside the composer, which keeps what was typed and chosen; without htmx the page, with what was typed."""
    if request.htmx:  # type: ignore[attr-defined]
        response = render(request, "chats/_errors.html", {"form": form, "schedule_form": schedule}, status=422)
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#composer-errors", "innerHTML"
        return response
    context = {**thread_context(request, thread, now), **composer_context(request, thread, form, schedule)}
    return render(request, "chats/thread.html", context, status=422)


@staff_only
@require_POST
def thread_read(request: HttpRequest, code: str) -> HttpResponse:
    staff = staff_of(request)
    message = was_seen(request, messages_of(get_thread_for(staff, code)))
    if message is not None:
        mark_read(message=message, staff=staff, now=clock.now())
    return HttpResponse(status=204)


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def thread_people(request: HttpRequest, code: str) -> HttpResponse:
    """The dialog, and its form."""
    staff = staff_of(request)
    thread = get_thread_to_change(staff, code)
    form = people_form(thread, request)
    if request.method != "POST":
        return render(request, "chats/_people.html", {"thread": thread, "form": form})
    if not form.is_valid():
        said = _("Nothing was changed: nobody of the firm was ticked, or somebody belongs to the account no more. Open the dialog again.")
        messages.error(request, said)
        return redirect("thread_show", thread.code)
    try:
        by = Actor.staff(staff, request)
        change_people(thread=thread, staff=form.chosen_staff, contacts=form.chosen_contacts, by=by, now=clock.now())
    except ThreadArchived:
        messages.error(request, _("Nothing was changed: the conversation was archived in the meantime."))
        return redirect("thread_show", thread.code)
    toast(request, _("Who takes part is saved."))
    return redirect("thread_show", thread.code)


def people_form(thread: Thread, request: HttpRequest) -> PeopleForm:
    initial = {"staff": [each.code for each in members_of(thread)], "contacts": [each.code for each in named_in(thread)]}
    return PeopleForm(posted(request), colleagues=colleagues_for(thread.account), people=people_of(thread.account), initial=initial)


@staff_only
@require_POST
def thread_archive(request: HttpRequest, code: str) -> HttpResponse:
    staff = staff_of(request)
    thread = archive_thread(thread=get_thread_to_change(staff, code), by=Actor.staff(staff, request), now=clock.now())
    toast(request, _("“%(title)s” is archived. Nobody is reminded of it any more.") % {"title": thread.title})
    return redirect("thread_show", thread.code)


@staff_only
@require_POST
def thread_reopen(request: HttpRequest, code: str) -> HttpResponse:
    staff = staff_of(request)
    thread = get_thread_to_change(staff, code)
    try:
        reopen_thread(thread=thread, by=Actor.staff(staff, request), now=clock.now())
    except (NothingAskedOfArchived, NothingAskedOfSuppliers):
        said = _("It was not reopened: nothing can be asked of %(account)s. Take the account out of the archive first.")
        messages.error(request, said % {"account": thread.account.name})
        return redirect("thread_show", thread.code)
    toast(request, _("“%(title)s” is open again.") % {"title": thread.title})
    return redirect("thread_show", thread.code)


@staff_only
@require_safe
def thread_file(request: HttpRequest, code: str, file_code: str) -> HttpResponse:
    attached = get_file_in(get_thread_for(staff_of(request), code), file_code)
    return file_response(Stored.version(last_version(attached.file)))
