"""The page of a list of tasks for staff, and what they change in it while it is open."""

from collections.abc import Callable
from datetime import date, datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from actions.errors import ActionClosed
from actions.models import Action
from actions.queries import get_action_for, get_action_to_change
from files.enums import Area
from files.queries import last_version
from files.serving import file_response
from files.stored import Stored
from files.uploads import MAX_MB
from firms.actors import Actor
from firms.doors import staff_of, staff_only
from kinds.client_tasks.attached import attach_all, detach
from kinds.client_tasks.errors import ListRefused
from kinds.client_tasks.forms import TaskForm
from kinds.client_tasks.models import Task
from kinds.client_tasks.queries import addressees_of, files_of, get_file_of, get_task, lines_of, list_of
from kinds.client_tasks.rules import MOST_TASKS
from kinds.client_tasks.services import add_task, change_task, remove_task, tick, untick
from lib import clock
from reminders.page import page_context
from ui.forms import posted
from ui.toasts import toast

Act = Callable[[Action, Actor, datetime], object]


def staff_view(request: HttpRequest, action: Action, form: TaskForm | None = None) -> HttpResponse:
    """For staff whom the action's door has let through; `form` is a new task that came back with errors."""
    around = page_context(request, action, clock.now())
    lines = lines_of(action)
    context = {
        **around,
        "lines": lines,
        "party_names": addressees_of(action),
        "done": sum(not line.task.is_open for line in lines),
        "has_room": len(lines) < MOST_TASKS,
        "form": form or TaskForm(today=around["today"], last=action.expires_on, auto_id="task_%s"),
    }
    return render(request, "client_tasks/staff.html", context)


def get_list_to_change(request: HttpRequest, code: str) -> Action:
    action = get_action_to_change(staff_of(request), code)
    list_of(action)
    return action


@staff_only
@require_POST
def task_add(request: HttpRequest, code: str) -> HttpResponse:
    action = get_list_to_change(request, code)
    form = TaskForm(request.POST, today=today_of(action), last=action.expires_on, auto_id="task_%s")
    if not form.is_valid():
        return staff_view(request, action, form)
    return change(request, action, lambda *who: add(form, *who), _("Added. The next reminder speaks of it; nobody is told before."))


def add(form: TaskForm, action: Action, by: Actor, now: datetime) -> None:
    add_task(action=action, task=form.new_task, by=by, now=now)


@staff_only
def task_change(request: HttpRequest, code: str, task: str) -> HttpResponse:
    """The page of one task: its words, its files, and the way to take it off the list."""
    action = get_list_to_change(request, code)
    known = get_task(action, task)
    if not action.is_open:
        return redirect("action_show", code)
    form = TaskForm(posted(request), today=today_of(action), last=action.expires_on, task=known)
    if form.is_valid():
        return change(request, action, lambda *who: save(form, task, *who), _("Saved."))
    files = files_of(action).get(known.pk, ())
    context = {"action": action, "task": known, "form": form, "files": files, "max_mb": MAX_MB, "today": form.today.isoformat()}
    return render(request, "client_tasks/task.html", context)


def save(form: TaskForm, task: str, action: Action, by: Actor, now: datetime) -> None:
    change_task(action=action, code=task, task=form.new_task, by=by, now=now)


@staff_only
@require_POST
def task_tick(request: HttpRequest, code: str, task: str) -> HttpResponse:
    """For the client, who has said so in another way; or back."""
    action = get_list_to_change(request, code)
    done = "done" in request.POST
    act = tick if done else untick
    said = _("Ticked off for the client.") if done else _("Open again.")
    return change(request, action, lambda a, by, now: act(action=a, code=task, by=by, now=now), said)


@staff_only
@require_POST
def task_remove(request: HttpRequest, code: str, task: str) -> HttpResponse:
    action = get_list_to_change(request, code)
    return change(request, action, lambda a, by, now: remove_task(action=a, code=task, by=by, now=now), _("Removed from the list."))


@staff_only
@require_POST
def task_attach(request: HttpRequest, code: str, task: str) -> HttpResponse:
    """A form to fill in, or whatever else the client needs for the task."""
    action = get_list_to_change(request, code)
    uploads = request.FILES.getlist("files")
    kept: list[object] = []

    def act(action: Action, by: Actor, now: datetime) -> None:
        files, refused = attach_all(action=action, code=task, area=Area.FIRM, uploads=uploads, by=by, now=now)
        kept.extend(files)
        for sentence in refused:
            messages.error(request, sentence)

    if not uploads:
        messages.error(request, _("Choose a file first."))
        return redirect("task_change", code, task)
    answer = change(request, action, act, "")
    if kept:
        toast(request, ngettext("%(count)s file added.", "%(count)s files added.", len(kept)) % {"count": len(kept)})
    return answer


@staff_only
@require_POST
def task_detach(request: HttpRequest, code: str, task: str, file: str) -> HttpResponse:
    action = get_list_to_change(request, code)
    found = get_file_of(action, file)
    said = _("Taken off the task. It stays among the documents.")
    return change(request, action, lambda a, by, now: detach(action=a, code=task, file=found, by=by, now=now), said)


@staff_only
@require_safe
def task_file(request: HttpRequest, code: str, file: str) -> HttpResponse:
    action = get_action_for(staff_of(request), code)
    list_of(action)
    return file_response(Stored.version(last_version(get_file_of(action, file))))


def change(request: HttpRequest, action: Action, act: Act, said: str) -> HttpResponse:
    """Does it, and leads back to the list with what came of it."""
    try:
        act(action, Actor.staff(staff_of(request), request), clock.now())
    except ActionClosed:
        messages.error(request, _("The list was closed meanwhile: nothing was changed. See its history for who did it."))
    except Task.DoesNotExist:
        messages.error(request, _("Somebody has just taken this task off the list: nothing was changed."))
    except ListRefused as refused:
        messages.error(request, str(refused))
    else:
        if said:
            toast(request, said)
    return redirect("action_show", action.code)


def today_of(action: Action) -> date:
    return clock.now().astimezone(action.firm.zone).date()
