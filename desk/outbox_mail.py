"""One e-mail of the outbox: its envelope, why it was sent or is held, the text as its reader gets it, and what can be done."""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_POST, require_safe

from desk.email_preview import POLICY
from desk.outbox_rows import Row, event_title, may_act, rows_of, sentence_of
from firms.actors import Actor
from firms.doors import staff_of, staff_only
from firms.models import Staff
from lib import clock
from notifications.models import Notice
from notifications.outbox import Entry, get_entry_for, may_be_cancelled, may_be_tried_again
from notifications.outbox_acts import cancel_mail, retry_message
from notifications.several import render_message
from templates_email.render import Rendered
from templates_email.scheme import as_light
from ui.toasts import toast


@dataclass(frozen=True, slots=True)
class Why:
    """A notice in it, and why this address gets it, or does not yet."""

    notice: Notice
    title: str
    sentence: str


@staff_only
@require_safe
def outbox_show(request: HttpRequest, code: str) -> HttpResponse:
    staff = staff_of(request)
    row = row_for(staff, code)
    message, rendered, acts = row.entry.message, as_sent(staff, row), may_act(staff, row)
    context = {
        "row": row,
        "message": message,
        "rendered": rendered,
        "headers": headers_of(row.entry, rendered) if rendered else (),
        "changed": bool(rendered and message and message.template_version and message.template_version != rendered.template_version),
        "whys": whys_of(row),
        "may_retry": acts and may_be_tried_again(row.entry),
        "may_cancel": acts and may_be_cancelled(row.entry),
        "again": request_to_send_again(row) if acts else None,
    }
    return render(request, "desk/outbox_mail.html", context)


def row_for(staff: Staff, code: str) -> Row:
    (row,) = rows_of([get_entry_for(staff, code)], staff, clock.now())
    return row


def whys_of(row: Row) -> list[Why]:
    notices = row.entry.notices if row.whole else ()
    return [Why(each, event_title(each), row.why if row.kept_back or row.per_minute else sentence_of(each)) for each in notices]


def request_to_send_again(row: Row) -> str | None:
    """The code of the one open request that it is about."""
    actions = {(notice.copy_of or notice).action for notice in row.entry.notices}
    action = actions.pop() if len(actions) == 1 else None
    return action.code if action and action.is_open else None


def as_sent(staff: Staff, row: Row) -> Rendered | None:
    """Built anew from what was kept, with links and codes masked; nothing where it tells of what is out of sight, or nothing is kept."""
    entry = row.entry
    if not row.whole or not entry.notices or entry.is_dropped or not all((each.copy_of or each).values for each in entry.notices):
        return None
    try:
        rendered = render_message(staff.firm, entry.notices, sent_or_made(entry), masked=True)
        return rendered.sent_from(entry.message.sender) if entry.message else rendered
    except ValueError:  # CannotRender, or an event that is none any more
        return None


def headers_of(entry: Entry, rendered: Rendered) -> list[tuple[str, str]]:
    """As it went, or would go; its date is written when it leaves."""
    subject, sent_at = (entry.message.subject, entry.message.sent_at) if entry.message else ("", None)
    known = [(name, value) for name, value in rendered.fields if name != "Date" or sent_at]
    return [(name, subject if name == "Subject" and subject else value) for name, value in known]


def sent_or_made(entry: Entry) -> datetime:
    return (entry.message.sent_at if entry.message else None) or entry.at


@staff_only
@require_safe
@xframe_options_sameorigin
@csp_override(POLICY)
def outbox_mail(request: HttpRequest, code: str) -> HttpResponse:
    """The e-mail itself, for the frame."""
    staff = staff_of(request)
    rendered = as_sent(staff, row_for(staff, code))
    return HttpResponse(as_light(rendered.html) if rendered else "")


@staff_only
@require_POST
def outbox_retry(request: HttpRequest, code: str) -> HttpResponse:
    staff = staff_of(request)
    row = row_for_act(staff, code)
    done = retry_message(firm=staff.firm, entry=row.entry, by=Actor.staff(staff, request), now=clock.now())
    toast(request, _("It is tried again within a minute.") if done else _("Nothing was changed: it is no longer one that failed."))
    return redirect("outbox_show", code)


@staff_only
@require_POST
def outbox_cancel(request: HttpRequest, code: str) -> HttpResponse:
    staff = staff_of(request)
    row = row_for_act(staff, code)
    done = cancel_mail(firm=staff.firm, entry=row.entry, by=Actor.staff(staff, request), now=clock.now())
    toast(request, _("Cancelled: it does not go out.") if done else _("Nothing was changed: it is on the way already, or gone."))
    return redirect("outbox_show", code)


def row_for_act(staff: Staff, code: str) -> Row:
    """Raises `PermissionDenied` (403) for whoever may look only."""
    row = row_for(staff, code)
    if not may_act(staff, row):
        raise PermissionDenied
    return row
