"""Reminders that are later than the firm allows: staff let them go, or leave them out (M33)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_POST, require_safe

from actions.kinds import Kind, get_kind
from actions.models import Action
from clients.queries import may_change
from desk.pages import PER_PAGE
from desk.request_bulk_words import all_matching, said
from firms.actors import Actor
from firms.doors import staff_of, staff_only
from firms.enums import Right
from firms.models import Staff
from lib import clock
from lib.codes import is_code
from reminders.explaining.timeline import join_names
from reminders.late import Late, late_actions, late_among, leave_out_late, send_late
from ui.shell import BulkAction
from ui.toasts import toast

MOST = 500  # requests at once: a request of a browser has half a minute
SEND, LEAVE_OUT = ACTS = ("send", "leave_out")


@dataclass(frozen=True, slots=True)
class Row:
    late: Late
    kind: Kind
    people: str
    may_act: bool


@staff_only
@require_safe
def late_reminders(request: HttpRequest) -> HttpResponse:
    staff = staff_of(request)
    page = Paginator(late_actions(staff), PER_PAGE).get_page(request.GET.get("page"))
    rows = rows_of(staff, list(page))
    context = {
        "acts": bulk_acts() if any(row.may_act for row in rows) else [],
        "all_matching": all_matching(page.paginator.count) if page.has_other_pages() else "",
        "page": page,
        "rows": rows,
        "latest_days": staff.firm.latest_days,
    }
    return render(request, "desk/late_reminders.html", context)


def bulk_acts() -> list[BulkAction]:
    return [
        BulkAction(SEND, "send", pgettext("button", "Send now")),
        BulkAction(LEAVE_OUT, "bell-off", pgettext("button", "Leave out")),
    ]


def rows_of(staff: Staff, actions: Sequence[Action]) -> list[Row]:
    found = late_among(staff.firm, actions)
    lates = [found[action.pk] for action in actions if action.pk in found]
    return [Row(late, get_kind(late.action.kind), join_names(late.names), may_act(staff, late.action)) for late in lates]


def may_act(staff: Staff, action: Action) -> bool:
    return may_change(staff, action.account, Right.MANAGE_ACTIONS)


@staff_only
@require_POST
def late_reminders_do(request: HttpRequest) -> HttpResponse:
    """Lets those that are ticked go, or leaves them out; with `all` the first `MOST` of those in sight."""
    staff, act = staff_of(request), request.POST.get("bulk")
    if act not in ACTS:
        raise Http404
    picked = pick(request, staff)
    able = [action for action in picked if may_act(staff, action)]
    told = send(request, able) if act == SEND else leave_out(request, able)
    toast(request, " ".join([*told, *left_texts(len(picked) - len(able))]))
    return redirect("late_reminders")


def pick(request: HttpRequest, staff: Staff) -> list[Action]:
    late = late_actions(staff)
    if request.POST.get("all") != "on":
        late = late.filter(code__in=[code for code in request.POST.getlist("row")[:MOST] if is_code(code)])
    return list(late[:MOST])


def send(request: HttpRequest, actions: Sequence[Action]) -> list[str]:
    """Lets them go; what is said of it."""
    sent = send_late(actions=actions, by=Actor.staff(staff_of(request), request), now=clock.now())
    nobody = sent.requests - sent.going
    texts = [ngettext("%(count)s reminder goes out.", "%(count)s reminders go out.", sent.going) % {"count": said(sent.going)}]
    if nobody:
        text = ngettext("Nobody of %(count)s request can be told.", "Nobody of %(count)s requests can be told.", nobody)
        texts.append(text % {"count": said(nobody)})
    return texts if sent.requests else [_("Nothing was changed.")]


def leave_out(request: HttpRequest, actions: Sequence[Action]) -> list[str]:
    """Never lets them go; what is said of it."""
    left = leave_out_late(actions=actions, by=Actor.staff(staff_of(request), request), now=clock.now())
    text = ngettext("%(count)s reminder is left out.", "%(count)s reminders are left out.", left)
    return [text % {"count": said(left)}] if left else [_("Nothing was changed.")]


def left_texts(count: int) -> list[str]:
    text = ngettext("You may not act on %(count)s of them.", "You may not act on %(count)s of them.", count)
    return [text % {"count": said(count)}] if count else []
