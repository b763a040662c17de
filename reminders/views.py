"""What staff do on the page of any action: change its reminders, resend, withdraw."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from actions.errors import ActionClosed
from actions.kinds import get_kind
from actions.models import Action
from actions.queries import get_action_for, get_action_to_change
from firms.actors import Actor
from firms.doors import staff_of, staff_only
from lib import clock
from reminders.forms import ResendForm, ScheduleForm, schedule_form
from reminders.page import Places, next_context, preview
from reminders.services import change_reminders, follow_setting, resend, withdraw
from ui.toasts import toast


@staff_only
@require_POST
def action_remind(request: HttpRequest, code: str) -> HttpResponse:
    staff = staff_of(request)
    action = get_action_to_change(staff, code)
    form = schedule_form(action, request.POST)
    if not form.is_valid():
        request.schedule_form = form  # type: ignore[attr-defined]
        return get_kind(action.kind).staff_view(request, action)
    try:
        change_reminders(action=action, schedule=form.schedule, by=Actor.staff(staff, request), now=clock.now())
    except ActionClosed:
        return closed_meanwhile(request, action)
    toast(request, _("The reminders are saved."))
    return redirect("action_show", code)


@staff_only
@require_POST
def action_follow(request: HttpRequest, code: str) -> HttpResponse:
    """Puts the setting of the account or the firm back in place of the request's own."""
    staff = staff_of(request)
    action = get_action_to_change(staff, code)
    try:
        follow_setting(action=action, by=Actor.staff(staff, request), now=clock.now())
    except ActionClosed:
        return closed_meanwhile(request, action)
    toast(request, _("The reminders follow the setting again."))
    return redirect("action_show", code)


@staff_only
@require_safe
def action_remind_preview(request: HttpRequest, code: str) -> HttpResponse:
    """What the schedule in the query would do if it were saved (D26: only Save does)."""
    action = get_action_for(staff_of(request), code)
    form = ScheduleForm(request.GET)
    if not form.is_valid():
        return render(request, "reminders/_what_next.html", {"unclear": True})
    shown = preview(action, form.schedule, clock.now())
    context = {"action": action, "preview": shown, **next_context(Places(staff_of(request), action), shown.next)}
    return render(request, "reminders/_what_next.html", context)


@staff_only
@require_POST
def action_resend(request: HttpRequest, code: str) -> HttpResponse:
    staff = staff_of(request)
    action, form = get_action_to_change(staff, code), ResendForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(map(str, form.errors["message"])))
        return redirect("action_show", code)
    message = form.cleaned_data["message"] if "message" in request.POST else None
    try:
        told = resend(action=action, message=message, by=Actor.staff(staff, request), now=clock.now())
    except ActionClosed:
        return closed_meanwhile(request, action)
    if told:
        toast(request, ngettext("Sent again to %(count)s address.", "Sent again to %(count)s addresses.", told) % {"count": told})
    else:
        messages.error(request, _("Nothing was sent: nobody of this account can be told."))
    return redirect("action_show", code)


@staff_only
@require_POST
def action_withdraw(request: HttpRequest, code: str) -> HttpResponse:
    staff = staff_of(request)
    action = get_action_to_change(staff, code)
    try:
        withdraw(action=action, by=Actor.staff(staff, request), now=clock.now())
    except ActionClosed:
        return closed_meanwhile(request, action)
    toast(request, _("“%(title)s” is withdrawn. No e-mail about it goes out any more.") % {"title": action.title})
    return redirect("action_show", code)


def closed_meanwhile(request: HttpRequest, action: Action) -> HttpResponse:
    messages.error(request, _("Nothing was changed: “%(title)s” was closed in the meantime.") % {"title": action.title})
    return redirect("action_show", action.code)
