"""What the page of a conversation shows to staff."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from actions.kinds import all_kinds
from clients.queries import may_change
from firms.doors import staff_of
from firms.enums import Right
from kinds.chats.conversation import Addresses, Stream, conversation_context, reads_of, stream_of
from kinds.chats.forms import StaffMessageForm, composer_schedule
from kinds.chats.models import Thread
from kinds.chats.queries import describe, marks_of, members_of, messages_of, named_in
from kinds.chats.services import KIND
from reminders.asking.registry import find_asking
from reminders.forms import ScheduleForm


def addresses_for_staff(thread: Thread) -> Addresses:
    names = ("show", "since", "earlier", "write", "read")
    urls = {name: reverse(f"thread_{name}", args=[thread.code]) for name in names}
    return Addresses(**urls, file="thread_file", code=thread.code, asked="action_show")


def thread_context(request: HttpRequest, thread: Thread, now: datetime) -> dict[str, Any]:
    """For `chats/thread.html`; as many queries however long the thread is."""
    stream = stream_of(thread, messages_of(thread), for_firm=True, before=request.GET.get("before", ""))
    return {
        **stream_context(request, thread, stream, now),
        **composer_context(request, thread),
        "members": members_of(thread),
        "named": named_in(thread),
        "asks": [kind for kind in all_kinds() if find_asking(kind.key) and kind.key != KIND],
    }


def stream_context(request: HttpRequest, thread: Thread, stream: Stream, now: datetime) -> dict[str, Any]:
    """For the lines, and for what an answer to the page's polling changes besides."""
    return {
        **conversation_context(request, thread, stream, addresses_for_staff(thread), now),
        "reads": reads_of(thread, marks_of(thread)),
        "description": describe(thread.action) if thread.action else None,
        "for_firm": True,
    }


def composer_context(
    request: HttpRequest, thread: Thread, form: StaffMessageForm | None = None, schedule: ScheduleForm | None = None
) -> dict[str, Any]:
    return {
        "form": form or StaffMessageForm(),
        "schedule_form": schedule or composer_schedule(thread.action),
        "may_change": may_change(staff_of(request), thread.account, Right.MANAGE_ACTIONS),
        "show_context": thread.firm.show_context,
    }
