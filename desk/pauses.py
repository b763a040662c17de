"""Pausing reminders from the page of whatever is paused, and ending the pause early (X16)."""

from collections.abc import Mapping

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from actions.errors import ActionClosed
from actions.models import Action
from actions.queries import get_action_to_change
from clients.contact_queries import get_person_to_change
from clients.models import Account, Contact
from clients.queries import get_account_to_change
from desk.pause_form import PauseForm
from desk.request_bulk_words import said
from firms.actors import Actor
from firms.doors import powers, staff_of, staff_only
from firms.models import Staff
from firms.rules import may_change_settings
from lib import clock
from reminders.paused import MOST, Target, count_soon, count_waiting, is_paused, pause_card, today_of
from reminders.pausing import end_pause, pause
from reminders.views import closed_meanwhile
from ui.forms import posted
from ui.toasts import toast


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def pause_set(request: HttpRequest, of: str, code: str) -> HttpResponse:
    staff, now = staff_of(request), clock.now()
    target = get_target_to_change(staff, of, code)
    on = is_paused(target, now)
    initial = {"until": target.paused_until, "reason": target.pause_reason} if on else {}
    form = PauseForm(posted(request), today=today_of(target, now), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            pause(target=target, by=Actor.staff(staff, request), now=now, **form.cleaned_data)
        except ActionClosed:
            assert isinstance(target, Action)
            return closed_meanwhile(request, target)
        toast(request, _("The reminders of %(what)s are paused.") % {"what": name_of(target)})
        return redirect(way_back(target))
    context = {"form": form, "on": on, "waiting": counted(count_waiting(target, now)), **about(target)}
    return render(request, "desk/pause.html", context)


@staff_only
@require_POST
def pause_end(request: HttpRequest, of: str, code: str) -> HttpResponse:
    """Asks first where reminders would go within a week: it shows how many."""
    staff, now = staff_of(request), clock.now()
    target = get_target_to_change(staff, of, code)
    soon = count_soon(target, now) if is_paused(target, now) and "yes" not in request.POST else 0
    if soon:
        context = {"card": pause_card(target, now, may=True), "soon": soon, "soon_said": counted(soon), **about(target)}
        return render(request, "desk/pause_end.html", context)
    try:
        end_pause(target=target, by=Actor.staff(staff, request), now=now)
    except ActionClosed:
        assert isinstance(target, Action)
        return closed_meanwhile(request, target)
    toast(request, _("The reminders of %(what)s go on.") % {"what": name_of(target)})
    return redirect(way_back(target))


def get_target_to_change(staff: Staff, of: str, code: str) -> Target:
    """The firm's own reminders are paused by owner and admins, a request's by whoever acts on it, others by whoever may change them."""
    if of == "accounts":
        return get_account_to_change(staff, code)
    if of == "requests":
        return get_action_to_change(staff, code)
    if of == "contacts":
        return get_person_to_change(staff, code, everywhere=True)
    if of != "firms" or code != staff.firm.code:
        raise Http404
    if not may_change_settings(powers(staff)):
        raise PermissionDenied
    return staff.firm


def about(target: Target) -> dict[str, object]:
    """`name` names it by itself, `what` within a sentence."""
    name = target.title if isinstance(target, Action) else target.name
    return {"name": name, "what": name_of(target), "back": way_back(target), "kind": type(target).__name__.lower()}


def name_of(target: Target) -> str:
    """As a sentence names it: a title in quotes."""
    return _("“%(title)s”") % {"title": target.title} if isinstance(target, Action) else target.name


def way_back(target: Target) -> str:
    pages: Mapping[type, str] = {Account: "account_show", Contact: "contact_show", Action: "action_show"}
    page = pages.get(type(target))
    return reverse(page, args=[target.code]) if page else reverse("settings_reminders")


def counted(count: int) -> str:
    return _("%(most)s or more") % {"most": said(MOST)} if count >= MOST else said(count)
