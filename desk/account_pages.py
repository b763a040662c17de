"""The profile of one account: its people, its requests, its activity."""

from datetime import datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from actions.enums import ActionState
from actions.kinds import all_kinds
from actions.models import Action
from clients.models import Account
from clients.queries import get_account_for, get_account_to_change, get_account_with_tags_for, may_change
from clients.services import restore_account
from desk.account_asked import asked_of_page
from desk.account_calendar import calendar_of
from desk.account_contacts import contacts_of_page
from desk.account_reminders_card import reminders_of
from desk.account_rows import Owed, count_owed, may_ask
from desk.feed import entries_of
from desk.pages import PER_PAGE, today_of
from desk.queries import with_row
from desk.request_bulk_words import request_acts
from desk.rows import rows_of
from firms.actors import Actor
from firms.doors import staff_of, staff_only
from firms.models import Staff
from firms.queries import activity_of_account
from lib import clock
from reminders.accounts import StillAsked, archive_unless_asked
from reminders.paused import pause_card
from ui.shell import Tab
from ui.toasts import toast

OPEN_FIRST = (Case(When(state=ActionState.OPEN, then=0), default=1), "-opened_at", "-pk")


@staff_only
@require_safe
def account_show(request: HttpRequest, code: str) -> HttpResponse:
    staff, now = staff_of(request), clock.now()
    account = get_account_with_tags_for(staff, code)
    shown = contacts_of_page(account, staff, now)
    asked = asked_of_page(request.GET, account, shown.people) if shown.may_edit else None
    context = {
        **frame(account, staff, "account_show", now),
        **shown.context,
        "calendar": calendar_of(account.firm),
        "asked": asked,
        "pause": pause_card(account, now, may=shown.may_edit and not account.archived_at),
        "reminders": reminders_of(account, staff),
    }
    return render(request, "desk/account_info.html", context)


@staff_only
@require_safe
def account_requests(request: HttpRequest, code: str) -> HttpResponse:
    staff, now = staff_of(request), clock.now()
    account = get_account_for(staff, code)
    actions = with_row(Action.objects.filter(firm=staff.firm_id, account=account)).order_by(*OPEN_FIRST)
    page = Paginator(actions, PER_PAGE).get_page(request.GET.get("page"))
    rows = rows_of(page, staff, now)
    acts = request_acts() if any(row.may_act for row in rows) else []
    context = {"page": page, "rows": rows, "acts": acts, "today": today_of(staff.firm, now)}
    return render(request, "desk/account_requests.html", {**frame(account, staff, "account_requests", now), **context})


@staff_only
@require_safe
def account_activity(request: HttpRequest, code: str) -> HttpResponse:
    staff, now = staff_of(request), clock.now()
    account = get_account_for(staff, code)
    page = Paginator(activity_of_account(staff.firm, account.pk), PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "entries": entries_of(staff, page)}
    return render(request, "desk/account_activity.html", {**frame(account, staff, "account_activity", now), **context})


@staff_only
@require_POST
def account_archive(request: HttpRequest, code: str) -> HttpResponse:
    staff, now = staff_of(request), clock.now()
    account = get_account_to_change(staff, code)
    try:
        archive_unless_asked(account=account, by=Actor.staff(staff, request), now=now)
    except StillAsked as refused:
        messages.error(request, still_open(refused.count))
        return redirect("account_show", account.code)
    toast(request, _("%(account)s was archived.") % {"account": account.name}, undo_url=reverse("account_restore", args=[account.code]))
    return redirect("account_list")


@staff_only
@require_POST
def account_restore(request: HttpRequest, code: str) -> HttpResponse:
    staff = staff_of(request)
    account = restore_account(account=get_account_to_change(staff, code), by=Actor.staff(staff, request), now=clock.now())
    toast(request, _("%(account)s is back in the list.") % {"account": account.name})
    return redirect("account_show", account.code)


def still_open(count: int) -> str:
    return ngettext(
        "The account was not archived: %(count)s request is still open. Withdraw it first.",
        "The account was not archived: %(count)s requests are still open. Withdraw them first.",
        count,
    ) % {"count": count}


def frame(account: Account, staff: Staff, tab: str, now: datetime, *, files: int | None = None) -> dict[str, object]:
    """What stands above every tab; `files` where they are counted already, else their number comes after the page."""
    owed = count_owed(staff.firm, [account.pk], today_of(staff.firm, now)).get(account.pk, Owed())
    return {
        "account": account,
        "asks": all_kinds() if may_ask(staff, account) else [],
        "may_edit": may_change(staff, account),
        "owed": owed,
        "tabs": tabs_of(account, tab, owed, files),
    }


def tabs_of(account: Account, active: str, owed: Owed, files: int | None) -> list[Tab]:
    counts = {"account_requests": owed.open, "account_documents": files}
    later = {} if files is not None else {"account_documents": reverse("documents_count", args=[account.code])}
    pages = (
        ("account_show", _("Info")),
        ("account_requests", _("Requests")),
        ("account_chats", _("Messages")),
        ("account_documents", _("Documents")),
        ("account_activity", _("Activity")),
    )
    return [
        Tab(title, reverse(name, args=[account.code]), name == active, counts.get(name), count_url=later.get(name, ""))
        for name, title in pages
    ]
