"""What needs a person: the whole list, and the button that takes something off it."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from desk.pages import PER_PAGE
from desk.queries import get_failed_task_for, visible_failed_tasks
from desk.troubles import troubles_of
from firms.doors import staff_of, staff_only
from firms.services import resolve_failed_task
from lib import clock
from ui.toasts import toast


@staff_only
@require_safe
def failed_task_list(request: HttpRequest) -> HttpResponse:
    staff = staff_of(request)
    page = Paginator(visible_failed_tasks(staff), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "desk/failed_tasks.html", {"page": page, "troubles": troubles_of(staff, page), "back": "failed_task_list"})


@staff_only
@require_POST
def failed_task_resolve(request: HttpRequest, code: str) -> HttpResponse:
    staff = staff_of(request)
    task = get_failed_task_for(staff, code)
    resolve_failed_task(task=task, by=staff, now=clock.now())
    toast(request, _("Done: “%(task)s” is off the list.") % {"task": task.subject})
    return redirect("failed_task_list" if request.POST.get("back") == "failed_task_list" else "home")
