"""The client's page: tick off, open again, send a file. It works without scripts, and reading changes nothing."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from access.acting import is_over
from access.doors import Visitor, client_page, get_item_for
from access.look import page_around
from access.rules import Entry
from actions.enums import ActionState
from actions.errors import ActionClosed
from actions.models import Action
from files.enums import Area
from files.queries import last_version
from files.serving import file_response
from files.stored import Stored
from files.uploads import MAX_MB
from kinds.client_tasks.attached import attach_all
from kinds.client_tasks.models import Task
from kinds.client_tasks.queries import get_file_of, lines_of, list_of
from kinds.client_tasks.services import tick, untick
from lib import clock
from reminders.page import zone_name
from ui.toasts import toast

TICK, UNTICK = "done", "not_done"  # boxes that whoever acts ticks: a form that is posted as it stands changes nothing


def client_view(request: HttpRequest, action: Action, visitor: Visitor) -> HttpResponse:
    """For somebody whom the item's door has let through."""
    return render(request, "client_tasks/client.html", page_of(request, action, visitor))


@client_page
@require_POST
def item_task(request: HttpRequest, code: str, task: str) -> HttpResponse:
    """One tick, or one taken back."""
    action, visitor = get_open_list(request, code)
    act = tick if TICK in request.POST else untick if UNTICK in request.POST else None
    try:
        if act is not None:
            action = act(action=action, code=task, by=visitor.actor(), now=clock.now())
    except (ActionClosed, Task.DoesNotExist):
        messages.error(request, _("The list has changed meanwhile. Here is how it stands now; nothing was ticked."))
        return whole_page(request, code)
    if request.htmx and action.is_open:  # type: ignore[attr-defined]
        return render(request, "client_tasks/_client_answer.html", page_of(request, action, visitor))
    return whole_page(request, code)


def whole_page(request: HttpRequest, code: str) -> HttpResponse:
    """Where more has changed than the list alone, a script loads the page anew."""
    return HttpResponseClientRedirect(reverse("item_page", args=[code])) if request.htmx else redirect("item_page", code)  # type: ignore[attr-defined]


@client_page
@require_POST
def item_task_attach(request: HttpRequest, code: str, task: str) -> HttpResponse:
    """Files for a task; those that are refused are named, the others kept."""
    action, visitor = get_open_list(request, code)
    uploads = request.FILES.getlist("files")
    try:
        kept, refused = attach_all(action=action, code=task, area=Area.CLIENT, uploads=uploads, by=visitor.actor(), now=clock.now())
    except (ActionClosed, Task.DoesNotExist):
        kept, refused = [], [_("The list has changed meanwhile. Here is how it stands now; nothing was kept.")]
    for sentence in refused if uploads else [_("Choose a file first.")]:
        messages.error(request, sentence)
    if kept:
        toast(request, ngettext("%(count)s file sent.", "%(count)s files sent.", len(kept)) % {"count": len(kept)})
    return redirect("item_page", code)


@client_page
@require_safe
def item_task_file(request: HttpRequest, code: str, file: str) -> HttpResponse:
    action, _visitor = get_item_for(request, code)
    list_of(action)
    return file_response(Stored.version(last_version(get_file_of(action, file))))


def get_open_list(request: HttpRequest, code: str) -> tuple[Action, Visitor]:
    """The list and whoever acts on it; a closed one is refused under its lock."""
    action, visitor = get_item_for(request, code)
    list_of(action)
    return action, visitor


def page_of(request: HttpRequest, action: Action, visitor: Visitor) -> dict[str, Any]:
    now, lines = clock.now(), lines_of(action)
    today = now.astimezone(action.firm.zone).date()
    return {
        **page_around(request, visitor),
        "action": action,
        "me": visitor,
        "stage": stage_of(action, visitor, now),
        "late": bool(action.due_on and action.is_open and action.due_on < today),
        "today": today,
        "lines": lines,
        "done": sum(not line.task.is_open for line in lines),
        "max_mb": MAX_MB,
        "zone": zone_name(),
    }


def stage_of(action: Action, visitor: Visitor, now: datetime) -> str:
    """“open” while something can be ticked, else how the list ended."""
    if not action.is_open:
        return action.state
    if is_over(action, now):
        return ActionState.EXPIRED.value
    return "open" if visitor.previewed or visitor.entry is Entry.OPEN else "read"
