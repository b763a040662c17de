"""Acts on the requests that are ticked in a list, or on all that its filters show: first asked, then done; some can be undone."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from actions.models import Action
from actions.queries import visible_actions
from desk.pages import today_of
from desk.pause_form import PauseForm
from desk.request_bulk_words import button_of, done_text, left_texts, meaning_of, title_of, too_many_text
from desk.requests import chosen_actions, filters_for, view_in
from firms.actors import Actor
from firms.doors import staff_of, staff_only
from firms.models import Staff
from lib import clock
from lib.codes import is_code
from reminders.bulk import (
    MOST,
    Changed,
    ChangedRest,
    Done,
    RequestAct,
    Rest,
    Sorted,
    end_pauses,
    pause_requests,
    put_pauses_back,
    put_reminders_back,
    resend_requests,
    set_reminders,
    sort_requests,
    withdraw_requests,
)
from reminders.forms import ScheduleForm
from reminders.rules import Schedule
from ui.filters import without
from ui.toasts import toast

NAMED = 10  # of the requests, in the question before the act
KEPT = "requests_before"  # in the session: [token, rows of reminders, rows of pauses] of the last act


@dataclass(frozen=True, slots=True)
class Picked:
    """The requests that are chosen and can be seen; `unseen` codes are of none. None at all when there are too many."""

    actions: Sequence[Action]
    unseen: int = 0
    too_many: bool = False


@staff_only
@require_POST
def action_bulk_ask(request: HttpRequest) -> HttpResponse:
    """A dialog over the list for htmx, else a page: how many requests, who is told, who is left out. Changes nothing."""
    staff, act = staff_of(request), act_in(request)
    picked = pick(request, staff)
    wanted = sort_requests(staff=staff, act=act, actions=picked.actions, now=clock.now())
    remarks = [too_many_text()] if picked.too_many else left_texts(wanted.left, picked.unseen)
    context = {
        "act": act.value if wanted.able else "",
        "all": request.POST.get("all") == "on",
        "account": request.POST.get("account", ""),
        "button": button_of(act, wanted),
        "codes": request.POST.getlist("row"),
        "danger": act == RequestAct.WITHDRAW,
        "meaning": meaning_of(act, wanted) if wanted.able else "",
        "named": wanted.able[:NAMED],
        "more": max(len(wanted.able) - NAMED, 0),
        "query": without(request.GET),
        "back": way_back(request),
        "remarks": remarks or ([] if wanted.able else [_("Tick the requests first.")]),
        "pause_form": pause_form(staff) if act == RequestAct.PAUSE and wanted.able else None,
        "schedule_form": numbers_form(wanted.able) if act == RequestAct.REMIND_ON and wanted.able else None,
        "title": title_of(act, len(wanted.able)) if wanted.able else _("Nothing was changed"),
    }
    return render(request, "desk/_request_bulk.html" if request.htmx else "desk/request_bulk.html", context)  # type: ignore[attr-defined]


def numbers_form(actions: Sequence[Action], data: Any = None) -> ScheduleForm:
    """The numbers of the first of them, to be changed for all."""
    first = {"every_days": actions[0].remind_every_days, "at_most": actions[0].remind_max} if actions else {}
    form = ScheduleForm(data, initial=first, auto_id="bulk_%s")
    del form.fields["on"]
    return form


def pause_form(staff: Staff, data: Any = None) -> PauseForm:
    return PauseForm(data, today=today_of(staff.firm, clock.now()), auto_id="bulk_%s")


@staff_only
@require_POST
def action_bulk_do(request: HttpRequest) -> HttpResponse:
    staff, act = staff_of(request), act_in(request)
    picked = pick(request, staff)
    form, pausing = numbers_form([], request.POST), pause_form(staff, request.POST)
    if amiss := what_is_amiss(act, picked, form, pausing):
        messages.error(request, amiss)
        return redirect(way_back(request))
    numbers = Schedule(True, **form.cleaned_data) if act == RequestAct.REMIND_ON else None
    wanted = sort_requests(staff=staff, act=act, actions=picked.actions, now=clock.now(), schedule=numbers)
    said = pausing.cleaned_data if act == RequestAct.PAUSE else {}
    done = carry_out(act, wanted, numbers or Schedule(), Actor.staff(staff, request), **said)
    told = [done_text(act, done)] if done.count else [_("Nothing was changed.")]
    toast(request, " ".join([*told, *left_texts(wanted.left, picked.unseen)]), undo_url=keep_undo(request, done))
    return redirect(way_back(request))


def what_is_amiss(act: RequestAct, picked: Picked, form: ScheduleForm, pausing: PauseForm) -> str:
    """Why nothing can be done; empty where it can."""
    if picked.too_many:
        return too_many_text()
    if act == RequestAct.REMIND_ON and not form.is_valid():
        return _("Nothing was changed: give both numbers.")
    if act == RequestAct.PAUSE and not pausing.is_valid():
        return " ".join([_("Nothing was changed."), *(str(error) for errors in pausing.errors.values() for error in errors)])
    return ""


def carry_out(act: RequestAct, wanted: Sorted, numbers: Schedule, by: Actor, **pausing: Any) -> Done:
    now = clock.now()
    if act == RequestAct.RESEND:
        return resend_requests(actions=wanted.able, by=by, now=now)
    if act == RequestAct.WITHDRAW:
        return withdraw_requests(actions=wanted.able, by=by, now=now)
    if act == RequestAct.PAUSE:
        return pause_requests(actions=wanted.able, by=by, now=now, **pausing)
    if act == RequestAct.END_PAUSE:
        return end_pauses(actions=wanted.able, by=by, now=now)
    return set_reminders(actions=wanted.able, on=act == RequestAct.REMIND_ON, numbers=numbers, by=by, now=now)


def act_in(request: HttpRequest) -> RequestAct:
    if request.POST.get("bulk") not in RequestAct.values:
        raise Http404
    return RequestAct(request.POST["bulk"])


def pick(request: HttpRequest, staff: Staff) -> Picked:
    """The requests that are ticked, by their codes, or with `all` those that the filters show."""
    if request.POST.get("all") == "on":
        filters = filters_for(staff, view_in(request.GET))
        matching = chosen_actions(staff, request.GET, filters, today_of(staff.firm, clock.now()))
        found = list(matching.select_related("firm", "account")[: MOST + 1])
        return Picked([], too_many=True) if len(found) > MOST else Picked(found)
    codes = set(request.POST.getlist("row"))
    if len(codes) > MOST:
        return Picked([], too_many=True)
    seen = visible_actions(staff).filter(code__in=[code for code in codes if is_code(code)])
    found = list(seen.select_related("firm", "account").order_by("pk"))
    return Picked(found, len(codes) - len(found))


def way_back(request: HttpRequest) -> str:
    """The list from which the act was begun: an account's, or that of the firm with its filters."""
    account = request.POST.get("account", "")
    return reverse("account_requests", args=[account]) if is_code(account) else reverse("action_list") + without(request.GET)


# --- Undo ----------------------------------------------------------------------------------------------------------------


def keep_undo(request: HttpRequest, done: Done) -> str:
    """The address that puts these reminders or pauses back; of the last act alone, for this browser."""
    if not (done.changed or done.rested):
        return ""
    token = secrets.token_hex(8)
    changed = [[each.action_id, *as_list(each.before), *as_list(each.after)] for each in done.changed]
    request.session[KEPT] = [
        token,
        changed,
        [[each.action_id, *rest_as_list(each.before), *rest_as_list(each.after)] for each in done.rested],
    ]
    account = request.POST.get("account", "")
    return reverse("action_bulk_undo", args=[token]) + (f"?account={account}" if is_code(account) else without(request.GET))


def as_list(schedule: Schedule) -> list[int]:
    return [int(schedule.on), schedule.every_days, schedule.at_most]


def rest_as_list(rest: Rest) -> list[str]:
    return [rest.until.isoformat() if rest.until else "", rest.reason]


def rest_in(until: str, reason: str) -> Rest:
    return Rest(date.fromisoformat(until) if until else None, reason)


@staff_only
@require_POST
def action_bulk_undo(request: HttpRequest, token: str) -> HttpResponse:
    staff, (kept, *rows) = staff_of(request), request.session.pop(KEPT, [""])
    if kept != token:
        messages.error(request, _("This was undone already, or something else was changed since."))
    else:
        back = put_back(staff, rows, Actor.staff(staff, request))
        text = ngettext("Undone: %(count)s request is as it was.", "Undone: %(count)s requests are as they were.", back)
        toast(request, text % {"count": back})
    account = request.GET.get("account", "")
    return redirect("account_requests", account) if is_code(account) else redirect(reverse("action_list") + without(request.GET))


def put_back(staff: Staff, rows: Sequence[Any], by: Actor) -> int:
    """`rows` as they were kept; how many requests are as they were."""
    reminders, pauses = rows
    changed = [Changed(pk, Schedule(bool(on), n, m), Schedule(bool(on_now), k, j)) for pk, on, n, m, on_now, k, j in reminders]
    rested = [ChangedRest(pk, rest_in(until, why), rest_in(until_now, why_now)) for pk, until, why, until_now, why_now in pauses]
    back = put_reminders_back(staff=staff, changed=changed, by=by, now=clock.now())
    return back + put_pauses_back(staff=staff, rested=rested, by=by, now=clock.now())
