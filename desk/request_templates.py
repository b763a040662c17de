"""Settings > Request templates: what is asked again and again. For whoever manages requests."""

from itertools import groupby
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from actions.kinds import Kind, all_kinds, get_kind
from desk.settings_frame import frame
from firms.actors import Actor
from firms.doors import require, staff_of, staff_only
from firms.enums import Right
from firms.models import Staff
from lib import clock
from reminders.asking.forms import AskForm, today_of
from reminders.asking.registry import find_asking, get_asking
from reminders.asking.template_forms import TemplateForm, words_of_template
from reminders.asking.templates import (
    TemplateNameTaken,
    TemplateWords,
    add_template,
    change_template,
    delete_template,
    duplicate_template,
    get_template_to_change,
    initial_from,
    templates_of,
)
from reminders.forms import ScheduleForm, new_schedule_form, saved_schedule_form
from reminders.models import RequestTemplate
from reminders.nearest import nearest_of_kind
from ui.forms import posted
from ui.toasts import toast

FORM = ["GET", "HEAD", "POST"]


@staff_only
@require_safe
def settings_templates(request: HttpRequest) -> HttpResponse:
    staff = staff_of(request)
    require(staff, Right.MANAGE_ACTIONS)
    by_kind = groupby(templates_of(staff.firm), lambda template: template.kind)
    groups: list[tuple[Kind, list[RequestTemplate]]] = [(get_kind(kind), list(templates)) for kind, templates in by_kind]
    context = {**frame(request, "settings_templates"), "groups": groups, "kinds": all_kinds()}
    return render(request, "desk/settings_templates.html", context)


@staff_only
@require_http_methods(FORM)
def settings_template_new(request: HttpRequest) -> HttpResponse:
    """`?kind=` says of which."""
    staff, kind = staff_of(request), request.GET.get("kind", "")
    require(staff, Right.MANAGE_ACTIONS)
    if find_asking(kind) is None:
        raise Http404
    return edit(request, staff, kind, None)


@staff_only
@require_http_methods(FORM)
def settings_template(request: HttpRequest, code: str) -> HttpResponse:
    staff = staff_of(request)
    template = get_template_to_change(staff, code)
    return edit(request, staff, template.kind, template)


def edit(request: HttpRequest, staff: Staff, kind: str, template: RequestTemplate | None) -> HttpResponse:
    name, form = TemplateForm(posted(request), template=template), ask_form(request, staff, kind, template)
    schedule = schedule_form(staff, kind, template, posted(request))
    if request.method == "POST" and all([name.is_valid(), form.is_valid(), schedule.is_valid()]):
        called, days = name.cleaned_data["kept_as"], name.cleaned_data["days_until_due"]
        words = words_of_template(called, days, form, schedule)
        try:
            save(request, staff, kind, template, words)
        except TemplateNameTaken:
            name.add_error("kept_as", _("Another template of this kind has this name."))
        else:
            toast(request, _("The template “%(name)s” is saved.") % {"name": words.name})
            return redirect("settings_templates")
    context = {
        **frame(request, "settings_templates"),
        "template": template,
        "name_form": name,
        "form": form,
        "schedule_form": schedule,
        "asking": form.asking,
        "kind": get_kind(kind),
        "errors": len(name.errors) + len(form.errors) + len(schedule.errors),
    }
    return render(request, "desk/settings_template.html", context)


def save(request: HttpRequest, staff: Staff, kind: str, template: RequestTemplate | None, words: TemplateWords) -> None:
    """Raises `TemplateNameTaken`."""
    by, now = Actor.staff(staff, request), clock.now()
    if template is None:
        add_template(firm=staff.firm, kind=kind, words=words, by=by, now=now)
    else:
        change_template(template=template, words=words, by=by, now=now)


def ask_form(request: HttpRequest, staff: Staff, kind: str, template: RequestTemplate | None) -> AskForm:
    today, asking = today_of(staff.firm, clock.now()), get_asking(kind)
    initial = dict(initial_from(template, today)) if template else {}
    return asking.form(
        posted(request), request.FILES or None, initial=initial, asking=asking, staff=staff, today=today, is_template=True
    )  # fmt: skip


def schedule_form(staff: Staff, kind: str, template: RequestTemplate | None, data: Any) -> ScheduleForm:
    return saved_schedule_form(template, data) if template else new_schedule_form(nearest_of_kind(staff.firm, kind).schedule, data)


@staff_only
@require_POST
def settings_template_duplicate(request: HttpRequest, code: str) -> HttpResponse:
    staff = staff_of(request)
    template = get_template_to_change(staff, code)
    twin = duplicate_template(template=template, by=Actor.staff(staff, request), now=clock.now())
    toast(request, _("“%(name)s” was added: change what is to be different.") % {"name": twin.name})
    return redirect("settings_template", twin.code)


@staff_only
@require_POST
def settings_template_delete(request: HttpRequest, code: str) -> HttpResponse:
    staff = staff_of(request)
    template = get_template_to_change(staff, code)
    delete_template(template=template, by=Actor.staff(staff, request), now=clock.now())
    toast(request, _("The template “%(name)s” was deleted.") % {"name": template.name})
    return redirect("settings_templates")
